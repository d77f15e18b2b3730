//! What became of a letter, for every step at which a server can fail.

use std::time::{Duration, Instant};

use mail::{Accepted, BadUrl, MailError, Post, Refusal, Trouble};

use crate::server::{Misdeed, Server, Step};
use crate::{letter, rustls_provider};

/// The outcome in one word, and the server's code when there is one.
fn outcome(result: Result<Accepted, MailError>) -> (&'static str, Option<u16>) {
    let code = |cause: &Trouble| match cause {
        Trouble::Server { code, .. } => Some(*code),
        _ => None,
    };
    match result {
        Ok(Accepted::ByServer { code, .. }) => ("accepted", Some(code)),
        Ok(Accepted::InOutbox(_)) => ("in the outbox", None),
        Err(MailError::Refused(Refusal::Server { code, .. })) => ("refused", Some(code)),
        Err(MailError::Refused(_)) => ("refused", None),
        Err(MailError::Later { cause, .. }) => ("later", code(&cause)),
        Err(MailError::Unknown(cause)) => ("unknown", code(&cause)),
    }
}

#[tokio::test]
async fn a_letter_arrives_with_its_pdf_and_its_cyrillic() {
    let server = Server::start(None);
    let result = server.post("").send(&letter()).await;
    assert_eq!(outcome(result), ("accepted", Some(250)));
    let seen = server.seen();
    assert_eq!(
        seen.commands,
        [
            "EHLO torg.example",
            "MAIL FROM:<shop@romashka.example>",
            "RCPT TO:<ivan@example.org>",
            "DATA",
            "QUIT",
        ]
    );
    assert_eq!(seen.letters.len(), 1);
    let text = String::from_utf8(seen.letters[0].clone()).unwrap();
    assert!(
        text.contains("Message-ID: <invoice-17.5f0c@torg.example>\r\n"),
        "{text}"
    );
    assert!(
        text.contains("Date: Sat, 21 Nov 2026 10:00:00 +0000\r\n"),
        "{text}"
    );
    assert!(text.contains("application/pdf") && text.len() > 90_000);
}

#[tokio::test]
async fn the_same_letter_is_the_same_bytes() {
    let server = Server::start(None);
    for _ in 0..2 {
        server.post("").send(&letter()).await.unwrap();
    }
    let letters = server.seen().letters;
    assert_eq!(letters.len(), 2);
    assert!(letters[0] == letters[1]);
}

#[tokio::test]
async fn every_failure_says_whether_the_letter_may_be_sent_again() {
    use Misdeed::{Answers, Drops, KeepsSilent};
    for (step, misdeed, expected) in [
        (Step::Greeting, Answers("554 go away"), ("later", Some(554))),
        (Step::Greeting, Drops, ("later", None)),
        (Step::Greeting, KeepsSilent, ("later", None)),
        (
            Step::Greeting,
            Answers("HTTP/1.1 400 Bad Request"),
            ("later", None),
        ),
        (Step::Ehlo, Drops, ("later", None)),
        (Step::Mail, Answers("451 busy"), ("later", Some(451))),
        (
            Step::Mail,
            Answers("530 log in first"),
            ("later", Some(530)),
        ),
        (Step::Mail, Answers("550 not you"), ("refused", Some(550))),
        (Step::Rcpt, Answers("450 greylisted"), ("later", Some(450))),
        (
            Step::Rcpt,
            Answers("550 no such user"),
            ("refused", Some(550)),
        ),
        (Step::Rcpt, Drops, ("later", None)),
        (Step::Rcpt, KeepsSilent, ("later", None)),
        (
            Step::Data,
            Answers("554 no valid recipients"),
            ("refused", Some(554)),
        ),
        (Step::Data, Answers("421 closing"), ("later", Some(421))),
        (Step::Data, Drops, ("later", None)),
        (Step::Data, KeepsSilent, ("later", None)),
        (
            Step::Text,
            Answers("451 scanner is down"),
            ("later", Some(451)),
        ),
        (Step::Text, Answers("554 spam"), ("refused", Some(554))),
        (Step::Text, Answers("354 more?"), ("unknown", None)),
        (Step::Text, Answers("?"), ("unknown", None)),
        (Step::Text, Drops, ("unknown", None)),
        (Step::Text, KeepsSilent, ("unknown", None)),
    ] {
        let server = Server::start(Some((step, misdeed)));
        let began = Instant::now();
        let result = server.post("").send(&letter()).await;
        assert_eq!(outcome(result), expected, "{step:?} {misdeed:?}");
        assert!(
            began.elapsed() < Duration::from_secs(3),
            "{step:?} {misdeed:?}: {:?}",
            began.elapsed()
        );
    }
}

#[tokio::test]
async fn a_server_that_is_down_has_certainly_not_taken_the_letter() {
    let port = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let result = Post::smtp(&format!("smtp://127.0.0.1:{port}"), None)
        .unwrap()
        .send(&letter())
        .await;
    assert_eq!(outcome(result), ("later", None));
}

#[tokio::test]
async fn a_wrong_password_loses_no_letter_and_is_not_told() {
    let server = Server::start(Some((
        Step::Auth,
        Misdeed::Answers("535 wrong password for ivan@example.org"),
    )));
    let post = server.post("torg:p%40ss%D1%8F@");
    assert!(!format!("{post:?}").contains("p@ss"), "{post:?}");
    let error = post.send(&letter()).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "the letter was not sent: cannot log in to the mail server"
    );
    assert!(!format!("{error:?}").contains("ivan"), "{error:?}");
    let MailError::Later {
        cause: Trouble::Server { code: 535, said },
        ..
    } = error
    else {
        panic!("{error}")
    };
    assert_eq!(said.text(), "wrong password for ivan@example.org");
    // base64 of NUL torg NUL p@ssя
    assert_eq!(server.seen().commands[1], "AUTH PLAIN AHRvcmcAcEBzc9GP");
}

#[tokio::test]
async fn a_server_without_encryption_gets_nothing_where_it_is_required() {
    rustls_provider();
    let server = Server::start(None);
    let Post::Smtp(smtp) = server.post("") else {
        panic!()
    };
    let url = format!("{smtp:?}")
        .replace("Smtp(", "smtp://")
        .replace(')', "?tls=required");
    let result = Post::smtp(&url, None).unwrap().send(&letter()).await;
    assert_eq!(outcome(result), ("later", None));
    assert!(
        server
            .seen()
            .commands
            .iter()
            .all(|command| command.starts_with("EHLO") || command == "QUIT")
    );
    // A greeting in the clear is no TLS: the connection fails before a word is said.
    let result = Post::smtp(
        &url.replace("smtp://", "smtps://")
            .replace("?tls=required", ""),
        None,
    )
    .unwrap();
    assert_eq!(outcome(result.send(&letter()).await), ("later", None));
}

#[test]
fn a_wrong_address_of_a_server_is_told_with_the_right_form() {
    let refusal = |url| Post::smtp(url, None).map(|_| ()).unwrap_err();
    assert_eq!(refusal("mail.example.org"), BadUrl::NoUrl);
    assert_eq!(
        refusal("https://mail.example.org"),
        BadUrl::Scheme("https".to_owned())
    );
    assert_eq!(
        refusal("smtp://mail.example.org?tls=maybe"),
        BadUrl::Tls("maybe".to_owned())
    );
    assert_eq!(refusal("smtp://user@mail.example.org"), BadUrl::Login);
    assert_eq!(refusal("smtp://user:%F@mail.example.org"), BadUrl::Login);
    assert_eq!(refusal("smtp://"), BadUrl::Host);
    assert_eq!(
        refusal("smtp://torg:secret@mail.example.org"),
        BadUrl::PasswordInTheClear
    );
}
