//! Types of arguments, as the generators see them. In: random choices. Out: a shape, and the JSON Schema that says the same in one of the
//! spellings that servers use.

use super::pool::{self, SORTS, Sort};
use super::rng::Rng;
use serde_json::{Map, Value, json};

/// The type of a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Shape {
    /// A boolean.
    Bool,
    /// A whole number; bounds are included.
    Int(Option<i64>, Option<i64>),
    /// A number with a fraction; bounds are included.
    Decimal(Option<i64>, Option<i64>),
    /// One of these texts.
    Enum(Vec<String>),
    /// Text of a sort, with a greatest length.
    Text(Sort, Option<u32>),
    /// Text that a pattern must be found in.
    Patterned(&'static str),
    /// A list: elements, least and greatest number, no element twice.
    List(Box<Shape>, u32, Option<u32>, bool),
    /// A record.
    Record(Vec<Field>),
    /// Any keys, values of one shape.
    Map(Box<Shape>),
    /// The shape, or null.
    Nullable(Box<Shape>),
    /// One of two shapes of different kinds.
    Either(Box<Shape>, Box<Shape>),
    /// One of several records, told apart by the text under one key.
    Variants(String, Vec<(String, Vec<Field>)>),
    /// Anything.
    Dynamic,
    /// A timestamp; host values only.
    Moment,
    /// A date; host values only.
    Day,
    /// A duration; host values only.
    Span,
}

/// A declared key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// The key.
    pub name: String,
    /// Its value.
    pub shape: Shape,
    /// It must be there.
    pub required: bool,
}

/// A tool.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToolShape {
    /// Identity of its server.
    pub server: String,
    /// Its name.
    pub name: String,
    /// Its arguments.
    pub fields: Vec<Field>,
    /// `destructiveHint`, if the server says.
    pub destructive: Option<bool>,
}

/// A random shape; `depth` bounds nesting.
pub(super) fn shape(rng: &mut Rng, depth: usize) -> Shape {
    if depth == 0 || rng.chance(60) {
        return scalar(rng);
    }
    match rng.below(10) {
        0..=3 => list(rng, depth),
        4 => Shape::Record(fields(rng, 1, 4, depth.saturating_sub(1))),
        5 | 6 => Shape::Map(Box::new(shape(rng, depth.saturating_sub(1)))),
        7 => Shape::Nullable(Box::new(plain(rng, depth.saturating_sub(1)))),
        8 => either(rng),
        _ if rng.chance(50) => Shape::Dynamic,
        _ => variants(rng),
    }
}

/// A shape without null and unions at its head.
fn plain(rng: &mut Rng, depth: usize) -> Shape {
    loop {
        match shape(rng, depth) {
            Shape::Nullable(_) | Shape::Either(..) | Shape::Dynamic | Shape::Variants(..) => {}
            plain => return plain,
        }
    }
}

/// A shape that is no list or record.
pub(super) fn scalar(rng: &mut Rng) -> Shape {
    match rng.below(12) {
        0 => Shape::Bool,
        1..=3 => {
            let (min, max) = bounds(rng);
            Shape::Int(min, max)
        }
        4 | 5 => {
            let (min, max) = bounds(rng);
            Shape::Decimal(min, max)
        }
        6 | 7 => {
            let mut all: Vec<String> = ["open", "closed", "main", "a", "b", "größe", "x y"]
                .iter()
                .map(|s| (*s).to_owned())
                .collect();
            rng.shuffle(&mut all);
            all.truncate(2 + rng.below(3));
            Shape::Enum(all)
        }
        8 if rng.chance(40) => {
            Shape::Patterned(rng.pick(&["^[a-z]", "\\d", "^feat/", "e$", "[^x]"]).copied().unwrap_or("e"))
        }
        _ => Shape::Text(sort(rng), if rng.chance(10) { Some(40) } else { None }),
    }
}

/// A sort of text, words most often.
pub(super) fn sort(rng: &mut Rng) -> Sort {
    if rng.chance(40) { Sort::Word } else { rng.pick(SORTS).copied().unwrap_or(Sort::Word) }
}

fn bounds(rng: &mut Rng) -> (Option<i64>, Option<i64>) {
    match rng.below(5) {
        0 => (Some(0), Some(100)),
        1 => (Some(-10), None),
        2 => (None, Some(1000)),
        _ => (None, None),
    }
}

fn list(rng: &mut Rng, depth: usize) -> Shape {
    let items = match rng.below(10) {
        0..=4 => Shape::Text(sort(rng), None),
        5 => Shape::Int(None, None),
        6 => Shape::Decimal(None, None),
        7 | 8 => Shape::Record(fields(rng, 1, 3, 0)),
        _ => shape(rng, depth.saturating_sub(1)),
    };
    let min = if rng.chance(25) { 1 } else { 0 };
    let max = if rng.chance(20) { Some(5) } else { None };
    Shape::List(Box::new(items), min, max, rng.chance(10))
}

fn either(rng: &mut Rng) -> Shape {
    let text = Shape::Text(sort(rng), None);
    let other = match rng.below(3) {
        0 => Shape::Int(None, None),
        1 => Shape::Bool,
        _ => Shape::List(Box::new(text.clone()), 0, None, false),
    };
    Shape::Either(Box::new(text), Box::new(other))
}

fn variants(rng: &mut Rng) -> Shape {
    let cases = ["card", "bank", "cash"].iter().take(2 + rng.below(2));
    let cases = cases.map(|tag| ((*tag).to_owned(), fields(rng, 1, 2, 0))).collect();
    // The tag's name is none of the other keys'.
    Shape::Variants("type".to_owned(), cases)
}

/// Declared keys with distinct names.
pub(super) fn fields(rng: &mut Rng, least: usize, most: usize, depth: usize) -> Vec<Field> {
    let mut names = pool::NAMES.to_vec();
    rng.shuffle(&mut names);
    let count = least + rng.below(most.saturating_sub(least).saturating_add(1));
    let names = names.into_iter().take(count);
    names
        .map(|name| Field { name: name.to_owned(), shape: shape(rng, depth), required: rng.chance(45) })
        .collect()
}

impl Shape {
    /// As a JSON Schema.
    #[must_use]
    pub fn schema(&self, rng: &mut Rng) -> Value {
        match self {
            Self::Bool => json!({"type": "boolean"}),
            Self::Int(min, max) => number("integer", *min, *max, rng),
            Self::Decimal(min, max) => number("number", *min, *max, rng),
            Self::Enum(texts) if rng.chance(20) => {
                let all: Vec<Value> =
                    texts.iter().map(|text| json!({"type": "string", "const": text})).collect();
                json!({ "anyOf": all })
            }
            Self::Enum(texts) => json!({"type": "string", "enum": texts}),
            Self::Text(_, None) | Self::Moment | Self::Day | Self::Span => {
                json!({"type": "string", "description": "some text"})
            }
            Self::Text(_, Some(most)) => json!({"type": "string", "maxLength": most}),
            Self::Patterned(pattern) => json!({"type": "string", "pattern": pattern}),
            Self::List(items, min, max, unique) => {
                let mut out = json!({"type": "array", "items": items.schema(rng)});
                let extra = [
                    ("minItems", (*min > 0).then(|| json!(min))),
                    ("maxItems", max.map(|max| json!(max))),
                    ("uniqueItems", unique.then(|| json!(true))),
                ];
                for (key, value) in extra {
                    if let (Some(value), Some(members)) = (value, out.as_object_mut()) {
                        members.insert(key.to_owned(), value);
                    }
                }
                out
            }
            Self::Record(fields) => object(fields, rng),
            Self::Map(value) => json!({"type": "object", "additionalProperties": value.schema(rng)}),
            Self::Nullable(inner) => {
                let inner = inner.schema(rng);
                json!({"anyOf": [inner, {"type": "null"}]})
            }
            Self::Either(a, b) => {
                let all = [a.schema(rng), b.schema(rng)];
                if rng.chance(50) { json!({ "anyOf": all }) } else { json!({ "oneOf": all }) }
            }
            Self::Variants(tag, cases) => {
                let cases: Vec<Value> = cases
                    .iter()
                    .map(|(value, fields)| {
                        let mut out = object(fields, rng);
                        if let Some(properties) = out.get_mut("properties").and_then(Value::as_object_mut) {
                            properties.insert(tag.clone(), json!({"type": "string", "const": value}));
                        }
                        if let Some(required) = out.get_mut("required").and_then(Value::as_array_mut) {
                            required.push(json!(tag));
                        }
                        out
                    })
                    .collect();
                json!({ "oneOf": cases })
            }
            Self::Dynamic => json!({}),
        }
    }
}

impl ToolShape {
    /// As its server lists it.
    #[must_use]
    pub fn listed(&self, rng: &mut Rng) -> Value {
        let mut out = json!({"name": self.name, "inputSchema": object(&self.fields, rng)});
        if let (Some(hint), Some(members)) = (self.destructive, out.as_object_mut()) {
            members.insert("annotations".to_owned(), json!({"destructiveHint": hint}));
        }
        out
    }
}

fn number(kind: &str, min: Option<i64>, max: Option<i64>, rng: &mut Rng) -> Value {
    let mut out = Map::new();
    out.insert("type".to_owned(), json!(kind));
    let exclusive = kind == "integer" && rng.chance(30);
    let bounds = if exclusive {
        [("exclusiveMinimum", min.map(|n| n - 1)), ("exclusiveMaximum", max.map(|n| n + 1))]
    } else {
        [("minimum", min), ("maximum", max)]
    };
    out.extend(bounds.into_iter().filter_map(|(key, bound)| Some((key.to_owned(), json!(bound?)))));
    Value::Object(out)
}

fn object(fields: &[Field], rng: &mut Rng) -> Value {
    let properties: Map<String, Value> =
        fields.iter().map(|field| (field.name.clone(), field.shape.schema(rng))).collect();
    let required: Vec<&str> =
        fields.iter().filter(|field| field.required).map(|field| field.name.as_str()).collect();
    json!({"type": "object", "properties": properties, "required": required})
}
