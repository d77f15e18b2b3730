//! A part of a whole, with how sure it is.

use serde::Serialize;

/// So many of so many.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Share {
    /// How many.
    pub part: usize,
    /// Of how many.
    pub of: usize,
    /// Their ratio; absent when there is nothing to take a part of.
    pub share: Option<f64>,
    /// Lower end of the 95 % interval (Wilson's).
    pub low: f64,
    /// Its upper end.
    pub high: f64,
}

impl Share {
    /// Counts those that are true.
    pub(super) fn of(all: impl Iterator<Item = bool>) -> Self {
        let (part, of) = all.fold((0, 0), |(part, of), is| (part + usize::from(is), of + 1));
        Self::new(part, of)
    }

    /// `part` of `of`.
    #[must_use]
    pub fn new(part: usize, of: usize) -> Self {
        let (low, high) = interval(part as f64, of as f64);
        Self {
            part,
            of,
            share: (of > 0).then(|| part as f64 / of as f64),
            low,
            high,
        }
    }
}

/// Wilson's interval: unlike the textbook one it holds for few tries and for shares near 0 and 1.
fn interval(part: f64, of: f64) -> (f64, f64) {
    // The 97.5th percentile of the normal distribution.
    const Z: f64 = 1.959_963_984_540_054;
    if of == 0.0 {
        return (0.0, 1.0);
    }
    let (share, z2) = (part / of, Z * Z);
    let middle = share + z2 / (2.0 * of);
    let half = Z * (share * (1.0 - share) / of + z2 / (4.0 * of * of)).sqrt();
    let scale = 1.0 + z2 / of;
    (
        ((middle - half) / scale).max(0.0),
        ((middle + half) / scale).min(1.0),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_interval_is_wilsons() {
        let share = Share::of((0..10).map(|at| at < 9));
        assert_eq!((share.part, share.of, share.share), (9, 10, Some(0.9)));
        assert!((share.low - 0.5958).abs() < 1e-3 && (share.high - 0.9821).abs() < 1e-3);
        // Newcombe, Statistics in Medicine 17 (1998), table I, method 3.
        for (part, of, low, high) in [
            (81, 263, 0.2553, 0.3662),
            (15, 148, 0.0624, 0.1605),
            (0, 20, 0.0, 0.1611),
            (1, 29, 0.0061, 0.1718),
        ] {
            let share = Share::new(part, of);
            assert!((share.low - low).abs() < 5e-5, "{share:?}");
            assert!((share.high - high).abs() < 5e-5, "{share:?}");
        }
        let none = Share::of(std::iter::empty());
        assert_eq!((none.share, none.low, none.high), (None, 0.0, 1.0));
        let all = Share::of((0..20).map(|_| true));
        assert!(all.high > 0.999_999 && all.low > 0.83);
    }
}
