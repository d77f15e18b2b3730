//! The process that typesets: its limits, and what the parent learns when one is met.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use paper::{Limits, PaperError, Typesetter, Vat, child_main, render};

use crate::support::{invoice, line, sample};

/// The example of this crate, which cargo builds along with its tests.
fn program() -> PathBuf {
    let tests = std::env::current_exe().unwrap();
    let program = tests
        .parent()
        .unwrap()
        .parent()
        .unwrap()
        .join("examples/typeset");
    assert!(
        program.is_file(),
        "{} is not built: run `cargo build --workspace --examples`",
        program.display()
    );
    program
}

fn typesetter(limits: Limits) -> Typesetter {
    let arguments = [
        limits.cpu_seconds.to_string(),
        limits.memory_bytes.to_string(),
    ];
    Typesetter::new(
        program(),
        arguments.into_iter().map(Into::into).collect(),
        limits,
    )
}

fn shell(script: &str) -> Typesetter {
    let limits = Limits {
        time: Duration::from_millis(400),
        ..Limits::default()
    };
    Typesetter::new(
        PathBuf::from("/bin/sh"),
        vec!["-c".into(), script.into()],
        limits,
    )
}

/// Long, for a machine that is busy with other tests: the longest invoice takes a quiet one a quarter of a minute.
const PATIENT: Limits = Limits {
    time: Duration::from_secs(200),
    cpu_seconds: 200,
    memory_bytes: 1 << 30,
};

#[tokio::test]
async fn a_process_of_its_own_makes_the_same_file() {
    let pdf = typesetter(PATIENT).render(&sample()).await.unwrap();
    assert!(pdf == render(&sample()).unwrap());
}

#[tokio::test]
async fn a_long_invoice_fits_into_the_limit_of_memory() {
    let name = "Комплект мебели для гостиной, кожа «тёмный шоколад» ".repeat(7);
    let lines = (0..500)
        .map(|index| line(&format!("{index} {name}"), 1, 100))
        .collect();
    let pdf = typesetter(PATIENT)
        .render(&invoice(lines, Vat::None))
        .await
        .unwrap();
    assert!(pdf.len() < 1 << 20, "{}", pdf.len());
}

#[tokio::test]
async fn a_process_that_takes_too_long_is_killed() {
    let began = Instant::now();
    let refusal = shell("exec sleep 60").render(&sample()).await.unwrap_err();
    assert!(matches!(refusal, PaperError::TooSlow(_)), "{refusal}");
    assert!(
        began.elapsed() < Duration::from_secs(10),
        "{:?}",
        began.elapsed()
    );
}

#[tokio::test]
async fn a_process_without_memory_dies_and_the_parent_says_so() {
    let limits = Limits {
        memory_bytes: 40 << 20,
        ..PATIENT
    };
    let refusal = typesetter(limits).render(&sample()).await.unwrap_err();
    assert!(matches!(refusal, PaperError::Died { .. }), "{refusal}");
}

#[tokio::test]
async fn a_process_that_answers_nonsense_is_not_believed() {
    let refusal = shell("cat >/dev/null; echo hello")
        .render(&sample())
        .await
        .unwrap_err();
    assert!(matches!(refusal, PaperError::Typesetting(_)), "{refusal}");
    let refusal = shell("echo broken >&2; exit 3")
        .render(&sample())
        .await
        .unwrap_err();
    assert_eq!(
        refusal.to_string(),
        "the typesetting process ended with exit status: 3: broken"
    );
    let missing = Typesetter::new(PathBuf::from("./no-such-program"), Vec::new(), PATIENT);
    let refusal = missing.render(&sample()).await.unwrap_err();
    assert!(
        matches!(refusal, PaperError::Process { doing: "start", .. }),
        "{refusal}"
    );
}

#[tokio::test]
async fn wrong_data_starts_no_process() {
    let mut invoice = sample();
    invoice.number = 0;
    let refusal = shell("exit 9").render(&invoice).await.unwrap_err();
    assert!(matches!(refusal, PaperError::Refused(_)), "{refusal}");
}

#[test]
fn a_job_that_is_no_invoice_is_told_without_its_words() {
    let job = r#"{"number": 1, "issued_on": "Иванов"}"#;
    let limits = Limits {
        time: Duration::MAX,
        cpu_seconds: 1 << 30,
        memory_bytes: 1 << 40,
    };
    let refusal = child_main(job.as_bytes(), Vec::new(), limits)
        .unwrap_err()
        .to_string();
    assert!(
        refusal.contains("not an invoice in JSON: line 1"),
        "{refusal}"
    );
    assert!(!refusal.contains("Иванов"), "{refusal}");
}
