use std::{fs, path::PathBuf};

use clap::Parser;

use super::*;

#[derive(Parser)]
struct Command {
    #[command(flatten)]
    options: Options,
}

fn parse(arguments: &[&str]) -> Options {
    let arguments = std::iter::once("torg").chain(arguments.iter().copied());
    Command::try_parse_from(arguments)
        .expect("arguments that clap takes")
        .options
}

/// The faults of a chat model with these arguments.
fn faults(arguments: &[&str]) -> String {
    let outcome = parse(arguments).chat.connect();
    outcome.expect_err("faults").to_string()
}

const GOOD: [&str; 2] = ["--llm-base-url=http://127.0.0.1:9/v1", "--llm-model=m"];

fn with<'a>(more: &[&'a str]) -> Vec<&'a str> {
    GOOD.into_iter().chain(more.iter().copied()).collect()
}

fn folder(name: &str) -> PathBuf {
    let folder = std::env::temp_dir().join(format!("torg-llm-{name}-{}", std::process::id()));
    fs::create_dir_all(&folder).expect("a folder");
    folder
}

#[test]
fn without_a_base_url_there_is_no_model_of_any_kind() {
    let empty: Vec<String> = ["llm", "embeddings", "transcription"]
        .into_iter()
        .flat_map(|kind| {
            let options = [
                "base-url",
                "key",
                "key-file",
                "model",
                "root-cert",
                "headers",
            ];
            options.map(|option| format!("--{kind}-{option}="))
        })
        .collect();
    let empty: Vec<&str> = empty.iter().map(String::as_str).collect();
    for arguments in [&[][..], &empty] {
        let options = parse(arguments);
        assert!(options.chat.connect().unwrap().is_none());
        assert!(options.embeddings.connect().unwrap().is_none());
        assert!(options.transcription.connect().unwrap().is_none());
    }
}

#[test]
fn every_fault_names_its_option_and_the_fix_and_all_come_at_once() {
    let all = faults(&[
        "--llm-base-url=ftp://x",
        "--llm-key=a\nb",
        "--llm-root-cert=/nowhere.pem",
        "--llm-headers=Host: x",
        "--llm-price-input=5",
    ]);
    for expected in [
        "TORG_LLM_BASE_URL must look like https://",
        "TORG_LLM_MODEL is not set: name the model",
        "TORG_LLM_KEY must be one word",
        "TORG_LLM_ROOT_CERT /nowhere.pem cannot be read",
        "TORG_LLM_HEADERS: host is set by the program itself",
        "TORG_LLM_PRICE_OUTPUT is set: set both",
    ] {
        assert!(all.contains(expected), "{all} should say: {expected}");
    }
}

#[test]
fn an_address_with_more_than_an_address_in_it_is_refused_without_repeating_it() {
    for (url, expected) in [
        ("api.openai.com/v1", "must look like"),
        (
            "https://sk-very-secret@host/v1",
            "holds a user or a password",
        ),
        (
            "https://host/v1?key=sk-very-secret",
            "has something behind ?",
        ),
        (
            "https://host/v1/chat/completions/",
            "ends with /chat/completions",
        ),
    ] {
        let found = faults(&[&format!("--llm-base-url={url}"), "--llm-model=m"]);
        assert!(found.contains(expected), "{url}: {found}");
        assert!(!found.contains("sk-very-secret"), "{found}");
    }
}

#[test]
fn an_option_of_a_model_without_an_endpoint_is_a_mistake_and_not_ignored() {
    assert!(
        faults(&["--llm-model=m"]).contains("TORG_LLM_MODEL is set and TORG_LLM_BASE_URL is not")
    );
    let embeddings = parse(&["--embeddings-dimensions=384"]).embeddings.connect();
    assert!(
        embeddings
            .unwrap_err()
            .to_string()
            .contains("TORG_EMBEDDINGS_DIMENSIONS is set and")
    );
    let voice = parse(&["--transcription-key=k"]).transcription.connect();
    assert!(
        voice
            .unwrap_err()
            .to_string()
            .contains("TORG_TRANSCRIPTION_KEY is set and")
    );
}

#[test]
fn embeddings_need_their_dimensions() {
    let base = [
        "--embeddings-base-url=http://127.0.0.1:9",
        "--embeddings-model=m",
    ];
    let outcome = parse(&base).embeddings.connect();
    assert!(
        outcome
            .unwrap_err()
            .to_string()
            .contains("TORG_EMBEDDINGS_DIMENSIONS is not set")
    );
}

#[test]
fn the_key_may_be_in_a_file_and_never_in_both_places() {
    let folder = folder("keys");
    let file = folder.join("key");
    fs::write(&file, "sk-1\n").unwrap();
    let argument = format!("--llm-key-file={}", file.display());
    assert!(faults(&with(&["--llm-key=k", &argument])).contains("both set: remove one"));
    let empty = folder.join("empty");
    fs::write(&empty, " \n").unwrap();
    let argument = format!("--llm-key-file={}", empty.display());
    assert!(faults(&with(&[&argument])).contains("is empty: put the key into it"));
    fs::remove_dir_all(folder).unwrap();
    assert!(
        faults(&with(&["--llm-key-file=/nowhere"]))
            .contains("TORG_LLM_KEY_FILE /nowhere cannot be read")
    );
}

#[test]
fn a_root_certificate_that_is_none_is_refused() {
    let folder = folder("certificates");
    let file = folder.join("not.pem");
    fs::write(&file, "hello").unwrap();
    let argument = format!("--llm-root-cert={}", file.display());
    assert!(faults(&with(&[&argument])).contains("holds no certificate in PEM"));
    fs::remove_dir_all(folder).unwrap();
}

#[test]
fn keys_and_headers_are_never_printed() {
    let options = parse(&with(&[
        "--llm-key=sk-very-secret",
        "--llm-headers=X-Token: also-secret",
    ]));
    let shown = format!("{options:?}");
    assert!(
        !shown.contains("secret") && shown.contains("***"),
        "{shown}"
    );
    let found = faults(&with(&[
        "--llm-headers=X-Token: кириллица-secret; just-secret",
    ]));
    assert!(
        found.contains("the value of x-token must be visible ASCII"),
        "{found}"
    );
    assert!(!found.contains("secret"), "{found}");
}

#[test]
fn numbers_out_of_bounds_and_unknown_words_are_refused_by_the_parser() {
    for bad in [
        "--llm-deadline-ms=99",
        "--llm-deadline-ms=60001",
        "--llm-token-parameter=tokens",
        "--llm-answer-format=xml",
        "--llm-temperature=maybe",
        "--llm-price-input=-1",
        "--embeddings-dimensions=1",
        "--embeddings-batch=2049",
    ] {
        assert!(Command::try_parse_from(["torg", bad]).is_err(), "{bad}");
    }
    let good = parse(&[
        "--llm-token-parameter=max_completion_tokens",
        "--llm-answer-format=json_object",
    ]);
    assert_eq!(
        good.chat.llm_token_parameter,
        TokenParameter::MaxCompletionTokens
    );
    assert_eq!(good.chat.llm_deadline_ms, 8000);
}
