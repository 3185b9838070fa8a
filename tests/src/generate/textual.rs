//! Texts as text. In: paths in scope. Out: text-valued expressions, and comparisons and patterns over them.

use super::condition::{Definition, Maker};
use super::pool::{self, Sort};
use super::scope::{Path, quoted};

/// A text-valued expression.
pub(super) struct Textual {
    pub(super) text: String,
    pub(super) only: Option<Vec<String>>,
    pub(super) longest: Option<u32>,
    pub(super) sort: Option<Sort>,
    /// The characters that it may have.
    pub(super) fits: fn(char) -> bool,
}

impl Maker<'_> {
    /// A text-valued expression.
    pub(super) fn text(&mut self) -> Option<Textual> {
        let path = self.path(Path::is_text)?;
        let same = |text: String, path: &Path| Textual {
            text,
            only: path.only(),
            longest: path.longest(),
            sort: path.sort(),
            fits: any_char,
        };
        let lower = |text: String, sort: Option<Sort>| Textual {
            text,
            only: None,
            longest: None,
            sort,
            fits: no_capital,
        };
        Some(match self.rng.below(14) {
            0 => {
                path.only().is_none().then_some(())?;
                lower(format!("lower({})", path.text), path.sort())
            }
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
                let Some(Definition::TextToText(name)) = self.rng.pick(&functions).copied() else {
                    return None;
                };
                path.only().is_none().then_some(())?;
                lower(format!("{name}({})", path.text), path.sort())
            }
            _ => same(path.text.clone(), &path),
        })
    }

    pub(super) fn view_text(&mut self, path: &Path) -> Option<Textual> {
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
        Some(Textual { text, only: None, longest: None, sort: Some(sort), fits: member_chars(member) })
    }

    /// A constant that the text may equal.
    pub(super) fn text_constant(&mut self, text: &Textual) -> String {
        let pool: Vec<String> = match &text.only {
            Some(only) => only.clone(),
            None => {
                let sort = text.sort.unwrap_or(Sort::Word);
                let mut all: Vec<String> = pool::texts(sort).iter().map(|text| (*text).to_owned()).collect();
                if matches!(sort, Sort::Email | Sort::Url) {
                    all.extend(
                        ["corp.example", "evil.example", "https", "sub.corp.example"].map(str::to_owned),
                    );
                }
                all
            }
        };
        let longest = text.longest.map_or(usize::MAX, |most| usize::try_from(most).unwrap_or(usize::MAX));
        let fitting: Vec<&String> =
            pool.iter().filter(|one| one.chars().count() <= longest && one.chars().all(text.fits)).collect();
        let chosen = self.rng.pick(&fitting).map(|text| String::clone(text)).unwrap_or_default();
        self.constants.texts.push(chosen.clone());
        chosen
    }

    pub(super) fn text_comparison(&mut self) -> Option<String> {
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

    pub(super) fn text_pattern(&mut self) -> Option<String> {
        let left = self.text()?;
        // Patterns are made without looking at what the text may be.
        (left.only.is_none() && (left.fits)('A') && (left.fits)('a') && (left.fits)('/')).then_some(())?;
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
}

pub(super) fn any_char(_: char) -> bool {
    true
}

fn no_capital(c: char) -> bool {
    !c.is_ascii_uppercase()
}

/// The characters of a view's member, as far as they are certain.
fn member_chars(member: &str) -> fn(char) -> bool {
    match member {
        "domain" | "host" | "scheme" => |c| c.is_ascii_graphic() && no_capital(c),
        "ext" => |c| no_capital(c) && c != '.' && c != '/',
        "name" => |c| c != '/',
        "country" | "electronic" => |c| c.is_ascii_uppercase(),
        "digits" | "last4" => |c| c.is_ascii_digit(),
        _ => any_char,
    }
}
