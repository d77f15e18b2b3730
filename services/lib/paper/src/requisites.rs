//! Requisites: are the digits of a taxpayer, a bank and an account ones that can exist? A mistyped account sends
//! the money elsewhere, so an invoice with one is not made.
//!
//! Sources: order of the tax service ММВ-7-6/435@ (keys of the INN); order of the central bank of 8 September 1997
//! № 515 (keys of accounts).

use crate::error::Fault;
use crate::invoice::{BankAccount, Seller};

impl Seller {
    /// Everything that is wrong with the requisites; a shop's settings are checked with it before any order.
    #[must_use]
    pub fn faults(&self) -> Vec<Fault> {
        let mut faults = Vec::new();
        taxpayer("seller", &self.inn, self.kpp.as_deref(), &mut faults);
        account(&self.bank, &mut faults);
        faults
    }
}

/// Checks the numbers of a taxpayer; `who` is `seller` or `buyer`.
pub(crate) fn taxpayer(who: &'static str, inn: &str, kpp: Option<&str>, faults: &mut Vec<Fault>) {
    if !is_inn(inn) {
        faults.push(Fault::Inn { who });
    }
    if kpp.is_some_and(|kpp| !is_kpp(kpp)) {
        faults.push(Fault::Kpp { who });
    }
}

fn account(bank: &BankAccount, faults: &mut Vec<Fault>) {
    let Some(code) = digits::<9>(&bank.bik) else {
        faults.push(Fault::Bik);
        return;
    };
    let [.., a, b, c] = code;
    let [_, _, _, _, d, e, ..] = code;
    // At a branch of the central bank itself the account's key is made as that of a correspondent account.
    let own = if matches!([a, b, c], [0, 0, 0..=2]) {
        [0, d, e]
    } else {
        [a, b, c]
    };
    if !has_account_key(own, &bank.account) {
        faults.push(Fault::Account { which: "account" });
    }
    if !has_account_key([0, d, e], &bank.correspondent_account) {
        faults.push(Fault::Account {
            which: "correspondent account",
        });
    }
}

/// Exactly `N` ASCII digits.
fn digits<const N: usize>(text: &str) -> Option<[u32; N]> {
    let digits: Option<Vec<u32>> = text
        .chars()
        .map(|character| character.to_digit(10))
        .collect();
    digits?.try_into().ok()
}

/// The sum of digits times weights, mod 11, mod 10.
fn key<const N: usize>(digits: &[u32], weights: [u32; N]) -> u32 {
    digits
        .iter()
        .zip(weights)
        .map(|(digit, weight)| digit * weight)
        .sum::<u32>()
        % 11
        % 10
}

fn is_inn(inn: &str) -> bool {
    if let Some(digits) = digits::<10>(inn) {
        return digits.last() == Some(&key(&digits, [2, 4, 10, 3, 5, 9, 4, 6, 8]));
    }
    let Some(digits) = digits::<12>(inn) else {
        return false;
    };
    let [.., first, second] = digits;
    first == key(&digits, [7, 2, 4, 10, 3, 5, 9, 4, 6, 8])
        && second == key(&digits, [3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8])
}

/// Nine characters; the fifth and sixth may be letters.
fn is_kpp(kpp: &str) -> bool {
    let fits = |(index, character): (usize, char)| {
        character.is_ascii_digit() || (matches!(index, 4 | 5) && character.is_ascii_uppercase())
    };
    kpp.len() == 9 && kpp.chars().enumerate().all(fits)
}

/// Twenty digits, whose ninth is the key over all of them and three digits of the bank's code.
fn has_account_key(bank: [u32; 3], account: &str) -> bool {
    let Some(account) = digits::<20>(account) else {
        return false;
    };
    let weighed = bank
        .iter()
        .chain(&account)
        .zip([7, 1, 3].into_iter().cycle());
    weighed
        .map(|(digit, weight)| digit * weight % 10)
        .sum::<u32>()
        .is_multiple_of(10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn taxpayer_numbers_have_keys() {
        for inn in ["7707083893", "7736207543", "500100732259"] {
            assert!(is_inn(inn), "{inn}");
        }
        for inn in [
            "",
            "7707083894",
            "500100732258",
            "500100732269",
            "77070838931",
            "770708389З",
            "٧٧٠٧٠٨٣٨٩٣",
        ] {
            assert!(!is_inn(inn), "{inn}");
        }
    }

    #[test]
    fn reason_codes_are_nine_characters() {
        assert!(is_kpp("773601001") && is_kpp("7736AB001"));
        assert!(
            !is_kpp("77360100")
                && !is_kpp("A73601001")
                && !is_kpp("7736ab001")
                && !is_kpp("77360100Я")
        );
    }

    #[test]
    fn one_wrong_digit_in_an_account_is_noticed_wherever_it_is() {
        // Sberbank's published correspondent account, at its published code.
        assert!(has_account_key([0, 2, 5], "30101810400000000225"));
        for place in 0..20 {
            let mut account = b"30101810400000000225".to_vec();
            account[place] = if account[place] == b'9' {
                b'0'
            } else {
                account[place] + 1
            };
            let account = String::from_utf8(account).unwrap();
            assert!(!has_account_key([0, 2, 5], &account), "{account}");
        }
        assert!(!has_account_key([0, 2, 5], "3010181040000000022"));
    }
}
