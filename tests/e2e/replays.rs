//! What would have been said: a real sale, replayed.

use std::{
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use e2e::{Channel, Setup, Talk, World, free_port, program, runtime, until};
use serde_json::Value;

pub(crate) const SALE: Setup = Setup {
    quiet_window_ms: 150,
    demo: true,
    ..Setup::USUAL
};

/// The words of a sale, each with something of the reply.
const WORDS: [(&str, &[&str]); 8] = [
    ("Здравствуйте! какие термосы есть?", &["1. ", "2. "]),
    ("расскажите про второй", &["1 790"]),
    ("сколько стоит доставка в Казань?", &["Казань"]),
    // Found among the seller's own questions, never with certainty.
    ("а гарантия есть?", &["месяцев"]),
    ("добавьте одну штуку", &["В корзине"]),
    ("а дешевле отдадите?", &["1 "]),
    ("оформляем", &["в какой город"]),
    ("Казань", &["адрес"]),
];

pub(crate) async fn sale(world: &World) {
    for (number, channel) in [
        (1, Channel::Telegram),
        (2, Channel::Avito),
        (3, Channel::Web),
    ] {
        let mut talk = Talk::new(world, channel, number);
        for (words, parts) in WORDS {
            talk.asks(words, parts).await;
        }
        let mut next = talk.asks("Баумана 5, кв. 12", &[]).await;
        if next.contains("чьё имя") {
            next = talk.asks("Иван Петров", &["телефон или почту"]).await;
        }
        assert!(next.contains("телефон или почту"), "{next}");
        talk.asks("8 916 123-45-67", &["Итого", "Всё верно?"]).await;
        talk.asks("да, всё верно", &["принят"]).await;
    }
    world.until_idle().await;
}

/// What a replay printed, and its exit code.
struct Ran {
    text: String,
    code: Option<i32>,
}

impl Ran {
    fn of(mut command: Command) -> Self {
        let output = command.output().unwrap();
        let code = output.status.code();
        assert!(matches!(code, Some(0 | 3)), "{output:?}");
        let text = String::from_utf8(output.stdout).unwrap();
        Self { text, code }
    }

    fn report(&self) -> Value {
        serde_json::from_str(&self.text).unwrap()
    }

    fn sum(&self, name: &str) -> i64 {
        self.report()["summary"][name].as_i64().unwrap()
    }

    /// The words of the turns that changed.
    fn changed(&self) -> Vec<String> {
        let report = self.report();
        let turns = report["turns"].as_array().unwrap().iter();
        let changed = turns.filter(|turn| !turn["changed"].as_array().unwrap().is_empty());
        let mut words: Vec<String> = changed.map(|turn| turn["words"][0].to_string()).collect();
        words.sort();
        words.dedup();
        words
    }
}

fn replaying(world: &World, more: &[&str]) -> Command {
    let mut command = world.command(&["replay", "--json"]);
    command.args(more).arg("--runtime-dir").arg(runtime());
    command
}

fn replay(world: &World, more: &[&str]) -> Ran {
    Ran::of(replaying(world, more))
}

/// A file of this installation.
fn file(world: &World, name: &str, text: &str) -> PathBuf {
    let path = world.state_dir().join(name);
    std::fs::write(&path, text).unwrap();
    path
}

fn with(world: &World, name: &str, variant: &str) -> Ran {
    let path = file(world, name, variant);
    replay(world, &["--variant", path.to_str().unwrap()])
}

async fn ends(world: &World) -> Vec<u64> {
    let mut ends = Vec::new();
    for shard in 0..world.log.shards() {
        ends.push(world.log.last_seq(shard).await.unwrap());
    }
    ends
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sale_is_told_again_as_it_was_and_a_candidate_changes_exactly_what_it_should() {
    let world = World::with(SALE).await;
    sale(&world).await;
    let before = ends(&world).await;
    let page = world.state_dir().join("report.html");
    let same = replay(&world, &["--html", page.to_str().unwrap()]);
    assert_eq!(same.sum("changed"), 0, "{}", same.text);
    assert_eq!(same.sum("drifted"), 0, "{}", same.text);
    assert_eq!(same.sum("problems"), 0, "{}", same.text);
    assert_eq!(same.sum("conversations"), 3);
    assert!(same.sum("turns") >= 30, "{}", same.text);
    assert_eq!(same.sum("orders_baseline"), 3);
    assert_eq!(same.code, Some(0));
    let read = || std::fs::read_to_string(&page).unwrap();
    let russian = read();
    assert!(russian.starts_with("<!doctype html>") && !russian.contains("<script"));
    assert!(russian.contains("lang=\"ru\"") && russian.contains("Ничего не изменилось бы."));
    let path = page.to_str().unwrap();
    replay(&world, &["--html", path]);
    assert_eq!(read(), russian, "the same letter by letter");
    let again = replay(&world, &["--html", path, "--language", "en"]);
    assert_eq!(again.text, same.text, "JSON has no language");
    let english = read();
    assert!(english.contains("lang=\"en\"") && english.contains("Nothing changed."));

    let table = "region,price,days\nКазань,555,3\n";
    file(&world, "delivery.csv", table);
    let dearer = with(&world, "delivery.toml", "delivery = \"delivery.csv\"");
    assert_eq!(dearer.code, Some(3));
    let words = dearer.changed();
    assert!(
        words.iter().any(|one| one.contains("доставка")),
        "{words:?}"
    );
    assert!(dearer.text.contains("555"), "{}", dearer.text);
    for other in ["термосы", "второй", "дешевле", "добавьте"] {
        assert!(!words.iter().any(|one| one.contains(other)), "{words:?}");
    }
    assert_eq!(dearer.sum("drifted"), 0, "the baseline is the same");

    let stingy = with(&world, "rules.toml", "[rules]\nmax_discount_percent = 1\n");
    let words = stingy.changed();
    assert_eq!(words.len(), 1, "{words:?}");
    assert!(words[0].contains("дешевле"), "{words:?}");
    assert!(
        stingy.sum("discounts_candidate") < stingy.sum("discounts_baseline"),
        "{}",
        stingy.text
    );

    let timid = with(&world, "timid.toml", "confidence = 0.999");
    assert!(timid.sum("handovers_gained") > 0, "{}", timid.text);
    assert_eq!(timid.sum("handovers_lost"), 0);

    // The past does not change when the sheet does, and a report is the same letter by letter.
    let text = std::fs::read_to_string(world.sheet.path()).unwrap();
    world.sheet.save_text(&text.replace("1790", "1999"));
    until("the price has changed", || async {
        let products = world.products().await;
        let new = products
            .iter()
            .any(|one| one.product.price.kopecks() == 199_900);
        new.then_some(())
    })
    .await;
    let later = replay(&world, &[]);
    assert_eq!(later.text, same.text);
    let grown = ends(&world).await;
    let again = replay(&world, &[]);
    assert_eq!(again.text, same.text);
    assert_eq!(ends(&world).await, grown, "a replay records nothing");
    assert!(grown > before);
    world.end().await;
}

/// Hears whoever comes.
struct Canary {
    port: u16,
    heard: Arc<AtomicUsize>,
}

impl Canary {
    fn listen() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let heard = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&heard);
        std::thread::spawn(move || {
            for _ in listener.incoming() {
                count.fetch_add(1, Ordering::SeqCst);
            }
        });
        Self { port, heard }
    }

    /// Every address that any service can be told, and every proxy, is the canary's.
    fn is_all_there_is(&self, command: &mut Command) {
        let http = format!("http://127.0.0.1:{}", self.port);
        for name in [
            "TORG_AVITO_BASE_URL",
            "TORG_TELEGRAM_BASE_URL",
            "TORG_SHEETS_BASE_URL",
            "TORG_GOOGLE_TOKEN_URL",
            "TORG_LLM_BASE_URL",
            "TORG_EMBEDDINGS_BASE_URL",
            "TORG_TRANSCRIPTION_BASE_URL",
            "TORG_QDRANT_URL",
            "TORG_PUBLIC_URL",
            "HTTP_PROXY",
            "HTTPS_PROXY",
            "ALL_PROXY",
            "http_proxy",
            "https_proxy",
            "all_proxy",
        ] {
            command.env(name, &http);
        }
        command.env("TORG_LLM_MODEL", "canary");
        command.env("TORG_SMTP_URL", format!("smtp://127.0.0.1:{}", self.port));
        command.env("TORG_REDIS_URL", format!("redis://127.0.0.1:{}", self.port));
        let database = format!("postgres://torg@127.0.0.1:{}/torg", self.port);
        command.env("TORG_DATABASE_URL", database);
        command.env("NO_PROXY", "").env("no_proxy", "");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_of_a_replay_leaves_the_box_and_it_goes_on_after_a_kill() {
    let world = World::with(SALE).await;
    sale(&world).await;
    let before = ends(&world).await;
    let canary = Canary::listen();
    let variant = file(
        &world,
        "rules.toml",
        "confidence = 0.9\n[rules]\nmax_discount_percent = 1\n",
    );
    let variant = variant.to_str().unwrap();
    let mut command = replaying(&world, &["--variant", variant]);
    canary.is_all_there_is(&mut command);
    let whole = Ran::of(command);
    assert!(whole.sum("turns") >= 30, "{}", whole.text);
    assert_eq!(canary.heard.load(Ordering::SeqCst), 0);
    assert_eq!(ends(&world).await, before);
    // It would have heard.
    drop(std::net::TcpStream::connect(("127.0.0.1", canary.port)).unwrap());
    until("the canary hears", || async {
        (canary.heard.load(Ordering::SeqCst) == 1).then_some(())
    })
    .await;

    let notes = world.state_dir().join("notes.jsonl");
    let resuming = || {
        replaying(
            &world,
            &["--variant", variant, "--resume", notes.to_str().unwrap()],
        )
    };
    let mut killed = resuming()
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    until("it has begun", || async { notes.exists().then_some(()) }).await;
    killed.kill().unwrap();
    killed.wait().unwrap();
    assert_eq!(Ran::of(resuming()).text, whole.text);
    // As a kill in the middle of a line leaves it.
    let text = std::fs::read_to_string(&notes).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines.len(), 4, "what is of what, and three conversations");
    let cut: String = lines[2].chars().take(200).collect();
    std::fs::write(&notes, format!("{}\n{}\n{cut}", lines[0], lines[1])).unwrap();
    assert_eq!(Ran::of(resuming()).text, whole.text);
    let text = std::fs::read_to_string(&notes).unwrap();
    assert_eq!(text.lines().count(), 4);
    let other = replaying(&world, &["--resume", notes.to_str().unwrap()])
        .output()
        .unwrap();
    assert_eq!(other.status.code(), Some(1));
    let told = String::from_utf8(other.stderr).unwrap();
    assert!(told.contains("asked something else"), "{told}");
    world.end().await;
}

/// A process of Torg's beside the world; killed on drop.
pub(crate) struct Beside {
    child: Child,
    pub(crate) url: String,
}

impl Beside {
    pub(crate) async fn start(mut command: Command, folder: &Path, name: &str) -> Self {
        let (grpc, admin) = (free_port(), free_port());
        let log = std::fs::File::create(folder.join(name)).unwrap();
        let child = command
            .env("TORG_GRPC_LISTEN", format!("127.0.0.1:{grpc}"))
            .env("TORG_ADMIN_LISTEN", format!("127.0.0.1:{admin}"))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .unwrap();
        let url = format!("http://127.0.0.1:{grpc}");
        let ready = format!("http://127.0.0.1:{admin}/readyz");
        let beside = Self { child, url };
        until(&format!("{name} is ready"), || async {
            let answer = reqwest::get(&ready).await.ok()?;
            answer.status().is_success().then_some(())
        })
        .await;
        beside
    }

    /// Another build: it is told no address of anything.
    async fn candidate(world: &World) -> Self {
        Self::candidate_with(world, &[]).await
    }

    async fn candidate_with(world: &World, options: &[&str]) -> Self {
        let mut command = Command::new(program("torg"));
        command.arg("candidate").arg("--runtime-dir").arg(runtime());
        command.args(options);
        Self::start(command, world.state_dir(), "candidate.log").await
    }
}

impl Drop for Beside {
    fn drop(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn another_build_is_asked_over_grpc_and_says_what_it_would_say_here() {
    let world = World::with(SALE).await;
    sale(&world).await;
    let there = Beside::candidate(&world).await;
    let same = replay(&world, &["--against", &there.url]);
    assert_eq!(same.sum("changed"), 0, "{}", same.text);
    assert_eq!(same.sum("problems"), 0, "{}", same.text);
    let variant = file(&world, "rules.toml", "[rules]\nmax_discount_percent = 1\n");
    let variant = variant.to_str().unwrap();
    let here = replay(&world, &["--variant", variant]);
    let there = replay(&world, &["--variant", variant, "--against", &there.url]);
    assert!(here.sum("changed") > 0);
    assert_eq!(here.report()["summary"], there.report()["summary"]);
    let replies = |ran: &Ran| -> Vec<String> {
        let report = ran.report();
        let turns = report["turns"].as_array().unwrap().iter();
        turns
            .map(|turn| turn["candidate"]["reply"].to_string())
            .collect()
    };
    assert_eq!(replies(&here), replies(&there));
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_language_model_would_have_made_of_a_past_is_asked_of_a_candidate_that_asks_it() {
    let world = World::with(SALE).await;
    let mut chat = world.chat(Channel::Web, 1);
    chat.buyer("Здравствуйте!").await;
    let greeting = chat.expect_reply(&["Здравствуйте!"]).await;
    // Words that the classifier is not sure of.
    chat.buyer("термос Полярник 1 л есть?").await;
    chat.expect_reply(&[]).await;
    world.until_idle().await;
    let alone = replay(&world, &[]);
    assert_eq!(alone.sum("drifted"), 0, "{}", alone.text);
    assert!(world.control().model_calls().is_empty());

    let url = format!("{}/v1", world.providers.url());
    let options = [
        "--llm-base-url",
        &url,
        "--llm-model",
        "stand-in",
        "--llm-phrases",
        "true",
    ];
    let there = Beside::candidate_with(&world, &options).await;
    let asked = replay(&world, &["--against", &there.url]);
    assert_eq!(asked.sum("problems"), 0, "{}", asked.text);
    let calls = world.control().model_calls();
    let understood = calls
        .iter()
        .find(|call| call.schema.as_deref() == Some("understanding"));
    let messages = understood.unwrap().request["messages"].to_string();
    assert!(
        messages.contains(&greeting),
        "it is shown the talk before: {messages}"
    );
    let report = asked.report();
    let candidate = report["asked"]["candidate"].as_str().unwrap();
    assert!(candidate.contains("that asks stand-in"), "{candidate}");
    let turns = report["turns"].as_array().unwrap();
    let helped = turns
        .iter()
        .filter(|turn| turn["candidate"]["helped"] != turn["baseline"]["helped"]);
    assert!(helped.count() > 0, "{}", asked.text);
    world.end().await;
}
