//! What the form of an order's page says is to be done.

use schemas::{
    Kopecks, Sku,
    conversation::OrderMark,
    desk::{AmendedLine, OrderDeed},
};

/// The longest words of a field, characters.
const LONGEST: usize = 500;
/// The most that one piece may cost, rubles.
const DEAREST: i64 = 1_000_000_000;

/// An amount as a field has it.
pub(super) fn rubles(kopecks: i64) -> String {
    match kopecks % 100 {
        0 => (kopecks / 100).to_string(),
        rest => format!("{},{:02}", kopecks / 100, rest.abs()),
    }
}

/// An amount as somebody typed it: `1 600`, `1600,50`, `1600.5`.
fn kopecks(text: &str) -> Option<Kopecks> {
    let plain: String = text.chars().filter(|one| !one.is_whitespace()).collect();
    let (whole, rest) = plain.split_once([',', '.']).unwrap_or((&plain, ""));
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || rest.len() > 2 || !digits(whole) || !digits(rest) {
        return None;
    }
    let whole: i64 = whole.parse().ok().filter(|rubles| *rubles <= DEAREST)?;
    let rest: i64 = format!("{rest:0<2}").parse().ok()?;
    Some(Kopecks::new(whole.checked_mul(100)?.checked_add(rest)?))
}

pub(super) fn field<'a>(form: &'a [(String, String)], name: &str) -> Option<&'a str> {
    let found = form.iter().find(|(known, _)| known == name);
    found.map(|(_, value)| value.as_str())
}

pub(super) fn deed(form: &[(String, String)]) -> Result<OrderDeed, &'static str> {
    let revision = || {
        let seen = field(form, "revision").and_then(|text| text.parse().ok());
        seen.ok_or("the form names no revision")
    };
    let words = |name| {
        let words = field(form, name).unwrap_or_default().trim().to_owned();
        match words.chars().count() <= LONGEST {
            true => Ok(words),
            false => Err("these words are too long"),
        }
    };
    Ok(match field(form, "deed") {
        Some("approve") => OrderDeed::Approve {
            revision: revision()?,
        },
        Some("reject") => OrderDeed::Reject {
            reason: words("reason")?,
        },
        Some("amend") => OrderDeed::Amend {
            revision: revision()?,
            lines: lines(form)?,
            delivery: match field(form, "delivery") {
                Some(cost) => Some(kopecks(cost).ok_or("the delivery's price is no amount")?),
                None => None,
            },
        },
        Some("paid") => OrderDeed::Mark(OrderMark::Paid),
        Some("shipped") => {
            let tracking = words("tracking")?;
            let tracking = (!tracking.is_empty()).then_some(tracking);
            OrderDeed::Mark(OrderMark::Shipped { tracking })
        }
        Some("delivered") => OrderDeed::Mark(OrderMark::Delivered),
        Some("returned") => OrderDeed::Mark(OrderMark::Returned),
        _ => return Err("no such deed"),
    })
}

/// The lines of an amended order; one with no pieces is not ordered any more.
fn lines(form: &[(String, String)]) -> Result<Vec<AmendedLine>, &'static str> {
    let all = |name: &'static str| {
        form.iter()
            .filter(move |(known, _)| known == name)
            .map(|(_, value)| value.as_str())
    };
    let mut lines = Vec::new();
    for ((sku, pieces), price) in all("sku").zip(all("pieces")).zip(all("price")) {
        let pieces: u32 = pieces
            .trim()
            .parse()
            .map_err(|_| "the pieces are no number")?;
        if pieces == 0 {
            continue;
        }
        let price = kopecks(price).ok_or("a price is no amount")?;
        lines.push(AmendedLine {
            sku: Sku::new(sku),
            pieces,
            price,
        });
    }
    match lines.is_empty() {
        true => Err("an order of nothing is rejected, and not changed"),
        false => Ok(lines),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_read_as_people_type_them_and_nothing_else() {
        for (text, amount) in [
            ("1600", 160_000),
            ("1 600", 160_000),
            ("1\u{a0}600,50", 160_050),
            ("0.5", 50),
            ("7,", 700),
        ] {
            assert_eq!(kopecks(text), Some(Kopecks::new(amount)), "{text:?}");
        }
        for text in [
            "",
            "-5",
            "1e9",
            "1,234",
            "NaN",
            "٣",
            "99999999999999999999",
            "1.2.3",
        ] {
            assert_eq!(kopecks(text), None, "{text:?}");
        }
        assert_eq!(kopecks(&rubles(123_405)), Some(Kopecks::new(123_405)));
    }

    #[test]
    fn a_form_becomes_what_it_says() {
        let form = |text: &str| {
            let pairs = text.split('&').filter_map(|pair| pair.split_once('='));
            let pairs = pairs.map(|(name, value)| (name.to_owned(), value.replace('+', " ")));
            pairs.collect::<Vec<_>>()
        };
        let amended = deed(&form(
            "deed=amend&revision=2&sku=A&pieces=3&price=1+600&sku=B&pieces=0&price=5&delivery=0",
        ));
        let OrderDeed::Amend {
            revision: 2,
            lines,
            delivery: Some(delivery),
        } = amended.unwrap()
        else {
            panic!("no amendment");
        };
        assert_eq!(delivery, Kopecks::new(0));
        assert_eq!(lines.len(), 1);
        assert_eq!(lines[0].price, Kopecks::new(160_000));
        for wrong in [
            "deed=amend&revision=1&sku=A&pieces=0&price=5",
            "deed=amend&revision=1&sku=A&pieces=x&price=5",
            "deed=approve",
            "deed=dance",
            "",
        ] {
            assert!(deed(&form(wrong)).is_err(), "{wrong}");
        }
    }
}
