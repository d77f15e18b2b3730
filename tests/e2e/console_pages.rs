//! What the console's pages show: live, found again, as it was then, explained; and that looking changes nothing.

use std::time::Duration;

use e2e::{Browser, Channel, Setup, World, until};
use reqwest::header;
use simulator::TelegramMessage;

use crate::{
    console_deeds::{CONSOLE, address},
    history::at_rest,
};

#[tokio::test(flavor = "multi_thread")]
async fn the_inbox_is_told_of_news_and_words_are_found_in_any_form() {
    let world = World::with(CONSOLE).await;
    let mut anna = world.browser_of("Анна").await;
    assert!(
        anna.opens("/")
            .await
            .text()
            .contains("Пока никто не написал")
    );
    let mut news = news(&world, &anna).await;
    let mut red = world.chat(Channel::Web, 1);
    red.buyer("Красный рюкзак 20 л есть?").await;
    assert!(next(&mut news).await.contains("event: news"));
    red.expect_reply(&["3 штуки"]).await;
    let english = world.chat(Channel::Telegram, 2);
    let message = TelegramMessage {
        name: Some("Mary <Ann>".to_owned()),
        ..TelegramMessage::text("Do you ship umbrellas abroad?")
    };
    world
        .control()
        .telegram_write(e2e::BOT, english.number(), &message)
        .unwrap();
    anna.sees("/", &["Вектор", "Mary <Ann>", "Все 2"]).await;

    // In another form of the word, in both languages, and by name.
    for (words, there, absent) in [
        ("рюкзаки", "Вектор", "Mary"),
        ("umbrella", "umbrellas", "Вектор"),
        ("mary", "Mary", "Вектор"),
    ] {
        let found = anna.sees(&format!("/?q={words}"), &[there]).await;
        assert!(!found.text().contains(absent), "{words}: {}", found.text());
    }
    assert!(anna.opens("/?q=рюкзаки").await.html.contains("<mark>"));
    assert!(
        anna.opens("/?q=%22%00'%5C")
            .await
            .text()
            .contains("Ничего не найдено")
    );
    let web = anna.opens("/?channel=web").await.text();
    assert!(web.contains("Вектор") && !web.contains("Mary"), "{web}");
    assert!(!anna.opens("/?owner=closed").await.text().contains("Mary"));

    // In English, for who asks in English.
    anna.language = "en-GB,en;q=0.9";
    assert!(anna.opens("/").await.text().contains("Conversations"));
    world.end().await;
}

/// The stream that a page listens to.
async fn news(world: &World, browser: &Browser) -> reqwest::Response {
    let asked =
        reqwest::Client::new().get(format!("{}/news?shop={}", world.console(), e2e::shop()));
    let asked = asked.header(header::COOKIE, browser.cookie.as_deref().unwrap());
    let mut answer = asked.send().await.unwrap();
    // The first one is at once.
    assert!(next(&mut answer).await.contains("id: 0"));
    answer
}

async fn next(answer: &mut reqwest::Response) -> String {
    let chunk = tokio::time::timeout(Duration::from_secs(20), answer.chunk()).await;
    let chunk = chunk.unwrap().unwrap().unwrap();
    String::from_utf8(chunk.to_vec()).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_slider_shows_what_was_then_and_why_it_was_said_and_looking_changes_nothing() {
    let world = World::with(Setup {
        demo: true,
        ..CONSOLE
    })
    .await;
    let anna = world.browser_of("Анна").await;
    let mut chat = world.chat(Channel::Web, 1);
    chat.buyer("Здравствуйте!").await;
    chat.expect_reply(&[]).await;
    chat.buyer("Есть городской рюкзак?").await;
    chat.expect_reply(&["1.", "2.", "2 490"]).await;
    chat.buyer("Позовите продавца").await;
    chat.expect_reply(&["продавц"]).await;
    world.until_idle().await;
    let at = address(&chat);
    let page = anna
        .sees(
            &at,
            &["Список на экране", "Бот остановился: Просит человека"],
        )
        .await;
    at_rest(&world).await;
    let last = last_positions(&world).await;

    // Step by step: the list appears when it was read, and the owner changes when the bot stopped.
    let steps: usize = page
        .text()
        .split("Событие ")
        .nth(1)
        .unwrap()
        .split(' ')
        .nth(2)
        .unwrap()
        .parse()
        .unwrap();
    let mut shown = Vec::new();
    for step in 1..=steps {
        let page = anna.opens(&format!("{at}?step={step}")).await;
        let text = page.text();
        assert_eq!(
            text.contains("Так было на этот момент"),
            step < steps,
            "{text}"
        );
        let panel = text.split("Состояние").nth(1).unwrap().to_owned();
        shown.push((
            panel.contains("Список на экране"),
            panel.contains("Ждёт продавца"),
        ));
    }
    assert_eq!(shown[0], (false, false));
    assert_eq!(shown[steps - 1], (true, true));
    assert!(
        shown.windows(2).all(|two| two[0].0 <= two[1].0),
        "{shown:?}"
    );
    // What had not been said then is there, and marked.
    let first = anna.opens(&format!("{at}?step=1")).await;
    assert_eq!(
        first.html.matches(" later\"").count(),
        first.html.matches("<li id=\"e").count() - 1
    );

    // Why: from the message to the channel, each number with its row.
    let link = page
        .html
        .split("href=\"")
        .filter(|link| link.contains("why="))
        .nth(2)
        .unwrap();
    let link = link.split(['"', '#']).next().unwrap().replace("&#38;", "&");
    let explained = anna.opens(&link).await;
    let text = explained.text();
    for part in [
        "Понято как",
        "→ Есть ли в наличии",
        "Цена: 2490 ← таблица «Товары», строка",
        "products@",
        "Проверка",
        "Принято каналом",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    // In Russian, all but what stands apart as an id or a name of a machine.
    let panel = explained.html.split("id=\"why\"").nth(1).unwrap();
    let panel = panel.split_once("</section>").unwrap().0;
    let words: String = panel
        .split("<code>")
        .map(|part| part.split_once("</code>").map_or(part, |(_, rest)| rest))
        .collect();
    let words: String = words
        .split('<')
        .skip(1)
        .map(|part| part.split_once('>').unwrap().1)
        .collect();
    let latin = words.contains(|one: char| one.is_ascii_alphabetic());
    assert!(!latin, "{words}");

    for place in [
        "/",
        "/?q=рюкзак",
        "/products",
        "/figures",
        "/figures?days=0",
        "/parked",
        "/settings",
    ] {
        let page = anna.opens(place).await;
        assert_eq!(page.status, 200, "{place}: {}", page.text());
    }
    let text = anna.opens("/products").await.text();
    assert!(
        text.contains("RG-20-RED") && text.contains("Что не так в таблице"),
        "{text}"
    );
    let text = anna.opens("/figures?days=0").await.text();
    assert!(
        text.contains("Передано продавцу 1") && text.contains("Просит человека 1"),
        "{text}"
    );
    assert_eq!(
        last_positions(&world).await,
        last,
        "looking wrote something"
    );
    world.end().await;
}

async fn last_positions(world: &World) -> Vec<u64> {
    let mut last = Vec::new();
    for shard in 0..world.log.shards() {
        last.push(world.log.last_seq(shard).await.unwrap());
    }
    last
}

/// Markup that has hurt somebody: as words, as names, as what is searched for.
const PAYLOADS: [&str; 24] = [
    "<script>alert(1)</script>",
    "\"><script>alert(1)</script>",
    "'><img src=x onerror=alert(1)>",
    "<svg onload=alert(1)>",
    "<svg/onload=alert`1`>",
    "</textarea><script>alert(1)</script>",
    "</title><script>alert(1)</script>",
    "<iframe src=javascript:alert(1)>",
    "<a href=\"javascript:alert(1)\">x</a>",
    "<img src=\"https://evil.example/x.png\">",
    "<link rel=stylesheet href=//evil.example/x.css>",
    "<style>*{background:url(//evil.example)}</style>",
    "<base href=//evil.example>",
    "<meta http-equiv=refresh content=0;url=//evil.example>",
    "<form action=//evil.example><input name=q>",
    "<hx-partial hx-target=\"#main\">x</hx-partial>",
    "<div hx-get=\"//evil.example\" hx-trigger=\"load\">x</div>",
    "<template shadowrootmode=open>x</template>",
    "<math><mi xlink:href=\"data:x,<script>alert(1)</script>\">",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "\u{2}<b>\u{3}",
    "{{7*7}} {% raw %}",
    "<!--<img src=--><img src=x onerror=alert(1)//>",
    "<details open ontoggle=alert(1)>",
];

#[tokio::test(flavor = "multi_thread")]
async fn markup_in_names_and_messages_stays_text_on_every_page() {
    let world = World::with(CONSOLE).await;
    let anna = world.browser_of("Анна <b>\"'&").await;
    let mut chats = Vec::new();
    for (number, payload) in (1..).zip(PAYLOADS) {
        let chat = world.chat(Channel::Telegram, number);
        let message = TelegramMessage {
            name: Some(payload.to_owned()),
            ..TelegramMessage::text(format!("{payload} бумага"))
        };
        world
            .control()
            .telegram_write(e2e::BOT, chat.number(), &message)
            .unwrap();
        chats.push(chat);
    }
    until("every message is on the page", || async {
        let page = anna.opens("/?q=бумага").await;
        (page.html.matches("class=\"row\"").count() == PAYLOADS.len()).then_some(())
    })
    .await;
    let mut pages = vec![
        anna.opens("/").await,
        anna.opens("/?q=бумага").await,
        anna.opens("/parked").await,
    ];
    for chat in &chats {
        pages.push(anna.opens(&address(chat)).await);
    }
    for payload in PAYLOADS {
        let query: String = payload.bytes().map(|byte| format!("%{byte:02X}")).collect();
        pages.push(anna.opens(&format!("/?q={query}")).await);
        pages.push(
            anna.opens(&format!("/?owner={query}&channel={query}&reason={query}"))
                .await,
        );
        pages.push(
            world
                .browser()
                .opens(&format!("/sign-in?next=/{query}"))
                .await,
        );
    }
    for page in &pages {
        assert_eq!(page.status, 200, "{}: {}", page.at, page.html);
        for payload in PAYLOADS
            .iter()
            .filter(|payload| payload.contains(['<', '&']))
        {
            assert!(!page.html.contains(payload), "{} holds {payload}", page.at);
        }
        for tag in tags(&page.html) {
            assert!(
                OURS.contains(&tag.as_str()),
                "{}: a foreign <{tag}>",
                page.at
            );
        }
    }
    assert!(!pages[0].html.contains("<mark>"), "nothing was looked for");
    // And what they wrote is there to read.
    assert!(
        pages[0]
            .text()
            .contains("<img src=\"https://evil.example/x.png\">")
    );
}

/// Every tag that the templates have.
const OURS: [&str; 51] = [
    "a",
    "aside",
    "b",
    "blockquote",
    "body",
    "br",
    "button",
    "code",
    "dd",
    "dialog",
    "div",
    "dl",
    "dt",
    "figcaption",
    "figure",
    "form",
    "h1",
    "h2",
    "h3",
    "head",
    "header",
    "html",
    "i",
    "input",
    "kbd",
    "label",
    "li",
    "link",
    "main",
    "mark",
    "meta",
    "meter",
    "nav",
    "noscript",
    "ol",
    "option",
    "p",
    "script",
    "section",
    "select",
    "span",
    "table",
    "tbody",
    "td",
    "textarea",
    "th",
    "thead",
    "time",
    "title",
    "tr",
    "ul",
];

fn tags(html: &str) -> impl Iterator<Item = String> {
    html.split('<').skip(1).filter_map(|after| {
        let name: String = after
            .chars()
            .take_while(char::is_ascii_alphanumeric)
            .collect();
        (!name.is_empty() && !after.starts_with(['/', '!'])).then(|| name.to_ascii_lowercase())
    })
}
