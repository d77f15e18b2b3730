//! The console's door: who gets in, what a session is, and what no other page can do.

use std::os::unix::fs::PermissionsExt as _;

use e2e::{Browser, Channel, DESK, Seller, Setup, World, shop, until};
use reqwest::{StatusCode, header};

use crate::console_deeds::{CONSOLE, address};

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

/// A shop beside that of the stories, with a web chat.
fn another_shop(world: &World) {
    let folder = world.state_dir().join("other");
    std::fs::create_dir_all(folder.join("sheet")).unwrap();
    let rows = "Артикул,Название,Остаток,Цена\nKN-01,Нож складной,4,1500\n";
    std::fs::write(folder.join("sheet/products.csv"), rows).unwrap();
    let file = folder.join("shop.toml");
    let text = r#"
id = "other"
name = "Чужая лавка"
timezone = "Europe/Moscow"
currency = "RUB"
languages = ["ru"]

[sheet]
folder = "./sheet"

[[channel]]
kind = "web"
"#;
    std::fs::write(&file, text).unwrap();
    world.add_shop(&file);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_seller_enters_by_a_code_from_telegram_once_and_sees_that_shop_alone() {
    let world = World::with(CONSOLE).await;
    another_shop(&world);
    let owner = world.browser_of("Владелец").await;
    until("the other shop is there", || async {
        let page = owner.opens("/products?shop=other").await;
        page.text().contains("KN-01").then_some(())
    })
    .await;
    let mut chat = world.chat(Channel::Avito, 1);
    chat.buyer("Красный рюкзак 20 л есть?").await;
    chat.expect_reply(&["3 штуки"]).await;

    let (seller, stranger) = (world.seller(0), world.person(999));
    world.control().telegram_start(DESK, 999, "").unwrap();
    stranger.writes("/console");
    stranger.sees(&["попросите у владельца код"]).await;
    let code = async |seller: &Seller| {
        seller.writes("/console");
        let told = seller.sees(&["Код для входа в консоль"]).await;
        let code = told.text.split_whitespace().find(|word| {
            let (left, right) = word.split_once('-').unwrap_or_default();
            left.len() == 4 && right.len() == 4
        });
        code.unwrap().to_owned()
    };
    let first = code(&seller).await;
    let mut phone = world.browser();
    let wrong = phone.signs_in_by_code("aaaa-aaaa").await;
    assert_eq!(wrong, StatusCode::UNAUTHORIZED);
    // As it is typed on a phone.
    let typed = format!(" {} ", first.to_uppercase());
    assert_eq!(phone.signs_in_by_code(&typed).await, StatusCode::SEE_OTHER);
    let again = world.browser().signs_in_by_code(&first).await;
    assert_eq!(again, StatusCode::UNAUTHORIZED, "a code opens once");
    let log = format!("{:?}", world.desk_events().await);
    assert!(!log.contains(&first), "the log knows the digest only");

    // The seller's own shop, and no other.
    world.until_idle().await;
    crate::rebuild::until_caught_up(&world).await;
    let inbox = phone.opens("/").await.text();
    assert!(inbox.contains("Рюкзак"), "{inbox}");
    let own = address(&chat);
    assert_eq!(phone.opens(&own).await.status, 200);
    let foreign = own.replace(shop().as_str(), "other");
    assert_ne!(foreign, own);
    for (page, seen) in [
        ("/products?shop=other", false),
        ("/settings?shop=other", false),
        ("/figures?shop=other", false),
        ("/orders?shop=other", false),
        ("/experiments?shop=other", false),
        ("/replays?shop=other", false),
        ("/?shop=other", false),
        ("/products", true),
        ("/settings", true),
    ] {
        let text = phone.opens(page).await.text();
        assert!(
            !text.contains("KN-01") && !text.contains("Чужая"),
            "{page}: {text}"
        );
        assert_eq!(
            text.contains("Рюкзаки и точка") || text.contains("RG-20-RED"),
            seen,
            "{page}: {text}"
        );
    }
    for page in [
        foreign.as_str(),
        "/orders/other/1",
        "/invoices/other/1",
        "/replays/other/1/report",
    ] {
        assert_eq!(phone.opens(page).await.status, 404, "{page}");
    }
    let start = [("shop", "other"), ("days", "7")];
    for (place, form) in [
        ("/replays", &start[..]),
        (
            "/c/other/x/deeds",
            &[("nonce", "0123456789abcdef"), ("deed", "mute")],
        ),
    ] {
        let answer = phone.posts(place, form).await;
        assert_eq!(answer.status(), StatusCode::NOT_FOUND, "{place}");
    }
    // Only the newest code of a seller opens.
    let old = code(&seller).await;
    seller.writes("/console");
    until("another code is told", || async {
        let codes = world.desk_events().await;
        let told = codes
            .iter()
            .filter(|event| event["type"] == "torg.desk.console_code_told.v1");
        (told.count() == 3).then_some(())
    })
    .await;
    let void = world.browser().signs_in_by_code(&old).await;
    assert_eq!(void, StatusCode::UNAUTHORIZED, "told another since");
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
