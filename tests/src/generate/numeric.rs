//! Numbers as text. In: paths in scope. Out: arithmetic, counts, sums, and comparisons that the schema does not decide.

use super::condition::{Definition, Maker, Position};
use super::scope::Path;

/// A number-valued expression.
pub(super) struct Numeric {
    pub(super) text: String,
    /// Every part is whole, so it is compared with whole constants alone.
    pub(super) whole: bool,
    /// Bounds of the schema, if it is a bare path.
    pub(super) bounds: Bounds,
}

impl Maker<'_> {
    pub(super) fn number_comparison(&mut self) -> Option<String> {
        let left = self.number(1)?;
        let op = self.rng.word(&["==", "!=", "<", "<=", ">", ">="]).to_owned();
        if self.rng.chance(25) {
            let right = self.number(1)?;
            return Some(format!("{} {op} {}", left.text, right.text));
        }
        let constant = self.number_constant(left.whole, left.bounds)?;
        if self.rng.chance(15) {
            return Some(format!("{constant} {op} {}", left.text));
        }
        Some(format!("{} {op} {constant}", left.text))
    }

    /// A constant strictly within bounds, so that no comparison with it is decided by the schema.
    pub(super) fn number_constant(
        &mut self,
        whole: bool,
        bounds: Option<(Option<i64>, Option<i64>)>,
    ) -> Option<String> {
        let (min, max) = bounds.unwrap_or((None, None));
        let text = match (min, max) {
            (None, None) if !whole && self.rng.chance(60) => self
                .rng
                .word(&["0.5", "49.99", "50", "0.1", "12.5", "-3.75", "0.000000001", "100"])
                .to_owned(),
            _ => {
                let from = min.map_or(-12, |min| min + 1);
                let to = max.map_or(110, |max| max - 1);
                if from > to {
                    return None;
                }
                self.rng.between(from, to).to_string()
            }
        };
        self.constants.numbers.push(text.clone());
        Some(text)
    }

    /// A number-valued expression; `depth` bounds arithmetic.
    pub(super) fn number(&mut self, depth: usize) -> Option<Numeric> {
        let plain = |text: String, whole: bool| Some(Numeric { text, whole, bounds: None });
        match self.rng.below(if depth > 0 { 18 } else { 9 }) {
            0..=4 => {
                let path = self.path(Path::is_number)?;
                let (whole, min, max) = path.bounds();
                Some(Numeric { text: path.text, whole, bounds: Some((min, max)) })
            }
            5 => {
                let path = self.path(Path::is_number)?;
                let (whole, ..) = path.bounds();
                let stand_in = self.number_constant(true, None)?;
                let (_, min, max) = path.bounds();
                let own = stand_in.parse().ok();
                let bounds =
                    (min.zip(own).map(|(a, b): (i64, i64)| a.min(b)), max.zip(own).map(|(a, b)| a.max(b)));
                Some(Numeric { text: format!("({} ?? {stand_in})", path.text), whole, bounds: Some(bounds) })
            }
            6 => {
                let list = self.list()?;
                Some(Numeric { text: format!("count({})", list.text), whole: true, bounds: FEW })
            }
            7 => {
                let text = self.text()?;
                text.only.is_none().then_some(())?;
                let most = text.longest.map_or(Some(40), |most| Some(i64::from(most)));
                let bounds = Some((Some(0), most));
                Some(Numeric { text: format!("length({})", text.text), whole: true, bounds })
            }
            8 => self.folded(),
            9 | 10 => {
                let inner = self.number(0)?;
                let factor = if inner.whole || self.rng.chance(50) {
                    self.rng.word(&["2", "3", "-1", "100"])
                } else {
                    self.rng.word(&["0.5", "0.01", "1.25", "-0.1"])
                };
                let product = format!("({} * {factor})", inner.text);
                let text = if self.rng.chance(20) { format!("({product} ?? 4)") } else { product };
                Some(Numeric { text, whole: inner.whole, bounds: scaled(inner.bounds, factor) })
            }
            11 | 12 => {
                let (a, b) = (self.number(0)?, self.number(0)?);
                let op = self.rng.word(&["+", "-"]);
                let whole = a.whole && b.whole;
                let sum = format!("({} {op} {})", a.text, b.text);
                let text = if self.rng.chance(20) { format!("({sum} ?? 3)") } else { sum };
                let second = if op == "-" { scaled(b.bounds, "-1") } else { b.bounds };
                Some(Numeric { text, whole, bounds: added(a.bounds, second) })
            }
            13 => {
                let inner = self.number(0)?;
                let bounds = scaled(inner.bounds, "-1");
                Some(Numeric { text: format!("(-{})", inner.text), whole: inner.whole, bounds })
            }
            14 => {
                let path = self.path(Path::is_text)?;
                self.imports.insert(("number", "number"));
                let value = format!("number({})", path.text);
                plain(if self.rng.chance(40) { format!("({value} ?? 1)") } else { value }, false)
            }
            15 => {
                let inner = self.number(0)?;
                let stand_in = self.number_constant(true, None)?;
                let (text, whole) = (format!("({} ?? {stand_in})", inner.text), inner.whole);
                Some(Numeric { text, whole, bounds: inner.bounds })
            }
            _ => self.looked_up(),
        }
    }

    pub(super) fn looked_up(&mut self) -> Option<Numeric> {
        let numeric = |text: String| Some(Numeric { text, whole: false, bounds: None });
        let tables: Vec<&Definition> =
            self.definitions.iter().filter(|d| matches!(d, Definition::Numbers(_))).collect();
        if let Some(Definition::Numbers(name)) = self.rng.pick(&tables).copied()
            && self.rng.chance(60)
        {
            let key = self.text().filter(|key| key.only.is_none() && (key.fits)('A'))?;
            let value = format!("{name}[{}]", key.text);
            return numeric(if self.rng.chance(40) { format!("({value} ?? 2)") } else { value });
        }
        let map =
            self.path(|path| path.map().is_some_and(|value| Path::place(String::new(), value).is_number()))?;
        let key = self.text()?;
        numeric(format!("{}[{}]", map.text, key.text))
    }

    /// `sum(x in xs: …)` or `count(x in xs: …)`, or the first of a list of numbers.
    pub(super) fn folded(&mut self) -> Option<Numeric> {
        if self.loops >= 2 {
            return None;
        }
        let list = self.list()?;
        let name = self.variable();
        match self.rng.below(3) {
            0 => {
                let body =
                    self.inside(&name, list.shape.clone(), |maker| maker.condition(1, Position::Restricts));
                Some(Numeric {
                    text: format!("count({name} in {}: {body})", list.text),
                    whole: true,
                    bounds: FEW,
                })
            }
            1 => {
                let body = self.inside(&name, list.shape.clone(), |maker| maker.number(1))?;
                let text = format!("sum({name} in {}: {})", list.text, body.text);
                Some(Numeric { text, whole: body.whole, bounds: None })
            }
            _ => {
                let item = Path::place(String::new(), list.shape.clone());
                (item.is_number() && list.ordered).then_some(())?;
                let word = self.rng.word(&["first", "last"]);
                let (whole, min, max) = item.bounds();
                Some(Numeric { text: format!("{word}({})", list.text), whole, bounds: Some((min, max)) })
            }
        }
    }
}

/// Ends between which a number lies.
type Bounds = Option<(Option<i64>, Option<i64>)>;

/// Numbers of elements that most lists can have.
const FEW: Bounds = Some((Some(0), Some(3)));

/// Ends within those of the product.
fn scaled(bounds: Bounds, factor: &str) -> Bounds {
    let (min, max) = bounds?;
    let factor: f64 = factor.parse().ok()?;
    #[expect(clippy::cast_possible_truncation, clippy::cast_precision_loss, reason = "small numbers")]
    let times = |end: Option<i64>| end.map(|end| (end as f64 * factor) as i64);
    let (low, high) = (times(min), times(max));
    Some(if factor < 0.0 { (high, low) } else { (low, high) })
}

/// The ends of a sum.
fn added(a: Bounds, b: Bounds) -> Bounds {
    let (a, b) = (a.unwrap_or_default(), b.unwrap_or_default());
    let add = |x: Option<i64>, y: Option<i64>| x.zip(y).map(|(x, y)| x.saturating_add(y));
    Some((add(a.0, b.0), add(a.1, b.1)))
}
