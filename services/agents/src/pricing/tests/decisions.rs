//! One decision each: offers that were made, what is asked, what is decided.

use schemas::{Sku, conversation::Offer, shop::Rule};

use super::{HOUR, break_of, less, made, named, now, offer, rubles, rucksack, rules};
use crate::pricing::haggle::{Basis, Decision, Kind, Named, Wish, haggle, usual_price, wholesale};

fn sku() -> Sku {
    Sku::new("RG-20-RED")
}

fn still(price: i64) -> Offer {
    offer(&sku(), rubles(price), 1, now() + HOUR)
}

fn expired(price: i64) -> Offer {
    offer(&sku(), rubles(price), 1, now() - HOUR)
}

fn decide(offers: &[Offer], wish: Wish) -> Decision {
    haggle(&rucksack(), &[], offers, wish, now())
}

#[test]
fn a_price_comes_down_in_two_steps_and_then_no_more() {
    let table = [
        (vec![], less(), Kind::Step, 2390),
        (vec![still(2390)], less(), Kind::Lowest, 2290),
        (vec![still(2390), still(2290)], less(), Kind::Last, 2290),
        (
            vec![still(2390), still(2290), still(2290)],
            less(),
            Kind::Last,
            2290,
        ),
    ];
    for (offers, wish, kind, price) in table {
        let decision = decide(&offers, wish);
        assert_eq!(
            (decision.kind, decision.price),
            (kind, rubles(price)),
            "{offers:?}"
        );
    }
}

#[test]
fn a_price_that_the_buyer_names_is_met_where_it_can_be() {
    let table = [
        (vec![], named(2600), Kind::Agreed, 2490),
        (vec![], named(2490), Kind::Agreed, 2490),
        (vec![], named(2450), Kind::Accepted, 2450),
        (vec![], named(2390), Kind::Accepted, 2390),
        (vec![], named(2300), Kind::Step, 2390),
        (vec![], named(1000), Kind::Step, 2390),
        (vec![still(2390)], named(2400), Kind::Agreed, 2390),
        (vec![still(2390)], named(2300), Kind::Accepted, 2300),
        (vec![still(2390)], named(2000), Kind::Lowest, 2290),
        (
            vec![still(2390), still(2300)],
            named(2295),
            Kind::Last,
            2300,
        ),
        (vec![still(2390), still(2290)], named(100), Kind::Last, 2290),
    ];
    for (offers, wish, kind, price) in table {
        let decision = decide(&offers, wish);
        let got = (decision.kind, decision.price);
        assert_eq!(got, (kind, rubles(price)), "{offers:?} {wish:?}");
    }
}

#[test]
fn percent_and_amounts_off_are_prices_by_arithmetic() {
    let wish = |named| Wish {
        pieces: 1,
        named: Some(named),
    };
    // 5 % of 2490 is 124.50: 2366 in whole rubles.
    let table = [
        (Named::Percent(3), Kind::Accepted, 2416),
        (Named::Percent(5), Kind::Step, 2390),
        (Named::Percent(100), Kind::Step, 2390),
        (Named::Percent(4_000_000_000), Kind::Step, 2390),
        (Named::Off(rubles(50)), Kind::Accepted, 2440),
        (Named::Off(rubles(500)), Kind::Step, 2390),
        (Named::Off(rubles(9000)), Kind::Step, 2390),
    ];
    for (asked, kind, price) in table {
        let decision = decide(&[], wish(asked));
        assert_eq!(
            (decision.kind, decision.price),
            (kind, rubles(price)),
            "{asked:?}"
        );
    }
}

#[test]
fn an_offer_that_ran_out_counts_and_is_made_again() {
    let again = decide(&[expired(2390), expired(2290)], less());
    assert_eq!((again.kind, again.price), (Kind::Renewed, rubles(2290)));
    let second = decide(&[expired(2390)], less());
    assert_eq!((second.kind, second.price), (Kind::Lowest, rubles(2290)));
    // The buyer had a lower price before, and does not pay more now.
    let accepted = decide(&[expired(2390)], named(2450));
    assert_eq!(
        (accepted.kind, accepted.price),
        (Kind::Accepted, rubles(2390))
    );
}

#[test]
fn what_was_promised_holds_although_the_seller_raised_the_lowest_price() {
    let offers = [still(2390), still(2290)];
    let mut dearer = rucksack();
    dearer.product.min_price = Some(rubles(2400));
    let decision = haggle(&dearer, &[], &offers, less(), now());
    assert_eq!((decision.kind, decision.price), (Kind::Last, rubles(2290)));
    let later = haggle(&dearer, &[], &offers, less(), now() + HOUR + HOUR);
    assert_eq!((later.kind, later.price), (Kind::Renewed, rubles(2400)));
}

#[test]
fn the_higher_of_two_lowest_prices_holds_and_none_means_a_fixed_price() {
    let mut article = rucksack();
    let lowest = |article: &domain::stock::Shown, rows: &[schemas::shop::RuleRow]| {
        let step = haggle(article, rows, &[], less(), now());
        let offers: Vec<_> = made(article, &step, now() + HOUR).into_iter().collect();
        let lowest = haggle(article, rows, &offers, less(), now());
        (lowest.price, lowest.basis)
    };
    let eight = rules(&[Rule::MaxDiscountPercent(8)]);
    let basis = Basis::MaxDiscount { row: 2, percent: 8 };
    assert_eq!(lowest(&article, &eight), (rubles(2291), basis));
    let ten = rules(&[Rule::MaxDiscountPercent(10)]);
    assert_eq!(lowest(&article, &ten), (rubles(2290), Basis::MinPrice));
    article.product.min_price = None;
    let basis = Basis::MaxDiscount {
        row: 2,
        percent: 10,
    };
    assert_eq!(lowest(&article, &ten), (rubles(2241), basis));
    for none in [rules(&[]), rules(&[Rule::MaxDiscountPercent(0)])] {
        let decision = haggle(&article, &none, &[], less(), now());
        assert_eq!((decision.kind, decision.price), (Kind::Fixed, rubles(2490)));
        assert_eq!(decision.basis, Basis::ListPrice);
    }
}

#[test]
fn steps_are_round_and_never_below_the_lowest_price() {
    for (list, least, price) in [
        (2490, 2290, 2390),
        (3190, 2900, 3050),
        (5490, 5000, 5250),
        (1000, 985, 993),
        (100, 99, 99),
    ] {
        let mut article = rucksack();
        article.product.price = rubles(list);
        article.product.min_price = Some(rubles(least));
        let decision = haggle(&article, &[], &[], less(), now());
        assert_eq!(decision.price, rubles(price), "{list} {least}");
    }
}

#[test]
fn the_best_quantity_break_that_applies_is_everybodys_price() {
    let rows = rules(&[break_of(3, 5), break_of(5, 7), break_of(2, 1)]);
    for (pieces, price) in [
        (1, 2490),
        (2, 2466),
        (3, 2366),
        (4, 2366),
        (5, 2316),
        (50, 2316),
    ] {
        assert_eq!(
            usual_price(&rucksack(), &rows, pieces).price,
            rubles(price),
            "{pieces}"
        );
    }
    let deep = rules(&[break_of(3, 50)]);
    let priced = usual_price(&rucksack(), &deep, 3);
    assert_eq!(
        (priced.price, priced.basis),
        (rubles(2290), Basis::MinPrice)
    );
}

#[test]
fn several_pieces_get_the_break_first_and_haggle_from_there() {
    let rows = rules(&[break_of(3, 5)]);
    let of = |pieces, named| Wish { pieces, named };
    let plain = haggle(&rucksack(), &rows, &[], of(3, None), now());
    assert_eq!((plain.kind, plain.price), (Kind::ByQuantity, rubles(2366)));
    let lower = haggle(
        &rucksack(),
        &rows,
        &[],
        of(3, Some(Named::Price(rubles(2000)))),
        now(),
    );
    assert_eq!(
        (lower.kind, lower.price, lower.from_pieces),
        (Kind::Step, rubles(2330), 3)
    );
    // 7 020 for three is 2 340 for one.
    let sum = haggle(
        &rucksack(),
        &rows,
        &[],
        of(3, Some(Named::Price(rubles(7020)))),
        now(),
    );
    assert_eq!((sum.kind, sum.price), (Kind::Accepted, rubles(2340)));
    let for_three = offer(&sku(), rubles(2330), 3, now() + HOUR);
    let one = haggle(&rucksack(), &rows, &[for_three], of(1, None), now());
    assert_eq!((one.kind, one.price), (Kind::Lowest, rubles(2290)));
}

#[test]
fn offers_for_other_articles_do_not_count() {
    let other = offer(&Sku::new("TR-05"), rubles(1000), 1, now() + HOUR);
    let decision = decide(&[other.clone(), other], less());
    assert_eq!((decision.kind, decision.price), (Kind::Step, rubles(2390)));
}

#[test]
fn a_list_price_that_fell_below_an_offer_is_what_the_buyer_pays() {
    let mut cheaper = rucksack();
    cheaper.product.price = rubles(2200);
    cheaper.product.min_price = Some(rubles(2100));
    let decision = haggle(&cheaper, &[], &[still(2390), still(2290)], less(), now());
    assert_eq!((decision.kind, decision.price), (Kind::Last, rubles(2200)));
}

#[test]
fn from_so_many_pieces_on_the_seller_talks() {
    let rows = rules(&[Rule::MaxDiscountPercent(8), Rule::WholesaleFromPieces(10)]);
    assert_eq!(wholesale(&rows, 9), None);
    assert_eq!(wholesale(&rows, 10), Some((10, 3)));
}
