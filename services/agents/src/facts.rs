//! Where facts come from: the log as it is now, or a past as it was at one moment.

use std::{borrow::Cow, collections::BTreeMap, sync::Arc, time::Duration};

use domain::{
    Article, Conversation, Customer, Shop, conversation::Order, customer::Contact, stock::Shown,
};
use eventlog::{EventLog, LogError};
use jiff::Timestamp;
use schemas::{
    AggregateKey, ConversationId, CustomerId, Decision, Fold as _, ShopId, Sku,
    conversation::{ArmAssigned, Language},
    customer::CustomerEvent,
};

use crate::{
    catalogue::Live,
    past::Past,
    search::{Embedder, Hits, Search},
};

/// How old a shop's tables may be: every question asks for them.
const SETTINGS: Duration = Duration::from_millis(200);

/// Where facts come from.
#[derive(Clone)]
pub(crate) enum Facts {
    /// The log.
    Log {
        log: EventLog,
        catalogue: Live,
        search: Search,
    },
    /// A past.
    Past(Moment, Embedder),
}

/// One moment of a shop's past, and what a turn in it would have changed.
#[derive(Clone)]
pub struct Moment {
    past: Arc<Past>,
    at: Timestamp,
    tables: Arc<Shop>,
    /// Articles as the turn itself leaves them.
    changed: BTreeMap<Sku, Arc<Article>>,
    /// Customers and addresses as the turn itself leaves them.
    people: BTreeMap<CustomerId, (Arc<Customer>, Arc<Contact>)>,
}

impl Moment {
    /// A moment of one chat. `tables` are the shop's as they were then for this chat, or with something otherwise.
    #[must_use]
    pub const fn new(past: Arc<Past>, at: Timestamp, tables: Arc<Shop>) -> Self {
        Self {
            past,
            at,
            tables,
            changed: BTreeMap::new(),
            people: BTreeMap::new(),
        }
    }

    /// Whose moment it is.
    #[must_use]
    pub fn shop(&self) -> &ShopId {
        self.past.shop()
    }

    /// When it is.
    #[must_use]
    pub const fn at(&self) -> Timestamp {
        self.at
    }

    /// The shop's tables and settings.
    #[must_use]
    pub const fn tables(&self) -> &Arc<Shop> {
        &self.tables
    }

    /// An article, as it is known; an unknown one is nothing.
    #[must_use]
    pub fn article(&self, sku: &Sku) -> Arc<Article> {
        let changed = self.changed.get(sku).cloned();
        changed
            .or_else(|| self.past.article(sku, self.at))
            .unwrap_or_default()
    }

    /// A customer, and the same history as that of an address.
    pub(crate) fn person(&self, id: CustomerId) -> (Arc<Customer>, Arc<Contact>) {
        let changed = self.people.get(&id).cloned();
        let (past, at) = (&self.past, self.at);
        changed.unwrap_or_else(|| (past.customer(id, at), past.contact(id, at)))
    }

    /// Leaves a customer as if this had been recorded of them; whether there was anything to record.
    pub(crate) fn note(&mut self, id: CustomerId, decision: Decision<CustomerEvent>) -> bool {
        let key = AggregateKey::customer(self.past.shop(), id);
        let events = decision.would_record(&key, "agents", self.at, (0, 0));
        let (customer, contact) = self.person(id);
        let (mut customer, mut contact) = (Customer::clone(&customer), Contact::clone(&contact));
        for recorded in &events {
            customer.evolve(recorded);
            contact.evolve(recorded);
        }
        let left = (Arc::new(customer), Arc::new(contact));
        self.people.insert(id, left);
        !events.is_empty()
    }

    /// Leaves an article otherwise, for the rest of this turn.
    pub fn change(&mut self, sku: &Sku, article: Article) {
        self.changed.insert(sku.clone(), Arc::new(article));
    }
}

impl Facts {
    /// The articles that a shop shows.
    pub(crate) fn articles(&self, shop: &ShopId) -> Vec<Shown> {
        match self {
            Self::Log { catalogue, .. } => catalogue.shown(shop),
            Self::Past(moment, _) => moment.past.shown(moment.at).to_vec(),
        }
    }

    /// The articles that come near to what is looked for.
    pub(crate) async fn look_for(&self, shop: &ShopId, text: &str, language: Language) -> Hits {
        match self {
            Self::Log { search, .. } => search.find(shop, text, language).await,
            Self::Past(moment, embedder) => {
                let found = moment.past.find(moment.at, text, language, embedder);
                found
                    .await
                    .unwrap_or_else(|error| Hits::none(error.to_string()))
            }
        }
    }

    /// A shop's tables and settings, as they are for whoever was given `arms`: an experiment may have others.
    ///
    /// # Errors
    /// [`LogError`] when the log does not answer.
    pub(crate) async fn shop(
        &self,
        shop: &ShopId,
        arms: &[ArmAssigned],
    ) -> Result<Arc<Shop>, LogError> {
        match self {
            Self::Log { log, .. } => {
                let key = AggregateKey::shop(shop);
                let loaded = log.load_recent::<Shop>(&key, SETTINGS).await?;
                let tried = match loaded.state.as_tried(arms) {
                    Cow::Borrowed(_) => None,
                    Cow::Owned(tried) => Some(Arc::new(tried)),
                };
                Ok(tried.unwrap_or(loaded.state))
            }
            // A moment is one chat's: its tables are as they are for that chat.
            Self::Past(moment, _) => Ok(Arc::clone(&moment.tables)),
        }
    }

    /// A customer, over all chats at one provider.
    ///
    /// # Errors
    /// [`LogError`] when the log does not answer.
    pub(crate) async fn customer(
        &self,
        shop: &ShopId,
        id: CustomerId,
    ) -> Result<Arc<Customer>, LogError> {
        match self {
            Self::Log { log, .. } => {
                let key = AggregateKey::customer(shop, id);
                Ok(log.load::<Customer>(&key).await?.state)
            }
            Self::Past(moment, _) => Ok(moment.person(id).0),
        }
    }

    /// A mail address, and who has confirmed it.
    ///
    /// # Errors
    /// [`LogError`] when the log does not answer.
    pub(crate) async fn contact(
        &self,
        shop: &ShopId,
        id: CustomerId,
    ) -> Result<Arc<Contact>, LogError> {
        match self {
            Self::Log { log, .. } => {
                let key = AggregateKey::customer(shop, id);
                Ok(log.load::<Contact>(&key).await?.state)
            }
            Self::Past(moment, _) => Ok(moment.person(id).1),
        }
    }

    /// The orders of a chat.
    ///
    /// # Errors
    /// [`LogError`] when the log does not answer.
    pub(crate) async fn orders_in(
        &self,
        shop: &ShopId,
        conversation: ConversationId,
    ) -> Result<Vec<Order>, LogError> {
        match self {
            Self::Log { log, .. } => {
                let key = AggregateKey::conversation(shop, conversation);
                let loaded = log.load::<Conversation>(&key).await?;
                Ok(loaded.state.orders().to_vec())
            }
            Self::Past(moment, _) => Ok(moment.past.orders(conversation, moment.at)),
        }
    }

    /// An article by its own history, without what is promised to orders. `None` when it is gone, or when a commit of it
    /// cannot be read: an old price is no fact.
    ///
    /// # Errors
    /// [`LogError`] when the log does not answer.
    pub(crate) async fn current(
        &self,
        shop: &ShopId,
        sku: &Sku,
    ) -> Result<Option<Shown>, LogError> {
        match self {
            Self::Log { log, .. } => {
                let key = AggregateKey::stock(shop, sku);
                let loaded = log.load::<Article>(&key).await?;
                if let Some(poison) = &loaded.poison {
                    tracing::error!(%key, "nothing is said of an article: {poison}");
                    return Ok(None);
                }
                Ok(loaded.state.on_offer())
            }
            Self::Past(moment, _) => Ok(moment.article(sku).on_offer()),
        }
    }
}
