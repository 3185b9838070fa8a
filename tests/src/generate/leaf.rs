//! Tests of every other form. In: paths in scope. Out: presence, kinds, membership, views, times, the author's own functions.

use super::condition::{Definition, Maker};
use super::scope::{Path, quoted};
use super::shape::Shape;
use super::textual::{Textual, any_char};

impl Maker<'_> {
    /// A boolean that is a condition of its own.
    pub(super) fn truth(&mut self) -> Option<String> {
        let path = self.path(Path::is_bool)?;
        Some(match self.rng.below(4) {
            0 => format!("{} == {}", path.text, self.rng.word(&["true", "false"])),
            1 => format!("{} ?? {}", path.text, self.rng.word(&["true", "false"])),
            _ => path.text,
        })
    }

    pub(super) fn presence(&mut self) -> Option<String> {
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

    pub(super) fn kind(&mut self) -> Option<String> {
        let path = self.path(|path| {
            path.place
                && !path.is_time()
                && matches!(
                    path.shape,
                    Shape::Dynamic | Shape::Either(..) | Shape::Nullable(_) | Shape::Text(..)
                )
        })?;
        let mut kinds: Vec<String> = Vec::new();
        if path.is_text() {
            kinds.push("string".to_owned());
            if path.only().is_none() {
                let one = self.text_constant(&Textual {
                    text: String::new(),
                    only: None,
                    longest: None,
                    sort: path.sort(),
                    fits: any_char,
                });
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

    pub(super) fn membership(&mut self) -> Option<String> {
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
                            fits: any_char,
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
    pub(super) fn view_test(&mut self) -> Option<String> {
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
                format!(
                    "ip({}).{}",
                    path.text,
                    self.rng.word(&["private", "loopback", "public", "link_local"])
                )
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
                path.only().is_none().then_some(())?;
                let constant = self.rng.word(&["cus_1", "drop", "word", "table"]);
                format!("mentions({}, \"{constant}\")", path.text)
            }
            _ => {
                self.imports.insert(("path", "path"));
                format!("path({}).absolute", path.text)
            }
        })
    }

    pub(super) fn definition_test(&mut self) -> Option<String> {
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
            Definition::TextTest(name) => {
                let subject = self.text().filter(|text| text.only.is_none() && (text.fits)('A'))?;
                Some(format!("{name}({})", subject.text))
            }
            Definition::TextToText(name) => {
                let left = self.text()?;
                let constant =
                    self.text_constant(&Textual { only: None, fits: |c| !c.is_ascii_uppercase(), ..left });
                let subject = self.text().filter(|text| text.only.is_none())?;
                Some(format!("{name}({}) == {}", subject.text, quoted(&constant)))
            }
            Definition::NumberTest(name) => {
                let path = self.path(Path::is_number)?;
                Some(format!("{name}({})", path.text))
            }
        }
    }

    pub(super) fn moment(&mut self) -> Option<String> {
        let op = self.rng.word(&["<", "<=", ">", ">=", "=="]).to_owned();
        let zone = self.rng.word(&["Europe/London", "UTC", "America/New_York", "Asia/Kolkata"]).to_owned();
        Some(match self.rng.below(8) {
            0 => format!("now {op} 2027-01-01T09:00Z"),
            1 => format!("hour(now, \"{zone}\") {op} {}", self.rng.between(1, 22)),
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
