//! Lists, quantifiers and subsets as text. In: paths in scope. Out: expressions over lists.

use super::condition::{Definition, Maker, Position};
use super::scope::{Path, quoted};
use super::shape::Shape;

/// A list-valued expression.
pub(super) struct Listed {
    pub(super) text: String,
    /// Shape of its elements.
    pub(super) shape: Shape,
    /// As it stands in the call: `zip` takes nothing else.
    plain: bool,
    /// It is no list of a map's members, which have no order.
    pub(super) ordered: bool,
}

impl Maker<'_> {
    /// A list-valued expression.
    pub(super) fn list(&mut self) -> Option<Listed> {
        let text_list = |text: String| Listed { text, shape: text_shape(), plain: false, ordered: true };
        match self.rng.below(16) {
            0 | 1 => {
                let path = self.path(|path| path.items().is_some() && path.place)?;
                let shape = path.items()?;
                Some(Listed { text: format!("({} ?? [])", path.text), shape, plain: true, ordered: true })
            }
            2 | 15 => {
                let (a, b) = (self.plain_list()?, self.plain_list()?);
                let scalar = |shape: &Shape| matches!(shape, Shape::Text(..));
                (scalar(&a.shape) && scalar(&b.shape)).then_some(())?;
                let text = match self.rng.below(3) {
                    0 => format!("({} ++ ({} ?? []))", a.text, b.text),
                    1 => format!("({} ++ [\"main\", {}])", a.text, quoted("eve@evil.example")),
                    _ => format!("({} ++ {})", a.text, b.text),
                };
                let shape = if a.shape == b.shape { a.shape } else { Shape::Dynamic };
                Some(Listed { text, shape, plain: false, ordered: true })
            }
            3 | 14 => {
                let path = self.path(|path| path.map().is_some())?;
                if self.rng.chance(50) {
                    return Some(Listed { ordered: false, ..text_list(format!("keys({})", path.text)) });
                }
                let shape = path.map()?;
                let text = format!("values({})", path.text);
                Some(Listed { text, shape, plain: false, ordered: false })
            }
            4 => {
                let path = self.path(Path::is_text)?;
                let (module, name) = *self.rng.pick(&[
                    ("email", "emails"),
                    ("url", "urls"),
                    ("text", "lines"),
                    ("text", "words"),
                ])?;
                self.imports.insert((module, name));
                Some(text_list(format!("{name}({})", path.text)))
            }
            5 => {
                let text = |path: &Path| matches!(path.shape, Shape::Text(..));
                let (a, b) = (self.path(text)?, self.path(text)?);
                Some(text_list(format!("[{}, {}, \"main\"]", a.text, b.text)))
            }
            6 => {
                let lists: Vec<&Definition> =
                    self.definitions.iter().filter(|d| matches!(d, Definition::Texts(_))).collect();
                let Some(Definition::Texts(name)) = self.rng.pick(&lists).copied() else { return None };
                Some(text_list(name.clone()))
            }
            _ => self.plain_list(),
        }
    }

    /// A list as it stands in the call.
    fn plain_list(&mut self) -> Option<Listed> {
        let path = self.path(|path| path.items().is_some())?;
        let shape = path.items()?;
        Some(Listed { text: path.text, shape, plain: path.place, ordered: true })
    }

    /// `any x in xs: …`, `all x in xs: …`, `all a, b in zip(xs, ys): …`.
    pub(super) fn quantifier(&mut self, depth: usize, position: Position) -> Option<String> {
        if self.loops >= 2 {
            return None;
        }
        let list = self.list()?;
        // `not any` in a grant would need a proof that the list is not empty that is not a plain conjunct.
        let all = self.rng.chance(50) || position == Position::GrantsNegated;
        let word = if all { "all" } else { "any" };
        let inner = if self.rng.chance(50) { 0 } else { depth.min(1) };
        let guard = |text: &str| {
            if all && position == Position::Grants {
                format!("count({text}) > 0 and ")
            } else {
                String::new()
            }
        };
        if self.rng.chance(12) && list.plain {
            let other = self.plain_list().filter(|other| other.plain)?;
            let (a, b) = (self.variable(), self.variable());
            let first = list.shape.clone();
            let body = self.inside(&a, first, |maker| {
                maker.inside(&b, other.shape.clone(), |maker| maker.condition(inner, position))
            });
            let guard = guard(&list.text);
            return Some(format!("{guard}({word} {a}, {b} in zip({}, {}): {body})", list.text, other.text));
        }
        let name = self.variable();
        let body = self.inside(&name, list.shape.clone(), |maker| maker.condition(inner, position));
        let guard = guard(&list.text);
        Some(format!("{guard}({word} {name} in {}: {body})", list.text))
    }

    /// `subset(xs, […])`.
    pub(super) fn subset(&mut self, position: Position) -> Option<String> {
        if self.loops >= 1 || position == Position::GrantsNegated {
            return None;
        }
        let list = self.list()?;
        let item = Path::place(String::new(), list.shape.clone());
        (item.is_text() && item.only().is_none()).then_some(())?;
        let other = if self.rng.chance(70) {
            let sort = item.sort().unwrap_or(super::pool::Sort::Word);
            let all: Vec<String> = (0..1 + self.rng.below(4))
                .map(|_| {
                    let text = self.rng.word(super::pool::texts(sort)).to_owned();
                    self.constants.texts.push(text.clone());
                    quoted(&text)
                })
                .collect();
            format!("[{}]", all.join(", "))
        } else {
            let other = self.list()?;
            Path::place(String::new(), other.shape.clone()).is_text().then_some(other.text)?
        };
        let guard = if position == Position::Grants {
            format!("count({}) > 0 and ", list.text)
        } else {
            String::new()
        };
        Some(format!("{guard}subset({}, {other})", list.text))
    }
}

fn text_shape() -> Shape {
    Shape::Text(super::pool::Sort::Word, None)
}
