//! Conditions as text. In: paths in scope and a position. Out: an expression that the checker accepts nearly always: of fitting types,
//! within the bounds of the schema, and without vacuous truth where it would grant.

use super::pool::{self, Sort};
use super::rng::Rng;
use super::scope::{Path, quoted};
use super::shape::Shape;
use super::values::Constants;
use std::collections::BTreeSet;

/// How making an expression true changes the decision; decides where `all` and `subset` need a guard (semantics.md 21).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Position {
    /// It relaxes it.
    Grants,
    /// Its falsehood relaxes it.
    GrantsNegated,
    /// It tightens it.
    Restricts,
}

impl Position {
    /// Under a `not`.
    #[must_use]
    pub(super) const fn flipped(self) -> Self {
        match self {
            Self::Grants => Self::GrantsNegated,
            Self::GrantsNegated | Self::Restricts => Self::Grants,
        }
    }
}

/// A definition that conditions may use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Definition {
    /// `let NAME = ["a", …]`.
    Texts(String),
    /// `let NAME = { "a": 1, … }`.
    Numbers(String),
    /// `fn NAME(x: string) -> bool`.
    TextTest(String),
    /// `fn NAME(x: string) -> string`.
    TextToText(String),
    /// `fn NAME(x: decimal) -> bool`.
    NumberTest(String),
}

/// Makes conditions.
#[derive(Debug)]
pub(super) struct Maker<'a> {
    /// Choices.
    pub rng: &'a mut Rng,
    /// What can be read.
    pub scope: Vec<Path>,
    /// Definitions that can be used.
    pub definitions: &'a [Definition],
    /// Constants that were mentioned.
    pub constants: &'a mut Constants,
    /// Names of the standard library that were used, as `module name`.
    pub imports: &'a mut BTreeSet<(&'static str, &'static str)>,
    /// Quantifiers around.
    pub loops: usize,
    /// Number of the next bound variable.
    pub next: usize,
    /// The time may be read.
    pub time: bool,
}

/// A number-valued expression.
pub(super) struct Numeric {
    pub(super) text: String,
    /// Every part is whole, so it is compared with whole constants alone.
    whole: bool,
    /// Bounds of the schema, if it is a bare path.
    bounds: Option<(Option<i64>, Option<i64>)>,
}

/// A text-valued expression.
pub(super) struct Textual {
    pub(super) text: String,
    only: Option<Vec<String>>,
    longest: Option<u32>,
    sort: Option<Sort>,
}

impl Maker<'_> {
    /// A condition; compound ones stand in parentheses.
    pub(super) fn condition(&mut self, depth: usize, position: Position) -> String {
        if depth > 0 {
            match self.rng.below(10) {
                0..=2 => return self.junction(" and ", depth, position),
                3 | 4 => return self.junction(" or ", depth, position),
                5 => return format!("(not {})", self.condition(depth - 1, position.flipped())),
                _ => {}
            }
        }
        for _ in 0..12 {
            if let Some(leaf) = self.leaf(depth, position) {
                return format!("({leaf})");
            }
        }
        "true".to_owned()
    }

    fn junction(&mut self, word: &str, depth: usize, position: Position) -> String {
        let count = 2 + self.rng.below(2);
        let parts: Vec<String> = (0..count).map(|_| self.condition(depth - 1, position)).collect();
        format!("({})", parts.join(word))
    }

    fn leaf(&mut self, depth: usize, position: Position) -> Option<String> {
        match self.rng.below(22) {
            0..=4 => self.number_comparison(),
            5..=8 => self.text_comparison(),
            9 => self.truth(),
            10 | 11 => self.presence(),
            12 => self.kind(),
            13 => self.text_pattern(),
            14 | 15 => self.membership(),
            16 | 17 => self.quantifier(depth, position),
            18 => self.subset(position),
            19 => self.view_test(),
            20 if self.time => self.moment(),
            _ => self.definition_test(),
        }
    }

    /// A path that satisfies `test`.
    pub(super) fn path(&mut self, test: impl Fn(&Path) -> bool) -> Option<Path> {
        let all: Vec<&Path> = self.scope.iter().filter(|path| test(path)).collect();
        self.rng.pick(&all).map(|path| Path::clone(path))
    }

    fn number_comparison(&mut self) -> Option<String> {
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
    fn number_constant(&mut self, whole: bool, bounds: Option<(Option<i64>, Option<i64>)>) -> Option<String> {
        let (min, max) = bounds.unwrap_or((None, None));
        let text = match (min, max) {
            (None, None) if !whole && self.rng.chance(60) => {
                self.rng.word(&["0.5", "49.99", "50", "0.1", "12.5", "-3.75", "0.000000001", "100"]).to_owned()
            }
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
                plain(format!("({} ?? {stand_in})", path.text), whole)
            }
            6 => {
                let list = self.list()?;
                plain(format!("count({})", list.text), true)
            }
            7 => {
                let text = self.text()?;
                plain(format!("length({})", text.text), true)
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
                plain(if self.rng.chance(20) { format!("({product} ?? 4)") } else { product }, inner.whole)
            }
            11 | 12 => {
                let (a, b) = (self.number(0)?, self.number(0)?);
                let op = self.rng.word(&["+", "-"]);
                let whole = a.whole && b.whole;
                let sum = format!("({} {op} {})", a.text, b.text);
                plain(if self.rng.chance(20) { format!("({sum} ?? 3)") } else { sum }, whole)
            }
            13 => {
                let inner = self.number(0)?;
                plain(format!("(-{})", inner.text), inner.whole)
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
                plain(format!("({} ?? {stand_in})", inner.text), inner.whole)
            }
            _ => self.looked_up(),
        }
    }

    fn looked_up(&mut self) -> Option<Numeric> {
        let numeric = |text: String| Some(Numeric { text, whole: false, bounds: None });
        let tables: Vec<&Definition> =
            self.definitions.iter().filter(|d| matches!(d, Definition::Numbers(_))).collect();
        if let Some(Definition::Numbers(name)) = self.rng.pick(&tables).copied()
            && self.rng.chance(60)
        {
            let key = self.text()?;
            let value = format!("{name}[{}]", key.text);
            return numeric(if self.rng.chance(40) { format!("({value} ?? 2)") } else { value });
        }
        let map = self.path(|path| path.map().is_some_and(|value| Path::place(String::new(), value).is_number()))?;
        let key = self.text()?;
        numeric(format!("{}[{}]", map.text, key.text))
    }

    /// `sum(x in xs: …)` or `count(x in xs: …)`, or the first of a list of numbers.
    fn folded(&mut self) -> Option<Numeric> {
        if self.loops >= 2 {
            return None;
        }
        let list = self.list()?;
        let name = self.variable();
        match self.rng.below(3) {
            0 => {
                let body = self.inside(&name, list.shape.clone(), |maker| {
                    maker.condition(1, Position::Restricts)
                });
                Some(Numeric { text: format!("count({name} in {}: {body})", list.text), whole: true, bounds: None })
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
                let (whole, ..) = item.bounds();
                Some(Numeric { text: format!("{word}({})", list.text), whole, bounds: None })
            }
        }
    }

    /// A name for a bound variable.
    pub(super) fn variable(&mut self) -> String {
        self.next += 1;
        format!("v{}", self.next)
    }

    /// Runs with an element in scope. Mostly the element is what is spoken of.
    pub(super) fn inside<T>(&mut self, name: &str, shape: Shape, run: impl FnOnce(&mut Self) -> T) -> T {
        let outer = self.scope.clone();
        let mut own = Vec::new();
        super::scope::below(name.to_owned(), &shape, self.rng, &mut own);
        if self.rng.chance(75) {
            self.scope = own;
        } else {
            self.scope.extend(own);
        }
        self.loops += 1;
        let out = run(self);
        self.loops -= 1;
        self.scope = outer;
        out
    }

    /// A text-valued expression.
    pub(super) fn text(&mut self) -> Option<Textual> {
        let path = self.path(Path::is_text)?;
        let same = |text: String, path: &Path| Textual {
            text,
            only: path.only(),
            longest: path.longest(),
            sort: path.sort(),
        };
        let any = |text: String, sort: Option<Sort>| Textual { text, only: None, longest: None, sort };
        Some(match self.rng.below(14) {
            0 => any(format!("lower({})", path.text), path.sort()),
            1 => {
                let stand_in = match path.only() {
                    Some(only) => self.rng.pick(&only).cloned().unwrap_or_default(),
                    None => self.rng.word(&["main", "none", "ann@corp.example"]).to_owned(),
                };
                same(format!("({} ?? {})", path.text, quoted(&stand_in)), &path)
            }
            2 => {
                let list = self.list().filter(|list| list.ordered)?;
                Path::place(String::new(), list.shape.clone()).is_text().then_some(())?;
                let word = self.rng.word(&["first", "last"]);
                let item = Path::place(format!("{word}({})", list.text), list.shape);
                same(item.text.clone(), &item)
            }
            3 | 4 => self.view_text(&path)?,
            5 => {
                let functions: Vec<&Definition> =
                    self.definitions.iter().filter(|d| matches!(d, Definition::TextToText(_))).collect();
                let Some(Definition::TextToText(name)) = self.rng.pick(&functions).copied() else { return None };
                any(format!("{name}({})", path.text), path.sort())
            }
            _ => same(path.text.clone(), &path),
        })
    }

    fn view_text(&mut self, path: &Path) -> Option<Textual> {
        let sort = path.sort().unwrap_or(Sort::Word);
        let (module, name, members): (_, _, &[&str]) = match sort {
            Sort::Email | Sort::Emails | Sort::Word => ("email", "email", &["domain", "local", "address"]),
            Sort::Url | Sort::Prose => ("url", "url", &["scheme", "host", "path", "query", "userinfo"]),
            Sort::Path | Sort::Moment | Sort::Day => ("path", "path", &["clean", "dir", "name", "ext"]),
            Sort::Address | Sort::Digits => ("ip", "ip", &["address"]),
            Sort::Account => ("card", "card", &["digits", "last4"]),
            Sort::Sql => ("iban", "iban", &["country", "electronic"]),
        };
        self.imports.insert((module, name));
        let member = self.rng.word(members);
        let text = format!("{name}({}).{member}", path.text);
        let text = if self.rng.chance(20) { format!("({text} ?? \"none\")") } else { text };
        Some(Textual { text, only: None, longest: None, sort: Some(sort) })
    }

    /// A constant that the text may equal.
    pub(super) fn text_constant(&mut self, text: &Textual) -> String {
        let pool: Vec<String> = match &text.only {
            Some(only) => only.clone(),
            None => {
                let sort = text.sort.unwrap_or(Sort::Word);
                let mut all: Vec<String> = pool::texts(sort).iter().map(|text| (*text).to_owned()).collect();
                if matches!(sort, Sort::Email | Sort::Url) {
                    all.extend(["corp.example", "evil.example", "https", "sub.corp.example"].map(str::to_owned));
                }
                all
            }
        };
        let longest = text.longest.map_or(usize::MAX, |most| usize::try_from(most).unwrap_or(usize::MAX));
        let fitting: Vec<&String> = pool.iter().filter(|text| text.chars().count() <= longest).collect();
        let chosen = self.rng.pick(&fitting).map(|text| String::clone(text)).unwrap_or_default();
        self.constants.texts.push(chosen.clone());
        chosen
    }

    fn text_comparison(&mut self) -> Option<String> {
        let left = self.text()?;
        if self.rng.chance(15) {
            let right = self.text()?;
            if left.only.is_some() || right.only.is_some() {
                return None;
            }
            let op = self.rng.word(&["==", "!=", "starts_with", "ends_with", "contains"]);
            return Some(format!("{} {op} {}", left.text, right.text));
        }
        if self.rng.chance(25) {
            let op = self.rng.word(&["starts_with", "ends_with", "contains"]).to_owned();
            let whole = self.text_constant(&left);
            let end = self.rng.below(4);
            let part: String = if op == "ends_with" {
                let count = whole.chars().count();
                whole.chars().skip(count.saturating_sub(end)).collect()
            } else {
                whole.chars().take(end).collect()
            };
            return Some(format!("{} {op} {}", left.text, quoted(&part)));
        }
        let op = self.rng.word(&["==", "==", "!="]).to_owned();
        let constant = self.text_constant(&left);
        Some(format!("{} {op} {}", left.text, quoted(&constant)))
    }

    /// A boolean that is a condition of its own.
    fn truth(&mut self) -> Option<String> {
        let path = self.path(Path::is_bool)?;
        Some(match self.rng.below(4) {
            0 => format!("{} == {}", path.text, self.rng.word(&["true", "false"])),
            1 => format!("{} ?? {}", path.text, self.rng.word(&["true", "false"])),
            _ => path.text,
        })
    }

    fn presence(&mut self) -> Option<String> {
        let path = self.path(|path| path.place)?;
        if self.rng.chance(15) {
            return Some(format!("{} is null", path.text));
        }
        if self.rng.chance(20) {
            let text = self.path(Path::is_text)?;
            self.imports.insert(("email", "email"));
            self.imports.insert(("url", "url"));
            let view = self.rng.word(&["email", "url"]);
            return Some(if self.rng.chance(50) {
                format!("has {view}({})", text.text)
            } else {
                let member = if view == "email" { "domain" } else { "port" };
                format!("has {view}({}).{member}", text.text)
            });
        }
        Some(format!("has {}", path.text))
    }

    fn kind(&mut self) -> Option<String> {
        let path = self.path(|path| {
            path.place
                && !path.is_time()
                && matches!(path.shape, Shape::Dynamic | Shape::Either(..) | Shape::Nullable(_) | Shape::Text(..))
        })?;
        let mut kinds: Vec<String> = Vec::new();
        if path.is_text() {
            kinds.push("string".to_owned());
            if path.only().is_none() {
                let one = self.text_constant(&Textual { text: String::new(), only: None, longest: None, sort: path.sort() });
                kinds.push(format!("{} | \"main\"", quoted(&one)));
            }
        }
        if path.is_number() {
            kinds.extend(["int", "decimal", "int | null"].map(str::to_owned));
        }
        if path.is_bool() {
            kinds.push("bool".to_owned());
        }
        if path.items().is_some() {
            kinds.push("list<dynamic>".to_owned());
        }
        if path.shape == Shape::Dynamic {
            kinds.extend(["{}", "null", "string | int", "bool | list<dynamic>"].map(str::to_owned));
        }
        let kind = self.rng.pick(&kinds)?.clone();
        Some(format!("{} is {kind}", path.text))
    }

    fn text_pattern(&mut self) -> Option<String> {
        let left = self.text()?;
        Some(match self.rng.below(5) {
            0 => format!("{} like {}", left.text, quoted(self.rng.word(pool::GLOBS))),
            1 => {
                self.imports.insert(("path", "path"));
                let path = self.path(Path::is_text)?;
                format!("path({}) like {}", path.text, quoted(self.rng.word(pool::PATH_GLOBS)))
            }
            kind => {
                let op = if kind < 4 { "finds" } else { "matches" };
                let regex = self.rng.word(pool::REGEXES).replace('/', "\\/");
                let flag = self.rng.word(&["", "", "i"]);
                format!("{} {op} /{regex}/{flag}", left.text)
            }
        })
    }

    fn membership(&mut self) -> Option<String> {
        let op = self.rng.word(&["in", "in", "not in"]).to_owned();
        match self.rng.below(6) {
            0 if self.loops < 2 => {
                let list = self.list()?;
                let item = Path::place(String::new(), list.shape.clone());
                if item.is_text() && item.only().is_none() && self.rng.chance(70) {
                    let left = if self.rng.chance(50) {
                        quoted(&self.text_constant(&Textual {
                            text: String::new(),
                            only: None,
                            longest: item.longest(),
                            sort: item.sort(),
                        }))
                    } else {
                        let left = self.text()?;
                        left.only.is_none().then_some(left.text)?
                    };
                    return Some(format!("{left} {op} {}", list.text));
                }
                item.is_number().then_some(())?;
                let left = self.path(|path| path.is_number() && !matches!(path.shape, Shape::Either(..)))?;
                Some(format!("{} {op} {}", left.text, list.text))
            }
            1 => {
                let path = self.path(Path::is_number)?;
                let (whole, min, max) = path.bounds();
                let all: Option<Vec<String>> = (0..1 + self.rng.below(4))
                    .map(|_| self.number_constant(whole, Some((min, max))))
                    .collect();
                Some(format!("{} {op} [{}]", path.text, all?.join(", ")))
            }
            _ => {
                let left = self.text()?;
                let all: Vec<String> =
                    (0..1 + self.rng.below(5)).map(|_| quoted(&self.text_constant(&left))).collect();
                Some(format!("{} {op} [{}]", left.text, all.join(", ")))
            }
        }
    }

    /// Tests that only views have.
    fn view_test(&mut self) -> Option<String> {
        let path = self.path(Path::is_text)?;
        Some(match self.rng.below(8) {
            0 => {
                self.imports.insert(("path", "path"));
                format!("path({}) under {}", path.text, self.rng.word(&["\"/srv/app\"", "\"/etc\"", "\"/\""]))
            }
            1 => {
                self.imports.insert(("ip", "ip"));
                let block = self.rng.word(&["10.0.0.0/8", "192.168.0.0/16", "::1/128", "2001:db8::/32"]);
                format!("ip({}) in cidr \"{block}\"", path.text)
            }
            2 => {
                self.imports.insert(("ip", "ip"));
                format!("ip({}).{}", path.text, self.rng.word(&["private", "loopback", "public", "link_local"]))
            }
            3 => {
                self.imports.insert(("text", "script"));
                format!("script({}).{}", path.text, self.rng.word(&["mixed", "hidden", "ascii"]))
            }
            4 => {
                self.imports.insert(("sql", "sql"));
                format!("sql({}, \"postgres\").read_only", path.text)
            }
            5 => {
                let value = self.text()?;
                format!("mentions({}, {})", path.text, value.text)
            }
            6 => {
                let constant = self.rng.word(&["cus_1", "drop", "word", "table"]);
                format!("mentions({}, \"{constant}\")", path.text)
            }
            _ => {
                self.imports.insert(("path", "path"));
                format!("path({}).absolute", path.text)
            }
        })
    }

    fn definition_test(&mut self) -> Option<String> {
        match self.rng.pick(self.definitions)?.clone() {
            Definition::Texts(name) => {
                let left = self.text()?;
                left.only.is_none().then_some(())?;
                Some(format!("{} in {name}", left.text))
            }
            Definition::Numbers(name) => {
                let left = self.text()?;
                left.only.is_none().then_some(())?;
                Some(format!("{} in {name}", left.text))
            }
            Definition::TextTest(name) => Some(format!("{name}({})", self.text()?.text)),
            Definition::TextToText(name) => {
                let left = self.text()?;
                let constant = self.text_constant(&Textual { only: None, ..left });
                Some(format!("{name}({}) == {}", self.text()?.text, quoted(&constant)))
            }
            Definition::NumberTest(name) => {
                let path = self.path(Path::is_number)?;
                Some(format!("{name}({})", path.text))
            }
        }
    }

    fn moment(&mut self) -> Option<String> {
        let op = self.rng.word(&["<", "<=", ">", ">=", "=="]).to_owned();
        let zone = self.rng.word(&["Europe/London", "UTC", "America/New_York", "Asia/Kolkata"]).to_owned();
        Some(match self.rng.below(8) {
            0 => format!("now {op} 2027-01-01T09:00Z"),
            1 => format!("hour(now, \"{zone}\") {op} {}", self.rng.between(0, 23)),
            2 => format!("weekday(now, \"{zone}\") in [\"sat\", \"sun\"]"),
            3 => format!("date(now, \"{zone}\") {op} 2027-01-01"),
            4 => {
                let path = self.path(Path::is_text)?;
                self.imports.insert(("time", "time"));
                format!("time({}, \"{zone}\") {op} now", path.text)
            }
            5 => {
                let path = self.path(Path::is_text)?;
                self.imports.insert(("time", "date"));
                format!("date({}) {op} 2027-01-01", path.text)
            }
            6 => {
                let path = self.path(|path| path.shape == Shape::Moment)?;
                let span = self.rng.word(&["7d", "15m", "1h30m"]);
                format!("{} + {span} {op} now", path.text)
            }
            _ => {
                let path = self.path(|path| matches!(path.shape, Shape::Span | Shape::Day))?;
                let constant = if path.shape == Shape::Day { "2027-01-01" } else { "1h" };
                format!("{} {op} {constant}", path.text)
            }
        })
    }
}
