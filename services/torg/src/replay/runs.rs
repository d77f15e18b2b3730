//! Replays that a person starts from elsewhere, as the console does: one at a time for a shop, their reports kept for a
//! while in the state directory.

use std::{
    collections::BTreeMap,
    path::PathBuf,
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use anyhow::Context as _;
use clap::Args;
use eventlog::EventLog;
use futures::Stream;
use proto::history::{
    ListReplaysRequest, ListReplaysResponse, Replay, ReplayReport, ReplayReportRequest,
    ReplayState, ReplaySummary, StartReplayRequest, StopReplayRequest, WatchReplayRequest,
    replays_server::{Replays, ReplaysServer},
};
use schemas::{ShopId, shop::Variant};
use tokio::sync::{OnceCell, watch};
use tokio_stream::wrappers::WatchStream;
use tokio_util::sync::CancellationToken;
use tonic::{Request, Response, Status};

use super::{
    compare::Summary,
    engine::{self, At, Mind, Plan},
    kept,
    world::{self, Span},
};

/// Reports that are kept for a shop.
const KEPT: usize = 10;

/// Options of `torg replays`.
#[derive(Args, Clone, Debug)]
pub(crate) struct Config {
    /// Directory of this installation's state
    #[arg(
        long,
        env = "TORG_STATE_DIR",
        default_value = "./.torg/state",
        value_name = "DIR"
    )]
    pub(crate) state_dir: PathBuf,
    /// Directory of fetched binaries and weights
    #[arg(
        long,
        env = "TORG_RUNTIME_DIR",
        default_value = "./.torg/runtime",
        value_name = "DIR"
    )]
    pub(crate) runtime_dir: PathBuf,
    /// Labelled messages that the router learns beside the built-in ones
    #[arg(long, env = "TORG_BANK", value_name = "FILE")]
    pub(crate) bank: Option<PathBuf>,
    /// The log
    #[command(flatten)]
    pub(crate) log: eventlog::Options,
}

/// Serves what-if replays until told to stop.
///
/// # Errors
/// When the log cannot be opened or the state directory cannot be written.
pub(crate) async fn serve(config: Config, tasks: boot::Tasks) -> anyhow::Result<()> {
    let health = tasks.component("replays");
    let log = EventLog::open(config.log.config("replays", boot::clock::now))
        .await
        .context("while opening the log for replays")?;
    let dir = config.state_dir.join("replays");
    std::fs::create_dir_all(&dir).with_context(|| format!("cannot make {}", dir.display()))?;
    let runs = Runs(Arc::new(Inner {
        known: Mutex::new(kept::read(&dir).into_iter().map(Run::over).collect()),
        dir,
        log,
        config,
        mind: OnceCell::new(),
        tasks: tasks.clone(),
    }));
    tasks.grpc(ReplaysServer::new(runs), proto::DESCRIPTORS);
    health.ready();
    Ok(())
}

#[derive(Clone)]
struct Runs(Arc<Inner>);

struct Inner {
    log: EventLog,
    config: Config,
    dir: PathBuf,
    /// Loaded when the first replay is started.
    mind: OnceCell<Mind>,
    tasks: boot::Tasks,
    known: Mutex<BTreeMap<String, Run>>,
}

struct Run {
    state: watch::Sender<Replay>,
    stop: CancellationToken,
}

impl Run {
    /// One that ended before this process began.
    fn over((id, run): (String, Replay)) -> (String, Self) {
        let (state, _) = watch::channel(run);
        let stop = CancellationToken::new();
        (id, Self { state, stop })
    }
}

impl Inner {
    fn known(&self) -> MutexGuard<'_, BTreeMap<String, Run>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn replay(
        &self,
        plan: &Plan,
        id: &str,
        stop: CancellationToken,
    ) -> anyhow::Result<Summary> {
        let config = &self.config;
        let open = || Mind::open(&config.runtime_dir, config.bank.as_deref(), plan.workers);
        let mind = self.mind.get_or_try_init(open).await?;
        let told = |at: At| {
            if let At::Replaying(done, total) = at {
                self.tell(id, |run| {
                    run.conversations_done = done;
                    run.conversations = total;
                });
            }
        };
        let report = engine::run(&self.log, mind, plan, stop, told).await?;
        kept::keep(&self.log, &self.dir, id, &report).await?;
        Ok(report.summary)
    }

    fn tell(&self, id: &str, change: impl FnOnce(&mut Replay)) {
        if let Some(run) = self.known().get(id) {
            run.state.send_modify(change);
        }
    }

    fn end(&self, id: &str, ended: anyhow::Result<Summary>, stopped: bool) {
        self.tell(id, |run| {
            run.ended_at = boot::clock::now().to_string();
            let state = match ended {
                Ok(sum) => {
                    run.summary = Some(summary(&sum));
                    ReplayState::Done
                }
                Err(_) if stopped => ReplayState::Stopped,
                Err(error) => {
                    run.problem = format!("{error:#}");
                    ReplayState::Failed
                }
            };
            run.set_state(state);
        });
        let told = self.known().get(id).map(|run| run.state.borrow().clone());
        if let Some(told) = told
            && let Err(error) = super::write(&kept::file(&self.dir, id, "run"), &kept::noted(&told))
        {
            tracing::warn!(
                run.id = id,
                "a replay will be forgotten by a restart: {error:#}"
            );
        }
        self.let_go();
    }

    /// Keeps the newest reports of each shop.
    fn let_go(&self) {
        let mut known = self.known();
        let mut shops: BTreeMap<String, Vec<(String, String)>> = BTreeMap::new();
        for (id, run) in known.iter() {
            let run = run.state.borrow();
            if run.state() != ReplayState::Running {
                let place = (run.started_at.clone(), id.clone());
                shops.entry(run.shop.clone()).or_default().push(place);
            }
        }
        for mut runs in shops.into_values() {
            runs.sort();
            let old = runs.len().saturating_sub(KEPT);
            for (_, id) in runs.into_iter().take(old) {
                known.remove(&id);
                for kind in kept::KINDS {
                    // What is not there needs no removing.
                    let _ = std::fs::remove_file(kept::file(&self.dir, &id, kind));
                }
            }
        }
    }

    /// A replay of a shop.
    fn find(
        &self,
        shop: &str,
        id: &str,
    ) -> Result<(watch::Receiver<Replay>, CancellationToken), Status> {
        let known = self.known();
        let run = known.get(id).filter(|run| run.state.borrow().shop == shop);
        let run =
            run.ok_or_else(|| Status::not_found(format!("shop {shop} has no replay {id:?}")))?;
        Ok((run.state.subscribe(), run.stop.clone()))
    }
}

impl Runs {
    /// What is asked for.
    async fn plan(&self, asked: &StartReplayRequest) -> Result<Plan, Status> {
        let wrong = |error: &dyn std::fmt::Display| Status::invalid_argument(error.to_string());
        let shop = ShopId::new(asked.shop.clone()).map_err(|error| wrong(&error))?;
        let time = |name: &str, text: &str| match text {
            "" => Ok(None),
            text => text
                .parse()
                .map(Some)
                .map_err(|error| wrong(&format!("{name} {text:?} is no time: {error}"))),
        };
        let conversation = match asked.conversation_id.as_str() {
            "" => None,
            id => Some(
                id.parse()
                    .map_err(|_| wrong(&format!("{id:?} is no conversation")))?,
            ),
        };
        let variant = match asked.variant.trim() {
            "" => Variant::default(),
            text => crate::variant::parse(text).map_err(|error| wrong(&format!("{error:#}")))?,
        };
        let (from, to) = (time("from", &asked.from)?, time("to", &asked.to)?);
        if let (Some(from), Some(to)) = (from, to)
            && to <= from
        {
            return Err(wrong(&format!("from {from} is not before to {to}")));
        }
        world::the_shop(&self.0.log, Some(&shop))
            .await
            .map_err(|error| Status::not_found(format!("{error:#}")))?;
        Ok(Plan {
            shop,
            span: Span {
                from,
                to,
                conversation,
            },
            name: asked.name.clone(),
            variant,
            against: None,
            resume: None,
            workers: super::usual_workers(),
        })
    }

    /// Notes that a replay runs.
    fn begin(
        &self,
        plan: &Plan,
        asked: StartReplayRequest,
    ) -> Result<(Replay, CancellationToken), Status> {
        let mut known = self.0.known();
        let running = known.iter().find(|(_, run)| {
            let run = run.state.borrow();
            run.shop == asked.shop && run.state() == ReplayState::Running
        });
        if let Some((id, _)) = running {
            return Err(Status::failed_precondition(format!(
                "replay {id} of shop {} is running; wait for it, or stop it",
                plan.shop
            )));
        }
        let mut run = Replay {
            id: boot::id::random().to_string(),
            shop: plan.shop.to_string(),
            started_at: boot::clock::now().to_string(),
            asked: Some(asked),
            ..Replay::default()
        };
        run.set_state(ReplayState::Running);
        let stop = self.0.tasks.stop().child_token();
        let (state, _) = watch::channel(run.clone());
        let noted = Run {
            state,
            stop: stop.clone(),
        };
        known.insert(run.id.clone(), noted);
        Ok((run, stop))
    }
}

type Progress = Pin<Box<dyn Stream<Item = Result<Replay, Status>> + Send>>;

#[tonic::async_trait]
impl Replays for Runs {
    type WatchStream = Progress;

    async fn start(
        &self,
        request: Request<StartReplayRequest>,
    ) -> Result<Response<Replay>, Status> {
        let asked = request.into_inner();
        let plan = self.plan(&asked).await?;
        let (run, stop) = self.begin(&plan, asked)?;
        let (inner, id) = (Arc::clone(&self.0), run.id.clone());
        self.0.tasks.spawn("replay", async move {
            let ended = inner.replay(&plan, &id, stop.clone()).await;
            inner.end(&id, ended, stop.is_cancelled());
            Ok(())
        });
        Ok(Response::new(run))
    }

    async fn watch(
        &self,
        request: Request<WatchReplayRequest>,
    ) -> Result<Response<Progress>, Status> {
        use futures::StreamExt as _;
        let asked = request.into_inner();
        let (state, _) = self.0.find(&asked.shop, &asked.id)?;
        let stop = self.0.tasks.stop();
        // The last state ends the stream: no other comes behind it.
        let states = futures::stream::unfold(Some(WatchStream::new(state)), async |states| {
            let mut states = states?;
            let run = states.next().await?;
            let running = run.state() == ReplayState::Running;
            Some((run, running.then_some(states)))
        });
        let states = states.take_until(stop.cancelled_owned()).map(Ok);
        Ok(Response::new(Box::pin(states)))
    }

    async fn report(
        &self,
        request: Request<ReplayReportRequest>,
    ) -> Result<Response<ReplayReport>, Status> {
        let asked = request.into_inner();
        let (state, _) = self.0.find(&asked.shop, &asked.id)?;
        let run = state.borrow().clone();
        if run.state() != ReplayState::Done {
            let state = run.state().as_str_name();
            return Err(Status::failed_precondition(format!(
                "replay {} is {state}, and has no report",
                run.id
            )));
        }
        let report = kept::report(&self.0.log, &self.0.dir, &run, &asked).await?;
        Ok(Response::new(report))
    }

    async fn list(
        &self,
        request: Request<ListReplaysRequest>,
    ) -> Result<Response<ListReplaysResponse>, Status> {
        let shop = request.into_inner().shop;
        let known = self.0.known();
        let all = known.values().map(|run| run.state.borrow().clone());
        let mut replays: Vec<Replay> = all.filter(|run| run.shop == shop).collect();
        drop(known);
        replays
            .sort_by(|one, other| (&other.started_at, &other.id).cmp(&(&one.started_at, &one.id)));
        Ok(Response::new(ListReplaysResponse { replays }))
    }

    async fn stop(&self, request: Request<StopReplayRequest>) -> Result<Response<Replay>, Status> {
        let asked = request.into_inner();
        let (mut state, stop) = self.0.find(&asked.shop, &asked.id)?;
        stop.cancel();
        // Ends with the process at the latest.
        let over = state
            .wait_for(|run| run.state() != ReplayState::Running)
            .await;
        let over = over.map_err(|_| Status::unavailable("the process ends"))?;
        Ok(Response::new(over.clone()))
    }
}

pub(crate) fn summary(sum: &Summary) -> ReplaySummary {
    ReplaySummary {
        conversations: sum.conversations,
        turns: sum.turns,
        same: sum.same,
        changed: sum.changed,
        drifted: sum.drifted,
        handovers_gained: sum.handovers_gained,
        handovers_lost: sum.handovers_lost,
        orders_changed: sum.orders_changed,
        discounts_baseline_kopecks: sum.discounts_baseline,
        discounts_candidate_kopecks: sum.discounts_candidate,
    }
}
