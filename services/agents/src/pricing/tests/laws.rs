//! Laws of haggling that hold for any price, rules, offers and wishes.

use domain::stock::Shown;
use proptest::prelude::*;
use schemas::{
    Kopecks,
    conversation::Offer,
    shop::{Rule, RuleRow},
};

use super::{HOUR, break_of, made, now, offer, rucksack, rules};
use crate::pricing::haggle::{Decision, Kind, Named, Wish, floor, haggle, held, usual_price};

fn an_article() -> impl Strategy<Value = Shown> {
    (1_i64..20_000_000, prop::option::of(0_i64..=100), 0_i64..100).prop_map(
        |(price, least, odd)| {
            let mut shown = rucksack();
            shown.product.price = Kopecks::new(price);
            let least = least.map(|percent| Kopecks::new((price * percent / 100 + odd).min(price)));
            shown.product.min_price = least;
            shown
        },
    )
}

fn some_rules() -> impl Strategy<Value = Vec<RuleRow>> {
    (
        prop::option::of(0_u32..=90),
        prop::collection::vec((2_u32..9, 0_u32..=90), 0..3),
    )
        .prop_map(|(most, breaks)| {
            let most = most.map(Rule::MaxDiscountPercent);
            let breaks = breaks
                .into_iter()
                .map(|(from, percent)| break_of(from, percent));
            rules(&most.into_iter().chain(breaks).collect::<Vec<_>>())
        })
}

fn a_wish() -> impl Strategy<Value = Wish> {
    let named = prop_oneof![
        3 => Just(None),
        3 => (0_i64..20_000_000).prop_map(|price| Some(Named::Price(Kopecks::new(price)))),
        1 => (0_u32..200).prop_map(|percent| Some(Named::Percent(percent))),
        1 => any::<i64>().prop_map(|off| Some(Named::Off(Kopecks::new(off)))),
    ];
    (0_u32..12, named).prop_map(|(pieces, named)| Wish { pieces, named })
}

fn some_offers() -> impl Strategy<Value = Vec<Offer>> {
    let one = (1_i64..20_000_000, 1_u32..6, any::<bool>()).prop_map(|(price, from, still)| {
        let until = if still { now() + HOUR } else { now() - HOUR };
        offer(&rucksack().product.sku, Kopecks::new(price), from, until)
    });
    prop::collection::vec(one, 0..4)
}

/// What one piece would cost the buyer without haggling, offers counted.
fn due(article: &Shown, rules: &[RuleRow], offers: &[Offer], pieces: u32) -> Kopecks {
    let usual = usual_price(article, rules, pieces).price;
    held(article, offers, pieces, usual, now()).map_or(usual, |offer| offer.price)
}

/// Decides, and gives the buyer what was offered.
fn round(article: &Shown, rules: &[RuleRow], offers: &mut Vec<Offer>, wish: Wish) -> Decision {
    let decision = haggle(article, rules, offers, wish, now());
    offers.extend(made(article, &decision, now() + HOUR));
    decision
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(2_000) })]

    #[test]
    fn what_is_offered_is_between_the_lowest_price_and_what_the_buyer_pays_anyway(
        article in an_article(), rows in some_rules(), offers in some_offers(), wish in a_wish(),
    ) {
        let decision = haggle(&article, &rows, &offers, wish, now());
        let due = due(&article, &rows, &offers, wish.pieces.max(1));
        prop_assert!(decision.price <= due, "{decision:?}, due {due}");
        prop_assert!(decision.price <= article.product.price);
        if decision.kind.is_offer() {
            let floor = floor(&article, &rows).unwrap().price;
            prop_assert!(decision.price >= floor, "{decision:?}, floor {floor}");
            prop_assert!(article.product.min_price.is_none_or(|least| decision.price >= least));
            prop_assert!(decision.price < due);
        } else {
            prop_assert_eq!(decision.price, due);
        }
    }

    #[test]
    fn asking_again_and_again_never_raises_the_price_and_ends_after_two_concessions(
        article in an_article(), rows in some_rules(), wishes in prop::collection::vec(a_wish(), 1..12), pieces in 1_u32..6,
    ) {
        let mut offers = Vec::new();
        let mut last = None;
        let mut concessions = 0;
        for wish in wishes {
            let decision = round(&article, &rows, &mut offers, Wish { pieces, ..wish });
            prop_assert!(last.is_none_or(|last| decision.price <= last), "{decision:?} after {last:?}");
            last = Some(decision.price);
            concessions += usize::from(decision.kind.is_offer());
        }
        prop_assert!(concessions <= 2, "{concessions}");
    }

    #[test]
    fn deciding_again_on_what_was_offered_adds_nothing_once_the_buyers_number_is_met(
        article in an_article(), rows in some_rules(), offers in some_offers(), wish in a_wish(),
    ) {
        let mut offers = offers;
        let first = round(&article, &rows, &mut offers, wish);
        let again = round(&article, &rows, &mut offers, wish);
        if matches!(first.kind, Kind::Accepted | Kind::Renewed) || !first.kind.is_offer() {
            prop_assert!(!again.kind.is_offer(), "{first:?}, then {again:?}");
            prop_assert_eq!(again.price, first.price);
        }
        let third = round(&article, &rows, &mut offers, wish);
        let fourth = round(&article, &rows, &mut offers, wish);
        prop_assert!(!fourth.kind.is_offer(), "{third:?}, then {fourth:?}");
    }

    #[test]
    fn no_number_is_too_large_to_be_decided_upon(
        price in 1_i64.., least in prop::option::of(any::<i64>()), off in any::<i64>(), percent in any::<u32>(),
        pieces in any::<u32>(), offered in any::<i64>(),
    ) {
        let mut article = rucksack();
        article.product.price = Kopecks::new(price);
        article.product.min_price = least.map(Kopecks::new);
        let rows = rules(&[Rule::MaxDiscountPercent(percent), break_of(2, percent)]);
        let offers = [offer(&article.product.sku, Kopecks::new(offered), 1, now() + HOUR)];
        for named in [None, Some(Named::Off(Kopecks::new(off))), Some(Named::Price(Kopecks::new(off))), Some(Named::Percent(percent))] {
            haggle(&article, &rows, &offers, Wish { pieces, named }, now());
            haggle(&article, &rows, &[], Wish { pieces, named }, now());
        }
    }
}
