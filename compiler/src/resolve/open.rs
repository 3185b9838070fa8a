//! `import tools … open T.args.path`: undeclared keys are let in at one path (semantics.md 5). In: the import's paths. Out: the tools'
//! argument types, opened there.

use super::anchor::{Anchor, Found, Spot};
use super::link::Linker;
use super::suggest::did_you_mean;
use crate::diagnostics::Code;
use crate::ty::{ArgsTy, ObjectTy, Rest, Ty};
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
        let Some(tool) = self.world.tools.iter_mut().find(|t| t.server == server && *t.name == **tool_name)
        else {
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
        if open_object(&mut args.root, keys) {
            tool.args = Arc::new(args);
            self.world.found.push(
                Found::new(Code::N0903, at, format!("undeclared arguments of `{tool_name}` are let in here"))
                    .help("calls may then carry what no schema declares; `keys(args…)` reads their names"),
            );
        } else {
            self.world.found.push(
                Found::new(Code::E0301, at, format!("`{tool_name}` has no object at this path"))
                    .help("`open` names an object whose undeclared keys are to be let in"),
            );
        }
    }
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

fn open_object(object: &mut ObjectTy, keys: &[Text]) -> bool {
    let Some((key, rest)) = keys.split_first() else {
        object.rest = Rest::Open;
        return true;
    };
    object.fields.get_mut(key.as_str()).is_some_and(|field| open_type(&mut field.ty, rest))
}

fn open_type(ty: &mut Ty, keys: &[Text]) -> bool {
    let Ty::Kinds(kinds) = ty else { return false };
    let kinds = Arc::make_mut(kinds);
    match keys.split_first() {
        Some((key, rest)) if key == "[*]" => {
            kinds.list.as_mut().is_some_and(|list| open_type(&mut list.items, rest))
        }
        _ => kinds.object.as_mut().is_some_and(|object| open_object(object, keys)),
    }
}
