//! Voice notes: written by a buyer, fetched by the clients, and every way in which that fails.

use channels::FetchError;
use serde_json::Value;
use simulator::{AvitoMessage, Fault, Provider, Simulator, TelegramMessage};

use crate::stand::{ACCOUNT, BOT, CHAT, TOKEN, accepted, avito, calls, simulator, telegram};

const WORDS: &str = "есть синий рюкзак?";
const BUYER: i64 = 700_001;

/// The buyer speaks in the Avito chat; returns the note's id.
async fn avito_note(sim: &Simulator, words: &str) -> String {
    let message = AvitoMessage::voice(words);
    sim.control().avito_write(ACCOUNT, CHAT, &message);
    let history = avito(sim).history(CHAT, 1, 0).await.unwrap();
    match &history[0].content {
        schemas::conversation::Content::Voice(id) => id.clone(),
        other => panic!("not a voice note: {other:?}"),
    }
}

/// The buyer speaks to the bot; returns the file's id.
async fn telegram_note(sim: &Simulator, words: &str) -> String {
    let message = TelegramMessage::voice(words);
    let control = sim.control();
    control.telegram_write(BOT, BUYER, &message).unwrap();
    let updates = telegram(sim).get_updates(None, 100, 0).await.unwrap();
    let update: Value = serde_json::from_slice(&updates.last().unwrap().body).unwrap();
    let id = update["message"]["voice"]["file_id"].as_str();
    id.unwrap().to_owned()
}

fn fault(sim: &Simulator, provider: Provider, operation: &str, fault: Fault) {
    sim.control().fault(Fault {
        provider: Some(provider),
        operation: Some(operation.to_owned()),
        count: Some(1),
        ..fault
    });
}

/// Why a note was not fetched; it must not be.
fn failed<T>(outcome: Result<T, FetchError>) -> FetchError {
    outcome.err().expect("it was fetched")
}

fn is_final(error: &FetchError) -> bool {
    matches!(error, FetchError::Never { .. })
}

#[tokio::test]
async fn a_voice_note_is_fetched_from_where_the_provider_says_it_is() {
    let sim = simulator().await;
    let note = avito_note(&sim, WORDS).await;
    let fetched = avito(&sim).voice(&note).await.unwrap();
    assert_eq!(fetched.audio, WORDS.as_bytes());
    assert_eq!(fetched.name, "voice.mp4");

    let file = telegram_note(&sim, WORDS).await;
    let fetched = telegram(&sim).voice(&file).await.unwrap();
    assert_eq!(fetched.audio, WORDS.as_bytes());
    assert_eq!(fetched.name, "voice/file_0.oga");
    assert!(accepted(&sim).is_empty());
}

#[tokio::test]
async fn a_note_that_the_provider_does_not_know_is_not_asked_for_again() {
    let sim = simulator().await;
    assert!(is_final(&failed(avito(&sim).voice("nobody's").await)));
    assert!(is_final(&failed(telegram(&sim).voice("nobody's").await)));
}

#[tokio::test]
async fn a_failure_that_may_pass_is_told_from_one_that_stays() {
    let sim = simulator().await;
    let (note, file) = (
        avito_note(&sim, WORDS).await,
        telegram_note(&sim, WORDS).await,
    );
    // A redirect is not followed, wherever it goes.
    for (status, stays) in [
        (500, false),
        (408, false),
        (302, true),
        (403, true),
        (410, true),
    ] {
        let refuse = || Fault {
            status: Some(status),
            ..Fault::default()
        };
        fault(&sim, Provider::Avito, "voice_file", refuse());
        let error = failed(avito(&sim).voice(&note).await);
        assert_eq!(is_final(&error), stays, "{status}: {error}");
        fault(&sim, Provider::Telegram, "file", refuse());
        let error = failed(telegram(&sim).voice(&file).await);
        assert_eq!(is_final(&error), stays, "{status}: {error}");
    }
    let busy = || Fault {
        status: Some(429),
        retry_after: Some(7),
        ..Fault::default()
    };
    fault(&sim, Provider::Avito, "voice_file", busy());
    fault(&sim, Provider::Telegram, "getFile", busy());
    for error in [
        failed(avito(&sim).voice(&note).await),
        failed(telegram(&sim).voice(&file).await),
    ] {
        let FetchError::NotNow { retry_after, .. } = error else {
            panic!("{error}");
        };
        assert_eq!(retry_after.unwrap().as_secs(), 7);
    }
    let hang = || Fault {
        hold: true,
        ..Fault::default()
    };
    fault(&sim, Provider::Avito, "voice_file", hang());
    fault(&sim, Provider::Telegram, "file", hang());
    assert!(!is_final(&failed(avito(&sim).voice(&note).await)));
    assert!(!is_final(&failed(telegram(&sim).voice(&file).await)));
    sim.control().release();
}

#[tokio::test]
async fn a_note_larger_than_the_limit_is_not_read_to_its_end() {
    let sim = simulator().await;
    let endless = "a".repeat(20 * 1024 * 1024 + 1);
    let note = avito_note(&sim, &endless).await;
    let error = failed(avito(&sim).voice(&note).await);
    assert_eq!(
        error.to_string(),
        "cannot be fetched: the file is too large"
    );
    let file = telegram_note(&sim, &endless).await;
    let error = failed(telegram(&sim).voice(&file).await);
    assert!(error.to_string().contains("too big"), "{error}");
    assert_eq!(calls(&sim, "file", 200), 0);
}

#[tokio::test]
async fn no_failure_to_fetch_a_note_tells_the_token() {
    let sim = simulator().await;
    let file = telegram_note(&sim, WORDS).await;
    for operation in ["getFile", "file"] {
        for how in [
            Fault {
                status: Some(404),
                ..Fault::default()
            },
            Fault {
                drop_before_apply: true,
                ..Fault::default()
            },
            Fault {
                hold: true,
                ..Fault::default()
            },
        ] {
            fault(&sim, Provider::Telegram, operation, how);
            let error = failed(telegram(&sim).voice(&file).await);
            let told = format!("{error} {error:?}");
            assert!(!told.contains(TOKEN), "{told}");
            assert!(!told.contains("http"), "{told}");
        }
    }
    sim.control().release();
}
