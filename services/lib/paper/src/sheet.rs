//! What the template is given: every word already chosen, every number already written. The template only places.

use qrcode::render::svg;
use qrcode::{EcLevel, QrCode};
use serde::Serialize;

use schemas::Personal;

use crate::amounts::{grouped, long_date, money, short_date};
use crate::check::MAX_LINE_NAME;
use crate::error::PaperError;
use crate::invoice::{Invoice, Seller, Unit};
use crate::payment::payment_code;
use crate::text::{cut, shown, shown_lines};
use crate::words::in_words;

/// The JSON file of the template; `invoice.typ` names each field.
#[derive(Serialize)]
pub(crate) struct Sheet {
    title: String,
    footer: String,
    bank: Bank,
    seller: Party,
    buyer: Party,
    basis: String,
    rows: Vec<Row>,
    totals: Vec<Total>,
    due: String,
    summary: String,
    words: String,
    terms: Vec<String>,
    signatures: Vec<Signature>,
    payment: String,
}

#[derive(Serialize)]
struct Bank {
    name: String,
    bik: String,
    correspondent: String,
    account: String,
    payee: String,
    inn: String,
    kpp: String,
}

/// A name, and what follows it: numbers, address, phone.
#[derive(Serialize)]
struct Party {
    name: String,
    rest: String,
}

#[derive(Serialize)]
struct Row {
    number: usize,
    name: String,
    sku: String,
    pieces: String,
    unit: &'static str,
    price: String,
    sum: String,
}

#[derive(Serialize)]
struct Total {
    label: String,
    sum: String,
}

#[derive(Serialize)]
struct Signature {
    post: &'static str,
    name: String,
}

impl Sheet {
    /// The sheet of an invoice that has passed the checks.
    pub(crate) fn of(invoice: &Invoice) -> Result<Self, PaperError> {
        let number = invoice.number;
        let on = long_date(invoice.issued_on);
        let total = money(invoice.total);
        let words = in_words(invoice.total)
            .ok_or_else(|| PaperError::Typesetting("the total has no words".to_owned()))?;
        let tax = match invoice.vat {
            crate::Vat::None => "—".to_owned(),
            crate::Vat::Percent(_) => money(invoice.vat_amount),
        };
        Ok(Self {
            title: format!("Счёт на оплату №\u{a0}{number} от {on}"),
            footer: format!("Счёт №\u{a0}{number} от {}", short_date(invoice.issued_on)),
            bank: bank(&invoice.seller),
            seller: seller(&invoice.seller),
            buyer: buyer(invoice),
            basis: format!(
                "Заказ №\u{a0}{} от {}",
                shown(&invoice.basis.order),
                short_date(invoice.basis.placed_on)
            ),
            rows: rows(invoice),
            totals: vec![
                Total {
                    label: "Итого:".to_owned(),
                    sum: total.clone(),
                },
                Total {
                    label: format!("{}:", invoice.vat.label()),
                    sum: tax,
                },
            ],
            due: total.clone(),
            summary: format!(
                "Всего наименований {}, на сумму {total}\u{a0}руб.",
                invoice.lines.len()
            ),
            words,
            terms: invoice
                .terms
                .as_deref()
                .map(shown_lines)
                .unwrap_or_default(),
            signatures: signatures(&invoice.seller),
            payment: picture(&payment_code(invoice))?,
        })
    }
}

fn bank(seller: &Seller) -> Bank {
    let bank = &seller.bank;
    Bank {
        name: shown(&bank.bank),
        bik: bank.bik.clone(),
        correspondent: bank.correspondent_account.clone(),
        account: bank.account.clone(),
        payee: shown(&seller.name),
        inn: seller.inn.clone(),
        kpp: seller.kpp.clone().unwrap_or_default(),
    }
}

fn seller(seller: &Seller) -> Party {
    let rest = [
        Some(format!("ИНН\u{a0}{}", seller.inn)),
        seller.kpp.as_ref().map(|kpp| format!("КПП\u{a0}{kpp}")),
        seller.address.as_deref().map(shown),
    ];
    Party {
        name: shown(&seller.name),
        rest: listed(rest),
    }
}

fn buyer(invoice: &Invoice) -> Party {
    let buyer = &invoice.buyer;
    let open = |text: &Option<Personal<String>>| text.as_ref().map(|text| shown(text.text()));
    let rest = [
        buyer.inn.as_ref().map(|inn| format!("ИНН\u{a0}{inn}")),
        buyer.kpp.as_ref().map(|kpp| format!("КПП\u{a0}{kpp}")),
        open(&buyer.address),
        open(&buyer.phone)
            .filter(|phone| !phone.is_empty())
            .map(|phone| format!("тел. {phone}")),
        open(&buyer.email),
    ];
    Party {
        name: shown(buyer.name.text()),
        rest: listed(rest),
    }
}

fn listed<const N: usize>(parts: [Option<String>; N]) -> String {
    let parts: Vec<String> = parts
        .into_iter()
        .flatten()
        .filter(|part| !part.is_empty())
        .collect();
    parts.join(", ")
}

fn rows(invoice: &Invoice) -> Vec<Row> {
    let row = |(index, line): (usize, &crate::Line)| Row {
        number: index + 1,
        name: cut(&shown(&line.name), MAX_LINE_NAME),
        sku: line.sku.as_deref().map(shown).unwrap_or_default(),
        pieces: grouped(u64::from(line.pieces)),
        unit: match line.unit {
            Unit::Piece => "шт.",
            Unit::Service => "усл.",
        },
        price: money(line.price),
        sum: money(line.sum),
    };
    invoice.lines.iter().enumerate().map(row).collect()
}

/// Companies sign with director and accountant; a person signs alone.
fn signatures(seller: &Seller) -> Vec<Signature> {
    let name = |name: &Option<String>| name.as_deref().map(shown).unwrap_or_default();
    if seller.inn.len() == 10 {
        return vec![
            Signature {
                post: "Руководитель",
                name: name(&seller.director),
            },
            Signature {
                post: "Главный бухгалтер",
                name: name(&seller.accountant),
            },
        ];
    }
    let is_entrepreneur =
        seller.name.starts_with("ИП ") || seller.name.to_lowercase().starts_with("индивидуальный");
    let post = if is_entrepreneur {
        "Предприниматель"
    } else {
        "Поставщик"
    };
    vec![Signature {
        post,
        name: name(&seller.director),
    }]
}

/// The code as an SVG picture. Level M: a fold or a stamp over a tenth of it does no harm.
fn picture(code: &str) -> Result<String, PaperError> {
    let code = QrCode::with_error_correction_level(code.as_bytes(), EcLevel::M)
        .map_err(|error| PaperError::Typesetting(format!("the payment code: {error}")))?;
    Ok(code.render::<svg::Color<'_>>().quiet_zone(true).build())
}
