//! Named places, from a buyer's yes to the letter, at which a test has a process die there and then.
//!
//! Built without the feature `crash-points` the places are empty: neither their names nor the variable that arms one
//! exist. Only the stories ask for the feature, and what is built for release has none of it whatever is asked for.

/// A place at which a process can be made to die.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CrashPoint {
    /// The buyer said yes; that is not recorded.
    OrderSubmittedBefore,
    /// It is recorded.
    OrderSubmittedAfter,
    /// A piece is about to be reserved.
    ReservedBefore,
    /// It is reserved; the order knows nothing of it.
    ReservedAfter,
    /// Every piece is reserved; the order is not placed.
    OrderPlacedBefore,
    /// It is placed.
    OrderPlacedAfter,
    /// A seller is about to be shown an order.
    CardBefore,
    /// The card stands in the seller's chat; that is not recorded.
    CardSent,
    /// It is recorded.
    CardRecorded,
    /// A seller said yes; that is not recorded.
    OrderApprovedBefore,
    /// It is recorded; the seller's tap is not answered.
    OrderApprovedAfter,
    /// The buyer is about to be told something of an order.
    NewsComposedBefore,
    /// The words are recorded.
    NewsComposedAfter,
    /// The words are ready to go; the intent is not recorded.
    NewsBefore,
    /// The intent is recorded; no call is made.
    NewsBegun,
    /// The provider has answered; that is not recorded.
    NewsCalled,
    /// It is recorded.
    NewsRecorded,
    /// As with words, for the document that goes with them.
    DocumentBefore,
    /// The intent is recorded; no call is made.
    DocumentBegun,
    /// The provider has answered; that is not recorded.
    DocumentCalled,
    /// It is recorded.
    DocumentRecorded,
    /// An invoice is ready; it has no number.
    InvoiceIssuedBefore,
    /// It has its number; the order knows nothing of it.
    InvoiceIssuedAfter,
    /// The order is about to be told.
    OrderInvoicedBefore,
    /// The order knows its invoice.
    OrderInvoicedAfter,
    /// The page for the letter is made.
    PageMade,
    /// The letter is ready; the intent to send it is not recorded.
    LetterBefore,
    /// The intent is recorded; the mail server is not connected to.
    LetterBegun,
    /// The mail server has answered; that is not recorded.
    LetterCalled,
    /// It is recorded.
    LetterRecorded,
}

/// Dies here, as by signal 9, when a test asked for that: nothing is drained, nothing is flushed.
#[inline]
pub fn crash_point(point: CrashPoint) {
    #[cfg(feature = "crash-points")]
    if cfg!(debug_assertions) {
        armed::reached(point);
    }
    #[cfg(not(feature = "crash-points"))]
    let _ = point;
}

#[cfg(feature = "crash-points")]
mod armed {
    use std::sync::{
        OnceLock,
        atomic::{AtomicU32, Ordering},
    };

    use super::CrashPoint;

    /// `name`, or `name:3` for the third time that it is reached.
    const VARIABLE: &str = "TORG_CRASH_AT";

    /// Every place with its service and its name, in the order in which a sale reaches them.
    pub const CRASH_POINTS: [(CrashPoint, &str, &str); 30] = [
        (
            CrashPoint::OrderSubmittedBefore,
            "agents",
            "order_submitted_before",
        ),
        (
            CrashPoint::OrderSubmittedAfter,
            "agents",
            "order_submitted_after",
        ),
        (CrashPoint::ReservedBefore, "cart", "reserved_before"),
        (CrashPoint::ReservedAfter, "cart", "reserved_after"),
        (CrashPoint::OrderPlacedBefore, "cart", "order_placed_before"),
        (CrashPoint::OrderPlacedAfter, "cart", "order_placed_after"),
        (CrashPoint::CardBefore, "escalation", "card_before"),
        (CrashPoint::CardSent, "escalation", "card_sent"),
        (CrashPoint::CardRecorded, "escalation", "card_recorded"),
        (
            CrashPoint::OrderApprovedBefore,
            "escalation",
            "order_approved_before",
        ),
        (
            CrashPoint::OrderApprovedAfter,
            "escalation",
            "order_approved_after",
        ),
        (
            CrashPoint::NewsComposedBefore,
            "router",
            "news_composed_before",
        ),
        (
            CrashPoint::NewsComposedAfter,
            "router",
            "news_composed_after",
        ),
        (CrashPoint::NewsBefore, "dispatcher", "news_before"),
        (CrashPoint::NewsBegun, "dispatcher", "news_begun"),
        (CrashPoint::NewsCalled, "dispatcher", "news_called"),
        (CrashPoint::NewsRecorded, "dispatcher", "news_recorded"),
        (CrashPoint::DocumentBefore, "dispatcher", "document_before"),
        (CrashPoint::DocumentBegun, "dispatcher", "document_begun"),
        (CrashPoint::DocumentCalled, "dispatcher", "document_called"),
        (
            CrashPoint::DocumentRecorded,
            "dispatcher",
            "document_recorded",
        ),
        (
            CrashPoint::InvoiceIssuedBefore,
            "invoicer",
            "invoice_issued_before",
        ),
        (
            CrashPoint::InvoiceIssuedAfter,
            "invoicer",
            "invoice_issued_after",
        ),
        (
            CrashPoint::OrderInvoicedBefore,
            "invoicer",
            "order_invoiced_before",
        ),
        (
            CrashPoint::OrderInvoicedAfter,
            "invoicer",
            "order_invoiced_after",
        ),
        (CrashPoint::PageMade, "invoicer", "page_made"),
        (CrashPoint::LetterBefore, "invoicer", "letter_before"),
        (CrashPoint::LetterBegun, "invoicer", "letter_begun"),
        (CrashPoint::LetterCalled, "invoicer", "letter_called"),
        (CrashPoint::LetterRecorded, "invoicer", "letter_recorded"),
    ];

    /// Where this process dies, and how often it passes there first.
    struct Armed {
        at: CrashPoint,
        left: AtomicU32,
    }

    pub(super) fn reached(point: CrashPoint) {
        static ARMED: OnceLock<Option<Armed>> = OnceLock::new();
        let armed = ARMED.get_or_init(|| asked().ok().flatten());
        let Some(armed) = armed.as_ref().filter(|armed| armed.at == point) else {
            return;
        };
        if armed.left.fetch_sub(1, Ordering::Relaxed) == 1 {
            std::process::abort();
        }
    }

    /// Whether what the variable says can be done.
    ///
    /// # Errors
    /// There is no such place.
    pub(crate) fn check() -> anyhow::Result<()> {
        if cfg!(debug_assertions) {
            asked()?;
        }
        Ok(())
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "a place in the code is no option of a service, and must be known before options are read"
    )]
    fn asked() -> anyhow::Result<Option<Armed>> {
        match std::env::var(VARIABLE) {
            Ok(text) if !text.is_empty() => read(&text).map(Some),
            Ok(_) | Err(_) => Ok(None),
        }
    }

    fn read(text: &str) -> anyhow::Result<Armed> {
        let (name, nth) = text.split_once(':').unwrap_or((text, "1"));
        let known = CRASH_POINTS.iter().find(|(_, _, known)| *known == name);
        let nth = nth.parse().ok().filter(|nth| *nth > 0);
        match (known, nth) {
            (Some((at, ..)), Some(nth)) => Ok(Armed {
                at: *at,
                left: AtomicU32::new(nth),
            }),
            (None, _) => {
                let names = CRASH_POINTS.map(|(_, _, name)| name).join(", ");
                anyhow::bail!("{VARIABLE}={text}: no such crash point; there are {names}")
            }
            (Some(_), None) => {
                anyhow::bail!(
                    "{VARIABLE}={text}: behind the colon stands the how manieth time, from 1"
                )
            }
        }
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        #[test]
        fn a_place_is_named_once_and_a_name_that_is_none_is_refused() {
            for (number, (point, _, name)) in CRASH_POINTS.iter().enumerate() {
                // In the order of the enum, so that none is missing.
                assert_eq!(*point as usize, number, "{name}");
                let named = CRASH_POINTS.iter().filter(|(_, _, other)| other == name);
                assert_eq!(named.count(), 1, "{name}");
                let armed = read(&format!("{name}:2")).unwrap();
                assert_eq!((armed.at, armed.left.into_inner()), (*point, 2));
            }
            assert_eq!(CRASH_POINTS.len() - 1, CrashPoint::LetterRecorded as usize);
            let wrong = read("order_placed").err().unwrap().to_string();
            assert!(
                wrong.contains("there are order_submitted_before, "),
                "{wrong}"
            );
            for odd in ["page_made:0", "page_made:", "page_made:often"] {
                let wrong = read(odd).err().unwrap().to_string();
                assert!(wrong.contains("from 1"), "{wrong}");
            }
        }
    }
}

#[cfg(feature = "crash-points")]
pub use armed::CRASH_POINTS;
#[cfg(feature = "crash-points")]
pub(crate) use armed::check;
