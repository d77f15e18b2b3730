//! A report as a page of its own: no script, nothing from elsewhere, everything escaped. In the language and with the
//! names of a [`Look`]; ids and builds stand apart for whoever has to look something up.

use console::names::{Names, Phrase};
use schemas::conversation::{Intent, Specialist};

use super::{
    compare::{Difference, Turn},
    look::Look,
    report::{Report, Unread},
    told::{Ask, Order, Told},
    words::Words,
};

const STYLE: &str = include_str!("report.css");

/// The page.
pub(crate) fn page(report: &Report, look: &Look) -> String {
    let mut page = Page {
        text: String::new(),
        names: &look.names,
        w: Words::of(look.names.code()),
        look,
    };
    page.whole(report);
    page.text
}

struct Page<'a> {
    text: String,
    look: &'a Look,
    names: &'a Names,
    w: &'static Words,
}

impl Page<'_> {
    fn put(&mut self, text: &str) {
        self.text.push_str(text);
    }

    fn whole(&mut self, report: &Report) {
        let (w, asked) = (self.w, &report.asked);
        let title = match asked.name.is_empty() {
            true => format!("{} {}", w.title, asked.shop),
            false => format!("{} {}: {}", w.title, asked.shop, asked.name),
        };
        self.put(&format!(
            "<!doctype html>\n<html lang=\"{1}\"><head><meta charset=\"utf-8\">\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
             <meta name=\"color-scheme\" content=\"light dark\"><title>{0}</title>\n<style>{STYLE}</style></head>\n\
             <body><main><h1>{0}</h1>\n",
            escaped(&title),
            self.names.code(),
        ));
        self.about(report);
        self.summary(report);
        report.unread.iter().for_each(|one| self.unread(one));
        let turns = report.turns.iter();
        let (changed, drifted): (Vec<&Turn>, Vec<&Turn>) =
            turns.partition(|turn| !turn.changed.is_empty());
        self.section(w.changed_turns, &changed, w.nothing_changed);
        self.section(w.drifted_turns, &drifted, w.nothing_drifted);
        self.put("</main></body></html>\n");
    }

    fn about(&mut self, report: &Report) {
        let (w, asked) = (self.w, &report.asked);
        let time = |time: Option<jiff::Timestamp>, none: &str| {
            time.map_or_else(|| none.to_owned(), |time| self.names.moment(time))
        };
        let (from, to) = (time(asked.from, w.beginning), time(asked.to, w.end));
        let candidate = match (&asked.candidate, asked.variant.is_empty()) {
            (Some(build), _) => code(build),
            (None, true) => w.nothing_else.to_owned(),
            (None, false) => w.as_below.to_owned(),
        };
        let whole = match asked.conversation {
            None => w.all.to_owned(),
            Some(one) => format!("{} {}", w.only, self.link(&one.to_string())),
        };
        self.put(&format!(
            "<p class=\"muted\">{whole}, {} {from} {} {to}</p>\n<p>{}</p>\n\
             <dl><dt>{}</dt><dd>{}</dd><dt>{}</dt><dd>{candidate}</dd></dl>\n",
            w.from,
            w.to,
            escaped(w.note),
            escaped(w.today),
            code(&asked.baseline),
            w.candidate,
        ));
        if !asked.variant.is_empty() {
            let variant = serde_json::to_string_pretty(&asked.variant).unwrap_or_default();
            self.put(&format!(
                "<details><summary>{}</summary><pre>{}</pre></details>\n",
                w.otherwise,
                escaped(&variant)
            ));
        }
    }

    /// A part of all turns; nothing of none.
    #[expect(clippy::cast_precision_loss, reason = "no replay has so many turns")]
    fn share(&self, part: u64, whole: u64) -> String {
        match whole {
            0 => String::new(),
            _ => format!(
                "{} %",
                self.names.decimal(part as f64 * 100.0 / whole as f64, 1)
            ),
        }
    }

    fn summary(&mut self, report: &Report) {
        let (w, sum, names) = (self.w, &report.summary, self.names);
        let card = |label: &str, value: String, more: String| {
            format!(
                "<div class=\"card\"><div class=\"label\">{}</div><div class=\"value\">{value}</div>\
                 <div class=\"muted\">{more}</div></div>\n",
                escaped(label)
            )
        };
        let reasons = |of: &std::collections::BTreeMap<String, u64>| {
            let each = of.iter();
            let each =
                each.map(|(reason, count)| format!("{} {count}", names.reason_named(reason)));
            escaped(&each.collect::<Vec<_>>().join(", "))
        };
        let change =
            |before: i64, after: i64| format!("{} → {}", names.money(before), names.money(after));
        let cards = [
            card(
                w.turns,
                sum.turns.to_string(),
                format!("{} {}", w.conversations, sum.conversations),
            ),
            card(
                w.same,
                sum.same.to_string(),
                self.share(sum.same, sum.turns),
            ),
            card(
                w.changed,
                sum.changed.to_string(),
                self.share(sum.changed, sum.turns),
            ),
            card(
                w.drifted,
                sum.drifted.to_string(),
                format!("{} {}", w.explained, sum.drift_explained),
            ),
            card(
                w.gained,
                sum.handovers_gained.to_string(),
                reasons(&sum.gained_by_reason),
            ),
            card(
                w.lost,
                sum.handovers_lost.to_string(),
                reasons(&sum.lost_by_reason),
            ),
            card(
                w.orders,
                format!("{} → {}", sum.orders_baseline, sum.orders_candidate),
                format!(
                    "{}; {} {}",
                    change(sum.orders_total_baseline, sum.orders_total_candidate),
                    w.differ,
                    sum.orders_changed
                ),
            ),
            card(
                w.discounts,
                change(sum.discounts_baseline, sum.discounts_candidate),
                w.off_list.to_owned(),
            ),
        ];
        self.put("<section class=\"cards\">\n");
        cards.iter().for_each(|card| self.put(card));
        self.put("</section>\n");
    }

    fn unread(&mut self, one: &Unread) {
        let who = self.link(&one.conversation);
        self.put(&format!(
            "<p class=\"bad\">{} {who} {}</p>\n",
            self.w.unread,
            code(&one.problem)
        ));
    }

    fn section(&mut self, title: &str, turns: &[&Turn], none: &str) {
        self.put(&format!(
            "<h2>{title} <span class=\"muted\">{}</span></h2>\n",
            turns.len()
        ));
        if turns.is_empty() {
            self.put(&format!("<p class=\"muted\">{}</p>\n", escaped(none)));
        }
        turns.iter().for_each(|turn| self.article(turn));
    }

    fn article(&mut self, turn: &Turn) {
        let w = self.w;
        let tags = |found: &[Difference], class: &str, before: &str| {
            let each = found.iter().map(|one| {
                format!(
                    "<span class=\"tag {class}\">{before}{}</span> ",
                    w.difference(*one)
                )
            });
            each.collect::<String>()
        };
        let id = turn.conversation.to_string();
        self.put(&format!(
            "<article><header>{}{}{} <span class=\"muted\">{}</span></header>\n",
            tags(&turn.changed, "changed", ""),
            tags(&turn.drifted, "drifted", &format!("{} ", w.drift)),
            self.link(&id),
            self.names.moment(turn.time),
        ));
        for words in &turn.words {
            self.put(&format!("<blockquote>{}</blockquote>\n", escaped(words)));
        }
        self.put("<div class=\"lanes\">\n");
        self.lane(w.observed, &turn.observed);
        self.lane(w.today, &turn.baseline);
        if turn.changed.is_empty() {
            self.put(&format!(
                "<div class=\"lane\"><h3>{}</h3><p class=\"muted\">{}</p></div>\n",
                w.candidate,
                escaped(w.as_today)
            ));
        } else {
            self.lane(w.candidate, &turn.candidate);
        }
        self.put("</div>\n");
        if !turn.because.is_empty() {
            let because = turn.because.iter();
            let because: Vec<String> = because.map(|one| phrase(&self.names.note(one))).collect();
            self.put(&format!(
                "<p class=\"muted\">{} {}</p>\n",
                w.causes,
                because.join("; ")
            ));
        }
        self.put(&format!(
            "<details class=\"muted\"><summary>{}</summary>{} · {}</details></article>\n",
            w.ids,
            code(&id),
            turn.seq
        ));
    }

    fn lane(&mut self, title: &str, told: &Told) {
        let (w, names) = (self.w, self.names);
        self.put(&format!(
            "<div class=\"lane\"><h3>{}</h3>\n",
            escaped(title)
        ));
        if let Some(problem) = &told.problem {
            self.put(&format!(
                "<p class=\"bad\">{}</p></div>\n",
                phrase(&names.note(problem))
            ));
            return;
        }
        match &told.reply {
            Some(reply) => self.put(&format!("<p class=\"reply\">{}</p>\n", escaped(reply))),
            None => self.put(&format!("<p class=\"muted\">{}</p>\n", w.no_reply)),
        }
        if let Some(phrased) = &told.phrased {
            self.put(&format!(
                "<p class=\"muted\">{} {}</p>\n",
                escaped(w.in_models_words),
                escaped(phrased)
            ));
        }
        if let Some(handover) = &told.handover {
            let detail = match handover.detail.trim() {
                "" => String::new(),
                detail => phrase(&names.note(detail)),
            };
            self.put(&format!(
                "<p class=\"handover\">{} {} <span class=\"muted\">{detail}</span></p>\n",
                w.to_seller,
                escaped(names.reason(handover.reason)),
            ));
        }
        if let Some(order) = &told.order {
            self.order(order);
        }
        self.put("<ul class=\"facts\">");
        for offer in &told.offers {
            self.put(&format!(
                "<li>{} <code>{}</code>: {} <span class=\"muted\">({} {}, {} {} {})</span></li>",
                w.offer,
                escaped(&offer.sku),
                names.money(offer.price.kopecks()),
                w.in_sheet,
                names.money(offer.list_price.kopecks()),
                w.from_pieces,
                offer.from_pieces,
                w.pieces,
            ));
        }
        told.asks.iter().for_each(|ask| self.ask(ask));
        self.put("</ul></div>\n");
    }

    fn ask(&mut self, ask: &Ask) {
        let names = self.names;
        let intent = match Intent::parse(&ask.intent) {
            Some(intent) => escaped(names.intent(intent)),
            None => code(&ask.intent),
        };
        let who = match ask.specialist.as_deref() {
            None => escaped(names.specialist(None)),
            Some(name) => match Specialist::parse(name) {
                Some(known) => escaped(names.specialist(Some(known))),
                None => code(name),
            },
        };
        self.put(&format!(
            "<li>{intent} <span class=\"muted\">{} · {} → {who}</span></li>",
            names.decimal(ask.confidence, 2),
            phrase(&names.by(&ask.by)),
        ));
    }

    fn order(&mut self, order: &Order) {
        let (w, names) = (self.w, self.names);
        let became = match names.became(&order.became) {
            Some(became) => became.to_owned(),
            None => code(&order.became),
        };
        self.put(&format!("<p class=\"order\">{} {became}", w.order));
        if !order.lines.is_empty() {
            self.put(&format!(": {}", names.money(order.total.kopecks())));
        }
        self.put("</p>\n<ul class=\"facts\">");
        for line in &order.lines {
            self.put(&format!(
                "<li>{} × {} · {}</li>",
                escaped(&line.name),
                line.pieces,
                names.money(line.price.kopecks())
            ));
        }
        if order.delivery.kopecks() != 0 {
            self.put(&format!(
                "<li>{} · {}</li>",
                w.delivery,
                names.money(order.delivery.kopecks())
            ));
        }
        self.put("</ul>\n");
    }

    /// A conversation by the name that people know it by, leading to its page where there is one.
    fn link(&self, id: &str) -> String {
        let Ok(known) = id.parse() else {
            return code(id);
        };
        let name = escaped(&self.look.people.name(known, self.names));
        match self.look.conversations.as_str() {
            "" => format!("<b>{name}</b>"),
            before => format!(
                "<a href=\"{}{}\" target=\"_top\">{name}</a>",
                escaped(before),
                escaped(id)
            ),
        }
    }
}

/// Words, and behind them what no words stand for.
fn phrase(phrase: &Phrase) -> String {
    let ids = phrase.ids.iter().map(|id| format!(" {}", code(id)));
    format!("{}{}", escaped(&phrase.text), ids.collect::<String>())
}

fn code(text: &str) -> String {
    format!("<code>{}</code>", escaped(text))
}

/// Text as it stands in a page.
fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            other => safe.push(other),
        }
    }
    safe
}

#[cfg(test)]
mod tests;
