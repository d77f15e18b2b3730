//! The outbox: one file for each letter, whole or not at all.

use std::path::PathBuf;

use mail::{Accepted, MailError, Post, Refusal};

use crate::letter;

fn folder(name: &str) -> PathBuf {
    let folder = std::env::temp_dir().join(format!("torg-mail-{}-{name}", std::process::id()));
    let _ = std::fs::remove_dir_all(&folder);
    folder
}

fn files(folder: &std::path::Path) -> Vec<String> {
    let names = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name());
    names.map(|name| name.into_string().unwrap()).collect()
}

#[tokio::test]
async fn the_same_letter_is_one_file_however_often_and_at_once_it_is_sent() {
    let folder = folder("same");
    let post = Post::Outbox(folder.clone());
    let letter = letter();
    let (a, b, c) = tokio::join!(post.send(&letter), post.send(&letter), post.send(&letter));
    let Accepted::InOutbox(path) = a.unwrap() else {
        panic!()
    };
    assert_eq!(b.unwrap(), Accepted::InOutbox(path.clone()));
    assert_eq!(c.unwrap(), Accepted::InOutbox(path.clone()));
    assert_eq!(
        files(&folder),
        [path.file_name().unwrap().to_str().unwrap()]
    );
    let text = std::fs::read_to_string(&path).unwrap();
    assert!(
        text.contains("Message-ID: <invoice-17.5f0c@torg.example>")
            && text.trim_end().ends_with("--"),
        "{text}"
    );

    let mut other = letter.clone();
    other.subject = "Другое письмо".to_owned();
    let refusal = post.send(&other).await.unwrap_err();
    assert!(
        matches!(refusal, MailError::Refused(Refusal::IdTaken)),
        "{refusal:?}"
    );
    assert_eq!(std::fs::read_to_string(&path).unwrap(), text);

    other.message_id = "invoice-18@torg.example".to_owned();
    post.send(&other).await.unwrap();
    assert_eq!(files(&folder).len(), 2);
    std::fs::remove_dir_all(&folder).unwrap();
}

#[tokio::test]
async fn nobodys_words_reach_a_path() {
    let folder = folder("paths");
    let post = Post::Outbox(folder.join("outbox"));
    for id in [
        "../../etc/passwd",
        "/etc/x@y",
        "..@..",
        "a@b/../c",
        "C:\\x@y",
        "a\0@b",
        "invoice@x",
        "....@....",
    ] {
        let mut letter = letter();
        letter.message_id = id.to_owned();
        // Those of letters and dots alone are ids; their files have names of ours all the same.
        let _ = post.send(&letter).await;
    }
    for name in ["../up.pdf", "/etc/x.pdf", "a\\b.pdf", ".hidden"] {
        let mut letter = letter();
        letter.attachments[0].file_name = name.to_owned();
        let refusal = post.send(&letter).await.unwrap_err();
        assert!(
            matches!(refusal, MailError::Refused(Refusal::Letter(_))),
            "{refusal:?}"
        );
    }
    assert_eq!(files(&folder), ["outbox"]);
    for name in files(&folder.join("outbox")) {
        let stem = name.strip_suffix(".eml").unwrap();
        assert!(
            stem.len() == 32 && stem.chars().all(|c| c.is_ascii_hexdigit()),
            "{name}"
        );
    }
    std::fs::remove_dir_all(&folder).unwrap();
}

#[tokio::test]
async fn a_folder_that_cannot_be_written_means_later_and_not_lost() {
    let file = folder("file");
    std::fs::write(&file, "in the way").unwrap();
    let error = Post::Outbox(file.join("outbox"))
        .send(&letter())
        .await
        .unwrap_err();
    assert!(matches!(error, MailError::Later { .. }), "{error:?}");
    std::fs::remove_file(&file).unwrap();
}
