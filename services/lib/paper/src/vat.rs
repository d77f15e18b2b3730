//! VAT: which rates are in force on a day, and how much of a price is tax.
//!
//! Rates are data with dates. The law of the day of issue decides, never the day on which the page is made again.

use jiff::civil::{Date, date};
use serde::{Deserialize, Serialize};

use schemas::Kopecks;

/// How the shop is taxed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Vat {
    /// The shop pays no VAT: «Без налога (НДС)».
    None,
    /// The price contains VAT at this rate, in whole percent.
    Percent(u8),
}

/// A rate and the days on which it holds, both included.
struct Rate {
    percent: u8,
    from: Date,
    until: Date,
}

/// The first day that the table knows anything about.
const KNOWN_FROM: Date = date(2019, 1, 1);

/// Sources: tax code, article 164, with law 303-FZ (20 % from 2019), law 176-FZ (5 % and 7 % of the simplified
/// regime from 2025) and law 425-FZ (22 % from 2026).
const RATES: [Rate; 6] = [
    Rate {
        percent: 0,
        from: KNOWN_FROM,
        until: Date::MAX,
    },
    Rate {
        percent: 5,
        from: date(2025, 1, 1),
        until: Date::MAX,
    },
    Rate {
        percent: 7,
        from: date(2025, 1, 1),
        until: Date::MAX,
    },
    Rate {
        percent: 10,
        from: KNOWN_FROM,
        until: Date::MAX,
    },
    Rate {
        percent: 20,
        from: KNOWN_FROM,
        until: date(2025, 12, 31),
    },
    Rate {
        percent: 22,
        from: date(2026, 1, 1),
        until: Date::MAX,
    },
];

impl Vat {
    /// Says whether the law knows this tax on that day.
    #[must_use]
    pub fn in_force(self, on: Date) -> bool {
        match self {
            Self::None => true,
            Self::Percent(percent) => Self::rates(on).contains(&percent),
        }
    }

    /// The rates in force on a day, ascending; empty for days before 2019, which nothing is known of.
    #[must_use]
    pub fn rates(on: Date) -> Vec<u8> {
        let holds = |rate: &&Rate| rate.from <= on && on <= rate.until;
        RATES
            .iter()
            .filter(holds)
            .map(|rate| rate.percent)
            .collect()
    }

    /// The tax contained in a price: r/(100+r) of it, half a kopeck up. `None` for a negative total.
    ///
    /// An invoice has one tax, of its total: taxes of single rows, each rounded, would add up to another sum.
    #[must_use]
    pub fn contained_in(self, total: Kopecks) -> Option<Kopecks> {
        let percent = match self {
            Self::None => 0,
            Self::Percent(percent) => i128::from(percent),
        };
        let total = i128::from(total.kopecks());
        if total < 0 {
            return None;
        }
        // Half up in integers: floor((2a + b) / 2b) for a/b = total * r / (100 + r).
        let whole = 100 + percent;
        let tax = (2 * total * percent + whole) / (2 * whole);
        i64::try_from(tax).ok().map(Kopecks::new)
    }

    /// The row's label, as accountants write it.
    pub(crate) fn label(self) -> String {
        match self {
            Self::None => "Без налога (НДС)".to_owned(),
            Self::Percent(percent) => format!("В том числе НДС {percent}\u{a0}%"),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_general_rate_is_22_from_the_first_day_of_2026() {
        assert_eq!(Vat::rates(date(2025, 12, 31)), [0, 5, 7, 10, 20]);
        assert_eq!(Vat::rates(date(2026, 1, 1)), [0, 5, 7, 10, 22]);
        assert!(!Vat::Percent(22).in_force(date(2025, 12, 31)));
        assert!(!Vat::Percent(20).in_force(date(2026, 1, 1)));
        assert!(Vat::rates(date(2018, 12, 31)).is_empty());
        assert!(Vat::None.in_force(date(2018, 12, 31)));
    }

    #[test]
    fn half_a_kopeck_is_rounded_up() {
        let tax = |percent, kopecks| Vat::Percent(percent).contained_in(Kopecks::new(kopecks));
        assert_eq!(tax(22, 12_200), Some(Kopecks::new(2_200)));
        assert_eq!(tax(22, 10_000), Some(Kopecks::new(1_803))); // 1803.278…
        assert_eq!(tax(10, 110), Some(Kopecks::new(10)));
        assert_eq!(tax(22, 61), Some(Kopecks::new(11))); // 11 exactly
        assert_eq!(tax(5, 31), Some(Kopecks::new(1))); // 1.476…
        assert_eq!(tax(0, 999), Some(Kopecks::new(0)));
        // 22/122 of 3 is 0.5409…, of 2 is 0.36…; 10/110 of 5.5 cannot be: halves need an even divisor.
        assert_eq!(tax(22, 3), Some(Kopecks::new(1)));
        assert_eq!(tax(22, 2), Some(Kopecks::new(0)));
        assert_eq!(tax(20, 3), Some(Kopecks::new(1))); // 0.5 exactly
        assert_eq!(tax(10, -1), None);
        assert_eq!(
            Vat::None.contained_in(Kopecks::new(10_000)),
            Some(Kopecks::new(0))
        );
    }

    proptest! {
        #[test]
        fn the_tax_is_never_more_than_half_a_kopeck_off(total in 0..=i64::MAX, percent in 0..=99_u8) {
            let tax = Vat::Percent(percent).contained_in(Kopecks::new(total)).unwrap().kopecks();
            let (whole, percent) = (100 + i128::from(percent), i128::from(percent));
            let off = 2 * (i128::from(tax) * whole - i128::from(total) * percent);
            prop_assert!(-whole < off && off <= whole, "{off} of {whole}");
        }
    }
}
