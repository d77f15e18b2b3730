//! What may be taken over, and reading a file that is being saved.

use std::{fs, path::PathBuf};

use super::{read, sheet};
use crate::sheet::{
    Refusal, TableError, Verdict,
    folder::{FolderError, read_settled},
    revision, verdict,
};

fn judged(previous: Option<usize>, rows: usize, accepted: Option<&str>) -> Verdict {
    let rows: String = (0..rows)
        .map(|n| format!("A-{n},Рюкзак,3,2490\n"))
        .collect();
    verdict(previous, Ok(&sheet(&rows)), "r2", accepted)
}

#[test]
fn an_empty_or_shrunken_sheet_never_means_sold_out() {
    let shrunken = |from, to| Verdict::Refuse(Refusal::Shrunken { from, to });
    let table = [
        (None, 5, None, Verdict::TakeOver),
        (None, 0, None, Verdict::Refuse(Refusal::Empty)),
        (Some(3), 0, None, Verdict::Refuse(Refusal::Empty)),
        (Some(3), 1, None, Verdict::TakeOver),
        (Some(4), 1, None, shrunken(4, 1)),
        (Some(4), 2, None, Verdict::TakeOver),
        (Some(5), 2, None, shrunken(5, 2)),
        (Some(5), 3, None, Verdict::TakeOver),
        (Some(5), 50, None, Verdict::TakeOver),
        (Some(40), 1, Some("r2"), Verdict::TakeOver),
        (Some(40), 0, Some("r2"), Verdict::TakeOver),
        (Some(40), 1, Some("r1"), shrunken(40, 1)),
    ];
    for (previous, rows, accepted, expected) in table {
        assert_eq!(
            judged(previous, rows, accepted),
            expected,
            "{previous:?} → {rows}, {accepted:?}"
        );
    }
}

#[test]
fn rows_set_aside_do_not_count_as_read() {
    let broken = read("sku,name,qty,price\nA,Рюкзак,1,#REF!\nB,Сумка,1,#REF!\nC,Сумка,1,#REF!\n");
    let verdict = verdict(Some(4), Ok(&broken), "r2", None);
    assert_eq!(verdict, Verdict::Refuse(Refusal::Empty));
}

#[test]
fn what_cannot_be_read_cannot_be_confirmed() {
    let verdict = verdict(Some(4), Err(&TableError::Html), "r2", Some("r2"));
    assert_eq!(
        verdict,
        Verdict::Refuse(Refusal::Unreadable(TableError::Html))
    );
}

/// A file that is removed at the end of the test.
struct Scratch(PathBuf);

impl Scratch {
    fn new(name: &str) -> Self {
        let name = format!("torg-sheet-{}-{name}.csv", std::process::id());
        Self(std::env::temp_dir().join(name))
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _gone = fs::remove_file(&self.0);
    }
}

#[test]
fn a_file_that_is_being_saved_is_read_when_it_is_whole() {
    let file = Scratch::new("growing");
    fs::write(&file.0, "a").unwrap();
    let mut left = 3;
    let snapshot = read_settled(&file.0, || {
        if left > 0 {
            left -= 1;
            fs::write(&file.0, "ab".repeat(10 - left)).unwrap();
        }
    });
    let snapshot = snapshot.unwrap();
    assert_eq!(snapshot.bytes, "ab".repeat(10).into_bytes());
    assert_eq!(snapshot.revision, revision(&snapshot.bytes));
}

#[test]
fn a_file_that_never_settles_or_is_not_there_is_an_error() {
    let file = Scratch::new("restless");
    assert!(matches!(
        read_settled(&file.0, || {}),
        Err(FolderError::Missing)
    ));
    fs::write(&file.0, "a").unwrap();
    let mut size = 1;
    let endless = read_settled(&file.0, || {
        size += 1;
        fs::write(&file.0, "a".repeat(size)).unwrap();
    });
    assert!(matches!(endless, Err(FolderError::Changing)));
}

/// Vector: SHA-256 of nothing.
#[test]
fn a_revision_is_the_head_of_the_digest() {
    assert_eq!(revision(b""), "e3b0c44298fc1c14");
}
