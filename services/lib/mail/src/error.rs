//! How an attempt ended when it did not end well. Nothing here shows an address or a word of the letter.

use std::fmt;
use std::io;

use crate::address::AddressError;

/// Why a letter was not accepted; one variant for each thing to do about it.
#[derive(Debug, thiserror::Error)]
pub enum MailError {
    /// The same letter will be refused again.
    #[error("the letter was refused for good")]
    Refused(#[source] Refusal),
    /// It was certainly not taken; the next attempt may be.
    #[error("the letter was not sent: cannot {doing}")]
    Later {
        /// What failed.
        doing: &'static str,
        /// Why.
        #[source]
        cause: Trouble,
    },
    /// The whole letter went out and no answer came: nobody can know whether it was taken.
    #[error("the letter may have been sent: the server did not answer behind it")]
    Unknown(#[source] Trouble),
}

/// Why the same letter would be refused again.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    /// The letter cannot be written.
    #[error("the letter cannot be written")]
    Letter(#[source] LetterError),
    /// The server said no, with a code of the five hundreds.
    #[error("the server answered {code} to {at}")]
    Server {
        /// The code.
        code: u16,
        /// What it answered to: `the sender`, `the recipient`, `the letter`.
        at: &'static str,
        /// Its words, which may name the recipient.
        said: Said,
    },
    /// Another letter has this message id already.
    #[error("another letter is in the outbox under this message id")]
    IdTaken,
}

/// What stood in the way.
#[derive(Debug, thiserror::Error)]
pub enum Trouble {
    /// The server asks to come back, or does not let us in. Its words may name the recipient.
    #[error("the server answered {code}")]
    Server {
        /// The code.
        code: u16,
        /// Its words.
        said: Said,
    },
    /// No answer in time.
    #[error("no answer within {0:?}")]
    Timeout(std::time::Duration),
    /// The server shows a certificate that nobody who is trusted has signed, or one of another server.
    #[error("the mail server's certificate is not trusted: {0}")]
    Certificate(String),
    /// The server offers no encryption, and there is a password to say.
    #[error("the server offers no encryption, and the password is not said in the clear")]
    PasswordInTheClear,
    /// The connection failed, or what came over it is no SMTP.
    #[error("{0}")]
    Connection(String),
    /// The disk.
    #[error(transparent)]
    Disk(#[from] io::Error),
}

/// A server's words: for the seller's eyes. They may name the recipient, so `Debug` keeps them back.
#[derive(Clone, PartialEq, Eq)]
pub struct Said(pub(crate) String);

impl Said {
    /// The words, to be shown to the seller and not to a log.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Said {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

/// Why a letter cannot be written.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LetterError {
    /// A line end or another control character, or more than the field bears.
    #[error("{field} has control characters or is longer than {limit} characters: correct it")]
    Field {
        /// The field.
        field: &'static str,
        /// The most characters that it may have.
        limit: usize,
    },
    /// A field that has to be there.
    #[error("{0} is empty")]
    Empty(&'static str),
    /// The message id is what keeps letters apart, so it has to be well formed.
    #[error("the message id is not of the form name@domain, in letters, digits and -._")]
    MessageId,
    /// Not a type like `application/pdf`.
    #[error("an attachment's type is not of the form type/subtype")]
    Mime,
    /// More than servers take.
    #[error("the attachments have {size} bytes, more than {limit}")]
    TooBig {
        /// How many there are.
        size: usize,
        /// The most there may be.
        limit: usize,
    },
    /// An address that the protocol cannot carry.
    #[error("an address")]
    Address(#[source] AddressError),
    /// What the builder of messages objects to.
    #[error("the message cannot be built: {0}")]
    Message(String),
}

/// What is wrong with a mail server's address.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadUrl {
    /// Not an address at all.
    #[error("the mail server is not an address like smtps://user:password@host:465")]
    NoUrl,
    /// Not a mail server's address.
    #[error(
        "the mail server's address begins with {0}: use smtps://, smtp://…?tls=required or smtp://"
    )]
    Scheme(String),
    /// Another way of TLS than those known.
    #[error("the mail server's address says tls={0}: use tls=required or tls=opportunistic")]
    Tls(String),
    /// No host, or one that TLS cannot check.
    #[error("the mail server's address has no host that can be used")]
    Host,
    /// What TLS needs is not there: no certificates of authorities, or a host that none can be made out for.
    #[error("no encrypted connection is possible: {0}")]
    Encryption(String),
    /// The authority's file holds no certificate.
    #[error("the authority's file holds no certificate: give it as PEM, with BEGIN CERTIFICATE")]
    Authority,
    /// An authority for a connection that is not encrypted.
    #[error(
        "an authority is given, and the mail server's address asks for no encryption: use smtps:// or add ?tls=required"
    )]
    AuthorityInTheClear,
    /// The password would be readable on its way.
    #[error(
        "the password would go over the network in the clear: use smtps:// or add ?tls=required to the mail server's address"
    )]
    PasswordInTheClear,
    /// A user without password, or the other way round, or signs that do not decode.
    #[error(
        "the mail server's address has a user without a password or the other way round: give both, with %XX for special characters"
    )]
    Login,
}
