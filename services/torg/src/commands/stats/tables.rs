//! The figures of `torg stats` as tables for people, each with what it means.

use std::io::IsTerminal as _;

use comfy_table::{Cell, CellAlignment, Table, presets};
use console::figures::{Figures, HandoverFigures, Times};
use language::eval::Share;
use serde::Serialize;

use super::Printed;
use crate::output;

/// Prints every shop.
pub(super) fn print(printed: &Printed) -> anyhow::Result<()> {
    let told = |at: Option<jiff::Timestamp>, none: &str| {
        at.map_or_else(|| none.to_owned(), |at| at.to_string())
    };
    let (from, to) = (printed.period.from, printed.period.to);
    output::line(&format!(
        "What began from {} to {}, followed to the end of the log",
        told(from, "the beginning"),
        told(to, "the end")
    ))?;
    if printed.shops.is_empty() {
        output::line("\nnobody has written yet")?;
    }
    for shop in &printed.shops {
        output::line(&format!("\n{}\n", shop.shop))?;
        output::line(&counts(&shop.figures).to_string())?;
        if !shop.figures.reasons.is_empty() {
            output::line("\nHandovers by reason\n")?;
            output::line(&reasons(&shop.figures)?.to_string())?;
        }
    }
    if printed.unreadable > 0 {
        output::line(&format!(
            "\n{} commits cannot be read and are left out; `torg verify` says which",
            printed.unreadable
        ))?;
    }
    Ok(())
}

pub(super) fn table(head: &[&str]) -> Table {
    let mut table = Table::new();
    table.load_style(presets::UTF8_FULL_CONDENSED);
    if !std::io::stdout().is_terminal() {
        table.set_width(150);
    }
    table.set_header(head);
    table
}

/// `9 of 10 · 0.900 (0.596–0.982)`.
pub(crate) fn share(share: Share) -> String {
    let Share {
        part,
        of,
        share,
        low,
        high,
    } = share;
    share.map_or_else(
        || format!("none of {of}"),
        |share| format!("{part} of {of} · {share:.3} ({low:.3}–{high:.3})"),
    )
}

/// `1.2 s · 8.0 s · 9.5 s of 30`.
fn times(times: Times) -> String {
    let told = |time: Option<u64>| time.map_or_else(|| "none".to_owned(), duration);
    match times.count {
        0 => "never".to_owned(),
        count => format!(
            "{} · {} · {} of {count}",
            told(times.p50_ms),
            told(times.p95_ms),
            told(times.p99_ms)
        ),
    }
}

pub(super) fn duration(millis: u64) -> String {
    let tenths = |unit: u64| {
        let rounded = millis.saturating_mul(10).saturating_add(unit / 2) / unit.max(1);
        format!("{}.{}", rounded / 10, rounded % 10)
    };
    match millis {
        0..1_000 => format!("{millis} ms"),
        1_000..120_000 => format!("{} s", tenths(1_000)),
        120_000..7_200_000 => format!("{} min", tenths(60_000)),
        _ => format!("{} h", tenths(3_600_000)),
    }
}

fn counts(figures: &Figures) -> Table {
    let mut table = table(&["figure", "value", "what it means"]);
    let mut row = |name: &str, value: String, means: &str| {
        let value = Cell::new(value).set_alignment(CellAlignment::Right);
        table.add_row(vec![Cell::new(name), value, Cell::new(means)]);
    };
    let Figures {
        autonomy,
        answers,
        handovers,
        ..
    } = figures;
    let count = |number: usize| number.to_string();
    row(
        "conversations",
        count(figures.conversations),
        "chats in which a buyer wrote",
    );
    row("messages", count(figures.messages), "of buyers");
    row(
        "turns",
        count(figures.turns),
        "times that waiting messages were understood together",
    );
    row(
        "talks",
        count(figures.talks),
        "stretches of a chat without 24 hours of silence",
    );
    row(
        "talks with an ask",
        count(autonomy.asked),
        "more than a greeting or thanks; shares are of these, with Wilson's 95 % interval",
    );
    row(
        "contained",
        share(autonomy.contained),
        "no person was asked for or acted, and the last ask was answered",
    );
    row(
        "confirmed resolved",
        share(autonomy.confirmed),
        "contained, and then the buyer said thanks and asked no more; silence does not count",
    );
    row(
        "assisted",
        share(autonomy.assisted),
        "a person was asked for, or acted",
    );
    row(
        "unanswered",
        share(autonomy.unanswered),
        "no person was asked for, and the last ask has no answer",
    );
    row(
        "answered by the bot",
        times(answers.by_bot),
        "p50 · p95 · p99, from a message recorded to its answer with the buyer; notices are none",
    );
    row(
        "answered by people",
        times(answers.by_people),
        "the same, through Torg or in the provider's app",
    );
    row(
        "without an answer",
        count(answers.unanswered),
        "messages that nobody has answered",
    );
    row(
        "taken back",
        count(answers.taken_back),
        "messages that the buyer deleted before an answer",
    );
    row(
        "handovers",
        count(handovers.handovers),
        "times that the bot stopped and asked for a person",
    );
    row(
        "judged needed",
        share(handovers.needed),
        "of the handovers that a seller judged",
    );
    row(
        "drafts sent unchanged",
        share(handovers.sent_unchanged),
        "of the handovers in which the bot would have said something",
    );
    row(
        "drafts sent edited",
        share(handovers.sent_edited),
        "of the same",
    );
    row(
        "first word of a person",
        times(handovers.first_word),
        "p50 · p95 · p99, from the bot's stop to a person's words with the buyer",
    );
    table
}

fn reasons(figures: &Figures) -> anyhow::Result<Table> {
    let mut table = table(&[
        "reason",
        "handovers",
        "how they ended",
        "judged needed",
        "first word of a person",
    ]);
    for one in &figures.reasons {
        let HandoverFigures {
            handovers,
            ended,
            needed,
            first_word,
            ..
        } = &one.figures;
        let ends: Vec<String> = ended
            .iter()
            .map(|(how, count)| format!("{how} {count}"))
            .collect();
        table.add_row(vec![
            Cell::new(wire_name(&one.reason)?),
            Cell::new(handovers).set_alignment(CellAlignment::Right),
            Cell::new(ends.join(", ")),
            Cell::new(share(*needed)),
            Cell::new(times(*first_word)),
        ]);
    }
    Ok(table)
}

/// The wire name of a plain enum's value.
pub(crate) fn wire_name(value: &impl Serialize) -> anyhow::Result<String> {
    match serde_json::to_value(value)? {
        serde_json::Value::String(name) => Ok(name),
        other => anyhow::bail!("{other} is not a name"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_told_in_units_that_a_person_compares() {
        for (millis, told) in [
            (7, "7 ms"),
            (1_940, "1.9 s"),
            (119_960, "120.0 s"),
            (150_000, "2.5 min"),
            (9_000_000, "2.5 h"),
        ] {
            assert_eq!(duration(millis), told);
        }
        assert_eq!(
            times(Times {
                count: 0,
                p50_ms: None,
                p95_ms: None,
                p99_ms: None
            }),
            "never"
        );
        assert_eq!(share(Share::new(0, 0)), "none of 0");
        assert_eq!(share(Share::new(9, 10)), "9 of 10 · 0.900 (0.596–0.982)");
    }
}
