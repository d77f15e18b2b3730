//! `torg.history.v1.Experiments`: what is tried on a part of the buyers, analysed by the code that the console's page and
//! `torg experiment show` use.

use std::sync::Arc;

use domain::{Shop, shop::Experiment as Known};
use eventlog::EventLog;
use jiff::Timestamp;
use language::eval::Share;
use proto::history::{
    AnalyseExperimentRequest, ArmDifference, ArmFigures, Experiment, ExperimentAnalysis,
    ExperimentArm, ListExperimentsRequest, ListExperimentsResponse, Metric, MetricShare, Verdict,
    experiments_server::Experiments,
};
use schemas::{AggregateKey, ShopId, shop as wire};
use tokio::sync::Mutex;
use tonic::{Request, Response, Status};

use super::shop;
use crate::experiments::{self, Against, Analysis};

/// Answers questions about experiments; changes nothing.
#[derive(Clone)]
pub(crate) struct Trials {
    log: EventLog,
    /// Held while one is analysed: that reads a shop's whole past.
    one: Arc<Mutex<()>>,
}

impl Trials {
    pub(crate) fn new(log: EventLog) -> Self {
        Self {
            log,
            one: Arc::default(),
        }
    }

    async fn shop(&self, id: &ShopId) -> Result<Arc<Shop>, Status> {
        let known = self.log.load::<Shop>(&AggregateKey::shop(id)).await;
        let known = known.map_err(|error| Status::unavailable(error.to_string()))?;
        if known.state.settings().is_none() {
            return Err(Status::not_found(format!("shop {id} was never added")));
        }
        Ok(known.state)
    }
}

#[tonic::async_trait]
impl Experiments for Trials {
    async fn list(
        &self,
        request: Request<ListExperimentsRequest>,
    ) -> Result<Response<ListExperimentsResponse>, Status> {
        let id = shop(&request.into_inner().shop)?;
        let known = self.shop(&id).await?;
        let experiments = known.experiments().rev().map(told);
        Ok(Response::new(ListExperimentsResponse {
            experiments: experiments.collect(),
        }))
    }

    async fn analyse(
        &self,
        request: Request<AnalyseExperimentRequest>,
    ) -> Result<Response<ExperimentAnalysis>, Status> {
        let asked = request.into_inner();
        let id = shop(&asked.shop)?;
        let at: Timestamp = match asked.at.as_str() {
            "" => boot::clock::now(),
            time => time.parse().map_err(|error| {
                Status::invalid_argument(format!("at {time:?} is not RFC 3339: {error}"))
            })?,
        };
        let known = self.shop(&id).await?;
        let experiment = known.experiment(&asked.experiment).ok_or_else(|| {
            Status::not_found(format!(
                "shop {id} has no experiment {:?}",
                asked.experiment
            ))
        })?;
        let turn = self.one.lock().await;
        let folded = experiments::read(&self.log, &id, |_, _| {})
            .await
            .map_err(|error| Status::unavailable(format!("{error:#}")))?;
        drop(turn);
        let chats = folded.conversations.iter();
        let chats = chats.filter_map(|(key, taking)| Some((key.conversation_id()?, taking)));
        let analysis = experiments::analyse(experiment, chats, at);
        Ok(Response::new(analysed(
            experiment,
            &analysis,
            folded.unreadable,
        )))
    }
}

fn told(known: &Known) -> Experiment {
    let started = &known.started;
    let stopped = known.stopped.as_ref();
    let arms = started.arms.iter().map(|arm| ExperimentArm {
        name: arm.name.clone(),
        weight: arm.weight,
        hold_out: arm.hold_out,
    });
    Experiment {
        name: started.name.clone(),
        metric: metric(started.metric).into(),
        began: known.at.to_string(),
        ended: stopped.map_or_else(String::new, |(_, when)| when.to_string()),
        share_percent: started.share_percent,
        window_hours: started.window_hours,
        planned_per_arm: started.planned.per_arm,
        arms: arms.collect(),
        stopped_because: stopped.map_or_else(String::new, |(how, _)| how.why.clone()),
        stopped_winner: stopped
            .and_then(|(how, _)| how.winner.clone())
            .unwrap_or_default(),
    }
}

const fn metric(metric: wire::Metric) -> Metric {
    match metric {
        wire::Metric::Contained => Metric::Contained,
        wire::Metric::Ordered => Metric::Ordered,
        wire::Metric::Paid => Metric::Paid,
        wire::Metric::HandedOver => Metric::HandedOver,
    }
}

fn analysed(known: &Known, analysis: &Analysis, unreadable: u64) -> ExperimentAnalysis {
    let (verdict, winner) = match &analysis.verdict {
        experiments::Verdict::TooFew => (Verdict::TooFew, String::new()),
        experiments::Verdict::NoDifferenceYet => (Verdict::NoDifferenceYet, String::new()),
        experiments::Verdict::Winner { arm } => (Verdict::Winner, arm.clone()),
        experiments::Verdict::NotByChance => (Verdict::NotByChance, String::new()),
    };
    let arms = analysis.arms.iter().map(|arm| ArmFigures {
        name: arm.name.clone(),
        assigned: count(arm.assigned),
        young: count(arm.young),
        shares: wire::Metric::ALL
            .iter()
            .filter_map(|one| Some(share(*one, arm.shares.get(one.as_str())?)))
            .collect(),
    });
    ExperimentAnalysis {
        experiment: Some(told(known)),
        at: analysis.at.to_string(),
        arms: arms.collect(),
        differences: analysis.differences.iter().map(difference).collect(),
        sample_ratio_p: analysis.sample_ratio.p,
        suspicious: analysis.sample_ratio.suspicious,
        verdict: verdict.into(),
        winner,
        unreadable,
    }
}

fn share(of: wire::Metric, share: &Share) -> MetricShare {
    MetricShare {
        metric: metric(of).into(),
        part: count(share.part),
        of: count(share.of),
        share: share.share,
        low: share.low,
        high: share.high,
    }
}

fn difference(one: &Against) -> ArmDifference {
    ArmDifference {
        arm: one.arm.clone(),
        base: one.base.clone(),
        by: one.difference.by,
        low: one.difference.low,
        high: one.difference.high,
        p: one.difference.p,
        enough: one.enough,
    }
}

fn count(count: usize) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}
