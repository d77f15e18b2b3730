//! The classifier understands messages that it was not trained on, and knows when it does not.

use std::{collections::HashSet, fs, path::PathBuf, sync::OnceLock};

use language::{Classifier, Encoder, normalise};
use schemas::conversation::Intent;

use crate::model;

/// The confidence from which the bot acts, when the shop sets no other.
const THRESHOLD: f64 = 0.80;

fn classifier() -> &'static Classifier {
    static CLASSIFIER: OnceLock<Classifier> = OnceLock::new();
    CLASSIFIER.get_or_init(|| {
        let encoder = Encoder::open(&model()).unwrap();
        Classifier::open(encoder, None).unwrap()
    })
}

/// Text and intent of every line of the development set.
fn development() -> Vec<(&'static str, Intent)> {
    include_str!("../../data/development.tsv")
        .lines()
        .skip(1)
        .map(|line| {
            let mut columns = line.split('\t').skip(1);
            let text = columns.next().unwrap();
            (text, Intent::parse(columns.next().unwrap()).unwrap())
        })
        .collect()
}

/// A text without what does not make it another message.
fn bare(text: &str) -> String {
    normalise(text).replace(|c: char| !c.is_alphanumeric(), "")
}

#[test]
fn the_bank_holds_no_line_of_the_development_set() {
    let bank: HashSet<String> = include_str!("../../data/intents_bank.tsv")
        .lines()
        .skip(1)
        .map(|line| bare(line.split('\t').nth(4).unwrap()))
        .collect();
    let shared: Vec<&str> = development()
        .into_iter()
        .map(|(text, _)| text)
        .filter(|text| bank.contains(&bare(text)))
        .collect();
    assert_eq!(shared, [] as [&str; 0]);
}

#[test]
fn what_is_acted_on_is_right_and_most_is_acted_on() {
    let rows = development();
    assert!(rows.len() >= 150, "{} lines", rows.len());
    let (mut acted, mut right, mut accurate) = (0, 0, 0);
    for (text, intent) in &rows {
        let (best, probability) = classifier().classify(text).best();
        accurate += usize::from(best == *intent);
        if probability >= THRESHOLD {
            acted += 1;
            right += usize::from(best == *intent);
        }
        if best != *intent {
            println!("{probability:.2} {best:?} is {intent:?}: {text}");
        }
    }
    let part = |a: usize, b: usize| a as f64 / b as f64;
    let (precision, coverage) = (part(right, acted), part(acted, rows.len()));
    println!(
        "accuracy {:.3}, coverage {coverage:.3}, precision {precision:.3}",
        part(accurate, rows.len())
    );
    assert!(precision >= 0.95, "precision {precision}");
    assert!(coverage >= 0.55, "coverage {coverage}");
}

#[test]
fn probabilities_are_sorted_and_sum_to_one() {
    for text in ["", "здравствуйте", "?", "как дела", &"слово ".repeat(2000)]
    {
        let classified = classifier().classify(text);
        let sum: f64 = classified.probabilities.iter().map(|(_, p)| p).sum();
        assert!((sum - 1.0).abs() < 1e-4);
        assert!(classified.probabilities.is_sorted_by(|a, b| a.1 >= b.1));
        assert_eq!(classified.probabilities.len(), Intent::ALL.len());
    }
}

#[test]
fn the_price_question_is_a_product_question() {
    for text in [
        "сколько стоит",
        "сколько стоит?",
        "скок стоит",
        "skolko stoit",
        "how much is it?",
    ] {
        let (intent, probability) = classifier().classify(text).best();
        assert_eq!(intent, Intent::ProductQuestion, "{text}");
        assert!(probability >= THRESHOLD, "{probability} for {text}");
    }
}

#[test]
fn the_trained_head_is_kept_and_a_damaged_one_is_trained_again() {
    let dir = std::env::temp_dir().join(format!("torg-head-cache-{}", std::process::id()));
    let open = || {
        let encoder = Encoder::open(&model()).unwrap();
        Classifier::open(encoder, Some(&dir)).unwrap()
    };
    let trained = open().classify("есть в наличии?");
    let files: Vec<PathBuf> = fs::read_dir(&dir)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    let [file] = files.as_slice() else {
        panic!("{files:?}")
    };
    let bytes = fs::read(file).unwrap();
    assert_eq!(open().classify("есть в наличии?"), trained);
    fs::write(file, &bytes[..bytes.len() / 2]).unwrap();
    assert_eq!(open().classify("есть в наличии?"), trained);
    assert!(
        fs::read(file).unwrap() == bytes,
        "training gave other bytes"
    );
    fs::remove_dir_all(&dir).unwrap();
}

#[test]
fn ids_name_the_model_and_the_bank() {
    let digest = classifier().model_id().strip_prefix("use-multilingual-v3/");
    assert_eq!(digest.map(str::len), Some(12));
    assert_eq!(classifier().bank_id().len(), 12);
}
