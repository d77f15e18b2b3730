//! Another build as the candidate: it is told the past, then asked. What goes there is said by whoever names its address.

use anyhow::{Context as _, bail};
use bytes::Bytes;
use eventlog::RawCommit;
use proto::history::{
    ConsiderRequest, ConsiderResponse, Hello, PastCommit, PastTurn, consider_request::What,
    consider_response::What as Answer, what_if_client::WhatIfClient,
};
use schemas::AggregateKey;
use tokio::sync::{Mutex, mpsc};
use tokio_stream::wrappers::ReceiverStream;
use tonic::Streaming;

use super::{engine::Plan, lane::Begun, told::Told, world::Commits};

/// Messages on the way.
const AHEAD: usize = 64;

/// A candidate elsewhere. It is asked one turn after the other, in the order of its stream.
pub(crate) struct Elsewhere {
    talk: Mutex<Talk>,
    version: String,
}

struct Talk {
    said: mpsc::Sender<ConsiderRequest>,
    heard: Streaming<ConsiderResponse>,
}

impl Elsewhere {
    /// Greets the candidate.
    ///
    /// # Errors
    /// When nobody answers there, or somebody who is no candidate.
    pub(crate) async fn connect(url: &str, plan: &Plan) -> anyhow::Result<Self> {
        let mut client = WhatIfClient::connect(url.to_owned())
            .await
            .with_context(|| format!("no candidate answers at {url}; `torg candidate` is one"))?;
        let (said, saying) = mpsc::channel(AHEAD);
        let variant = match plan.variant.is_empty() {
            true => String::new(),
            false => serde_json::to_string(&plan.variant)?,
        };
        let hello = What::Hello(Hello {
            shop: plan.shop.to_string(),
            variant,
        });
        said.send(ConsiderRequest { what: Some(hello) }).await?;
        let heard = client.consider(ReceiverStream::new(saying)).await;
        let heard = heard
            .with_context(|| format!("{url} is no candidate"))?
            .into_inner();
        let mut talk = Talk { said, heard };
        let Answer::Welcome(welcome) = talk.hear().await? else {
            bail!("{url} did not greet back");
        };
        let version = format!(
            "torg {}, {}, bank {}",
            welcome.version, welcome.model, welcome.bank
        );
        Ok(Self {
            talk: Mutex::new(talk),
            version,
        })
    }

    /// Which build it is.
    pub(crate) fn version(&self) -> &str {
        &self.version
    }

    /// Tells it the past of everything but conversations.
    ///
    /// # Errors
    /// When it went away.
    pub(crate) async fn tell(&self, commits: &Commits) -> anyhow::Result<()> {
        let talk = self.talk.lock().await;
        for (key, seq, body) in commits {
            talk.commit(key, *seq, body).await?;
        }
        Ok(())
    }

    /// Tells it a conversation whose turns it will be asked about.
    ///
    /// # Errors
    /// When it went away.
    pub(crate) async fn tell_conversation(
        &self,
        key: &AggregateKey,
        commits: &[RawCommit],
    ) -> anyhow::Result<()> {
        let talk = self.talk.lock().await;
        for commit in commits {
            talk.commit(key, commit.seq, &commit.body).await?;
        }
        Ok(())
    }

    /// What it would have said.
    ///
    /// # Errors
    /// When it went away, or answers something else.
    pub(crate) async fn consider(&self, begun: &Begun, seq: u64) -> anyhow::Result<Told> {
        let mut talk = self.talk.lock().await;
        let turn = PastTurn {
            conversation_id: begun.conversation.to_string(),
            before_seq: seq,
            time: begun.at.to_string(),
        };
        talk.say(What::Turn(turn)).await?;
        match talk.hear().await? {
            Answer::Turn(told) => {
                serde_json::from_str(&told).context("the candidate's answer cannot be read")
            }
            Answer::Problem(problem) => Ok(Told::problem(problem)),
            Answer::Welcome(_) => bail!("the candidate greets again"),
        }
    }
}

impl Talk {
    async fn say(&self, what: What) -> anyhow::Result<()> {
        let request = ConsiderRequest { what: Some(what) };
        let said = self.said.send(request).await;
        said.ok().context("the candidate went away")
    }

    async fn commit(&self, key: &AggregateKey, seq: u64, body: &Bytes) -> anyhow::Result<()> {
        self.say(What::Commit(PastCommit {
            key: key.to_string(),
            seq,
            body: body.to_vec(),
        }))
        .await
    }

    async fn hear(&mut self) -> anyhow::Result<Answer> {
        let heard = self.heard.message().await.context("the candidate failed")?;
        let heard = heard.context("the candidate ended the talk")?;
        heard.what.context("the candidate says nothing")
    }
}
