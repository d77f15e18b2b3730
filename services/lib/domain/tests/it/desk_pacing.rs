//! Who is asked when: cards by themselves, a rush as one digest, reminders, the next seller, and nobody at night.

use domain::{
    Desk,
    desk::{DeskPace, DeskStep},
};
use jiff::Timestamp;
use schemas::{
    ConversationId, Decision, EventData as _, EventId, Fold as _, Meta, OrderId, Recorded,
    conversation::{Actor, HandoffReason},
    desk::{DeskEvent, Face, MatterOpened, MatterState, PostKind, Posted, Settlement},
    envelope::following_id,
    topology,
};

const SELLERS: [i64; 2] = [555, 556];
const OPEN: DeskPace = DeskPace {
    reminder: std::time::Duration::from_secs(600),
    somebody_there: true,
    opens: None,
};

/// A desk with a clock of its own, and a Telegram that takes everything.
#[derive(Default)]
struct World {
    desk: Desk,
    version: u64,
    seconds: i64,
    message: i64,
    posted: Vec<(PostKind, i64, usize)>,
}

impl World {
    fn now(&self) -> Timestamp {
        Timestamp::from_second(1_700_000_000 + self.seconds).unwrap()
    }

    fn record(&mut self, decision: Decision<DeskEvent>) {
        for (index, event) in decision.events.into_iter().enumerate() {
            let mut known = topology::EVENTS.iter();
            let known = known.find(|known| known.name == event.type_name()).unwrap();
            let id = following_id(decision.cause.id, known.writer, known.name, index);
            self.version += 1;
            self.desk.evolve(&Recorded {
                seq: self.version,
                version: self.version,
                meta: Meta {
                    id,
                    time: self.now(),
                    source: known.writer.to_owned(),
                    correlation: id,
                    causation: None,
                    traceparent: None,
                },
                event,
            });
        }
    }

    fn opens(&mut self, name: &str, reason: HandoffReason) -> EventId {
        self.opens_as(name, reason, None, MatterState::Open)
    }

    /// An order that the shop's rule has said yes to.
    fn is_sold(&mut self, name: &str) -> EventId {
        let state = MatterState::Settled {
            how: Settlement::OrderApproved,
            by: None,
        };
        let order = Some(OrderId::derive(&[name]));
        self.opens_as(name, HandoffReason::OrderApproval, order, state)
    }

    fn opens_as(
        &mut self,
        name: &str,
        reason: HandoffReason,
        order: Option<OrderId>,
        state: MatterState,
    ) -> EventId {
        let matter = EventId::derive(&["matter", name]);
        let opened = MatterOpened {
            matter,
            conversation: ConversationId::of(
                &schemas::ShopId::new("lavka").unwrap(),
                "avito",
                "1",
                name,
            ),
            order,
            reason,
            since: self.now(),
            face: Face {
                state,
                unanswered: 1,
                draft: false,
                judged: None,
                revision: 0,
                reserving: false,
                marks: 0,
            },
        };
        let decision = self.desk.follow(&opened);
        self.record(decision);
        matter
    }

    /// Lets so many seconds pass, doing second by second whatever the desk asks for.
    fn pass(&mut self, seconds: i64, pace: DeskPace) {
        for _ in 0..seconds {
            while let Some((kind, seller, matters)) = self.next(pace) {
                self.message += 1;
                self.posted.push((kind, seller, matters.len()));
                let posted = Posted {
                    seller,
                    message: self.message,
                    kind,
                    stage: self.desk.stage_of(&matters),
                    matters,
                    reply: None,
                    went_on: None,
                };
                let decision = self.desk.posted(&posted);
                self.record(decision);
            }
            self.seconds += 1;
        }
    }

    fn next(&self, pace: DeskPace) -> Option<(PostKind, i64, Vec<EventId>)> {
        match self.desk.step(self.now(), &SELLERS, pace) {
            DeskStep::Card { matter, seller } => Some((PostKind::Card, seller, vec![matter.id])),
            DeskStep::Digest { matters, seller } => {
                let ids = matters.iter().map(|matter| matter.id);
                Some((PostKind::Digest, seller, ids.collect()))
            }
            DeskStep::Remind { matter, seller, .. } => {
                Some((PostKind::Reminder, seller, vec![matter.id]))
            }
            step => {
                assert!(
                    matches!(step, DeskStep::Nothing | DeskStep::Wait(_)),
                    "{step:?}"
                );
                None
            }
        }
    }
}

#[test]
fn an_order_that_a_rule_approved_is_shown_to_one_seller_once_and_nobody_is_reminded() {
    let mut world = World::default();
    world.is_sold("a");
    world.pass(7_200, OPEN);
    assert_eq!(world.posted, [(PostKind::Card, 555, 1)]);
    // It is told of at every look at its chat.
    world.is_sold("a");
    world.pass(60, OPEN);
    assert_eq!(world.posted.len(), 1);
}

#[test]
fn an_order_that_a_rule_approved_is_not_shown_again_once_the_desk_has_forgotten_it() {
    let mut world = World::default();
    let first = world.is_sold("first");
    world.pass(10, OPEN);
    for number in 0..500 {
        world.is_sold(&number.to_string());
    }
    assert!(world.desk.matter(first).is_none());
    let shown = world.version;
    world.is_sold("first");
    assert_eq!(world.version, shown, "nothing is recorded");
}

#[test]
fn ten_chats_at_once_are_one_message() {
    let mut world = World::default();
    for number in 0..10 {
        world.opens(&number.to_string(), HandoffReason::LowConfidence);
    }
    world.pass(60, OPEN);
    assert_eq!(world.posted, [(PostKind::Digest, 555, 10)]);
}

#[test]
fn ten_chats_within_a_minute_are_three_cards_and_one_digest() {
    let mut world = World::default();
    for number in 0..10 {
        world.opens(&number.to_string(), HandoffReason::LowConfidence);
        world.pass(6, OPEN);
    }
    world.pass(60, OPEN);
    assert_eq!(
        world.posted,
        [
            (PostKind::Card, 555, 1),
            (PostKind::Card, 555, 1),
            (PostKind::Card, 555, 1),
            (PostKind::Digest, 555, 7),
        ]
    );
}

#[test]
fn a_complaint_does_not_wait_to_be_gathered() {
    let mut world = World::default();
    world.opens("a", HandoffReason::Complaint);
    world.pass(2, OPEN);
    assert_eq!(world.posted, [(PostKind::Card, 555, 1)]);
}

#[test]
fn first_one_seller_then_a_reminder_then_the_next_and_then_nobody_is_left() {
    let mut world = World::default();
    world.opens("a", HandoffReason::CannotAnswer);
    world.pass(599, OPEN);
    assert_eq!(world.posted.len(), 1);
    world.pass(10_000, OPEN);
    assert_eq!(
        world.posted,
        [
            (PostKind::Card, 555, 1),
            (PostKind::Reminder, 555, 1),
            (PostKind::Card, 556, 1),
            (PostKind::Reminder, 556, 1),
        ]
    );
}

#[test]
fn nobody_is_reminded_while_nobody_is_there() {
    let mut world = World::default();
    world.opens("a", HandoffReason::CannotAnswer);
    let night = DeskPace {
        somebody_there: false,
        opens: Timestamp::from_second(1_700_000_000 + 30_000).ok(),
        ..OPEN
    };
    world.pass(29_000, night);
    assert_eq!(world.posted, [(PostKind::Card, 555, 1)]);
    world.pass(10, OPEN);
    assert_eq!(world.posted.len(), 2, "in the morning");
}

#[test]
fn who_cannot_be_written_to_is_passed_over_and_who_snoozed_is_reminded() {
    let mut world = World::default();
    let unreachable = world.desk.cannot_reach(555, "blocked");
    world.record(unreachable);
    let matter = world.opens("a", HandoffReason::CannotAnswer);
    world.pass(10, OPEN);
    assert_eq!(world.posted, [(PostKind::Card, 556, 1)]);
    let until = world.now().checked_add(jiff::SignedDuration::from_mins(30));
    let cause = schemas::Cause::outside(EventId::derive(&["tap"]));
    let by = Actor::Telegram(556);
    let snoozed = world.desk.snooze(matter, until.unwrap(), &by, cause);
    world.record(snoozed);
    // What a card shows has changed; it is drawn anew before anything else.
    let edited = schemas::desk::PostEdited {
        seller: 556,
        message: 1,
        stage: world.desk.stage_of(&[matter]),
        refused: None,
    };
    let edited = world.desk.edited(&edited);
    world.record(edited);
    world.pass(1_799, OPEN);
    assert_eq!(world.posted.len(), 1);
    world.pass(2, OPEN);
    assert_eq!(world.posted.last(), Some(&(PostKind::Reminder, 556, 1)));
}
