//! Values of a shape. In: a shape and the constants that the policy compares with. Out: JSON that fits, or that just misses.

use super::pool::{self, Sort};
use super::rng::Rng;
use super::shape::{Field, Shape};
use super::tree::Tree;

/// Constants that a policy mentions: values are drawn from them, so that conditions come out both ways.
#[derive(Debug, Clone, Default)]
pub struct Constants {
    /// Texts.
    pub texts: Vec<String>,
    /// Numbers, as spelled.
    pub numbers: Vec<String>,
}

/// A value that fits the shape.
pub(super) fn fitting(shape: &Shape, constants: &Constants, rng: &mut Rng, depth: usize) -> Tree {
    match shape {
        Shape::Bool => Tree::Bool(rng.chance(50)),
        Shape::Int(min, max) => Tree::Number(bounded(*min, *max, true, constants, rng)),
        Shape::Decimal(min, max) => Tree::Number(bounded(*min, *max, false, constants, rng)),
        Shape::Enum(all) => Tree::Text(rng.pick(all).cloned().unwrap_or_default()),
        Shape::Text(sort, most) => {
            let text = text(*sort, constants, rng);
            let most = most.map_or(usize::MAX, |most| usize::try_from(most).unwrap_or(usize::MAX));
            Tree::Text(text.chars().take(most).collect())
        }
        Shape::Patterned(pattern) => {
            let all: &[&str] = match *pattern {
                "^[a-z]" => &["main", "ab", "feat/x"],
                "\\d" => &["ticket-7", "7", "a1"],
                "^feat/" => &["feat/x", "feat/y/z"],
                "e$" => &["e", "größe", "release"],
                _ => &["main", "a", "y"],
            };
            Tree::Text(rng.word(all).to_owned())
        }
        Shape::List(items, min, max, unique) => {
            let least = usize::try_from(*min).unwrap_or(0);
            let most = max.map_or(4, |max| usize::try_from(max).unwrap_or(4)).max(least);
            let count = least + rng.below(most.saturating_sub(least).saturating_add(1).min(5));
            let mut out: Vec<Tree> = Vec::new();
            for _ in 0..count {
                let item = fitting(items, constants, rng, depth.saturating_add(1));
                if !unique || !out.contains(&item) {
                    out.push(item);
                }
            }
            Tree::List(out)
        }
        Shape::Record(fields) => Tree::Object(members(fields, constants, rng, depth)),
        Shape::Map(value) => {
            let mut keys = pool::KEYS.to_vec();
            rng.shuffle(&mut keys);
            let count = rng.below(4);
            let keys = keys.into_iter().take(count);
            Tree::Object(
                keys.map(|key| (key.to_owned(), fitting(value, constants, rng, depth.saturating_add(1))))
                    .collect(),
            )
        }
        Shape::Nullable(inner) => {
            if rng.chance(25) {
                Tree::Null
            } else {
                fitting(inner, constants, rng, depth)
            }
        }
        Shape::Either(a, b) => fitting(if rng.chance(50) { a } else { b }, constants, rng, depth),
        Shape::Variants(tag, cases) => {
            let Some((value, fields)) = rng.pick(cases).cloned() else { return Tree::Null };
            let mut out = members(&fields, constants, rng, depth);
            out.push((tag.clone(), Tree::Text(value)));
            Tree::Object(out)
        }
        Shape::Dynamic => anything(constants, rng, depth),
        Shape::Moment => Tree::Text(
            rng.word(&[
                "2027-01-01T09:00:00Z",
                "2026-12-31T23:59:59.5+01:00",
                "2027-06-01t12:00:00z",
                "2028-01-01T00:00:00Z",
            ])
            .to_owned(),
        ),
        Shape::Day => Tree::Text(rng.word(&["2027-01-01", "2026-12-31", "2028-02-29"]).to_owned()),
        Shape::Span => Tree::Text(rng.word(&["15m", "1h30m", "2d", "500ms", "1w"]).to_owned()),
    }
}

/// Members of a record.
pub(super) fn members(
    fields: &[Field],
    constants: &Constants,
    rng: &mut Rng,
    depth: usize,
) -> Vec<(String, Tree)> {
    let mut out = Vec::new();
    for field in fields {
        if field.required || rng.chance(65) {
            out.push((field.name.clone(), fitting(&field.shape, constants, rng, depth.saturating_add(1))));
        }
    }
    out
}

/// Any JSON value.
pub(super) fn anything(constants: &Constants, rng: &mut Rng, depth: usize) -> Tree {
    match rng.below(if depth > 3 { 6 } else { 9 }) {
        0 => Tree::Null,
        1 => Tree::Bool(rng.chance(50)),
        2 | 3 => Tree::Number(any_number(constants, rng)),
        4 | 5 => Tree::Text(any_text(constants, rng)),
        6 => {
            Tree::List((0..rng.below(4)).map(|_| anything(constants, rng, depth.saturating_add(1))).collect())
        }
        _ => {
            let mut keys = pool::KEYS.to_vec();
            rng.shuffle(&mut keys);
            let count = rng.below(4);
            let keys = keys.into_iter().take(count);
            Tree::Object(
                keys.map(|key| (key.to_owned(), anything(constants, rng, depth.saturating_add(1)))).collect(),
            )
        }
    }
}

/// A text of a sort, one that the policy mentions, or one of another sort.
fn text(sort: Sort, constants: &Constants, rng: &mut Rng) -> String {
    if rng.chance(40)
        && let Some(text) = rng.pick(&constants.texts)
    {
        return text.clone();
    }
    if rng.chance(90) { rng.word(pool::texts(sort)).to_owned() } else { any_text(constants, rng) }
}

fn any_text(constants: &Constants, rng: &mut Rng) -> String {
    if rng.chance(40)
        && let Some(text) = rng.pick(&constants.texts)
    {
        return text.clone();
    }
    let sort = rng.pick(pool::SORTS).copied().unwrap_or(Sort::Word);
    rng.word(pool::texts(sort)).to_owned()
}

fn any_number(constants: &Constants, rng: &mut Rng) -> String {
    if rng.chance(50)
        && let Some(number) = rng.pick(&constants.numbers)
    {
        return number.clone();
    }
    if rng.chance(6) { rng.word(pool::ODD_NUMBERS).to_owned() } else { rng.word(pool::NUMBERS).to_owned() }
}

/// A number within bounds: at them, at a constant, or beside one.
fn bounded(min: Option<i64>, max: Option<i64>, whole: bool, constants: &Constants, rng: &mut Rng) -> String {
    for _ in 0..8 {
        let text = match rng.below(4) {
            0 => min.or(max).unwrap_or(0).to_string(),
            1 => rng.between(min.unwrap_or(-20), max.unwrap_or(120)).to_string(),
            2 => beside(&any_number(constants, rng), rng),
            _ => any_number(constants, rng),
        };
        let Ok(value) = text.parse::<f64>() else { continue };
        let below = |bound: i64| bound.to_string().parse::<f64>().is_ok_and(|bound| value < bound);
        let above = |bound: i64| bound.to_string().parse::<f64>().is_ok_and(|bound| value > bound);
        let fits = !min.is_some_and(below) && !max.is_some_and(above) && (!whole || value.fract() == 0.0);
        if fits || rng.chance(2) {
            return text;
        }
    }
    min.or(max).unwrap_or(1).to_string()
}

/// The number, or its neighbor by one or by a hundredth.
fn beside(text: &str, rng: &mut Rng) -> String {
    let Ok(whole) = text.parse::<i64>() else { return text.to_owned() };
    match rng.below(3) {
        0 => whole.saturating_add(1).to_string(),
        1 => whole.saturating_sub(1).to_string(),
        _ => format!("{whole}.01"),
    }
}
