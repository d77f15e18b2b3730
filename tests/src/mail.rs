//! A mail server: takes letters, can be away, slow or encrypted, and keeps what it took.

use std::{
    io::{self, BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    sync::{Arc, Mutex, MutexGuard},
    thread,
    time::Duration,
};

use rustls::{
    ServerConfig, ServerConnection, StreamOwned,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject as _},
};

/// How letters go to the server.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum MailRoute {
    /// In the clear.
    #[default]
    Clear,
    /// Encrypted or not at all; nobody who is trusted has signed the server's certificate.
    Stranger,
    /// Encrypted or not at all; whoever signed it is trusted.
    Trusted,
}

/// A letter that the server took.
#[derive(Clone, Debug)]
pub struct Mailed {
    /// To whom.
    pub to: String,
    /// Header and body, as they came.
    pub text: String,
    /// Whether nobody on the way could read it.
    pub encrypted: bool,
}

/// What the server is told to do.
#[derive(Default)]
struct Orders {
    away: bool,
    slow_to: Option<String>,
    letters: Vec<Mailed>,
}

/// The server. Its threads end with the process of the test.
#[derive(Clone)]
pub struct MailServer {
    port: u16,
    orders: Arc<Mutex<Orders>>,
}

impl MailServer {
    /// Who signed its certificate.
    pub(crate) const AUTHORITY: &[u8] =
        include_bytes!("../../services/lib/mail/tests/mail/certificates/authority.pem");

    pub(crate) fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let orders: Arc<Mutex<Orders>> = Arc::default();
        let shared = Arc::clone(&orders);
        thread::spawn(move || {
            for connection in listener.incoming() {
                let shared = Arc::clone(&shared);
                // A client that is gone is no failure of the server.
                thread::spawn(move || talk(connection.unwrap(), &shared));
            }
        });
        Self { port, orders }
    }

    pub(crate) fn url(&self, route: MailRoute) -> String {
        let query = match route {
            MailRoute::Clear => "",
            MailRoute::Stranger | MailRoute::Trusted => "?tls=required",
        };
        format!("smtp://127.0.0.1:{}/torg.example{query}", self.port)
    }

    /// From now on it asks everybody to come back later, or is there again.
    pub fn is_away(&self, away: bool) {
        self.locked().away = away;
    }

    /// From now on it does not answer behind a letter to this address; `None`: it does again.
    pub fn is_slow_to(&self, address: Option<&str>) {
        self.locked().slow_to = address.map(str::to_owned);
    }

    /// The letters that it took, oldest first.
    #[must_use]
    pub fn letters(&self) -> Vec<Mailed> {
        self.locked().letters.clone()
    }

    fn locked(&self) -> MutexGuard<'_, Orders> {
        self.orders.lock().unwrap()
    }
}

fn talk(stream: TcpStream, orders: &Mutex<Orders>) -> io::Result<()> {
    let mut wire = BufReader::new(Wire::Clear(stream));
    if orders.lock().unwrap().away {
        return wire.get_mut().write_all(b"421 come back later\r\n");
    }
    wire.get_mut().write_all(b"220 stand-in ESMTP\r\n")?;
    let mut to = String::new();
    loop {
        let mut line = String::new();
        if wire.read_line(&mut line)? == 0 {
            return Ok(());
        }
        let line = line.trim_end();
        let answer: &[u8] = match line.split(' ').next().unwrap_or_default() {
            "EHLO" if wire.get_ref().is_encrypted() => b"250 stand-in\r\n",
            "EHLO" => b"250-stand-in\r\n250 STARTTLS\r\n",
            "STARTTLS" => {
                wire.get_mut().write_all(b"220 go on\r\n")?;
                let Wire::Clear(stream) = wire.into_inner() else {
                    return Ok(());
                };
                wire = BufReader::new(encrypted(stream));
                continue;
            }
            "RCPT" => {
                let address = line.trim_start_matches("RCPT TO:<");
                to = address.trim_end_matches('>').to_owned();
                b"250 ok\r\n"
            }
            "DATA" => {
                wire.get_mut().write_all(b"354 go on\r\n")?;
                let text = letter(&mut wire)?;
                while orders.lock().unwrap().slow_to.as_ref() == Some(&to) {
                    thread::sleep(Duration::from_millis(20));
                }
                let encrypted = wire.get_ref().is_encrypted();
                orders.lock().unwrap().letters.push(Mailed {
                    to: to.clone(),
                    text,
                    encrypted,
                });
                b"250 queued\r\n"
            }
            "QUIT" => return wire.get_mut().write_all(b"221 bye\r\n"),
            _ => b"250 ok\r\n",
        };
        wire.get_mut().write_all(answer)?;
    }
}

fn letter(wire: &mut impl BufRead) -> io::Result<String> {
    let mut text = String::new();
    loop {
        let mut line = String::new();
        if wire.read_line(&mut line)? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        if line == ".\r\n" {
            return Ok(text);
        }
        text.push_str(line.strip_prefix('.').unwrap_or(&line));
    }
}

/// A connection, encrypted or not.
enum Wire {
    Clear(TcpStream),
    Encrypted(Box<StreamOwned<ServerConnection, TcpStream>>),
}

impl Wire {
    const fn is_encrypted(&self) -> bool {
        matches!(self, Self::Encrypted(_))
    }
}

impl Read for Wire {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Clear(stream) => stream.read(buffer),
            Self::Encrypted(stream) => stream.read(buffer),
        }
    }
}

impl Write for Wire {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Clear(stream) => stream.write(bytes),
            Self::Encrypted(stream) => stream.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Clear(stream) => stream.flush(),
            Self::Encrypted(stream) => stream.flush(),
        }
    }
}

fn encrypted(stream: TcpStream) -> Wire {
    let certificate = include_bytes!("../../services/lib/mail/tests/mail/certificates/server.pem");
    let key = include_bytes!("../../services/lib/mail/tests/mail/certificates/server.key");
    let certificate = CertificateDer::from_pem_slice(certificate).unwrap();
    let key = PrivateKeyDer::from_pem_slice(key).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate], key)
        .unwrap();
    let connection = ServerConnection::new(Arc::new(config)).unwrap();
    Wire::Encrypted(Box::new(StreamOwned::new(connection, stream)))
}
