//! What is odd about the tools of a lock. In: a lock. Out: findings that a policy's author wants to know before writing rules;
//! none of them changes what a policy means.

use super::{Lock, Tool};
use crate::schema::pattern::{for_engines, import_pattern};
use crate::schema::walk::walk;
use crate::schema::{NoteKind, import_args};
use regex_automata::util::syntax;
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::Arc;

/// One finding.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Finding {
    /// The tool.
    pub tool: Arc<str>,
    /// What was found.
    pub kind: FindingKind,
    /// JSON pointer into the tool; empty for the tool as a whole.
    pub pointer: String,
    /// One line.
    pub message: String,
}

/// Kinds of [`Finding`], with stable slugs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FindingKind {
    /// The server does not say whether the tool only reads, or whether what it writes destroys.
    MissingHints,
    /// Hints contradict each other, or the tool's name.
    ContradictoryHints,
    /// An argument that may hold anything.
    FreeForm,
    /// An amount may be omitted, which often means all of it.
    OptionalAmount,
    /// A pattern that is found anywhere in the text.
    UnanchoredPattern,
    /// A pattern that is not enforced.
    UnsupportedPattern,
    /// A keyword that JSON Schema does not have, or with a value that it does not allow.
    UnknownKeyword,
    /// A keyword that restricts values, and is not enforced.
    IgnoredKeyword,
    /// No value fits.
    NothingFits,
    /// A reference that leads nowhere.
    UnresolvedReference,
    /// The root is a free form: arguments that it does not declare are denied unless an import opens it.
    ClosedRoot,
    /// Two names that are easily taken for each other.
    SimilarNames,
    /// A text argument that holds a program or query.
    QueryText,
}

impl FindingKind {
    /// The stable name.
    #[must_use]
    pub const fn slug(self) -> &'static str {
        match self {
            Self::MissingHints => "missing_hints",
            Self::ContradictoryHints => "contradictory_hints",
            Self::FreeForm => "free_form",
            Self::OptionalAmount => "optional_amount",
            Self::UnanchoredPattern => "unanchored_pattern",
            Self::UnsupportedPattern => "unsupported_pattern",
            Self::UnknownKeyword => "unknown_keyword",
            Self::IgnoredKeyword => "ignored_keyword",
            Self::NothingFits => "nothing_fits",
            Self::UnresolvedReference => "unresolved_reference",
            Self::ClosedRoot => "closed_root",
            Self::SimilarNames => "similar_names",
            Self::QueryText => "query_text",
        }
    }
}

/// Everything odd about the tools of a lock, sorted by tool, kind and place.
#[must_use]
pub fn lint(lock: &Lock) -> Vec<Finding> {
    let mut out = Vec::new();
    for tool in &lock.tools {
        let mut find = |kind, pointer: &str, message: String| {
            out.push(Finding { tool: tool.name.clone(), kind, pointer: pointer.to_owned(), message });
        };
        hints(tool, &mut find);
        schema(tool, &mut find);
        notes(tool, &mut find);
    }
    let mut alike: BTreeMap<String, Vec<&Arc<str>>> = BTreeMap::new();
    for tool in &lock.tools {
        let folded: String = tool
            .name
            .chars()
            .filter(|c| !matches!(c, '-' | '_' | '.' | ' '))
            .flat_map(char::to_lowercase)
            .collect();
        alike.entry(folded).or_default().push(&tool.name);
    }
    for names in alike.into_values().filter(|names| names.len() > 1) {
        for name in &names {
            let others: Vec<String> =
                names.iter().filter(|other| other != &name).map(|other| format!("`{other}`")).collect();
            let message = format!(
                "`{name}` and {} are easily taken for each other; both names count exactly as written",
                others.join(", ")
            );
            out.push(Finding {
                tool: (*name).clone(),
                kind: FindingKind::SimilarNames,
                pointer: String::new(),
                message,
            });
        }
    }
    out.sort();
    out.dedup();
    out
}

/// Words in names of tools that change something.
const WRITING: [&str; 34] = [
    "add", "append", "apply", "approve", "archive", "assign", "book", "buy", "cancel", "create", "delete",
    "destroy", "drop", "edit", "execute", "insert", "invite", "merge", "move", "pay", "post", "publish",
    "purge", "push", "refund", "remove", "rename", "replace", "revoke", "send", "transfer", "update",
    "upload", "write",
];
/// Those that destroy something.
const DESTROYING: [&str; 7] = ["delete", "destroy", "drop", "purge", "refund", "remove", "revoke"];

fn hints(tool: &Tool, find: &mut impl FnMut(FindingKind, &str, String)) {
    let hints = tool.hints;
    let words = words(&tool.name);
    let word_of =
        |list: &[&'static str]| list.iter().find(|word| words.iter().any(|own| own == *word)).copied();
    match (hints.read_only, hints.destructive) {
        (None, None) => find(
            FindingKind::MissingHints,
            "",
            "the server gives no hint whether the tool only reads or destroys".to_owned(),
        ),
        (Some(false), None) => {
            find(
                FindingKind::MissingHints,
                "/annotations",
                "the server does not say whether what the tool writes destroys (by default it does)"
                    .to_owned(),
            );
        }
        (None, Some(_)) => find(
            FindingKind::MissingHints,
            "/annotations",
            "the server does not say whether the tool only reads (by default it writes)".to_owned(),
        ),
        (Some(true), Some(true)) => {
            find(
                FindingKind::ContradictoryHints,
                "/annotations",
                "the tool claims to be read-only and destructive".to_owned(),
            );
        }
        (Some(_), Some(_) | None) => {}
    }
    if hints.read_only == Some(true)
        && let Some(word) = word_of(&WRITING)
    {
        find(
            FindingKind::ContradictoryHints,
            "/annotations/readOnlyHint",
            format!("the tool claims to be read-only, but its name says `{word}`"),
        );
    }
    if hints.read_only != Some(true)
        && hints.destructive == Some(false)
        && let Some(word) = word_of(&DESTROYING)
    {
        find(
            FindingKind::ContradictoryHints,
            "/annotations/destructiveHint",
            format!("the tool claims not to destroy, but its name says `{word}`"),
        );
    }
}

/// The words of a name: `createRefund_all` has `create`, `refund` and `all`.
fn words(name: &str) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    let mut previous = ' ';
    for character in name.chars() {
        let starts = !previous.is_alphanumeric() || (character.is_uppercase() && !previous.is_uppercase());
        if character.is_alphanumeric() {
            if starts {
                out.push(String::new());
            }
            if let Some(word) = out.last_mut() {
                word.extend(character.to_lowercase());
            }
        }
        previous = character;
    }
    out
}

fn schema(tool: &Tool, find: &mut impl FnMut(FindingKind, &str, String)) {
    walk(&tool.input_schema, &mut |pointer, schema| {
        let place = format!("/inputSchema{pointer}");
        // What undeclared keys hold is a matter of the object around them.
        let additional = pointer.ends_with("/additionalProperties")
            && !pointer.ends_with("/properties/additionalProperties");
        if !pointer.is_empty() && !additional && is_free(schema) {
            find(
                FindingKind::FreeForm,
                &place,
                "the schema lets anything stand here; rules can only read it as dynamic".to_owned(),
            );
        }
        // A pattern that cannot be read, or not decided, is noted as that.
        if let Some(pattern) = schema.get("pattern").and_then(Value::as_str)
            && !is_anchored(pattern)
        {
            let message = format!(
                "the pattern `{}` is not anchored at both ends, so it may stand anywhere in the text",
                pattern.escape_debug()
            );
            find(FindingKind::UnanchoredPattern, &place, message);
        }
        let required = schema.get("required").and_then(Value::as_array);
        for (name, property) in schema.get("properties").and_then(Value::as_object).into_iter().flatten() {
            let place = format!("{place}{}", super::prose::step("/properties", name));
            let words = words(name);
            let says = |list: &[&str]| words.iter().any(|word| list.contains(&word.as_str()));
            let optional =
                !required.is_some_and(|required| required.iter().any(|one| one.as_str() == Some(name)));
            if optional
                && says(&["amount", "price", "total"])
                && (is_of(property, "number") || is_of(property, "integer"))
            {
                find(
                    FindingKind::OptionalAmount,
                    &place,
                    format!(
                        "`{name}` may be omitted, which often means all of it; a rule that bounds it should also require it"
                    ),
                );
            }
            let free_text = property.get("enum").is_none() && property.get("const").is_none();
            if free_text && is_of(property, "string") && names_a_program(&words) {
                find(
                    FindingKind::QueryText,
                    &place,
                    format!(
                        "`{name}` may hold a program or query; its meaning needs a typed view, not a pattern"
                    ),
                );
            }
        }
    });
}

/// `sql_query`, `scriptText` and `code` name what is run; `query_type`, `scriptId` and `postal_code` do not.
fn names_a_program(words: &[String]) -> bool {
    let text = |word: &String| ["text", "string", "source", "body"].contains(&word.as_str());
    let kept = words.iter().rposition(|word| !text(word)).map_or(0, |last| last.saturating_add(1));
    let Some((last, before)) = words.get(..kept).and_then(<[String]>::split_last) else { return false };
    match last.as_str() {
        "code" => before.is_empty(),
        last => ["sql", "query", "expression", "script", "command", "soql", "jql"].contains(&last),
    }
}

/// Whatever matches begins at the text's beginning and ends at its end.
fn is_anchored(pattern: &str) -> bool {
    let parsed = import_pattern(pattern).ok().and_then(|read| syntax::parse(&for_engines(&read)).ok());
    // One that cannot be read is noted as that.
    parsed.is_none_or(|parsed| {
        let (first, last) = (parsed.properties().look_set_prefix(), parsed.properties().look_set_suffix());
        first.contains_anchor_haystack() && last.contains_anchor_haystack()
    })
}

/// The schema, or an alternative of it, is of that type.
fn is_of(schema: &Value, name: &str) -> bool {
    let named = match schema.get("type") {
        Some(Value::String(ty)) => ty == name,
        Some(Value::Array(types)) => types.iter().any(|ty| ty.as_str() == Some(name)),
        _ => false,
    };
    let mut alternatives =
        ["anyOf", "oneOf"].iter().filter_map(|keyword| schema.get(*keyword)?.as_array()).flatten();
    named || alternatives.any(|alternative| alternative.get("type").and_then(Value::as_str) == Some(name))
}

/// The schema says nothing of what may stand there, or only that it is an object.
fn is_free(schema: &Value) -> bool {
    let open = |schema: Option<&Value>| schema.is_none_or(crate::schema::is_anything);
    match schema {
        Value::Object(map) if is_of(schema, "object") => {
            let bare = [
                "properties",
                "patternProperties",
                "propertyNames",
                "enum",
                "const",
                "$ref",
                "anyOf",
                "oneOf",
                "allOf",
            ];
            let named = |keyword: &&str| {
                map.get(*keyword).is_some_and(|value| *value != Value::Object(serde_json::Map::new()))
            };
            let explicit = map.get("properties").is_none() || map.get("additionalProperties").is_some();
            !bare.iter().any(named) && explicit && open(map.get("additionalProperties"))
        }
        _ => crate::schema::is_anything(schema),
    }
}

/// What the importer noted, as findings.
fn notes(tool: &Tool, find: &mut impl FnMut(FindingKind, &str, String)) {
    for note in import_args(&tool.input_schema).notes {
        let kind = match note.kind {
            NoteKind::Unknown | NoteKind::Invalid => FindingKind::UnknownKeyword,
            NoteKind::Ignored | NoteKind::Undeclared => FindingKind::IgnoredKeyword,
            NoteKind::Pattern => FindingKind::UnsupportedPattern,
            NoteKind::Reference => FindingKind::UnresolvedReference,
            NoteKind::Nothing | NoteKind::Dropped => FindingKind::NothingFits,
            NoteKind::ClosedRoot => FindingKind::ClosedRoot,
            // How the importer reads a union is no fault of the schema.
            NoteKind::Widened | NoteKind::Merged | NoteKind::OpenRecord => continue,
        };
        find(kind, &format!("/inputSchema{}", note.pointer), note.message);
    }
}
