//! What sellers paste into the chat: Avito's keys, and the link of a spreadsheet.
//!
//! People copy a page's labels along, in Russian or English, or values only, over one line or several. Nothing here
//! asks whether a key works.

use std::fmt;

use secrecy::SecretString;

/// Keys are at least that long; Avito's own are 20 and 40. Source: keys seen, Avito names no length.
const SHORTEST_KEY: usize = 16;
/// The end of a spreadsheet's id is told by what may not stand in it. Source: Sheets API, "spreadsheet id".
const SHORTEST_SHEET_ID: usize = 20;

/// What stands in the place of a secret.
const CONCEALED: &str = "•••";

/// The keys of one Avito account.
#[derive(Clone, Debug)]
pub struct AvitoKeys {
    /// `client_id`.
    pub client_id: String,
    /// `client_secret`; never shown.
    pub client_secret: SecretString,
    /// The account's number, when it was pasted along; else Avito can be asked.
    pub user_id: Option<String>,
}

/// A Google spreadsheet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SheetLink {
    /// The document's id; of a published one, the id that begins with `2PACX-`.
    pub id: String,
    /// The tab.
    pub gid: Option<u64>,
    /// "Published to the web": it can be read as a file, without sharing.
    pub published: bool,
}

/// What a word announces.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Label {
    Id,
    Secret,
    User,
}

/// Finds the keys in what somebody pasted; `None` unless both are there.
///
/// A label counts for the value behind it. Values without labels are told apart by length, as Avito's secret is
/// twice as long as its id, and by order where both are as long: Avito shows the id first.
#[must_use]
pub fn avito_keys(text: &str) -> Option<AvitoKeys> {
    let text: String = text.chars().filter(|c| !is_invisible(*c)).collect();
    let tokens = text.split(is_border).map(|token| token.trim_matches('.'));
    let tokens: Vec<&str> = tokens.filter(|token| !token.is_empty()).collect();
    // Among words, a number without a label may be a phone; among values, it can only be the account's.
    let only_values = tokens.iter().all(|token| is_key(token) || is_number(token));
    let (mut id, mut secret, mut user) = (None, None, None);
    let mut bare: Vec<&str> = Vec::new();
    let mut labels: Vec<Label> = Vec::new();
    for token in tokens {
        if is_key(token) {
            match labels.as_slice() {
                [Label::Id] if id.is_none() => id = Some(token),
                [Label::Secret] if secret.is_none() => secret = Some(token),
                _ => bare.push(token),
            }
            labels.clear();
        } else if is_number(token) {
            if user.is_none() && (only_values || labels == [Label::User]) {
                user = Some(token.to_owned());
            }
            labels.clear();
        } else if let Some(label) = label(token)
            && !labels.contains(&label)
        {
            labels.push(label);
        }
    }
    // Stable: of two as long, the first stays the first.
    bare.sort_by_key(|token| token.len());
    let mut rest = bare.into_iter();
    let id = id.or_else(|| rest.next())?;
    let secret = secret.or_else(|| rest.next())?;
    Some(AvitoKeys {
        client_id: id.to_owned(),
        client_secret: secret.to_owned().into(),
        user_id: user,
    })
}

/// The text with every value in it concealed that could be a key; `None` when it holds no secret.
///
/// It holds one when both keys are found, and also when a secret is announced and something follows that could be it:
/// people paste the two in two messages, or announce a secret and miss one of its letters.
#[must_use]
pub fn without_secrets(text: &str) -> Option<String> {
    let text: String = text.chars().filter(|c| !is_invisible(*c)).collect();
    let tokens = || text.split(is_border).map(|token| token.trim_matches('.'));
    let announced = tokens().any(|token| label(token) == Some(Label::Secret) && !is_key(token));
    if avito_keys(&text).is_none() && !(announced && tokens().any(is_key)) {
        return None;
    }
    let mut concealed = String::with_capacity(text.len());
    for piece in text.split_inclusive(is_border) {
        let token = piece.trim_end_matches(is_border).trim_matches('.');
        if is_key(token) {
            concealed.push_str(&piece.replacen(token, CONCEALED, 1));
        } else {
            concealed.push_str(piece);
        }
    }
    Some(concealed)
}

/// Whether a secret was concealed in this text.
#[must_use]
pub fn is_concealed(text: &str) -> bool {
    text.contains(CONCEALED)
}

impl fmt::Display for SheetLink {
    /// The link as it is kept: it opens the same tab in a browser.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (between, page) = match self.published {
            true => ("e/", "pubhtml"),
            false => ("", "edit"),
        };
        let id = &self.id;
        write!(
            f,
            "https://docs.google.com/spreadsheets/d/{between}{id}/{page}"
        )?;
        match self.gid {
            Some(gid) => write!(f, "#gid={gid}"),
            None => Ok(()),
        }
    }
}

/// Finds the link of a Google spreadsheet in what somebody wrote.
#[must_use]
pub fn sheet_link(text: &str) -> Option<SheetLink> {
    let text: String = text.chars().filter(|c| !is_invisible(*c)).collect();
    let (_, path) = text.split_once("docs.google.com/spreadsheets/")?;
    let path = path.split(char::is_whitespace).next()?;
    // A browser in which several accounts are open puts `u/<n>/` in between.
    let path = match path.strip_prefix("u/") {
        Some(rest) => rest.split_once('/')?.1,
        None => path,
    };
    let path = path.strip_prefix("d/")?;
    let published = path.strip_prefix("e/");
    let rest = published.unwrap_or(path);
    let end = rest.find(|c: char| !is_key_letter(c)).unwrap_or(rest.len());
    let (id, behind) = rest.split_at_checked(end)?;
    let gid = behind.split(['?', '#', '&']).find_map(|field| {
        let digits = field.strip_prefix("gid=")?;
        let end = digits.find(|c: char| !c.is_ascii_digit());
        digits.get(..end.unwrap_or(digits.len()))?.parse().ok()
    });
    (id.len() >= SHORTEST_SHEET_ID).then(|| SheetLink {
        id: id.to_owned(),
        gid,
        published: published.is_some(),
    })
}

/// Marks that a phone's clipboard brings along and nobody sees.
const fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}' | '\u{feff}' | '\u{ad}')
}

fn is_border(c: char) -> bool {
    c.is_whitespace()
        || matches!(c, ':' | '=' | ',' | ';' | '&' | '(' | ')' | '{' | '}' | '|')
        || matches!(
            c,
            '"' | '\'' | '`' | '«' | '»' | '“' | '”' | '„' | '—' | '–' | '<' | '>'
        )
}

const fn is_key_letter(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '-' | '_')
}

/// A run of letters that is long enough, and no word: it has a digit or both cases.
fn is_key(token: &str) -> bool {
    let has = |what: fn(&char) -> bool| token.chars().any(|c| what(&c));
    token.len() >= SHORTEST_KEY
        && token.chars().all(is_key_letter)
        && (has(char::is_ascii_digit)
            || (has(char::is_ascii_uppercase) && has(char::is_ascii_lowercase)))
}

/// The number of an account, as Avito's are.
fn is_number(token: &str) -> bool {
    (5..=12).contains(&token.len()) && token.chars().all(|c| c.is_ascii_digit())
}

fn label(token: &str) -> Option<Label> {
    let word = token.to_lowercase();
    let says = |parts: &[&str]| parts.iter().any(|part| word.contains(part));
    if says(&["secret", "секрет", "сикрет"]) {
        Some(Label::Secret)
    } else if says(&[
        "user",
        "profile",
        "account",
        "профил",
        "аккаунт",
        "акаунт",
        "пользовател",
    ]) {
        Some(Label::User)
    } else if says(&["client", "клиент"]) {
        // "Client secret" in two words gives both labels, and then the other value or the length decides.
        Some(Label::Id)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;

    use super::*;

    const ID: &str = "xQ7-pLm2Vb_9sTzKd4Wa";
    const SECRET: &str = "b8Nq_ZrT5yHc-0LmXw2EvJ7sPk9DgUa4FtRiOo1M";

    /// Client id, secret and account as they were found.
    fn found(text: &str) -> Option<(String, String, Option<String>)> {
        let keys = avito_keys(text)?;
        let secret = keys.client_secret.expose_secret().to_owned();
        Some((keys.client_id, secret, keys.user_id))
    }

    #[test]
    fn keys_are_found_however_sellers_paste_them() {
        let pasted = [
            format!("Client_id: {ID}\nClient_secret: {SECRET}"),
            format!("Client_id\n{ID}\nClient_secret\n{SECRET}\n"),
            format!("client id - {ID}, client secret - {SECRET}"),
            format!("Client_secret {SECRET}\nClient_id {ID}"),
            format!("{ID} {SECRET}"),
            format!("{SECRET}\n\n{ID}"),
            format!("ID клиента: «{ID}»\nСекретный ключ: «{SECRET}»"),
            format!("вот ключи от авито\nид клиента {ID}\nсекрет клиента {SECRET}. спасибо"),
            format!("client_id={ID}&client_secret={SECRET}"),
            format!("{{\"client_id\":\"{ID}\",\"client_secret\":\"{SECRET}\"}}"),
            format!("TORG_CLIENT_ID='{ID}'\nTORG_CLIENT_SECRET='{SECRET}'"),
            format!(
                "\u{200e}Client_id\u{a0}:\u{a0}{ID}\u{200b}\nClient_secret\u{a0}:\u{a0}{SECRET}\u{feff}"
            ),
            format!("Client ID и Client Secret:\n{ID}\n{SECRET}"),
            format!("https://www.avito.ru/professionals/api\n`{ID}`\n`{SECRET}`"),
        ];
        for text in pasted {
            let expected = (ID.to_owned(), SECRET.to_owned(), None);
            assert_eq!(found(&text), Some(expected), "{text}");
        }
    }

    #[test]
    fn the_accounts_number_is_taken_along_and_no_other_number() {
        let with_number = [
            format!("Номер профиля 94000311\nClient_id {ID}\nClient_secret {SECRET}"),
            format!("{ID}\n{SECRET}\n94000311"),
            format!("user_id: 94000311; client_id: {ID}; client_secret: {SECRET}"),
            format!("тел. 79161234567\nпрофиль 94000311\n{ID}\n{SECRET}"),
        ];
        for text in with_number {
            let expected = (
                ID.to_owned(),
                SECRET.to_owned(),
                Some("94000311".to_owned()),
            );
            assert_eq!(found(&text), Some(expected), "{text}");
        }
        for words in [
            "телефон: 79161234567",
            "мой номер 79161234567",
            "заказ 123456",
        ] {
            let text = format!("{words}\n{ID}\n{SECRET}");
            assert_eq!(found(&text).unwrap().2, None, "{text}");
        }
    }

    #[test]
    fn labels_count_more_than_length_and_order() {
        let (short, long) = ("a1b2c3d4e5f6g7h8i9j0", "Z9y8X7w6V5u4T3s2R1q0Z9y8");
        let text = format!("Client_secret: {short}\nClient_id: {long}");
        assert_eq!(
            found(&text),
            Some((long.to_owned(), short.to_owned(), None))
        );
        let text = format!("client_secret: {short}\n{long}");
        assert_eq!(
            found(&text),
            Some((long.to_owned(), short.to_owned(), None))
        );
    }

    #[test]
    fn half_of_the_keys_or_plain_words_are_no_keys() {
        for text in [
            "",
            "Здравствуйте, а где взять Client_id и Client_secret?",
            "client_id: 123",
            &format!("Client_id: {ID}"),
            "https://docs.google.com/spreadsheets/d/1AbCdEfGhIjKlMnOpQrStUvWxYz/edit",
            "supercalifragilistic internationalization",
        ] {
            assert!(avito_keys(text).is_none(), "{text}");
        }
    }

    #[test]
    fn a_text_without_its_secrets_keeps_every_other_word() {
        let another = "Qw3rTy-Uiop_4sDfGh5jKl";
        for (text, expected) in [
            (
                format!("вот: Client_id: {ID}\nClient_secret: {SECRET}. спасибо"),
                "вот: Client_id: •••\nClient_secret: •••. спасибо",
            ),
            (
                format!("{ID} {SECRET}\n94000311 {another}"),
                "••• •••\n94000311 •••",
            ),
            (
                format!("client_id={ID}&client_secret={SECRET}&x={SECRET}"),
                "client_id=•••&client_secret=•••&x=•••",
            ),
            // A mark that nobody sees, in the middle of the secret.
            (
                format!("{ID} {}", SECRET.replace("yHc", "yH\u{200b}c")),
                "••• •••",
            ),
            // The other half comes in another message.
            (format!("Client_secret: {SECRET}"), "Client_secret: •••"),
            (format!("а секрет вот {SECRET}"), "а секрет вот •••"),
        ] {
            assert_eq!(without_secrets(&text).as_deref(), Some(expected), "{text}");
        }
    }

    #[test]
    fn words_without_secrets_are_left_alone() {
        for text in [
            "Здравствуйте, а где взять Client_id и Client_secret?",
            "Отправили, трек 80082211334455667788",
            "в чём секрет?",
            "",
        ] {
            assert_eq!(without_secrets(text), None, "{text}");
        }
    }

    #[test]
    fn keys_are_never_shown() {
        let keys = avito_keys(&format!("{ID} {SECRET}")).unwrap();
        assert!(!format!("{keys:?}").contains(SECRET));
    }

    #[test]
    fn a_sheets_link_is_found_in_every_form_that_google_makes() {
        let id = "1AbCdEf-GhIjKlMnOpQr_StUvWxYz0123456789abcd";
        for (text, gid) in [
            (
                format!("https://docs.google.com/spreadsheets/d/{id}/edit#gid=0"),
                Some(0),
            ),
            (
                format!(
                    "вот: https://docs.google.com/spreadsheets/d/{id}/edit?gid=171#gid=171 спасибо"
                ),
                Some(171),
            ),
            (
                format!("https://docs.google.com/spreadsheets/d/{id}/edit?usp=sharing"),
                None,
            ),
            (format!("docs.google.com/spreadsheets/d/{id}"), None),
            (
                format!("https://docs.google.com/spreadsheets/u/1/d/{id}/edit?pli=1&gid=5#gid=5"),
                Some(5),
            ),
            (
                format!("<https://docs.google.com/spreadsheets/d/{id}/htmlview>."),
                None,
            ),
        ] {
            let expected = SheetLink {
                id: id.to_owned(),
                gid,
                published: false,
            };
            assert_eq!(sheet_link(&text), Some(expected), "{text}");
        }
        let published = "https://docs.google.com/spreadsheets/d/e/2PACX-1vQabcdefghijklmn/pub?gid=0&single=true&output=csv";
        let expected = SheetLink {
            id: "2PACX-1vQabcdefghijklmn".to_owned(),
            gid: Some(0),
            published: true,
        };
        assert_eq!(sheet_link(published), Some(expected));
    }

    #[test]
    fn other_links_are_no_sheets() {
        for text in [
            "",
            "https://docs.google.com/document/d/1AbCdEfGhIjKlMnOpQrStUvWxYz/edit",
            "https://docs.google.com/spreadsheets/d/short/edit",
            "https://docs.google.com/spreadsheets/",
            "https://disk.yandex.ru/i/abcdefghijklmnopqrstuv",
            "таблица в гугле",
        ] {
            assert_eq!(sheet_link(text), None, "{text}");
        }
    }
}
