//! What strict mode refuses in a schema. Source: OpenAI, structured outputs.

use serde_json::Value;

/// Keywords that strict mode of some model or other rejects.
const UNSUPPORTED: [&str; 11] = [
    "allOf",
    "oneOf",
    "not",
    "if",
    "minLength",
    "maxLength",
    "minimum",
    "maximum",
    "minItems",
    "maxItems",
    "pattern",
];

/// The rule that a schema breaks, in words.
pub(crate) fn broken(schema: &Value) -> Option<String> {
    if schema.get("type") != Some(&Value::from("object")) {
        return Some("schema must be a JSON Schema of 'type: \"object\"'".to_owned());
    }
    inner(schema)
}

fn inner(schema: &Value) -> Option<String> {
    if let Some(keyword) = UNSUPPORTED
        .into_iter()
        .find(|keyword| schema.get(keyword).is_some())
    {
        return Some(format!("'{keyword}' is not permitted"));
    }
    let properties = schema.get("properties").and_then(Value::as_object);
    if let Some(properties) = properties {
        if schema.get("additionalProperties") != Some(&Value::Bool(false)) {
            return Some(
                "'additionalProperties' is required to be supplied and to be false".to_owned(),
            );
        }
        let required = schema.get("required").and_then(Value::as_array);
        let listed =
            |name: &String| required.is_some_and(|list| list.contains(&Value::from(name.as_str())));
        if let Some(name) = properties.keys().find(|name| !listed(name)) {
            return Some(format!(
                "'required' must include every key in properties. Missing '{name}'"
            ));
        }
        if let Some(problem) = properties.values().find_map(inner) {
            return Some(problem);
        }
    }
    schema.get("items").and_then(inner)
}
