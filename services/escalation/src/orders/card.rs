//! The card of an order: everything that a seller needs to say yes, change it or say no.

use channels::desk::{Button, Card};
use domain::{
    Article, Conversation, Customer,
    conversation::{Order, Stage},
    desk::Matter,
};
use jiff::{Timestamp, tz::TimeZone};
use language::{Arg, say, when};
use schemas::{
    AggregateKey, CustomerId, Kopecks, OrderId,
    conversation::{CartLine, Delivery, OrderMark, OrderTerms},
    desk::{LetterState, MatterState, Settlement},
    stock::Quantity,
};

use crate::{
    card::{Painter, short},
    chat::{Chat, Trail},
    deeds::Deed,
    desk::Trouble,
};

/// How many lines of an order a card shows: Telegram takes 4,096 characters.
const LINES: usize = 20;
/// How much of a name a card shows, characters.
const NAME: usize = 60;
/// How much of what a buyer typed a card shows, characters.
const TYPED: usize = 200;

impl Painter<'_> {
    /// The order of a matter in a few words, for a digest; `None`: the matter is of no order.
    pub(crate) fn ordered(&self, matter: &Matter, chat: &Chat) -> Result<Option<String>, Trouble> {
        let order = matter.order.and_then(|id| chat.state.order(id));
        let Some(order) = order else {
            return Ok(None);
        };
        Ok(Some(self.titled("desk-order-digest", order)?))
    }

    /// An order with everything that a seller needs to decide.
    pub(crate) async fn order(
        &self,
        matter: &Matter,
        id: OrderId,
        chat: &Chat,
    ) -> Result<Card, Trouble> {
        let Some(order) = chat.state.order(id) else {
            // A chat remembers so many orders and no more; what came of this one the desk knows.
            return Ok(Card {
                text: format!("{}\n{}", id.code(), self.decided(matter)?.join("\n")),
                buttons: Vec::new(),
                silent: false,
                reply_to: None,
            });
        };
        let trail = chat.trails.get(&id);
        let mut text = vec![format!(
            "{} {}",
            mark(order),
            self.titled("desk-order-title", order)?
        )];
        text.push(self.buyer(chat)?);
        text.extend(self.decided(matter)?);
        text.extend(self.bill(matter)?);
        text.extend(self.noted(order)?);
        text.push(String::new());
        text.extend(self.recipient(order)?);
        text.extend(self.lines(order, trail).await?);
        text.extend(self.costs(&order.terms, trail)?);
        text.push(self.history(order, &chat.state).await?);
        if order.is_open() {
            text.push(String::new());
            text.extend(self.waits(order, trail)?);
        }
        Ok(Card {
            text: text.join("\n"),
            buttons: self.order_buttons(matter, order, chat)?,
            silent: false,
            reply_to: None,
        })
    }

    fn titled(&self, id: &str, order: &Order) -> Result<String, Trouble> {
        let code = order.id.code();
        let args = [
            ("order", Arg::Text(code.as_str())),
            ("total", Arg::Money(order.terms.total)),
        ];
        Ok(say(self.look.words.language, id, &args)?)
    }

    /// What came of it, and by whom.
    fn decided(&self, matter: &Matter) -> Result<Vec<String>, Trouble> {
        let MatterState::Settled { how, by } = &matter.face.state else {
            return Ok(Vec::new());
        };
        if matter.is_sold_by_rule() {
            return Ok(vec![self.look.words.plain("desk-settled-order-by-rule")?]);
        }
        let who = by.as_ref().map(|by| self.name(by));
        Ok(vec![self.look.words.settled(*how, who.as_deref())?])
    }

    /// Why it was rejected, and how far it is since it was approved.
    fn noted(&self, order: &Order) -> Result<Vec<String>, Trouble> {
        let words = self.look.words;
        let mut noted = Vec::new();
        if let Stage::Rejected(reason) = &order.stage
            && !reason.is_empty()
        {
            noted.push(words.with("desk-order-reason", "reason", &short(reason, TYPED))?);
        }
        for (_, mark) in &order.marks {
            noted.push(match mark {
                OrderMark::Paid => words.plain("desk-order-marked-paid")?,
                OrderMark::Shipped { tracking: None } => {
                    words.plain("desk-order-marked-shipped")?
                }
                OrderMark::Shipped {
                    tracking: Some(tracking),
                } => words.with("desk-order-marked-tracking", "tracking", tracking)?,
                OrderMark::Delivered => words.plain("desk-order-marked-delivered")?,
                OrderMark::Returned => words.plain("desk-order-marked-returned")?,
            });
        }
        Ok(noted)
    }

    /// Its invoice, and how far the letter with it is.
    fn bill(&self, matter: &Matter) -> Result<Option<String>, Trouble> {
        let Some(invoiced) = &matter.invoice else {
            return Ok(None);
        };
        let id = match invoiced.letter {
            LetterState::None => "desk-order-invoice",
            LetterState::Waiting => "desk-order-invoice-waiting",
            LetterState::Mailed => "desk-order-invoice-mailed",
            LetterState::Refused => "desk-order-invoice-refused",
            LetterState::Uncertain => "desk-order-invoice-uncertain",
        };
        let number = invoiced.invoice.to_string();
        let reason = short(&invoiced.reason, TYPED);
        let args = [
            ("number", Arg::Text(number.as_str())),
            ("reason", Arg::Text(reason.as_str())),
        ];
        Ok(Some(say(self.look.words.language, id, &args)?))
    }

    fn recipient(&self, order: &Order) -> Result<Vec<String>, Trouble> {
        let words = self.look.words;
        let who = &order.recipient;
        let mut lines = Vec::new();
        if let Some(name) = &who.name {
            lines.push(words.with("desk-order-name", "name", &short(name.text(), TYPED))?);
        }
        let contacts = [&who.phone, &who.email].into_iter().flatten();
        let contacts: Vec<String> = contacts.map(|one| short(one.text(), TYPED)).collect();
        if !contacts.is_empty() {
            lines.push(words.with("desk-order-contact", "contact", &contacts.join(", "))?);
        }
        Ok(lines)
    }

    async fn lines(&self, order: &Order, trail: Option<&Trail>) -> Result<Vec<String>, Trouble> {
        let words = self.look.words;
        let before = trail.map_or(&[][..], |trail| trail.agreed.lines.as_slice());
        let mut text = Vec::new();
        for (number, line) in (1..).zip(order.terms.lines.iter().take(LINES)) {
            let number: u64 = number;
            let name = short(&line.name, NAME);
            let args = [
                ("number", Arg::Count(number)),
                ("name", Arg::Text(name.as_str())),
                ("pieces", Arg::Count(u64::from(line.pieces))),
                ("price", Arg::Money(line.price)),
                ("sum", Arg::Money(line.sum().unwrap_or(order.terms.total))),
            ];
            text.push(say(words.language, "desk-order-line", &args)?);
            let was = before.iter().find(|was| was.sku == line.sku);
            text.push(format!("   {}", self.aside(line, was).await?));
        }
        let more = order.terms.lines.len().saturating_sub(LINES);
        if more > 0 {
            text.push(words.with("desk-order-line-more", "count", &more.to_string())?);
        }
        for gone in before {
            if order.terms.lines.iter().all(|line| line.sku != gone.sku) {
                text.push(self.pieces("desk-order-line-gone", gone)?);
            }
        }
        Ok(text)
    }

    /// What the buyer agreed to, when a seller changed that; the price in the sheet, when it is another; what is left.
    async fn aside(&self, line: &CartLine, was: Option<&CartLine>) -> Result<String, Trouble> {
        let language = self.look.words.language;
        let mut aside = Vec::new();
        if let Some(was) = was
            && (was.pieces, was.price) != (line.pieces, line.price)
        {
            aside.push(self.pieces("desk-order-line-was", was)?);
        }
        if line.list_price != line.price {
            let price = [("price", Arg::Money(line.list_price))];
            aside.push(say(language, "desk-order-line-list", &price)?);
        }
        aside.push(self.left(line).await?);
        Ok(aside.join(", "))
    }

    fn pieces(&self, id: &str, line: &CartLine) -> Result<String, Trouble> {
        let name = short(&line.name, NAME);
        let args = [
            ("name", Arg::Text(name.as_str())),
            ("pieces", Arg::Count(u64::from(line.pieces))),
            ("price", Arg::Money(line.price)),
        ];
        Ok(say(self.look.words.language, id, &args)?)
    }

    /// How many pieces of the article can be had beside those of this order, and of all others.
    async fn left(&self, line: &CartLine) -> Result<String, Trouble> {
        let words = self.look.words;
        let key = AggregateKey::stock(self.look.shop, &line.sku);
        let article = self.look.log.load::<Article>(&key).await?;
        let quantity = article.state.on_offer().map(|shown| shown.product.quantity);
        Ok(match quantity {
            None => words.plain("desk-order-stock-gone")?,
            Some(Quantity::Some) => words.plain("desk-order-stock-some")?,
            Some(Quantity::OnOrder) => words.plain("desk-order-stock-on-order")?,
            Some(Quantity::Pieces(left)) => {
                let left = [("count", Arg::Count(u64::from(left)))];
                say(words.language, "desk-order-stock", &left)?
            }
        })
    }

    /// The delivery, the sum, and what it is below the sheet's prices.
    fn costs(&self, terms: &OrderTerms, trail: Option<&Trail>) -> Result<Vec<String>, Trouble> {
        let language = self.look.words.language;
        let before = trail.map(|trail| &trail.agreed);
        let was = |now: Kopecks, was: Option<Kopecks>| -> Result<String, Trouble> {
            Ok(match was.filter(|was| *was != now) {
                None => String::new(),
                Some(was) => {
                    let price = [("price", Arg::Money(was))];
                    format!(", {}", say(language, "desk-order-was", &price)?)
                }
            })
        };
        let mut text = Vec::new();
        match &terms.delivery {
            Delivery::Pickup => text.push(say(language, "desk-order-pickup", &[])?),
            Delivery::Shipped {
                place,
                address,
                price,
                days,
                ..
            } => {
                let place = short(place, TYPED);
                let args = [
                    ("place", Arg::Text(place.as_str())),
                    ("price", Arg::Money(*price)),
                ];
                let mut line = say(language, "desk-order-delivery", &args)?;
                line.push_str(&was(*price, before.map(|before| before.delivery.price()))?);
                if let Some(days) = days {
                    let days = [("days", Arg::Text(days))];
                    line.push_str(", ");
                    line.push_str(&say(language, "desk-order-delivery-days", &days)?);
                }
                text.push(line);
                if let Some(address) = address {
                    let address = short(address.text(), TYPED);
                    let address = [("address", Arg::Text(address.as_str()))];
                    text.push(say(language, "desk-order-address", &address)?);
                }
            }
        }
        let total = [("total", Arg::Money(terms.total))];
        let total = say(language, "desk-order-total", &total)?;
        let before = was(terms.total, before.map(|before| before.total))?;
        text.push(format!("{total}{before}"));
        if let Some((amount, percent)) = discount(terms) {
            let args = [
                ("amount", Arg::Money(amount)),
                ("percent", Arg::Text(percent.as_str())),
            ];
            text.push(say(language, "desk-order-discount", &args)?);
        }
        Ok(text)
    }

    /// Which order of this buyer it is, and the one before.
    async fn history(&self, order: &Order, state: &Conversation) -> Result<String, Trouble> {
        let language = self.look.words.language;
        let first = || say(language, "desk-order-first", &[]);
        let buyer = state.buyer().and_then(|(buyer, _)| buyer.get());
        let (Some(address), Some(buyer)) = (state.address(), buyer) else {
            return Ok(first()?);
        };
        let id = CustomerId::of(self.look.shop, address.channel.as_str(), buyer);
        let key = AggregateKey::customer(self.look.shop, id);
        let customer = self.look.log.load::<Customer>(&key).await?.state;
        let Some((number, Some((at, total)))) = place(&customer, order.id) else {
            return Ok(first()?);
        };
        let date = at.to_zoned(self.zone()).strftime("%d.%m.%Y").to_string();
        let args = [
            ("number", Arg::Count(number)),
            ("date", Arg::Text(date.as_str())),
            ("total", Arg::Money(total)),
        ];
        Ok(say(language, "desk-order-history", &args)?)
    }

    fn zone(&self) -> TimeZone {
        let settings = self.look.settings.settings();
        let zone = settings.and_then(|known| TimeZone::get(&known.timezone).ok());
        zone.unwrap_or(TimeZone::UTC)
    }

    /// What is waited for.
    fn waits(&self, order: &Order, trail: Option<&Trail>) -> Result<Vec<String>, Trouble> {
        let words = self.look.words;
        let mut text = Vec::new();
        for short_of in trail.map_or(&[][..], |trail| trail.short.as_slice()) {
            let mut lines = order.terms.lines.iter();
            let line = lines.find(|line| line.sku == short_of.sku);
            let name = line.map_or(short_of.sku.as_str(), |line| line.name.as_str());
            let (wanted, left) = (short_of.wanted.into(), short_of.left.into());
            let args = [
                ("name", Arg::Text(name)),
                ("wanted", Arg::Count(wanted)),
                ("left", Arg::Count(left)),
            ];
            text.push(say(words.language, "desk-order-short", &args)?);
        }
        let Stage::Placed { expires_at } = order.stage else {
            text.push(words.plain("desk-order-reserving")?);
            return Ok(text);
        };
        let (now, zone) = (boot::clock::now(), self.zone());
        let moment = when(
            words.language,
            &now.to_zoned(zone.clone()),
            &expires_at.to_zoned(zone),
        )?;
        text.push(words.with("desk-order-until", "when", &moment)?);
        text.push(words.plain("desk-order-how")?);
        Ok(text)
    }

    fn order_buttons(
        &self,
        matter: &Matter,
        order: &Order,
        chat: &Chat,
    ) -> Result<Vec<Vec<Button>>, Trouble> {
        let words = self.look.words;
        let button = |(id, deed): (&str, Deed)| -> Result<Button, Trouble> {
            Ok(self.button(&words.plain(id)?, matter.id, deed))
        };
        let write = ("desk-order-button-write", Deed::Write);
        let chat_is = vec![
            ("desk-button-take", Deed::TakeOver),
            ("desk-button-give-back", Deed::GiveBack),
        ];
        let snooze = ("desk-button-snooze", Deed::Snooze);
        let rows = match order.stage {
            Stage::Submitted => vec![vec![write, snooze], chat_is],
            Stage::Placed { .. } => vec![
                vec![
                    ("desk-order-button-approve", Deed::Approve),
                    ("desk-order-button-amend", Deed::Amend),
                ],
                vec![("desk-order-button-reject", Deed::Reject), write],
                chat_is,
                vec![snooze],
            ],
            Stage::Approved => vec![next_marks(order), vec![write]],
            Stage::Declined(_) | Stage::Rejected(_) | Stage::Cancelled | Stage::Expired => {
                vec![vec![write]]
            }
        };
        let mut buttons = Vec::new();
        for row in rows.into_iter().filter(|row| !row.is_empty()) {
            let row: Result<Vec<Button>, Trouble> = row.into_iter().map(button).collect();
            buttons.push(row?);
        }
        buttons.extend(self.link(chat)?);
        Ok(buttons)
    }
}

/// What can be noted next of an approved order.
fn next_marks(order: &Order) -> Vec<(&'static str, Deed)> {
    let is = |mark: fn(&OrderMark) -> bool| order.is_marked(mark);
    let (paid, shipped) = (
        is(|mark| *mark == OrderMark::Paid),
        is(|mark| matches!(mark, OrderMark::Shipped { .. })),
    );
    let (delivered, returned) = (
        is(|mark| *mark == OrderMark::Delivered),
        is(|mark| *mark == OrderMark::Returned),
    );
    let pickup = order.terms.delivery == Delivery::Pickup;
    let mut next = Vec::new();
    if !paid && !returned {
        next.push(("desk-order-button-paid", Deed::Paid));
    }
    if !shipped && !delivered && !returned && !pickup {
        next.push(("desk-order-button-shipped", Deed::Shipped));
    }
    if (shipped || pickup) && !delivered && !returned {
        next.push(("desk-order-button-delivered", Deed::Delivered));
    }
    if (shipped || delivered) && !returned {
        next.push(("desk-order-button-returned", Deed::Returned));
    }
    next
}

fn mark(order: &Order) -> &'static str {
    match order.stage.settlement() {
        None => "🛒",
        Some(Settlement::OrderApproved) => "✅",
        Some(Settlement::OrderExpired) => "⌛",
        Some(_) => "✖️",
    }
}

/// What the goods cost less than in the sheet, in money and per cent; `None` when they do not.
fn discount(terms: &OrderTerms) -> Option<(Kopecks, String)> {
    let listed = terms.at_list_prices()?.kopecks();
    let less = listed.checked_sub(terms.total.kopecks())?;
    let goods = listed.checked_sub(terms.delivery.price().kopecks())?;
    if less <= 0 || goods <= 0 {
        return None;
    }
    // Tenths of a per cent, rounded to the nearest.
    let tenths = less.checked_mul(1_000)?.checked_add(goods / 2)? / goods;
    let percent = match tenths % 10 {
        0 => (tenths / 10).to_string(),
        tenth => format!("{}.{tenth}", tenths / 10),
    };
    Some((Kopecks::new(less), percent))
}

/// Which of a customer's orders it is, from 1, and when and for how much the one before was placed.
fn place(customer: &Customer, id: OrderId) -> Option<(u64, Option<(Timestamp, Kopecks)>)> {
    let orders = customer.orders();
    let newer = orders.iter().rev().take_while(|order| order.order != id);
    let newer = newer.count();
    let (number, earlier) = if newer == orders.len() {
        // It was placed, and is not noted yet.
        (customer.ordered().checked_add(1)?, orders.last())
    } else {
        let newer_still = u64::try_from(newer).ok()?;
        let number = customer.ordered().checked_sub(newer_still)?;
        let before = orders.len().checked_sub(newer.checked_add(2)?);
        (number, before.and_then(|place| orders.get(place)))
    };
    Some((
        number,
        earlier.map(|order| (order.placed_at, order.terms.total)),
    ))
}

#[cfg(test)]
mod tests;
