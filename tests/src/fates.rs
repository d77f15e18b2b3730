//! Processes that die at named places: each service is made to die at one place after the other, and is started again.

use std::collections::{BTreeMap, VecDeque};

use crate::{Service, World, service::Running};

/// Where each service still has to die, and where one has.
#[derive(Debug, Default)]
pub struct Fates {
    ahead: BTreeMap<Service, VecDeque<&'static str>>,
    /// The places in the order in which somebody died there.
    pub met: Vec<&'static str>,
}

impl Fates {
    /// Every place that there is.
    fn all() -> Self {
        let mut ahead: BTreeMap<Service, VecDeque<&'static str>> = BTreeMap::new();
        for (_, service, point) in boot::CRASH_POINTS {
            let service = Service::ALL.into_iter().find(|one| one.name() == service);
            ahead.entry(service.unwrap()).or_default().push_back(point);
        }
        Self {
            ahead,
            met: Vec::new(),
        }
    }

    /// The places where nobody has died so far.
    #[must_use]
    pub fn ahead(&self) -> Vec<&'static str> {
        self.ahead.values().flatten().copied().collect()
    }
}

impl World {
    /// From now on each service that can dies at its first place.
    ///
    /// # Panics
    /// When the programs are built without these places.
    pub async fn doom(&mut self) -> Fates {
        let refused = self.torg_with(&["parked", "list"], Some(("TORG_CRASH_AT", "nowhere")));
        let said = String::from_utf8_lossy(&refused.stderr);
        assert!(
            said.contains("no such crash point"),
            "torg is built without crash points: `cargo build --workspace --bins --tests`; {said}"
        );
        let fates = Fates::all();
        for (service, points) in &fates.ahead {
            self.kill(*service).await;
            self.run_until(*service, points.front().copied());
        }
        fates
    }

    /// Whoever has died at its place is started again, to die at its next one.
    ///
    /// # Panics
    /// When a process ended in any other way.
    pub fn bury(&mut self, fates: &mut Fates) {
        for (service, points) in &mut fates.ahead {
            if !self.running.get_mut(service).unwrap().has_aborted() {
                continue;
            }
            fates.met.extend(points.pop_front());
            self.running.remove(service);
            let next = points.front().copied();
            self.run_until(*service, next);
        }
    }

    /// Starts a process that dies at `point`, and does not wait for it.
    fn run_until(&mut self, service: Service, point: Option<&str>) {
        let options = self.options(service);
        let running = Running::doomed(service, &options, self.folder.path(), point);
        self.running.insert(service, running);
    }
}
