//! Letters at a mail server that does what a test wants of it.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "tests"
)]

mod encryption;
mod injection;
mod outbox;
mod outcomes;
mod server;

use mail::{Attachment, Letter, address};

/// What a program does at its start.
fn rustls_provider() {
    // Another test of this process may have been first.
    let _ = rustls::crypto::ring::default_provider().install_default();
}

/// A letter with a PDF, as the invoicer writes it.
fn letter() -> Letter {
    Letter {
        from: "Магазин «Ромашка» <shop@romashka.example>".parse().unwrap(),
        to: address("ivan@example.org").unwrap(),
        subject: "Счёт № 17 от 21.11.2026".to_owned(),
        body: "Здравствуйте!\nСчёт во вложении.\n".to_owned(),
        attachments: vec![Attachment {
            file_name: "Счёт 17.pdf".to_owned(),
            mime: "application/pdf".to_owned(),
            bytes: (0..70_000_u32)
                .map(|index| u8::try_from(index % 251).unwrap())
                .collect(),
        }],
        message_id: "invoice-17.5f0c@torg.example".to_owned(),
        date: "2026-11-21T10:00:00Z".parse().unwrap(),
    }
}
