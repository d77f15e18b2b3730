//! One lane per aggregate: what is held, what runs, what rests. Plain data, no I/O.

use std::collections::{HashMap, VecDeque};

use schemas::AggregateKey;

/// Lanes of deliveries `D`, of which at most `limit` run at once.
#[derive(Debug)]
pub(crate) struct Lanes<D> {
    lanes: HashMap<AggregateKey, Lane<D>>,
    ready: VecDeque<AggregateKey>,
    running: usize,
    limit: usize,
}

#[derive(Debug)]
struct Lane<D> {
    phase: Phase,
    /// Received before the run started: acknowledged by it.
    held: Vec<D>,
    /// Received while it runs: they coalesce into one more run.
    waiting: Vec<D>,
    /// One more run, without a delivery.
    again: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    Ready,
    Running,
    Resting,
}

impl<D> Lanes<D> {
    pub(crate) fn new(limit: usize) -> Self {
        Self {
            lanes: HashMap::new(),
            ready: VecDeque::new(),
            running: 0,
            limit: limit.max(1),
        }
    }

    /// Takes a delivery for `key`.
    pub(crate) fn offer(&mut self, key: AggregateKey, delivery: D) {
        let lane = self.lane(key);
        match lane.phase {
            Phase::Running => lane.waiting.push(delivery),
            Phase::Ready | Phase::Resting => lane.held.push(delivery),
        }
    }

    /// Asks for a run of `key` without a delivery.
    pub(crate) fn force(&mut self, key: AggregateKey) {
        self.lane(key).again = true;
    }

    fn lane(&mut self, key: AggregateKey) -> &mut Lane<D> {
        let ready = &mut self.ready;
        self.lanes.entry(key.clone()).or_insert_with(|| {
            ready.push_back(key);
            Lane {
                phase: Phase::Ready,
                held: Vec::new(),
                waiting: Vec::new(),
                again: false,
            }
        })
    }

    /// The next aggregate to run and what its run will acknowledge.
    pub(crate) fn start(&mut self) -> Option<(AggregateKey, &[D])> {
        if self.running >= self.limit {
            return None;
        }
        let key = self.ready.pop_front()?;
        let lane = self.lanes.get_mut(&key)?;
        lane.phase = Phase::Running;
        lane.again = false;
        self.running += 1;
        Some((key, &lane.held))
    }

    /// The run is over and nothing is left to do for what it held, which is returned.
    pub(crate) fn done(&mut self, key: &AggregateKey) -> Vec<D> {
        self.running = self.running.saturating_sub(1);
        let Some(lane) = self.lanes.get_mut(key) else {
            return Vec::new();
        };
        let waiting = std::mem::take(&mut lane.waiting);
        let held = std::mem::replace(&mut lane.held, waiting);
        if lane.held.is_empty() && !lane.again {
            self.lanes.remove(key);
        } else {
            lane.phase = Phase::Ready;
            self.ready.push_back(key.clone());
        }
        held
    }

    /// The run is over and is to be repeated later; returns all that is held meanwhile.
    pub(crate) fn rest(&mut self, key: &AggregateKey) -> &mut [D] {
        self.running = self.running.saturating_sub(1);
        let Some(lane) = self.lanes.get_mut(key) else {
            return &mut [];
        };
        lane.phase = Phase::Resting;
        let waiting = std::mem::take(&mut lane.waiting);
        lane.held.extend(waiting);
        &mut lane.held
    }

    /// The rest is over.
    pub(crate) fn wake(&mut self, key: AggregateKey) {
        if let Some(lane) = self.lanes.get_mut(&key)
            && lane.phase == Phase::Resting
        {
            lane.phase = Phase::Ready;
            self.ready.push_back(key);
        }
    }

    /// The run is over and the aggregate leaves its lane: what the run held, and what came later.
    pub(crate) fn leave(&mut self, key: &AggregateKey) -> (Vec<D>, Vec<D>) {
        self.running = self.running.saturating_sub(1);
        self.lanes
            .remove(key)
            .map_or_else(Default::default, |lane| (lane.held, lane.waiting))
    }

    /// Everything that does not run; those lanes are gone.
    pub(crate) fn drain_idle(&mut self) -> Vec<D> {
        self.ready.clear();
        let mut idle = Vec::new();
        self.lanes.retain(|_, lane| {
            if lane.phase == Phase::Running {
                return true;
            }
            idle.append(&mut lane.held);
            false
        });
        idle
    }

    /// Everything that is not acknowledged yet.
    pub(crate) fn held(&self) -> impl Iterator<Item = &D> {
        self.lanes
            .values()
            .flat_map(|lane| lane.held.iter().chain(&lane.waiting))
    }

    /// Number of runs under way.
    pub(crate) const fn running(&self) -> usize {
        self.running
    }
}

#[cfg(test)]
mod tests {
    use schemas::{ShopId, Sku};

    use super::*;

    fn key(sku: &str) -> AggregateKey {
        AggregateKey::stock(&ShopId::new("lavka").unwrap(), &Sku::new(sku))
    }

    #[test]
    fn deliveries_during_a_run_coalesce_into_one_more_run() {
        let mut lanes = Lanes::new(4);
        lanes.offer(key("a"), 1);
        lanes.offer(key("a"), 2);
        assert_eq!(lanes.start(), Some((key("a"), [1, 2].as_slice())));
        lanes.offer(key("a"), 3);
        lanes.offer(key("a"), 4);
        assert_eq!(lanes.start(), None);
        assert_eq!(lanes.done(&key("a")), [1, 2]);
        assert_eq!(lanes.start(), Some((key("a"), [3, 4].as_slice())));
        assert_eq!(lanes.done(&key("a")), [3, 4]);
        assert_eq!(lanes.start(), None);
        assert_eq!(lanes.held().count(), 0);
    }

    #[test]
    fn no_more_than_the_limit_run_at_once() {
        let mut lanes = Lanes::new(2);
        for sku in ["a", "b", "c"] {
            lanes.offer(key(sku), 0);
        }
        assert!(lanes.start().is_some());
        assert!(lanes.start().is_some());
        assert_eq!(lanes.start(), None);
        lanes.done(&key("a"));
        assert_eq!(lanes.start().map(|(key, _)| key), Some(key("c")));
        assert_eq!(lanes.running(), 2);
    }

    #[test]
    fn a_resting_lane_takes_deliveries_but_runs_only_when_woken() {
        let mut lanes = Lanes::new(1);
        lanes.offer(key("a"), 1);
        lanes.start();
        lanes.offer(key("a"), 2);
        assert_eq!(lanes.rest(&key("a")), [1, 2]);
        lanes.offer(key("a"), 3);
        lanes.offer(key("b"), 9);
        assert_eq!(lanes.start().map(|(key, _)| key), Some(key("b")));
        lanes.done(&key("b"));
        assert_eq!(lanes.start(), None);
        lanes.wake(key("a"));
        assert_eq!(lanes.start(), Some((key("a"), [1, 2, 3].as_slice())));
    }

    #[test]
    fn a_forced_run_needs_no_delivery_and_is_not_lost_during_a_run() {
        let mut lanes: Lanes<u8> = Lanes::new(1);
        lanes.force(key("a"));
        assert_eq!(lanes.start(), Some((key("a"), [].as_slice())));
        lanes.force(key("a"));
        assert!(lanes.done(&key("a")).is_empty());
        assert!(lanes.start().is_some());
        lanes.done(&key("a"));
        assert_eq!(lanes.start(), None);
    }

    #[test]
    fn what_is_idle_can_be_given_back() {
        let mut lanes = Lanes::new(1);
        lanes.offer(key("a"), 1);
        lanes.offer(key("b"), 2);
        lanes.start();
        assert_eq!(lanes.drain_idle(), [2]);
        assert_eq!(lanes.running(), 1);
        assert_eq!(lanes.leave(&key("a")), (vec![1], vec![]));
    }
}
