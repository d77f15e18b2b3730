//! What every request passes: who sends it, whether it may change anything, and what browsers are told to refuse.

use axum::{
    RequestExt as _,
    extract::{RawPathParams, Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Redirect, Response},
};

use schemas::ShopId;

use super::{Failure, Site};

/// Nothing from elsewhere, nothing inline, no frame.
const POLICY: &str = "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; \
                      frame-ancestors 'none'";
/// What is added to every answer.
const HEADERS: [(HeaderName, &str); 6] = [
    (header::CONTENT_SECURITY_POLICY, POLICY),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::X_FRAME_OPTIONS, "DENY"),
    // Not `no-referrer`: browsers then hide where a form comes from.
    (header::REFERRER_POLICY, "same-origin"),
    (
        HeaderName::from_static("cross-origin-opener-policy"),
        "same-origin",
    ),
    (
        HeaderName::from_static("permissions-policy"),
        "camera=(), microphone=(), geolocation=()",
    ),
];

/// Somebody who is signed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Person {
    /// The name given at the door, or the seller's in Telegram.
    pub(crate) name: String,
    /// The shop that a seller may see; `None`: whoever has the installation's token sees every shop.
    pub(crate) shop: Option<ShopId>,
}

/// Lets a request through, or says why not.
pub(crate) async fn guard(State(site): State<Site>, mut request: Request, next: Next) -> Response {
    let changes = !matches!(*request.method(), Method::GET | Method::HEAD);
    let mut response = if changes && !comes_from_here(request.headers()) {
        Failure::Forbidden.into_response()
    } else {
        match admitted(&site, &mut request).await {
            Ok(()) => next.run(request).await,
            Err(response) => response,
        }
    };
    let headers = response.headers_mut();
    for (name, value) in HEADERS {
        // A report that is shown in a frame has stricter rules of its own.
        headers
            .entry(name)
            .or_insert(HeaderValue::from_static(value));
    }
    let asset = headers.contains_key(header::ETAG);
    if !asset {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    if site.https {
        let year = HeaderValue::from_static("max-age=31536000");
        headers.insert(header::STRICT_TRANSPORT_SECURITY, year);
    }
    response
}

/// Notes who is signed in; sends everybody else to the door.
async fn admitted(site: &Site, request: &mut Request) -> Result<(), Response> {
    let path = request.uri().path();
    if matches!(path, "/sign-in" | "/sign-in/code" | "/language") || path.starts_with("/assets/") {
        return Ok(());
    }
    if let Some(secret) = cookie(request.headers(), site.cookie()) {
        let who = site.sessions.who(secret, boot::clock::now()).await;
        let who = who.map_err(|error| Failure::from(error).into_response())?;
        if let Some(person) = who {
            if let Some(shop) = &person.shop
                && !is_within(request, shop).await
            {
                return Err(Failure::NotFound.into_response());
            }
            request.extensions_mut().insert(person);
            return Ok(());
        }
    }
    let page = *request.method() == Method::GET && wants_page(request.headers());
    if !page {
        return Err(StatusCode::UNAUTHORIZED.into_response());
    }
    let there = request
        .uri()
        .path_and_query()
        .map_or("/", |whole| whole.as_str());
    let there = super::encode(there);
    Err(Redirect::to(&format!("/sign-in?next={there}")).into_response())
}

/// Whether the address is of this shop, or of none.
async fn is_within(request: &mut Request, shop: &ShopId) -> bool {
    match request.extract_parts::<RawPathParams>().await {
        Ok(parts) => parts
            .iter()
            .all(|(name, value)| name != "shop" || value == shop.as_str()),
        Err(_) => false,
    }
}

fn wants_page(headers: &HeaderMap) -> bool {
    let accept = headers
        .get(header::ACCEPT)
        .and_then(|value| value.to_str().ok());
    accept.is_none_or(|accept| accept.contains("text/html") || accept.contains("*/*"))
        && !headers.contains_key("hx-request")
}

/// Whether a change is asked for by a page of this console. Browsers say so of themselves; who says nothing is no
/// browser with somebody's session in it, and has no business here either.
fn comes_from_here(headers: &HeaderMap) -> bool {
    let text = |name: HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    if let Some(site) = text(HeaderName::from_static("sec-fetch-site"))
        && site != "same-origin"
    {
        return false;
    }
    let (Some(origin), Some(host)) = (text(header::ORIGIN), text(header::HOST)) else {
        return false;
    };
    let authority = origin.split_once("://").map(|(_, authority)| authority);
    authority.is_some_and(|authority| authority.eq_ignore_ascii_case(host))
}

/// A cookie's value.
pub(crate) fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let lines = headers.get_all(header::COOKIE).into_iter();
    let pairs = lines.filter_map(|line| line.to_str().ok());
    let mut pairs = pairs
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='));
    pairs
        .find(|(known, _)| *known == name)
        .map(|(_, value)| value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        let pair = |(name, value): &(&'static str, &'static str)| {
            (
                HeaderName::from_static(name),
                HeaderValue::from_static(value),
            )
        };
        pairs.iter().map(pair).collect()
    }

    #[test]
    fn only_a_page_of_this_console_may_change_anything() {
        let host = ("host", "127.0.0.1:8081");
        let here = [
            host,
            ("origin", "http://127.0.0.1:8081"),
            ("sec-fetch-site", "same-origin"),
        ];
        assert!(comes_from_here(&headers(&here)));
        assert!(comes_from_here(&headers(&here[..2])), "an old browser");
        let behind_a_proxy = [("host", "Desk.example"), ("origin", "https://desk.example")];
        assert!(comes_from_here(&headers(&behind_a_proxy)));
        for elsewhere in [
            &[host][..],
            &[host, ("origin", "null")],
            &[host, ("origin", "http://127.0.0.1:8080")],
            &[host, ("origin", "http://evil.example")],
            &[host, ("origin", "http://127.0.0.1:8081.evil.example")],
            &[host, here[1], ("sec-fetch-site", "same-site")],
            &[host, here[1], ("sec-fetch-site", "cross-site")],
            &[host, here[1], ("sec-fetch-site", "none")],
            &[("origin", "http://127.0.0.1:8081")],
        ] {
            assert!(!comes_from_here(&headers(elsewhere)), "{elsewhere:?}");
        }
    }

    #[test]
    fn a_cookie_is_found_by_its_whole_name() {
        let headers = headers(&[("cookie", "xtorg=1; torg=2; torg-lang=en")]);
        assert_eq!(cookie(&headers, "torg"), Some("2"));
        assert_eq!(cookie(&headers, "torg-lang"), Some("en"));
        assert_eq!(cookie(&headers, "lang"), None);
    }
}
