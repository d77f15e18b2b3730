//! Durations, sorted.

use std::time::Duration;

/// What came out of many measurements of the same thing.
#[derive(Clone, Debug, Default)]
pub(super) struct Spread(Vec<Duration>);

impl Spread {
    /// Takes measurements in any order.
    pub(super) fn new(mut all: Vec<Duration>) -> Self {
        all.sort_unstable();
        Self(all)
    }

    /// The value that `percent` of them do not exceed, in milliseconds; 0 without measurements.
    pub(super) fn ms(&self, percent: f64) -> f64 {
        let last = self.0.len().saturating_sub(1);
        let place = (last as f64 * percent / 100.0).round() as usize;
        self.0
            .get(place)
            .map_or(0.0, |value| value.as_secs_f64() * 1000.0)
    }

    /// How many they are.
    pub(super) fn count(&self) -> usize {
        self.0.len()
    }
}

/// The middle one of some figures; 0 without any.
pub(super) fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures.get(figures.len() / 2).copied().unwrap_or(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_percentile_is_one_of_the_measurements() {
        let spread = Spread::new((1..=100).rev().map(Duration::from_millis).collect());
        assert!((spread.ms(0.0) - 1.0).abs() < 1e-9);
        assert!((spread.ms(99.0) - 99.0).abs() < 1e-9);
        assert!((spread.ms(100.0) - 100.0).abs() < 1e-9);
        assert!(Spread::default().ms(50.0).abs() < 1e-9);
    }

    #[test]
    fn the_median_is_in_the_middle() {
        assert!((median(vec![3.0, 1.0, 2.0]) - 2.0).abs() < 1e-9);
    }
}
