//! What a buyer is told of an order without having asked: that it was approved, billed, sent, ….

use domain::{
    Conversation,
    conversation::{Order, Stage},
};
use language::{Arg, SayError, say};
use schemas::conversation::{Fact, FactSource, Language, OrderMark, OrderNews};

/// Words, and what their numbers are from.
pub(crate) struct News {
    pub(crate) text: String,
    pub(crate) facts: Vec<Fact>,
}

/// What is told of `order`, in the buyer's language.
///
/// # Errors
/// [`SayError`] when a message is missing or broken: a bug, to be parked and seen.
pub(crate) fn say_of(
    state: &Conversation,
    order: &Order,
    news: OrderNews,
) -> Result<News, SayError> {
    let language = state.language().unwrap_or(Language::Ru);
    let code = order.id.code();
    let mut told = Told {
        language,
        order,
        facts: vec![fact(order, "order.code", &code)],
        code,
    };
    let text = match news {
        OrderNews::Approved => told.approved()?,
        OrderNews::Rejected => told.rejected()?,
        OrderNews::Expired => told.plain("order-news-expired")?,
        OrderNews::Invoiced => told.invoiced()?,
        OrderNews::Paid => told.plain("order-news-paid")?,
        OrderNews::Shipped => told.shipped()?,
        OrderNews::Delivered => told.plain("order-news-delivered")?,
        OrderNews::Returned => told.plain("order-news-returned")?,
    };
    Ok(News {
        text,
        facts: told.facts,
    })
}

struct Told<'a> {
    language: Language,
    order: &'a Order,
    code: String,
    facts: Vec<Fact>,
}

impl Told<'_> {
    fn plain(&self, id: &str) -> Result<String, SayError> {
        say(self.language, id, &[("order", Arg::Text(&self.code))])
    }

    /// A seller may have changed the order before saying yes: then it is shown again, whole.
    fn approved(&mut self) -> Result<String, SayError> {
        let terms = &self.order.terms;
        let total = terms.total;
        self.facts
            .push(fact(self.order, "order.total", &total.to_string()));
        let args = [
            ("order", Arg::Text(self.code.as_str())),
            ("total", Arg::Money(total)),
        ];
        let said = say(self.language, "order-news-approved", &args)?;
        if *terms == self.order.agreed {
            return Ok(said);
        }
        let mut lines = vec![say(self.language, "order-news-changed", &args)?];
        for line in &terms.lines {
            let pieces = line.pieces.to_string();
            self.facts.push(fact(self.order, "order.pieces", &pieces));
            self.facts
                .push(fact(self.order, "product.name", &line.name));
            self.facts
                .push(fact(self.order, "order.price", &line.price.to_string()));
            let args = [
                ("name", Arg::Text(line.name.as_str())),
                ("pieces", Arg::Count(u64::from(line.pieces))),
                ("price", Arg::Money(line.price)),
            ];
            lines.push(say(self.language, "order-news-line", &args)?);
        }
        lines.push(said);
        Ok(lines.join("\n"))
    }

    fn rejected(&self) -> Result<String, SayError> {
        let reason = match &self.order.stage {
            Stage::Rejected(reason) if !reason.is_empty() => reason.as_str(),
            Stage::Rejected(_)
            | Stage::Submitted
            | Stage::Placed { .. }
            | Stage::Declined(_)
            | Stage::Approved
            | Stage::Cancelled
            | Stage::Expired => return self.plain("order-news-rejected"),
        };
        let args = [
            ("order", Arg::Text(self.code.as_str())),
            ("reason", Arg::Text(reason)),
        ];
        say(self.language, "order-news-rejected-because", &args)
    }

    fn invoiced(&mut self) -> Result<String, SayError> {
        let Some((number, payment)) = &self.order.invoice else {
            return self.plain("order-news-approved-again");
        };
        let number = number.to_string();
        let total = self.order.terms.total;
        self.facts.push(fact(self.order, "invoice.number", &number));
        self.facts
            .push(fact(self.order, "order.total", &total.to_string()));
        let args = [
            ("order", Arg::Text(self.code.as_str())),
            ("number", Arg::Text(number.as_str())),
            ("total", Arg::Money(total)),
        ];
        let said = say(self.language, "order-news-invoiced", &args)?;
        Ok(format!("{said}\n{payment}"))
    }

    fn shipped(&mut self) -> Result<String, SayError> {
        let mut marks = self.order.marks.iter().rev();
        let tracking = marks.find_map(|(_, mark)| match mark {
            OrderMark::Shipped { tracking } => tracking.as_deref(),
            OrderMark::Paid | OrderMark::Delivered | OrderMark::Returned => None,
        });
        let Some(tracking) = tracking else {
            return self.plain("order-news-shipped");
        };
        self.facts
            .push(fact(self.order, "order.tracking", tracking));
        let args = [
            ("order", Arg::Text(self.code.as_str())),
            ("tracking", Arg::Text(tracking)),
        ];
        say(self.language, "order-news-shipped-with", &args)
    }
}

fn fact(order: &Order, name: &str, value: &str) -> Fact {
    Fact {
        name: name.to_owned(),
        value: value.to_owned(),
        sku: None,
        source: FactSource::Order(order.id),
    }
}
