//! One update of a Telegram bot, from a webhook or asked for: the desk's, or a buyer's.

use channels::{ParseError, ShopFile, telegram};
use eventlog::EventLog;
use schemas::conversation::ChannelKind;

use crate::{
    bots::Bot,
    desk::{Desks, Heard, Source},
    record::{NotRecorded, Origin, Receipt, record},
};

/// Why an update is not acknowledged as it should be.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NotTaken {
    /// It is not JSON, and never will be.
    #[error("the update is not JSON")]
    NotJson(#[source] ParseError),
    /// It is to come again.
    #[error(transparent)]
    NotRecorded(#[from] NotRecorded),
}

/// Records one update; durable when this returns. The receipt is that of the first event, `None` when there is nothing
/// to record.
pub(crate) async fn take_in(
    log: &EventLog,
    desks: &Desks,
    file: &ShopFile,
    bot: &Bot,
    body: &[u8],
) -> Result<Option<Receipt>, NotTaken> {
    let shop = &file.settings.id;
    if bot.desk {
        let update = serde_json::from_slice(body);
        let update = update.map_err(|_| NotTaken::NotJson(ParseError::NotJson))?;
        let source = Source {
            shop,
            bot,
            sellers: &file.settings.sellers,
        };
        match desks.take_in(&source, &update).await? {
            Heard::Recorded(receipt) => return Ok(Some(receipt)),
            Heard::Dropped => return Ok(None),
            Heard::NotOurs => {}
        }
    }
    let inbound = telegram::parse(body, &bot.id).map_err(NotTaken::NotJson)?;
    let origin = Origin {
        kind: ChannelKind::Telegram,
        account: &bot.id,
        body,
        // Telegram has none.
        autoreplies: &[],
    };
    let mut first = None;
    for one in inbound {
        let receipt = record(log, shop, one, &origin).await?;
        first = first.or(receipt);
    }
    Ok(first)
}
