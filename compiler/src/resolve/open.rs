//! `import tools … open T.args.path`: undeclared keys are let in at one path (semantics.md 5). In: the import's paths. Out: the tools'
//! argument types, opened there, and the places on record.

use super::anchor::{Anchor, Found, Spot};
use super::link::Linker;
use super::namespace::{Opened, ToolEntry};
use super::suggest::did_you_mean;
use crate::check::form::deref;
use crate::diagnostics::Code;
use crate::ty::{ArgsTy, Definitions, ObjectTy, Rest, Ty};
use policyc_grammar::ast::{Expr, ExprKind, Text};
use std::sync::Arc;

impl Linker<'_> {
    /// `open T.args.path`: undeclared keys are let in there (semantics.md 5).
    pub(super) fn open(&mut self, server: u16, path: &Expr, anchor: &Anchor, guardrail: bool) {
        let at = Spot { anchor: anchor.clone(), span: path.span };
        if guardrail {
            self.world.found.push(
                Found::new(
                    Code::E0601,
                    at,
                    "`open` lets in undeclared arguments, and a guardrails file may only restrict",
                )
                .help("write the `open` where the policy imports the tools"),
            );
            return;
        }
        let Some(steps) = steps(path) else {
            self.world.found.push(Found::new(
                Code::E0301,
                at,
                "an `open` path is `TOOL.args` or `TOOL.args.field…`",
            ));
            return;
        };
        let Some((tool_name, rest)) = steps.split_first() else { return };
        let named = |t: &ToolEntry| t.server == server && *t.name == **tool_name;
        let Some((number, tool)) = (0u32..).zip(&mut self.world.tools).find(|(_, t)| named(t)) else {
            let names: Vec<&str> =
                self.world.tools.iter().filter(|t| t.server == server).map(|t| &*t.name).collect();
            let help = did_you_mean(tool_name, names.iter().copied());
            self.world.found.push(
                Found::new(Code::E0302, at, format!("the lock has no tool `{tool_name}`")).maybe_help(help),
            );
            return;
        };
        let keys = match rest.split_first() {
            Some((args, keys)) if args == "args" => keys,
            _ => {
                self.world.found.push(
                    Found::new(Code::E0301, at, "an `open` path goes through `args`")
                        .help(format!("write `{tool_name}.args…`")),
                );
                return;
            }
        };
        let mut args = ArgsTy::clone(&tool.args);
        let found = match open_object(Arc::make_mut(&mut args.root), keys, &args.definitions) {
            Change::Opened => {
                tool.args = Arc::new(args);
                let steps = keys.iter().take_while(|k| **k != "[*]").map(|k| Arc::from(k.as_str())).collect();
                self.world.opened.push(Opened { tool: number, steps, at: at.clone() });
                Found::new(Code::N0903, at, format!("undeclared arguments of `{tool_name}` are let in here"))
                    .help("calls may then carry what no schema declares; `keys(args…)` reads their names")
            }
            Change::Map => Found::new(
                Code::E0301,
                at,
                format!("keys are already open here: the schema of `{tool_name}` lets in any key and says what it holds"),
            )
            .help("leave out this `open`"),
            Change::Nothing => {
                Found::new(Code::E0301, at, format!("`{tool_name}` has no object at this path"))
                    .help("`open` names an object whose undeclared keys are to be let in; `[*]` steps to the elements of a list")
            }
        };
        self.world.found.push(found);
    }
}

/// What became of an `open`.
enum Change {
    Opened,
    /// A map: its keys are open, and opening it would lose the type of its values.
    Map,
    /// There is no object.
    Nothing,
}

/// The names along a path expression.
fn steps(path: &Expr) -> Option<Vec<Text>> {
    match &path.kind {
        ExprKind::Name(name) => Some(vec![name.clone()]),
        ExprKind::Field(base, name) => {
            let mut all = steps(base)?;
            all.push(name.text.clone());
            Some(all)
        }
        ExprKind::Index(base, index) if matches!(&index.kind, ExprKind::Name(star) if star == "*") => {
            let mut all = steps(base)?;
            all.push(Text::from("[*]"));
            Some(all)
        }
        _ => None,
    }
}

fn open_object(object: &mut ObjectTy, keys: &[Text], definitions: &Definitions) -> Change {
    if let Some((key, rest)) = keys.split_first() {
        let field = object.fields.get_mut(key.as_str());
        return field.map_or(Change::Nothing, |field| open_type(&mut field.ty, rest, definitions));
    }
    let typed = matches!(&object.rest, Rest::Map(ty) if *ty != Ty::Dynamic);
    if typed && object.names.is_none() {
        return Change::Map;
    }
    if !typed {
        object.rest = Rest::Open;
    }
    object.names = None;
    Change::Opened
}

fn open_type(ty: &mut Ty, keys: &[Text], definitions: &Definitions) -> Change {
    if matches!(ty, Ty::Ref(_)) {
        // Of a recursive type this place alone is opened, so it gets a copy of its own.
        *ty = deref(ty, definitions);
    }
    let Ty::Kinds(kinds) = ty else { return Change::Nothing };
    let kinds = Arc::make_mut(kinds);
    match keys.split_first() {
        Some((key, rest)) if key == "[*]" => {
            let list = kinds.list.as_mut();
            list.map_or(Change::Nothing, |list| open_type(&mut list.items, rest, definitions))
        }
        _ => kinds
            .object
            .as_mut()
            .map_or(Change::Nothing, |object| open_object(Arc::make_mut(object), keys, definitions)),
    }
}

#[cfg(test)]
mod tests {
    use super::{Change, Text, open_object};
    use crate::schema::{accepts, import_args};
    use serde_json::{Value, json};
    use std::sync::Arc;

    /// Opens `path` of arguments that hold trees, and says which of these the arguments then admit.
    fn check(path: &[&str], admitted: [bool; 3]) {
        let node =
            json!({"type": "object", "properties": {"l": {"type": "array", "items": {"$ref": "#/$defs/n"}}}});
        let schema =
            json!({"type": "object", "properties": {"t": {"$ref": "#/$defs/n"}}, "$defs": {"n": node}});
        let mut args = import_args(&schema).args;
        let keys: Vec<Text> = path.iter().map(|key| Text::from(*key)).collect();
        assert!(
            matches!(open_object(Arc::make_mut(&mut args.root), &keys, &args.definitions), Change::Opened),
            "{path:?}"
        );
        let values: [Value; 3] = [
            json!({"t": {"more": 1}}),
            json!({"t": {"l": [{"more": 1}]}}),
            json!({"t": {"l": [{"l": [{"more": 1}]}]}}),
        ];
        assert_eq!(values.map(|value| accepts(&args, &value)), admitted, "{path:?}");
    }

    #[test]
    fn keys_of_any_name_hold_what_the_schema_says() {
        let map = json!({"type": "object", "propertyNames": {"pattern": "^x"}, "additionalProperties": {"type": "number"}});
        let mut args = import_args(&json!({"type": "object", "properties": {"t": map}})).args;
        assert!(!accepts(&args, &json!({"t": {"y": 1}})));
        let keys = [Text::from("t")];
        let change = open_object(Arc::make_mut(&mut args.root), &keys, &args.definitions);
        assert!(matches!(change, Change::Opened));
        assert!(accepts(&args, &json!({"t": {"y": 1, "x": 2}})));
        assert!(!accepts(&args, &json!({"t": {"y": "text"}})));
    }

    #[test]
    fn a_recursive_object_is_opened_at_one_place() {
        check(&["t"], [true, false, false]);
        check(&["t", "l", "[*]"], [false, true, false]);
        check(&["t", "l", "[*]", "l", "[*]"], [false, false, true]);
    }
}
