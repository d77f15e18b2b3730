//! A letter, and the message it becomes: the same bytes for the same letter, because the id and the day come from
//! the caller and the boundary from the id.

use std::time::SystemTime;

use jiff::Timestamp;
use lettre::Message;
use lettre::message::header::ContentType;
use lettre::message::{self, MultiPart, SinglePart};
use sha2::{Digest, Sha256};

use crate::address::{Address, Mailbox};
use crate::error::LetterError;

const MAX_SUBJECT: usize = 200;
const MAX_FILE_NAME: usize = 120;
const MAX_ID: usize = 200;
const MAX_BODY: usize = 100_000;
/// Most servers take 25 MB; the encoding adds a third.
const MAX_ATTACHED: usize = 15 << 20;

/// A plain letter to one recipient.
#[derive(Clone, Debug)]
pub struct Letter {
    /// Who writes.
    pub from: Mailbox,
    /// Who gets it.
    pub to: Address,
    /// What it is about, on one line.
    pub subject: String,
    /// What it says.
    pub body: String,
    /// What comes with it.
    pub attachments: Vec<Attachment>,
    /// What tells this letter from any other, as `name@domain`. Derived from the cause: an attempt that is made
    /// again, even by another process, has the same one, and a recipient's mail program shows it once.
    pub message_id: String,
    /// When the cause happened.
    pub date: Timestamp,
}

/// A file that comes with a letter.
#[derive(Clone)]
pub struct Attachment {
    /// Its name as the recipient sees it; no path.
    pub file_name: String,
    /// Its type: `application/pdf`.
    pub mime: String,
    /// Its contents.
    pub bytes: Vec<u8>,
}

impl std::fmt::Debug for Attachment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Attachment({}, {} bytes)", self.mime, self.bytes.len())
    }
}

impl Letter {
    /// The message, with every text checked before the builder sees it.
    pub(crate) fn message(&self) -> Result<Message, LetterError> {
        one_line("the subject", &self.subject, MAX_SUBJECT)?;
        if self.body.len() > MAX_BODY
            || self
                .body
                .chars()
                .any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t'))
        {
            return Err(LetterError::Field {
                field: "the text",
                limit: MAX_BODY,
            });
        }
        let size = self
            .attachments
            .iter()
            .map(|attachment| attachment.bytes.len())
            .sum();
        if size > MAX_ATTACHED {
            return Err(LetterError::TooBig {
                size,
                limit: MAX_ATTACHED,
            });
        }
        if !is_id(&self.message_id) {
            return Err(LetterError::MessageId);
        }
        let mut parts = MultiPart::mixed()
            .boundary(format!("=_{}", digest(&self.message_id)))
            .singlepart(SinglePart::plain(self.body.clone()));
        for attachment in &self.attachments {
            parts = parts.singlepart(attached(attachment)?);
        }
        Message::builder()
            .from(self.from.inner())
            .to(self.to.inner().into())
            .subject(self.subject.clone())
            .message_id(Some(format!("<{}>", self.message_id)))
            .date(SystemTime::from(self.date))
            .multipart(parts)
            .map_err(|error| LetterError::Message(error.to_string()))
    }
}

/// The first 128 bits of a digest of the message id, in hexadecimal: a name that holds nobody's words.
pub(crate) fn digest(message_id: &str) -> String {
    Sha256::digest(message_id)
        .iter()
        .take(16)
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

fn attached(attachment: &Attachment) -> Result<SinglePart, LetterError> {
    one_line(
        "an attachment's file name",
        &attachment.file_name,
        MAX_FILE_NAME,
    )?;
    if attachment.file_name.contains(['/', '\\']) || attachment.file_name.starts_with('.') {
        return Err(LetterError::Field {
            field: "an attachment's file name",
            limit: MAX_FILE_NAME,
        });
    }
    let is_token = |text: &str| {
        !text.is_empty()
            && text
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '+'))
    };
    let mime = attachment
        .mime
        .split_once('/')
        .filter(|(kind, subtype)| is_token(kind) && is_token(subtype));
    let mime = mime
        .ok_or(LetterError::Mime)
        .and_then(|_| ContentType::parse(&attachment.mime).map_err(|_| LetterError::Mime))?;
    Ok(message::Attachment::new(attachment.file_name.clone()).body(attachment.bytes.clone(), mime))
}

fn one_line(field: &'static str, text: &str, limit: usize) -> Result<(), LetterError> {
    if text.trim().is_empty() {
        return Err(LetterError::Empty(field));
    }
    // Separators of lines and paragraphs, and marks that turn text around, are no control characters by name.
    let is_bad =
        |c: char| c.is_control() || matches!(c, '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    if text.chars().any(is_bad) || text.chars().count() > limit {
        return Err(LetterError::Field { field, limit });
    }
    Ok(())
}

fn is_id(id: &str) -> bool {
    let is_word = |word: &str| {
        !word.is_empty()
            && word
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_'))
    };
    id.len() <= MAX_ID
        && id
            .split_once('@')
            .is_some_and(|(name, domain)| is_word(name) && is_word(domain))
}
