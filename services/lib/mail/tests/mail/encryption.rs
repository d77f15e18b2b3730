//! Who may read a letter on its way, and who may pretend to be the mail server.

use mail::{Accepted, BadUrl, MailError, Post, Trouble};

use crate::server::{AUTHORITY, Encryption, Server};
use crate::{letter, rustls_provider};

/// The ways to a server that encrypts: how it does, and how it is asked to.
const WAYS: [(Encryption, &str, &str); 3] = [
    (Encryption::Offered, "smtp", "?tls=required"),
    (Encryption::Offered, "smtp", "?tls=opportunistic"),
    (Encryption::FromTheFirstByte, "smtps", ""),
];
const LOGIN: &str = "torg:secret@";

async fn trouble(post: &Post) -> Trouble {
    match post.send(&letter()).await {
        Err(MailError::Later { cause, .. }) => cause,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_certificate_that_nobody_trusted_has_signed_is_refused_and_its_authority_makes_it_good() {
    rustls_provider();
    for (encryption, scheme, query) in WAYS {
        let server = Server::start_with(None, encryption);
        let refused = trouble(&server.by(scheme, LOGIN, query, None).unwrap()).await;
        assert_eq!(
            refused.to_string(),
            "the mail server's certificate is not trusted: UnknownIssuer",
            "{scheme} {query}"
        );
        let seen = server.seen();
        assert!(seen.letters.is_empty());
        let heard = ["EHLO", "STARTTLS"];
        let greeted = |command: &String| heard.iter().any(|known| command.starts_with(known));
        assert!(seen.commands.iter().all(greeted), "{:?}", seen.commands);

        let post = server.by(scheme, LOGIN, query, Some(AUTHORITY)).unwrap();
        let accepted = post.send(&letter()).await.unwrap();
        let expected = Accepted::ByServer {
            code: 250,
            encrypted: true,
        };
        assert_eq!(accepted, expected, "{scheme} {query}");
        assert_eq!(server.seen().letters.len(), 1);
    }
}

#[tokio::test]
async fn a_certificate_that_is_made_out_for_another_server_is_refused() {
    rustls_provider();
    let server = Server::start_with(None, Encryption::Offered);
    let post = server.at("localhost", "smtp", "", "?tls=required", Some(AUTHORITY));
    let refused = trouble(&post.unwrap()).await;
    let Trouble::Certificate(why) = &refused else {
        panic!("{refused}")
    };
    assert!(why.contains("localhost"), "{why}");
    assert!(server.seen().letters.is_empty());
}

#[tokio::test]
async fn encryption_that_is_taken_out_of_the_greeting_takes_the_password_with_it() {
    rustls_provider();
    let server = Server::start(None);
    let post = server.by("smtp", LOGIN, "?tls=opportunistic", Some(AUTHORITY));
    let refused = trouble(&post.unwrap()).await;
    assert!(matches!(refused, Trouble::PasswordInTheClear), "{refused}");
    let commands = server.seen().commands;
    assert!(
        commands.iter().all(|command| command.starts_with("EHLO")),
        "{commands:?}"
    );
    // Without a password it goes, and it is told that it could be read.
    let post = server.by("smtp", "", "?tls=opportunistic", Some(AUTHORITY));
    let accepted = post.unwrap().send(&letter()).await.unwrap();
    let expected = Accepted::ByServer {
        code: 250,
        encrypted: false,
    };
    assert_eq!(accepted, expected);
}

#[test]
fn an_authority_that_is_none_or_for_nothing_is_told() {
    rustls_provider();
    let refusal = |url, authority: &[u8]| Post::smtp(url, Some(authority)).map(|_| ()).unwrap_err();
    let url = "smtps://mail.example.org";
    assert_eq!(refusal(url, b"no certificate at all"), BadUrl::Authority);
    assert_eq!(
        refusal(url, include_bytes!("certificates/server.key")),
        BadUrl::Authority
    );
    assert_eq!(
        refusal("smtp://mail.example.org", AUTHORITY),
        BadUrl::AuthorityInTheClear
    );
}
