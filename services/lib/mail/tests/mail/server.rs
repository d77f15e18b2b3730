//! A mail server on a thread: one connection after the other, one misdeed, encrypted or not.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use mail::{BadUrl, Post, Smtp, Waits};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};

/// Where in the conversation the server misbehaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    Greeting,
    Ehlo,
    Auth,
    Mail,
    Rcpt,
    Data,
    Text,
}

/// What it does there.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Misdeed {
    Answers(&'static str),
    Drops,
    KeepsSilent,
}

/// Whether the server can encrypt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Encryption {
    Never,
    Offered,
    FromTheFirstByte,
}

/// Who signed the server's certificate.
pub(crate) const AUTHORITY: &[u8] = include_bytes!("certificates/authority.pem");

/// What the server saw.
#[derive(Default)]
pub(crate) struct Seen {
    /// Command lines, in order.
    pub(crate) commands: Vec<String>,
    /// The text of each letter, with the dots of the protocol taken off.
    pub(crate) letters: Vec<Vec<u8>>,
}

pub(crate) struct Server {
    port: u16,
    seen: Arc<Mutex<Seen>>,
}

impl Server {
    pub(crate) fn start(misdeed: Option<(Step, Misdeed)>) -> Self {
        Self::start_with(misdeed, Encryption::Never)
    }

    pub(crate) fn start_with(misdeed: Option<(Step, Misdeed)>, encryption: Encryption) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let seen = Arc::new(Mutex::new(Seen::default()));
        let shared = seen.clone();
        std::thread::spawn(move || {
            for connection in listener.incoming() {
                // A client that is gone is no failure of the server.
                let _ = Talk {
                    misdeed,
                    encryption,
                    seen: &shared,
                }
                .begin(connection.unwrap());
            }
        });
        Self { port, seen }
    }

    /// A way to this server that waits for no more than half a second at any step.
    pub(crate) fn post(&self, login: &str) -> Post {
        self.by("smtp", login, "", None).unwrap()
    }

    /// The same, in another way.
    pub(crate) fn by(
        &self,
        scheme: &str,
        login: &str,
        query: &str,
        authority: Option<&[u8]>,
    ) -> Result<Post, BadUrl> {
        self.at("127.0.0.1", scheme, login, query, authority)
    }

    /// The same, under another address.
    pub(crate) fn at(
        &self,
        host: &str,
        scheme: &str,
        login: &str,
        query: &str,
        authority: Option<&[u8]>,
    ) -> Result<Post, BadUrl> {
        let wait = Duration::from_millis(500);
        let waits = Waits {
            connect: wait,
            command: wait,
            letter: wait,
        };
        let url = format!("{scheme}://{login}{host}:{}/torg.example{query}", self.port);
        Smtp::new(&url, authority, waits).map(Post::Smtp)
    }

    /// What was seen so far, which is then forgotten.
    pub(crate) fn seen(&self) -> Seen {
        std::mem::take(&mut *self.seen.lock().unwrap())
    }
}

struct Talk<'a> {
    misdeed: Option<(Step, Misdeed)>,
    encryption: Encryption,
    seen: &'a Mutex<Seen>,
}

impl Talk<'_> {
    fn begin(&self, stream: TcpStream) -> std::io::Result<()> {
        let wire = match self.encryption {
            Encryption::FromTheFirstByte => encrypted(stream),
            Encryption::Never | Encryption::Offered => Wire::Clear(stream),
        };
        let mut wire = BufReader::new(wire);
        let Some(()) = self.answer(Step::Greeting, "220 fake ESMTP", wire.get_mut())? else {
            return Ok(());
        };
        self.hold(wire)
    }

    fn hold(&self, mut wire: BufReader<Wire>) -> std::io::Result<()> {
        let mut line = Vec::new();
        loop {
            line.clear();
            if wire.read_until(b'\n', &mut line)? == 0 {
                return Ok(());
            }
            let text = String::from_utf8_lossy(&line)
                .trim_end_matches(['\r', '\n'])
                .to_owned();
            self.seen.lock().unwrap().commands.push(text.clone());
            let word = text.split(' ').next().unwrap_or("").to_ascii_uppercase();
            let (step, usual) = match word.as_str() {
                "EHLO" if self.encryption == Encryption::Offered && wire.get_ref().is_clear() => {
                    (Step::Ehlo, "250-fake\r\n250-STARTTLS\r\n250 AUTH PLAIN")
                }
                "STARTTLS" => {
                    wire.get_mut().write_all(b"220 go on\r\n")?;
                    let Wire::Clear(stream) = wire.into_inner() else {
                        return Ok(());
                    };
                    wire = BufReader::new(encrypted(stream));
                    continue;
                }
                "EHLO" => (
                    Step::Ehlo,
                    "250-fake\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250 AUTH PLAIN",
                ),
                "AUTH" => (Step::Auth, "235 welcome"),
                "MAIL" => (Step::Mail, "250 ok"),
                "RCPT" => (Step::Rcpt, "250 ok"),
                "DATA" => (Step::Data, "354 go on"),
                "QUIT" => {
                    wire.get_mut().write_all(b"221 bye\r\n")?;
                    return Ok(());
                }
                _ => (Step::Greeting, "502 what"),
            };
            let Some(()) = self.answer(step, usual, wire.get_mut())? else {
                return Ok(());
            };
            let is_asked_for = !matches!(self.misdeed, Some((Step::Data, _)));
            if step == Step::Data && is_asked_for {
                let text = text_of(&mut wire)?;
                self.seen.lock().unwrap().letters.push(text);
                let Some(()) = self.answer(Step::Text, "250 queued", wire.get_mut())? else {
                    return Ok(());
                };
            }
        }
    }

    /// Answers, or misbehaves; `None` when the connection is over.
    fn answer(&self, step: Step, usual: &str, stream: &mut Wire) -> std::io::Result<Option<()>> {
        let answer = match self.misdeed {
            Some((at, misdeed)) if at == step => match misdeed {
                Misdeed::Answers(answer) => answer,
                Misdeed::Drops => return Ok(None),
                Misdeed::KeepsSilent => {
                    std::thread::sleep(Duration::from_secs(2));
                    return Ok(None);
                }
            },
            _ => usual,
        };
        stream.write_all(answer.as_bytes())?;
        stream.write_all(b"\r\n")?;
        Ok(Some(()))
    }
}

/// A connection, encrypted or not.
enum Wire {
    Clear(TcpStream),
    Encrypted(Box<StreamOwned<ServerConnection, TcpStream>>),
}

impl Wire {
    const fn is_clear(&self) -> bool {
        matches!(self, Self::Clear(_))
    }
}

impl Read for Wire {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        match self {
            Self::Clear(stream) => stream.read(buffer),
            Self::Encrypted(stream) => stream.read(buffer),
        }
    }
}

impl Write for Wire {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        match self {
            Self::Clear(stream) => stream.write(bytes),
            Self::Encrypted(stream) => stream.write(bytes),
        }
    }

    fn flush(&mut self) -> std::io::Result<()> {
        match self {
            Self::Clear(stream) => stream.flush(),
            Self::Encrypted(stream) => stream.flush(),
        }
    }
}

fn encrypted(stream: TcpStream) -> Wire {
    let certificate = CertificateDer::from_pem_slice(include_bytes!("certificates/server.pem"));
    let key = PrivateKeyDer::from_pem_slice(include_bytes!("certificates/server.key"));
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.unwrap()], key.unwrap())
        .unwrap();
    let connection = ServerConnection::new(Arc::new(config)).unwrap();
    Wire::Encrypted(Box::new(StreamOwned::new(connection, stream)))
}

fn text_of(reader: &mut impl BufRead) -> std::io::Result<Vec<u8>> {
    let mut text = Vec::new();
    loop {
        let begin = text.len();
        if reader.read_until(b'\n', &mut text)? == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        if &text[begin..] == b".\r\n" {
            text.truncate(begin);
            return Ok(text);
        }
        if text[begin..].starts_with(b".") {
            text.remove(begin);
        }
    }
}
