//! Policies as source text. In: a seed. Out: files with statements of every form, over locks of their own.
//!
//! A policy is a list of items, so that a failing one can be made smaller item by item.

use super::guardrail;
use super::locks::{Server, servers};
use super::pool::Sort;
use super::rng::Rng;
use super::scope::quoted;
use super::shape::{Field, Shape, ToolShape};
use super::values::Constants;
use super::writer::Writer;
use policyc_compiler::files::MemoryFiles;
use std::collections::BTreeSet;
use std::fmt::Write;

/// What an item is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ItemKind {
    /// Headers, imports, declarations: everything that statements need.
    Frame,
    /// A rule, decide or hide.
    Statement,
}

/// One item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// Index into [`PolicyText::paths`].
    pub file: usize,
    /// What it is for.
    pub kind: ItemKind,
    /// Its text, without a newline at its end.
    pub text: String,
}

/// A generated policy.
#[derive(Debug, Clone, Default)]
pub struct PolicyText {
    /// Its files, the root first.
    pub paths: Vec<String>,
    /// Their items, in order.
    pub items: Vec<Item>,
    /// The servers whose locks it imports.
    pub servers: Vec<Server>,
    /// Fields of the principal.
    pub principal: Vec<Field>,
    /// Fields of the session.
    pub session: Vec<Field>,
    /// Constants that its conditions mention.
    pub constants: Constants,
}

/// The path of the root file.
pub(super) const ROOT: &str = "root.policy";
/// The path of the guardrails file.
pub(super) const GUARDRAILS: &str = "org/security.policy";
/// The path of an imported file.
const MORE: &str = "more.policy";

impl PolicyText {
    /// The text of a file.
    #[must_use]
    pub fn text(&self, file: usize) -> String {
        self.items.iter().filter(|item| item.file == file).map(|item| format!("{}\n\n", item.text)).collect()
    }

    /// All files, locks included, as the compiler reads them.
    #[must_use]
    pub fn files(&self) -> MemoryFiles {
        let mut files = MemoryFiles::default();
        for (index, path) in self.paths.iter().enumerate() {
            files = files.with(path, &self.text(index));
        }
        for server in &self.servers {
            files = files.with(&format!("{}.lock.json", server.alias), &server.lock);
        }
        files
    }

    /// Everything, in one text for a person who looks into a failure.
    #[must_use]
    pub fn shown(&self) -> String {
        let mut out = String::new();
        for (index, path) in self.paths.iter().enumerate() {
            let _ = writeln!(out, "--- {path}\n{}", self.text(index));
        }
        for server in &self.servers {
            let _ = writeln!(out, "--- {}.lock.json\n{}", server.alias, server.lock);
        }
        out
    }

    /// The tools of all servers.
    pub fn tools(&self) -> impl Iterator<Item = &ToolShape> {
        self.servers.iter().flat_map(|server| &server.tools)
    }

    pub(super) fn push(&mut self, file: usize, kind: ItemKind, text: String) {
        self.items.push(Item { file, kind, text });
    }
}

/// A random policy.
#[must_use]
pub fn policy(rng: &mut Rng) -> PolicyText {
    let mut out = PolicyText { paths: vec![ROOT.to_owned()], servers: servers(rng), ..PolicyText::default() };
    host(rng, &mut out);
    let with_more = rng.chance(25);
    let with_guardrails = rng.chance(35);
    let mut header = "edition 2026\npolicy generated \"A generated policy\"".to_owned();
    for server in &out.servers {
        let _ = write!(header, "\n{}", import(server, with_guardrails, rng));
    }
    if with_more {
        let _ = write!(header, "\nimport \"{MORE}\"");
        out.paths.push(MORE.to_owned());
    }
    if with_guardrails {
        let _ = write!(header, "\nimport guardrails \"{GUARDRAILS}\"");
        out.paths.push(GUARDRAILS.to_owned());
    }
    let declarations = [("principal", record(&out.principal)), ("session", record(&out.session))]
        .map(|(w, r)| format!("{w} {r}"));
    out.push(0, ItemKind::Frame, header);
    out.push(0, ItemKind::Frame, declarations.join("\n"));
    out.push(0, ItemKind::Frame, "approvers default \"support-lead\"".to_owned());
    let mut writer = Writer::new(rng, &mut out, 0, "");
    writer.definitions();
    writer.groups();
    let count = 2 + writer.rng.below(9);
    writer.statements(count);
    if writer.rng.chance(35) {
        writer.many_equal();
    }
    let imports = std::mem::take(&mut writer.imports);
    let (next, definitions, groups) = (writer.next, writer.definitions, writer.groups);
    out.items.insert(1, Item { file: 0, kind: ItemKind::Frame, text: std_imports(&imports) });
    if with_more {
        let file = 1;
        let mut header = String::new();
        for server in &out.servers {
            let _ = writeln!(header, "import tools {} from \"{}.lock.json\"", server.alias, server.alias);
        }
        let mut writer = Writer::new(rng, &mut out, file, "");
        (writer.next, writer.definitions, writer.groups) = (next, definitions, groups);
        writer.statements(3);
        let imports = std::mem::take(&mut writer.imports);
        let header = format!("{header}{}", std_imports(&imports));
        let at = out.items.iter().position(|item| item.file == file).unwrap_or(out.items.len());
        out.items.insert(at, Item { file, kind: ItemKind::Frame, text: header.trim_end().to_owned() });
    }
    if with_guardrails {
        let file = out.paths.len().saturating_sub(1);
        guardrail::write(rng, &mut out, file);
    }
    out
}

/// Guardrails may look into what an `open` would open, and then nothing is built.
fn import(server: &Server, with_guardrails: bool, rng: &mut Rng) -> String {
    let mut out = format!("import tools {} from \"{}.lock.json\"", server.alias, server.alias);
    if rng.chance(12)
        && let Some(tool) = rng.pick(&server.tools)
        && !with_guardrails
    {
        let name = if tool.name.contains('.') { quoted(&tool.name) } else { tool.name.clone() };
        let _ = write!(out, " open {name}.args");
    }
    out
}

/// `import std.email { email }` for every name that is used.
pub(super) fn std_imports(imports: &BTreeSet<(&str, &str)>) -> String {
    let modules: BTreeSet<&str> = imports.iter().map(|(module, _)| *module).collect();
    let lines = modules.into_iter().map(|module| {
        let names: Vec<&str> =
            imports.iter().filter(|(own, _)| *own == module).map(|(_, name)| *name).collect();
        format!("import std.{module} {{ {} }}", names.join(", "))
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// Fields of principal and session.
fn host(rng: &mut Rng, out: &mut PolicyText) {
    let field = |name: &str, shape: Shape, required: bool| Field { name: name.to_owned(), shape, required };
    let words = |all: &[&str]| Shape::Enum(all.iter().map(|text| (*text).to_owned()).collect());
    let roles = Shape::List(Box::new(words(&["triage", "escalation", "admin"])), 0, None, true);
    let org = Shape::Record(vec![
        field("name", Shape::Text(Sort::Word, None), true),
        field("limit", Shape::Decimal(None, None), false),
    ]);
    let optional = vec![
        field("roles", roles, true),
        field("tier", words(&["gold", "silver"]), false),
        field("level", Shape::Int(None, None), true),
        field("since", Shape::Moment, true),
        field("day", Shape::Day, false),
        field("ttl", Shape::Span, true),
        field("email", Shape::Text(Sort::Email, None), false),
        field("org", org, true),
        field("flag", Shape::Bool, true),
        field("extra", Shape::Dynamic, false),
        field("quota", Shape::Map(Box::new(Shape::Int(None, None))), false),
        field("alias", Shape::Nullable(Box::new(Shape::Text(Sort::Word, None))), false),
        field("tags", Shape::List(Box::new(Shape::Text(Sort::Word, None)), 0, None, false), true),
    ];
    let mut choose = |first: &str| {
        let mut fields = vec![field(first, Shape::Text(Sort::Word, None), true)];
        fields.extend(optional.iter().filter(|_| rng.chance(35)).cloned());
        fields
    };
    out.principal = choose("id");
    out.session = choose("customer_id");
}

/// A record type.
pub(super) fn record(fields: &[Field]) -> String {
    let fields: Vec<String> = fields
        .iter()
        .map(|field| {
            let mark = if field.required || matches!(field.shape, Shape::Nullable(_)) { "" } else { "?" };
            format!("{}{mark}: {}", field.name, type_of(&field.shape))
        })
        .collect();
    format!("{{ {} }}", fields.join(", "))
}

fn type_of(shape: &Shape) -> String {
    match shape {
        Shape::Bool => "bool".to_owned(),
        Shape::Int(..) => "int".to_owned(),
        Shape::Decimal(..) => "decimal".to_owned(),
        Shape::Enum(all) => all.iter().map(|text| quoted(text)).collect::<Vec<_>>().join(" | "),
        Shape::Text(..) | Shape::Patterned(_) => "string".to_owned(),
        Shape::List(items, _, _, unique) => {
            format!("{}<{}>", if *unique { "set" } else { "list" }, type_of(items))
        }
        Shape::Record(fields) => record(fields),
        Shape::Map(value) => format!("map<string, {}>", type_of(value)),
        Shape::Nullable(inner) => format!("{}?", type_of(inner)),
        Shape::Either(a, b) => format!("{} | {}", type_of(a), type_of(b)),
        Shape::Variants(..) | Shape::Dynamic => "dynamic".to_owned(),
        Shape::Moment => "timestamp".to_owned(),
        Shape::Day => "date".to_owned(),
        Shape::Span => "duration".to_owned(),
    }
}
