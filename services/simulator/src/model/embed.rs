//! Vectors out of the letters of a text: like texts get like vectors, and the same text always the same. What words mean
//! it knows only as far as it is told which of them are alike.

use serde_json::{Value, json};

use super::misbehave::Misbehaviour;

/// How many numbers when nobody asks for a number.
pub(crate) const USUAL_DIMENSIONS: usize = 256;

/// A vector of the triples of letters in a text, not of length one.
pub(crate) fn vector(text: &str, dimensions: usize) -> Vec<f64> {
    let mut vector = vec![0.0; dimensions];
    let padded: Vec<char> = format!(" {} ", text.to_lowercase()).chars().collect();
    for triple in padded.windows(3) {
        let hash = triple
            .iter()
            .fold(0xcbf2_9ce4_8422_2325_u64, |hash, letter| {
                (hash ^ u64::from(u32::from(*letter))).wrapping_mul(0x0100_0000_01b3)
            });
        let at = usize::try_from(hash >> 17)
            .unwrap_or(0)
            .checked_rem(dimensions);
        if let Some(place) = at.and_then(|at| vector.get_mut(at)) {
            *place += if hash & 1 == 0 { 1.0 } else { -1.0 };
        }
    }
    vector
}

/// A text with everything that is alike to a word in it, so that their vectors are near.
pub(crate) fn meant(text: &str, alike: &[Vec<String>]) -> String {
    let lower = text.to_lowercase();
    let groups = alike.iter().filter(|words| {
        words
            .iter()
            .any(|word| lower.contains(&word.to_lowercase()))
    });
    let words = groups.flatten().map(String::as_str);
    std::iter::once(text)
        .chain(words)
        .collect::<Vec<_>>()
        .join(" ")
}

/// The rows of an answer, as the misbehaviour has them.
pub(crate) fn rows(texts: &[&str], dimensions: usize, how: Option<Misbehaviour>) -> Vec<Value> {
    let dimensions = match how {
        Some(Misbehaviour::WrongDimension) => dimensions.saturating_add(1),
        _ => dimensions,
    };
    let row = |(index, text): (usize, &&str)| {
        let mut numbers = vector(text, dimensions);
        if how == Some(Misbehaviour::ZeroVector) {
            numbers.fill(0.0);
        }
        json!({"object": "embedding", "index": index, "embedding": numbers})
    };
    let mut rows: Vec<Value> = texts.iter().enumerate().map(row).collect();
    match how {
        Some(Misbehaviour::Unordered) => rows.reverse(),
        Some(Misbehaviour::MissingRow) => drop(rows.pop()),
        Some(Misbehaviour::RepeatedRow) => {
            for row in &mut rows {
                if let Some(index) = row.get_mut("index") {
                    *index = json!(0);
                }
            }
        }
        _ => {}
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(a: &str, b: &str) -> f64 {
        let (a, b) = (vector(a, 384), vector(b, 384));
        let dot = |x: &[f64], y: &[f64]| x.iter().zip(y).map(|(x, y)| x * y).sum::<f64>();
        dot(&a, &b) / (dot(&a, &a) * dot(&b, &b)).sqrt()
    }

    #[test]
    fn words_that_are_said_to_be_alike_bring_their_texts_near() {
        let alike = [vec!["посветить".to_owned(), "Фонарь".to_owned()]];
        let (asked, article) = ("чем посветить?", "фонарь налобный");
        assert!(near(asked, article) < 0.2);
        let meant = |text: &str| meant(text, &alike);
        assert!(near(&meant(asked), &meant(article)) > 0.5);
        assert_eq!(meant("рюкзак"), "рюкзак");
    }

    #[test]
    fn like_texts_are_nearer_than_unlike_ones_and_the_same_are_the_same() {
        assert!(near("синий рюкзак", "рюкзак синий") > 0.6);
        assert!(near("синий рюкзак", "доставка почтой") < 0.3);
        assert!(near("рюкзак", "рюкзак") > 0.999_999);
    }
}
