//! Everything that runs in a story.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
    process::{Command, Output},
    time::Duration,
};

use eventlog::{EventLog, verify};
use schemas::{AggregateKey, topology::REACTORS};
use simulator::{AvitoAccount, Control, Entry, Filter, Simulator, TelegramBot};

use crate::{
    AVITO, AVITO_SECRET, BOT, Broker, Channel, Chat, DESK, DESK_SECRET, Database, Folder,
    MailRoute, MailServer, SELLERS, Service, Sheet, TELEGRAM_SECRET, free_port,
    service::{Running, program},
    shop::{self, shop},
    time::Clock,
    until,
};

/// How a world is set up.
#[derive(Clone, Copy, Debug)]
pub struct Setup {
    /// Each service in a process of its own.
    pub processes: bool,
    /// This service in a process of its own.
    pub apart: Option<Service>,
    /// With a database and the console.
    pub console: bool,
    /// How long a burst may pause before it is answered.
    pub quiet_window_ms: u64,
    /// Letters go to a mail server, and not into the outbox.
    pub mail: bool,
    /// How long a provider may take.
    pub send_deadline_ms: u64,
    /// Telegram is asked for updates, and sends no webhooks.
    pub polling: bool,
    /// The shop has the sheet of the demo, all five tabs.
    pub demo: bool,
    /// The router has the stand-in's language model, for understanding and for phrasing.
    pub model: bool,
    /// How long a call of that model may take.
    pub model_deadline_ms: u64,
    /// The dispatcher has the stand-in's transcription of voice notes.
    pub voice: bool,
    /// The desk has a bot of its own, and two sellers have started it. Without it the shop's bot is the desk's as well,
    /// and nobody has.
    pub desk: bool,
    /// Days may pass; no other story is told in this process meanwhile.
    pub days: bool,
    /// The agents search with the stand-in's embeddings, under this model's name.
    pub embeddings: Option<&'static str>,
    /// The pauses behind attempts at a webhook: seconds in place of hours.
    pub webhook_retries: &'static str,
    /// What runs; without ingest the shop's sheet is never read.
    pub only: &'static [Service],
}

impl Setup {
    /// As most stories need it.
    pub const USUAL: Self = Self {
        processes: false,
        apart: None,
        console: false,
        quiet_window_ms: 200,
        mail: false,
        send_deadline_ms: 3_000,
        polling: false,
        demo: false,
        model: false,
        model_deadline_ms: 1_500,
        voice: false,
        desk: false,
        days: false,
        embeddings: None,
        webhook_retries: "200ms,400ms,500ms,500ms,1s,1s,1s,1s,1s,2s,2s,2s,2s,2s,2s,2s,2s,2s,2s,2s,2s,2s,2s,2s",
        only: &Service::ALL,
    };
}

impl Default for Setup {
    fn default() -> Self {
        Self::USUAL
    }
}

/// Everything that runs. Dropped, it is killed.
pub struct World {
    pub(crate) setup: Setup,
    pub(crate) running: BTreeMap<Service, Running>,
    seconds: Vec<Running>,
    /// The log, as somebody who only looks.
    pub log: EventLog,
    /// The stand-ins.
    pub providers: Simulator,
    /// The broker.
    pub broker: Broker,
    /// The database, when there is a console.
    pub database: Option<Database>,
    /// The shop's sheet.
    pub sheet: Sheet,
    /// The mail server, when letters go to one.
    pub mail: Option<MailServer>,
    pub(crate) mail_route: MailRoute,
    pub(crate) ingest: u16,
    pub(crate) console: u16,
    pub(crate) folder: Folder,
    clock: Clock,
}

impl World {
    /// A world in one process, without a console.
    pub async fn start() -> Self {
        Self::with(Setup::default()).await
    }

    /// Starts everything and waits until the articles of the shop's sheet are known.
    ///
    /// # Panics
    /// When something does not start.
    pub async fn with(setup: Setup) -> Self {
        let clock = Clock::take(setup.days).await;
        boot::install_tls();
        let (broker, database) = tokio::join!(Broker::start(), async {
            if setup.console {
                Some(Database::start().await)
            } else {
                None
            }
        });
        let folder = Folder::new("state");
        let (file, sheet) = shop::write(
            folder.path(),
            setup.quiet_window_ms,
            setup.polling,
            setup.demo,
            setup.desk,
        );
        let ingest = free_port();
        let mut config = eventlog::Config::new(broker.url(), boot::clock::now, "e2e", "0.0.0");
        config.monitor_urls = vec![broker.monitor_url()];
        config.shards = SHARDS;
        let mut world = Self {
            setup,
            running: BTreeMap::new(),
            seconds: Vec::new(),
            log: EventLog::open(config).await.unwrap(),
            providers: stand_ins(ingest, setup.polling).await,
            broker,
            database,
            sheet,
            mail: setup.mail.then(MailServer::start),
            mail_route: MailRoute::default(),
            ingest,
            console: free_port(),
            folder,
            clock,
        };
        if setup.desk {
            for seller in SELLERS {
                let started = world.control().telegram_start(DESK, seller, "");
                started.expect("the desk's bot is there");
            }
        }
        world.add_shop(&file);
        for service in Service::ALL {
            let wanted = setup.only.contains(&service);
            if wanted && (setup.console || service != Service::Console) {
                world.run(service).await;
            }
        }
        if setup.only.contains(&Service::Ingest) {
            world.until_sheet("the sheet is read", |_| true).await;
        }
        world
    }

    /// Gives Torg a shop's file.
    ///
    /// # Panics
    /// When it is refused.
    pub fn add_shop(&self, file: &Path) {
        let file = file.display().to_string();
        self.torg(&["shop", "add", "--file", &file]);
    }

    /// Runs a command of `torg` on this installation, and returns what it printed.
    ///
    /// # Panics
    /// When it fails.
    pub fn torg(&self, command: &[&str]) -> String {
        let output = self.torg_with(command, None);
        assert!(output.status.success(), "{output:?}");
        String::from_utf8(output.stdout).unwrap()
    }

    /// The same with one more variable, however it ends.
    pub(crate) fn torg_with(&self, command: &[&str], variable: Option<(&str, &str)>) -> Output {
        self.command(command).envs(variable).output().unwrap()
    }

    /// A command of `torg` on this installation, which nobody has run yet.
    #[must_use]
    pub fn command(&self, command: &[&str]) -> Command {
        let mut program = Command::new(program("torg"));
        program
            .args(command)
            .args(["--nats-url", &self.broker.url()])
            .args(["--nats-monitor-url", &self.broker.monitor_url()])
            .arg("--state-dir")
            .arg(self.folder.path());
        program
    }

    /// Gives Torg the shop's file anew, with `from` in it, which stands there once, changed into `to`. Services that run
    /// see it within a second.
    ///
    /// # Panics
    /// When it does not stand there once, or the file is refused.
    pub fn change_shop(&self, from: &str, to: &str) {
        let file = self.folder.path().join("shop.toml");
        let text = std::fs::read_to_string(&file).unwrap();
        assert_eq!(text.matches(from).count(), 1, "{from:?} in {text}");
        std::fs::write(&file, text.replace(from, to)).unwrap();
        self.add_shop(&file);
    }

    /// The directory of this installation's state.
    #[must_use]
    pub fn state_dir(&self) -> &Path {
        self.folder.path()
    }

    /// Starts a service that does not run.
    pub async fn run(&mut self, service: Service) {
        assert!(!self.running.contains_key(&service));
        let running = self.new_instance(service).await;
        self.running.insert(service, running);
    }

    /// Starts a second instance of a service beside the first; they share its work.
    pub async fn run_second(&mut self, service: Service) {
        let running = self.new_instance(service).await;
        self.seconds.push(running);
    }

    async fn new_instance(&self, service: Service) -> Running {
        let options = self.options(service);
        if self.setup.processes || self.setup.apart == Some(service) {
            Running::apart(service, &options, self.folder.path()).await
        } else {
            Running::here(service, &options).await
        }
    }

    /// From the next start of the agents on, they search with this model's embeddings.
    pub const fn embed_with(&mut self, model: &'static str) {
        self.setup.embeddings = Some(model);
    }

    /// Kills a service and starts it again.
    pub async fn kill_and_run(&mut self, service: Service) {
        self.kill(service).await;
        self.run(service).await;
    }

    /// The router starts anew, with the stand-in's model, whose calls may take so long.
    pub async fn get_a_model(&mut self, deadline_ms: u64) {
        (self.setup.model, self.setup.model_deadline_ms) = (true, deadline_ms);
        self.kill_and_run(Service::Router).await;
    }

    /// From now on letters go this way.
    pub async fn mail_by(&mut self, route: MailRoute) {
        self.mail_route = route;
        self.kill_and_run(Service::Invoicer).await;
    }

    /// Kills a service at once; nothing is drained.
    pub async fn kill(&mut self, service: Service) {
        self.running.remove(&service).unwrap().kill().await;
    }

    /// From now on every service is in this process, and goes by its clock.
    pub async fn moves_in(&mut self) {
        if let Some(service) = self.setup.apart.take() {
            self.kill_and_run(service).await;
        }
    }

    /// A day goes by: everything is stopped, and starts again with what the log has. Only with [`Setup::days`].
    ///
    /// # Panics
    /// When the world shares its clock, or its services are not in this process.
    pub async fn a_day_passes(&mut self) {
        assert!(!self.setup.processes, "another process has its own clock");
        let services: Vec<Service> = self.running.keys().copied().collect();
        for service in &services {
            self.kill(*service).await;
        }
        self.clock.pass(A_DAY);
        for service in Service::ALL {
            if services.contains(&service) {
                self.run(service).await;
            }
        }
    }

    /// Time goes by while everything runs. Timers of the broker go by its own clock, and are not due earlier for that.
    /// Only with [`Setup::days`].
    ///
    /// # Panics
    /// When the world shares its clock, or its services are not in this process.
    pub fn passes(&self, time: Duration) {
        let apart = self.setup.processes || self.setup.apart.is_some();
        assert!(!apart, "another process has its own clock");
        self.clock.pass(time);
    }

    /// As [`World::passes`], once everything is at rest: what somebody sees on a phone has been noted as well, so that
    /// no deadline counts from after that time.
    pub async fn passes_at_rest(&self, time: Duration) {
        self.until_idle().await;
        self.passes(time);
    }

    /// The stand-ins' remote control.
    #[must_use]
    pub fn control(&self) -> &Control {
        self.providers.control()
    }

    /// Whether a service runs.
    pub(crate) fn runs(&self, service: Service) -> bool {
        self.running.contains_key(&service)
    }

    /// Where a service of this process answers questions.
    ///
    /// # Panics
    /// When it does not run.
    #[must_use]
    pub fn grpc(&self, service: Service) -> String {
        format!("http://{}", self.running[&service].grpc())
    }

    /// What a component of a service says of itself on `/readyz`: `{"state": …, "reason": …}`.
    ///
    /// # Panics
    /// When the service does not run, or does not answer.
    pub async fn readyz(&self, service: Service, component: &str) -> serde_json::Value {
        let answer = reqwest::get(self.running[&service].readyz()).await.unwrap();
        let report: serde_json::Value = answer.json().await.unwrap();
        let components = report["components"].as_object().unwrap().iter();
        // A service that has its process to itself has no scope before its names.
        let scoped = format!("{}/{component}", service.name());
        let mut named =
            components.filter(|(name, _)| [component, &scoped].contains(&name.as_str()));
        named.next().unwrap().1.clone()
    }

    /// A buyer on this channel; the same number is the same buyer.
    #[must_use]
    pub fn chat(&self, channel: Channel, number: u32) -> Chat {
        Chat::new(self, channel, number)
    }

    /// Where ingest is.
    #[must_use]
    pub fn ingest(&self) -> String {
        format!("http://127.0.0.1:{}", self.ingest)
    }

    /// The address of Avito's webhook.
    #[must_use]
    pub fn avito_webhook(&self) -> String {
        avito_webhook(self.ingest)
    }

    /// The address of Telegram's webhook.
    #[must_use]
    pub fn telegram_webhook(&self) -> String {
        format!("{}/webhooks/telegram/{}", self.ingest(), shop())
    }

    /// Waits until every reactor has handled everything.
    pub async fn until_idle(&self) {
        let here = |name: &str| self.setup.only.iter().any(|service| service.name() == name);
        for reactor in REACTORS.iter().filter(|reactor| here(reactor.service)) {
            let what = format!("{} has handled everything", reactor.consumer);
            until(&what, || async {
                let lag = self.log.lag(reactor.consumer).await.ok()?;
                (lag.pending == 0 && lag.held == 0).then_some(())
            })
            .await;
        }
    }

    /// The end of every story: nothing is left to do, nothing is parked, every chain holds, and the providers have
    /// accepted nothing twice.
    ///
    /// # Panics
    /// When it is not so.
    pub async fn end(&self) {
        self.end_but_for(&[]).await;
    }

    /// As [`World::end`], when these histories were damaged on purpose: each is found out, and no other.
    ///
    /// # Panics
    /// As [`World::end`].
    pub async fn end_but_for(&self, damaged: &[&AggregateKey]) {
        self.until_idle().await;
        let mut parked = self.log.parked(None).await.unwrap();
        parked.retain(|one| !damaged.contains(&&one.key));
        assert!(parked.is_empty(), "{parked:?}");
        let report = verify::run(&self.log, |_, _| {}).await.unwrap();
        let damaged: BTreeSet<String> = damaged.iter().map(ToString::to_string).collect();
        let found: BTreeSet<String> = report.faults.iter().map(|one| one.key.clone()).collect();
        assert_eq!(found, damaged, "{:?}", report.faults);
        let ledger = self.control().ledger(&Filter::default());
        // Sellers are told the same words again: «отправляю». That no card comes twice is for the stories of the desk.
        let told = |chat: &str| SELLERS.iter().any(|seller| seller.to_string() == chat);
        let seller = |entry: &Entry| entry.account == DESK.to_string() || told(&entry.chat);
        let twice = ledger.iter();
        let twice = twice.filter(|entry| entry.attempt > 1 && !seller(entry));
        let twice: Vec<_> = twice.collect();
        assert!(twice.is_empty(), "{twice:?}");
    }
}

impl Drop for World {
    #[expect(
        clippy::print_stderr,
        reason = "a failed story shows what its processes said"
    )]
    fn drop(&mut self) {
        if !std::thread::panicking() {
            return;
        }
        for (service, running) in &self.running {
            if let Running::Apart(apart) = running {
                eprintln!("== {}\n{}", service.name(), apart.tail());
            }
        }
    }
}

/// A little more than a day.
const A_DAY: Duration = Duration::from_secs(25 * 3_600);
/// Shards of a story's log.
pub(crate) const SHARDS: u16 = 4;

fn avito_webhook(ingest: u16) -> String {
    let shop = shop();
    format!("http://127.0.0.1:{ingest}/webhooks/avito/{shop}/{AVITO_SECRET}")
}

async fn stand_ins(ingest: u16, polling: bool) -> Simulator {
    let telegram_webhook = || format!("http://127.0.0.1:{ingest}/webhooks/telegram/{}", shop());
    let config = simulator::Config {
        accounts: vec![AvitoAccount {
            user_id: AVITO,
            webhook: Some(avito_webhook(ingest)),
            ..AvitoAccount::default()
        }],
        bots: vec![
            TelegramBot {
                token: format!("{BOT}:STORY-token-of-the-stand-in-bot-001"),
                webhook: (!polling).then(telegram_webhook),
                secret: Some(TELEGRAM_SECRET.to_owned()),
            },
            // A shop that does not name it never hears of it.
            TelegramBot {
                token: format!("{DESK}:STORY-token-of-the-stand-in-bot-001"),
                webhook: (!polling).then(telegram_webhook),
                secret: Some(DESK_SECRET.to_owned()),
            },
        ],
        retry_pause: Duration::from_millis(400),
        ..simulator::Config::default()
    };
    Simulator::start(config).await.unwrap()
}
