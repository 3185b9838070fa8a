//! An explanation for people. In: an [`Explanation`] and a style. Out: text of at most [`WIDTH`] columns, colored if that is wanted.

use super::nearest::Nearest;
use super::{Condition, Explanation, Outcome, StatementView, Truth, word};
use crate::diagnostics::render::{Style, visible};
use std::collections::BTreeSet;
use std::fmt::Write as _;

/// Columns; what is longer is cut, the JSON form has it whole.
const WIDTH: usize = 100;
/// Characters of a note: what it ends with is often the reason.
const NOTE: usize = 400;
/// Lines of one statement's source.
const LINES: usize = 8;

/// The explanation as text.
#[must_use]
pub fn render(explanation: &Explanation, style: Style) -> String {
    let mut out = Page { text: String::new(), style };
    out.head(explanation);
    if explanation.tool.is_some() {
        out.statements(explanation);
    }
    for note in &explanation.notes {
        let _ = writeln!(out.text, "{}", cut(&format!("note: {}", visible(note)), NOTE));
    }
    if let Some(nearest) = &explanation.nearest {
        out.nearest(nearest);
    }
    out.text.truncate(out.text.trim_end().len());
    out.text.push('\n');
    out.text
}

/// Colors, as SGR parameters.
const BOLD: &str = "1";
const DIM: &str = "2";
const RED: &str = "31";
const GREEN: &str = "32";
const YELLOW: &str = "33";
const MAGENTA: &str = "35";

struct Page {
    text: String,
    style: Style,
}

impl Page {
    fn paint(&self, text: &str, color: &str) -> String {
        if self.style.color { format!("\u{1b}[{color}m{text}\u{1b}[0m") } else { text.to_owned() }
    }

    /// An effect or a decision.
    fn effect(&self, effect: &str, width: usize) -> String {
        let color = match effect {
            "allow" => GREEN,
            "ask" => YELLOW,
            _ => RED,
        };
        self.paint(&format!("{effect:<width$}"), color)
    }

    fn line(&mut self, text: &str) {
        let _ = writeln!(self.text, "{}", cut(text, WIDTH));
    }

    fn head(&mut self, explanation: &Explanation) {
        let record = visible(&explanation.record.to_string());
        let mut lines = record.lines();
        let decision = self.effect(lines.next().unwrap_or_default(), 0);
        match &explanation.tool {
            Some(tool) => {
                let tool = self.paint(&visible(tool), BOLD);
                let _ = writeln!(self.text, "{decision}  {tool}");
            }
            None => {
                let _ = writeln!(self.text, "{decision}");
            }
        }
        for line in lines {
            let _ = writeln!(self.text, "{line}");
        }
        self.text.push('\n');
    }

    fn statements(&mut self, explanation: &Explanation) {
        let statements = &explanation.statements;
        if statements.is_empty() {
            self.line("no statement is about this tool");
            self.text.push('\n');
            return;
        }
        if statements.iter().all(|statement| statement.outcome == Outcome::NotReached) {
            let count = crate::diagnostics::render::counted(statements.len(), "statement");
            self.line(&format!("refused before any statement was looked at; {count} about this tool"));
            self.text.push('\n');
            return;
        }
        for statement in statements {
            self.statement(statement);
            self.text.push('\n');
        }
    }

    fn statement(&mut self, statement: &StatementView) {
        let effect = self.effect(statement.effect, 5);
        let id = self.paint(&visible(&statement.id), BOLD);
        let outcome = outcome(statement);
        let outcome = if statement.determining {
            self.paint(&outcome, BOLD)
        } else if matches!(statement.outcome, Outcome::NotMatched | Outcome::Skipped) {
            self.paint(&outcome, DIM)
        } else {
            outcome
        };
        let tags = match (statement.guardrail, statement.shadow) {
            (true, true) => " (guardrail, shadow)",
            (true, false) => " (guardrail)",
            (false, true) => " (shadow)",
            (false, false) => "",
        };
        let place = self.paint(&format!("({}:{})", visible(&statement.file), statement.line), DIM);
        let _ = writeln!(self.text, "{effect}  {id}{tags}: {outcome} {place}");
        self.source(statement);
        let mut told = BTreeSet::new();
        for clause in &statement.conditions {
            // Of a statement that nobody looked at there is nothing to say.
            if statement.value.is_some() {
                self.condition(&clause.condition, clause.clause, 0, &mut told);
            }
        }
    }

    fn source(&mut self, statement: &StatementView) {
        let margin = statement
            .source
            .lines()
            .filter(|line| !line.trim().is_empty())
            .map(|line| line.len() - line.trim_start().len())
            .min()
            .unwrap_or(0);
        for (index, line) in statement.source.lines().enumerate() {
            let number = statement.line + index;
            let text = if index == LINES { "…" } else { line.get(margin..).unwrap_or_default().trim_end() };
            let gutter = self.paint(&format!("{number:>5} │ "), DIM);
            let _ = writeln!(self.text, "{gutter}{}", cut(&visible(text).replace('\t', "    "), WIDTH - 8));
            if index == LINES {
                break;
            }
        }
    }

    fn condition<'c>(
        &mut self,
        condition: &'c Condition,
        clause: &str,
        depth: usize,
        told: &mut BTreeSet<&'c str>,
    ) {
        let value = condition.value.map_or("?", word);
        let color = match condition.value {
            Some(Truth::True) => BOLD,
            Some(Truth::Unknown) => MAGENTA,
            Some(Truth::False) | None => DIM,
        };
        let value = self.paint(&format!("{value:<7}"), color);
        let text = cut(&visible(&condition.text), WIDTH - 18 - 2 * depth);
        let _ = writeln!(self.text, "  {clause:<6}  {value} {:indent$}{text}", "", indent = 2 * depth);
        let indent = 20 + 2 * depth;
        for why in &condition.why {
            self.detail(indent, &format!("since {why}"));
        }
        for read in &condition.reads {
            if told.insert(&read.what) {
                self.detail(indent, &format!("{} = {}", read.what, value_text(&read.value)));
            }
        }
        for part in &condition.parts {
            self.condition(part, "", depth + 1, told);
        }
        for element in &condition.elements {
            let what = format!("for {} = {}", element.what, value_text(&element.value));
            told.insert(&element.what);
            if element.body.text.is_empty() {
                self.detail(indent, &what);
                for why in &element.body.why {
                    self.detail(indent + 2, &format!("since {why}"));
                }
            } else {
                self.detail(indent, &format!("{what}:"));
                self.condition(&element.body, "", depth + 2, told);
            }
        }
    }

    fn detail(&mut self, indent: usize, text: &str) {
        let text = cut(&visible(text), WIDTH.saturating_sub(indent));
        let _ = writeln!(self.text, "{:indent$}{}", "", self.paint(&text, DIM));
    }

    fn nearest(&mut self, nearest: &Nearest) {
        for line in nearest.to_string().lines() {
            let _ = writeln!(self.text, "{}", cut(&visible(line), 4 * WIDTH));
        }
    }
}

/// What became of a statement, in words.
fn outcome(statement: &StatementView) -> String {
    let unknown = statement.value == Some(Truth::Unknown);
    match statement.outcome {
        Outcome::Matched if statement.shadow => "matches, without effect".to_owned(),
        Outcome::Matched if statement.determining && unknown => {
            "matches and decides, since it is not known to be false".to_owned()
        }
        Outcome::Matched if statement.determining => "matches and decides".to_owned(),
        Outcome::Matched => "matches; what is stricter decides".to_owned(),
        Outcome::Restricts if statement.determining => "asks, though it is not known to be true".to_owned(),
        Outcome::Restricts => "is unknown: it restricts and permits nothing".to_owned(),
        Outcome::NotMatched if unknown => "does not match, since it is not known to be true".to_owned(),
        Outcome::NotMatched => "does not match".to_owned(),
        Outcome::Skipped => match &statement.skipped_by {
            Some(id) => format!("not looked at, since {id} matches before it"),
            None => "not looked at".to_owned(),
        },
        Outcome::NotReached => "not reached".to_owned(),
    }
}

/// A value as JSON, cut where it is long.
pub(super) fn value_text(value: &serde_json::Value) -> String {
    cut(&value.to_string(), 64)
}

/// At most so many code points.
fn cut(text: &str, width: usize) -> String {
    if text.chars().count() <= width {
        return text.to_owned();
    }
    let mut out: String = text.chars().take(width.saturating_sub(1)).collect();
    out.push('…');
    out
}
