//! Figures of histories that were counted by hand, and laws of counting.

pub(crate) mod history;
mod laws;
mod sheet;

use domain::Conversation;
use schemas::{
    conversation::{HandoffReason, Intent, ReplyKind, ReplyWay},
    desk::Settlement,
};

use super::{Chat, Figures, Handovers, Period, Tally, Times};
use history::History;

const DAY: u64 = 86_400;

fn figures(histories: &[History]) -> Figures {
    figures_of(histories, Period::default())
}

fn figures_of(histories: &[History], period: Period) -> Figures {
    let mut tally = Tally::default();
    for history in histories {
        tally.add(&history.fold::<Chat>(), period);
    }
    tally.figures()
}

fn times(count: usize, p50: u64, p95: u64) -> Times {
    Times {
        count,
        p50_ms: Some(p50),
        p95_ms: Some(p95),
        p99_ms: Some(p95),
    }
}

#[test]
fn a_talk_is_contained_when_the_bot_answers_and_confirmed_only_by_thanks() {
    let mut silent = History::new(1);
    silent.asks(Intent::StockInquiry, 2);
    let mut thankful = silent.clone();
    thankful.wait(60).asks(Intent::Thanks, 1);
    let told = figures(&[silent, thankful]);
    let autonomy = told.autonomy;
    assert_eq!((told.conversations, told.talks, told.turns), (2, 2, 3));
    assert_eq!((told.messages, autonomy.asked), (3, 2));
    assert_eq!(autonomy.contained.part, 2);
    assert_eq!(autonomy.confirmed.part, 1);
    assert_eq!(told.answers.by_bot, times(3, 2_000, 2_000));
}

#[test]
fn thanks_before_the_last_question_confirm_nothing() {
    let mut first = History::new(1);
    first.asks(Intent::Thanks, 1);
    first.asks(Intent::StockInquiry, 1);
    let mut between = History::new(2);
    between.asks(Intent::StockInquiry, 1);
    between.asks(Intent::Thanks, 1);
    between.asks(Intent::DeliveryQuestion, 1);
    let autonomy = figures(&[first, between]).autonomy;
    assert_eq!((autonomy.contained.part, autonomy.confirmed.part), (2, 0));
}

#[test]
fn a_greeting_alone_is_nothing_that_the_bot_could_be_proud_of() {
    let mut history = History::new(1);
    history.asks(Intent::Greeting, 1);
    let told = figures(&[history]);
    assert_eq!((told.talks, told.autonomy.asked), (1, 0));
    assert_eq!(told.autonomy.contained.share, None);
}

#[test]
fn an_ask_without_an_answer_is_not_contained() {
    let mut history = History::new(1);
    history.asks(Intent::StockInquiry, 1);
    history.wait(60).buyer("а доставка?");
    let turn = history.turn(&[(Intent::DeliveryQuestion, 0.9)]);
    history.composed(turn, ReplyKind::Answer);
    let told = figures(&[history]);
    assert_eq!(told.autonomy.contained.part, 0);
    assert_eq!(told.autonomy.unanswered.part, 1);
    assert_eq!(told.answers.unanswered, 1);
}

#[test]
fn the_end_of_a_day_of_silence_is_a_new_talk() {
    let mut history = History::new(1);
    history.stops(HandoffReason::LowConfidence, None);
    history.wait(60).writes_outside();
    history.wait(DAY).asks(Intent::StockInquiry, 1);
    let told = figures(&[history]);
    assert_eq!((told.conversations, told.talks), (1, 2));
    assert_eq!(told.autonomy.assisted.part, 1);
    assert_eq!(told.autonomy.contained.part, 1);
}

#[test]
fn a_sellers_word_a_week_later_does_not_undo_what_the_bot_did_alone() {
    let mut history = History::new(1);
    history.asks(Intent::StockInquiry, 1);
    history.wait(7 * DAY).writes_outside();
    assert_eq!(figures(&[history]).autonomy.contained.part, 1);
    // But one within the talk does.
    let mut history = History::new(1);
    history.asks(Intent::StockInquiry, 1);
    history.wait(3_600).writes_outside();
    assert_eq!(figures(&[history]).autonomy.assisted.part, 1);
}

#[test]
fn a_late_answer_counts_with_the_whole_time_that_the_buyer_waited() {
    let mut history = History::new(1);
    history.stops(HandoffReason::Complaint, None);
    history.wait(2 * DAY).buyer("ау?");
    history.wait(600).writes_outside();
    let told = figures(&[history]);
    assert_eq!(told.answers.by_people.count, 2);
    assert_eq!(told.answers.by_people.p50_ms, Some(600_000));
    assert_eq!(told.answers.by_people.p99_ms, Some((2 * DAY + 600) * 1_000));
    assert_eq!(told.answers.by_bot.count, 0, "a notice is no answer");
}

#[test]
fn a_burst_is_answered_message_by_message_and_what_is_taken_back_is_told() {
    let mut history = History::new(1);
    history.buyer("есть?").wait(3).buyer("красный").buyer("ой");
    history.takes_back(2);
    let turn = history.turn(&[(Intent::StockInquiry, 0.9)]);
    let reply = history.composed(turn, ReplyKind::Answer);
    history.wait(2).sent(reply);
    let answers = figures(&[history]).answers;
    assert_eq!(answers.by_bot, times(2, 2_000, 5_000));
    assert_eq!((answers.taken_back, answers.unanswered), (1, 0));
}

/// Seven handovers, counted on paper: five of low confidence (draft sent, edited, given back, superseded, open) and two
/// complaints (answered outside, closed).
#[test]
fn handovers_are_counted_by_reason_with_their_ends_their_judgements_and_first_words() {
    use HandoffReason::{Complaint, LowConfidence};
    let mut all = Vec::new();
    for way in [ReplyWay::Draft, ReplyWay::EditedDraft] {
        let mut history = History::new(all.len() as u32);
        let id = history.stops(LowConfidence, Some("есть 3"));
        let reply = history.wait(60).replies(way);
        history.wait(1).sent(reply);
        history.judges(id, way == ReplyWay::EditedDraft);
        all.push(history);
    }
    let mut back = History::new(2);
    let id = back.stops(LowConfidence, Some("есть 3"));
    back.gives_back().judges(id, false);
    let mut twice = History::new(3);
    twice.stops(LowConfidence, None);
    twice.wait(10).stops(LowConfidence, Some("есть 3"));
    let mut outside = History::new(4);
    let id = outside.stops(Complaint, None);
    outside.wait(300).writes_outside().judges(id, true);
    let mut closed = History::new(5);
    closed.stops(Complaint, None);
    closed.closes();
    all.extend([back, twice, outside, closed]);
    let told = figures(&all);
    let [low, complaint] = told.reasons.as_slice() else {
        panic!("{:?}", told.reasons)
    };
    assert_eq!((low.reason, complaint.reason), (LowConfidence, Complaint));
    let ended = |of: &[(&'static str, usize)]| of.iter().copied().collect();
    assert_eq!(
        low.figures.ended,
        ended(&[
            ("answered", 1),
            ("draft_sent", 1),
            ("given_back", 1),
            ("open", 1),
            ("superseded", 1)
        ])
    );
    let ends = ended(&[("answered_outside", 1), ("closed", 1)]);
    assert_eq!(complaint.figures.ended, ends);
    assert_eq!((low.figures.needed.part, low.figures.needed.of), (1, 3));
    let sent = (low.figures.sent_unchanged, low.figures.sent_edited);
    assert_eq!((sent.0.part, sent.0.of), (1, 4));
    assert_eq!((sent.1.part, sent.1.of), (1, 4));
    assert_eq!(low.figures.first_word, times(2, 61_000, 61_000));
    assert_eq!(complaint.figures.first_word, times(1, 300_000, 300_000));
    assert_eq!(told.handovers.handovers, 7);
    let needed = told.handovers.needed;
    assert_eq!((needed.part, needed.of), (2, 4));
    // Wilson's interval of 2 of 4.
    assert!((needed.low - 0.1500).abs() < 1e-4 && (needed.high - 0.8500).abs() < 1e-4);
    // Six chats; in all of them a person was asked for.
    assert_eq!(told.autonomy.assisted.part, 6);
    assert_eq!(told.autonomy.asked, 6);
}

#[test]
fn what_begins_in_a_period_counts_there_however_late_it_ends() {
    let mut history = History::new(1);
    let id = history.stops(HandoffReason::Complaint, None);
    history.wait(DAY / 2).writes_outside();
    history.wait(3 * DAY).judges(id, true);
    let week = |from: &str, to: &str| Period {
        from: Some(from.parse().unwrap()),
        to: Some(to.parse().unwrap()),
    };
    let first = week("2026-10-05T00:00:00Z", "2026-10-06T00:00:00Z");
    let told = figures_of(std::slice::from_ref(&history), first);
    assert_eq!((told.conversations, told.messages, told.turns), (1, 1, 1));
    assert_eq!(
        (told.handovers.needed.part, told.handovers.needed.of),
        (1, 1)
    );
    assert_eq!(told.answers.by_people.count, 1);
    let second = week("2026-10-06T00:00:00Z", "2026-10-30T00:00:00Z");
    let told = figures_of(&[history], second);
    assert_eq!((told.conversations, told.handovers.handovers), (0, 0));
}

#[test]
fn the_words_that_are_labelled_are_those_that_were_not_sure() {
    let mut history = History::new(1);
    history.buyer("есть? а чё по чём");
    let turn = history.turn(&[(Intent::StockInquiry, 0.95), (Intent::Other, 0.3)]);
    history.push(schemas::conversation::ConversationEvent::HandoffRequested(
        schemas::conversation::HandoffRequested {
            turn: Some(turn),
            reason: HandoffReason::LowConfidence,
            detail: String::new(),
        },
    ));
    let handovers: Handovers = history.fold();
    assert_eq!(handovers.all()[0].words(), "other 0.3");
    assert!(!handovers.all()[0].is_handled());
    history.writes_outside();
    let handovers: Handovers = history.fold();
    assert!(handovers.all()[0].is_handled());
    let ended = handovers.all()[0].ended.clone().unwrap();
    assert_eq!(ended.how, Settlement::AnsweredOutside);
    assert_eq!(ended.words.unwrap().text(), "сам отвечу");
}

/// The rule of the domain decides how a matter ends; this fold only tells it.
#[test]
fn handovers_end_as_the_domain_says() {
    for seed in 0..200_u64 {
        let history = laws::any_history(seed);
        let state: Conversation = history.fold();
        let told: Handovers = history.fold();
        let open = state.handoff().map(|open| open.id);
        assert_eq!(told.open().map(|open| open.id), open, "seed {seed}");
        for done in state.settled() {
            let mut same = told.all().iter().filter(|one| one.id == done.matter);
            let same = same.next().unwrap();
            let ended = same.ended.as_ref().unwrap();
            assert_eq!((ended.how, &ended.by), (done.how, &done.by), "seed {seed}");
            assert_eq!(same.judged, done.judged, "seed {seed}");
        }
        let draft = state.handoff().and_then(|open| open.draft.as_ref());
        let told = told.open().and_then(|open| open.draft.as_deref());
        assert_eq!(told, draft.map(|draft| draft.text.as_str()), "seed {seed}");
    }
}
