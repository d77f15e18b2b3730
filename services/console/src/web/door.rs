//! Signing in and out, and choosing a language.

use std::net::SocketAddr;

use askama::Template;
use axum::{
    Form,
    extract::{ConnectInfo, Query, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Redirect, Response},
};
use domain::{Desk, desk::NoSuchCode};
use eventlog::AppendError;
use schemas::{AggregateKey, desk::code_digest};
use serde::Deserialize;

use super::{
    Failure, Site,
    guard::{self, Person},
    page,
    words::{self, Words},
};

/// The longest name that somebody may sign in with, characters.
const NAME: usize = 40;

#[derive(Template)]
#[template(path = "sign_in.html")]
struct SignIn<'a> {
    w: &'static Words,
    next: &'a str,
    name: &'a str,
    trouble: &'a str,
}

/// Where to go once signed in.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Next {
    #[serde(default)]
    next: String,
}

/// What the door's form holds.
#[derive(Deserialize)]
pub(crate) struct Knock {
    token: String,
    name: String,
    #[serde(default)]
    next: String,
}

/// What the form for a code from Telegram holds.
#[derive(Deserialize)]
pub(crate) struct Code {
    code: String,
    #[serde(default)]
    next: String,
}

/// `GET /sign-in`.
pub(crate) async fn show(
    headers: HeaderMap,
    Query(Next { next }): Query<Next>,
) -> Result<Response, Failure> {
    door(&headers, StatusCode::OK, local(&next), "", |_| "")
}

fn door(
    headers: &HeaderMap,
    status: StatusCode,
    next: &str,
    name: &str,
    trouble: fn(&'static Words) -> &'static str,
) -> Result<Response, Failure> {
    let w = words::of(headers);
    let form = SignIn {
        w,
        next,
        name,
        trouble: trouble(w),
    };
    let mut response = page(&form)?;
    *response.status_mut() = status;
    Ok(response)
}

/// `POST /sign-in`.
pub(crate) async fn enter(
    State(site): State<Site>,
    ConnectInfo(from): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
    Form(knock): Form<Knock>,
) -> Result<Response, Failure> {
    let next = local(&knock.next);
    let name: String = knock.name.split_whitespace().collect::<Vec<_>>().join(" ");
    let refused = |status, trouble| door(&headers, status, next, &name, trouble);
    if name.is_empty() || name.chars().count() > NAME {
        return refused(StatusCode::UNPROCESSABLE_ENTITY, |w| w.name_missing);
    }
    if !site.sessions.may_try(from.ip(), boot::clock::now()) {
        return refused(StatusCode::TOO_MANY_REQUESTS, |w| w.too_many_tries);
    }
    if !site.sessions.is_token(&knock.token) {
        return refused(StatusCode::UNAUTHORIZED, |w| w.token_wrong);
    }
    site.sessions.was_right(from.ip());
    open(&site, &headers, next, &Person { name, shop: None }).await
}

/// `POST /sign-in/code`: a seller names the code that the shop's bot told.
pub(crate) async fn enter_by_code(
    State(site): State<Site>,
    ConnectInfo(from): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
    Form(Code { code, next }): Form<Code>,
) -> Result<Response, Failure> {
    let next = local(&next);
    if !site.sessions.may_try(from.ip(), boot::clock::now()) {
        let status = StatusCode::TOO_MANY_REQUESTS;
        return door(&headers, status, next, "", |w| w.too_many_tries);
    }
    let Some(person) = holder(&site, &code_digest(&code)).await? else {
        return door(&headers, StatusCode::UNAUTHORIZED, next, "", |w| {
            w.code_wrong
        });
    };
    site.sessions.was_right(from.ip());
    open(&site, &headers, next, &person).await
}

/// Whose code this is; from now on it is nobody's.
async fn holder(site: &Site, digest: &str) -> Result<Option<Person>, Failure> {
    let now = boot::clock::now();
    for shop in crate::listing::shops(&site.reader).await? {
        let key = AggregateKey::desk(&shop);
        let desk = site.log.load::<Desk>(&key).await?.state;
        let Some(seller) = desk.holder_of(digest, now) else {
            continue;
        };
        let entered = site
            .log
            .decide::<Desk, NoSuchCode>(&key, |desk| desk.enter(digest, now));
        match entered.await {
            Ok(_) => {}
            // Somebody else was faster with it.
            Err(AppendError::Refused(NoSuchCode)) => return Ok(None),
            Err(error) => return Err(Failure::Log(error.into())),
        }
        let name = desk.seats().get(&seller).and_then(|seat| seat.name.clone());
        let name = name.and_then(|name| name.get().cloned());
        return Ok(Some(Person {
            name: name.unwrap_or_else(|| seller.to_string()),
            shop: Some(shop),
        }));
    }
    Ok(None)
}

async fn open(
    site: &Site,
    headers: &HeaderMap,
    next: &str,
    person: &Person,
) -> Result<Response, Failure> {
    // A session that was there before ends: its secret may be known to somebody else.
    if let Some(old) = guard::cookie(headers, site.cookie()) {
        site.sessions.close(old).await?;
    }
    let secret = site.sessions.open(person, boot::clock::now()).await?;
    tracing::info!("somebody signed in at the console");
    with_cookie(
        Redirect::to(next),
        &site.set_cookie(site.cookie(), &secret, true),
    )
}

/// `POST /sign-out`.
pub(crate) async fn leave(
    State(site): State<Site>,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    if let Some(secret) = guard::cookie(&headers, site.cookie()) {
        site.sessions.close(secret).await?;
    }
    with_cookie(
        Redirect::to("/sign-in"),
        &format!("{}=; Path=/; Max-Age=0", site.cookie()),
    )
}

/// Which language, and where to go on.
#[derive(Deserialize)]
pub(crate) struct Choice {
    to: String,
    #[serde(default)]
    back: String,
}

/// `POST /language`.
pub(crate) async fn language(
    State(site): State<Site>,
    Form(choice): Form<Choice>,
) -> Result<Response, Failure> {
    let code = words::known(&choice.to).ok_or(Failure::BadRequest("no such language"))?;
    with_cookie(
        Redirect::to(local(&choice.back)),
        &site.set_cookie(words::COOKIE, code, false),
    )
}

fn with_cookie(to: Redirect, cookie: &str) -> Result<Response, Failure> {
    let cookie = HeaderValue::from_str(cookie);
    let cookie = cookie.map_err(|_| Failure::BadRequest("no cookie can be made of this"))?;
    Ok(([(header::SET_COOKIE, cookie)], to).into_response())
}

/// A place of this console; anything else is the first page.
pub(crate) fn local(place: &str) -> &str {
    let mut after = place.chars();
    let here = after.next() == Some('/') && !matches!(after.next(), Some('/' | '\\'));
    let plain = !place.chars().any(|one| one.is_control() || one == '\\');
    if here && plain { place } else { "/" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_door_sends_nobody_elsewhere() {
        for elsewhere in [
            "",
            "c/x",
            "//evil.example",
            "/\\evil.example",
            "/\t/evil.example",
            "https://evil.example",
            "javascript:alert(1)",
            "/a\r\nSet-Cookie: x",
        ] {
            assert_eq!(local(elsewhere), "/", "{elsewhere:?}");
        }
        assert_eq!(local("/c/shop/1?at=2"), "/c/shop/1?at=2");
    }
}
