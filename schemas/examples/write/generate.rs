//! One JSON Schema per event type, cut out of the schemas of the event enums.

use std::collections::{BTreeMap, BTreeSet};

use schemars::{JsonSchema, schema_for};
use schemas::{
    conversation::ConversationEvent, customer::CustomerEvent, desk::DeskEvent,
    invoice::InvoiceEvent, shop::ShopEvent, stock::StockEvent, webhook::WebhookEvent,
};
use serde_json::{Map, Value, json};

/// The schema of every event type's `data`, by wire name.
pub(crate) fn all() -> BTreeMap<String, Value> {
    let mut schemas = BTreeMap::new();
    schemas.extend(of_enum::<ConversationEvent>());
    schemas.extend(of_enum::<StockEvent>());
    schemas.extend(of_enum::<ShopEvent>());
    schemas.extend(of_enum::<DeskEvent>());
    schemas.extend(of_enum::<InvoiceEvent>());
    schemas.extend(of_enum::<CustomerEvent>());
    schemas.extend(of_enum::<WebhookEvent>());
    schemas
}

/// Pretty JSON with sorted keys and a line end, as it is checked in.
pub(crate) fn print(schema: &Value) -> String {
    format!("{:#}\n", sorted(schema))
}

/// Sorts all keys: whether `serde_json` does is decided by features that other crates switch on.
fn sorted(value: &Value) -> Value {
    match value {
        Value::Object(fields) => {
            let fields: BTreeMap<_, _> = fields.iter().collect();
            let fields = fields.into_iter();
            Value::Object(
                fields
                    .map(|(key, value)| (key.clone(), sorted(value)))
                    .collect(),
            )
        }
        Value::Array(items) => Value::Array(items.iter().map(sorted).collect()),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => value.clone(),
    }
}

/// The name of the file of an event type: `conversation.reply_sent.v1` and its like.
pub(crate) fn file_stem(event_type: &str) -> &str {
    event_type.strip_prefix("torg.").unwrap_or(event_type)
}

fn of_enum<E: JsonSchema>() -> BTreeMap<String, Value> {
    let schema = schema_for!(E).to_value();
    let variants = schema.get("oneOf").and_then(Value::as_array);
    let variants = variants.map(Vec::as_slice).unwrap_or_default();
    let defs = schema.get("$defs").and_then(Value::as_object);
    let none = Map::new();
    variants
        .iter()
        .filter_map(|variant| of_variant(variant, defs.unwrap_or(&none)))
        .collect()
}

fn of_variant(variant: &Value, defs: &Map<String, Value>) -> Option<(String, Value)> {
    let name = variant.pointer("/properties/type/const")?.as_str()?;
    let data = variant.pointer("/properties/data/$ref")?.as_str()?;
    let mut schema = defs
        .get(data.strip_prefix("#/$defs/")?)?
        .as_object()?
        .clone();
    schema.insert(
        "$schema".to_owned(),
        json!("https://json-schema.org/draft/2020-12/schema"),
    );
    schema.insert("title".to_owned(), json!(name));
    if let Some(description) = variant.get("description") {
        schema.insert("description".to_owned(), description.clone());
    }
    let used = reachable(&Value::Object(schema.clone()), defs);
    if !used.is_empty() {
        schema.insert("$defs".to_owned(), Value::Object(used));
    }
    Some((name.to_owned(), Value::Object(schema)))
}

/// The definitions that a schema refers to, directly or through others.
fn reachable(schema: &Value, defs: &Map<String, Value>) -> Map<String, Value> {
    let mut used = Map::new();
    let mut open = references(schema);
    while let Some(name) = open.pop_first() {
        if let Some(definition) = defs.get(&name).filter(|_| !used.contains_key(&name)) {
            open.extend(references(definition));
            used.insert(name, definition.clone());
        }
    }
    used
}

fn references(schema: &Value) -> BTreeSet<String> {
    match schema {
        Value::Object(fields) => {
            let own = fields.get("$ref").and_then(Value::as_str);
            let own = own.and_then(|path| path.strip_prefix("#/$defs/"));
            let inner = fields.values().flat_map(references);
            inner.chain(own.map(str::to_owned)).collect()
        }
        Value::Array(items) => items.iter().flat_map(references).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => BTreeSet::new(),
    }
}
