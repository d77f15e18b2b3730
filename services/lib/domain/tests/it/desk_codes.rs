//! Sitting down at the desk with a one-time code, and waiting matters.

use domain::{
    Desk,
    desk::{CodeVerdict, DeskPace, DeskStep, Input, NoSuchCode, Said},
};
use jiff::{SignedDuration, Timestamp, ToSpan as _};
use proptest::prelude::*;
use schemas::{
    Cause, ConversationId, Decision, EventData as _, EventId, Fold as _, Meta, ProviderId,
    Recorded,
    conversation::{Actor, HandoffReason},
    desk::{
        ConsoleCodeTold, DeskEvent, Face, MatterOpened, MatterState, SellerInvited, SellerSaid,
    },
    envelope::following_id,
    topology,
};

const ANNA: i64 = 7_001;
const BORIS: i64 = 7_002;
const HOLDS: SignedDuration = SignedDuration::from_mins(10);

/// A desk with a clock of its own.
#[derive(Default)]
struct World {
    desk: Desk,
    version: u64,
    clock: i64,
}

impl World {
    fn now(&self) -> Timestamp {
        Timestamp::from_second(1_700_000_000 + self.clock).unwrap()
    }

    fn wait(&mut self, seconds: i64) {
        self.clock += seconds;
    }

    fn record(&mut self, decision: Decision<DeskEvent>) -> Vec<DeskEvent> {
        let mut recorded = Vec::new();
        for (index, event) in decision.events.into_iter().enumerate() {
            let name = event.type_name();
            let mut known = topology::EVENTS.iter();
            let writer = known.find(|known| known.name == name).unwrap().writer;
            let id = following_id(decision.cause.id, writer, name, index);
            self.version += 1;
            self.desk.evolve(&Recorded {
                seq: self.version,
                version: self.version,
                meta: Meta {
                    id,
                    time: self.now(),
                    source: writer.to_owned(),
                    correlation: decision.cause.correlation.unwrap_or(id),
                    causation: decision.cause.correlation.map(|_| decision.cause.id),
                    traceparent: None,
                },
                event: event.clone(),
            });
            recorded.push(event);
        }
        recorded
    }

    fn invite(&mut self, digest: &str) -> usize {
        let invited = SellerInvited {
            digest: digest.to_owned(),
            expires_at: self.now().checked_add(HOLDS).unwrap(),
        };
        self.record(self.desk.invite(&invited)).len()
    }

    /// Somebody writes to the bot.
    fn says(&mut self, seller: i64) -> Input {
        let said = Said::Words(SellerSaid {
            provider_id: ProviderId::new(format!("1:{seller}:{}", self.version)),
            seller,
            name: Some("Анна".to_owned().into()),
            message: 1,
            reply_to: None,
            text: "/start".to_owned().into(),
            kept: None,
        });
        self.record(self.desk.receive(&said));
        self.desk.inputs().last().unwrap().clone()
    }

    /// Somebody names a code, and it is seen to; the same again adds nothing.
    fn names(&mut self, seller: i64, digest: &str) -> CodeVerdict {
        let input = self.says(seller);
        let now = self.now();
        let verdict = self.desk.judge_code(seller, digest, now);
        let events = self.record(self.desk.bind(&input, digest, now));
        assert_eq!(
            events.len(),
            2,
            "the verdict, and that it was seen to: {events:?}"
        );
        let bound = matches!(events.first(), Some(DeskEvent::SellerBound(_)));
        assert_eq!(bound, verdict == CodeVerdict::Good);
        assert!(self.desk.inputs().is_empty());
        assert!(
            self.desk.bind(&input, digest, now).events.is_empty(),
            "twice"
        );
        verdict
    }
}

#[test]
fn a_code_for_the_console_holds_once_and_five_minutes_and_only_the_newest_of_a_seller() {
    let mut world = World::default();
    let tell = |world: &mut World, seller, digest: &str| {
        let input = world.says(seller);
        let told = ConsoleCodeTold {
            seller,
            digest: digest.to_owned(),
            expires_at: world.now().checked_add(5.minutes()).unwrap(),
        };
        assert_eq!(world.record(world.desk.told_code(&input, &told)).len(), 2);
        assert!(world.desk.inputs().is_empty());
        assert!(
            world.desk.told_code(&input, &told).events.is_empty(),
            "twice"
        );
    };
    let enter = |world: &mut World, digest: &str| {
        let decided = world.desk.enter(digest, world.now());
        decided.map(|decided| world.record(decided).len())
    };
    assert_eq!(enter(&mut world, "never told"), Err(NoSuchCode));
    tell(&mut world, ANNA, "first");
    tell(&mut world, BORIS, "of boris");
    tell(&mut world, ANNA, "second");
    assert_eq!(
        enter(&mut world, "first"),
        Err(NoSuchCode),
        "told another since"
    );
    assert_eq!(world.desk.holder_of("second", world.now()), Some(ANNA));
    assert_eq!(enter(&mut world, "second"), Ok(1));
    assert_eq!(enter(&mut world, "second"), Err(NoSuchCode), "used");
    world.wait(5 * 60 - 1);
    assert_eq!(world.desk.holder_of("of boris", world.now()), Some(BORIS));
    world.wait(1);
    assert_eq!(enter(&mut world, "of boris"), Err(NoSuchCode), "too old");
}

#[test]
fn a_code_lets_its_bearer_sit_down_once() {
    let mut world = World::default();
    assert_eq!(world.invite("one"), 1);
    assert_eq!(world.invite("one"), 0, "the same code is one invitation");
    assert!(world.desk.roster(&[]).is_empty());
    assert_eq!(world.names(ANNA, "one"), CodeVerdict::Good);
    assert_eq!(world.desk.roster(&[]), [ANNA]);
    assert!(world.desk.is_seller(&[], ANNA));
    assert_eq!(world.names(BORIS, "one"), CodeVerdict::Unknown);
    assert!(!world.desk.is_seller(&[], BORIS));
}

#[test]
fn who_sits_down_comes_after_the_sellers_of_the_file() {
    let mut world = World::default();
    world.invite("one");
    world.names(ANNA, "one");
    assert_eq!(world.desk.roster(&[BORIS]), [BORIS, ANNA]);
    assert_eq!(world.desk.roster(&[ANNA, BORIS]), [ANNA, BORIS]);
}

#[test]
fn of_two_people_with_one_code_the_one_who_was_heard_first_sits_down() {
    let mut world = World::default();
    world.invite("one");
    let (first, second) = (world.says(BORIS), world.says(ANNA));
    let now = world.now();
    // Both were judged on the same state; only one decision fits the state that it is recorded on.
    assert_eq!(world.desk.judge_code(ANNA, "one", now), CodeVerdict::Good);
    world.record(world.desk.bind(&first, "one", now));
    let events = world.record(world.desk.bind(&second, "one", now));
    assert!(
        matches!(events.first(), Some(DeskEvent::CodeRefused(refused)) if refused.reason == "unknown"),
        "{events:?}"
    );
    assert_eq!(world.desk.roster(&[]), [BORIS]);
}

#[test]
fn a_code_holds_for_ten_minutes_and_not_a_second_longer() {
    for (seconds, verdict) in [
        (599, CodeVerdict::Good),
        (600, CodeVerdict::Expired),
        (86_400, CodeVerdict::Expired),
    ] {
        let mut world = World::default();
        world.invite("one");
        world.wait(seconds);
        assert_eq!(world.names(ANNA, "one"), verdict, "after {seconds} s");
    }
}

#[test]
fn after_five_wrong_codes_the_right_one_does_not_help_for_ten_minutes() {
    let mut world = World::default();
    for wrong in 0..5 {
        assert_eq!(world.names(ANNA, &wrong.to_string()), CodeVerdict::Unknown);
    }
    world.wait(300);
    world.invite("one");
    assert_eq!(world.names(ANNA, "one"), CodeVerdict::TooManyTries);
    // It is not spent by that, and others may have it.
    assert_eq!(world.names(BORIS, "one"), CodeVerdict::Good);
    world.wait(600);
    world.invite("two");
    assert_eq!(world.names(ANNA, "two"), CodeVerdict::Good);
}

#[test]
fn four_wrong_codes_are_forgiven() {
    let mut world = World::default();
    world.invite("one");
    for wrong in 0..4 {
        assert_eq!(world.names(ANNA, &wrong.to_string()), CodeVerdict::Unknown);
    }
    assert_eq!(world.names(ANNA, "one"), CodeVerdict::Good);
}

#[test]
fn an_expired_code_counts_as_a_wrong_one() {
    let mut world = World::default();
    world.invite("old");
    world.wait(600);
    for _ in 0..5 {
        assert_eq!(world.names(ANNA, "old"), CodeVerdict::Expired);
    }
    assert_eq!(world.names(ANNA, "old"), CodeVerdict::TooManyTries);
}

#[test]
fn many_accounts_together_do_not_make_anybodys_tries_forgotten() {
    let mut world = World::default();
    for account in 0..40 {
        for wrong in 0..5 {
            let digest = format!("{account} {wrong}");
            assert_eq!(world.names(account, &digest), CodeVerdict::Unknown);
        }
    }
    world.invite("one");
    for account in 0..40 {
        assert_eq!(
            world.names(account, "one"),
            CodeVerdict::TooManyTries,
            "{account}"
        );
    }
}

fn open_matter(world: &mut World) -> EventId {
    let matter = EventId::derive(&["matter"]);
    let opened = MatterOpened {
        matter,
        conversation: ConversationId::derive(&["chat"]),
        order: None,
        reason: HandoffReason::ComplexBundle,
        since: world.now(),
        face: Face {
            state: MatterState::Open,
            unanswered: 1,
            draft: false,
            judged: None,
            revision: 0,
            reserving: false,
            marks: 0,
        },
    };
    world.record(world.desk.follow(&opened));
    matter
}

#[test]
fn a_snooze_that_comes_again_does_not_undo_a_later_one() {
    let mut world = World::default();
    let matter = open_matter(&mut world);
    let by = Actor::Console("Анна".to_owned());
    let snooze = |world: &mut World, request: &str, hours: i64| {
        let id = EventId::derive(&[request]);
        let cause = Cause {
            id,
            correlation: Some(id),
        };
        let until = Timestamp::from_second(1_700_000_000).unwrap();
        let until = until.checked_add(hours.hours()).unwrap();
        let decision = world.desk.snooze(matter, until, &by, cause);
        world.record(decision).len()
    };
    assert_eq!(snooze(&mut world, "a", 1), 1);
    assert_eq!(snooze(&mut world, "b", 2), 1);
    assert_eq!(snooze(&mut world, "a", 1), 0);
    let (until, _) = world.desk.matter(matter).unwrap().snoozed.unwrap();
    assert_eq!(
        until,
        Timestamp::from_second(1_700_000_000 + 7_200).unwrap()
    );
}

proptest! {
    /// Whatever people try, in whatever order and however long they wait: a code seats one person at the most, and
    /// nobody after it has expired.
    #[test]
    fn a_code_seats_one_person_at_the_most(
        moves in proptest::collection::vec((0i64..6, 0usize..4, 0i64..240), 1..80),
    ) {
        let mut world = World::default();
        let mut seated: Vec<(usize, i64)> = Vec::new();
        let begun = world.clock;
        for code in 0..3 {
            world.invite(&code.to_string());
        }
        for (seller, code, pause) in moves {
            world.wait(pause);
            if world.names(seller, &code.to_string()) == CodeVerdict::Good {
                prop_assert!(world.clock - begun < 600);
                seated.push((code, seller));
            }
        }
        let mut codes: Vec<usize> = seated.iter().map(|(code, _)| *code).collect();
        codes.sort_unstable();
        let all = codes.len();
        codes.dedup();
        prop_assert_eq!(codes.len(), all, "{:?}", seated);
        prop_assert!(codes.iter().all(|code| *code < 3));
    }
}

#[test]
fn what_cannot_be_seen_to_yet_waits_and_holds_up_nothing_else() {
    let pace = DeskPace {
        reminder: std::time::Duration::from_secs(600),
        somebody_there: true,
        opens: None,
    };
    let mut world = World::default();
    let first = world.says(ANNA);
    let second = world.says(ANNA);
    let until = world.now().checked_add(10.seconds()).unwrap();
    assert_eq!(
        world.record(world.desk.defer(&first, until, "away")).len(),
        1
    );
    assert_eq!(
        world.record(world.desk.defer(&first, until, "away")).len(),
        0
    );
    let next = |world: &World| match world.desk.step(world.now(), &[ANNA], pace) {
        DeskStep::Handle(input) => Ok((input.id, input.tries)),
        DeskStep::Wait(at) => Err(Some(at)),
        _ => Err(None),
    };
    assert_eq!(next(&world), Ok((second.id, 0)));
    world.record(world.desk.handled(&second, "status"));
    assert_eq!(next(&world), Err(Some(until)));
    world.wait(10);
    assert_eq!(next(&world), Ok((first.id, 1)));
    // Each further wait is an event of its own.
    let later = until.checked_add(20.seconds()).unwrap();
    assert_eq!(
        world.record(world.desk.defer(&first, later, "away")).len(),
        1
    );
    assert_eq!(next(&world), Err(Some(later)));
    world.record(world.desk.handled(&first, "keys_refused"));
    assert_eq!(next(&world), Err(None));
    assert!(world.desk.defer(&first, later, "away").events.is_empty());
}
