//! How somebody comes to the desk: by a code.

use e2e::{DESK, SELLERS, Setup, World, shop};
use proto::desk::actor::Who;
use serde_json::Value;

use super::{BUNDLE, Client, handed_over};

const DESKS: Setup = Setup {
    desk: true,
    ..Setup::USUAL
};

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_invited_sits_down_with_the_code_and_gets_the_next_card() {
    let world = World::with(DESKS).await;
    world.change_shop(
        &format!("sellers = [{}, {}]", SELLERS[0], SELLERS[1]),
        "sellers = []",
    );
    let printed = world.torg(&[
        "shop",
        "invite",
        shop().as_str(),
        "--json",
        "--telegram-base-url",
        &world.providers.url(),
    ]);
    let invitation: Value = serde_json::from_str(&printed).unwrap();
    let code = invitation["code"].as_str().unwrap();
    assert_eq!(
        invitation["link"],
        format!("https://t.me/shop{DESK}_bot?start={code}"),
        "{printed}"
    );
    let log = world.desk_events().await;
    assert!(
        !log.iter().any(|event| event.to_string().contains(code)),
        "a code is no secret any more"
    );

    let (anna, boris) = (world.person(7_001), world.person(7_002));
    anna.starts("desk-0000-0000");
    anna.sees(&["Такого кода нет"]).await;
    anna.starts(code);
    anna.sees(&["вы продавец этого магазина"]).await;
    boris.starts(code);
    boris.sees(&["им уже воспользовались"]).await;

    let mut chat = handed_over(&world, BUNDLE).await;
    let card = anna.sees(&["три адреса"]).await;
    assert!(boris.find(&["три адреса"]).is_none());
    anna.replies(&card, "Да, скину 5 %.");
    chat.expect_reply(&["Да, скину 5 %."]).await;
    let mut client = Client::of(&world).await;
    let settled = client.list(true).await;
    let by = settled[0].by.clone().unwrap();
    assert_eq!(by.who, Some(Who::Telegram(7_001)));
    let listed = world.torg(&["desk", shop().as_str(), "--settled", "--json"]);
    let listed: Value = serde_json::from_str(&listed).unwrap();
    assert_eq!(listed["matter"], settled[0].id.as_str(), "{listed}");
    let table = world.torg(&["desk", shop().as_str(), "--settled"]);
    for part in [
        "complex bundle",
        "answered by 7001",
        &settled[0].conversation_id,
    ] {
        assert!(table.contains(part), "no {part:?} in\n{table}");
    }
    assert_eq!(
        world.torg(&["desk", shop().as_str()]).trim(),
        "nothing waits for a person"
    );
    world.end().await;
}
