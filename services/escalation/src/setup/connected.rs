//! What is connected: the shop's channels, and what was last read of its sheet.

use domain::Shop;
use language::{Arg, SayError, say};
use schemas::{conversation::ChannelKind, shop::SheetRead};

use crate::words::Words;

/// One line for each channel that may send, and one for each tab of the sheet.
pub(crate) fn connected(words: Words, shop: &Shop) -> Result<Vec<String>, SayError> {
    let mut lines = Vec::new();
    let channels = shop.settings().map(|settings| &settings.channels);
    for channel in channels.into_iter().flatten() {
        // One that may not send is told with what is in its way.
        if shop.paused(channel.kind, &channel.account).is_some() {
            continue;
        }
        let id = match channel.kind {
            ChannelKind::Avito => "desk-channel-avito",
            ChannelKind::Telegram => "desk-channel-telegram",
            ChannelKind::Web => "desk-channel-web",
        };
        let mut what = words.plain(id)?;
        if channel.kind != ChannelKind::Web {
            what = format!("{what} {}", channel.account);
        }
        lines.push(words.with("desk-setup-status-channel", "what", &what)?);
    }
    let mut tabs: Vec<&SheetRead> = shop.sheets().collect();
    // The products first: a shop lives by them.
    tabs.sort_by_key(|read| (read.tab != "products", &read.tab));
    if tabs.is_empty() {
        lines.push(words.plain("desk-setup-status-no-sheet")?);
    }
    for read in tabs {
        lines.push(tab(words, shop, read)?);
    }
    for refused in shop.refusals() {
        let texts = [
            ("tab", Arg::Text(&refused.tab)),
            ("reason", Arg::Text(&refused.reason)),
        ];
        lines.push(say(words.language, "desk-setup-status-refused", &texts)?);
    }
    Ok(lines)
}

fn tab(words: Words, shop: &Shop, read: &SheetRead) -> Result<String, SayError> {
    let zone = shop
        .settings()
        .and_then(|settings| jiff::tz::TimeZone::get(&settings.timezone).ok())
        .unwrap_or(jiff::tz::TimeZone::UTC);
    let at = read.read_at.to_zoned(zone);
    let at = at.strftime("%d.%m %H:%M").to_string();
    let problems = u64::try_from(read.problems.len()).unwrap_or(u64::MAX);
    let texts = [
        ("tab", Arg::Text(&read.tab)),
        ("rows", Arg::Count(u64::from(read.rows))),
        ("at", Arg::Text(&at)),
    ];
    let mut line = say(words.language, "desk-setup-status-tab", &texts)?;
    if problems > 0 {
        let count = [("count", Arg::Count(problems))];
        line.push(' ');
        line.push_str(&say(words.language, "desk-setup-status-problems", &count)?);
    }
    Ok(line)
}
