//! Servers in short form. In: `send(to: list<string>, cc?: list<string>) destructive`. Out: a tool lock.
//!
//! Parameters are record fields in the policy language's own type syntax; the result is an ordinary closed JSON Schema.

use policyc_grammar::ast::{ItemKind, RecordType, TypeExpr, TypeKind};
use policyc_grammar::parse::parse;
use serde_json::{Map, Value, json};

/// The lock of server `name` with the tools of a `tools` block.
pub(crate) fn lock(name: &str, text: &str) -> Result<String, String> {
    let tools: Result<Vec<Value>, String> =
        text.lines().map(str::trim).filter(|l| !l.is_empty() && !l.starts_with("//")).map(tool).collect();
    import(name, &Value::Array(tools?).to_string())
}

/// The lock of server `name` from a saved list.
pub(crate) fn import(name: &str, text: &str) -> Result<String, String> {
    policyc_compiler::lock::import_document(text, name, &policyc_compiler::lock::ImportOptions::default())
        .map(|imported| imported.lock.to_text())
        .map_err(|e| format!("the block `{name}` is no list of tools: {e}"))
}

fn tool(line: &str) -> Result<Value, String> {
    let bad = || format!("`{line}` is no tool; write `name(arg: type, arg?: type)`");
    let (name, rest) = line.split_once('(').ok_or_else(bad)?;
    let (params, hints) = rest.rsplit_once(')').ok_or_else(bad)?;
    let source = format!("principal {{ {params} }}\n");
    let parsed = parse(&source);
    if parsed.has_errors() {
        return Err(format!("{}: {:?}", bad(), parsed.errors));
    }
    let Some(ItemKind::Principal(record)) = parsed.ast.items.first().map(|i| &i.kind) else {
        return Err(bad());
    };
    let mut out = json!({ "name": name.trim(), "inputSchema": object(record)? });
    let mut annotations = Map::new();
    for hint in hints.split_whitespace() {
        let (key, value) = match hint {
            "readonly" => ("readOnlyHint", true),
            "writes" => ("readOnlyHint", false),
            "destructive" => ("destructiveHint", true),
            "safe" => ("destructiveHint", false),
            other => return Err(format!("`{other}` is no hint")),
        };
        annotations.insert(key.to_owned(), Value::Bool(value));
    }
    if !annotations.is_empty()
        && let Some(fields) = out.as_object_mut()
    {
        fields.insert("annotations".to_owned(), Value::Object(annotations));
    }
    Ok(out)
}

fn object(record: &RecordType) -> Result<Value, String> {
    let mut properties = Map::new();
    let mut required = Vec::new();
    for field in &record.fields {
        properties.insert(field.name.text.to_string(), schema(&field.ty)?);
        if !field.optional {
            required.push(Value::String(field.name.text.to_string()));
        }
    }
    Ok(
        json!({ "type": "object", "properties": properties, "required": required, "additionalProperties": false }),
    )
}

fn schema(ty: &TypeExpr) -> Result<Value, String> {
    Ok(match &ty.kind {
        TypeKind::Named(name) => match name.text.as_str() {
            "string" => json!({ "type": "string" }),
            "int" => json!({ "type": "integer" }),
            "decimal" => json!({ "type": "number" }),
            "bool" => json!({ "type": "boolean" }),
            "dynamic" => json!({}),
            "null" => json!({ "type": "null" }),
            "object" => json!({ "type": "object" }),
            other => return Err(format!("`{other}` has no schema")),
        },
        TypeKind::Generic(name, args) => match (name.text.as_str(), args.as_slice()) {
            ("list", [item]) => json!({ "type": "array", "items": schema(item)? }),
            ("set", [item]) => json!({ "type": "array", "items": schema(item)?, "uniqueItems": true }),
            ("map", [_, value]) => json!({ "type": "object", "additionalProperties": schema(value)? }),
            _ => return Err(format!("`{}<…>` has no schema", name.text)),
        },
        TypeKind::Literal(value) => json!({ "type": "string", "enum": [value.value.as_str()] }),
        TypeKind::Union(parts) => {
            let all: Result<Vec<Value>, String> = parts.iter().map(schema).collect();
            let literals: Vec<&str> = parts
                .iter()
                .filter_map(|p| match &p.kind {
                    TypeKind::Literal(v) => Some(v.value.as_str()),
                    _ => None,
                })
                .collect();
            if literals.len() == parts.len() {
                json!({ "type": "string", "enum": literals })
            } else {
                json!({ "anyOf": all? })
            }
        }
        TypeKind::Record(record) => object(record)?,
        TypeKind::Optional(inner) => json!({ "anyOf": [schema(inner)?, { "type": "null" }] }),
        TypeKind::Error => return Err("a type that does not parse".to_owned()),
    })
}
