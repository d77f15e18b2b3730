//! `GET /`: every conversation, those that wait for the seller first; filtered, or found by the words in it.

use std::collections::BTreeMap;

use askama::Template;
use axum::{extract::Query, response::Response};
use domain::Desk;
use schemas::{AggregateKey, ShopId, desk::MatterState};
use serde::Deserialize;
use sqlx::AssertSqlSafe;
use uuid::Uuid;

use super::{
    Failure, Seen, Site,
    frame::{Frame, Visit},
    moments::Moment,
    numbers, page,
    words::Words,
};

/// How many are shown.
const SHOWN: i64 = 200;
/// What stands before and behind a found word on its way from the database; no text of a message holds them.
const MARKS: (char, char) = ('\u{2}', '\u{3}');

/// Conversations with their last words. `{from}` is where they come from, `{found}` is what was found in them.
/// Replies are counted as answers from when they were made: a seller should not answer twice.
const LIST: &str = "
    SELECT c.shop, c.id, c.channel, c.buyer_name, c.chat, c.owner, c.handoff, c.changed_at,
        last.author, left(last.text, 300), {found},
        (SELECT count(*) FROM message m WHERE m.conversation = c.id AND m.author = 'buyer' AND NOT m.deleted
            AND m.recorded_at > greatest(
                (SELECT max(r.composed_at) FROM reply r WHERE r.conversation = c.id
                    AND r.kind <> 'handoff_notice' AND r.state IN ('waiting', 'sending', 'sent')),
                (SELECT max(s.recorded_at) FROM message s WHERE s.conversation = c.id AND s.author = 'seller'),
                '-infinity'))
    FROM {from}
    LEFT JOIN LATERAL (SELECT author, text FROM (
        (SELECT m.author, m.text, m.recorded_at AS at FROM message m
            WHERE m.conversation = c.id AND NOT m.deleted ORDER BY m.recorded_at DESC LIMIT 1)
        UNION ALL
        (SELECT CASE r.kind WHEN 'seller' THEN 'seller' ELSE 'bot' END, r.text, r.composed_at FROM reply r
            WHERE r.conversation = c.id AND r.state <> 'withdrawn' ORDER BY r.composed_at DESC LIMIT 1)
        ) AS said ORDER BY at DESC LIMIT 1) AS last ON true
    WHERE ($1 = '' OR c.shop = $1) AND ($3 = '' OR c.channel = $3) AND ($5 = '' OR true)
        AND ($2 = '' OR c.owner = $2 OR ($2 = 'waiting_for_seller' AND c.id = ANY($7)))
        AND ($4 = '' OR c.handoff = $4 OR c.id = ANY($8)) AND ($9::uuid[] IS NULL OR c.id = ANY($9))
    ORDER BY (c.owner = 'waiting_for_seller' OR c.id = ANY($7)) DESC, c.changed_at DESC, c.id LIMIT $6";

/// The conversations in which words are found, each with the newest hit. The dictionary `russian` stems Russian words in
/// Russian and Latin ones in English.
const FOUND: &str = "(
        SELECT DISTINCT ON (conversation) conversation, text FROM (
            SELECT m.conversation, m.text, m.recorded_at AS at FROM message m
                WHERE NOT m.deleted AND to_tsvector('russian', m.text) @@ websearch_to_tsquery('russian', $5)
            UNION ALL
            SELECT r.conversation, r.text, r.composed_at FROM reply r
                WHERE r.state <> 'withdrawn' AND to_tsvector('russian', r.text) @@ websearch_to_tsquery('russian', $5)
            UNION ALL
            SELECT b.id, '', '-infinity' FROM conversation b
                WHERE position(lower($5) IN lower(b.buyer_name)) > 0
        ) AS hits ORDER BY conversation, at DESC
    ) AS hit JOIN conversation c ON c.id = hit.conversation";

/// Matters on the desks that nobody has come for, by conversation, with their reason and how many messages wait: the bot
/// may answer again meanwhile, and the buyer still waits.
type Open = BTreeMap<Uuid, (&'static str, i64)>;

/// What is looked for.
#[derive(Clone, Debug, Default, Deserialize)]
pub(crate) struct Wanted {
    #[serde(default)]
    pub(crate) shop: String,
    #[serde(default)]
    pub(crate) owner: String,
    #[serde(default)]
    pub(crate) channel: String,
    #[serde(default)]
    pub(crate) reason: String,
    #[serde(default)]
    pub(crate) q: String,
    /// Only the conversations behind this figure, or behind this part of it, of so many days.
    #[serde(default)]
    pub(crate) figure: String,
    #[serde(default)]
    pub(crate) part: String,
    #[serde(default)]
    pub(crate) days: u32,
}

/// One conversation of the list.
struct Line {
    link: String,
    /// What the row is known by when the list is drawn anew.
    anchor: String,
    shop: String,
    channel: &'static str,
    who: String,
    owner: &'static str,
    /// The owner's wire name, for its colour.
    kind: String,
    reason: Option<&'static str>,
    /// Whether somebody of the shop has to come.
    waits: bool,
    author: &'static str,
    /// The last words, or those that were found, cut where a found word begins or ends.
    text: Vec<Piece>,
    moment: Moment,
    unanswered: i64,
}

/// A piece of a text, and whether it is what was looked for.
#[derive(Debug, PartialEq, Eq)]
struct Piece {
    text: String,
    found: bool,
}

/// A filter by owner, with how many conversations it leaves.
struct Tab {
    link: String,
    name: &'static str,
    count: i64,
    chosen: bool,
    kind: &'static str,
}

#[derive(Template)]
#[template(path = "inbox.html")]
struct Inbox {
    f: Frame,
    wanted: Wanted,
    tabs: Vec<Tab>,
    reasons: Vec<(&'static str, &'static str)>,
    channels: Vec<(&'static str, &'static str)>,
    lines: Vec<Line>,
    full: bool,
    filtered: bool,
}

type Row = (
    String,
    Uuid,
    String,
    Option<String>,
    String,
    String,
    Option<String>,
    jiff_sqlx::Timestamp,
    Option<String>,
    Option<String>,
    Option<String>,
    i64,
);

/// `GET /`.
pub(crate) async fn show(
    Seen(site): Seen,
    visit: Visit,
    Query(mut wanted): Query<Wanted>,
) -> Result<Response, Failure> {
    // PostgreSQL has no text with a NUL in it.
    wanted.q = wanted.q.replace('\0', " ").trim().to_owned();
    let f = Frame::new(&site, visit, "inbox").await?;
    let open = open(&site, &f, &wanted.shop).await?;
    let tabs = tabs(&site, &wanted, &open, f.w).await?;
    let figure = (wanted.days, wanted.figure.as_str(), wanted.part.as_str());
    let behind = match figure.1 {
        "" => None,
        _ => Some(numbers::behind(&site, &f, &wanted.shop, figure).await?),
    };
    let behind = behind.map(|ids| ids.iter().map(|id| id.uuid()).collect());
    let rows = rows(&site, &wanted, &open, behind).await?;
    let full = i64::try_from(rows.len()).is_ok_and(|count| count >= SHOWN);
    let reasons = REASONS.map(|name| (name, f.w.reason_of(name))).to_vec();
    let channels = CHANNELS.map(|name| (name, f.w.channel_of(name))).to_vec();
    let lines = rows.into_iter().map(|row| line(row, &open, &f)).collect();
    let filtered = ![
        &wanted.owner,
        &wanted.channel,
        &wanted.reason,
        &wanted.q,
        &wanted.shop,
        &wanted.figure,
    ]
    .iter()
    .all(|part| part.is_empty());
    page(&Inbox {
        f,
        wanted,
        tabs,
        reasons,
        channels,
        lines,
        full,
        filtered,
    })
}

const REASONS: [&str; 16] = [
    "human_requested",
    "complaint",
    "low_confidence",
    "ambiguous",
    "complex_bundle",
    "no_specialist",
    "cannot_answer",
    "order_approval",
    "guard_refused",
    "unreadable",
    "reply_uncertain",
    "reply_failed",
    "budget_spent",
    "paused",
    "hold_out",
    "muted",
];
const CHANNELS: [&str; 3] = ["avito", "telegram", "web"];
const OWNERS: [&str; 4] = ["waiting_for_seller", "seller", "bot", "closed"];

/// The open matters of a shop, or of all.
async fn open(site: &Site, f: &Frame, shop: &str) -> Result<Open, Failure> {
    let mut open = Open::new();
    for one in f
        .shops
        .iter()
        .filter(|one| shop.is_empty() || one.id == shop)
    {
        let Ok(id) = ShopId::new(&one.id) else {
            continue;
        };
        let desk = site.log.load::<Desk>(&AggregateKey::desk(&id)).await?.state;
        let waiting = desk.matters();
        let waiting = waiting.filter(|matter| matter.face.state == MatterState::Open);
        open.extend(waiting.map(|matter| {
            let reason = matter.reason.as_str();
            let waiting = i64::from(matter.face.unanswered);
            (matter.conversation.uuid(), (reason, waiting))
        }));
    }
    Ok(open)
}

async fn rows(
    site: &Site,
    wanted: &Wanted,
    open: &Open,
    behind: Option<Vec<Uuid>>,
) -> Result<Vec<Row>, Failure> {
    let with_reason = open.iter();
    let with_reason = with_reason.filter(|(_, (reason, _))| *reason == wanted.reason);
    let with_reason: Vec<Uuid> = with_reason.map(|(id, _)| *id).collect();
    let waiting: Vec<Uuid> = open.keys().copied().collect();
    // Both are made of constants of this file.
    let sql = if wanted.q.is_empty() {
        LIST.replace("{from}", "conversation c")
            .replace("{found}", "NULL::text")
    } else {
        let (begin, end) = MARKS;
        let headline = format!(
            "CASE WHEN hit.text = '' THEN NULL ELSE ts_headline('russian', translate(hit.text, '{begin}{end}', ''), \
             websearch_to_tsquery('russian', $5), \
             'StartSel={begin}, StopSel={end}, MaxWords=24, MinWords=10') END"
        );
        LIST.replace("{from}", FOUND).replace("{found}", &headline)
    };
    let mut reading = site.rows(&wanted.shop).await?;
    let rows = sqlx::query_as(AssertSqlSafe(sql))
        .bind(&wanted.shop)
        .bind(&wanted.owner)
        .bind(&wanted.channel)
        .bind(&wanted.reason)
        .bind(&wanted.q)
        .bind(SHOWN)
        .bind(waiting)
        .bind(with_reason)
        .bind(behind)
        .fetch_all(&mut *reading)
        .await?;
    Ok(rows)
}

async fn tabs(
    site: &Site,
    wanted: &Wanted,
    open: &Open,
    w: &'static Words,
) -> Result<Vec<Tab>, Failure> {
    let mut reading = site.rows(&wanted.shop).await?;
    let counts: Vec<(String, i64, i64)> = sqlx::query_as(
        "SELECT owner, count(*), count(*) FILTER (WHERE owner = 'waiting_for_seller' OR id = ANY($2)) \
         FROM conversation WHERE ($1 = '' OR shop = $1) GROUP BY owner",
    )
    .bind(&wanted.shop)
    .bind(open.keys().copied().collect::<Vec<Uuid>>())
    .fetch_all(&mut *reading)
    .await?;
    let link = |owner: &str| {
        let shop = super::encode(&wanted.shop);
        format!("/?shop={shop}&owner={owner}")
    };
    let mut tabs = vec![Tab {
        link: link(""),
        name: w.everything,
        count: counts.iter().map(|(_, count, _)| count).sum(),
        chosen: wanted.owner.is_empty(),
        kind: "all",
    }];
    tabs.extend(OWNERS.into_iter().map(|owner| {
        Tab {
            link: link(owner),
            name: w.owner_of(owner),
            count: match owner {
                "waiting_for_seller" => counts.iter().map(|(.., waiting)| waiting).sum(),
                _ => counts
                    .iter()
                    .find(|(known, ..)| known == owner)
                    .map_or(0, |(_, count, _)| *count),
            },
            chosen: wanted.owner == owner,
            kind: owner,
        }
    }));
    Ok(tabs)
}

fn line(row: Row, open: &Open, f: &Frame) -> Line {
    let (shop, id, channel, name, chat, owner, reason, at, author, last, found, unanswered) = row;
    let w = f.w;
    let matter = open.get(&id);
    Line {
        link: format!("/c/{shop}/{id}"),
        anchor: format!("row-{id}"),
        moment: f.clock(&shop).tell(at.to_jiff()),
        channel: w.channel_of(&channel),
        who: name
            .filter(|name| !name.trim().is_empty())
            .unwrap_or_else(|| {
                let tail: Vec<char> = chat.chars().rev().take(4).collect();
                format!(
                    "{} …{}",
                    w.no_name,
                    tail.into_iter().rev().collect::<String>()
                )
            }),
        owner: w.owner_of(&owner),
        waits: owner == "waiting_for_seller" || matter.is_some(),
        reason: reason
            .as_deref()
            .or(matter.map(|(reason, _)| *reason))
            .map(|reason| w.reason_of(reason)),
        author: match author.as_deref() {
            Some("bot") => w.bot,
            Some("seller") => w.seller,
            _ => "",
        },
        // Only what the database found has its marks; a buyer's own are no marks.
        text: match (found, last) {
            (Some(found), _) => pieces(&found),
            (None, Some(text)) if !text.is_empty() => vec![Piece { text, found: false }],
            (None, _) => Vec::new(),
        },
        kind: owner,
        shop,
        unanswered: matter.map_or(unanswered, |(_, waiting)| unanswered.max(*waiting)),
    }
}

/// Cuts a text at the marks.
fn pieces(text: &str) -> Vec<Piece> {
    let (begin, end) = MARKS;
    let mut found = false;
    let mut pieces = Vec::new();
    for part in text.split_inclusive([begin, end]) {
        let after = part.ends_with(begin);
        let plain = part.trim_end_matches([begin, end]);
        if !plain.is_empty() {
            pieces.push(Piece {
                text: plain.to_owned(),
                found,
            });
        }
        found = after;
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_cut_at_what_was_found() {
        let piece = |text: &str, found| Piece {
            text: text.to_owned(),
            found,
        };
        let (begin, end) = MARKS;
        assert_eq!(
            pieces(&format!("есть {begin}рюкзак{end}<b>")),
            [
                piece("есть ", false),
                piece("рюкзак", true),
                piece("<b>", false)
            ]
        );
        assert_eq!(pieces("просто"), [piece("просто", false)]);
        assert!(pieces("").is_empty());
    }
}
