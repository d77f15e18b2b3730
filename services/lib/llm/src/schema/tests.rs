use proptest::prelude::*;

use super::*;

fn asks() -> Value {
    json!({
        "type": "object", "additionalProperties": false, "required": ["asks", "unsure"],
        "properties": {
            "unsure": {"type": "boolean"},
            "asks": {"type": "array", "maxItems": 3, "items": {
                "type": "object", "additionalProperties": false, "required": ["text", "intent", "confidence", "quantity"],
                "properties": {
                    "text": {"type": "string", "maxLength": 20},
                    "intent": {"type": "string", "enum": ["stock", "other"]},
                    "confidence": {"type": "number", "minimum": 0, "maximum": 1},
                    "quantity": {"type": ["integer", "null"], "minimum": 1},
                },
            }},
        },
    })
}

fn schema() -> Schema {
    Schema::new("understanding", &asks()).expect("a schema")
}

fn good() -> Value {
    json!({"unsure": false, "asks": [{"text": "есть?", "intent": "stock", "confidence": 0.9, "quantity": null}]})
}

/// The good answer with one place changed.
fn with(pointer: &str, value: Value) -> Value {
    let mut answer = good();
    *answer.pointer_mut(pointer).expect("a place") = value;
    answer
}

fn wrong(answer: &Value) -> (String, &'static str) {
    let mismatch = schema().check(answer).expect_err("a mismatch");
    (mismatch.path, mismatch.problem)
}

#[test]
fn an_answer_of_the_right_shape_passes_and_every_other_names_the_place() {
    assert_eq!(schema().check(&good()), Ok(()));
    assert_eq!(schema().check(&with("/asks/0/quantity", json!(2))), Ok(()));
    for (pointer, value, path, problem) in [
        ("", json!([]), "$", "wrong type"),
        ("/unsure", json!("no"), "$.unsure", "wrong type"),
        (
            "/asks/0/intent",
            json!("refund"),
            "$.asks[0].intent",
            "not one of the values allowed",
        ),
        (
            "/asks/0/confidence",
            json!("0.9"),
            "$.asks[0].confidence",
            "wrong type",
        ),
        (
            "/asks/0/confidence",
            json!(1.5),
            "$.asks[0].confidence",
            "above the most allowed",
        ),
        (
            "/asks/0/quantity",
            json!(0),
            "$.asks[0].quantity",
            "below the least allowed",
        ),
        (
            "/asks/0/quantity",
            json!(2.0),
            "$.asks[0].quantity",
            "wrong type",
        ),
        (
            "/asks/0/text",
            json!("а".repeat(21)),
            "$.asks[0].text",
            "above the most allowed",
        ),
        (
            "/asks/0",
            json!({"text": "а"}),
            "$.asks[0].intent",
            "missing",
        ),
    ] {
        let found = wrong(&with(pointer, value));
        // Members come in the order of their names, so the first that is missing is not always the same.
        if problem == "missing" {
            assert_eq!(found.1, "missing");
        } else {
            assert_eq!(found, (path.to_owned(), problem));
        }
    }
    let ask = good()["asks"][0].clone();
    let found = wrong(&with("/asks", json!([ask, ask, ask, ask])));
    assert_eq!(found, ("$.asks".to_owned(), "above the most allowed"));
}

#[test]
fn a_property_too_many_is_a_mismatch_that_does_not_repeat_the_models_words() {
    let mut answer = good();
    answer["позвоните +79161234567"] = json!(1);
    let mismatch = schema().check(&answer).unwrap_err();
    assert_eq!(mismatch.path, "$");
    assert!(!format!("{mismatch:?}").contains("7916"));
}

#[test]
fn bounds_are_checked_here_and_not_sent() {
    let sent = schema().wire().to_string();
    for bound in BOUNDS {
        assert!(!sent.contains(bound), "{bound} in {sent}");
    }
    let named = json!({
        "type": "object", "additionalProperties": false, "required": ["maximum"],
        "properties": {"maximum": {"type": "integer", "maximum": 3}},
    });
    let schema = Schema::new("x", &named).unwrap();
    assert_eq!(
        schema.wire()["properties"]["maximum"],
        json!({"type": "integer"})
    );
    assert!(schema.check(&json!({"maximum": 4})).is_err());
}

#[test]
fn what_strict_mode_would_reject_is_rejected_when_it_is_written() {
    let object = |properties: Value, required: Value| json!({"type": "object", "additionalProperties": false, "properties": properties, "required": required});
    let mut deep = json!({"type": "string"});
    for _ in 0..10 {
        deep = object(json!({"a": deep}), json!(["a"]));
    }
    let a = json!({"a": {"type": "string"}});
    for (bad, reason) in [
        (
            json!({"type": "array", "items": {"type": "string"}}),
            "root must be an object",
        ),
        (
            json!({"type": "object", "properties": a, "required": ["a"]}),
            "additionalProperties must be false",
        ),
        (
            object(a.clone(), json!([])),
            "required must list every property",
        ),
        (
            object(a, json!(["a", "b"])),
            "required must list every property",
        ),
        (
            object(json!({"a": {"type": "text"}}), json!(["a"])),
            "unknown type",
        ),
        (object(json!({"a": {}}), json!(["a"])), "type is missing"),
        (
            object(json!({"a": {"type": "array"}}), json!(["a"])),
            "items is missing",
        ),
        (
            object(json!({"a": {"type": "string", "enum": []}}), json!(["a"])),
            "enum must have values",
        ),
        (
            object(
                json!({"a": {"type": "string", "pattern": "x"}}),
                json!(["a"]),
            ),
            "pattern is not part",
        ),
        (deep, "nested more than 10 deep"),
    ] {
        let error = Schema::new("x", &bad).expect_err(reason).to_string();
        assert!(error.contains(reason), "{error} should say: {reason}");
    }
    for name in ["", "два слова", &"x".repeat(65)] {
        assert!(Schema::new(name, &asks()).is_err(), "{name:?}");
    }
}

/// Any JSON, shallow.
fn anything() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".{0,25}".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 20, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map("asks|unsure|intent|text|.", inner, 0..4)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn what_passes_can_be_read_and_nothing_panics(value in anything()) {
        for pointer in ["", "/unsure", "/asks", "/asks/0", "/asks/0/text", "/asks/0/intent", "/asks/0/confidence", "/asks/0/quantity"] {
            let answer = with(pointer, value.clone());
            if schema().check(&answer).is_ok() {
                prop_assert!(answer["unsure"].is_boolean());
                for ask in answer["asks"].as_array().unwrap() {
                    prop_assert!(["stock", "other"].contains(&ask["intent"].as_str().unwrap()));
                    prop_assert!((0.0..=1.0).contains(&ask["confidence"].as_f64().unwrap()));
                    prop_assert!(ask["quantity"].is_null() || ask["quantity"].as_i64().unwrap() >= 1
                        || ask["quantity"].as_u64().unwrap() >= 1);
                    prop_assert!(ask["text"].as_str().unwrap().chars().count() <= 20);
                }
            }
        }
    }
}
