//! Reading one's own write: an answer that waits until a given event is taken into account.

use std::time::Duration;

use eventlog::{EventLog, project::Reader};
use proto::cart::After;
use schemas::{AggregateKey, EventId, conversation::ConversationEvent};
use tonic::Status;

use super::{away, database};
use crate::contract;

/// How often it is looked for.
const LOOK: Duration = Duration::from_millis(25);
/// How long when nobody says, and at the most, milliseconds.
const USUAL: u32 = 5_000;
const LONGEST: u32 = 30_000;

/// Waits until the log as it is read here has the event in the history of `key`.
pub(super) async fn in_log(
    log: &EventLog,
    key: &AggregateKey,
    after: &After,
) -> Result<(), Status> {
    let other = !after.conversation.is_empty() && after.conversation != key.id();
    if other {
        return Err(Status::invalid_argument(
            "after_event.conversation is another chat; leave it out",
        ));
    }
    within(after, position(log, key, event(after)?)).await?;
    Ok(())
}

/// Waits until the rows hold what the event says.
pub(super) async fn in_rows(
    log: &EventLog,
    reader: &Reader,
    shop: &str,
    after: &After,
) -> Result<(), Status> {
    let key = contract::chat(shop, &after.conversation)?;
    let (id, shard) = (event(after)?, key.shard(log.shards()));
    within(after, async {
        let seq = position(log, &key, id).await?;
        loop {
            let reached = reader.applied().await.map_err(|error| database(&error))?;
            if reached
                .iter()
                .any(|(known, at)| *known == shard && *at >= seq)
            {
                return Ok(seq);
            }
            tokio::time::sleep(LOOK).await;
        }
    })
    .await?;
    Ok(())
}

fn event(after: &After) -> Result<EventId, Status> {
    let id = after.event_id.parse();
    id.map_err(|_| Status::invalid_argument("after_event.event_id is not a uuid"))
}

async fn within(
    after: &After,
    waits: impl Future<Output = Result<u64, Status>>,
) -> Result<u64, Status> {
    let millis = match after.timeout_ms {
        0 => USUAL,
        millis => millis.min(LONGEST),
    };
    let limit = Duration::from_millis(u64::from(millis));
    let waited = tokio::time::timeout(limit, waits).await;
    waited.map_err(|_| {
        Status::deadline_exceeded("the event is not there yet; ask again, or check its id and chat")
    })?
}

/// Where an event stands, once it does. Only what is new since the last look is looked through.
async fn position(log: &EventLog, key: &AggregateKey, id: EventId) -> Result<u64, Status> {
    let mut seen = 0;
    loop {
        for commit in log.history(key).await.map_err(away)? {
            if commit.seq <= seen {
                continue;
            }
            seen = commit.seq;
            // What cannot be read holds no event that anybody was given the id of.
            let events = commit.decode::<ConversationEvent>().unwrap_or_default();
            if events.iter().any(|recorded| recorded.meta.id == id) {
                return Ok(commit.seq);
            }
        }
        tokio::time::sleep(LOOK).await;
    }
}
