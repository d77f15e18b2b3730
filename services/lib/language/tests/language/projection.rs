//! Vectors of 384 numbers find what vectors of 512 find.

use std::{path::Path, sync::Arc};

use language::{DIMENSIONS, Encoder, PROJECTED, project};

use crate::model;

fn rows(name: &str) -> Vec<Vec<String>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/search_development");
    let text = std::fs::read_to_string(folder.join(name)).unwrap();
    let lines = text.lines().skip(1);
    lines
        .map(|line| line.split('\t').map(str::to_owned).collect())
        .collect()
}

fn cosine(one: &[f32], other: &[f32]) -> f32 {
    one.iter().zip(other).map(|(a, b)| a * b).sum()
}

/// Ranks from 0, of equal values in their order.
fn ranks(values: &[f32]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|a, b| values[*a].total_cmp(&values[*b]));
    let mut ranks = vec![0; values.len()];
    for (rank, place) in order.into_iter().enumerate() {
        ranks[place] = rank;
    }
    ranks
}

#[test]
fn a_projected_vector_finds_what_the_whole_one_finds() {
    let encoder = Encoder::open(&model()).unwrap();
    let catalogue = rows("catalogue.tsv");
    let whole: Vec<Vec<f32>> = catalogue
        .iter()
        .map(|row| encoder.encode(&format!("{}: {}. {}", row[2], row[3], row[4])))
        .collect();
    let short: Vec<Vec<f32>> = whole.iter().map(|vector| project(vector)).collect();
    let (mut hits, mut short_hits, mut count) = (0i32, 0i32, 0);
    let (mut error, mut worst, mut correlation) = (0.0, 0.0f32, 0.0);
    for row in rows("queries.tsv").iter().filter(|row| row[4] != "-") {
        let asked = encoder.encode(&row[3]);
        let asked_short = encoder.passage(&row[3]);
        assert_eq!((asked.len(), asked_short.len()), (DIMENSIONS, PROJECTED));
        let long: Vec<f32> = whole.iter().map(|own| cosine(own, &asked)).collect();
        let brief: Vec<f32> = short.iter().map(|own| cosine(own, &asked_short)).collect();
        for (one, other) in long.iter().zip(&brief) {
            error += f64::from((one - other).abs());
            worst = worst.max((one - other).abs());
        }
        let n = long.len() as f64;
        let apart: f64 = ranks(&long)
            .iter()
            .zip(ranks(&brief))
            .map(|(one, other)| (*one as f64 - other as f64).powi(2))
            .sum();
        correlation += 1.0 - 6.0 * apart / (n * (n * n - 1.0));
        let found = |cosines: &[f32]| {
            let own: Vec<usize> = (0..catalogue.len())
                .filter(|place| catalogue[*place][0] == row[2])
                .collect();
            let mut order = own;
            order.sort_by(|a, b| cosines[*b].total_cmp(&cosines[*a]));
            let mut first = order.iter().take(5);
            i32::from(first.any(|place| row[4].split(',').any(|sku| sku == catalogue[*place][1])))
        };
        hits += found(&long);
        short_hits += found(&brief);
        count += 1;
    }
    let pairs = f64::from(count) * catalogue.len() as f64;
    let (error, correlation) = (error / pairs, correlation / f64::from(count));
    let figures = format!(
        "hit@5 {hits} and {short_hits} of {count}; mean error {error:.4}, worst {worst:.3}, rank correlation {correlation:.4}"
    );
    println!("{figures}");
    assert!((hits - short_hits).abs() <= 3, "{figures}");
    assert!(
        error < 0.02 && worst < 0.1 && correlation > 0.97,
        "{figures}"
    );
}

#[test]
fn everybody_in_a_process_has_the_same_encoder_and_the_last_one_lets_go_of_it() {
    let one = Encoder::shared(&model()).unwrap();
    let other = Encoder::shared(&model().join("../use-multilingual-v3")).unwrap();
    assert!(Arc::ptr_eq(&one, &other));
    let weak = Arc::downgrade(&one);
    drop((one, other));
    assert!(weak.upgrade().is_none());
    assert!(Encoder::shared(Path::new("/nonexistent")).is_err());
}
