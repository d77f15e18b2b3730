//! Lines of an installation's own are learnt beside the bank's.

use std::{
    error::Error as _,
    fs,
    path::{Path, PathBuf},
};

use language::{Classifier, Encoder, OwnLines, OwnLinesError};
use schemas::conversation::Intent;

use crate::model;

/// A file with these lines, removed when dropped.
struct Lines(PathBuf);

impl Lines {
    fn new(name: &str, text: &str) -> Self {
        let file = format!("torg-own-lines-{name}-{}.tsv", std::process::id());
        let path = std::env::temp_dir().join(file);
        fs::write(&path, text).unwrap();
        Self(path)
    }

    fn open(&self) -> Result<OwnLines, OwnLinesError> {
        OwnLines::open(&self.0)
    }
}

impl Drop for Lines {
    fn drop(&mut self) {
        fs::remove_file(&self.0).ok();
    }
}

/// Trained in place: heads of tests are not left in the cache.
fn learnt(own: &OwnLines) -> Classifier {
    Classifier::open_with(Encoder::open(&model()).unwrap(), own, None).unwrap()
}

fn plain() -> Classifier {
    kept(&OwnLines::default())
}

/// Out of the cache, which holds the head of the bank alone.
fn kept(own: &OwnLines) -> Classifier {
    let heads = model().with_file_name("heads");
    Classifier::open_with(Encoder::open(&model()).unwrap(), own, Some(&heads)).unwrap()
}

#[test]
fn a_label_changes_what_an_unclear_message_is_understood_as() {
    let (text, meant) = ("а он хоть дышит?", Intent::ProductQuestion);
    let before = plain();
    let unsure = before.classify(text);
    println!("{:?}", &unsure.probabilities[..3]);
    let (taken, sure) = unsure.best();
    assert!(taken != meant || sure < before.threshold(taken, 0.8));
    let label =
        format!("lang\tintent\tsecondary\tentities\ttext\nru\tproduct_question\t\t\t{text}\n");
    let after = learnt(&Lines::new("label", &label).open().unwrap());
    let (taken, sure) = after.classify(text).best();
    println!("{sure} against {}", after.threshold(meant, 0.8));
    assert_eq!(taken, meant);
    assert!(sure >= after.threshold(meant, 0.8), "{sure}");
    // The same words with other punctuation, and clear messages as before.
    assert_eq!(after.classify("А он хоть дышит").best().0, meant);
    assert_eq!(after.classify("здравствуйте").best().0, Intent::Greeting);
    assert_ne!(after.bank_id(), before.bank_id());
    assert_eq!(after.model_id(), before.model_id());
    assert_eq!(after.nearest(text, 1)[0].text, text);
}

#[test]
fn the_order_and_repeats_of_own_lines_do_not_matter() {
    let one = "ru\tа он дышит?\tproduct_question\nru\tну чё там\torder_status\n";
    let other = "ru\tну чё там\torder_status\n\nru\tну чё там\torder_status\n\
                 ru\tа он дышит?\tproduct_question\n";
    let one = Lines::new("one", one).open().unwrap();
    let other = Lines::new("other", other).open().unwrap();
    assert_eq!(one, other);
}

#[test]
fn own_lines_that_the_bank_has_already_change_nothing() {
    let own = Lines::new("known", "ru\tпривет\tgreeting\n")
        .open()
        .unwrap();
    assert_eq!(kept(&own).bank_id(), plain().bank_id());
}

#[test]
fn an_own_line_takes_the_place_of_the_same_words_in_the_bank() {
    let own = Lines::new("replaced", "ru\tпривет\tthanks\n")
        .open()
        .unwrap();
    let learnt = learnt(&own);
    let nearest = learnt.nearest("привет", 2);
    assert_eq!(
        (nearest[0].text, nearest[0].intent),
        ("привет", Intent::Thanks)
    );
    assert!(nearest[1].likeness < 0.999, "{nearest:?}");
}

#[test]
fn what_is_wrong_with_own_lines_is_named_with_the_line_and_the_fix() {
    let said = |file: Lines| {
        let error = file.open().unwrap_err();
        let cause = error.source().map(ToString::to_string);
        format!("{error}: {}", cause.unwrap_or_default())
    };
    let twice = "ru\tну чё там\torder_status\n\nru\tНу чё там\tthanks\n";
    let told = said(Lines::new("contradiction", twice));
    let fix = "line 3 says thanks, and line 1 says order_status for the same words; keep one";
    assert!(told.contains(fix), "{told}");
    let told = said(Lines::new("intent", "ru\tну чё там\tstatus\n"));
    let fix = "line 1: intent \"status\" is unknown; write one of greeting,";
    assert!(told.contains(fix), "{told}");
    let told = said(Lines::new("empty", "lang\ttext\tintent\n"));
    assert!(
        told.contains("no labelled line: each is language, text, intent"),
        "{told}"
    );
    let absent = OwnLines::open(Path::new("/nowhere/own.tsv")).unwrap_err();
    assert!(absent.to_string().contains("cannot read /nowhere/own.tsv"));
}
