//! What people of the shop agreed about a price in this chat, in their own words. Pure.
//!
//! [`words`] reads one message; here it is found out which article each was about, and what holds now. An agreement
//! that is not clear is for a person to say again: neither the list price nor a guess is an answer to it.

mod words;

use domain::{conversation::SaidByPerson, stock::Shown};
use jiff::{SignedDuration, Timestamp};
use schemas::{EventId, Kopecks, Sku, conversation::Intent, conversation::Offer};

use super::wish;
use crate::{
    answer::Question,
    goods::{self, Found},
};
pub(super) use words::names_price;
use words::{Meant, read};

/// What holds for an article and so many pieces of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Agreed {
    /// Nobody of the shop has said anything about it.
    Nothing,
    /// The article goes for this price; the event that tells the words.
    Price(Offer, EventId),
    /// Something was said, and what is not certain.
    Unclear(String),
}

/// What was said of one article, as far as it holds.
#[derive(Default)]
struct Terms {
    prices: Vec<Price>,
    /// From so many pieces on nobody knows, and why.
    unclear: Option<(u32, String)>,
}

struct Price {
    each: Kopecks,
    from_pieces: u32,
    /// Said of each piece, and not of one.
    of_each: bool,
    event: EventId,
    until: Timestamp,
}

/// Which article is talked about, as the talk goes on.
struct Thread<'a> {
    question: &'a Question,
    articles: &'a [Shown],
    focus: Option<Sku>,
    about: Option<Sku>,
}

/// What people agreed with this buyer about `article`, for so many pieces, in words that hold for `hours`.
pub(super) fn agreed(
    question: &Question,
    article: &Shown,
    articles: &[Shown],
    pieces: u32,
    hours: u64,
) -> Agreed {
    let sku = &article.product.sku;
    let span = SignedDuration::from_hours(i64::try_from(hours).unwrap_or(i64::MAX / 3_600));
    let mut thread = Thread::begin(question, articles);
    let mut terms = Terms::default();
    for said in &question.said {
        let about = thread.follow(said);
        if about.as_ref().is_some_and(|about| about != sku) {
            continue;
        }
        let Ok(until) = said.at.checked_add(span) else {
            continue;
        };
        if until <= question.now {
            continue;
        }
        for meant in read(&said.text, article.product.price) {
            let meant = match (&about, meant) {
                (None, Meant::Price { each, .. }) => Meant::Unclear {
                    from_pieces: 1,
                    why: format!("{each}, and of which article"),
                },
                (_, meant) => meant,
            };
            terms.take(meant, said.event, until);
        }
    }
    terms.hold(article, pieces)
}

impl Terms {
    fn take(&mut self, meant: Meant, event: EventId, until: Timestamp) {
        match meant {
            Meant::Price {
                each,
                from_pieces,
                of_each,
            } => {
                self.unclear = None;
                self.prices.retain(|known| known.from_pieces != from_pieces);
                self.prices.push(Price {
                    each,
                    from_pieces,
                    of_each,
                    event,
                    until,
                });
            }
            // A lower price that is refused leaves what was agreed as it is.
            Meant::Refused(price) => {
                if self.prices.iter().any(|known| known.each <= price) {
                    self.doubt(1, format!("{price} was refused after it was agreed"));
                }
            }
            Meant::TakenBack => {
                if !self.prices.is_empty() || self.unclear.is_some() {
                    self.doubt(1, "it was taken back".to_owned());
                }
            }
            Meant::Unclear { from_pieces, why } => self.doubt(from_pieces, why),
        }
    }

    fn doubt(&mut self, from_pieces: u32, why: String) {
        self.prices.retain(|known| known.from_pieces < from_pieces);
        self.unclear = Some((from_pieces, why));
    }

    fn hold(&self, article: &Shown, pieces: u32) -> Agreed {
        let unclear = |why: &str| {
            let what = "a seller spoke with this buyer about the price";
            Agreed::Unclear(format!("{what}, and it is not clear what holds: {why}"))
        };
        if let Some((from, why)) = &self.unclear
            && *from <= pieces
        {
            return unclear(why);
        }
        let fitting = self.prices.iter().filter(|one| one.from_pieces <= pieces);
        let Some(best) = fitting.min_by_key(|one| one.each) else {
            return Agreed::Nothing;
        };
        if pieces > 1 && best.from_pieces == 1 && !best.of_each {
            return unclear(&format!(
                "{} for one, and {pieces} are asked for",
                best.each
            ));
        }
        let offer = Offer {
            sku: article.product.sku.clone(),
            from_pieces: best.from_pieces,
            price: best.each,
            list_price: article.product.price,
            valid_until: best.until,
        };
        Agreed::Price(offer, best.event)
    }
}

impl<'a> Thread<'a> {
    fn begin(question: &'a Question, articles: &'a [Shown]) -> Self {
        let listed = |shown: &&Shown| {
            let listing = question.listing.as_ref();
            listing.is_some() && shown.product.listing.as_ref() == listing
        };
        let listed = articles.iter().find(listed);
        Self {
            question,
            articles,
            focus: None,
            about: listed.map(|shown| shown.product.sku.clone()),
        }
    }

    /// What `said` was about; `None`: that is not certain.
    fn follow(&mut self, said: &SaidByPerson) -> Option<Sku> {
        if said.focus.is_some() && said.focus != self.focus {
            self.focus.clone_from(&said.focus);
            self.about.clone_from(&said.focus);
        }
        for words in said.heard.iter().chain([&said.text]) {
            self.hear(words);
        }
        self.about.clone()
    }

    /// Words that name an article make it the one that is talked about.
    fn hear(&mut self, words: &str) {
        let asked = wish::about(&Question {
            text: words::without_terms(words),
            intent: Intent::PriceNegotiation,
            focus: self.about.clone(),
            listing: None,
            list: Vec::new(),
            ordinal: None,
            entities: Vec::new(),
            asked: None,
            anew: false,
            last_time: None,
            ..self.question.clone()
        });
        match goods::find(&asked, self.articles) {
            Found::One(named, _) => self.about = Some(named.product.sku.clone()),
            Found::Several(named, _) | Found::OnlyOthers(named) => {
                let still = |about: &Sku| named.iter().any(|one| one.product.sku == *about);
                self.about = self.about.take().filter(still);
            }
            Found::Unsaid | Found::Earlier(_) | Found::Unknown => {}
        }
    }
}
