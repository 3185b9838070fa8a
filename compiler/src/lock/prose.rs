//! Prose in tools: what people read and no call depends on. In: a tool as its server lists it. Out: the tool without it, and
//! the prose by JSON pointer.

use crate::json::canonical;
use crate::schema::walk::{Holds, holds};
use serde_json::{Map, Value};

/// Keywords of schemas that hold prose.
fn is_prose(keyword: &str) -> bool {
    matches!(
        keyword,
        "description"
            | "title"
            | "examples"
            | "example"
            | "$comment"
            | "markdownDescription"
            | "enumDescriptions"
            | "markdownEnumDescriptions"
            | "deprecationMessage"
            | "errorMessage"
    )
}

/// Takes the prose out of a tool's members. What is left are its facts.
pub(super) fn split(tool: &Map<String, Value>) -> (Map<String, Value>, Map<String, Value>) {
    let mut facts = Map::new();
    let mut prose = Map::new();
    for (member, value) in tool {
        let pointer = format!("/{member}");
        match (member.as_str(), value) {
            ("title" | "description", _) => drop(prose.insert(pointer, value.clone())),
            ("inputSchema" | "outputSchema", _) => {
                facts.insert(member.clone(), schema(value, &pointer, &mut prose));
            }
            ("annotations", Value::Object(annotations)) => {
                let mut annotations = annotations.clone();
                if let Some(title) = annotations.remove("title") {
                    prose.insert("/annotations/title".to_owned(), title);
                }
                facts.insert(member.clone(), Value::Object(annotations));
            }
            _ => drop(facts.insert(member.clone(), value.clone())),
        }
    }
    (facts, prose)
}

fn schema(value: &Value, pointer: &str, prose: &mut Map<String, Value>) -> Value {
    let Value::Object(map) = value else { return value.clone() };
    let mut out = Map::new();
    for (keyword, value) in map {
        let below = step(pointer, keyword);
        if is_prose(keyword) {
            prose.insert(below, value.clone());
            continue;
        }
        let kept = match (holds(keyword), value) {
            (Holds::Schemas, Value::Array(schemas)) => schemas
                .iter()
                .enumerate()
                .map(|(index, value)| schema(value, &format!("{below}/{index}"), prose))
                .collect(),
            (Holds::Schemas, value) => schema(value, &below, prose),
            (Holds::Named, Value::Object(named)) => {
                let named = named
                    .iter()
                    .map(|(name, value)| (name.clone(), schema(value, &step(&below, name), prose)));
                Value::Object(named.collect())
            }
            (Holds::Named | Holds::Data, value) => value.clone(),
        };
        out.insert(keyword.clone(), kept);
    }
    Value::Object(out)
}

/// A pointer extended by one token.
pub(super) fn step(pointer: &str, token: &str) -> String {
    format!("{pointer}/{}", token.replace('~', "~0").replace('/', "~1"))
}

/// The pointer names prose or a default of a schema, which may differ from run to run; never what restricts values.
pub(super) fn is_volatile_pointer(pointer: &str) -> bool {
    let mut tokens = pointer.split('/').skip(1).peekable();
    let Some(member) = tokens.next() else { return false };
    if tokens.peek().is_none() {
        return matches!(member, "title" | "description");
    }
    if !matches!(member, "inputSchema" | "outputSchema") {
        return pointer == "/annotations/title";
    }
    while let Some(keyword) = tokens.next() {
        if tokens.peek().is_none() {
            return keyword == "default" || is_prose(keyword);
        }
        match holds(keyword) {
            Holds::Named => drop(tokens.next()),
            Holds::Schemas => drop(tokens.next_if(|token| token.bytes().all(|byte| byte.is_ascii_digit()))),
            Holds::Data => return false,
        }
    }
    false
}

/// Removes the object member that `pointer` names, if it is there.
pub(super) fn remove(value: &mut Value, pointer: &str) {
    if let Some((parent, token)) = pointer.rsplit_once('/')
        && let Some(Value::Object(map)) = value.pointer_mut(parent)
    {
        map.remove(&token.replace("~1", "/").replace("~0", "~"));
    }
}

/// Two texts of JSON are one value.
pub(super) fn same(a: &Value, b: &Value) -> bool {
    a == b || canonical(a) == canonical(b)
}

#[cfg(test)]
mod tests {
    use super::{is_volatile_pointer, split};
    use serde_json::{Value, json};

    #[test]
    fn prose_is_told_from_names_and_data() {
        let tool = json!({
            "name": "t", "title": "T", "description": "d", "annotations": {"title": "A", "readOnlyHint": true},
            "inputSchema": {"title": "I", "properties": {
                "title": {"type": "string", "description": "x", "examples": ["e"]},
                "description": {"anyOf": [{"title": "y"}, {"type": "null"}], "default": {"title": "kept"}}
            }, "required": ["title"], "enum": [{"description": "kept"}]}
        });
        let (facts, prose) = split(tool.as_object().unwrap());
        let expected = json!({
            "name": "t", "annotations": {"readOnlyHint": true},
            "inputSchema": {"properties": {
                "title": {"type": "string"},
                "description": {"anyOf": [{}, {"type": "null"}], "default": {"title": "kept"}}
            }, "required": ["title"], "enum": [{"description": "kept"}]}
        });
        assert_eq!(Value::Object(facts), expected);
        let pointers: Vec<&String> = prose.keys().collect();
        let expected = [
            "/annotations/title",
            "/description",
            "/inputSchema/properties/description/anyOf/0/title",
            "/inputSchema/properties/title/description",
            "/inputSchema/properties/title/examples",
            "/inputSchema/title",
            "/title",
        ];
        assert_eq!(pointers, expected);
    }

    #[test]
    fn only_prose_and_defaults_are_volatile() {
        for pointer in [
            "/description",
            "/title",
            "/annotations/title",
            "/inputSchema/properties/cwd/default",
            "/inputSchema/default",
            "/inputSchema/properties/default/description",
            "/outputSchema/$defs/A/anyOf/0/default",
            "/inputSchema/items/default",
        ] {
            assert!(is_volatile_pointer(pointer), "{pointer}");
        }
        for pointer in [
            "",
            "/",
            "/name",
            "/inputSchema",
            "/inputSchema/properties/default",
            "/inputSchema/properties/default/enum",
            "/inputSchema/required",
            "/inputSchema/properties/a/type",
            "/inputSchema/enum/0/default",
            "/annotations/readOnlyHint",
            "/execution/default",
            "description",
        ] {
            assert!(!is_volatile_pointer(pointer), "{pointer}");
        }
    }
}
