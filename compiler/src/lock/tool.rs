//! One pinned tool. In: its members, as the server gave them or as the lock holds them. Out: [`Tool`], checked.

use super::digest::{Digest, covered};
use super::error::{LockError, LockErrorKind, Shown};
use super::prose::split;
use crate::schema::external_reference;
use policyc_grammar::source::Span;
use serde_json::{Map, Value};
use std::sync::Arc;

/// A pinned tool.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Tool {
    /// Its exact name: any text without control characters, never normalized.
    pub name: Arc<str>,
    /// `title`.
    pub title: Option<Arc<str>>,
    /// `description`.
    pub description: Option<Arc<str>>,
    /// `inputSchema`: a JSON Schema, without references to other documents.
    pub input_schema: Arc<Value>,
    /// `outputSchema`, likewise.
    pub output_schema: Option<Arc<Value>>,
    /// `annotations`, whole.
    pub annotations: Option<Arc<Value>>,
    /// The hints among the annotations. What a server claims of itself: it may only restrict.
    pub hints: Hints,
    /// `execution`.
    pub execution: Option<Arc<Value>>,
    /// Over the tool as the server gave it, prose included.
    pub digest: Digest,
    /// Present if the lock leaves out the prose.
    pub without_prose: Option<WithoutProse>,
    /// JSON pointers into the tool whose values are neither kept nor compared; sorted.
    pub volatile: Vec<Arc<str>>,
    /// Where the tool stands in the text of the lock, in bytes.
    pub span: Span,
}

/// The digests of a tool whose prose was left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct WithoutProse {
    /// Over everything that the lock says of the tool.
    pub facts: Digest,
    /// Over the prose by pointer.
    pub prose: Digest,
}

/// The hints of MCP; `None` where the server does not say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Hints {
    /// `readOnlyHint`.
    pub read_only: Option<bool>,
    /// `destructiveHint`.
    pub destructive: Option<bool>,
    /// `idempotentHint`.
    pub idempotent: Option<bool>,
    /// `openWorldHint`.
    pub open_world: Option<bool>,
}

impl Tool {
    /// A tool as its server lists it. What no digest covers is dropped.
    pub(super) fn pinned(
        listed: &Value,
        volatile: &[Arc<str>],
        descriptions: bool,
    ) -> Result<Self, LockError> {
        let mut full = covered(listed, volatile);
        let digest = Digest::of_object(&full);
        full.remove("volatile");
        if descriptions {
            return Self::checked(full, volatile.to_vec(), digest, None);
        }
        let (facts, prose) = split(&full);
        let prose = Digest::of_object(&prose);
        let mut tool = Self::checked(facts, volatile.to_vec(), digest, None)?;
        tool.without_prose = Some(WithoutProse { facts: tool.facts_digest(prose), prose });
        Ok(tool)
    }

    /// A tool from members that are known to be MCP's. Checks their types, not their digests.
    pub(super) fn checked(
        mut members: Map<String, Value>,
        volatile: Vec<Arc<str>>,
        digest: Digest,
        without_prose: Option<WithoutProse>,
    ) -> Result<Self, LockError> {
        let name = name(members.get("name"))?;
        let wrong = |member: &str, wanted: &str| {
            LockError::new(
                LockErrorKind::BadMember,
                format!("`{member}` of the tool {} must be {wanted}", Shown(&name)),
            )
            .of_tool(&name)
        };
        let text = |value: Option<Value>, member: &str| match value {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(Arc::from(text))),
            Some(_) => Err(wrong(member, "a string")),
        };
        let schema = |value: Option<Value>, member: &str| {
            match value {
            None => Ok(None),
            Some(schema @ (Value::Object(_) | Value::Bool(_))) => match external_reference(&schema) {
                None => Ok(Some(Arc::new(schema))),
                Some((pointer, reference)) => Err(LockError::new(
                    LockErrorKind::ExternalRef,
                    format!(
                        "the tool {} refers to another document ({} at `/{member}{pointer}`), which is never loaded; ask its \
                         server for a self-contained schema",
                        Shown(&name),
                        Shown(&reference),
                    ),
                )
                .of_tool(&name)),
            },
            Some(_) => Err(wrong(member, "a JSON Schema: an object or a boolean")),
        }
        };
        let object = |value: Option<Value>, member: &str| match value {
            None => Ok(None),
            Some(value @ Value::Object(_)) => Ok(Some(Arc::new(value))),
            Some(_) => Err(wrong(member, "an object")),
        };
        let mut take = |member: &str| members.remove(member);
        let annotations = object(take("annotations"), "annotations")?;
        Ok(Self {
            title: text(take("title"), "title")?,
            description: text(take("description"), "description")?,
            input_schema: schema(take("inputSchema"), "inputSchema")?.ok_or_else(|| {
                LockError::new(
                    LockErrorKind::NoSchema,
                    format!("the tool {} has no `inputSchema`", Shown(&name)),
                )
                .of_tool(&name)
            })?,
            output_schema: schema(take("outputSchema"), "outputSchema")?,
            hints: annotations.as_deref().map(Hints::read).unwrap_or_default(),
            annotations,
            execution: object(take("execution"), "execution")?,
            digest,
            without_prose,
            volatile,
            span: Span::default(),
            name,
        })
    }

    /// MCP's members, as the lock holds them.
    pub(super) fn members(&self) -> Map<String, Value> {
        let text = |text: &Option<Arc<str>>| text.as_deref().map(Value::from);
        let json = |value: &Option<Arc<Value>>| value.as_deref().cloned();
        let members = [
            ("name", Some(Value::from(&*self.name))),
            ("title", text(&self.title)),
            ("description", text(&self.description)),
            ("inputSchema", Some((*self.input_schema).clone())),
            ("outputSchema", json(&self.output_schema)),
            ("annotations", json(&self.annotations)),
            ("execution", json(&self.execution)),
        ];
        members.into_iter().filter_map(|(member, value)| Some((member.to_owned(), value?))).collect()
    }

    /// The digest of what the lock holds, as it would be if that were all that the server gave.
    pub(super) fn full_digest(&self) -> Digest {
        if !self.volatile.is_empty() {
            return Digest::of_object(&covered(&Value::Object(self.members()), &self.volatile));
        }
        // Almost every tool: nothing is left out, so the schemas are read where they are.
        let text = |text: &Option<Arc<str>>| text.as_deref().map(Value::from);
        let (name, title, description) =
            (Value::from(&*self.name), text(&self.title), text(&self.description));
        let members = [
            ("name", Some(&name)),
            ("title", title.as_ref()),
            ("description", description.as_ref()),
            ("inputSchema", Some(&*self.input_schema)),
            ("outputSchema", self.output_schema.as_deref()),
            ("annotations", self.annotations.as_deref()),
            ("execution", self.execution.as_deref()),
        ];
        Digest::of_object(members.into_iter().filter_map(|(member, value)| Some((member, value?))))
    }

    /// The digest that proves the file unedited where the prose was left out.
    pub(super) fn facts_digest(&self, prose: Digest) -> Digest {
        let mut covered = covered(&Value::Object(self.members()), &self.volatile);
        covered.insert("digest".to_owned(), self.digest.to_string().into());
        covered.insert("description_digest".to_owned(), prose.to_string().into());
        Digest::of_object(&covered)
    }
}

impl Hints {
    fn read(annotations: &Value) -> Self {
        let hint = |name: &str| annotations.get(name).and_then(Value::as_bool);
        Self {
            read_only: hint("readOnlyHint"),
            destructive: hint("destructiveHint"),
            idempotent: hint("idempotentHint"),
            open_world: hint("openWorldHint"),
        }
    }
}

/// A tool's or server's name: not empty, no control characters.
pub(super) fn name(value: Option<&Value>) -> Result<Arc<str>, LockError> {
    match value.and_then(Value::as_str) {
        Some(name) if !name.is_empty() && !name.chars().any(char::is_control) => Ok(name.into()),
        Some(name) => {
            let problem = if name.is_empty() { "is empty" } else { "has control characters" };
            Err(LockError::new(LockErrorKind::BadMember, format!("the name {} {problem}", Shown(name)))
                .of_tool(name))
        }
        None => {
            Err(LockError::new(LockErrorKind::BadMember, "a tool has no `name`, or one that is not a string"))
        }
    }
}
