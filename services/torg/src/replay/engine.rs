//! All turns of a past through the lanes, several conversations at once, and from where it was left off.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
    sync::Arc,
};

use anyhow::{Context as _, ensure};
use eventlog::EventLog;
use schemas::{AggregateKey, ShopId, shop::Variant};
use tokio::{sync::Semaphore, task::JoinSet};
use tokio_util::sync::CancellationToken;

use super::{
    against::Elsewhere,
    compare::{Turn, differences, known_causes},
    lane::Build,
    report::{Asked, Report},
    resume::{Finished, Header, Journal},
    told::Told,
    world::{self, PastTurn, Span, World},
};

/// What is to be replayed.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    pub(crate) shop: ShopId,
    pub(crate) span: Span,
    pub(crate) name: String,
    pub(crate) variant: Variant,
    /// Another build's address.
    pub(crate) against: Option<String>,
    /// Where to note what is done.
    pub(crate) resume: Option<PathBuf>,
    pub(crate) workers: usize,
}

/// This build, and what it needs to be made otherwise.
#[derive(Clone)]
pub(crate) struct Mind {
    pub(crate) build: Build,
}

/// Who stands for the candidate.
#[derive(Clone)]
enum Candidate {
    /// The baseline itself: nothing is otherwise.
    Same,
    Here(Box<Build>),
    Elsewhere(Arc<Elsewhere>),
}

/// Where a replay is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum At {
    /// So many commits of so many are read.
    Reading(u64, u64),
    /// So many conversations of so many are done.
    Replaying(u64, u64),
}

impl Mind {
    /// Loads the encoder and the classifier. `own` are labelled lines that the router is started with.
    ///
    /// # Errors
    /// When the weights cannot be read, or the bank cannot be learnt.
    pub(crate) async fn open(
        runtime: &Path,
        own: Option<&Path>,
        workers: usize,
    ) -> anyhow::Result<Self> {
        /// Texts whose vectors are kept, 2 KiB each.
        const REMEMBERED: usize = 32_768;
        let (weights, heads) = (runtime.join("use-multilingual-v3"), runtime.join("heads"));
        let (own, kept) = (own.map(Path::to_owned), heads.clone());
        let open = move || {
            let own = match &own {
                Some(path) => {
                    language::OwnLines::open(path).context("while reading --bank (TORG_BANK)")?
                }
                None => language::OwnLines::default(),
            };
            let encoder = Arc::new(language::Encoder::open(&weights)?.remembering(REMEMBERED));
            let known = Arc::clone(&encoder);
            let classifier = language::Classifier::open_with(known, &own, Some(&kept))?;
            Ok::<_, anyhow::Error>((encoder, classifier))
        };
        let (encoder, classifier) = tokio::task::spawn_blocking(open)
            .await
            .context("loading the classifier was interrupted")??;
        let router = router::replay::Router::new(Arc::new(classifier), heads, workers)?;
        let specialists = agents::replay::Specialists::new(encoder);
        Ok(Self {
            build: Build::new(router, specialists),
        })
    }
}

impl Mind {
    /// As [`Mind::open`] made it, asking a language model.
    ///
    /// # Errors
    /// What is wrong with the options.
    pub(crate) fn asking(self, llm: &llm::ChatOptions, phrases: bool) -> anyhow::Result<Self> {
        Ok(Self {
            build: self.build.asking(llm, phrases)?,
        })
    }
}

/// Replays a plan.
///
/// # Errors
/// When the log does not answer, the candidate goes away, or what is to be gone on with is of another plan.
pub(crate) async fn run(
    log: &EventLog,
    mind: &Mind,
    plan: &Plan,
    stop: CancellationToken,
    told: impl Fn(At) + Send + Sync,
) -> anyhow::Result<Report> {
    let (model, bank) = mind.build.classifier().await?;
    let mut commits = Vec::new();
    let elsewhere = match &plan.against {
        Some(url) => Some(Elsewhere::connect(url, plan).await?),
        None => None,
    };
    let asked = Asked {
        shop: plan.shop.clone(),
        name: plan.name.clone(),
        from: plan.span.from,
        to: plan.span.to,
        conversation: plan.span.conversation,
        variant: plan.variant.clone(),
        baseline: format!("torg {}, {model}, bank {bank}", env!("CARGO_PKG_VERSION")),
        candidate: elsewhere.as_ref().map(|there| there.version().to_owned()),
    };
    let (mut journal, done) = match &plan.resume {
        None => (None, Vec::new()),
        Some(path) => {
            let now = Header {
                asked: asked.clone(),
                ends: world::ends(log).await?,
            };
            let (journal, done) = Journal::open(path, now)?;
            (Some(journal), done)
        }
    };
    let ends = match &journal {
        Some(journal) => journal.ends().clone(),
        None => world::ends(log).await?,
    };
    let reading = |read, total| told(At::Reading(read, total));
    let also = elsewhere.as_ref().map(|_| &mut commits);
    let span = plan.span.clone();
    let world = Arc::new(World::read(log, &plan.shop, span, ends, reading, also).await?);
    let candidate = match elsewhere {
        Some(there) => {
            there.tell(&commits).await?;
            Candidate::Elsewhere(Arc::new(there))
        }
        None if plan.variant.is_empty() => Candidate::Same,
        None => {
            let name = match plan.name.as_str() {
                "" => "candidate",
                name => name,
            };
            let build = mind.build.with(name, &plan.variant);
            Candidate::Here(Box::new(build.await?))
        }
    };
    drop(commits);
    let known: BTreeSet<AggregateKey> = done.iter().map(|one| one.key.clone()).collect();
    let mut finished = done;
    let total = u64::try_from(world.conversations.len()).unwrap_or(u64::MAX);
    let room = Arc::new(Semaphore::new(plan.workers.max(1)));
    let mut running: JoinSet<anyhow::Result<Finished>> = JoinSet::new();
    for (key, _) in world
        .conversations
        .iter()
        .filter(|(key, _)| !known.contains(key))
    {
        let work = conversation(
            Arc::clone(&world),
            key.clone(),
            mind.build.clone(),
            candidate.clone(),
        );
        let room = Arc::clone(&room);
        running.spawn(async move {
            let _place = room.acquire_owned().await.context("no room")?;
            work.await
        });
    }
    told(At::Replaying(finished.len() as u64, total));
    loop {
        let next = tokio::select! {
            () = stop.cancelled() => anyhow::bail!("stopped"),
            next = running.join_next() => next,
        };
        let Some(one) = next else { break };
        let one = one.context("a worker broke")??;
        if let Some(journal) = &mut journal {
            journal.note(&one)?;
        }
        finished.push(one);
        told(At::Replaying(finished.len() as u64, total));
    }
    ensure!(
        finished.len() as u64 == total,
        "some conversations are missing"
    );
    Ok(Report::new(asked, finished))
}

/// One conversation, turn by turn.
async fn conversation(
    world: Arc<World>,
    key: AggregateKey,
    baseline: Build,
    candidate: Candidate,
) -> anyhow::Result<Finished> {
    let commits = world.commits(&key).await?;
    // A conversation that cannot be read is told of, and the others go on.
    let turns = match world.turns(&key, &commits) {
        Ok(turns) => turns,
        Err(error) => {
            let problem = Some(format!("{error:#}"));
            let turns = Vec::new();
            return Ok(Finished {
                key,
                turns,
                problem,
            });
        }
    };
    if let Candidate::Elsewhere(there) = &candidate {
        there.tell_conversation(&key, &commits).await?;
    }
    let mut told = Vec::with_capacity(turns.len());
    for turn in turns {
        told.push(lanes(&world, turn, &baseline, &candidate).await?);
    }
    Ok(Finished {
        key,
        turns: told,
        problem: None,
    })
}

async fn lanes(
    world: &World,
    turn: PastTurn,
    baseline: &Build,
    candidate: &Candidate,
) -> anyhow::Result<Turn> {
    let PastTurn {
        seq,
        words,
        begun,
        observed,
    } = turn;
    let now = baseline.consider(&world.past, &begun).await;
    let then: Told = match candidate {
        Candidate::Same => now.clone(),
        Candidate::Here(build) => build.consider(&world.past, &begun).await,
        Candidate::Elsewhere(there) => there.consider(&begun, seq).await?,
    };
    let drifted = differences(&observed, &now);
    let because = match drifted.is_empty() {
        true => Vec::new(),
        false => known_causes(&observed, &now),
    };
    Ok(Turn {
        conversation: begun.conversation,
        seq,
        time: begun.at,
        words,
        changed: differences(&now, &then),
        drifted,
        because,
        observed,
        baseline: now,
        candidate: then,
    })
}
