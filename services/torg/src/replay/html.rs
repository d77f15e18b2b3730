//! A report as a page of its own: no script, nothing from elsewhere, everything escaped.

use std::fmt::Write as _;

use super::{
    compare::{Difference, Turn, reason},
    report::Report,
    told::{Order, Told},
};

const STYLE: &str = include_str!("report.css");

/// The page.
pub(crate) fn page(report: &Report) -> String {
    let asked = &report.asked;
    let title = match asked.name.is_empty() {
        true => format!("What if? {}", asked.shop),
        false => format!("What if? {}: {}", asked.shop, asked.name),
    };
    let mut page = format!(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <meta name=\"color-scheme\" content=\"light dark\"><title>{0}</title>\n<style>{STYLE}</style></head>\n\
         <body><main><h1>{0}</h1>\n",
        escaped(&title)
    );
    about(&mut page, report);
    summary(&mut page, report);
    for one in &report.unread {
        put(
            &mut page,
            &format!(
                "<p class=\"bad\">Conversation <code>{}</code> could not be replayed: {}</p>\n",
                escaped(&one.conversation),
                escaped(&one.problem)
            ),
        );
    }
    let (changed, drifted): (Vec<&Turn>, Vec<&Turn>) = report
        .turns
        .iter()
        .partition(|turn| !turn.changed.is_empty());
    section(&mut page, "Changed turns", &changed, "Nothing changed.");
    section(
        &mut page,
        "Drifted only",
        &drifted,
        "Nothing else drifted: today's build says what was said.",
    );
    page.push_str("</main></body></html>\n");
    page
}

fn about(page: &mut String, report: &Report) {
    let asked = &report.asked;
    let time = |time: Option<jiff::Timestamp>, none: &str| {
        time.map_or_else(
            || none.to_owned(),
            |time| time.strftime("%Y-%m-%d %H:%M UTC").to_string(),
        )
    };
    let variant = serde_json::to_string_pretty(&asked.variant).unwrap_or_default();
    let candidate = match (&asked.candidate, asked.variant.is_empty()) {
        (Some(build), _) => escaped(build),
        (None, true) => "the same build, nothing otherwise: only drift is shown".to_owned(),
        (None, false) => "the same build, with what stands below".to_owned(),
    };
    let whole = asked.conversation.map_or_else(
        || "all conversations".to_owned(),
        |one| format!("conversation {one}"),
    );
    put(
        page,
        &format!(
            "<p class=\"muted\">{whole}, turns from {} to {}</p>\n<p>{}</p>\n\
             <dl><dt>Today's build</dt><dd>{}</dd><dt>Candidate</dt><dd>{candidate}</dd></dl>\n",
            escaped(&time(asked.from, "the beginning")),
            escaped(&time(asked.to, "the end of the log")),
            escaped(&report.note),
            escaped(&asked.baseline),
        ),
    );
    if !asked.variant.is_empty() {
        put(
            page,
            &format!(
                "<details><summary>What is otherwise</summary><pre>{}</pre></details>\n",
                escaped(&variant)
            ),
        );
    }
}

fn summary(page: &mut String, report: &Report) {
    let sum = &report.summary;
    let card = |label: &str, value: String, more: String| {
        format!(
            "<div class=\"card\"><div class=\"label\">{label}</div><div class=\"value\">{value}</div>\
             <div class=\"muted\">{more}</div></div>\n"
        )
    };
    let reasons = |of: &std::collections::BTreeMap<String, u64>| {
        let each = of.iter().map(|(reason, count)| format!("{reason} {count}"));
        escaped(&each.collect::<Vec<_>>().join(", "))
    };
    page.push_str("<section class=\"cards\">\n");
    let cards = [
        card(
            "Turns",
            sum.turns.to_string(),
            format!("in {} conversations", sum.conversations),
        ),
        card("Same", sum.same.to_string(), share(sum.same, sum.turns)),
        card(
            "Changed",
            sum.changed.to_string(),
            share(sum.changed, sum.turns),
        ),
        card(
            "Drifted",
            sum.drifted.to_string(),
            format!("{} with a known cause", sum.drift_explained),
        ),
        card(
            "Handovers gained",
            sum.handovers_gained.to_string(),
            reasons(&sum.gained_by_reason),
        ),
        card(
            "Handovers lost",
            sum.handovers_lost.to_string(),
            reasons(&sum.lost_by_reason),
        ),
        card(
            "Orders",
            format!("{} → {}", sum.orders_baseline, sum.orders_candidate),
            format!(
                "{} → {}; {} turns differ",
                rubles(sum.orders_total_baseline),
                rubles(sum.orders_total_candidate),
                sum.orders_changed
            ),
        ),
        card(
            "Discounts offered",
            format!(
                "{} → {}",
                rubles(sum.discounts_baseline),
                rubles(sum.discounts_candidate)
            ),
            "off the list prices".to_owned(),
        ),
    ];
    cards.iter().for_each(|card| page.push_str(card));
    page.push_str("</section>\n");
}

fn share(part: u64, whole: u64) -> String {
    match part.saturating_mul(1000).checked_div(whole) {
        None => String::new(),
        Some(tenths) => format!("{}.{} %", tenths / 10, tenths % 10),
    }
}

fn section(page: &mut String, title: &str, turns: &[&Turn], none: &str) {
    put(
        page,
        &format!(
            "<h2>{title} <span class=\"muted\">{}</span></h2>\n",
            turns.len()
        ),
    );
    if turns.is_empty() {
        put(page, &format!("<p class=\"muted\">{none}</p>\n"));
    }
    turns.iter().for_each(|turn| article(page, turn));
}

fn article(page: &mut String, turn: &Turn) {
    let tags = |found: &[Difference], class: &str, before: &str| {
        let each = found.iter().map(|one| {
            format!(
                "<span class=\"tag {class}\">{before}{}</span> ",
                one.words()
            )
        });
        each.collect::<String>()
    };
    let id = turn.conversation.to_string();
    put(
        page,
        &format!(
            "<article><header>{}{}<span class=\"muted\">{} · <code>{}</code> at {}</span></header>\n",
            tags(&turn.changed, "changed", ""),
            tags(&turn.drifted, "drifted", "drift: "),
            turn.time.strftime("%Y-%m-%d %H:%M:%S UTC"),
            escaped(&id),
            turn.seq
        ),
    );
    for words in &turn.words {
        put(
            page,
            &format!("<blockquote>{}</blockquote>\n", escaped(words)),
        );
    }
    page.push_str("<div class=\"lanes\">\n");
    lane(page, "Observed", &turn.observed);
    lane(page, "Today's build", &turn.baseline);
    if turn.changed.is_empty() {
        page.push_str(
            "<div class=\"lane\"><h3>Candidate</h3><p class=\"muted\">as today's build</p></div>\n",
        );
    } else {
        lane(page, "Candidate", &turn.candidate);
    }
    page.push_str("</div>\n");
    if !turn.because.is_empty() {
        let because = turn.because.join("; ");
        put(
            page,
            &format!(
                "<p class=\"muted\">Known causes of drift: {}</p>\n",
                escaped(&because)
            ),
        );
    }
    page.push_str("</article>\n");
}

fn lane(page: &mut String, title: &str, told: &Told) {
    put(page, &format!("<div class=\"lane\"><h3>{title}</h3>\n"));
    if let Some(problem) = &told.problem {
        put(
            page,
            &format!("<p class=\"bad\">{}</p></div>\n", escaped(problem)),
        );
        return;
    }
    match &told.reply {
        Some(reply) => put(
            page,
            &format!("<p class=\"reply\">{}</p>\n", escaped(reply)),
        ),
        None => page.push_str("<p class=\"muted\">no reply</p>\n"),
    }
    if let Some(phrased) = &told.phrased {
        put(
            page,
            &format!(
                "<p class=\"muted\">in a model's words: {}</p>\n",
                escaped(phrased)
            ),
        );
    }
    if let Some(handover) = &told.handover {
        put(
            page,
            &format!(
                "<p class=\"handover\">to the seller: {} <span class=\"muted\">{}</span></p>\n",
                escaped(&reason(told)),
                escaped(&handover.detail)
            ),
        );
    }
    if let Some(order) = &told.order {
        put(page, &of_order(order));
    }
    page.push_str("<ul class=\"facts\">");
    for offer in &told.offers {
        put(
            page,
            &format!(
                "<li>offer {}: {} <span class=\"muted\">(list {}, from {} pcs)</span></li>",
                escaped(&offer.sku),
                rubles(offer.price.kopecks()),
                rubles(offer.list_price.kopecks()),
                offer.from_pieces
            ),
        );
    }
    for ask in &told.asks {
        put(
            page,
            &format!(
                "<li>{} <span class=\"muted\">{:.2} by {} → {}</span></li>",
                escaped(&ask.intent),
                ask.confidence,
                escaped(&ask.by),
                escaped(ask.specialist.as_deref().unwrap_or("nobody"))
            ),
        );
    }
    page.push_str("</ul></div>\n");
}

fn of_order(order: &Order) -> String {
    let mut text = format!("<p class=\"order\">order {}", escaped(&order.became));
    if !order.lines.is_empty() {
        put(&mut text, &format!(": {}", rubles(order.total.kopecks())));
    }
    text.push_str("</p>\n<ul class=\"facts\">");
    for line in &order.lines {
        put(
            &mut text,
            &format!(
                "<li>{} × {} · {}</li>",
                escaped(&line.name),
                line.pieces,
                rubles(line.price.kopecks())
            ),
        );
    }
    if order.delivery.kopecks() != 0 {
        put(
            &mut text,
            &format!("<li>delivery · {}</li>", rubles(order.delivery.kopecks())),
        );
    }
    text.push_str("</ul>\n");
    text
}

fn put(page: &mut String, text: &str) {
    // Writing to a string never fails.
    let _ = page.write_str(text);
}

fn rubles(kopecks: i64) -> String {
    let sign = if kopecks < 0 { "-" } else { "" };
    let whole = kopecks.unsigned_abs() / 100;
    match kopecks.unsigned_abs() % 100 {
        0 => format!("{sign}{whole} ₽"),
        rest => format!("{sign}{whole},{rest:02} ₽"),
    }
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
mod tests {
    use schemas::{ConversationId, ShopId, shop::Variant};

    use super::{
        super::report::{Asked, Report, Unread},
        *,
    };

    const NASTY: &str = "<script>alert('1')</script>\"&<img src=x onerror=alert(1)>";

    #[test]
    fn nothing_that_anybody_wrote_becomes_markup() {
        let told = Told {
            reply: Some(NASTY.to_owned()),
            problem: None,
            ..Told::default()
        };
        let turn = Turn {
            conversation: ConversationId::derive(&["one"]),
            seq: 1,
            time: jiff::Timestamp::UNIX_EPOCH,
            words: vec![NASTY.to_owned()],
            observed: told.clone(),
            baseline: told.clone(),
            candidate: Told::problem(NASTY),
            changed: vec![Difference::Problem],
            drifted: vec![Difference::Reply],
            because: vec![NASTY.to_owned()],
        };
        let asked = Asked {
            shop: ShopId::new("shop").unwrap(),
            name: NASTY.to_owned(),
            from: None,
            to: None,
            conversation: None,
            variant: Variant::default(),
            baseline: NASTY.to_owned(),
            candidate: Some(NASTY.to_owned()),
        };
        let mut report = Report::new(asked, Vec::new());
        report.turns.push(turn);
        report.unread.push(Unread {
            conversation: NASTY.to_owned(),
            problem: NASTY.to_owned(),
        });
        let page = page(&report);
        assert!(page.contains("&lt;script&gt;alert(&#39;1&#39;)"));
        for tag in ["<script", "<img", "src=", "href=", "url("] {
            let bare = page.replace("src=x onerror", "");
            assert!(!bare.contains(tag), "{tag}");
        }
    }

    #[test]
    fn money_reads_as_people_write_it() {
        assert_eq!(rubles(179_000), "1790 ₽");
        assert_eq!(rubles(-1_050), "-10,50 ₽");
    }
}
