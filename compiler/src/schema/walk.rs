//! The subschemas of a schema. In: a JSON Schema. Out: every place in it where a schema stands, with its pointer.
//!
//! What stands under `properties` is a name, what stands under `default` or `enum` is data: neither is a keyword, whatever it
//! is called.

use super::refs::{Target, step, target};
use serde_json::Value;

/// What stands under a keyword.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Holds {
    /// A schema, a list of schemas, or either.
    Schemas,
    /// Schemas by name.
    Named,
    /// Anything else.
    Data,
}

/// What stands under `keyword`.
pub(crate) fn holds(keyword: &str) -> Holds {
    match keyword {
        "items"
        | "prefixItems"
        | "additionalItems"
        | "unevaluatedItems"
        | "contains"
        | "additionalProperties"
        | "unevaluatedProperties"
        | "propertyNames"
        | "not"
        | "if"
        | "then"
        | "else"
        | "allOf"
        | "anyOf"
        | "oneOf"
        | "contentSchema" => Holds::Schemas,
        "properties" | "patternProperties" | "$defs" | "definitions" | "dependentSchemas"
        | "dependencies" => Holds::Named,
        _ => Holds::Data,
    }
}

/// Calls `visit` for `schema` and every schema in it, outer ones first, members in key order.
pub(crate) fn walk<'s>(schema: &'s Value, visit: &mut impl FnMut(&str, &'s Value)) {
    let mut waiting: Vec<(String, &'s Value)> = vec![(String::new(), schema)];
    while let Some((pointer, schema)) = waiting.pop() {
        visit(&pointer, schema);
        let Some(map) = schema.as_object() else { continue };
        let before = waiting.len();
        for (keyword, value) in map {
            let below = step(&pointer, keyword);
            match (holds(keyword), value) {
                (Holds::Data, _) => {}
                (Holds::Schemas, Value::Array(schemas)) => {
                    waiting.extend(
                        schemas
                            .iter()
                            .enumerate()
                            .map(|(index, schema)| (format!("{below}/{index}"), schema)),
                    );
                }
                (Holds::Schemas, schema) => waiting.push((below, schema)),
                (Holds::Named, Value::Object(schemas)) => {
                    waiting.extend(schemas.iter().map(|(name, schema)| (step(&below, name), schema)));
                }
                (Holds::Named, _) => {}
            }
        }
        if let Some(new) = waiting.get_mut(before..) {
            new.reverse();
        }
    }
}

/// The first reference to another document, with its pointer.
#[must_use]
pub fn external_reference(schema: &Value) -> Option<(String, String)> {
    let base = schema.get("$id").and_then(Value::as_str);
    let mut found = None;
    walk(schema, &mut |pointer, schema| {
        let reference = schema.get("$ref").and_then(Value::as_str);
        if let Some(reference) =
            reference.filter(|text| found.is_none() && target(text, base) == Target::External)
        {
            found = Some((pointer.to_owned(), reference.to_owned()));
        }
    });
    found
}

#[cfg(test)]
mod tests {
    use super::{external_reference, walk};
    use serde_json::json;

    #[test]
    fn schemas_are_told_from_names_and_data() {
        let schema = json!({
            "properties": {"items": {"type": "array", "items": [{}, true]}, "default": {"default": {"items": {}}}},
            "enum": [{"properties": {"x": {}}}], "anyOf": [{"not": {}}], "$defs": {"a/b": {}}, "additionalProperties": false
        });
        let mut seen = Vec::new();
        walk(&schema, &mut |pointer, _| seen.push(pointer.to_owned()));
        let expected = [
            "",
            "/$defs/a~1b",
            "/additionalProperties",
            "/anyOf/0",
            "/anyOf/0/not",
            "/properties/default",
            "/properties/items",
            "/properties/items/items/0",
            "/properties/items/items/1",
        ];
        assert_eq!(seen, expected);
    }

    #[test]
    fn references_outside_are_found() {
        let schema = json!({"properties": {"$ref": {"type": "string"}, "a": {"items": {"$ref": "other.json#/x"}}, "b": {"$ref": "#/properties/a"}}});
        assert_eq!(
            external_reference(&schema),
            Some(("/properties/a/items".to_owned(), "other.json#/x".to_owned()))
        );
        assert_eq!(
            external_reference(&json!({"properties": {"$ref": {"$ref": "#"}}, "default": {"$ref": "x"}})),
            None
        );
    }
}
