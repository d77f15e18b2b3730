//! What a conversation remembers beside its messages: offers, questions back, silence, voice notes, models.

use domain::{
    Shop,
    conversation::{Incoming, Settled, Voice},
    shop::Tab,
};
use jiff::Timestamp;
use schemas::{
    EventId, Fold as _, Kopecks, Meta, Personal, ProviderId, Recorded, Sku,
    conversation::{
        Asked, Content, Intent, MessageReceived, ModelCall, Offer, Purpose, VoiceTranscribed,
    },
    shop::{DeliveryRecorded, DeliveryRow, ModelSpent, ShopEvent},
};

use crate::world::{PACE, World, address};

const HOUR: i64 = 3_600_000;

fn call() -> ModelCall {
    ModelCall {
        purpose: Purpose::Understand,
        endpoint: "models.example".into(),
        model: "small".into(),
        input_tokens: 10,
        output_tokens: 2,
        microrubles: Some(1_500),
        took_ms: 300,
        outcome: "used".into(),
    }
}

fn place() -> Asked {
    Asked::Place {
        text: Personal::new("сколько доставка?".to_owned()),
    }
}

/// Asks back, and the buyer gets the question.
fn asked_back() -> World {
    let mut world = World::default();
    world.buyer("m1", "сколько доставка?");
    world.wait(1_000);
    let mut understood = world.understood(None);
    understood.settled = Settled::AskBack {
        text: "В какой город отправить?".into(),
        asked: place(),
    };
    understood.calls = vec![call()];
    let names = world.once(|state| state.route(&understood).unwrap());
    assert_eq!(names, ["turn_routed", "reply_composed", "model_called"]);
    world
}

#[test]
fn a_question_back_counts_once_the_buyer_has_it_and_ends_with_the_next_reply() {
    let mut world = asked_back();
    assert_eq!(world.state.asked(), None);
    world.start();
    world.sent("r1");
    assert_eq!(world.state.asked(), Some(&place()));
    world.buyer("m2", "Казань");
    world.route();
    world.answer("400 ₽");
    world.compose("400 ₽");
    world.start();
    world.sent("r2");
    assert_eq!(world.state.asked(), None);
}

#[test]
fn what_models_cost_is_added_up() {
    let mut world = asked_back();
    assert_eq!(
        (
            world.state.model_use().calls,
            world.state.model_use().microrubles
        ),
        (1, 1_500)
    );
    let message = world.state.pending()[0].id;
    world.record(world.state.call_models(message, "in vain", &[call()]));
    assert_eq!(world.state.model_use().calls, 2);
}

#[test]
fn an_offer_holds_from_when_the_buyer_has_it() {
    let mut world = World::default();
    world.buyer("m1", "торг уместен?");
    world.route();
    world.answer("Отдам за 2 390");
    let offer = Offer {
        sku: Sku::new("RG-20-RED"),
        from_pieces: 1,
        price: Kopecks::new(239_000),
        list_price: Kopecks::new(249_000),
        valid_until: world.now(),
    };
    let mut composition = world.composition("Отдам за 2 390");
    composition.offers = vec![offer.clone()];
    world.once(|state| state.compose(&composition).unwrap());
    world.start();
    assert_eq!(world.state.offers(), []);
    assert_eq!(world.sent("r1"), ["reply_sent", "offer_made"]);
    assert_eq!(world.state.offers(), [offer]);
}

/// A talk whose reply is about this article.
fn talked_about(world: &mut World, number: u32, sku: Option<&str>, asked: Option<Asked>) {
    world.buyer(&format!("m{number}"), "вопрос");
    world.route();
    world.answer("ответ");
    let mut composition = world.composition("ответ");
    composition.focus = sku.map(Sku::new);
    composition.asked = asked;
    world.once(|state| state.compose(&composition).unwrap());
    world.start();
    world.sent(&format!("r{number}"));
}

#[test]
fn a_greeting_after_a_day_does_not_make_the_old_focus_todays() {
    let mut world = World::default();
    talked_about(&mut world, 1, Some("RG-20-RED"), None);
    assert!(!world.state.is_earlier());
    assert_eq!(world.state.last_time(), None);
    world.wait(25 * HOUR);
    talked_about(&mut world, 2, None, None);
    assert!(!world.state.is_anew() && world.state.is_earlier());
    assert_eq!(world.state.last_time(), Some(&Sku::new("RG-20-RED")));
    talked_about(&mut world, 3, Some("TR-05"), None);
    assert!(!world.state.is_earlier());
    // Last time stays what it was until the next day.
    assert_eq!(world.state.last_time(), Some(&Sku::new("RG-20-RED")));
    world.wait(25 * HOUR);
    world.buyer("m4", "как в прошлый раз");
    assert_eq!(world.state.last_time(), Some(&Sku::new("TR-05")));
}

#[test]
fn an_article_that_is_asked_about_after_a_day_is_in_focus_again() {
    let mut world = World::default();
    talked_about(&mut world, 1, Some("RG-20-RED"), None);
    world.wait(25 * HOUR);
    let asked = Asked::SameProduct {
        sku: Sku::new("TR-05"),
        intent: Intent::StockInquiry,
        text: Personal::new("второй есть?".to_owned()),
    };
    talked_about(&mut world, 2, None, Some(asked));
    assert!(!world.state.is_earlier());
    assert_eq!(world.state.focus(), Some(&Sku::new("TR-05")));
}

#[test]
fn after_a_day_of_silence_nothing_is_taken_for_granted_until_the_bot_has_spoken() {
    let mut world = World::default();
    world.buyer("m1", "есть красный рюкзак?");
    world.route();
    world.answer("Есть");
    world.compose("Есть");
    world.start();
    world.sent("r1");
    world.wait(23 * HOUR);
    world.buyer("m2", "а синий?");
    assert!(!world.state.is_anew());
    world.wait(25 * HOUR);
    world.buyer("m3", "ещё есть?");
    assert!(world.state.is_anew());
    // A second message of the same burst does not end the silence.
    world.buyer("m4", "алло");
    assert!(world.state.is_anew());
    world.route();
    world.answer("Вы про «Рюкзак»?");
    world.compose("Вы про «Рюкзак»?");
    world.start();
    world.sent("r2");
    assert!(!world.state.is_anew());
}

fn voice(world: &mut World) -> EventId {
    let message = Incoming::Message(MessageReceived {
        address: address(),
        provider_id: ProviderId::new("v1"),
        buyer: Personal::new("121000841".to_owned()),
        buyer_name: None,
        language_hint: None,
        listing: None,
        sent_at: world.now(),
        content: Content::Voice("file-1".into()),
    });
    world.once(|state| state.receive(&message));
    world.state.pending().first().expect("the note").id
}

#[test]
fn a_voice_note_is_waited_for_heard_once_and_then_read_as_words() {
    use domain::conversation::RouterStep;
    let mut world = World::default();
    let id = voice(&mut world);
    world.wait(2_000);
    assert!(matches!(
        world.state.router_step(world.now(), PACE),
        RouterStep::Wait(_)
    ));
    assert_eq!(world.state.unheard().collect::<Vec<_>>(), [(id, "file-1")]);
    let heard = VoiceTranscribed {
        message: id,
        text: Some(Personal::new("есть синий рюкзак?".to_owned())),
        reason: None,
        call: None,
    };
    assert_eq!(
        world.once(|state| state.hear(&heard)),
        ["voice_transcribed"]
    );
    assert_eq!(world.state.pending()[0].words(), "есть синий рюкзак?");
    assert!(matches!(
        world.state.router_step(world.now(), PACE),
        RouterStep::Understand(_)
    ));
}

#[test]
fn a_voice_note_that_nobody_writes_down_is_waited_for_only_so_long() {
    use domain::conversation::RouterStep;
    let mut world = World::default();
    voice(&mut world);
    world.wait(16_000);
    assert!(matches!(
        world.state.router_step(world.now(), PACE),
        RouterStep::Understand(_)
    ));
    assert_eq!(world.state.pending()[0].voice, Some(Voice::Awaited));
}

fn recorded(event: ShopEvent) -> Recorded<ShopEvent> {
    let id = EventId::derive(&["test"]);
    Recorded {
        seq: 1,
        version: 1,
        meta: Meta {
            id,
            time: Timestamp::UNIX_EPOCH,
            source: "test".into(),
            correlation: id,
            causation: None,
            traceparent: None,
        },
        event,
    }
}

#[test]
fn the_same_rows_again_are_no_new_table_whatever_their_revision() {
    let mut shop = Shop::default();
    let table = |revision: &str, rubles: i64| {
        Tab::Delivery(DeliveryRecorded {
            revision: revision.into(),
            rows: vec![DeliveryRow {
                row: 2,
                region: "Казань".into(),
                price: Kopecks::from_rubles(rubles).unwrap(),
                days: None,
            }],
        })
    };
    let decision = shop.take_over(&table("a", 400));
    assert_eq!(decision.events.len(), 1);
    for event in decision.events {
        shop.evolve(&recorded(event));
    }
    assert!(shop.take_over(&table("b", 400)).events.is_empty());
    assert_eq!(shop.take_over(&table("b", 450)).events.len(), 1);
}

#[test]
fn what_models_cost_is_counted_by_the_day() {
    let mut shop = Shop::default();
    for (day, cost) in [
        ("2026-11-20", 5),
        ("2026-11-21", 7),
        ("2026-11-21", 3),
        ("2026-11-20", 9),
    ] {
        shop.evolve(&recorded(ShopEvent::ModelSpent(ModelSpent {
            message: EventId::derive(&["m"]),
            day: day.into(),
            microrubles: cost,
        })));
    }
    assert_eq!(shop.spent_on("2026-11-21"), 10);
    assert_eq!(shop.spent_on("2026-11-22"), 0);
}
