//! The console's door: who gets in, what a session is, and what no other page can do.

use std::os::unix::fs::PermissionsExt as _;

use e2e::{Browser, Channel, Setup, World};
use reqwest::{StatusCode, header};

use crate::console_deeds::address;

const PAGES: Setup = Setup {
    console: true,
    ..Setup::USUAL
};

#[tokio::test(flavor = "multi_thread")]
async fn nobody_gets_in_without_the_token_and_leaving_ends_the_session() {
    let world = World::with(PAGES).await;
    let file = console::token_file(world.state_dir());
    let mode = std::fs::metadata(&file).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let token = std::fs::read_to_string(&file).unwrap();

    let mut browser = world.browser();
    for place in [
        "/",
        "/products",
        "/figures",
        "/parked",
        "/settings",
        "/c/e2e/x",
    ] {
        let page = browser.opens(place).await;
        assert!(
            page.at.starts_with("/sign-in?next=/"),
            "{place}: {}",
            page.at
        );
        assert!(page.text().contains("Ключ консоли"));
    }
    let closed = browser
        .posts("/parked/retry", &[("consumer", "router"), ("key", "x")])
        .await;
    assert_eq!(closed.status(), StatusCode::UNAUTHORIZED);
    assert_eq!(
        browser.signs_in("wrong", "Анна").await,
        StatusCode::UNAUTHORIZED
    );
    assert_eq!(
        browser.signs_in(&token, " ").await,
        StatusCode::UNPROCESSABLE_ENTITY
    );
    assert!(browser.cookie.is_none());

    let form = [
        ("token", token.as_str()),
        ("name", "Анна"),
        ("next", "//evil.example/"),
    ];
    let answer = browser.posts("/sign-in", &form).await;
    assert_eq!(
        answer.headers()[header::LOCATION],
        "/",
        "the door leads nowhere else"
    );
    let cookie = answer.headers()[header::SET_COOKIE].to_str().unwrap();
    for part in ["HttpOnly", "SameSite=Strict", "Path=/"] {
        assert!(cookie.contains(part), "{cookie}");
    }
    browser.cookie = cookie.split(';').next().map(str::to_owned);
    assert!(browser.opens("/").await.text().contains("Анна Выйти"));

    // A page somewhere else cannot do anything, whoever is signed in.
    for origin in [None, Some("https://evil.example"), Some("null")] {
        for place in ["/sign-out", "/parked/retry", "/language", "/sign-in"] {
            let answer = browser.posts_from(place, &[("to", "en")], origin).await;
            assert_eq!(
                answer.status(),
                StatusCode::FORBIDDEN,
                "{place} from {origin:?}"
            );
        }
    }
    // The secret itself is nowhere in the database, and a stolen cookie is worth nothing after signing out.
    let url = world.database.as_ref().unwrap().url();
    let pool = console::connect(&url, 1).await.unwrap();
    let secret = browser.cookie.as_ref().unwrap().split('=').nth(1).unwrap();
    let kept: Vec<String> = sqlx::query_scalar("SELECT session::text FROM session")
        .fetch_all(&pool)
        .await
        .unwrap();
    assert_eq!(kept.len(), 1);
    assert!(!kept[0].contains(secret), "{kept:?}");
    assert_eq!(
        browser.posts("/sign-out", &[]).await.status(),
        StatusCode::SEE_OTHER
    );
    assert!(browser.opens("/").await.at.starts_with("/sign-in"));
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn guessing_is_slowed_down_and_a_session_ends_by_itself() {
    let world = World::with(Setup {
        days: true,
        ..PAGES
    })
    .await;
    let mut guesser = world.browser();
    for _ in 0..10 {
        assert_eq!(
            guesser.signs_in("guess", "x").await,
            StatusCode::UNAUTHORIZED
        );
    }
    let token = console::token(world.state_dir()).unwrap();
    for guess in ["guess", &token] {
        assert_eq!(
            guesser.signs_in(guess, "x").await,
            StatusCode::TOO_MANY_REQUESTS
        );
    }
    world.passes(std::time::Duration::from_secs(601));
    let browser = world.browser_of("Анна").await;
    let inside = async |browser: &Browser| !browser.opens("/").await.at.starts_with("/sign-in");
    assert!(inside(&browser).await);
    // Used again and again it holds for two weeks, and no longer.
    for _ in 0..13 {
        world.passes(std::time::Duration::from_secs(23 * 3_600));
        assert!(inside(&browser).await);
    }
    let (idle, used) = (
        world.browser_of("Борис").await,
        world.browser_of("Вера").await,
    );
    world.passes(std::time::Duration::from_secs(23 * 3_600));
    assert!(inside(&used).await);
    world.passes(std::time::Duration::from_secs(2 * 3_600));
    assert!(!inside(&idle).await, "nobody used it for a day");
    assert!(inside(&used).await);
    world.passes(std::time::Duration::from_secs(20 * 3_600));
    assert!(inside(&used).await);
    world.passes(std::time::Duration::from_secs(8 * 3_600));
    assert!(!inside(&browser).await, "no session is for ever");
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_answer_tells_browsers_what_to_refuse() {
    let world = World::with(PAGES).await;
    let mut chat = world.chat(Channel::Web, 1);
    chat.buyer("Красный рюкзак 20 л есть?").await;
    chat.expect_reply(&["3 штуки"]).await;
    let browser = world.browser_of("Анна").await;
    let http = reqwest::Client::new();
    let places = [
        "/",
        "/sign-in",
        "/assets/console.js",
        "/nowhere",
        &address(&chat),
    ];
    for place in places {
        let asked = http.get(format!("{}{place}", world.console()));
        let asked = asked.header(header::COOKIE, browser.cookie.as_deref().unwrap());
        let answer = asked.send().await.unwrap();
        let headers = answer.headers();
        let told = |name: &str| {
            headers
                .get(name)
                .map_or("", |value| value.to_str().unwrap())
        };
        let policy = told("content-security-policy");
        assert!(
            policy.starts_with("default-src 'self';"),
            "{place}: {policy}"
        );
        assert!(!policy.contains("unsafe"), "{place}: {policy}");
        assert!(
            policy.contains("frame-ancestors 'none'"),
            "{place}: {policy}"
        );
        assert_eq!(told("x-content-type-options"), "nosniff", "{place}");
        assert_eq!(told("referrer-policy"), "same-origin", "{place}");
        assert!(!told("cache-control").is_empty(), "{place}");
    }
    let page = browser.opens("/nowhere").await;
    assert_eq!(page.status, StatusCode::NOT_FOUND);
    world.end().await;
}
