//! The door: wrong secrets, sizes, and bodies that nobody knows.

use e2e::{BOT, TELEGRAM_SECRET, World, avito_body, shop, telegram_body};

use serde_json::json;

/// Every commit of the log, of all shards.
async fn commits(world: &World) -> u64 {
    let mut commits = 0;
    for shard in 0..world.log.shards() {
        commits += world.log.last_seq(shard).await.unwrap();
    }
    commits
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_ours_or_too_large_or_not_json_is_refused_and_not_stored() {
    let world = World::start().await;
    let before = commits(&world).await;
    let avito = avito_body("u2i-1", "m1", "есть?").to_string();
    let telegram = telegram_body(1, 700_001, "есть?").to_string();
    let (to_avito, to_telegram) = (world.avito_webhook(), world.telegram_webhook());
    let wrong = format!("{}/webhooks/avito/{}/guess", world.ingest(), shop());
    let nobody = format!("{}/webhooks/avito/nobody/guess", world.ingest());
    let no_shop = format!("{}/webhooks/telegram/nobody", world.ingest());
    let large = format!("{{\"text\": \"{}\"}}", "x".repeat(256 * 1024));
    let secret = Some(TELEGRAM_SECRET);
    for (url, body, secret, status) in [
        (&wrong, &avito, None, 404),
        (&nobody, &avito, None, 404),
        (&to_telegram, &telegram, None, 401),
        (&to_telegram, &telegram, Some("guess"), 401),
        (&no_shop, &telegram, secret, 401),
        (&to_avito, &large, None, 413),
        (&to_telegram, &large, secret, 413),
        (&to_avito, &"not JSON".to_owned(), None, 400),
        (&to_telegram, &"not JSON".to_owned(), secret, 400),
        (&to_avito, &"{}".to_owned(), None, 200),
        (&to_telegram, &"{}".to_owned(), secret, 200),
    ] {
        let post = world.post(url, body.clone(), secret).await;
        let end = body.chars().take(20).collect::<String>();
        assert_eq!(post.status, status, "{url} {end}");
        assert_eq!(post.event_id, None, "{url} {end}");
    }
    assert_eq!(commits(&world).await, before);
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn json_that_nobody_knows_is_kept_once() {
    let world = World::start().await;
    let body = json!({"id": "x", "version": "v9", "payload": {"type": "horoscope", "value": {}}});
    let before = commits(&world).await;
    let first = world.post_avito(&body).await;
    assert_eq!(first.status, 200);
    assert!(first.event_id.is_some());
    for _ in 0..3 {
        assert_eq!(world.post_avito(&body).await, first);
    }
    assert_eq!(commits(&world).await, before + 1);

    let update = json!({"update_id": 77, "unheard_of": {"from": {"id": BOT}}});
    let first = world.post_telegram(&update).await;
    assert_eq!(first.status, 200);
    assert_eq!(world.post_telegram(&update).await, first);
    assert_eq!(commits(&world).await, before + 2);
    world.end().await;
}
