//! One letter out, and what became of it: accepted, refused for good, not sent yet, or nobody can know.
//!
//! [`Post::send`] makes one attempt and says how it ended as exactly as the protocol allows; whether and when to
//! try again is the caller's to decide, and what is not known stays not known. Without a mail server letters are
//! files in an outbox, one per message id.
//!
//! Whoever sends over TLS installs the provider first, at the start of the program:
//! `rustls::crypto::ring::default_provider().install_default()`. Without one the TLS library panics.
//!
//! Deliberately absent: retries, a queue, a clock, HTML, and more than one recipient.

mod address;
mod error;
mod letter;
mod outbox;
mod smtp;

use std::path::PathBuf;

pub use address::{Address, AddressError, Mailbox, address};
pub use error::{BadUrl, LetterError, MailError, Refusal, Said, Trouble};
pub use letter::{Attachment, Letter};
pub use smtp::{Smtp, Waits};

/// Where letters go.
#[derive(Clone, Debug)]
pub enum Post {
    /// To a mail server.
    Smtp(Smtp),
    /// Into a folder, as `.eml` files that any mail program opens. Made when it is missing.
    Outbox(PathBuf),
}

/// A letter that somebody else is responsible for now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Accepted {
    /// The server took it, with this code.
    ByServer {
        /// 250, or another code of the same hundred.
        code: u16,
        /// Whether nobody on the way could read it.
        encrypted: bool,
    },
    /// It is in the outbox under this name, in full and on disk.
    InOutbox(PathBuf),
}

impl Post {
    /// A server by its address: `smtps://user:password@host` (TLS from the first byte), `smtp://…?tls=required`
    /// (STARTTLS or nothing), `smtp://…?tls=opportunistic` (STARTTLS where it is offered), or `smtp://…` in the clear.
    /// A password is never said in the clear, but to this machine itself.
    ///
    /// `authority`: PEM of who signs the server's certificate, beside those that this machine trusts.
    ///
    /// # Errors
    /// [`BadUrl`] says what to write instead; it never repeats the password.
    pub fn smtp(url: &str, authority: Option<&[u8]>) -> Result<Self, BadUrl> {
        Smtp::new(url, authority, Waits::default()).map(Self::Smtp)
    }

    /// Makes one attempt to send the letter.
    ///
    /// # Errors
    /// [`MailError::Refused`]: do not send this letter again. [`MailError::Later`]: it was certainly not taken; try
    /// again. [`MailError::Unknown`]: it may have been taken; sending again may send it twice.
    pub async fn send(&self, letter: &Letter) -> Result<Accepted, MailError> {
        let message = letter
            .message()
            .map_err(|error| MailError::Refused(Refusal::Letter(error)))?;
        match self {
            Self::Smtp(smtp) => smtp.send(&message).await,
            Self::Outbox(folder) => {
                outbox::put(folder, &letter.message_id, message.formatted()).await
            }
        }
    }
}
