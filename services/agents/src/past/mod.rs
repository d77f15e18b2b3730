//! A shop's past in memory: its tables, articles, customers and orders, to be asked what they were at a moment.
//!
//! It is made of commits as the log has them, then frozen, so that many can ask it at once. There is no log in here.

mod shelf;
mod track;

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use domain::{
    Article, Conversation, Customer, Shop, conversation::Order, customer::Contact, stock::Shown,
};
use jiff::Timestamp;
use moka::sync::Cache;
use schemas::{
    AggregateKey, ConversationId, CustomerId, EventData, Fold, Kind, Recorded, ShopId, Sku,
    conversation::Language,
    envelope::{self, DecodeError},
};

use crate::search::{Embedder, Failed, Hits, Passage};
use shelf::{Changes, Shelf};
use track::Track;

/// Catalogues that are kept ready: workers go through time more or less together.
const KEPT: u64 = 32;

/// A shop's past while it is being read, in the order of each history.
pub struct Recording {
    past: Past,
    conversations: HashMap<AggregateKey, Track<Conversation>>,
}

/// The orders of a conversation, and from when on they are these.
type OrdersFrom = (Timestamp, Arc<[Order]>);

/// A shop's past.
pub struct Past {
    shop: ShopId,
    tables: Track<Shop>,
    articles: BTreeMap<Sku, Track<Article>>,
    customers: HashMap<CustomerId, Track<Customer>>,
    /// The same histories, as those of addresses: they share their ids' form.
    contacts: HashMap<CustomerId, Track<Contact>>,
    /// Oldest first.
    orders: HashMap<ConversationId, Vec<OrdersFrom>>,
    /// When anything of what is shown changed.
    shown: Changes,
    /// When anything changed of what is searched.
    searched: Changes,
    catalogues: Cache<usize, Arc<Vec<Shown>>>,
    shelves: Cache<usize, Arc<Shelf>>,
}

impl Recording {
    /// Nothing yet.
    #[must_use]
    pub fn new(shop: &ShopId) -> Self {
        Self {
            past: Past {
                shop: shop.clone(),
                tables: Track::default(),
                articles: BTreeMap::new(),
                customers: HashMap::new(),
                contacts: HashMap::new(),
                orders: HashMap::new(),
                shown: Changes::default(),
                searched: Changes::default(),
                catalogues: Cache::new(KEPT),
                shelves: Cache::new(KEPT),
            },
            conversations: HashMap::new(),
        }
    }

    /// Adds a commit of the shop, of an article, of a customer, or of a conversation whose orders others may be told of.
    /// What of another shop or kind is nothing to know here, and left out. A commit that this build cannot read is noted,
    /// as services do: nothing is said of such an article any more.
    pub fn add(&mut self, key: &AggregateKey, seq: u64, body: &[u8]) {
        if *key.shop_id() != self.past.shop {
            return;
        }
        match key.kind() {
            Kind::Shop => add(&mut self.past.tables, seq, body),
            Kind::Stock => {
                if let Some(sku) = key.sku() {
                    self.add_article(sku, seq, body);
                }
            }
            Kind::Customer => {
                if let Ok(id) = key.id().parse() {
                    add(self.past.customers.entry(id).or_default(), seq, body);
                    add(self.past.contacts.entry(id).or_default(), seq, body);
                }
            }
            Kind::Conversation => self.add_conversation(key, seq, body),
            Kind::Invoice | Kind::Desk | Kind::Webhook => {}
        }
    }

    fn add_article(&mut self, sku: Sku, seq: u64, body: &[u8]) {
        let past = &mut self.past;
        let track = past.articles.entry(sku).or_default();
        let before = track.newest().shown().cloned();
        let text = |shown: &Option<Shown>| {
            let shown = shown.as_ref()?;
            Some(Passage::of(&shown.product).hash)
        };
        let events: Result<Vec<Recorded<_>>, DecodeError> = envelope::decode(seq, body);
        let Ok(events) = events else {
            track.poison();
            return;
        };
        for recorded in events {
            let time = recorded.meta.time;
            track.add(recorded);
            let after = track.newest().shown().cloned();
            if after != before {
                past.shown.add(time);
            }
            if text(&after) != text(&before) {
                past.searched.add(time);
            }
        }
    }

    fn add_conversation(&mut self, key: &AggregateKey, seq: u64, body: &[u8]) {
        let Some(id) = key.conversation_id() else {
            return;
        };
        let track = self.conversations.entry(key.clone()).or_default();
        add(track, seq, body);
        let Some(time) = track.newest_at() else {
            return;
        };
        let orders = track.newest().orders();
        let known = self.past.orders.entry(id).or_default();
        if known.last().map_or(&[][..], |(_, known)| known) != orders {
            known.push((time, orders.into()));
        }
    }

    /// The past, as it is from now on.
    #[must_use]
    pub fn freeze(mut self) -> Past {
        self.past.shown.freeze();
        self.past.searched.freeze();
        self.past
    }
}

/// Adds a commit to a history.
fn add<S: Fold>(track: &mut Track<S>, seq: u64, body: &[u8])
where
    S::Event: EventData,
{
    match envelope::decode(seq, body) {
        Ok(events) => events.into_iter().for_each(|one| track.add(one)),
        Err(_) => track.poison(),
    }
}

impl Past {
    /// Whose past it is.
    #[must_use]
    pub const fn shop(&self) -> &ShopId {
        &self.shop
    }

    /// The shop's tables and settings at a moment.
    #[must_use]
    pub fn tables(&self, at: Timestamp) -> Arc<Shop> {
        self.tables.at(at)
    }

    /// An article at a moment; `None`: there was none, or a commit of it cannot be read.
    #[must_use]
    pub fn article(&self, sku: &Sku, at: Timestamp) -> Option<Arc<Article>> {
        let track = self.articles.get(sku)?;
        (!track.is_poisoned(at)).then(|| track.at(at))
    }

    /// What the shop's sheet showed at a moment, by SKU.
    pub(crate) fn shown(&self, at: Timestamp) -> Arc<Vec<Shown>> {
        let epoch = self.shown.before(at);
        self.catalogues.get_with(epoch, || {
            let articles = self.articles.values();
            let shown = articles.filter_map(|track| track.at(at).shown().cloned());
            Arc::new(shown.collect())
        })
    }

    pub(crate) fn customer(&self, id: CustomerId, at: Timestamp) -> Arc<Customer> {
        let track = self.customers.get(&id);
        track.map_or_else(Arc::default, |track| track.at(at))
    }

    pub(crate) fn contact(&self, id: CustomerId, at: Timestamp) -> Arc<Contact> {
        let track = self.contacts.get(&id);
        track.map_or_else(Arc::default, |track| track.at(at))
    }

    pub(crate) fn orders(&self, conversation: ConversationId, at: Timestamp) -> Vec<Order> {
        let known = self.orders.get(&conversation);
        let known = known.map_or(&[][..], Vec::as_slice);
        let count = known.partition_point(|(time, _)| *time <= at);
        let last = count.checked_sub(1).and_then(|last| known.get(last));
        last.map_or_else(Vec::new, |(_, orders)| orders.to_vec())
    }

    /// The articles that came near to what is looked for, at a moment.
    ///
    /// # Errors
    /// [`Failed`], when the process ends.
    pub(crate) async fn find(
        &self,
        at: Timestamp,
        text: &str,
        language: Language,
        embedder: &Embedder,
    ) -> Result<Hits, Failed> {
        let epoch = self.searched.before(at);
        let shelf = match self.shelves.get(&epoch) {
            Some(shelf) => shelf,
            None => {
                let shelf = Arc::new(Shelf::of(&self.shown(at), embedder).await?);
                self.shelves.insert(epoch, Arc::clone(&shelf));
                shelf
            }
        };
        shelf.find(text, language, embedder).await
    }
}
