//! The one function behind events and gRPC: a question in, an answer with its facts out.

use std::{collections::BTreeSet, sync::Arc};

use domain::{
    Customer, Shop,
    conversation::{Order, SaidByPerson},
    stock::Shown,
};
use eventlog::LogError;
use jiff::Timestamp;
use language::SayError;
use schemas::{
    Cause, ConversationId, CustomerId, EventId, ListingId, Personal, ShopId, Sku, TurnId,
    conversation::{
        ArmAssigned, Asked, Deal, Entity, Fact, Intent, Language, ModelCall, Offer, OrderCancelled,
        OrderSubmitted, ProductList, Specialist,
    },
    customer::CodeAsked,
};

use crate::{
    cart, catalog, delivery,
    facts::Facts,
    general::{self, faq::Faqs},
    goods::{self, Found, Sought},
    pricing,
    search::{Embedder, Hits, Vector},
    stock,
};

/// What is asked, with everything of the conversation that it can refer to.
#[derive(Clone, Debug)]
pub(crate) struct Question {
    pub(crate) shop: ShopId,
    pub(crate) specialist: Specialist,
    pub(crate) text: String,
    pub(crate) intent: Intent,
    pub(crate) language: Language,
    pub(crate) listing: Option<ListingId>,
    pub(crate) focus: Option<Sku>,
    pub(crate) list: Vec<Sku>,
    pub(crate) ordinal: Option<u32>,
    /// What else in the words has a value of its own.
    pub(crate) entities: Vec<Entity>,
    /// The offers that the buyer has, oldest first.
    pub(crate) offers: Vec<Offer>,
    /// What people of the shop told this buyer lately, oldest first.
    pub(crate) said: Vec<SaidByPerson>,
    /// The arms of experiments that the chat was given.
    pub(crate) arms: Vec<ArmAssigned>,
    /// What the bot asked back before.
    pub(crate) asked: Option<Asked>,
    /// The buyer came back after a long silence: focus and list are of another day.
    pub(crate) anew: bool,
    /// The article that the talk before that silence ended with.
    pub(crate) last_time: Option<Sku>,
    /// What the buyer is buying, and has bought here.
    pub(crate) sale: Box<Sale>,
    /// When it is asked.
    pub(crate) now: Timestamp,
}

/// What a buyer is buying, and has bought in this chat.
#[derive(Clone, Debug, Default)]
pub(crate) struct Sale {
    /// The chat; `None`: asked by hand, and nothing can be ordered.
    pub(crate) conversation: Option<ConversationId>,
    /// The turn, and its messages.
    pub(crate) turn: Option<(TurnId, Vec<EventId>)>,
    /// The cart and the order in the making, as this turn's earlier asks leave them.
    pub(crate) deal: Deal,
    /// The orders of this chat, oldest first.
    pub(crate) orders: Vec<Order>,
    /// The buyer, over all chats at this provider.
    pub(crate) customer: Option<CustomerId>,
    /// What the provider calls the buyer.
    pub(crate) name: Option<Personal<String>>,
}

/// An answer in words, and everything in it that can be true or false.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Answer {
    pub(crate) text: String,
    pub(crate) facts: Vec<Fact>,
    pub(crate) focus: Option<Sku>,
    pub(crate) list: Option<ProductList>,
    pub(crate) offer: Option<Offer>,
    pub(crate) asked: Option<Asked>,
    /// The cart, and the order in the making, once the buyer has read it; `None`: they stay.
    pub(crate) deal: Option<Deal>,
    pub(crate) how: Option<String>,
    pub(crate) degraded: Option<String>,
    pub(crate) calls: Vec<ModelCall>,
}

/// What came of a question.
#[derive(Clone, Debug, PartialEq)]
#[expect(
    clippy::large_enum_variant,
    reason = "there is one at a time, and it is nearly always an answer"
)]
pub(crate) enum Answered {
    Given(Answer),
    /// What was missing.
    Cannot(String),
}

/// What is to be done about a question.
#[derive(Clone, Debug, PartialEq)]
#[expect(
    clippy::large_enum_variant,
    reason = "there is one at a time, and it is nearly always an answer"
)]
pub(crate) enum Step {
    /// It is answered, or cannot be.
    Answer(Answered),
    /// The buyer said yes to an order: it is recorded, and answered once its pieces are reserved.
    Submit(Box<OrderSubmitted>),
    /// The buyer takes an order back: it is recorded, and answered then.
    Cancel(OrderCancelled),
    /// The buyer shows that a mail address is theirs, or wants to be nobody else any more: it is recorded, and answered
    /// then.
    Contact(Box<ContactStep>),
    /// Somebody else has to do something first, and wakes whoever answers.
    Wait,
}

/// Something to be recorded of a customer.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct ContactStep {
    /// Who.
    pub(crate) customer: CustomerId,
    /// The turn that it follows from.
    pub(crate) cause: Cause,
    pub(crate) deed: ContactDeed,
}

/// What.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum ContactDeed {
    /// A code is to be mailed.
    Ask(CodeAsked),
    /// This was typed as the code.
    Try {
        conversation: ConversationId,
        digest: String,
    },
    /// The address's own history is to say that they have confirmed it.
    Join { contact: CustomerId },
    /// They want to be a customer of their own again.
    Part { conversation: ConversationId },
}

/// A customer, and whoever is known to be the same person.
#[derive(Clone, Debug, Default)]
pub(crate) struct Person {
    pub(crate) own: Arc<Customer>,
    /// Others who have confirmed the same address, or one that such a one has.
    pub(crate) others: Vec<Arc<Customer>>,
    /// Addresses that the customer has confirmed, and that do not say so in their own history yet.
    pub(crate) unnoted: Vec<CustomerId>,
}

/// So many customers are one person at the most.
const ONE_PERSON: usize = 16;

impl Answered {
    /// The same, with why it is worse than it should be.
    pub(crate) fn with(self, degraded: Option<String>) -> Self {
        match self {
            Self::Given(answer) => Self::Given(Answer {
                degraded: degraded.or(answer.degraded),
                ..answer
            }),
            Self::Cannot(reason) => Self::Cannot(match degraded {
                Some(degraded) => format!("{reason}; {degraded}"),
                None => reason,
            }),
        }
    }
}

/// Why a question got no answer at all.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Trouble {
    /// The log does not answer: ask again later.
    #[error("the log does not answer")]
    Log(#[from] LogError),
    /// The words are missing: a bug.
    #[error("an answer cannot be put into words")]
    Words(#[from] SayError),
}

/// Where questions are answered.
#[derive(Clone)]
pub(crate) struct Desk {
    facts: Facts,
    /// The encoder in this process, also when the search has another: what is near enough to be quoted was found out
    /// with it.
    built_in: Embedder,
    faqs: Faqs,
}

impl Desk {
    pub(crate) const fn new(facts: Facts, built_in: Embedder, faqs: Faqs) -> Self {
        Self {
            facts,
            built_in,
            faqs,
        }
    }

    /// The seller's own questions and answers.
    pub(crate) const fn faqs(&self) -> &Faqs {
        &self.faqs
    }

    /// Answers a question.
    ///
    /// # Errors
    /// [`Trouble`]; nothing was recorded.
    pub(crate) async fn answer(&self, question: &Question) -> Result<Step, Trouble> {
        // «Как в прошлый раз» of somebody who has ordered here is that order again.
        if question.specialist == Specialist::Stock
            && let Some(step) = cart::order::again(self, question).await?
        {
            return Ok(step);
        }
        let answered = match question.specialist {
            Specialist::Stock => stock::answer(self, question).await,
            Specialist::Delivery => delivery::answer(self, question).await,
            Specialist::Pricing => pricing::answer(self, question).await,
            Specialist::Catalog => catalog::answer(self, question).await,
            Specialist::General => general::answer(self, question).await,
            Specialist::Cart => return cart::answer(self, question).await,
        };
        answered.map(Step::Answer)
    }

    /// The articles that a shop shows, to find candidates among; what is said of one is asked of [`Self::current`].
    pub(crate) fn articles(&self, shop: &ShopId) -> Vec<Shown> {
        self.facts.articles(shop)
    }

    /// What a question is about, by its words, else by what they mean; every article as its own history has it now.
    ///
    /// # Errors
    /// [`LogError`] when the log does not answer.
    pub(crate) async fn find(&self, question: &Question) -> Result<Sought, LogError> {
        let articles = self.articles(&question.shop);
        let mut degraded = None;
        let mut found = goods::find(question, &articles);
        if found == Found::Unknown {
            let hits = self.look_for(question).await;
            found = goods::by_meaning(question, &hits, &articles);
            degraded = hits.degraded;
        }
        let current = |shown| self.current(&question.shop, shown);
        let found = found.try_map(current).await?;
        Ok(Sought { found, degraded })
    }

    /// The articles that come near to what a question looks for.
    pub(crate) async fn look_for(&self, question: &Question) -> Hits {
        let Question {
            shop,
            text,
            language,
            ..
        } = question;
        self.facts.look_for(shop, text, *language).await
    }

    /// Vectors of texts by the built-in encoder, to compare with each other; `None` when they cannot be made now.
    pub(crate) async fn vectors(&self, texts: Vec<String>) -> Option<Vec<Vector>> {
        self.built_in.embed(texts).await.ok()
    }

    /// A shop's tables and settings, at most a moment old, as they are for whoever asks: an experiment may have others.
    ///
    /// # Errors
    /// [`LogError`] when the log does not answer.
    pub(crate) async fn shop(&self, question: &Question) -> Result<Arc<Shop>, LogError> {
        self.facts.shop(&question.shop, &question.arms).await
    }

    async fn customer(&self, shop: &ShopId, id: CustomerId) -> Result<Arc<Customer>, LogError> {
        self.facts.customer(shop, id).await
    }

    /// A customer, over all chats at one provider, and all who are known to be the same person.
    ///
    /// # Errors
    /// [`LogError`] when the log does not answer.
    pub(crate) async fn person(&self, shop: &ShopId, id: CustomerId) -> Result<Person, LogError> {
        let mut person = Person {
            own: self.customer(shop, id).await?,
            ..Person::default()
        };
        let (mut known, mut asked) = (BTreeSet::from([id]), BTreeSet::new());
        let mut open: Vec<CustomerId> = person.own.contacts().collect();
        while let Some(contact) = open.pop() {
            if !asked.insert(contact) {
                continue;
            }
            let address = self.facts.contact(shop, contact).await?;
            let is_noted = address.members().any(|member| member == id);
            if !is_noted && person.own.contacts().any(|own| own == contact) {
                person.unnoted.push(contact);
            }
            for member in address.members() {
                if known.len() >= ONE_PERSON || known.contains(&member) {
                    continue;
                }
                let other = self.customer(shop, member).await?;
                // Whoever has parted since is nobody else any more.
                if other.contacts().any(|theirs| theirs == contact) {
                    known.insert(member);
                    open.extend(other.contacts());
                    person.others.push(other);
                }
            }
        }
        Ok(person)
    }

    /// The orders of another chat.
    ///
    /// # Errors
    /// [`LogError`] when the log does not answer.
    pub(crate) async fn orders_in(
        &self,
        shop: &ShopId,
        conversation: ConversationId,
    ) -> Result<Vec<Order>, LogError> {
        self.facts.orders_in(shop, conversation).await
    }

    /// The article by its own history, without what is promised to orders: the catalogue may be a moment behind. `None`
    /// when it is gone, or when a commit of it cannot be read: an old price is no fact.
    pub(crate) async fn current(
        &self,
        shop: &ShopId,
        shown: Shown,
    ) -> Result<Option<Shown>, LogError> {
        self.facts.current(shop, &shown.product.sku).await
    }
}
