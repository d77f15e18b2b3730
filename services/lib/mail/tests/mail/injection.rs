//! Words of strangers in a letter: one recipient, and no header that is not ours.

use mail::{
    Address, AddressError, Letter, LetterError, MailError, Mailbox, Post, Refusal, address,
};

use crate::server::Server;

/// The usual letter with a short attachment, because hundreds of them are sent here.
fn letter() -> Letter {
    let mut letter = crate::letter();
    letter.attachments[0].bytes.truncate(100);
    letter
}

/// Forty attempts at a second recipient, another header, another letter, or another command.
const PAYLOADS: [&str; 40] = [
    "x\r\nBcc: eve@evil.example",
    "x\nBcc: eve@evil.example",
    "x\rBcc: eve@evil.example",
    "x\r\n\r\n<script>body</script>",
    "x\r\n.\r\nMAIL FROM:<eve@evil.example>\r\nRCPT TO:<eve@evil.example>\r\nDATA\r\nSpam\r\n.\r\n",
    "x\n.\nMAIL FROM:<eve@evil.example>",
    "x\r\n Bcc: eve@evil.example",
    "x\r\n\tCc: eve@evil.example",
    "x\u{0}\r\nCc: eve@evil.example",
    "x\u{85}Bcc: eve@evil.example",
    "x\u{2028}Bcc: eve@evil.example",
    "x\u{2029}Bcc: eve@evil.example",
    "x\u{b}Bcc: eve@evil.example",
    "x\u{c}Bcc: eve@evil.example",
    "x\u{1b}[2JBcc: eve@evil.example",
    "x%0d%0aBcc: eve@evil.example",
    "x%0D%0ABcc:%20eve@evil.example",
    "x\\r\\nBcc: eve@evil.example",
    "x=0D=0ABcc: eve@evil.example",
    "=?utf-8?Q?x=0D=0ABcc:_eve@evil.example?=",
    "=?utf-8?B?eA0KQmNjOiBldmVAZXZpbC5leGFtcGxl?=",
    "ivan@example.org, eve@evil.example",
    "ivan@example.org; eve@evil.example",
    "ivan@example.org eve@evil.example",
    "ivan@example.org>,<eve@evil.example",
    "ivan@example.org> NOTIFY=SUCCESS ORCPT=rfc822;eve@evil.example",
    "<ivan@example.org>\r\nRCPT TO:<eve@evil.example>",
    "\"ivan\r\nBcc: eve\"@evil.example",
    "\"a,b\" <eve@evil.example>",
    "ivan@example.org(comment)<eve@evil.example>",
    "group: eve@evil.example, bob@evil.example;",
    "@evil.example:ivan@example.org",
    "eve%evil.example@example.org\r\n",
    "evil.example!eve@example.org\u{0}",
    "x\u{560a}\u{560d}Bcc: eve@evil.example",
    "x嘊嘍Bcc: eve@evil.example",
    "Content-Type: text/html\r\n\r\n<b>",
    "x\r\nContent-Transfer-Encoding: base64\r\n",
    "x\r\n--=_boundary\r\nContent-Type: text/html",
    "x\u{202e}elpmaxe.live@eve :ccB",
];

/// The names of the headers at the top of a letter, sorted.
fn headers(letter: &[u8]) -> Vec<String> {
    let text = String::from_utf8(letter.to_vec()).unwrap();
    let (head, _) = text.split_once("\r\n\r\n").unwrap();
    assert!(
        !head.replace("\r\n", "").contains(['\r', '\n']),
        "bare line ends: {head:?}"
    );
    let lines = head
        .split("\r\n")
        .filter(|line| !line.starts_with([' ', '\t']));
    let mut names: Vec<String> = lines
        .map(|line| line.split_once(": ").unwrap().0.to_owned())
        .collect();
    names.sort();
    names
}

const OURS: [&str; 7] = [
    "Content-Type",
    "Date",
    "From",
    "MIME-Version",
    "Message-ID",
    "Subject",
    "To",
];

/// Sends what can be sent, and says whether it was.
async fn sent(server: &Server, post: &Post, letter: &Letter) -> bool {
    match post.send(letter).await {
        Ok(_) => {}
        Err(MailError::Refused(Refusal::Letter(_))) => {
            assert!(
                server.seen().commands.is_empty(),
                "a letter that is refused reaches no server"
            );
            return false;
        }
        Err(error) => panic!("{error:?}"),
    }
    let seen = server.seen();
    let to: Vec<&String> = seen
        .commands
        .iter()
        .filter(|command| command.contains('<'))
        .collect();
    assert_eq!(
        to,
        [
            "MAIL FROM:<shop@romashka.example>",
            "RCPT TO:<ivan@example.org>"
        ]
    );
    assert_eq!(seen.commands.len(), 5, "{:?}", seen.commands);
    assert_eq!(seen.letters.len(), 1);
    assert_eq!(headers(&seen.letters[0]), OURS);
    true
}

#[tokio::test]
async fn forty_payloads_in_every_field_reach_one_recipient_and_add_no_header() {
    let server = Server::start(None);
    let post = server.post("");
    let mut through = [0; 6];
    for payload in PAYLOADS {
        let mut letters = vec![letter(), letter(), letter(), letter(), letter()];
        letters[0].subject = payload.to_owned();
        letters[1].body = payload.to_owned();
        letters[2].attachments[0].file_name = payload.to_owned();
        letters[3].message_id = payload.to_owned();
        letters[4].attachments[0].mime = payload.to_owned();
        if let Ok(from) = Mailbox::new(payload, address("shop@romashka.example").unwrap()) {
            letters.push(Letter { from, ..letter() });
        }
        for (index, letter) in letters.iter().enumerate() {
            through[index] += usize::from(sent(&server, &post, letter).await);
        }
        // As a recipient none of them passes; so none can be written to.
        assert!(address(payload).is_err(), "{payload:?}");
    }
    // Line ends are refused on one line and are only text in the body; ids and types have no room for any of it.
    assert_eq!((through[3], through[4]), (0, 0));
    assert!(
        through[0] < 25 && through[2] < 25 && through[1] > 30,
        "{through:?}"
    );
}

#[tokio::test]
async fn a_dot_alone_on_a_line_does_not_end_the_letter() {
    let server = Server::start(None);
    let mut letter = letter();
    letter.attachments.clear();
    letter.body = "one\r\n.\r\nMAIL FROM:<eve@evil.example>\n.\n..\ntwo".to_owned();
    assert!(sent(&server, &server.post(""), &letter).await);
}

#[test]
fn control_characters_are_refused_by_the_field_that_has_them() {
    let shop: Address = address("shop@romashka.example").unwrap();
    assert!(matches!(
        Mailbox::new("a\r\nb", shop),
        Err(LetterError::Field {
            field: "the sender's name",
            ..
        })
    ));
    assert_eq!(
        address("ivan@example.org\n").unwrap_err(),
        AddressError::Characters
    );
}
