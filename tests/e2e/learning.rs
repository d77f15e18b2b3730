//! What the bot could not do alone: counted, labelled, and written down to be learnt.

use std::fs;

use e2e::{Channel, World, shop};
use serde_json::Value;

use crate::desk::{BUNDLE, DESK};

fn json(printed: &str) -> Value {
    serde_json::from_str(printed).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_handed_over_is_counted_labelled_and_written_down_to_be_learnt() {
    let world = World::with(DESK).await;
    let seller = world.seller(0);
    let mut alone = world.chat(Channel::Telegram, 1);
    alone.buyer("Красный рюкзак 20 л есть?").await;
    alone.expect_reply(&["3 штуки"]).await;
    alone.buyer("спасибо!").await;
    alone.expect_reply(&[]).await;
    let mut helped = world.chat(Channel::Avito, 2);
    helped.buyer(BUNDLE).await;
    helped.expect_reply(&["продавц"]).await;
    let card = seller.sees(&["три адреса"]).await;
    seller.replies(&card, "Да, скину 5 %.");
    helped.expect_reply(&["Да, скину 5 %."]).await;
    helped.until_rest().await;

    let printed = world.torg(&["stats", shop().as_str(), "--json"]);
    assert_eq!(printed, world.torg(&["stats", shop().as_str(), "--json"]));
    let figures = &json(&printed)["shops"][0];
    let autonomy = &figures["autonomy"];
    assert_eq!(figures["conversations"], 2, "{printed}");
    assert_eq!(autonomy["asked"], 2, "{printed}");
    for tier in ["contained", "confirmed", "assisted"] {
        assert_eq!(autonomy[tier]["part"], 1, "{tier}: {printed}");
    }
    assert_eq!(figures["handovers"]["ended"]["answered"], 1, "{printed}");
    assert_eq!(figures["answers"]["by_people"]["count"], 1, "{printed}");
    assert_eq!(figures["answers"]["unanswered"], 0, "{printed}");
    let later = world.torg(&["stats", "--from", "2999-01-01", "--json"]);
    assert_eq!(json(&later)["shops"][0]["talks"], 0, "{later}");
    let table = world.torg(&["stats"]);
    assert!(table.contains("confirmed resolved") && table.contains("complex_bundle"));

    let case = json(&world.torg(&["label", "--list", "--json"]));
    let words = case["words"].as_str().unwrap();
    assert!(words.contains("три адреса"), "{case}");
    assert_eq!(
        (&case["said"], &case["label"]),
        (&"Да, скину 5 %.".into(), &Value::Null)
    );
    let id = case["handoff"].as_str().unwrap();
    let label = ["label", id, "--intent", "price_negotiation", "--by", "anna"];
    assert_eq!(world.torg(&label).trim(), "labelled");
    assert_eq!(world.torg(&label).trim(), "it has this label already");
    assert_eq!(helped.count("handoff_labelled").await, 1);
    assert_eq!(
        json(&world.torg(&["label", "--list", "--json"]))["label"],
        "price_negotiation"
    );

    let file = world.state_dir().join("labelled.tsv");
    let path = file.display().to_string();
    world.torg(&["label", "--export", &path]);
    let lines = fs::read_to_string(&file).unwrap();
    let line = format!("ru\tprice_negotiation\t\t\t{words}\n");
    assert_eq!(
        lines,
        format!("lang\tintent\tsecondary\tentities\ttext\n{line}")
    );
    language::OwnLines::open(&file).unwrap();
    world.torg(&["label", "--export", &path]);
    assert_eq!(fs::read_to_string(&file).unwrap(), lines, "always alike");
    world.end().await;
}
