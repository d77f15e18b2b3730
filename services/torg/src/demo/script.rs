//! The script of the demo's past: who wrote what and when, and what the seller did. The words of the bot are not in it.

use anyhow::Context as _;
use jiff::{SignedDuration, Timestamp, civil::Time, tz::TimeZone};
use schemas::conversation::{ChannelKind, Detail};

/// A chat of the script.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Chat {
    /// When it begins.
    pub(super) at: Timestamp,
    pub(super) channel: ChannelKind,
    pub(super) name: String,
    pub(super) listing: Option<String>,
    pub(super) lines: Vec<Line>,
}

/// One line of a chat.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Line {
    /// The buyer writes; with a detail: only when that was asked for.
    Buyer(Option<Detail>, String),
    /// The seller writes in the provider's app.
    Outside(String),
    /// The seller answers at the desk.
    Seller(String),
    /// The seller does something.
    Deed(Deed),
    /// Time goes by.
    Pause(SignedDuration),
}

/// What a seller does.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Deed {
    Draft,
    Take,
    Back,
    Close,
    Needed(bool),
    Approve,
    Reject(String),
    Paid,
    Shipped(String),
    Delivered,
    Returned,
}

impl Chat {
    /// From which line on it has to do with an order, and so with what others can buy.
    pub(super) fn trades_from(&self) -> Option<usize> {
        let contact = |line: &Line| matches!(line, Line::Buyer(Some(Detail::Contact), _));
        let decided = |line: &Line| matches!(line, Line::Deed(Deed::Approve | Deed::Reject(_)));
        let contact = self.lines.iter().position(contact);
        contact.or_else(|| self.lines.iter().any(decided).then_some(0))
    }
}

/// Reads the script, as it happened before `now` in a shop of this zone.
///
/// # Errors
/// The line that is not understood.
pub(super) fn read(text: &str, now: Timestamp, zone: &TimeZone) -> anyhow::Result<Vec<Chat>> {
    let mut chats: Vec<Chat> = Vec::new();
    for (line, number) in text.lines().zip(1..) {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let understood = match line.strip_prefix("== ") {
            Some(head) => head_of(head, now, zone).map(|chat| chats.push(chat)),
            None => line_of(line).and_then(|line| {
                let chat = chats.last_mut().context("no chat has begun")?;
                chat.lines.push(line);
                Ok(())
            }),
        };
        understood.with_context(|| format!("line {number} of the demo's week: {line:?}"))?;
    }
    Ok(chats)
}

fn head_of(head: &str, now: Timestamp, zone: &TimeZone) -> anyhow::Result<Chat> {
    let mut parts = head.split_whitespace();
    let day: i64 = parts.next().context("no day")?.parse()?;
    anyhow::ensure!((-7..0).contains(&day), "a day of the past week is -7 to -1");
    let hour: Time = parts.next().context("no hour")?.parse()?;
    let channel = match parts.next() {
        Some("avito") => ChannelKind::Avito,
        Some("telegram") => ChannelKind::Telegram,
        Some("web") => ChannelKind::Web,
        other => anyhow::bail!("{other:?} is no channel"),
    };
    let (listing, name): (Vec<&str>, Vec<&str>) = parts.partition(|part| part.starts_with('@'));
    let today = now.to_zoned(zone.clone()).date();
    let date = today.checked_add(jiff::Span::new().days(day))?;
    Ok(Chat {
        at: date.to_datetime(hour).to_zoned(zone.clone())?.timestamp(),
        channel,
        name: name.join(" "),
        listing: listing
            .first()
            .map(|id| id.trim_start_matches('@').to_owned()),
        lines: Vec::new(),
    })
}

fn line_of(line: &str) -> anyhow::Result<Line> {
    let (what, rest) = line.split_once(' ').unwrap_or((line, ""));
    let words = rest.trim().to_owned();
    Ok(match what {
        ">" => Line::Buyer(None, words),
        ">delivery" => Line::Buyer(Some(Detail::Delivery), words),
        ">address" => Line::Buyer(Some(Detail::Address), words),
        ">name" => Line::Buyer(Some(Detail::Name), words),
        ">contact" => Line::Buyer(Some(Detail::Contact), words),
        "~" => Line::Outside(words),
        "<" => Line::Seller(words),
        ".." => Line::Pause(pause(&words)?),
        "!" => Line::Deed(deed(&words)?),
        _ => anyhow::bail!("a line begins with >, <, ~, ! or .."),
    })
}

fn pause(words: &str) -> anyhow::Result<SignedDuration> {
    let unit = words.chars().last().context("how long?")?;
    let count: i64 = words.trim_end_matches(unit).parse()?;
    Ok(match unit {
        'm' => SignedDuration::from_mins(count),
        'h' => SignedDuration::from_hours(count),
        'd' => SignedDuration::from_hours(count.saturating_mul(24)),
        _ => anyhow::bail!("a pause is in m, h or d"),
    })
}

fn deed(words: &str) -> anyhow::Result<Deed> {
    let (what, rest) = words.split_once(' ').unwrap_or((words, ""));
    Ok(match what {
        "draft" => Deed::Draft,
        "take" => Deed::Take,
        "back" => Deed::Back,
        "close" => Deed::Close,
        "needed" => Deed::Needed(true),
        "needless" => Deed::Needed(false),
        "approve" => Deed::Approve,
        "reject" => Deed::Reject(rest.to_owned()),
        "paid" => Deed::Paid,
        "shipped" => Deed::Shipped(rest.to_owned()),
        "delivered" => Deed::Delivered,
        "returned" => Deed::Returned,
        _ => anyhow::bail!("{what:?} is nothing that a seller does"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_whole_week_is_understood_and_lies_in_the_past() {
        let zone = TimeZone::get("Europe/Moscow").unwrap();
        // A minute after midnight: the worst moment for yesterday's late chats.
        let now: Timestamp = "2026-03-01T21:01:00Z".parse().unwrap();
        let week = read(super::super::WEEK, now, &zone).unwrap();
        assert!(week.len() >= 40, "{}", week.len());
        for chat in &week {
            let pauses = chat.lines.iter().map(|line| match line {
                Line::Pause(pause) => *pause,
                _ => SignedDuration::from_secs(80),
            });
            let end = pauses.fold(chat.at, |at, pause| at + pause);
            assert!(end < now, "{} ends at {end}", chat.name);
            assert!(now.duration_since(chat.at) < SignedDuration::from_hours(24 * 8));
        }
    }

    #[test]
    fn a_line_that_is_not_understood_is_named() {
        let zone = TimeZone::UTC;
        for (text, says) in [
            ("> hello", "no chat has begun"),
            ("== -9 10:00 web X", "-7 to -1"),
            ("== -1 10:00 fax X", "is no channel"),
            ("== -1 10:00 web X\n! dance", "nothing that a seller does"),
            ("== -1 10:00 web X\n.. 5y", "m, h or d"),
        ] {
            let error = read(text, Timestamp::UNIX_EPOCH, &zone).unwrap_err();
            let told = format!("{error:#}");
            assert!(told.contains(says) && told.contains("line "), "{told}");
        }
    }
}
