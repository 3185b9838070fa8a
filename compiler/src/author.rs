//! Statements in their author's words. In: a checked policy, whose sources are read again. Out: for each statement the text of its tool
//! list, of its `when` and `unless`, of the names that `with` gives, and where each of them stands.
//!
//! The typed tree says what a statement means; this says how it was put.

use crate::typed::{Origin, Policy, Statement};
use policyc_grammar::ast::{Ast, Clause, ClauseKind, Item, ItemKind, Name, ToolList, With};
use policyc_grammar::lexer::lex;
use policyc_grammar::parse::parse;
use policyc_grammar::source::Span;
use std::sync::Arc;

/// The words of every statement of a policy.
#[derive(Debug)]
pub struct Author {
    /// One tree per source.
    trees: Vec<Ast>,
    texts: Vec<Arc<str>>,
    paths: Vec<Arc<str>>,
}

/// How a statement was put. Spans count from the start of its file.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Words {
    /// Index into [`Policy::sources`].
    pub source: u16,
    /// The rule, arm or hide with all its clauses.
    pub span: Span,
    /// The tool list, on one line.
    pub tools: String,
    /// The condition after `when`.
    pub when: Option<Said>,
    /// The condition after `unless`.
    pub unless: Option<Said>,
    /// `with` names and what they stand for, those of the `decide` first.
    pub with: Vec<(String, String)>,
    /// `@name(…)` lines, on one line each.
    pub annotations: Vec<String>,
}

/// A `let`, `fn` or `group`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Definition {
    /// Its name.
    pub name: String,
    /// `let`, `fn` or `group`.
    pub what: &'static str,
    /// The whole definition, on one line.
    pub text: String,
    /// Its documentation.
    pub docs: String,
    /// Index into [`Policy::sources`].
    pub source: u16,
}

/// A statement as it was written.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Declared {
    /// All of it, on one line.
    pub text: String,
    /// Its documentation.
    pub docs: String,
    /// `@name(…)` lines, on one line each.
    pub annotations: Vec<String>,
}

/// A piece of text and where it stands.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Said {
    /// In its file.
    pub span: Span,
    /// On one line, without comments.
    pub text: String,
}

impl Author {
    /// Reads the sources of a policy.
    #[must_use]
    pub fn of(policy: &Policy) -> Self {
        Self {
            trees: policy.sources.iter().map(|source| parse(&source.text).ast).collect(),
            texts: policy.sources.iter().map(|source| source.text.clone()).collect(),
            paths: policy.sources.iter().map(|source| source.path.clone()).collect(),
        }
    }

    /// The words of a statement; nothing but its place if it is not found where it should stand.
    #[must_use]
    pub fn words(&self, statement: &Statement) -> Words {
        let origin = statement.origin;
        let mut out = Words {
            source: origin.source,
            span: statement.span.shifted(i64::from(origin.start)),
            ..Words::default()
        };
        let Some(tree) = self.trees.get(usize::from(origin.source)) else { return out };
        let Ok(at) = tree.items.binary_search_by_key(&origin.start, |item| item.start) else { return out };
        let Some(item) = tree.items.get(at) else { return out };
        let here = Here { author: self, source: origin.source, start: origin.start };
        match &item.kind {
            ItemKind::Rule { tools, clauses, .. } | ItemKind::Hide { tools, clauses, .. } => {
                out.span = here.absolute(item.span);
                here.statement(item, tools, &[], clauses, &mut out);
            }
            ItemKind::Decide { tools, with, arms, .. } => {
                if let Some(arm) = arms.iter().find(|arm| arm.name.span.start == statement.span.start) {
                    out.span = here.absolute(arm.span);
                    here.statement(item, tools, with, &arm.clauses, &mut out);
                }
            }
            _ => {}
        }
        out
    }

    /// The statement that begins there.
    #[must_use]
    pub fn declared(&self, origin: Origin) -> Option<Declared> {
        let tree = self.trees.get(usize::from(origin.source))?;
        let at = tree.items.binary_search_by_key(&origin.start, |item| item.start).ok()?;
        let item = tree.items.get(at)?;
        let here = Here { author: self, source: origin.source, start: origin.start };
        // Annotations are told apart from what they stand before.
        let end = item.annotations.last().map_or(item.span.start, |one| one.span.end);
        let span = policyc_grammar::source::Span::new(end.max(item.span.start), item.span.end);
        Some(Declared {
            text: here.said(span).text,
            docs: item.docs.join("\n"),
            annotations: item.annotations.iter().map(|one| here.said(one.span).text).collect(),
        })
    }

    /// The documentation of the `policy` line, and of nothing else.
    #[must_use]
    pub fn policy_docs(&self) -> String {
        let root = self.trees.first().map(|tree| &*tree.items).unwrap_or_default();
        let found = root.iter().find(|item| matches!(item.kind, ItemKind::Policy(..)));
        found.map(|item| item.docs.join("\n")).unwrap_or_default()
    }

    /// Paths whose undeclared keys are let in, as each source spells them, with the alias of the server: `crm`, `create.args.fields`.
    #[must_use]
    pub fn open_paths(&self) -> Vec<(String, String)> {
        let mut out = Vec::new();
        for (source, tree) in (0_u16..).zip(&self.trees) {
            for item in &tree.items {
                if let ItemKind::ImportTools { alias, open, .. } = &item.kind {
                    let here = Here { author: self, source, start: item.start };
                    out.extend(open.iter().map(|path| (alias.text.to_string(), here.said(path.span).text)));
                }
            }
        }
        out
    }

    /// Every `let`, `fn` and `group`, in the order of the sources and of the text.
    #[must_use]
    pub fn definitions(&self) -> Vec<Definition> {
        let mut out = Vec::new();
        for (source, tree) in (0_u16..).zip(&self.trees) {
            for item in &tree.items {
                let (name, what) = match &item.kind {
                    ItemKind::Let(name, _) => (name, "let"),
                    ItemKind::Group(name, _) => (name, "group"),
                    ItemKind::Fn { name, .. } => (name, "fn"),
                    _ => continue,
                };
                let here = Here { author: self, source, start: item.start };
                let (text, docs) = (here.said(item.span).text, item.docs.join("\n"));
                out.push(Definition { name: name.text.to_string(), what, text, docs, source });
            }
        }
        out
    }

    /// The path of a source.
    #[must_use]
    pub fn path(&self, source: u16) -> &str {
        self.paths.get(usize::from(source)).map(|path| &**path).unwrap_or_default()
    }

    /// A piece of a source, on one line.
    #[must_use]
    pub fn text(&self, source: u16, span: Span) -> String {
        one_line(self.raw(source, span))
    }

    /// A piece of a source as it stands.
    #[must_use]
    pub fn raw(&self, source: u16, span: Span) -> &str {
        let text = self.texts.get(usize::from(source)).map(|text| &**text).unwrap_or_default();
        text.get(span.start as usize..span.end as usize).unwrap_or_default()
    }

    /// The whole text of a source.
    #[must_use]
    pub fn source(&self, source: u16) -> &str {
        self.texts.get(usize::from(source)).map(|text| &**text).unwrap_or_default()
    }
}

/// An item of a source.
struct Here<'a> {
    author: &'a Author,
    source: u16,
    start: u32,
}

impl Here<'_> {
    fn absolute(&self, span: Span) -> Span {
        span.shifted(i64::from(self.start))
    }

    fn said(&self, span: Span) -> Said {
        let span = self.absolute(span);
        Said { span, text: self.author.text(self.source, span) }
    }

    fn statement(&self, item: &Item, tools: &ToolList, shared: &[With], clauses: &[Clause], out: &mut Words) {
        out.tools = self.said(tools.span).text;
        out.annotations = item.annotations.iter().map(|one| self.said(one.span).text).collect();
        out.with = shared.iter().map(|with| self.named(&with.name, with.value.span)).collect();
        for clause in clauses {
            match &clause.kind {
                ClauseKind::When(condition) => out.when = Some(self.said(condition.span)),
                ClauseKind::Unless(condition) => out.unless = Some(self.said(condition.span)),
                ClauseKind::With(with) => out.with.push(self.named(&with.name, with.value.span)),
                ClauseKind::Because(_)
                | ClauseKind::From(_)
                | ClauseKind::Quorum(_)
                | ClauseKind::Within(_) => {}
            }
        }
    }

    fn named(&self, name: &Name, value: Span) -> (String, String) {
        (name.text.to_string(), self.said(value).text)
    }
}

/// Source text on one line: comments go, and what white space stood between two tokens is one blank.
#[must_use]
pub fn one_line(text: &str) -> String {
    let mut out = String::new();
    let mut end = 0;
    for token in lex(text).tokens {
        if token.start > end && !out.is_empty() {
            out.push(' ');
        }
        out.push_str(token.text(text));
        end = token.end;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{Author, one_line};
    use crate::Compiler;
    use crate::files::MemoryFiles;
    use crate::lock::{ImportOptions, import_document};
    use std::fmt::Write as _;

    #[test]
    fn text_is_put_on_one_line() {
        let check = |text, expected| assert_eq!(one_line(text), expected);
        check("a\n   and  // why\n b", "a and b");
        check("  x  ", "x");
        check("args.\"$filter\" == \"a  b\"", "args.\"$filter\" == \"a  b\"");
        check("", "");
    }

    #[test]
    fn statements_are_found_again() {
        let tools = r#"[{"name":"t","inputSchema":{"type":"object","properties":{"x":{"type":"integer"}}}}]"#;
        let lock = import_document(tools, "s", &ImportOptions::default()).unwrap().lock.to_text();
        let policy = r#"edition 2026
policy p "a test"
import tools s from "s.lock.json" open t.args
approvers default "lead"
/// Documented.
rule a: allow s.t
  when args.x > 1   // a comment
    and args.x < 9 unless args.x == 5
shadow rule b: deny s.*
decide d on s.t {
  with y = args.x
  one: ask with z = 2 when y == z
  two: deny because "no"
}
hide h: s.t when false
"#;
        let files = MemoryFiles::default().with("p.policy", policy).with("s.lock.json", &lock);
        let report = Compiler::new(std::sync::Arc::new(files)).report("p.policy");
        let policy = report.policy.as_ref().unwrap_or_else(|| panic!("{:#?}", report.diagnostics));
        let author = Author::of(policy);
        let mut found = String::new();
        for statement in &policy.statements {
            let words = author.words(statement);
            let _ = write!(found, "{} on {}", statement.id, words.tools);
            for (word, said) in [("when", &words.when), ("unless", &words.unless)] {
                if let Some(said) = said {
                    let _ = write!(found, " {word} {}", said.text);
                }
            }
            for (name, value) in &words.with {
                let _ = write!(found, " with {name} = {value}");
            }
            let whole = author.text(words.source, words.span);
            let _ = writeln!(found, " [{}…]", whole.get(..6).unwrap());
        }
        let expected = "\
a on s.t when args.x > 1 and args.x < 9 unless args.x == 5 [rule a…]
b on s.* [shadow…]
d.one on s.t when y == z with y = args.x with z = 2 [one: a…]
d.two on s.t with y = args.x [two: d…]
h on s.t when false [hide h…]
";
        assert_eq!(found, expected);
        assert_eq!(author.open_paths(), [("s".to_owned(), "t.args".to_owned())]);
    }
}
