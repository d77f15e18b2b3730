//! Style, scripts and fonts of the pages, compiled in. What others made is under `assets/vendor`, with licence and hash.

use std::sync::LazyLock;

use axum::{
    extract::Path,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use sha2::{Digest as _, Sha256};

const SCRIPT: &str = "text/javascript; charset=utf-8";
const STYLE: &str = "text/css; charset=utf-8";
const ICON: &str = "image/svg+xml";
const FONT: &str = "font/woff2";

/// Name, type and content.
const ASSETS: [(&str, &str, &[u8]); 10] = [
    ("icon.svg", ICON, include_bytes!("../../assets/icon.svg")),
    (
        "console.css",
        STYLE,
        include_bytes!("../../assets/console.css"),
    ),
    (
        "console.js",
        SCRIPT,
        include_bytes!("../../assets/console.js"),
    ),
    (
        "charts.js",
        SCRIPT,
        include_bytes!("../../assets/charts.js"),
    ),
    (
        "uplot.js",
        SCRIPT,
        include_bytes!("../../assets/vendor/uplot.min.js"),
    ),
    (
        "uplot.css",
        STYLE,
        include_bytes!("../../assets/vendor/uplot.min.css"),
    ),
    (
        "htmx.js",
        SCRIPT,
        include_bytes!("../../assets/vendor/htmx.min.js"),
    ),
    (
        "hx-sse.js",
        SCRIPT,
        include_bytes!("../../assets/vendor/hx-sse.min.js"),
    ),
    (
        "golos-cyrillic.woff2",
        FONT,
        include_bytes!("../../assets/vendor/golos-text-cyrillic-wght-normal.woff2"),
    ),
    (
        "golos-latin.woff2",
        FONT,
        include_bytes!("../../assets/vendor/golos-text-latin-wght-normal.woff2"),
    ),
];

static TAGS: LazyLock<Vec<String>> = LazyLock::new(|| {
    let tag = |content: &[u8]| {
        let digest = Sha256::digest(content);
        let hex: String = digest
            .iter()
            .take(8)
            .map(|byte| format!("{byte:02x}"))
            .collect();
        format!("\"{hex}\"")
    };
    ASSETS.iter().map(|(_, _, content)| tag(content)).collect()
});

/// `GET /assets/{name}`. Asked for again each time, and sent again only when it has changed.
pub(crate) async fn asset(Path(name): Path<String>, headers: HeaderMap) -> Response {
    let found = ASSETS.iter().zip(TAGS.iter());
    let mut found = found.filter(|((known, ..), _)| *known == name);
    let Some(((_, kind, content), tag)) = found.next() else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let known = headers.get(header::IF_NONE_MATCH);
    let caching = [
        (header::ETAG, tag.as_str()),
        (header::CACHE_CONTROL, "no-cache"),
    ];
    if known.is_some_and(|known| known.as_bytes() == tag.as_bytes()) {
        return (StatusCode::NOT_MODIFIED, caching).into_response();
    }
    (caching, [(header::CONTENT_TYPE, *kind)], *content).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_others_made_is_as_it_was_fetched() {
        let sources = include_str!("../../assets/vendor/SOURCES.md");
        for (name, _, content) in &ASSETS[4..] {
            let digest = Sha256::digest(content);
            let hex: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
            assert!(sources.contains(&hex), "{name}: {hex}");
        }
    }
}
