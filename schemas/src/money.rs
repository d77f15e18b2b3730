//! Money in minor units.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// An amount of rubles in kopecks (1/100). Never a float.
#[derive(
    Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize, JsonSchema,
)]
#[serde(transparent)]
pub struct Kopecks(i64);

impl Kopecks {
    /// An amount given in kopecks.
    #[must_use]
    pub const fn new(kopecks: i64) -> Self {
        Self(kopecks)
    }

    /// An amount given in whole rubles; `None` when it does not fit.
    #[must_use]
    pub const fn from_rubles(rubles: i64) -> Option<Self> {
        match rubles.checked_mul(100) {
            Some(kopecks) => Some(Self(kopecks)),
            None => None,
        }
    }

    /// The amount in kopecks.
    #[must_use]
    pub const fn kopecks(self) -> i64 {
        self.0
    }

    /// The sum; `None` when it does not fit.
    #[must_use]
    pub const fn checked_add(self, other: Self) -> Option<Self> {
        match self.0.checked_add(other.0) {
            Some(sum) => Some(Self(sum)),
            None => None,
        }
    }

    /// The amount times a quantity; `None` when it does not fit.
    #[must_use]
    pub const fn checked_mul(self, quantity: i64) -> Option<Self> {
        match self.0.checked_mul(quantity) {
            Some(product) => Some(Self(product)),
            None => None,
        }
    }
}

/// `2490` or `2490.50`: no grouping and no currency, for facts and logs.
impl fmt::Display for Kopecks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let whole = self.0.unsigned_abs() / 100;
        match self.0.unsigned_abs() % 100 {
            0 => write!(f, "{sign}{whole}"),
            part => write!(f, "{sign}{whole}.{part:02}"),
        }
    }
}

impl fmt::Debug for Kopecks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}₽")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kopecks_print_without_losing_one() {
        assert_eq!(Kopecks::new(249_000).to_string(), "2490");
        assert_eq!(Kopecks::new(249_005).to_string(), "2490.05");
        assert_eq!(Kopecks::new(-5).to_string(), "-0.05");
        assert_eq!(Kopecks::new(i64::MIN).to_string(), "-92233720368547758.08");
    }

    #[test]
    fn sums_that_do_not_fit_are_refused() {
        assert_eq!(Kopecks::new(i64::MAX).checked_add(Kopecks::new(1)), None);
        assert_eq!(Kopecks::from_rubles(i64::MAX), None);
        assert_eq!(Kopecks::new(i64::MAX).checked_mul(2), None);
    }
}
