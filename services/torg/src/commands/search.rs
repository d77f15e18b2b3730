//! `torg search`.

use std::process::ExitCode;

use clap::Args;
use console::search::{MARKS, search};
use schemas::ShopId;

use crate::{output, places::Where};

/// Options of `torg search`.
#[derive(Args)]
pub(crate) struct Search {
    #[command(flatten)]
    place: Where,
    /// What to search for: words in any form, "a phrase", or, -not this
    words: String,
    /// Only in this shop; unset: in all, one after the other
    #[arg(long)]
    shop: Option<ShopId>,
    /// How many of each shop at the most
    #[arg(long, value_name = "N", default_value = "20", value_parser = clap::value_parser!(u32).range(1..=500))]
    limit: u32,
    /// Print one JSON object a hit
    #[arg(long)]
    json: bool,
}

/// Finds words in what was said.
pub(crate) fn run(command: Search) -> ExitCode {
    output::finish(async move {
        let reader = console::reader(command.place.pool().await?);
        let shops = match command.shop {
            Some(shop) => vec![shop],
            None => console::listing::shops(&reader).await?,
        };
        let (begin, end) = MARKS;
        for shop in shops {
            for hit in search(&reader, &shop, &command.words, command.limit, 0).await? {
                let snippet = hit.snippet.replace([begin, end], "*");
                if command.json {
                    output::json(&serde_json::json!({
                        "shop": shop, "conversation": hit.conversation, "event": hit.event, "author": hit.author,
                        "at": hit.at, "snippet": snippet, "rank": hit.rank,
                    }))?;
                    continue;
                }
                output::line(&format!(
                    "{shop}  {}  {:<6} {}  {}",
                    hit.at.strftime("%Y-%m-%d %H:%M"),
                    hit.author,
                    hit.conversation,
                    snippet.replace('\n', " ")
                ))?;
            }
        }
        Ok(0)
    })
}
