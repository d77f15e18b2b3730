//! Character n-grams hashed into a sparse vector: what catches typing mistakes and rare words.

use crate::lexicon;

/// Number of places that the n-grams are hashed into.
pub(crate) const BUCKETS: usize = 1 << 14;
const ORDERS: std::ops::RangeInclusive<usize> = 2..=5;

/// A sparse vector: places in ascending order, with their values.
pub(crate) type Sparse = Vec<(u32, f32)>;

/// The n-grams (2 to 5 letters, word by word with its edges marked) and the whole words and pairs
/// of a normalised text, as a vector of Euclidean length 1.
pub(crate) fn grams(text: &str) -> Sparse {
    let mut places = Vec::new();
    let mut before = String::from("^");
    for word in lexicon::words(text) {
        let edged: Vec<char> = format!("<{word}>").chars().collect();
        for order in ORDERS {
            for gram in edged.windows(order) {
                let gram: String = gram.iter().collect();
                places.push(place(&gram));
            }
        }
        places.push(place(&format!("={word}")));
        places.push(place(&format!("={before}_{word}")));
        word.clone_into(&mut before);
    }
    if text.contains('?') {
        places.push(place("=?"));
    }
    places.sort_unstable();
    let mut vector: Sparse = Vec::new();
    for place in places {
        match vector.last_mut() {
            Some((last, count)) if *last == place => *count += 1.0,
            _ => vector.push((place, 1.0)),
        }
    }
    let length = vector.iter().map(|(_, count)| count * count).sum::<f32>();
    let scale = length.max(1.0).sqrt().recip();
    vector.iter_mut().for_each(|(_, value)| *value *= scale);
    vector
}

/// FNV-1a, folded to a place.
fn place(gram: &str) -> u32 {
    let hash = gram.bytes().fold(0x811C_9DC5_u32, |hash, byte| {
        (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
    });
    (hash ^ (hash >> 15)) % BUCKETS as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cosine(a: &Sparse, b: &Sparse) -> f32 {
        a.iter()
            .filter_map(|(place, value)| {
                let (_, other) = b.iter().find(|(at, _)| at == place)?;
                Some(value * other)
            })
            .sum()
    }

    #[test]
    fn a_typing_mistake_stays_near_and_another_word_does_not() {
        let right = grams("доставка");
        assert!((cosine(&right, &right) - 1.0).abs() < 1e-5);
        assert!(cosine(&right, &grams("дастафка")) > 0.1);
        assert!(cosine(&right, &grams("оплата")) < 0.1);
        assert_eq!(grams(""), []);
    }
}
