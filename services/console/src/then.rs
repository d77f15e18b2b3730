//! A conversation as it was: everything that Torg knew at a position or a moment, folded from the log and from nothing else.

use std::{collections::BTreeSet, sync::Arc};

use anyhow::Context as _;
use domain::{Article, Shop};
use eventlog::EventLog;
use jiff::Timestamp;
use schemas::{
    AggregateKey, Fold, Sku,
    conversation::{CartLine, ConversationEvent as Event, OrderTerms},
    stock::Quantity,
};
use serde::Serialize;

use crate::story::{Line, Story, Until};

/// Articles whose price and stock are told at most: those that were talked about last.
const ARTICLES: usize = 20;

/// A conversation as it was.
#[derive(Clone, Debug)]
pub struct Then {
    /// Its events and its state.
    pub story: Story,
    /// What was said.
    pub transcript: Vec<Line>,
    /// The articles that it was about, as the shop's sheet had them then.
    pub articles: Vec<Known>,
    /// What answered.
    pub versions: Versions,
}

/// An article as it was known.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Known {
    /// Which.
    pub sku: Sku,
    /// What it is called; `None`, like all that follows: it was not in the sheet.
    pub name: Option<String>,
    /// In kopecks.
    pub price: Option<i64>,
    /// As the sheet has it.
    pub quantity: Option<Quantity>,
    /// Pieces of it that were promised to orders.
    pub held: u32,
    /// The revision of the sheet.
    pub revision: Option<String>,
    /// The row of the sheet.
    pub row: Option<u32>,
}

/// The versions of what answered.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Versions {
    /// The classifier, or the model.
    pub model: String,
    /// The bank of examples.
    pub bank: String,
    /// The confidence from which the bot acts.
    pub threshold: f64,
    /// The revision of each tab of the shop's sheet: `rules` is that of the rules.
    pub sheet: Vec<(String, String)>,
    /// The services that recorded the last events, with their versions.
    pub services: Vec<String>,
}

/// An order, as far as it had come.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct OrderThen {
    /// What people call it.
    pub code: String,
    /// As the rows of the cart service spell it.
    pub stage: &'static str,
    /// Which of its terms.
    pub revision: u32,
    /// What is ordered.
    pub lines: Vec<CartLine>,
    /// In kopecks.
    pub total: i64,
}

impl Then {
    /// Folds a conversation, and the articles and the shop that it is about, up to `until`.
    ///
    /// Articles and shop are histories of their own, in other shards: they are as of the moment at which the conversation
    /// had come to that position.
    ///
    /// # Errors
    /// When the log does not answer, or a commit cannot be read.
    pub async fn read(log: &EventLog, key: &AggregateKey, until: Until) -> anyhow::Result<Self> {
        let story = Story::read(log, key, until).await?;
        let moment = match until {
            Until::Now => None,
            Until::Time(time) => Some(time),
            Until::Seq(_) => story.events.last().map(|last| last.meta.time),
        };
        let shop_key = AggregateKey::shop(key.shop_id());
        let shop = folded::<Shop>(log, &shop_key, moment).await?;
        let mut articles = Vec::new();
        for sku in about(&story) {
            let key = AggregateKey::stock(key.shop_id(), &sku);
            let article = folded::<Article>(log, &key, moment).await?;
            articles.push(known(sku, &article));
        }
        Ok(Self {
            transcript: story.transcript(),
            versions: versions(&story, &shop),
            story,
            articles,
        })
    }

    /// When it was: the time of the last event.
    #[must_use]
    pub fn at(&self) -> Option<Timestamp> {
        self.story.events.last().map(|last| last.meta.time)
    }

    /// The orders, oldest first.
    #[must_use]
    pub fn orders(&self) -> Vec<OrderThen> {
        let orders = self.story.state.orders().iter();
        let orders = orders.map(|order| OrderThen {
            code: order.id.code(),
            stage: order.stage.as_str(),
            revision: order.revision,
            lines: order.terms.lines.clone(),
            total: order.terms.total.kopecks(),
        });
        orders.collect()
    }
}

/// A history as it was at a moment, by the time that its events name: whoever copies a log into another keeps that one.
async fn folded<S: Fold>(
    log: &EventLog,
    key: &AggregateKey,
    moment: Option<Timestamp>,
) -> anyhow::Result<Arc<S>> {
    let Some(moment) = moment else {
        return Ok(log.load::<S>(key).await?.state);
    };
    let mut state = S::default();
    for commit in log.history(key).await? {
        let events = commit
            .decode::<S::Event>()
            .with_context(|| format!("commit {} of {key} cannot be read", commit.seq))?;
        for recorded in events
            .iter()
            .filter(|recorded| recorded.meta.time <= moment)
        {
            state.evolve(recorded);
        }
    }
    Ok(Arc::new(state))
}

/// The articles that a conversation was about, those of the last minutes first.
fn about(story: &Story) -> Vec<Sku> {
    let state = &story.state;
    let listed = state.list().map_or(&[][..], |list| list.items.as_slice());
    let cart = state.deal().cart.lines.iter().map(|line| &line.sku);
    let offered = state.offers().iter().rev().map(|offer| &offer.sku);
    let ordered = state.orders().iter().rev();
    let ordered = ordered.flat_map(|order| lines(&order.terms));
    let mut seen = BTreeSet::new();
    state
        .focus()
        .into_iter()
        .chain(listed)
        .chain(cart)
        .chain(offered)
        .chain(ordered)
        .filter(|sku| seen.insert(Sku::clone(sku)))
        .take(ARTICLES)
        .cloned()
        .collect()
}

fn lines(terms: &OrderTerms) -> impl Iterator<Item = &Sku> {
    terms.lines.iter().map(|line| &line.sku)
}

fn known(sku: Sku, article: &Article) -> Known {
    let shown = article.shown();
    let held = article.held().iter();
    Known {
        name: shown.map(|shown| shown.product.name.clone()),
        price: shown.map(|shown| shown.product.price.kopecks()),
        quantity: shown.map(|shown| shown.product.quantity),
        held: held.fold(0, |sum, held| sum.saturating_add(held.pieces)),
        revision: shown.map(|shown| shown.source.revision.clone()),
        row: shown.map(|shown| shown.source.row),
        sku,
    }
}

fn versions(story: &Story, shop: &Shop) -> Versions {
    let mut versions = Versions {
        sheet: shop
            .sheets()
            .map(|sheet| (sheet.tab.clone(), sheet.revision.clone()))
            .collect(),
        ..Versions::default()
    };
    let mut services = BTreeSet::new();
    for recorded in story.events.iter().rev() {
        let name = recorded.meta.source.split(['/', '@', ' ']).next();
        if services.insert(name.unwrap_or_default().to_owned()) {
            versions.services.push(recorded.meta.source.clone());
        }
    }
    let routed = story.events.iter().rev();
    let routed = routed.filter_map(|recorded| match &recorded.event {
        Event::TurnRouted(routed) => Some(routed),
        _ => None,
    });
    if let Some(routed) = routed.into_iter().next() {
        versions.model.clone_from(&routed.model);
        versions.bank.clone_from(&routed.bank);
        versions.threshold = routed.threshold;
    }
    versions
}
