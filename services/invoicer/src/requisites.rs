//! Who gets the money: the shop's `[requisites]`, checked.

use std::collections::BTreeMap;

use schemas::invoice::Payee;

/// What the shop's file says for invoices.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Requisites {
    pub(crate) payee: Payee,
    /// The rate in percent; `None`: without tax.
    pub(crate) vat_percent: Option<u32>,
}

/// Why there are none.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum NoRequisites {
    /// The shop has no `[requisites]`: it does not want invoices.
    #[error("the shop has no [requisites]: no invoices are made")]
    Unwanted,
    /// Something is missing.
    #[error("[requisites] lacks {0}: add it to the shop's file and run `torg shop add`")]
    Lacks(String),
    /// The rate is none.
    #[error("[requisites] vat = {0:?} is no rate: write none, 5, 7, 10 or 22")]
    Vat(String),
}

/// Reads them.
///
/// # Errors
/// [`NoRequisites`], to be shown to whoever runs the shop.
pub(crate) fn read(settings: &BTreeMap<String, String>) -> Result<Requisites, NoRequisites> {
    if settings.is_empty() {
        return Err(NoRequisites::Unwanted);
    }
    let given = |name: &str| {
        let value = settings.get(name).map(|value| value.trim());
        value.filter(|value| !value.is_empty()).map(str::to_owned)
    };
    let mut missing = Vec::new();
    let mut needed = |name: &'static str| {
        let value = given(name);
        if value.is_none() {
            missing.push(name);
        }
        value.unwrap_or_default()
    };
    let payee = Payee {
        name: needed("seller"),
        inn: needed("inn"),
        bank: needed("bank"),
        bik: needed("bik"),
        account: needed("account"),
        correspondent_account: needed("correspondent_account"),
        kpp: given("kpp"),
        address: given("address"),
        signatory: given("signatory"),
    };
    if !missing.is_empty() {
        return Err(NoRequisites::Lacks(missing.join(", ")));
    }
    let vat_percent = match given("vat").as_deref() {
        None | Some("none") => None,
        Some(rate) => match rate.parse::<u32>() {
            Ok(percent @ 0..=99) => Some(percent),
            Ok(_) | Err(_) => return Err(NoRequisites::Vat(rate.to_owned())),
        },
    };
    Ok(Requisites { payee, vat_percent })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(without: &str) -> BTreeMap<String, String> {
        let all = [
            ("seller", "ИП Иванов И. И."),
            ("inn", "500100732259"),
            ("bank", "ПАО Сбербанк"),
            ("bik", "044525225"),
            ("account", "40802810938000000001"),
            ("correspondent_account", "30101810400000000225"),
            ("vat", "22"),
        ];
        let all = all.into_iter().filter(|(name, _)| *name != without);
        all.map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect()
    }

    #[test]
    fn what_is_missing_is_named() {
        assert_eq!(read(&BTreeMap::new()), Err(NoRequisites::Unwanted));
        for name in [
            "seller",
            "inn",
            "bank",
            "bik",
            "account",
            "correspondent_account",
        ] {
            let read = read(&settings(name));
            assert_eq!(read, Err(NoRequisites::Lacks(name.to_owned())));
        }
        assert_eq!(read(&settings("")).unwrap().vat_percent, Some(22));
        assert_eq!(read(&settings("vat")).unwrap().vat_percent, None);
    }
}
