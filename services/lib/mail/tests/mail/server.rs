//! A mail server on a thread: one connection after the other, and one misdeed.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use mail::{Post, Smtp, Waits};

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
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let seen = Arc::new(Mutex::new(Seen::default()));
        let shared = seen.clone();
        std::thread::spawn(move || {
            for connection in listener.incoming() {
                // A client that is gone is no failure of the server.
                let _ = Talk {
                    misdeed,
                    seen: &shared,
                }
                .hold(connection.unwrap());
            }
        });
        Self { port, seen }
    }

    /// A way to this server that waits for no more than half a second at any step.
    pub(crate) fn post(&self, login: &str) -> Post {
        let wait = Duration::from_millis(500);
        let waits = Waits {
            connect: wait,
            command: wait,
            letter: wait,
        };
        let url = format!("smtp://{login}127.0.0.1:{}/torg.example", self.port);
        Post::Smtp(Smtp::new(&url, None, waits).unwrap())
    }

    /// What was seen so far, which is then forgotten.
    pub(crate) fn seen(&self) -> Seen {
        std::mem::take(&mut *self.seen.lock().unwrap())
    }
}

struct Talk<'a> {
    misdeed: Option<(Step, Misdeed)>,
    seen: &'a Mutex<Seen>,
}

impl Talk<'_> {
    fn hold(&self, mut stream: TcpStream) -> std::io::Result<()> {
        let mut reader = BufReader::new(stream.try_clone()?);
        let Some(()) = self.answer(Step::Greeting, "220 fake ESMTP", &mut stream)? else {
            return Ok(());
        };
        let mut line = Vec::new();
        loop {
            line.clear();
            if reader.read_until(b'\n', &mut line)? == 0 {
                return Ok(());
            }
            let text = String::from_utf8_lossy(&line)
                .trim_end_matches(['\r', '\n'])
                .to_owned();
            self.seen.lock().unwrap().commands.push(text.clone());
            let word = text.split(' ').next().unwrap_or("").to_ascii_uppercase();
            let (step, usual) = match word.as_str() {
                "EHLO" => (
                    Step::Ehlo,
                    "250-fake\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250 AUTH PLAIN",
                ),
                "AUTH" => (Step::Auth, "235 welcome"),
                "MAIL" => (Step::Mail, "250 ok"),
                "RCPT" => (Step::Rcpt, "250 ok"),
                "DATA" => (Step::Data, "354 go on"),
                "QUIT" => {
                    stream.write_all(b"221 bye\r\n")?;
                    return Ok(());
                }
                _ => (Step::Greeting, "502 what"),
            };
            let Some(()) = self.answer(step, usual, &mut stream)? else {
                return Ok(());
            };
            let is_asked_for = !matches!(self.misdeed, Some((Step::Data, _)));
            if step == Step::Data && is_asked_for {
                let text = text_of(&mut reader)?;
                self.seen.lock().unwrap().letters.push(text);
                let Some(()) = self.answer(Step::Text, "250 queued", &mut stream)? else {
                    return Ok(());
                };
            }
        }
    }

    /// Answers, or misbehaves; `None` when the connection is over.
    fn answer(
        &self,
        step: Step,
        usual: &str,
        stream: &mut TcpStream,
    ) -> std::io::Result<Option<()>> {
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
