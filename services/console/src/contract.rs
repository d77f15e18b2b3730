//! What is told, in the words of `torg.history.v1`.

use domain::Conversation;
use proto::history::{
    Article, CartLine, Conversation as Row, Hit, Line, ListResponse, Offer, Order, PendingAsk,
    Piece, SearchResponse, StateResponse, Versions,
};
use schemas::{ConversationId, conversation as wire, stock::Quantity};
use tonic::Status;

use crate::{
    listing::Listed,
    search::{self, MARKS},
    then::{Known, Then},
};

/// Everything that was known; `None`: nothing had happened.
pub(crate) fn state(then: &Then) -> Option<StateResponse> {
    let last = then.story.events.last()?;
    let state = &then.story.state;
    let lines = then.transcript.iter().map(|line| Line {
        seq: line.seq,
        time: line.time.to_string(),
        event_id: line.id.to_string(),
        who: line.who.to_owned(),
        text: line.text.clone(),
    });
    let offers = state.offers().iter().map(|offer| Offer {
        sku: offer.sku.to_string(),
        from_pieces: offer.from_pieces,
        price: offer.price.kopecks(),
        list_price: offer.list_price.kopecks(),
        valid_until: offer.valid_until.to_string(),
    });
    let orders = then.orders().into_iter().map(|order| Order {
        code: order.code,
        stage: order.stage.to_owned(),
        revision: order.revision,
        lines: order.lines.iter().map(cart_line).collect(),
        total: order.total,
    });
    Some(StateResponse {
        seq: last.seq,
        version: last.version,
        owner: state.owner().as_str().to_owned(),
        language: state
            .language()
            .map_or_else(String::new, |language| language.as_str().to_owned()),
        focus: state.focus().map_or_else(String::new, ToString::to_string),
        list: state.list().map_or_else(Vec::new, |list| {
            list.items.iter().map(ToString::to_string).collect()
        }),
        pending: state
            .pending()
            .iter()
            .map(|message| message.id.to_string())
            .collect(),
        time: last.meta.time.to_string(),
        handoff_reason: state
            .handoff()
            .map_or_else(String::new, |open| open.reason.as_str().to_owned()),
        transcript: lines.collect(),
        asks: asks(state),
        cart: state.deal().cart.lines.iter().map(cart_line).collect(),
        offers: offers.collect(),
        orders: orders.collect(),
        articles: then.articles.iter().map(article).collect(),
        versions: Some(Versions {
            model: then.versions.model.clone(),
            bank: then.versions.bank.clone(),
            threshold: then.versions.threshold,
            sheet: then.versions.sheet.iter().cloned().collect(),
            services: then.versions.services.clone(),
        }),
    })
}

fn asks(state: &Conversation) -> Vec<PendingAsk> {
    let Some(turn) = state.turn() else {
        return Vec::new();
    };
    let asks = turn.answered().map(|(ask, answered)| PendingAsk {
        text: ask.text.text().to_owned(),
        intent: ask.intent.as_str().to_owned(),
        confidence: ask.confidence,
        specialist: ask
            .specialist
            .map_or_else(String::new, |who| who.as_str().to_owned()),
        answered: answered.is_some(),
    });
    asks.collect()
}

fn cart_line(line: &wire::CartLine) -> CartLine {
    CartLine {
        sku: line.sku.to_string(),
        name: line.name.clone(),
        pieces: line.pieces,
        price: line.price.kopecks(),
    }
}

fn article(known: &Known) -> Article {
    Article {
        sku: known.sku.to_string(),
        name: known.name.clone().unwrap_or_default(),
        price: known.price.unwrap_or_default(),
        quantity: match known.quantity {
            Some(Quantity::Pieces(pieces)) => Some(pieces),
            Some(Quantity::Some | Quantity::OnOrder) | None => None,
        },
        in_stock: known.quantity.is_some_and(Quantity::in_stock),
        held: known.held,
        revision: known.revision.clone().unwrap_or_default(),
        row: known.row.unwrap_or_default(),
    }
}

/// Behind which conversation the wanted page begins.
pub(crate) fn after(token: &str) -> Result<Option<(jiff::Timestamp, ConversationId)>, Status> {
    if token.is_empty() {
        return Ok(None);
    }
    let parsed = token
        .split_once(' ')
        .and_then(|(at, id)| Some((at.parse().ok()?, id.parse().ok()?)));
    parsed
        .map(Some)
        .ok_or_else(|| Status::invalid_argument("page_token is not one that was given"))
}

/// A page of at most `size` of the conversations, and where the next one begins when there are more.
pub(crate) fn page(mut rows: Vec<Listed>, size: u32) -> ListResponse {
    let size = usize::try_from(size).unwrap_or(usize::MAX);
    let more = rows.len() > size;
    rows.truncate(size);
    let last = rows.last().filter(|_| more);
    let next = last.map_or_else(String::new, |last| {
        format!("{} {}", last.changed_at, last.id)
    });
    let rows = rows.into_iter().map(|row| Row {
        id: row.id.to_string(),
        channel: row.channel,
        owner: row.owner,
        reason: row.reason.unwrap_or_default(),
        language: row.language.unwrap_or_default(),
        messages: row.messages,
        replies: row.replies,
        opened_at: row.opened_at.to_string(),
        changed_at: row.changed_at.to_string(),
    });
    ListResponse {
        conversations: rows.collect(),
        next_page_token: next,
    }
}

/// A page of at most `size` hits, of which `skip` came before.
pub(crate) fn hits(mut hits: Vec<search::Hit>, size: u32, skip: u32) -> SearchResponse {
    let most = usize::try_from(size).unwrap_or(usize::MAX);
    let more = hits.len() > most;
    hits.truncate(most);
    let hits = hits.into_iter().map(|hit| Hit {
        conversation_id: hit.conversation.to_string(),
        event_id: hit.event.to_string(),
        author: hit.author,
        time: hit.at.to_string(),
        snippet: pieces(&hit.snippet),
        rank: hit.rank,
    });
    SearchResponse {
        hits: hits.collect(),
        next_page_token: match more {
            true => skip.saturating_add(size).to_string(),
            false => String::new(),
        },
    }
}

/// A snippet, cut where a found word begins or ends.
fn pieces(snippet: &str) -> Vec<Piece> {
    let (begin, end) = MARKS;
    let mut pieces = Vec::new();
    for (part, between) in snippet
        .split(begin)
        .zip(std::iter::once(true).chain(std::iter::repeat(false)))
    {
        let (found, rest) = match part.split_once(end) {
            Some((found, rest)) if !between => (found, rest),
            _ => ("", part),
        };
        for (text, found) in [(found, true), (rest, false)] {
            if !text.is_empty() {
                pieces.push(Piece {
                    text: text.to_owned(),
                    found,
                });
            }
        }
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_snippet_falls_into_what_was_found_and_what_stands_around_it() {
        let told = pieces("есть \u{2}красный\u{3} и \u{2}синий\u{3}?");
        let told: Vec<(&str, bool)> = told.iter().map(|one| (&*one.text, one.found)).collect();
        let expected = [
            ("есть ", false),
            ("красный", true),
            (" и ", false),
            ("синий", true),
            ("?", false),
        ];
        assert_eq!(told, expected);
    }

    #[test]
    fn a_page_token_leads_behind_the_last_conversation_and_a_made_up_one_is_refused() {
        let row = |number: u128, at: &str| Listed {
            id: ConversationId::from_uuid(uuid::Uuid::from_u128(number)),
            channel: "web".to_owned(),
            owner: "bot".to_owned(),
            reason: None,
            language: None,
            messages: 1,
            replies: 0,
            opened_at: at.parse().unwrap(),
            changed_at: at.parse().unwrap(),
        };
        let rows = vec![
            row(1, "2026-11-21T10:00:00.123456Z"),
            row(2, "2026-11-21T09:00:00Z"),
        ];
        let told = page(rows.clone(), 1);
        assert_eq!(told.conversations.len(), 1);
        let expected = (rows[0].changed_at, rows[0].id);
        assert_eq!(after(&told.next_page_token).unwrap(), Some(expected));
        assert!(page(rows, 2).next_page_token.is_empty());
        assert!(after("2").is_err());
    }
}
