//! Articles that are ordered: what is held, what is sold, what the sheet says meanwhile.

use domain::Article;
use jiff::Timestamp;
use proptest::prelude::*;
use schemas::{
    ConversationId, Decision, EventData as _, EventId, Fold as _, Kopecks, Meta, OrderId, Recorded,
    Sku,
    envelope::following_id,
    stock::{Product, Quantity, SheetRow, StockEvent},
};

#[derive(Default)]
struct Shelf {
    article: Article,
    ids: Vec<EventId>,
    history: Vec<Recorded<StockEvent>>,
}

fn order(number: u8) -> OrderId {
    OrderId::derive(&["order", &number.to_string()])
}

fn chat() -> ConversationId {
    ConversationId::derive(&["chat"])
}

impl Shelf {
    fn of(pieces: u32) -> Self {
        let mut shelf = Self::default();
        shelf.shows(Quantity::Pieces(pieces));
        shelf
    }

    /// Records what is decided, decides again, and expects nothing.
    fn once(&mut self, decide: impl Fn(&Article) -> Decision<StockEvent>) {
        let decision = decide(&self.article);
        for (index, event) in decision.events.into_iter().enumerate() {
            let id = following_id(decision.cause.id, "test", event.type_name(), index);
            let version = self.ids.len() as u64 + 1;
            let recorded = Recorded {
                seq: version,
                version,
                meta: Meta {
                    id,
                    time: Timestamp::UNIX_EPOCH,
                    source: "test".into(),
                    correlation: id,
                    causation: None,
                    traceparent: None,
                },
                event,
            };
            self.article.evolve(&recorded);
            self.ids.push(id);
            self.history.push(recorded);
        }
        let again = decide(&self.article).events;
        assert!(again.is_empty(), "deciding twice added {again:?}");
    }

    fn shows(&mut self, quantity: Quantity) {
        let product = Product {
            sku: Sku::new("R-1"),
            name: "Рюкзак".into(),
            quantity,
            price: Kopecks::new(249_000),
            min_price: None,
            category: None,
            description: None,
            url: None,
            listing: None,
        };
        let row = SheetRow {
            tab: "products".into(),
            revision: format!("{quantity:?}"),
            row: 2,
        };
        self.once(|article| article.record(&product, &row, Timestamp::UNIX_EPOCH));
    }

    /// Whether the pieces are held now.
    fn reserves(&mut self, number: u8, pieces: u32) -> bool {
        let refused = self.article.reserve(order(number), chat(), pieces).is_err();
        self.once(|article| {
            let decided = article.reserve(order(number), chat(), pieces);
            decided.unwrap_or_else(|_| Decision::nothing())
        });
        !refused
    }

    fn keeps(&mut self, number: u8) {
        self.once(|article| article.keep(order(number)));
    }

    fn releases(&mut self, number: u8) {
        self.once(|article| article.release(order(number), "cancelled"));
    }

    fn left(&self) -> u32 {
        let there = self.article.on_offer().unwrap();
        match there.product.quantity {
            Quantity::Pieces(pieces) => pieces,
            // What nobody counts is never short.
            Quantity::Some | Quantity::OnOrder => u32::MAX,
        }
    }

    fn counted(&self) -> u32 {
        self.article.held().iter().map(|held| held.counted).sum()
    }

    fn sheet(&self) -> Option<u32> {
        match self.article.shown()?.product.quantity {
            Quantity::Pieces(pieces) => Some(pieces),
            Quantity::Some | Quantity::OnOrder => None,
        }
    }
}

#[test]
fn what_is_sold_is_counted_off_once_when_the_seller_counts_it_down() {
    let mut shelf = Shelf::of(10);
    assert!(shelf.reserves(1, 3));
    shelf.keeps(1);
    assert_eq!(shelf.left(), 7);
    shelf.shows(Quantity::Pieces(7));
    assert_eq!(shelf.left(), 7);
    shelf.shows(Quantity::Pieces(9));
    assert_eq!(shelf.left(), 9);
}

#[test]
fn what_somebody_else_bought_is_not_taken_for_an_order_that_waits() {
    let mut shelf = Shelf::of(3);
    assert!(shelf.reserves(1, 2));
    shelf.shows(Quantity::Pieces(1));
    assert_eq!(shelf.left(), 0);
    assert!(!shelf.reserves(2, 1));
    assert!(shelf.reserves(1, 1), "less is always possible");
    assert_eq!(shelf.left(), 0);
}

#[test]
fn what_was_counted_down_before_the_approval_is_not_out_of_sale_for_ever() {
    let mut shelf = Shelf::of(3);
    assert!(shelf.reserves(1, 3));
    // The seller sets the three pieces aside, writes 0, and says yes then.
    shelf.shows(Quantity::Pieces(0));
    shelf.keeps(1);
    shelf.shows(Quantity::Pieces(10));
    assert_eq!(shelf.left(), 10);
}

#[test]
fn an_article_that_was_not_counted_for_a_year_can_be_sold_once_it_is() {
    let mut shelf = Shelf::default();
    shelf.shows(Quantity::Some);
    for number in 0..100 {
        assert!(shelf.reserves(number, 5));
        shelf.keeps(number);
    }
    assert!(shelf.reserves(200, 2));
    shelf.shows(Quantity::Pieces(50));
    // Only what nobody has said yes to is held of it.
    assert_eq!(shelf.left(), 48);
    assert_eq!(shelf.article.held().len(), 1);
}

#[test]
fn what_is_sold_is_counted_no_more_when_the_seller_stops_counting() {
    let mut shelf = Shelf::of(5);
    assert!(shelf.reserves(1, 3));
    shelf.keeps(1);
    shelf.shows(Quantity::Some);
    shelf.shows(Quantity::Pieces(5));
    assert_eq!(shelf.left(), 5);
}

#[test]
fn an_article_that_was_withdrawn_and_shown_again_still_owes_what_it_owed() {
    let mut shelf = Shelf::of(5);
    assert!(shelf.reserves(1, 3));
    shelf.keeps(1);
    shelf.once(|article| article.withdraw("none"));
    assert!(shelf.article.on_offer().is_none());
    assert!(!shelf.reserves(2, 1));
    shelf.shows(Quantity::Pieces(5));
    assert_eq!(shelf.left(), 2);
    shelf.once(|article| article.withdraw("none again"));
    shelf.shows(Quantity::Pieces(2));
    assert_eq!(shelf.left(), 2);
}

#[test]
fn who_reserves_late_for_an_order_that_is_sold_holds_nothing_twice() {
    let mut shelf = Shelf::of(5);
    assert!(shelf.reserves(1, 3));
    shelf.keeps(1);
    assert!(shelf.reserves(1, 5), "it is sold as it is");
    assert_eq!(shelf.left(), 2);
    shelf.shows(Quantity::Pieces(2));
    assert!(shelf.reserves(1, 3));
    assert_eq!(shelf.left(), 2);
    assert!(shelf.article.held().is_empty());
}

#[test]
fn what_came_back_before_it_was_counted_off_can_be_sold_again() {
    let mut shelf = Shelf::of(5);
    assert!(shelf.reserves(1, 3));
    shelf.keeps(1);
    shelf.releases(1);
    assert_eq!(shelf.left(), 5);
    assert!(shelf.reserves(1, 3));
    assert_eq!(shelf.left(), 5, "nobody holds for what is over");
}

#[derive(Clone, Copy, Debug)]
enum Act {
    Shows(Quantity),
    Withdraw,
    Reserve(u8, u32),
    Keep(u8),
    Release(u8),
}

fn acts() -> impl Strategy<Value = Vec<Act>> {
    let quantity = prop_oneof![
        6 => (0u32..12).prop_map(Quantity::Pieces),
        1 => Just(Quantity::Some),
        1 => Just(Quantity::OnOrder),
    ];
    let act = prop_oneof![
        3 => quantity.prop_map(Act::Shows),
        1 => Just(Act::Withdraw),
        6 => (0u8..6, 0u32..6).prop_map(|(order, pieces)| Act::Reserve(order, pieces)),
        3 => (0u8..6).prop_map(Act::Keep),
        2 => (0u8..6).prop_map(Act::Release),
    ];
    prop::collection::vec(act, 1..80)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1024, ..ProptestConfig::default() })]

    #[test]
    fn an_article_is_never_promised_beyond_what_the_sheet_counts(acts in acts()) {
        let mut shelf = Shelf::default();
        for act in acts {
            let (held, counted) = (shelf.article.held().to_vec(), shelf.counted());
            match act {
                Act::Shows(quantity) => shelf.shows(quantity),
                Act::Withdraw => shelf.once(|article| article.withdraw("gone")),
                Act::Reserve(number, pieces) => {
                    let got = shelf.reserves(number, pieces);
                    if !got {
                        prop_assert_eq!(&held, shelf.article.held());
                    }
                    if let (true, Some(there)) = (shelf.counted() > counted, shelf.sheet()) {
                        prop_assert!(shelf.counted() <= there);
                    }
                    let sold = |held: &&domain::stock::Held| held.kept;
                    let before: Vec<_> = held.iter().filter(sold).collect();
                    let after: Vec<_> = shelf.article.held().iter().filter(sold).collect();
                    prop_assert_eq!(before, after, "what is sold stays as it is");
                }
                Act::Keep(number) => shelf.keeps(number),
                Act::Release(number) => {
                    shelf.releases(number);
                    prop_assert!(shelf.article.held().iter().all(|held| held.order != order(number)));
                }
            }
            let kept = shelf.article.held().iter().filter(|held| held.kept);
            let sold: u32 = kept.map(|held| held.counted).sum();
            if let Some(there) = shelf.sheet() {
                prop_assert!(sold <= there, "{sold} of {there}");
                prop_assert_eq!(shelf.left(), there.saturating_sub(shelf.counted()));
            }
            let mut orders: Vec<_> = shelf.article.held().iter().map(|held| held.order).collect();
            orders.sort();
            orders.dedup();
            prop_assert_eq!(orders.len(), shelf.article.held().len(), "two holds of one order");
            for held in shelf.article.held() {
                prop_assert!(held.counted <= held.pieces && held.pieces > 0);
                prop_assert!(held.kept || held.counted == held.pieces);
            }
        }
        let mut ids = shelf.ids.clone();
        ids.sort();
        ids.dedup();
        prop_assert_eq!(ids.len(), shelf.ids.len());
        let mut again = Article::default();
        for recorded in &shelf.history {
            again.evolve(recorded);
        }
        prop_assert_eq!(again, shelf.article);
    }

    /// A seller who counts down what is handed over, and counts up what is new, never sells more than there was.
    #[test]
    fn a_seller_who_counts_right_never_sells_more_than_there_was(
        acts in prop::collection::vec((0u8..6, 0u8..40, 1u32..5), 1..120),
    ) {
        let (mut shelf, mut there, mut sheet) = (Shelf::of(6), 6, 6);
        let (mut sold, mut to_hand_over) = (0, Vec::new());
        for (what, number, pieces) in acts {
            match what {
                0..=2 => {
                    let _ = shelf.reserves(number, pieces);
                }
                3 => {
                    let held = shelf.article.held().iter();
                    let mut open = held.filter(|held| held.order == order(number) && !held.kept);
                    if let Some(held) = open.next() {
                        sold += held.pieces;
                        to_hand_over.push(held.pieces);
                        shelf.keeps(number);
                    }
                }
                4 => {
                    if let Some(gone) = to_hand_over.pop() {
                        sheet -= gone;
                        shelf.shows(Quantity::Pieces(sheet));
                    }
                }
                _ => {
                    (there, sheet) = (there + pieces, sheet + pieces);
                    shelf.shows(Quantity::Pieces(sheet));
                }
            }
            prop_assert!(sold <= there, "{sold} of {there} pieces were sold");
            let owed: u32 = to_hand_over.iter().sum();
            prop_assert_eq!(shelf.article.held().iter().filter(|held| held.kept).map(|held| held.counted).sum::<u32>(), owed);
        }
    }
}
