//! `torg candidate`: this build as somebody else's candidate. It opens no log, no database and no channel: what it knows of
//! a past is what it is told over its one port, and forgotten with the stream.

use std::{collections::HashMap, num::NonZeroUsize, path::PathBuf, pin::Pin, sync::Arc};

use agents::replay::{Past, Recording};
use clap::Args;
use domain::Conversation;
use futures::Stream;
use proto::history::{
    ConsiderRequest, ConsiderResponse, PastCommit, PastTurn, Welcome,
    consider_request::What,
    consider_response::What as Answer,
    what_if_server::{WhatIf, WhatIfServer},
};
use schemas::{
    AggregateKey, ConversationId, Fold as _, Kind, Recorded, ShopId,
    conversation::ConversationEvent, envelope, shop::Variant,
};
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use tonic::{Request, Response, Status, Streaming};

use super::{
    engine::Mind,
    lane::{Begun, Build},
};

/// Answers on the way.
const AHEAD: usize = 64;

/// Options of `torg candidate`.
#[derive(Args, Clone, Debug)]
pub(crate) struct Candidate {
    /// Directory of fetched binaries and weights
    #[arg(
        long,
        env = "TORG_RUNTIME_DIR",
        default_value = "./.torg/runtime",
        value_name = "DIR"
    )]
    runtime_dir: PathBuf,
    /// Labelled messages to learn beside the built-in ones, as `torg label --export` writes them
    #[arg(long, env = "TORG_BANK", value_name = "FILE")]
    bank: Option<PathBuf>,
    /// Turns that are thought through at the same time
    #[arg(long, default_value = "2", value_name = "N")]
    workers: NonZeroUsize,
    /// A model phrases the answers, too; without this it only helps to understand
    #[arg(long, env = "TORG_LLM_PHRASES", default_value_t = false, action = clap::ArgAction::Set)]
    llm_phrases: bool,
    /// A language model, when what it would make of the past is to be seen: it is shown buyers' words.
    #[command(flatten)]
    llm: llm::ChatOptions,
}

/// Serves until told to stop.
///
/// # Errors
/// When the weights cannot be read.
pub(crate) async fn run(options: Candidate, tasks: boot::Tasks) -> anyhow::Result<()> {
    let health = tasks.component("candidate");
    let bank = options.bank.as_deref();
    let mind = Mind::open(&options.runtime_dir, bank, options.workers.get()).await?;
    let service = Service {
        mind: mind.asking(&options.llm, options.llm_phrases)?,
        asks: options.llm.llm_model,
        tasks: tasks.clone(),
    };
    tasks.grpc(WhatIfServer::new(service), proto::DESCRIPTORS);
    health.ready();
    Ok(())
}

struct Service {
    mind: Mind,
    /// The language model that it asks.
    asks: Option<String>,
    tasks: boot::Tasks,
}

type Answers = Pin<Box<dyn Stream<Item = Result<ConsiderResponse, Status>> + Send>>;

#[tonic::async_trait]
impl WhatIf for Service {
    type ConsiderStream = Answers;

    async fn consider(
        &self,
        request: Request<Streaming<ConsiderRequest>>,
    ) -> Result<Response<Answers>, Status> {
        let (say, said) = mpsc::channel(AHEAD);
        let (mind, mut asked) = (self.mind.clone(), request.into_inner());
        let asks = self.asks.clone();
        let stop = self.tasks.stop();
        self.tasks.spawn("candidate-talk", async move {
            let talk = async {
                let ended = talk(mind, asks, &mut asked, &say).await;
                if let Err(status) = ended {
                    // Nobody listens any more: there is nobody to be told.
                    let _ = say.send(Err(status)).await;
                }
            };
            tokio::select! {
                () = stop.cancelled() => {}
                () = talk => {}
            }
            Ok(())
        });
        Ok(Response::new(Box::pin(ReceiverStream::new(said))))
    }
}

type Say = mpsc::Sender<Result<ConsiderResponse, Status>>;

async fn talk(
    mind: Mind,
    asks: Option<String>,
    asked: &mut Streaming<ConsiderRequest>,
    say: &Say,
) -> Result<(), Status> {
    let first = asked.message().await?.and_then(|first| first.what);
    let Some(What::Hello(hello)) = first else {
        return Err(Status::invalid_argument(
            "say hello first: the shop, and the variant",
        ));
    };
    let shop =
        ShopId::new(hello.shop).map_err(|error| Status::invalid_argument(error.to_string()))?;
    let variant: Variant = match hello.variant.as_str() {
        "" => Variant::default(),
        text => serde_json::from_str(text)
            .map_err(|error| Status::invalid_argument(format!("variant: {error}")))?,
    };
    let build = mind.build.with("candidate", &variant).await;
    let build = build.map_err(|error| Status::invalid_argument(format!("{error:#}")))?;
    let named = build.classifier().await;
    let (model, bank) = named.map_err(|error| Status::internal(format!("{error:#}")))?;
    let welcome = Welcome {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        model: match asks {
            Some(asks) => format!("{model} that asks {asks}"),
            None => model,
        },
        bank,
    };
    answer(say, Answer::Welcome(welcome)).await;
    let mut known = Known::new(&shop);
    while let Some(next) = asked.message().await? {
        match next.what {
            Some(What::Commit(commit)) => known.commit(commit)?,
            Some(What::Turn(turn)) => {
                let told = Box::pin(known.consider(&build, &turn)).await;
                answer(say, told.unwrap_or_else(Answer::Problem)).await;
            }
            Some(What::Hello(_)) => return Err(Status::invalid_argument("hello was said already")),
            None => return Err(Status::invalid_argument("a message that says nothing")),
        }
    }
    Ok(())
}

async fn answer(say: &Say, what: Answer) {
    // Nobody listens any more: the stream ends by itself.
    let _ = say.send(Ok(ConsiderResponse { what: Some(what) })).await;
}

/// What was told of a past.
struct Known {
    shop: ShopId,
    recording: Option<Recording>,
    past: Option<Arc<Past>>,
    conversations: HashMap<ConversationId, Vec<(u64, Vec<u8>)>>,
}

impl Known {
    fn new(shop: &ShopId) -> Self {
        Self {
            shop: shop.clone(),
            recording: Some(Recording::new(shop)),
            past: None,
            conversations: HashMap::new(),
        }
    }

    fn commit(&mut self, commit: PastCommit) -> Result<(), Status> {
        let key = AggregateKey::parse_key(&commit.key);
        let key = key.filter(|key| *key.shop_id() == self.shop);
        let key = key.ok_or_else(|| {
            Status::invalid_argument(format!("{:?} is no key of shop {}", commit.key, self.shop))
        })?;
        if self.recording.is_none() && key.kind() != Kind::Conversation {
            return Err(Status::failed_precondition(
                "what is not of conversations has to be told before the first turn",
            ));
        }
        let known = key
            .conversation_id()
            .map(|id| self.conversations.entry(id).or_default());
        // A conversation may be told twice: for its orders, and for its turns.
        if let Some((last, _)) = known.as_ref().and_then(|known| known.last())
            && *last >= commit.seq
        {
            return Ok(());
        }
        if let Some(recording) = &mut self.recording {
            recording.add(&key, commit.seq, &commit.body);
        }
        if let Some(known) = known {
            known.push((commit.seq, commit.body));
        }
        Ok(())
    }

    async fn consider(&mut self, build: &Build, turn: &PastTurn) -> Result<Answer, String> {
        if let Some(recording) = self.recording.take() {
            self.past = Some(Arc::new(recording.freeze()));
        }
        let past = self.past.as_ref().ok_or("there is no past")?;
        let id: ConversationId = turn
            .conversation_id
            .parse()
            .map_err(|_| format!("{:?} is no conversation", turn.conversation_id))?;
        let at = turn
            .time
            .parse()
            .map_err(|error| format!("{:?} is no time: {error}", turn.time))?;
        let commits = self
            .conversations
            .get(&id)
            .ok_or("nothing was told of this conversation")?;
        let mut state = Conversation::default();
        let (mut behind, mut before) = ((0, 0), Vec::new());
        for (seq, body) in commits.iter().take_while(|(seq, _)| *seq < turn.before_seq) {
            let events: Vec<Recorded<ConversationEvent>> =
                envelope::decode(*seq, body).map_err(|error| error.to_string())?;
            for recorded in &events {
                state.evolve(recorded);
                behind = (recorded.seq, recorded.version);
            }
            before.extend(events);
        }
        let begun = Begun {
            conversation: id,
            state: Arc::new(state),
            behind,
            at,
            past: Arc::new(before),
        };
        let told = build.consider(past, &begun).await;
        serde_json::to_string(&told)
            .map(Answer::Turn)
            .map_err(|error| error.to_string())
    }
}
