//! An order: what it still needs, the buyer's yes, and what became of it.
//!
//! What is decided and said is pure and in the modules below; here is what they are decided from. Everything about a
//! buyer is of this very customer, or of one who has confirmed the same mail address: nothing is ever looked up by a
//! name, a phone, a mail address or a code that was only typed.

mod after;
mod again;
mod apply;
mod checkout;
mod fresh;
mod limits;
mod link;
mod status;
mod summary;
mod talk;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use domain::{Shop, conversation::Order, stock::Shown};
use language::SayError;
use schemas::{
    Sku,
    conversation::{Asked, CartLine, Intent},
    customer::CustomerOrdered,
    stock::Quantity,
};

use crate::{
    answer::{Answer, Answered, Desk, Person, Question, Step, Trouble},
    goods::Found,
};
use talk::Talk;

/// How many alternatives are shown for what is gone.
const ALTERNATIVES: usize = 3;

/// What an order is decided from.
#[derive(Debug, Default)]
pub(super) struct World {
    shop: std::sync::Arc<Shop>,
    /// The articles of the cart and of the last order, by their own histories; what is gone is left out.
    goods: BTreeMap<Sku, Shown>,
    /// Others of the same kinds that can be had, should something be gone.
    others: Vec<Shown>,
    /// The customer, and whoever is known to be the same person.
    person: Person,
    /// The person's newest order, and how it is known.
    last: Option<CustomerOrdered>,
    /// The person's orders in other chats, oldest first.
    elsewhere: Vec<Order>,
    /// What is meant when the cart is empty and something is to be bought.
    found: Option<Found>,
}

/// Goes on with an order.
///
/// # Errors
/// [`Trouble`]; nothing was recorded.
pub(crate) async fn answer(desk: &Desk, question: &Question) -> Result<Step, Trouble> {
    let world = World::load(desk, question).await?;
    Ok(answer_of(&Talk::new(question, &world))?)
}

/// The same, once everything is known.
fn answer_of(talk: &Talk<'_>) -> Result<Step, SayError> {
    match talk.question.intent {
        // With nothing in the cart, what is to be taken back is an order.
        Intent::OrderStatus | Intent::CartRemove => match link::answer(talk)? {
            Some(step) => Ok(step),
            None => status::answer(talk),
        },
        _ => checkout::answer(talk),
    }
}

/// Whether the words are about an order that is made already, whatever else they are taken for: it is to be cancelled
/// or changed, and there is no cart that could be meant.
pub(super) fn is_meant(question: &Question) -> bool {
    let sale = &question.sale;
    let idle = sale.deal.cart.is_empty() && sale.deal.checkout.is_none();
    idle && sale.orders.iter().any(Order::is_open)
        && (status::wants_cancel(&question.text) || status::wants_change(&question.text))
}

/// «Как в прошлый раз» of somebody who has ordered here: the last order again. `None`: it means something else.
///
/// # Errors
/// [`Trouble`]; nothing was recorded.
pub(crate) async fn again(desk: &Desk, question: &Question) -> Result<Option<Step>, Trouble> {
    let confirms = matches!(question.asked, Some(Asked::SameProduct { .. }));
    if confirms || !again::is_asked(&question.text) {
        return Ok(None);
    }
    let world = World::load(desk, question).await?;
    if world.last.is_none() {
        return Ok(None);
    }
    Ok(Some(checkout::answer(&Talk::new(question, &world))?))
}

/// What an open order says behind a change of its cart: the next question, or the new summary.
///
/// # Errors
/// [`Trouble`]; nothing was recorded.
pub(super) async fn go_on_behind(
    desk: &Desk,
    question: &Question,
    changed: Answered,
) -> Result<Step, Trouble> {
    let Answered::Given(answer) = &changed else {
        return Ok(Step::Answer(changed));
    };
    let deal = answer
        .deal
        .clone()
        .unwrap_or_else(|| question.sale.deal.clone());
    if answer.asked.is_some() || deal.cart.is_empty() {
        return Ok(Step::Answer(changed));
    }
    if deal.checkout.is_none() {
        // «Оформляем?» stands below a cart: a yes to that begins the order.
        return Ok(Step::Answer(Answered::Given(Answer {
            asked: Some(Asked::Confirm),
            ..answer.clone()
        })));
    }
    let mut question = question.clone();
    question.sale.deal = deal;
    let world = World::load(desk, &question).await?;
    let talk = Talk::new(&question, &world);
    Ok(checkout::behind(&talk, answer)?)
}

impl World {
    async fn load(desk: &Desk, question: &Question) -> Result<Self, Trouble> {
        let (shop, sale) = (&question.shop, &question.sale);
        let mut world = Self {
            shop: desk.shop(question).await?,
            ..Self::default()
        };
        if let Some(id) = sale.customer {
            world.person = desk.person(shop, id).await?;
            let person = &world.person;
            let all = || std::iter::once(&person.own).chain(&person.others);
            let newest = all().filter_map(|customer| customer.last());
            world.last = newest.max_by_key(|of| of.placed_at).cloned();
            let orders = all().flat_map(|customer| customer.orders());
            let mut chats: Vec<_> = orders.map(|of| of.conversation).collect();
            chats.sort_unstable();
            chats.dedup();
            for chat in chats
                .into_iter()
                .filter(|chat| Some(*chat) != sale.conversation)
            {
                world.elsewhere.extend(desk.orders_in(shop, chat).await?);
            }
        }
        let articles = desk.articles(shop);
        let lines = world.lines(question);
        for line in &lines {
            let shown = articles.iter().find(|shown| shown.product.sku == line.sku);
            let Some(shown) = shown.cloned() else {
                continue;
            };
            if let Some(shown) = desk.current(shop, shown).await? {
                world.goods.insert(line.sku.clone(), shown);
            }
        }
        for other in world.candidates(&lines, &articles) {
            world.others.extend(desk.current(shop, other).await?);
        }
        world
            .others
            .retain(|shown| shown.product.quantity.in_stock());
        let begins = sale.deal.cart.is_empty() && sale.deal.checkout.is_none();
        let named = question.asked.is_none() && !again::is_asked(&question.text);
        if begins && named && question.intent == Intent::Checkout {
            world.found = Some(desk.find(question).await?.found);
        }
        Ok(world)
    }

    /// Every line that may be asked about, each article once.
    fn lines(&self, question: &Question) -> Vec<CartLine> {
        let sale = &question.sale;
        let newest = sale.orders.last().map(|order| &order.terms.lines);
        let last = self.last.as_ref().map(|last| &last.terms.lines);
        let mut lines: Vec<CartLine> = sale.deal.cart.lines.clone();
        for line in newest.into_iter().chain(last).flatten() {
            if !lines.iter().any(|known| known.sku == line.sku) {
                lines.push(line.clone());
            }
        }
        lines
    }

    /// Articles of the kinds of which there is not enough, those nearest in price first.
    fn candidates(&self, lines: &[CartLine], articles: &[Shown]) -> Vec<Shown> {
        let mut candidates: Vec<Shown> = Vec::new();
        for line in lines {
            let known = self.goods.get(&line.sku);
            let enough =
                known.is_some_and(|shown| left(shown).is_none_or(|left| left >= line.pieces));
            // What is gone from the sheet has no kind any more; its name still begins with one.
            let kind = known.and_then(|shown| shown.product.category.as_deref());
            if enough {
                continue;
            }
            let head = line.name.split_whitespace().next().unwrap_or_default();
            let fits = |shown: &&Shown| {
                let product = &shown.product;
                let same = match kind {
                    Some(kind) => product.category.as_deref() == Some(kind),
                    None => !head.is_empty() && product.name.starts_with(head),
                };
                same && product.quantity.in_stock()
                    && !lines.iter().any(|line| line.sku == product.sku)
                    && !candidates.iter().any(|one| one.product.sku == product.sku)
            };
            let mut others: Vec<&Shown> = articles.iter().filter(fits).collect();
            others.sort_by_key(|shown| {
                let apart = shown.product.price.kopecks().abs_diff(line.price.kopecks());
                (apart, shown.product.sku.clone())
            });
            let others: Vec<Shown> = others.into_iter().take(ALTERNATIVES).cloned().collect();
            candidates.extend(others);
        }
        candidates.truncate(ALTERNATIVES);
        candidates
    }
}

/// How many can be had; `None`: nobody has counted them, and whether there are enough is the seller's to say.
const fn left(shown: &Shown) -> Option<u32> {
    match shown.product.quantity {
        Quantity::Pieces(pieces) => Some(pieces),
        Quantity::Some | Quantity::OnOrder => None,
    }
}
