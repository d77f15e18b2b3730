//! Percent and rounding of amounts. Nothing overflows: what does not fit stays what it was.

use schemas::Kopecks;

/// Kopecks of a ruble.
const RUBLE: i64 = 100;

/// So many percent less, rounded up to a kopeck. A hundred percent and more is nothing left.
pub(super) fn less(price: Kopecks, percent: u32) -> Kopecks {
    let left = i128::from(100_u32.saturating_sub(percent));
    let exact = i128::from(price.kopecks()).saturating_mul(left);
    let up = exact.div_euclid(100) + i128::from(exact.rem_euclid(100) > 0);
    i64::try_from(up).map_or(price, Kopecks::new)
}

/// Rounded up to a multiple of `unit` kopecks; `None` when that does not fit.
pub(super) fn up_to(price: Kopecks, unit: i64) -> Option<Kopecks> {
    let over = price.kopecks().checked_rem_euclid(unit)?;
    let missing = if over == 0 {
        0
    } else {
        unit.checked_sub(over)?
    };
    price.checked_add(Kopecks::new(missing))
}

/// Rounded up to whole rubles, but not above `most`.
pub(super) fn rubles_up(price: Kopecks, most: Kopecks) -> Kopecks {
    up_to(price, RUBLE).map_or(most, |price| price.min(most))
}
