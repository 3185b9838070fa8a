//! What conditions can speak about. In: shapes of roots. Out: paths as policies write them, each with its shape.

use super::pool::Sort;
use super::rng::Rng;
use super::shape::{Field, Shape};

/// Something that has a value, as it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Path {
    /// Its text; binds as tightly as a name.
    pub text: String,
    /// What it holds.
    pub shape: Shape,
    /// A place: `has` and `is` may ask about it.
    pub place: bool,
}

impl Path {
    /// A place.
    #[must_use]
    pub(super) fn place(text: String, shape: Shape) -> Self {
        Self { text, shape, place: true }
    }

    /// A number may stand there.
    #[must_use]
    pub(super) fn is_number(&self) -> bool {
        self.may(|shape| matches!(shape, Shape::Int(..) | Shape::Decimal(..) | Shape::Dynamic))
    }

    /// Text may stand there.
    #[must_use]
    pub(super) fn is_text(&self) -> bool {
        self.may(|shape| {
            matches!(shape, Shape::Text(..) | Shape::Enum(_) | Shape::Patterned(_) | Shape::Dynamic)
        })
    }

    /// A boolean may stand there.
    #[must_use]
    pub(super) fn is_bool(&self) -> bool {
        self.may(|shape| matches!(shape, Shape::Bool | Shape::Dynamic))
    }

    /// A time, date or duration stands there.
    #[must_use]
    pub(super) fn is_time(&self) -> bool {
        self.may(|shape| matches!(shape, Shape::Moment | Shape::Day | Shape::Span))
    }

    /// The shape of elements, if a list may stand there.
    #[must_use]
    pub(super) fn items(&self) -> Option<Shape> {
        self.find(|shape| match shape {
            Shape::List(items, ..) => Some(Shape::clone(items)),
            Shape::Dynamic => Some(Shape::Dynamic),
            _ => None,
        })
    }

    /// The shape of values, if a map stands there.
    #[must_use]
    pub(super) fn map(&self) -> Option<Shape> {
        match &self.shape {
            Shape::Map(value) => Some(Shape::clone(value)),
            _ => None,
        }
    }

    /// The only texts that may stand there.
    #[must_use]
    pub(super) fn only(&self) -> Option<Vec<String>> {
        self.find(|shape| match shape {
            Shape::Enum(all) => Some(all.clone()),
            _ => None,
        })
    }

    /// The greatest length of text there.
    #[must_use]
    pub(super) fn longest(&self) -> Option<u32> {
        self.find(|shape| match shape {
            Shape::Text(_, most) => *most,
            _ => None,
        })
    }

    /// The sort of text there.
    #[must_use]
    pub(super) fn sort(&self) -> Option<Sort> {
        self.find(|shape| match shape {
            Shape::Text(sort, _) => Some(*sort),
            _ => None,
        })
    }

    /// Numbers there are whole, and their bounds.
    #[must_use]
    pub(super) fn bounds(&self) -> (bool, Option<i64>, Option<i64>) {
        let found = self.find(|shape| match shape {
            Shape::Int(min, max) => Some((true, *min, *max)),
            Shape::Decimal(min, max) => Some((false, *min, *max)),
            _ => None,
        });
        found.unwrap_or((false, None, None))
    }

    fn may(&self, test: impl Fn(&Shape) -> bool) -> bool {
        self.find(|shape| test(shape).then_some(())).is_some()
    }

    fn find<T>(&self, find: impl Fn(&Shape) -> Option<T>) -> Option<T> {
        fn within<T>(shape: &Shape, find: &impl Fn(&Shape) -> Option<T>) -> Option<T> {
            match shape {
                Shape::Nullable(inner) => within(inner, find),
                Shape::Either(a, b) => within(a, find).or_else(|| within(b, find)),
                other => find(other),
            }
        }
        within(&self.shape, &find)
    }
}

/// `base.name`, the name quoted where it must be.
#[must_use]
pub(super) fn step(base: &str, name: &str) -> String {
    let mut chars = name.chars();
    let starts = chars.next().is_some_and(|c| c.is_ascii_alphabetic() || c == '_');
    let plain = starts
        && chars.all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-')
        && !name.ends_with('-')
        && !name.contains("--");
    if plain { format!("{base}.{name}") } else { format!("{base}.{}", quoted(name)) }
}

/// Text as a literal.
#[must_use]
pub(super) fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if c.is_control() || is_invisible(c) => out.push_str(&format!("\\u{{{:x}}}", u32::from(c))),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

/// Every path below a root, the root itself left out.
pub(super) fn paths(root: &str, fields: &[Field], rng: &mut Rng) -> Vec<Path> {
    let mut out = Vec::new();
    for field in fields {
        below(step(root, &field.name), &field.shape, rng, &mut out);
    }
    out
}

/// The path and what is below it.
pub(super) fn below(text: String, shape: &Shape, rng: &mut Rng, out: &mut Vec<Path>) {
    out.push(Path::place(text.clone(), shape.clone()));
    match shape {
        Shape::Record(fields) => {
            fields.iter().for_each(|field| below(step(&text, &field.name), &field.shape, rng, out))
        }
        Shape::Nullable(inner) => {
            if let Shape::Record(fields) = &**inner {
                fields.iter().for_each(|field| below(step(&text, &field.name), &field.shape, rng, out));
            }
        }
        Shape::Variants(tag, cases) => {
            let tags = cases.iter().map(|(value, _)| value.clone()).collect();
            out.push(Path::place(step(&text, tag), Shape::Enum(tags)));
            // A key that several cases declare has the union of their types; one case's is enough here.
            if let Some((_, fields)) = cases.first()
                && cases.iter().skip(1).all(|(_, others)| {
                    fields.iter().all(|field| others.iter().all(|other| other.name != field.name))
                })
            {
                fields.iter().for_each(|field| below(step(&text, &field.name), &field.shape, rng, out));
            }
        }
        Shape::Map(value) => {
            let key = rng.word(&["a", "team", "größe", "x y"]);
            out.push(Path::place(step(&text, key), Shape::clone(value)));
        }
        Shape::Dynamic => {
            let key = rng.word(&["a", "status", "id", "x y"]);
            let inner = step(&text, key);
            out.push(Path::place(step(&inner, "b"), Shape::Dynamic));
            out.push(Path::place(inner, Shape::Dynamic));
        }
        _ => {}
    }
}

/// Values that are computed from paths and have fields of their own: the first of a list, a map's member under a computed key.
pub(super) fn derived(all: &[Path], rng: &mut Rng) -> Vec<Path> {
    let mut out = Vec::new();
    let keys: Vec<&Path> = all.iter().filter(|path| matches!(path.shape, Shape::Text(..))).collect();
    for path in all.iter().filter(|path| path.place) {
        let chance = if path.shape == Shape::Dynamic { 5 } else { 30 };
        if let Some(items) = path.items()
            && rng.chance(chance)
        {
            let word = rng.word(&["first", "last"]);
            below(format!("{word}({})", path.text), &items, rng, &mut out);
        }
        if let Some(value) = path.map()
            && let Some(key) = rng.pick(&keys).copied().cloned()
            && rng.chance(60)
        {
            below(format!("{}[{}]", path.text, key.text), &value, rng, &mut out);
        }
        if let Shape::Record(_) = &path.shape
            && let Some(other) = all.iter().find(|other| other.shape == path.shape && other.text != path.text)
            && rng.chance(30)
        {
            below(format!("({} ?? {})", path.text, other.text), &path.shape, rng, &mut out);
        }
    }
    out
}
