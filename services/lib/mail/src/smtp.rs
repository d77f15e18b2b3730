//! One attempt over SMTP, step by step, because what a failure means depends on the step: before the letter's text
//! nothing was sent; behind it, without an answer, nobody can know.

use std::error::Error as _;
use std::fmt;
use std::future::Future;
use std::time::Duration;

use lettre::Message;
use lettre::transport::smtp::authentication::{Credentials, DEFAULT_MECHANISMS};
use lettre::transport::smtp::client::{AsyncSmtpConnection, Certificate, TlsParameters};
use lettre::transport::smtp::commands::{Data, Mail, Rcpt};
use lettre::transport::smtp::extension::ClientId;
use lettre::transport::smtp::response::Response;
use lettre::transport::smtp::{Error, SMTP_PORT, SUBMISSION_PORT, SUBMISSIONS_PORT};
use tokio::time::timeout;
use url::Url;

use crate::Accepted;
use crate::error::{BadUrl, MailError, Refusal, Said, Trouble};

/// How long each part of an attempt may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Waits {
    /// Until the server has greeted and, if asked to, encrypted.
    pub connect: Duration,
    /// For each command before the letter.
    pub command: Duration,
    /// For the letter and the answer to it. Servers scan letters before they answer; giving up early makes
    /// outcomes unknown.
    pub letter: Duration,
}

impl Default for Waits {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(20),
            command: Duration::from_secs(30),
            letter: Duration::from_secs(120),
        }
    }
}

/// A mail server. `Debug` shows neither user nor password.
#[derive(Clone)]
pub struct Smtp {
    host: String,
    port: u16,
    tls: Tls,
    login: Option<Credentials>,
    hello: ClientId,
    waits: Waits,
}

#[derive(Clone)]
enum Tls {
    None,
    Opportunistic(TlsParameters),
    Required(TlsParameters),
    FromTheFirstByte(TlsParameters),
}

impl fmt::Debug for Smtp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Smtp({}:{})", self.host, self.port)
    }
}

impl Smtp {
    /// A server by its address; [`crate::Post::smtp`] says which forms there are. `authority`: who signs the server's
    /// certificate, beside those that this machine trusts, as PEM.
    ///
    /// # Errors
    /// [`BadUrl`] says what to write instead.
    pub fn new(url: &str, authority: Option<&[u8]>, waits: Waits) -> Result<Self, BadUrl> {
        let url = Url::parse(url).map_err(|_| BadUrl::NoUrl)?;
        let host = url
            .host_str()
            .filter(|host| !host.is_empty())
            .ok_or(BadUrl::Host)?
            .to_owned();
        let mode = url
            .query_pairs()
            .find(|(key, _)| key == "tls")
            .map(|(_, value)| value.into_owned());
        let encrypted = || encryption(&host, authority);
        let (tls, port) = match (url.scheme(), mode.as_deref()) {
            ("smtps", None) => (Tls::FromTheFirstByte(encrypted()?), SUBMISSIONS_PORT),
            ("smtp", None) => (Tls::None, SMTP_PORT),
            ("smtp", Some("required")) => (Tls::Required(encrypted()?), SUBMISSION_PORT),
            ("smtp", Some("opportunistic")) => (Tls::Opportunistic(encrypted()?), SUBMISSION_PORT),
            ("smtp" | "smtps", Some(other)) => return Err(BadUrl::Tls(other.to_owned())),
            (other, _) => return Err(BadUrl::Scheme(other.to_owned())),
        };
        let login = match (url.username(), url.password()) {
            ("", None) => None,
            (user, Some(password)) if !user.is_empty() => {
                Some(Credentials::new(decoded(user)?, decoded(password)?))
            }
            _ => return Err(BadUrl::Login),
        };
        if matches!(tls, Tls::None) {
            if authority.is_some() {
                return Err(BadUrl::AuthorityInTheClear);
            }
            if login.is_some() && !is_this_machine(&host) {
                return Err(BadUrl::PasswordInTheClear);
            }
        }
        let port = url.port().unwrap_or(port);
        // The name of this machine, as in any mail program, unless the address ends in another one.
        let name = url.path().trim_matches('/');
        let hello = if name.is_empty() {
            ClientId::default()
        } else {
            ClientId::Domain(name.to_owned())
        };
        Ok(Self {
            host,
            port,
            tls,
            login,
            hello,
            waits,
        })
    }

    /// One attempt.
    pub(crate) async fn send(&self, message: &Message) -> Result<Accepted, MailError> {
        let text = message.formatted();
        let mut server = self
            .step(
                "connect to the mail server",
                self.waits.connect,
                self.connect(),
            )
            .await?;
        let encrypted = server.is_encrypted();
        if let Some(login) = &self.login {
            // Somebody between us and the server may have taken the offer of encryption out of its greeting.
            if !encrypted && matches!(self.tls, Tls::Opportunistic(_)) {
                return Err(MailError::Later {
                    doing: "log in to the mail server",
                    cause: Trouble::PasswordInTheClear,
                });
            }
            let answer = server.auth(DEFAULT_MECHANISMS, login);
            self.step("log in to the mail server", self.waits.command, answer)
                .await?;
        }
        // Addresses are plain letters and everything else is encoded, so no extension is asked for.
        let sender = Mail::new(message.envelope().from().cloned(), Vec::new());
        self.command("the sender", server.command(sender)).await?;
        for recipient in message.envelope().to() {
            let recipient = Rcpt::new(recipient.clone(), Vec::new());
            self.command("the recipient", server.command(recipient))
                .await?;
        }
        self.command("the letter", server.command(Data)).await?;
        let answer = timeout(self.waits.letter, server.message(&text)).await;
        let code = judged(answer, self.waits.letter)?;
        // The letter is theirs; whether they hear us leave does not matter.
        let _ = timeout(Duration::from_secs(2), server.quit()).await;
        Ok(Accepted::ByServer { code, encrypted })
    }

    async fn connect(&self) -> Result<AsyncSmtpConnection, Error> {
        let at_once = match &self.tls {
            Tls::FromTheFirstByte(tls) => Some(tls.clone()),
            Tls::None | Tls::Opportunistic(_) | Tls::Required(_) => None,
        };
        let address = (self.host.trim_matches(['[', ']']), self.port);
        let wait = Some(self.waits.connect);
        let mut server =
            AsyncSmtpConnection::connect_tokio1(address, wait, &self.hello, at_once, None).await?;
        match &self.tls {
            Tls::Required(tls) => server.starttls(tls.clone(), &self.hello).await?,
            Tls::Opportunistic(tls) if server.can_starttls() => {
                server.starttls(tls.clone(), &self.hello).await?
            }
            Tls::None | Tls::Opportunistic(_) | Tls::FromTheFirstByte(_) => {}
        }
        Ok(server)
    }

    /// A step that is about the server and not about the letter: whatever it answers, try again later.
    async fn step<T>(
        &self,
        doing: &'static str,
        wait: Duration,
        step: impl Future<Output = Result<T, Error>>,
    ) -> Result<T, MailError> {
        match timeout(wait, step).await {
            Ok(Ok(done)) => Ok(done),
            Ok(Err(error)) => Err(MailError::Later {
                doing,
                cause: trouble(&error),
            }),
            Err(_) => Err(MailError::Later {
                doing,
                cause: Trouble::Timeout(wait),
            }),
        }
    }

    /// A command that is about the letter, before its text.
    async fn command(
        &self,
        at: &'static str,
        step: impl Future<Output = Result<Response, Error>>,
    ) -> Result<(), MailError> {
        match timeout(self.waits.command, step).await {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(error)) => Err(refused(at, &error).unwrap_or_else(|| later(&error))),
            Err(_) => Err(MailError::Later {
                doing: "hand over the letter",
                cause: Trouble::Timeout(self.waits.command),
            }),
        }
    }
}

/// What the answer to the whole letter means.
fn judged(
    answer: Result<Result<Response, Error>, tokio::time::error::Elapsed>,
    wait: Duration,
) -> Result<u16, MailError> {
    match answer {
        Ok(Ok(response)) => {
            let code = u16::from(response.code());
            if (200..300).contains(&code) {
                Ok(code)
            } else {
                Err(MailError::Unknown(Trouble::Connection(format!(
                    "an answer of {code} means nothing here"
                ))))
            }
        }
        Ok(Err(error)) if error.is_transient() => Err(later(&error)),
        Ok(Err(error)) => {
            Err(refused("the letter", &error)
                .unwrap_or_else(|| MailError::Unknown(trouble(&error))))
        }
        Err(_) => Err(MailError::Unknown(Trouble::Timeout(wait))),
    }
}

/// A refusal for good. "Log in first" and "your password is wrong" are about our settings, not about the letter.
fn refused(at: &'static str, error: &Error) -> Option<MailError> {
    let code = error
        .status()
        .filter(|_| error.is_permanent())
        .map(u16::from)?;
    if matches!(code, 530 | 534 | 535 | 538) {
        return None;
    }
    Some(MailError::Refused(Refusal::Server {
        code,
        at,
        said: said(error),
    }))
}

fn later(error: &Error) -> MailError {
    MailError::Later {
        doing: "hand over the letter",
        cause: trouble(error),
    }
}

fn trouble(error: &Error) -> Trouble {
    match error.status() {
        Some(code) => Trouble::Server {
            code: u16::from(code),
            said: said(error),
        },
        // The reader of answers quotes what it could not read, which may name the recipient.
        None if error.is_response() => {
            Trouble::Connection("an answer that is no SMTP, or none".to_owned())
        }
        None => certificate(error).map_or_else(
            || Trouble::Connection(error.to_string()),
            Trouble::Certificate,
        ),
    }
}

/// What is wrong with the server's certificate, when that is why there is no connection.
fn certificate(error: &Error) -> Option<String> {
    let mut cause = error.source();
    while let Some(error) = cause {
        let inner = error.downcast_ref::<std::io::Error>();
        let inner = inner.and_then(std::io::Error::get_ref);
        let here = inner.and_then(|inner| inner.downcast_ref::<rustls::Error>());
        if let Some(rustls::Error::InvalidCertificate(why)) =
            here.or_else(|| error.downcast_ref::<rustls::Error>())
        {
            return Some(why.to_string());
        }
        cause = error.source();
    }
    None
}

fn encryption(host: &str, authority: Option<&[u8]>) -> Result<TlsParameters, BadUrl> {
    // An address in brackets is no name that a certificate is made out for.
    let mut tls = TlsParameters::builder(host.trim_matches(['[', ']']).to_owned());
    if let Some(pem) = authority {
        let read = Certificate::from_pem(pem).ok();
        // A file without any certificate reads as none, and would trust nobody more.
        let some = String::from_utf8_lossy(pem).contains("BEGIN CERTIFICATE");
        tls = tls.add_root_certificate(read.filter(|_| some).ok_or(BadUrl::Authority)?);
    }
    tls.build()
        .map_err(|error| BadUrl::Encryption(error.to_string()))
}

/// Whether nobody else hears what is said to this host.
fn is_this_machine(host: &str) -> bool {
    let address = host.trim_matches(['[', ']']).parse::<std::net::IpAddr>();
    host == "localhost" || address.is_ok_and(|address| address.is_loopback())
}

/// The server's own words, on one line and of a bearable length.
fn said(error: &Error) -> Said {
    let words = error.source().map(ToString::to_string).unwrap_or_default();
    Said(
        words
            .chars()
            .map(|c| if c.is_control() { ' ' } else { c })
            .take(300)
            .collect(),
    )
}

/// `%40` and the like in a user or a password.
fn decoded(text: &str) -> Result<String, BadUrl> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte == b'%' {
            let mut digit = || rest.next().and_then(|digit| char::from(digit).to_digit(16));
            let (high, low) = digit().zip(digit()).ok_or(BadUrl::Login)?;
            bytes.push(u8::try_from(high * 16 + low).map_err(|_| BadUrl::Login)?);
        } else {
            bytes.push(byte);
        }
    }
    String::from_utf8(bytes).map_err(|_| BadUrl::Login)
}
