//! Asking for an intent on a terminal.

use std::io::BufRead as _;

use schemas::conversation::Intent;

use crate::output;

/// What was typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Said {
    Label(Intent),
    Skip,
    Quit,
}

/// Asks until the answer is one. The end of the input is the end.
pub(super) fn intent() -> anyhow::Result<Said> {
    let choices = Intent::ALL.iter().zip(1..);
    let choices: Vec<String> = choices
        .map(|(intent, number)| format!("{number} {}", intent.as_str()))
        .collect();
    output::line(&format!("  {}", choices.join(" · ")))?;
    loop {
        output::line("  what did the buyer want? number or name, s skips, q ends:")?;
        let mut typed = String::new();
        if std::io::stdin().lock().read_line(&mut typed)? == 0 {
            return Ok(Said::Quit);
        }
        match understood(&typed) {
            Some(said) => return Ok(said),
            None => output::line(&format!("  {:?} is none of these", typed.trim()))?,
        }
    }
}

fn understood(typed: &str) -> Option<Said> {
    let typed = typed.trim().to_lowercase();
    match typed.as_str() {
        "" | "s" | "skip" => Some(Said::Skip),
        "q" | "quit" => Some(Said::Quit),
        other => {
            let by_number = other.parse::<usize>().ok();
            let by_number = by_number.and_then(|number| number.checked_sub(1));
            let by_number = by_number.and_then(|place| Intent::ALL.get(place).copied());
            by_number.or_else(|| Intent::parse(other)).map(Said::Label)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_intent_is_typed_by_number_or_by_name() {
        assert_eq!(understood("1\n"), Some(Said::Label(Intent::Greeting)));
        assert_eq!(understood("14"), Some(Said::Label(Intent::Other)));
        assert_eq!(understood(" Thanks "), Some(Said::Label(Intent::Thanks)));
        assert_eq!(understood("\n"), Some(Said::Skip));
        assert_eq!(understood("q"), Some(Said::Quit));
        for wrong in ["0", "15", "-1", "thank", "1 2"] {
            assert_eq!(understood(wrong), None, "{wrong}");
        }
    }
}
