//! Something is tried on a part of the buyers: everybody has an arm and keeps it, and what comes of it is counted.

use std::{collections::BTreeMap, time::Duration};

use domain::{Owner, Shop};
use e2e::{Channel, Chat, Service, Setup, World, shop};
use proto::history::{
    AnalyseExperimentRequest, ListExperimentsRequest, Metric, Verdict,
    experiments_client::ExperimentsClient,
};
use schemas::AggregateKey;
use serde_json::Value;
use tonic::Code;

use crate::desk::DESK;

/// Three arms of one weight: two largest discounts, and nobody but the seller.
const TRIED: &str = r#"
name = "discounts"
metric = "contained"
baseline = 0.6
lift = 0.1
window_hours = 1
[[arm]]
name = "ten"
[arm.variant.rules]
max_discount_percent = 10
[[arm]]
name = "twenty"
[arm.variant.rules]
max_discount_percent = 20
[[arm]]
name = "no-bot"
hold_out = true
"#;

const ASKS: &str = "Красный рюкзак 20 л есть?";
const HAGGLES: &str = "а дешевле отдадите?";

async fn events_of(chat: &Chat, name: &str) -> Vec<Value> {
    let name = format!("torg.conversation.{name}.v1");
    let all = chat.events().await.into_iter();
    let mine = all.filter(|event| event["type"] == name.as_str());
    mine.map(|event| event["data"].clone()).collect()
}

async fn arm_of(chat: &Chat) -> String {
    let given = events_of(chat, "arm_assigned").await;
    assert_eq!(given.len(), 1, "{given:?}");
    given[0]["arm"].as_str().unwrap().to_owned()
}

fn shown(world: &World, at: &str) -> Value {
    let told = world.torg(&[
        "experiment",
        "show",
        shop().as_str(),
        "discounts",
        "--at",
        at,
        "--json",
    ]);
    serde_json::from_str(&told).unwrap()
}

/// The same, asked by a program: `told` is what `torg experiment show` prints for that moment.
async fn asked_over_grpc(world: &World, told: &Value) {
    let channel = world.grpc(Service::Console);
    let mut experiments = ExperimentsClient::connect(channel).await.unwrap();
    let list = ListExperimentsRequest {
        shop: shop().to_string(),
    };
    let list = experiments.list(list).await.unwrap().into_inner();
    assert_eq!(list.experiments.len(), 1);
    let known = &list.experiments[0];
    assert_eq!(
        (known.name.as_str(), known.ended.as_str()),
        ("discounts", "")
    );
    assert_eq!(known.metric(), Metric::Contained);
    assert!(known.arms[2].hold_out, "{known:?}");
    let ask = |experiment: &str, at: &str| AnalyseExperimentRequest {
        shop: shop().to_string(),
        experiment: experiment.to_owned(),
        at: at.to_owned(),
    };
    let asked = experiments.analyse(ask("discounts", "2999-01-01T00:00:00Z"));
    let asked = asked.await.unwrap().into_inner();
    assert_eq!(asked.experiment.as_ref(), Some(known));
    assert_eq!(asked.verdict(), Verdict::TooFew);
    assert_eq!((asked.suspicious, asked.unreadable), (false, 0));
    let printed = told["arms"].as_array().unwrap();
    for (arm, printed) in asked.arms.iter().zip(printed) {
        assert_eq!(arm.assigned, printed["assigned"].as_u64().unwrap());
        for share in &arm.shares {
            let name = share.metric().as_str_name().trim_start_matches("METRIC_");
            let printed = &printed["shares"][name.to_lowercase()];
            assert_eq!(share.part, printed["part"].as_u64().unwrap(), "{share:?}");
            assert_eq!(share.share, printed["share"].as_f64());
            assert_eq!(Some(share.low), printed["low"].as_f64());
            assert_eq!(Some(share.high), printed["high"].as_f64());
        }
        assert_eq!(arm.shares.len(), 4);
    }
    assert_eq!(asked.differences.len(), 2);
    for (one, printed) in asked
        .differences
        .iter()
        .zip(told["differences"].as_array().unwrap())
    {
        let printed = &printed["difference"];
        assert_eq!(Some(one.low), printed["low"].as_f64());
        assert_eq!(Some(one.p), printed["p"].as_f64());
    }
    for (experiment, at, code) in [
        ("discounts", "yesterday", Code::InvalidArgument),
        ("nothing", "", Code::NotFound),
    ] {
        let refused = experiments.analyse(ask(experiment, at)).await.unwrap_err();
        assert_eq!(refused.code(), code, "{refused}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_buyer_keeps_an_arm_each_arm_answers_by_its_own_rule_and_the_analysis_counts_them() {
    let mut world = World::with(Setup {
        console: true,
        ..DESK
    })
    .await;
    let file = world.state_dir().join("experiment.toml");
    std::fs::write(&file, TRIED).unwrap();
    let path = file.display().to_string();
    let shop_id = shop();
    let start = [
        "experiment",
        "start",
        shop_id.as_str(),
        "--file",
        &path,
        "--by",
        "anna",
    ];
    assert!(world.torg(&start).contains("experiment discounts runs: "));
    assert!(world.torg(&start).contains("runs already"));
    // The services look at the shop anew within a moment.
    tokio::time::sleep(Duration::from_millis(600)).await;

    let mut chats: Vec<(String, Chat)> = Vec::new();
    let mut offers: BTreeMap<String, i64> = BTreeMap::new();
    for number in 1..=9 {
        let mut chat = world.chat(Channel::Telegram, number);
        chat.buyer(ASKS).await;
        chat.expect_reply(&[]).await;
        chat.until_rest().await;
        let arm = arm_of(&chat).await;
        let answers = events_of(&chat, "answer_given").await;
        if arm == "no-bot" {
            let stopped = events_of(&chat, "handoff_requested").await;
            assert_eq!(stopped[0]["reason"], "hold_out");
            assert!(
                answers.is_empty(),
                "nobody answers, and nobody drafts: {answers:?}"
            );
            assert_eq!(chat.state().await.owner(), Owner::WaitingForSeller);
        } else {
            chat.buyer(HAGGLES).await;
            chat.expect_reply(&[]).await;
            chat.until_rest().await;
            let answers = events_of(&chat, "answer_given").await;
            assert_eq!(answers.len(), 2, "{answers:#?}");
            let answer = answers[1].to_string();
            assert!(answer.contains(&format!("+discounts/{arm}")), "{answer}");
            let price = answers[1]["offer"]["price"].as_i64().unwrap();
            let same = offers.entry(arm.clone()).or_insert(price);
            assert_eq!(*same, price, "everybody of {arm} has the same");
        }
        chats.push((arm, chat));
    }
    let of = |arm: &str| chats.iter().filter(|(one, _)| one == arm).count();
    let (ten, twenty, nobody) = (of("ten"), of("twenty"), of("no-bot"));
    assert!(
        ten > 0 && twenty > 0 && nobody > 0,
        "{ten} {twenty} {nobody}"
    );
    assert!(offers["twenty"] < offers["ten"], "{offers:?}");

    // Who has which arm follows from the names alone: anybody can find out.
    let log = world
        .log
        .load::<Shop>(&AggregateKey::shop(&shop()))
        .await
        .unwrap();
    for (arm, chat) in &chats {
        let due = log.state.arm_due(chat.key.conversation_id().unwrap(), &[]);
        assert_eq!(due.unwrap().arm, *arm);
    }

    // A restart deals no new cards.
    world.kill_and_run(Service::Router).await;
    let (arm, chat) = chats.iter_mut().find(|(arm, _)| arm != "no-bot").unwrap();
    chat.buyer("Термос есть?").await;
    chat.expect_reply(&["9 штук"]).await;
    assert_eq!(arm_of(chat).await, *arm);
    chat.until_rest().await;

    // An hour has to pass before a conversation is read.
    let young = shown(&world, "2026-01-01T00:00:00Z");
    assert_eq!(young["arms"][0]["assigned"], 0, "{young}");
    let told = shown(&world, "2999-01-01T00:00:00Z");
    let counted = |place: usize, metric: &str| {
        let share = &told["arms"][place]["shares"][metric];
        (
            share["part"].as_u64().unwrap(),
            share["of"].as_u64().unwrap(),
        )
    };
    let all = |count: usize| (count as u64, count as u64);
    let none = |count: usize| (0, count as u64);
    for (place, count) in [(0, ten), (1, twenty)] {
        assert_eq!(counted(place, "contained"), all(count), "{told}");
        assert_eq!(counted(place, "handed_over"), none(count));
        assert_eq!(counted(place, "ordered"), none(count));
    }
    assert_eq!(counted(2, "contained"), none(nobody));
    assert_eq!(counted(2, "handed_over"), all(nobody));
    assert_eq!(told["verdict"]["is"], "too_few");
    assert_eq!(told["sample_ratio"]["suspicious"], false);
    asked_over_grpc(&world, &told).await;

    // The sheet of figures knows why the bot stopped, and prints the same bytes each time.
    let shop_id = shop();
    let sheet = ["stats", shop_id.as_str(), "--sheet", "--json"];
    let printed = world.torg(&sheet);
    assert_eq!(printed, world.torg(&sheet));
    let printed: Value = serde_json::from_str(&printed).unwrap();
    let figures = printed["figures"].as_array().unwrap();
    let figure = |id: &str| figures.iter().find(|one| one["id"] == id).unwrap();
    assert_eq!(figure("conversations")["value"], 9.0);
    let reasons = &figure("handovers")["parts"];
    assert_eq!(
        (&reasons[0]["id"], &reasons[0]["value"]),
        (&"hold_out".into(), &(nobody as f64).into())
    );
    assert!(
        world
            .torg(&["stats", shop().as_str(), "--sheet"])
            .contains("From an ask to the money")
    );

    let stop = [
        "experiment",
        "stop",
        shop_id.as_str(),
        "discounts",
        "--why",
        "seen enough",
        "--by",
        "anna",
    ];
    assert!(world.torg(&stop).contains("is stopped"));
    assert!(
        world
            .torg(&["experiment", "list", shop().as_str()])
            .contains("seen enough")
    );
    tokio::time::sleep(Duration::from_millis(600)).await;
    let mut after = world.chat(Channel::Telegram, 10);
    after.buyer("Красный рюкзак 20 л есть?").await;
    after.expect_reply(&["3 штуки"]).await;
    assert_eq!(
        after.count("arm_assigned").await,
        0,
        "nobody gets an arm any more"
    );
    world.end().await;
}
