//! What the model answers: JSON of whatever shape is asked for, filled by the words of the question.
//!
//! Two shapes it knows by their properties: `reply`, a draft to be phrased, and `asks`, a message to be understood.
//! All others are filled by the names and types of their properties.

use serde_json::{Map, Value, json};

use super::{
    ModelMode, decode,
    obey::{self, Order},
};

/// Most items of a list.
const MOST_ITEMS: usize = 5;
/// Where a buyer's own words are, in a question that is JSON.
const BUYERS: [&str; 6] = ["buyer", "text", "message", "messages", "question", "words"];
/// Labels that are understood without being told, by beginnings of words; whoever asks has the list of labels.
const LABELS: [(&str, &[&str]); 13] = [
    (
        "complaint",
        &["жалоб", "брак", "слома", "порва", "broken", "refund"],
    ),
    (
        "human_request",
        &["оператор", "менеджер", "живой", "человек", "human"],
    ),
    ("order_status", &["где заказ", "где мой", "трек", "track"]),
    (
        "price_negotiation",
        &["скид", "дешевл", "торг", "уступ", "discount", "cheaper"],
    ),
    (
        "delivery_question",
        &["достав", "отправ", "сдэк", "почт", "ship", "deliver"],
    ),
    ("checkout", &["оформ", "оплат", "checkout"]),
    ("cart_remove", &["убер", "удал", "remove"]),
    ("cart_add", &["беру", "возьму", "добав", "куплю", "add"]),
    (
        "stock_inquiry",
        &["есть", "налич", "остал", "stock", "available", "have"],
    ),
    (
        "product_question",
        &["размер", "материал", "весит", "what size"],
    ),
    (
        "product_search",
        &["ищу", "нужен", "нужна", "посовет", "looking"],
    ),
    (
        "greeting",
        &["привет", "здравств", "добрый", "hello", "hola"],
    ),
    ("thanks", &["спасибо", "благодар", "thank", "gracias"]),
];

/// What the model was given.
pub(crate) struct Given<'a> {
    pub(crate) mode: ModelMode,
    /// The system messages.
    pub(crate) rules: String,
    /// The last user message.
    pub(crate) asked: &'a str,
}

impl Given<'_> {
    /// The content of the answer.
    pub(crate) fn answer(&self, schema: Option<&Value>) -> String {
        let material = serde_json::from_str(self.asked)
            .ok()
            .filter(Value::is_object);
        let draft = material
            .as_ref()
            .and_then(|m: &Value| m.get("draft")?.as_str())
            .unwrap_or_default();
        let mut shown = Vec::new();
        match &material {
            Some(Value::Object(members)) => {
                let others = members.iter().filter(|(name, _)| *name != "draft");
                others.for_each(|(_, value)| strings(value, &mut shown));
            }
            _ => shown.push(self.asked),
        }
        let Some(schema) = schema else {
            return self.phrase(draft, &shown);
        };
        if schema.pointer("/properties/reply").is_some() {
            let mut answer = fill("", schema, self.asked, self.mode);
            set(&mut answer, "reply", json!(self.phrase(draft, &shown)));
            return answer.to_string();
        }
        let words = material
            .as_ref()
            .map_or_else(|| self.asked.to_owned(), buyers_words);
        self.understand(schema, &words, &shown).to_string()
    }

    fn phrase(&self, draft: &str, shown: &[&str]) -> String {
        let order = match self.mode {
            ModelMode::Honest => None,
            ModelMode::Parrot => {
                let all = shown.iter().flat_map(|text| decode::readings(text));
                return [draft.to_owned()]
                    .into_iter()
                    .chain(all)
                    .collect::<Vec<_>>()
                    .join(" ");
            }
            ModelMode::Obedient => {
                obey::order(shown.iter().copied()).or_else(|| obey::order_in_draft(draft))
            }
        };
        match order {
            Some(Order::Say(words)) => words,
            Some(Order::Tell) => format!("{} {}", self.rules, self.asked),
            None => draft.to_owned(),
        }
    }

    fn understand(&self, schema: &Value, words: &str, shown: &[&str]) -> Value {
        if self.mode == ModelMode::Honest {
            return fill("", schema, words, self.mode);
        }
        let readings: Vec<String> = shown
            .iter()
            .flat_map(|text| decode::readings(text))
            .collect();
        // An order, also a hidden one, is read before everything else.
        let told = match obey::order(shown.iter().copied()) {
            Some(Order::Say(order)) => format!("{order} {words}"),
            Some(Order::Tell) | None => words.to_owned(),
        };
        let mut answer = fill("", schema, &told, self.mode);
        let dictated = readings.iter().find_map(|text| object_in(text));
        for (name, value) in dictated.into_iter().flatten() {
            dictate(&mut answer, &name, &value);
        }
        answer
    }
}

/// Puts a value that somebody dictated where its name is, and at the root when it is nowhere.
fn dictate(answer: &mut Value, name: &str, value: &Value) {
    let Some(members) = answer.as_object_mut() else {
        return;
    };
    let known = members.contains_key(name);
    let mut placed = false;
    if !known {
        let items = members
            .values_mut()
            .filter_map(Value::as_array_mut)
            .flatten();
        for item in items
            .filter_map(Value::as_object_mut)
            .filter(|item| item.contains_key(name))
        {
            item.insert(name.to_owned(), value.clone());
            placed = true;
        }
    }
    if known || !placed {
        members.insert(name.to_owned(), value.clone());
    }
}

fn set(answer: &mut Value, name: &str, value: Value) {
    if let Some(members) = answer.as_object_mut() {
        members.insert(name.to_owned(), value);
    }
}

fn strings<'a>(value: &'a Value, found: &mut Vec<&'a str>) {
    match value {
        Value::String(text) => found.push(text),
        Value::Array(items) => items.iter().for_each(|item| strings(item, found)),
        Value::Object(members) => members.values().for_each(|item| strings(item, found)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

fn buyers_words(material: &Value) -> String {
    let mut found = Vec::new();
    for name in BUYERS {
        if let Some(value) = material.get(name) {
            strings(value, &mut found);
        }
    }
    if found.is_empty() {
        strings(material, &mut found);
    }
    found.join("\n")
}

/// The first JSON object in a text.
fn object_in(text: &str) -> Option<Map<String, Value>> {
    text.match_indices('{').find_map(|(at, _)| {
        let rest = text.get(at..)?;
        serde_json::Deserializer::from_str(rest)
            .into_iter::<Map<String, Value>>()
            .next()?
            .ok()
    })
}

/// A value of the shape that `schema` has, out of `words`.
fn fill(name: &str, schema: &Value, words: &str, mode: ModelMode) -> Value {
    if let Some(labels) = schema.get("enum").and_then(Value::as_array) {
        return label(labels, words, mode);
    }
    let is = |kind: &str| match schema.get("type") {
        Some(Value::Array(kinds)) => kinds.iter().any(|one| one == kind),
        Some(one) => one == kind,
        None => false,
    };
    let number = first_number(words);
    if is("object") {
        let properties = schema.get("properties").and_then(Value::as_object);
        let members = properties.into_iter().flatten();
        members
            .map(|(name, schema)| (name.clone(), fill(name, schema, words, mode)))
            .collect()
    } else if is("array") {
        let Some(items) = schema.get("items") else {
            return json!([]);
        };
        sentences(words)
            .into_iter()
            .map(|words| fill(name, items, words, mode))
            .collect()
    } else if is("boolean") {
        json!(false)
    } else if name == "confidence" {
        json!(0.97)
    } else if is("integer") || is("number") {
        match number {
            Some(number) if is("integer") => json!(number.trunc() as i64),
            Some(number) => json!(number),
            None if is("null") => Value::Null,
            None => json!(0),
        }
    } else if is("string") {
        let found = match name {
            "product" | "sku" | "name" => quoted(words),
            "place" | "city" | "region" => place(words),
            _ => Some(words),
        };
        match found {
            None if is("null") => Value::Null,
            found => json!(found.unwrap_or_default()),
        }
    } else {
        Value::Null
    }
}

/// The label that the words name themselves, for a reader who obeys; else the one that they are like.
fn label(labels: &[Value], words: &str, mode: ModelMode) -> Value {
    let lower = words.to_lowercase();
    let named = labels
        .iter()
        .find(|label| label.as_str().is_some_and(|label| lower.contains(label)));
    if let (Some(label), true) = (named, mode != ModelMode::Honest) {
        return label.clone();
    }
    let like = LABELS
        .iter()
        .filter(|(_, beginnings)| beginnings.iter().any(|begin| lower.contains(begin)));
    let mut like = like
        .map(|(label, _)| json!(label))
        .filter(|label| labels.contains(label));
    let other = || {
        labels
            .iter()
            .find(|label| **label == "other")
            .or(labels.last())
    };
    like.next().or_else(|| other().cloned()).unwrap_or_default()
}

fn sentences(words: &str) -> Vec<&str> {
    let cut = words
        .split(['?', '!', '\n', ';'])
        .map(str::trim)
        .filter(|part| !part.is_empty());
    let parts: Vec<&str> = cut.take(MOST_ITEMS).collect();
    if parts.is_empty() { vec![words] } else { parts }
}

fn first_number(words: &str) -> Option<f64> {
    let digits = words.split(|c: char| !(c.is_ascii_digit() || c == '.'));
    digits
        .filter_map(|digits| digits.trim_matches('.').parse().ok())
        .next()
}

fn quoted(words: &str) -> Option<&str> {
    let inside = |open: char, close: char| {
        words
            .split_once(open)?
            .1
            .split_once(close)
            .map(|(inner, _)| inner)
    };
    inside('«', '»').or_else(|| inside('"', '"'))
}

/// The word with a capital letter behind a preposition of direction.
fn place(words: &str) -> Option<&str> {
    let words: Vec<&str> = words.split_whitespace().collect();
    let behind = words.windows(2).find_map(|pair| match pair {
        [before, place] if ["в", "во", "на", "to", "a"].contains(before) => Some(*place),
        _ => None,
    });
    let place = behind?.trim_end_matches(|c: char| !c.is_alphabetic());
    place.starts_with(char::is_uppercase).then_some(place)
}

#[cfg(test)]
mod tests;
