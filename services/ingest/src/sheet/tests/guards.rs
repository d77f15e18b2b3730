//! What may be taken over, and reading a file that is being saved.

use std::{fs, path::PathBuf};

use super::{read, sheet};
use crate::sheet::{
    Counted, Kept, Refusal, TableError, Verdict,
    folder::{FolderError, read_settled},
    line, recorded, revision, table_verdict, verdict,
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

#[test]
fn an_emptied_or_shrunken_table_stays_as_it_was() {
    let fewer = |from, to| Verdict::Refuse(Refusal::FewerRows { from, to });
    let table = [
        (0, 0, None, Verdict::TakeOver),
        (0, 5, None, Verdict::TakeOver),
        (1, 0, None, fewer(1, 0)),
        (3, 1, None, Verdict::TakeOver),
        (4, 1, None, fewer(4, 1)),
        (4, 2, None, Verdict::TakeOver),
        (13, 6, None, fewer(13, 6)),
        (13, 7, None, Verdict::TakeOver),
        (13, 0, Some("r2"), Verdict::TakeOver),
        (13, 0, Some("r1"), fewer(13, 0)),
        (0, 2_000, None, Verdict::TakeOver),
        (
            0,
            2_001,
            Some("r2"),
            Verdict::Refuse(Refusal::TooManyRows(2_001)),
        ),
    ];
    for (from, rows, accepted, expected) in table {
        let counted = Counted { rows, bytes: rows };
        let verdict = table_verdict(from, Ok(counted), "r2", accepted);
        assert_eq!(verdict, expected, "{from} → {rows}, {accepted:?}");
    }
    let verdict = table_verdict(4, Err(&TableError::Empty), "r2", Some("r2"));
    assert_eq!(
        verdict,
        Verdict::Refuse(Refusal::Unreadable(TableError::Empty))
    );
}

#[test]
fn a_table_that_would_not_fit_a_message_of_the_log_is_refused() {
    let answer = "да".repeat(450);
    let rows: String = (0..300)
        .map(|n| format!("Вопрос {n}?,{answer}\n"))
        .collect();
    let content = Kept::Faq
        .parse(format!("Вопрос,Ответ\n{rows}").as_bytes(), "r2")
        .unwrap();
    assert!(content.counted.bytes > 300 * 1_800, "{:?}", content.counted);
    let verdict = table_verdict(0, Ok(content.counted), "r2", Some("r2"));
    let Verdict::Refuse(refusal) = verdict else {
        panic!("{verdict:?}")
    };
    let told = refusal.to_string();
    assert!(
        told.contains("КБ, а можно не больше 400; сократите тексты"),
        "{told}"
    );
}

#[test]
fn of_many_problems_a_hundred_are_recorded_and_the_last_says_how_many_more() {
    let rows: String = (0..150).map(|n| format!("A-{n},Рюкзак,3,?\n")).collect();
    let problems = sheet(&rows).problems;
    assert_eq!(problems.len(), 150);
    let kept = recorded(problems.clone());
    assert_eq!(kept.len(), 100);
    assert_eq!(kept[98], problems[98]);
    assert_eq!(
        line(&kept[99]),
        "строка 101: с этой строки есть ещё замечания, всего их ещё 51; все покажет «torg shop check»"
    );
    assert_eq!(recorded(problems[..100].to_vec()), problems[..100]);
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
