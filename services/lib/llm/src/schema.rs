//! The shape that an answer must have: what endpoints call strict mode, checked by ourselves all the same, because
//! many of them accept a schema and pay no heed to it.
//!
//! The subset: objects whose properties are all required and the only ones, arrays, strings, numbers, integers,
//! booleans, null, unions of these by a list of types, `enum`, and bounds. Deliberately absent: references, `anyOf`,
//! patterns. Source of the rules: OpenAI, structured outputs.

use std::fmt;

use serde_json::{Map, Value, json};

/// Deepest nesting. Source: OpenAI, structured outputs.
const DEEPEST: usize = 10;
/// Longest name of a schema. Source: OpenAI, `response_format.json_schema.name`.
const LONGEST_NAME: usize = 64;
/// Bounds that we check and do not send: strict mode knows some of them on some models, and rejects the others.
const BOUNDS: [&str; 6] = [
    "minLength",
    "maxLength",
    "minimum",
    "maximum",
    "minItems",
    "maxItems",
];

/// A schema that endpoints accept in strict mode, and the check of answers against it.
#[derive(Clone, Debug)]
pub struct Schema {
    name: String,
    root: Node,
    wire: Value,
}

/// Why a schema is not one of strict mode; a fault of whoever wrote it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("schema {name} at {path}: {problem}")]
pub struct SchemaError {
    name: String,
    path: String,
    problem: String,
}

/// Where a value differs from its schema. Holds no part of the value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mismatch {
    /// Where, in names of the schema: `$.asks[0].intent`.
    pub path: String,
    /// What is wrong there.
    pub problem: &'static str,
}

#[derive(Clone, Debug, Default)]
struct Node {
    types: Vec<Type>,
    allowed: Option<Vec<Value>>,
    properties: Vec<(String, Node)>,
    items: Option<Box<Node>>,
    length: Bounds,
    amount: Bounds,
    count: Bounds,
}

#[derive(Clone, Copy, Debug, Default)]
struct Bounds {
    least: Option<f64>,
    most: Option<f64>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Type {
    Object,
    Array,
    String,
    Number,
    Integer,
    Boolean,
    Null,
}

impl Schema {
    /// Reads a JSON Schema and checks that strict mode accepts it. `name` is shown to the model.
    ///
    /// # Errors
    /// [`SchemaError`] names the place and the rule; mend the schema.
    pub fn new(name: &str, schema: &Value) -> Result<Self, SchemaError> {
        let fail = |path: &Path<'_>, problem: String| SchemaError {
            name: name.to_owned(),
            path: path.to_string(),
            problem,
        };
        let good = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
        if name.is_empty() || name.len() > LONGEST_NAME || !name.chars().all(good) {
            let problem = "the name must be 1 to 64 of A-Z a-z 0-9 _ -";
            return Err(fail(&Path::Root, problem.to_owned()));
        }
        let root = Node::read(schema, &Path::Root, 1, &fail)?;
        if root.types != [Type::Object] {
            return Err(fail(&Path::Root, "the root must be an object".to_owned()));
        }
        Ok(Self {
            name: name.to_owned(),
            root,
            wire: without_bounds(schema),
        })
    }

    /// Checks a value. Numbers such as `2.0` are not integers here: whoever reads the value could not read them.
    ///
    /// # Errors
    /// The first [`Mismatch`], in the schema's order.
    pub fn check(&self, value: &Value) -> Result<(), Mismatch> {
        self.root.check(value, &Path::Root)
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// The schema as it is sent.
    pub(crate) const fn wire(&self) -> &Value {
        &self.wire
    }
}

fn without_bounds(schema: &Value) -> Value {
    match schema {
        Value::Object(members) => {
            let kept = members.iter().filter(|(key, value)| {
                // A property may well be called `maximum`; its value is then a schema, and a bound's is a number.
                !(BOUNDS.contains(&key.as_str()) && value.is_number())
            });
            Value::Object(kept.map(|(k, v)| (k.clone(), without_bounds(v))).collect())
        }
        Value::Array(items) => items.iter().map(without_bounds).collect(),
        other => other.clone(),
    }
}

/// A place in a value, written only when something is wrong there.
enum Path<'a> {
    Root,
    Property(&'a Path<'a>, &'a str),
    Item(&'a Path<'a>, usize),
}

impl fmt::Display for Path<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Root => f.write_str("$"),
            Self::Property(parent, name) => write!(f, "{parent}.{name}"),
            Self::Item(parent, index) => write!(f, "{parent}[{index}]"),
        }
    }
}

type Fail<'a> = &'a dyn Fn(&Path<'_>, String) -> SchemaError;

impl Node {
    fn read(
        schema: &Value,
        path: &Path<'_>,
        depth: usize,
        fail: Fail<'_>,
    ) -> Result<Self, SchemaError> {
        let wrong = |problem: &str| fail(path, problem.to_owned());
        if depth > DEEPEST {
            return Err(wrong("nested more than 10 deep"));
        }
        let members = schema.as_object().ok_or_else(|| wrong("not an object"))?;
        let mut node = Self::default();
        for (key, value) in members {
            let number = || {
                value
                    .as_f64()
                    .ok_or_else(|| wrong("a bound must be a number"))
            };
            match key.as_str() {
                "description" | "title" | "required" | "additionalProperties" => {}
                "type" => node.types = types(value).ok_or_else(|| wrong("unknown type"))?,
                "enum" => {
                    let values = value.as_array().filter(|values| !values.is_empty());
                    node.allowed = Some(
                        values
                            .ok_or_else(|| wrong("enum must have values"))?
                            .clone(),
                    );
                }
                "properties" => {
                    let members = value.as_object();
                    let members = members.ok_or_else(|| wrong("properties must be an object"))?;
                    for (name, schema) in members {
                        let path = Path::Property(path, name);
                        let inner = Self::read(schema, &path, depth + 1, fail)?;
                        node.properties.push((name.clone(), inner));
                    }
                }
                "items" => {
                    let path = Path::Item(path, 0);
                    node.items = Some(Box::new(Self::read(value, &path, depth + 1, fail)?));
                }
                "minLength" => node.length.least = Some(number()?),
                "maxLength" => node.length.most = Some(number()?),
                "minimum" => node.amount.least = Some(number()?),
                "maximum" => node.amount.most = Some(number()?),
                "minItems" => node.count.least = Some(number()?),
                "maxItems" => node.count.most = Some(number()?),
                other => return Err(wrong(&format!("{other} is not part of the subset"))),
            }
        }
        node.rules(members)
            .map_or(Ok(node), |problem| Err(wrong(problem)))
    }

    /// The rule of strict mode that this object of a schema breaks.
    fn rules(&self, members: &Map<String, Value>) -> Option<&'static str> {
        if self.types.is_empty() {
            return Some("type is missing");
        }
        if self.types.contains(&Type::Object) {
            if members.get("additionalProperties") != Some(&Value::Bool(false)) {
                return Some("additionalProperties must be false");
            }
            let required = members.get("required").and_then(Value::as_array);
            let required: Vec<&str> = required
                .into_iter()
                .flatten()
                .filter_map(Value::as_str)
                .collect();
            let all = self
                .properties
                .iter()
                .all(|(name, _)| required.contains(&name.as_str()));
            if !all || required.len() != self.properties.len() {
                return Some(
                    "required must list every property; what may be absent is a union with null",
                );
            }
        }
        if self.types.contains(&Type::Array) && self.items.is_none() {
            return Some("items is missing");
        }
        None
    }

    fn check(&self, value: &Value, path: &Path<'_>) -> Result<(), Mismatch> {
        let wrong = |problem| Err(mismatch(path, problem));
        if !self.types.iter().any(|kind| kind.fits(value)) {
            return wrong("wrong type");
        }
        if self
            .allowed
            .as_ref()
            .is_some_and(|allowed| !allowed.contains(value))
        {
            return wrong("not one of the values allowed");
        }
        match value {
            Value::Object(members) => self.check_object(members, path),
            Value::Array(items) => {
                self.count.check(items.len() as f64, path)?;
                let Some(node) = &self.items else {
                    return Ok(());
                };
                let mut items = items.iter().enumerate();
                items.try_for_each(|(at, item)| node.check(item, &Path::Item(path, at)))
            }
            Value::String(text) => self.length.check(text.chars().count() as f64, path),
            Value::Number(number) => match number.as_f64() {
                Some(number) => self.amount.check(number, path),
                None => wrong("not a number that can be held"),
            },
            Value::Bool(_) | Value::Null => Ok(()),
        }
    }

    fn check_object(&self, members: &Map<String, Value>, path: &Path<'_>) -> Result<(), Mismatch> {
        for (name, node) in &self.properties {
            let path = Path::Property(path, name);
            let value = members
                .get(name)
                .ok_or_else(|| mismatch(&path, "missing"))?;
            node.check(value, &path)?;
        }
        // The name of what is too many is the model's own choice of words, and so it is not told.
        if members.len() > self.properties.len() {
            return Err(mismatch(path, "has a property that was not asked for"));
        }
        Ok(())
    }
}

fn mismatch(path: &Path<'_>, problem: &'static str) -> Mismatch {
    Mismatch {
        path: path.to_string(),
        problem,
    }
}

impl Bounds {
    fn check(self, size: f64, path: &Path<'_>) -> Result<(), Mismatch> {
        if self.least.is_some_and(|least| size < least) {
            return Err(mismatch(path, "below the least allowed"));
        }
        if self.most.is_some_and(|most| size > most) {
            return Err(mismatch(path, "above the most allowed"));
        }
        Ok(())
    }
}

fn types(value: &Value) -> Option<Vec<Type>> {
    let all = [
        ("object", Type::Object),
        ("array", Type::Array),
        ("string", Type::String),
        ("number", Type::Number),
        ("integer", Type::Integer),
        ("boolean", Type::Boolean),
        ("null", Type::Null),
    ];
    let one = |value: &Value| {
        let (_, kind) = all.into_iter().find(|(name, _)| value == &json!(name))?;
        Some(kind)
    };
    match value {
        Value::Array(values) if !values.is_empty() => values.iter().map(one).collect(),
        value => Some(vec![one(value)?]),
    }
}

impl Type {
    fn fits(self, value: &Value) -> bool {
        match self {
            Self::Object => value.is_object(),
            Self::Array => value.is_array(),
            Self::String => value.is_string(),
            Self::Number => value.is_number(),
            Self::Integer => value.is_i64() || value.is_u64(),
            Self::Boolean => value.is_boolean(),
            Self::Null => value.is_null(),
        }
    }
}

#[cfg(test)]
mod tests;
