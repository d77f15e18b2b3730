//! The wire: what was ever written can be read, and what is checked in is what the types say.
//!
//! `samples/<name>.v<N>.json`, or `samples/<name>.v<N>.<what>.json`, is one CloudEvent as it stands in a commit.
//! Samples are added and never edited or deleted. A new optional field is left out of the wire while it is not set,
//! so that old samples still come out as they went in.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops at the first surprise"
)]

#[path = "../examples/write/generate.rs"]
mod generate;

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use proptest::prelude::*;
use schemas::{
    AggregateKey, Commit, EventData,
    conversation::ConversationEvent,
    customer::CustomerEvent,
    desk::DeskEvent,
    envelope::{self, DecodeError},
    invoice::InvoiceEvent,
    shop::ShopEvent,
    stock::StockEvent,
    topology,
    webhook::WebhookEvent,
};
use serde_json::{Map, Value, json};

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

/// The files of a folder, by name without `.json`.
fn files(name: &str) -> BTreeMap<String, String> {
    let entries = fs::read_dir(folder(name)).unwrap();
    let read = |entry: fs::DirEntry| {
        let file = entry.file_name().into_string().unwrap();
        let stem = file
            .strip_suffix(".json")
            .unwrap_or_else(|| panic!("{file} is not JSON"));
        (stem.to_owned(), fs::read_to_string(entry.path()).unwrap())
    };
    entries.map(|entry| read(entry.unwrap())).collect()
}

/// Every sample, by file.
fn samples() -> BTreeMap<String, Value> {
    let parse = |(file, text): (String, String)| {
        let sample = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{file}: {error}"));
        (file, sample)
    };
    files("samples").into_iter().map(parse).collect()
}

fn type_of(sample: &Value) -> &str {
    sample["type"].as_str().unwrap()
}

fn is_current(event_type: &str) -> bool {
    topology::EVENTS
        .iter()
        .any(|event| event.name == event_type)
}

/// Reads a sample as a reader of the log would, and writes it again.
fn pass(sample: &Value) -> Result<Value, DecodeError> {
    match type_of(sample).split('.').nth(1) {
        Some("conversation") => pass_as::<ConversationEvent>(sample),
        Some("stock") => pass_as::<StockEvent>(sample),
        Some("shop") => pass_as::<ShopEvent>(sample),
        Some("desk") => pass_as::<DeskEvent>(sample),
        Some("invoice") => pass_as::<InvoiceEvent>(sample),
        Some("customer") => pass_as::<CustomerEvent>(sample),
        Some("webhook") => pass_as::<WebhookEvent>(sample),
        kind => panic!("no such kind: {kind:?}"),
    }
}

fn pass_as<E: EventData>(sample: &Value) -> Result<Value, DecodeError> {
    let body = serde_json::to_vec(&json!([sample])).unwrap();
    let mut recorded = envelope::decode::<E>(1, &body)?;
    let recorded = recorded.pop().unwrap();
    let key = AggregateKey::parse_key(sample["subject"].as_str().unwrap()).unwrap();
    assert_eq!(key.kind(), E::KIND);
    let commit = Commit {
        first_version: recorded.version,
        events: vec![(recorded.meta, recorded.event)],
    };
    let written: Value = serde_json::from_slice(&commit.encode(&key).unwrap()).unwrap();
    Ok(written[0].clone())
}

#[test]
fn every_event_type_has_a_schema_and_a_sample_and_nothing_is_left_over() {
    let types = topology::EVENTS.iter().map(|event| event.name);
    let types: BTreeSet<_> = types
        .map(|name| generate::file_stem(name).to_owned())
        .collect();
    let schemas: BTreeSet<_> = files("json").into_keys().collect();
    assert_eq!(schemas, types, "run `make schemas`");
    let generated = generate::all().into_keys();
    let generated: BTreeSet<_> = generated
        .map(|name| generate::file_stem(&name).to_owned())
        .collect();
    assert_eq!(
        generated, types,
        "the enums and topology::EVENTS name different types"
    );
    let sampled = samples().into_values();
    let sampled: BTreeSet<_> = sampled
        .map(|sample| generate::file_stem(type_of(&sample)).to_owned())
        .collect();
    let missing: Vec<_> = types.difference(&sampled).collect();
    assert!(missing.is_empty(), "add a sample of {missing:?}");
}

#[test]
fn a_sample_is_named_after_its_type() {
    for (file, sample) in samples() {
        let parts: Vec<_> = file.splitn(4, '.').collect();
        assert!(
            parts[2]
                .strip_prefix('v')
                .is_some_and(|n| n.parse::<u32>().is_ok()),
            "{file}"
        );
        assert_eq!(
            format!("torg.{}", parts[..3].join(".")),
            type_of(&sample),
            "{file}"
        );
    }
}

#[test]
fn every_sample_decodes_and_comes_out_as_it_went_in() {
    for (file, sample) in samples() {
        let written = pass(&sample).unwrap_or_else(|error| panic!("{file}: {error:?}"));
        if is_current(type_of(&sample)) {
            assert_eq!(written, sample, "{file}");
        }
    }
}

#[test]
fn every_sample_fits_its_schema() {
    let schemas = generate::all();
    for (file, sample) in samples() {
        if let Some(schema) = schemas.get(type_of(&sample)) {
            let validator = jsonschema::validator_for(schema).unwrap();
            let faults: Vec<_> = validator
                .iter_errors(&sample["data"])
                .map(|e| e.to_string())
                .collect();
            assert!(faults.is_empty(), "{file}: {faults:?}");
        }
    }
}

#[test]
fn a_schema_refuses_what_lacks_a_field() {
    let schemas = generate::all();
    for (name, schema) in &schemas {
        let validator = jsonschema::validator_for(schema).unwrap();
        assert!(
            !validator.is_valid(&json!({})),
            "{name} takes an empty object"
        );
    }
}

#[test]
fn the_checked_in_schemas_are_current() {
    let files = files("json");
    for (name, schema) in generate::all() {
        let stem = generate::file_stem(&name);
        let current = files.get(stem) == Some(&generate::print(&schema));
        assert!(
            current,
            "json/{stem}.json is not what the types say: run `make schemas`"
        );
    }
}

#[test]
fn an_unknown_type_is_an_error_and_no_skip() {
    let mut sample = samples().remove("stock.product_withdrawn.v1").unwrap();
    sample["type"] = json!("torg.stock.product_renamed.v1");
    assert!(matches!(pass(&sample), Err(DecodeError::Event { .. })));
}

/// Adds `extra` to every object of `data` that has named fields, as a later version of Torg might.
fn extend(data: &mut Value, schema: &Value, defs: &Value, extra: &Map<String, Value>) {
    if let Some(path) = schema["$ref"].as_str() {
        let name = path.strip_prefix("#/$defs/").unwrap();
        return extend(data, &defs[name], defs, extra);
    }
    let choices = schema["oneOf"].as_array().or(schema["anyOf"].as_array());
    for choice in choices.into_iter().flatten() {
        let choice = json!({"allOf": [choice], "$defs": defs});
        if jsonschema::is_valid(&choice, data) {
            return extend(data, &choice["allOf"][0], defs, extra);
        }
    }
    match data {
        Value::Array(items) => {
            for item in items {
                extend(item, &schema["items"], defs, extra);
            }
        }
        Value::Object(fields) => {
            for (name, value) in fields.iter_mut() {
                extend(value, &schema["properties"][name], defs, extra);
            }
            let open = schema["properties"].is_object() && schema["additionalProperties"].is_null();
            for (name, value) in extra.iter().filter(|_| open) {
                fields.entry(name.clone()).or_insert_with(|| value.clone());
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    leaf.prop_recursive(2, 8, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(Value::from),
            prop::collection::btree_map("[a-z]{1,6}", inner, 0..3)
                .prop_map(|fields| Value::Object(fields.into_iter().collect())),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(32) })]

    /// A later version of Torg may add fields anywhere; this version reads what it knows.
    #[test]
    fn fields_of_a_later_version_do_not_hinder(
        extra in prop::collection::btree_map("later_[a-z]{1,8}", value(), 1..4),
    ) {
        let extra: Map<String, Value> = extra.into_iter().collect();
        let schemas = generate::all();
        for (file, sample) in samples() {
            let Some(schema) = schemas.get(type_of(&sample)) else { continue };
            let mut extended = sample.clone();
            extend(&mut extended["data"], schema, &schema["$defs"], &extra);
            prop_assert_ne!(&extended, &sample);
            let written = pass(&extended);
            prop_assert!(written.is_ok(), "{}: {:?}", file, written);
            prop_assert_eq!(written.unwrap(), sample, "{}", file);
        }
    }
}
