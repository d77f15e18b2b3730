//! When the seller is called, measured on lines that no rule and no bank was made from.
//!
//! A line counts for its trigger only with the trigger's own reason: the buyer's notice and the seller's card follow it.

use std::collections::BTreeMap;

use super::{tests::mind, *};

const LINES: &str = include_str!("../../../lib/language/data/handover_development.tsv");
const BANK: &str = include_str!("../../../lib/language/data/intents_bank.tsv");

struct Line {
    language: &'static str,
    context: &'static str,
    text: &'static str,
    trigger: &'static str,
}

fn lines() -> Vec<Line> {
    let cells = |line: &'static str| -> Vec<&'static str> { line.split('\t').collect() };
    LINES
        .lines()
        .skip(1)
        .map(|line| match cells(line).as_slice() {
            [language, context, text, trigger] => Line {
                language,
                context,
                text,
                trigger,
            },
            _ => panic!("four columns: {line}"),
        })
        .collect()
}

fn situation(context: &str) -> Situation {
    let (has_focus, list_length) = match context {
        "nothing" => (false, 0),
        "focus" => (true, 0),
        "list" => (true, 3),
        _ => panic!("no context: {context}"),
    };
    Situation {
        has_focus,
        list_length,
        languages: vec![Language::Ru, Language::En, Language::Es],
        threshold: 0.80,
        ..Situation::default()
    }
}

fn verdict(line: &Line) -> Verdict {
    let situation = situation(line.context);
    fallback(&read(mind(), &[line.text], &situation), &situation)
}

/// Whether the verdict is what the trigger asks for; of a line without one, whether it is handed over all the same.
fn counts(trigger: &str, verdict: &Verdict) -> bool {
    let Verdict::Seller(reason, _) = verdict else {
        return false;
    };
    match trigger {
        "human" => *reason == HandoffReason::HumanRequested,
        "complaint" => *reason == HandoffReason::Complaint,
        "ambiguous" => *reason == HandoffReason::Ambiguous,
        "bundle" => *reason == HandoffReason::ComplexBundle,
        "none" => true,
        _ => panic!("no trigger: {trigger}"),
    }
}

#[test]
fn the_seller_is_called_when_needed_and_hardly_ever_when_not() {
    let mut table: BTreeMap<(&str, &str), (u32, u32)> = BTreeMap::new();
    for line in lines() {
        let verdict = verdict(&line);
        let counted = counts(line.trigger, &verdict);
        if counted == (line.trigger == "none") {
            println!(
                "{} {}: {:?}: {}",
                line.trigger, line.context, verdict, line.text
            );
        }
        for language in [line.language, "all"] {
            let cell = table.entry((line.trigger, language)).or_default();
            cell.0 += u32::from(counted);
            cell.1 += 1;
        }
    }
    println!(
        "{:<10} {:<4} {:>5} {:>5} {:>6}",
        "trigger", "lang", "over", "of", "share"
    );
    for ((trigger, language), (part, of)) in &table {
        let share = f64::from(*part) / f64::from(*of);
        println!("{trigger:<10} {language:<4} {part:>5} {of:>5} {share:>6.3}");
    }
    let share = |trigger| {
        let (part, of) = table[&(trigger, "all")];
        f64::from(part) / f64::from(of)
    };
    assert!(share("human") >= 0.99, "persons asked for");
    assert!(share("complaint") >= 0.99, "complaints");
    assert!(share("ambiguous") >= 0.95, "earlier talk");
    assert!(share("bundle") >= 0.95, "bundles");
    assert!(share("none") <= 0.10, "needless handovers");
}

#[test]
fn the_lines_are_many_and_none_of_them_is_in_the_bank() {
    let bare = |text: &str| -> String {
        text.to_lowercase()
            .chars()
            .filter(|c| c.is_alphanumeric())
            .collect()
    };
    let bank: std::collections::BTreeSet<String> = BANK
        .lines()
        .filter_map(|line| line.rsplit('\t').next())
        .map(bare)
        .collect();
    let lines = lines();
    assert!(lines.len() >= 300);
    let shared: Vec<&str> = lines
        .iter()
        .map(|line| line.text)
        .filter(|text| bank.contains(&bare(text)))
        .collect();
    assert_eq!(shared, [""; 0]);
}

#[test]
fn the_phrases_leave_alone_what_asks_for_something_else() {
    // Who asks where an order is may well be angry, too.
    let lines: Vec<(&str, &str)> = BANK
        .lines()
        .skip(1)
        .filter_map(
            |line| match line.split('\t').collect::<Vec<_>>().as_slice() {
                [_, intent, .., text] => Some((*intent, *text)),
                _ => None,
            },
        )
        .filter(|(intent, _)| !["complaint", "human_request", "order_status"].contains(intent))
        .collect();
    let taken: Vec<&(&str, &str)> = lines
        .iter()
        .filter(|(_, text)| {
            let named = entities::of(text, &situation("nothing"));
            let found = (
                triggers::urgent(text),
                triggers::leans_on_earlier_talk(text),
                triggers::sets_conditions(text, &named),
            );
            let taken = found != (None, false, false);
            if taken {
                println!("{found:?} {text}");
            }
            taken
        })
        .collect();
    println!("{} of {}", taken.len(), lines.len());
    assert!(
        taken.len() * 100 <= lines.len(),
        "more than one in a hundred"
    );
}
