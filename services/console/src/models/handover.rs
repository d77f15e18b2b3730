//! Rows of handovers: why the bot stopped, who came, how it ended. A story holds them to the fold of the figures, and a law
//! holds that one to `domain`'s rules.

use schemas::{
    Recorded,
    conversation::{Actor, ConversationEvent as Event, HandoffRequested, ReplyWay},
    desk::Settlement,
};
use uuid::Uuid;

use super::{
    figures::Till,
    fold::{Fold, moment, name},
    rows::Handover,
};

/// Whether an event changes a handover that was asked for earlier.
pub(super) const fn concerns(event: &Event) -> bool {
    matches!(
        event,
        Event::HandoffRequested(_)
            | Event::SellerReplied(_)
            | Event::SellerWrote(_)
            | Event::ChatTaken(_)
            | Event::ChatGivenBack(_)
            | Event::ChatClosed(_)
            | Event::BuyerMuted(_)
            | Event::HandoffJudged(_)
            | Event::HandoffLabelled(_)
    )
}

/// Applies one event of a conversation.
pub(super) fn apply(
    fold: &mut Fold,
    till: Till<'_>,
    conversation: Uuid,
    recorded: &Recorded<Event>,
) -> anyhow::Result<()> {
    let mut settle = |how, by| settle(fold, conversation, recorded, how, by);
    match &recorded.event {
        Event::HandoffRequested(event) => {
            settle(Settlement::Superseded, None)?;
            requested(fold, till, conversation, recorded, event)
        }
        Event::SellerReplied(event) => {
            let how = match event.way {
                ReplyWay::Draft => Settlement::DraftSent,
                ReplyWay::OwnWords | ReplyWay::EditedDraft => Settlement::Answered,
            };
            settle(how, Some(&event.by))
        }
        Event::SellerWrote(_) => settle(Settlement::AnsweredOutside, None),
        Event::ChatGivenBack(event) => settle(Settlement::GivenBack, Some(&event.by)),
        Event::ChatClosed(event) => settle(Settlement::Closed, Some(&event.by)),
        Event::BuyerMuted(event) => settle(Settlement::Muted, Some(&event.by)),
        Event::ChatTaken(event) => {
            let (by, at) = (serde_json::to_value(&event.by)?, moment(recorded.meta.time));
            for row in open(fold, conversation) {
                row.taken_by = Some(by.clone());
                row.taken_at = Some(at);
            }
            Ok(())
        }
        Event::HandoffJudged(event) => {
            if let Some(row) = fold.handovers.edit(&(event.handoff.uuid(),)) {
                row.needed = Some(event.needed);
            }
            Ok(())
        }
        Event::HandoffLabelled(event) => {
            if let Some(row) = fold.handovers.edit(&(event.handoff.uuid(),)) {
                row.label = Some(event.intent.as_str().to_owned());
            }
            Ok(())
        }
        _ => Ok(()),
    }
}

fn requested(
    fold: &mut Fold,
    till: Till<'_>,
    conversation: Uuid,
    recorded: &Recorded<Event>,
    event: &HandoffRequested,
) -> anyhow::Result<()> {
    let reason = name(&event.reason)?;
    fold.figures.add(till, "handovers", &reason, 1);
    fold.handovers.put(Handover {
        id: recorded.meta.id.uuid(),
        shop: till.shop.to_owned(),
        conversation,
        turn: event.turn.map(|turn| turn.uuid()),
        reason,
        detail: event.detail.clone(),
        asked_at: moment(recorded.meta.time),
        taken_by: None,
        taken_at: None,
        ended: None,
        settled_by: None,
        settled_at: None,
        needed: None,
        label: None,
    });
    Ok(())
}

fn open(fold: &mut Fold, conversation: Uuid) -> impl Iterator<Item = &mut Handover> {
    fold.handovers
        .edit_all(move |row| row.conversation == conversation && row.ended.is_none())
}

fn settle(
    fold: &mut Fold,
    conversation: Uuid,
    recorded: &Recorded<Event>,
    how: Settlement,
    by: Option<&Actor>,
) -> anyhow::Result<()> {
    let by = by.map(serde_json::to_value).transpose()?;
    let how = name(&how)?;
    for row in open(fold, conversation) {
        row.ended = Some(how.clone());
        row.settled_by.clone_from(&by);
        row.settled_at = Some(moment(recorded.meta.time));
    }
    Ok(())
}
