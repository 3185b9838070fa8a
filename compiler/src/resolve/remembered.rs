//! What a policy remembers: facts, labels and the shapes of results. In: declarations. Out: entries of the [`super::namespace::World`]
//! with types and tools, in the order of their qualified ids, and what is wrong with them.

use super::anchor::{Anchor, Found, Spot};
use super::declarations::Remembered;
use super::link::Linker;
use super::namespace::{FactEntry, LabelEntry, Namespace};
use super::{results, tools, types};
use crate::check::duration_ms;
use crate::diagnostics::Code;
use crate::ty::{Definitions, FieldTy, Kinds, ObjectTy, Ty};
use policyc_grammar::ast::{FactDecl, ForClause, ForKind, LabelDecl, ToolList};
use policyc_runtime::program::memory::{FactKind, MAX_FIELDS, MAX_KEYS, Scope};
use policyc_runtime::request::INPUT_KEY;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

impl Linker<'_> {
    /// Facts, labels and shapes of results of every namespace.
    pub(super) fn remembered(&mut self) {
        let mut found = Vec::new();
        let (mut facts, mut labels) = (Vec::new(), Vec::new());
        for (number, namespace) in self.world.namespaces.iter().enumerate() {
            for (file, scope) in namespace.files.iter().enumerate() {
                for decl in &scope.declarations.facts {
                    let tools = self.tools_of(namespace, file, &decl.after, &decl.anchor);
                    facts.push(fact(decl, number, namespace, tools, &mut found));
                }
                for decl in &scope.declarations.labels {
                    let tools = self.tools_of(namespace, file, &decl.after, &decl.anchor);
                    labels.push(label(decl, number, namespace, tools));
                }
            }
        }
        facts.sort_by(|a: &FactEntry, b| a.id.cmp(&b.id));
        facts.dedup_by(|again, first| again.id == first.id);
        labels.sort_by(|a: &LabelEntry, b| a.id.cmp(&b.id));
        labels.dedup_by(|again, first| again.id == first.id);
        self.shapes(&mut found);
        self.accepts(&mut found);
        for (index, fact) in (0_u32..).zip(&facts) {
            if let Some(namespace) = self.world.namespaces.get_mut(fact.namespace) {
                namespace.facts.insert(fact.name.clone(), index);
            }
        }
        for (index, label) in (0_u32..).zip(&labels) {
            if let Some(namespace) = self.world.namespaces.get_mut(label.namespace) {
                namespace.labels.insert(label.name.clone(), index);
            }
        }
        self.world.facts = facts;
        self.world.labels = labels;
        self.world.found.extend(found);
    }

    /// The tools of several lists. What is wrong with a list is reported where its statement is checked.
    fn tools_of(
        &self,
        namespace: &Namespace,
        file: usize,
        lists: &[ToolList],
        anchor: &Anchor,
    ) -> BTreeSet<u32> {
        let place = tools::Place { world: &self.world, namespace, file, anchor };
        let selected = lists.iter().map(|list| tools::select(place, list, &mut Vec::new()));
        selected.flat_map(|selected| selected.tools).collect()
    }

    /// `accept input on TOOLS`: what an agent answers then stands beside the session, where no policy can name it (semantics.md 42).
    fn accepts(&mut self, found: &mut Vec<Found>) {
        let mut inputs = BTreeSet::new();
        for namespace in &self.world.namespaces {
            for (file, scope) in namespace.files.iter().enumerate() {
                for decl in &scope.declarations.accepts {
                    let at = Spot { anchor: decl.anchor.clone(), span: decl.what.span };
                    if decl.what.text != "input" {
                        let message = format!("`{}` is nothing that can be accepted", decl.what.text);
                        let help = "write `accept input on TOOLS`";
                        found.push(Found::new(Code::E0505, at.clone(), message).help(help));
                    }
                    if namespace.guardrail {
                        let message = "this lets in what agents answer, and a guardrails file only restricts";
                        found.push(Found::new(Code::E0601, at, message).help("accept it in the policy"));
                        continue;
                    }
                    let place = tools::Place { world: &self.world, namespace, file, anchor: &decl.anchor };
                    inputs.extend(tools::select(place, &decl.tools, found).tools);
                }
            }
        }
        if !inputs.is_empty() {
            let field = FieldTy { ty: Ty::Dynamic, required: false, default: None, description: None };
            self.world.session.fields.insert(Arc::from(INPUT_KEY), field);
        }
        self.world.inputs = inputs;
    }

    /// `result TOOLS: TYPE`.
    fn shapes(&mut self, found: &mut Vec<Found>) {
        let mut declared: BTreeMap<u32, (Ty, Spot)> = BTreeMap::new();
        for namespace in &self.world.namespaces {
            for (file, scope) in namespace.files.iter().enumerate() {
                for decl in &scope.declarations.results {
                    let ty = types::read(&decl.shape, &decl.anchor, found);
                    let at = Spot { anchor: decl.anchor.clone(), span: decl.tools.span };
                    let place = tools::Place { world: &self.world, namespace, file, anchor: &decl.anchor };
                    for tool in tools::select(place, &decl.tools, found).tools {
                        let first = declared.entry(tool).or_insert_with(|| (ty.clone(), at.clone()));
                        if first.0 != ty {
                            let message = "the result of a tool is declared twice, and differently";
                            let again = Found::new(Code::E0304, at.clone(), message);
                            found.push(again.label(first.1.clone(), "first here"));
                        }
                    }
                }
            }
        }
        for (tool, (ty, _)) in declared {
            if let Some(entry) = self.world.tools.get_mut(tool as usize) {
                entry.result = Some(Arc::new(results::of_type(&ty, &Definitions::default())));
            }
        }
    }
}

fn qualified(namespace: &Namespace, name: &str) -> Arc<str> {
    if namespace.prefix.is_empty() {
        Arc::from(name)
    } else {
        Arc::from(format!("{}.{name}", namespace.prefix))
    }
}

fn fact(
    decl: &Remembered<FactDecl>,
    number: usize,
    namespace: &Namespace,
    taught_by: BTreeSet<u32>,
    found: &mut Vec<Found>,
) -> FactEntry {
    let Remembered { decl: fact, anchor, .. } = decl;
    let at = |span| Spot { anchor: anchor.clone(), span };
    let mut keys = Vec::new();
    for (name, ty) in &fact.params {
        let read = types::read(ty, anchor, found);
        if !is_scalar(&read) {
            found.push(
                Found::new(Code::E0513, at(ty.span), "the key of a fact is one text, number or boolean")
                    .help("write a type such as `string` or `int`"),
            );
        }
        keys.push((name.text.clone(), read));
    }
    if keys.len() > usize::from(MAX_KEYS) {
        let message = format!("a fact has at most {MAX_KEYS} keys");
        found.push(Found::new(Code::E0513, at(fact.name.span), message));
        keys.truncate(usize::from(MAX_KEYS));
    }
    let ty = types::read(&fact.ty, anchor, found);
    let (kind, fields) = shape(&ty).unwrap_or_else(|problem| {
        found.push(Found::new(Code::E0513, at(fact.ty.span), problem).help(
            "a fact holds a scalar, a record of scalars, `set<T>` of scalars, or counts with `+=` (`int`, `decimal`)",
        ));
        (FactKind::Value(1), vec![(Arc::from(""), plain(Ty::Dynamic))])
    });
    let is_number = matches!(&ty, Ty::Kinds(kinds) if kinds.number.is_some());
    let kind = if decl.charged && is_number { FactKind::Counter } else { kind };
    let (scope, expires_ms) = lifetime(&fact.scope, anchor, found);
    if scope == Scope::Principal && expires_ms.is_none() {
        let span = fact.scope.first().map_or(fact.name.span, |clause| clause.span);
        found.push(
            Found::new(Code::E0513, at(span), "a fact of a principal must expire")
                .help("say for how long it holds: `for principal for 7d`"),
        );
    }
    FactEntry {
        namespace: number,
        id: qualified(namespace, &fact.name.text),
        name: fact.name.text.clone(),
        keys,
        kind,
        fields,
        scope,
        expires_ms,
        taught_by,
        at: at(fact.name.span),
    }
}

fn plain(ty: Ty) -> FieldTy {
    FieldTy { ty, required: true, default: None, description: None }
}

/// The fields of a fact by name; the one of a scalar or a set has none.
type Fields = Vec<(Arc<str>, FieldTy)>;

/// What a fact of this type holds under a key. Whether a number is a counter shows in its `after`.
fn shape(ty: &Ty) -> Result<(FactKind, Fields), &'static str> {
    let one = |ty: &Ty| vec![(Arc::from(""), plain(ty.clone()))];
    let Ty::Kinds(kinds) = ty else { return Err("what a fact holds has a type") };
    if let Some(list) = &kinds.list {
        let only = Kinds { list: Some(list.clone()), ..Kinds::default() } == **kinds;
        return if list.unique && only && is_scalar(&list.items) {
            Ok((FactKind::Set, one(&list.items)))
        } else {
            Err("a fact holds no list")
        };
    }
    if let Some(object) = &kinds.object {
        return record(object)
            .map(|fields| (FactKind::Value(u8::try_from(fields.len()).unwrap_or(1)), fields));
    }
    if is_scalar(ty) { Ok((FactKind::Value(1), one(ty))) } else { Err("a fact holds a value") }
}

fn record(object: &ObjectTy) -> Result<Fields, &'static str> {
    let fields: Vec<_> = object.fields.iter().map(|(key, field)| (key.clone(), field.clone())).collect();
    if fields.is_empty() || fields.len() > usize::from(MAX_FIELDS) {
        return Err("a fact's record has between 1 and 32 fields");
    }
    if fields.iter().all(|(_, field)| is_scalar(&field.ty)) {
        Ok(fields)
    } else {
        Err("the fields of a fact's record are scalars")
    }
}

fn is_scalar(ty: &Ty) -> bool {
    match ty {
        Ty::Kinds(kinds) => kinds.list.is_none() && kinds.object.is_none(),
        Ty::Dynamic | Ty::Ref(_) => false,
    }
}

/// Whose something is, and for how many milliseconds.
fn lifetime(scope: &[ForClause], anchor: &Anchor, found: &mut Vec<Found>) -> (Scope, Option<u64>) {
    let (mut whose, mut ms) = (Scope::Session, None);
    for clause in scope {
        let at = Spot { anchor: anchor.clone(), span: clause.span };
        match &clause.kind {
            ForKind::Principal => whose = Scope::Principal,
            ForKind::Duration(text) => {
                let read = duration_ms(text).and_then(|ms| u64::try_from(ms).ok()).filter(|ms| *ms > 0);
                if read.is_none() {
                    let message = format!("`for {text}` has no meaning");
                    found.push(
                        Found::new(Code::E0409, at, message).help("write a duration such as `10m` or `7d`"),
                    );
                }
                ms = Some(read.unwrap_or(1));
            }
            ForKind::Calls(_) => found.push(
                Found::new(Code::E0513, at, "a fact does not last for a number of calls")
                    .help("say for how long it holds: `for 10m`; labels can last `for 5 calls`"),
            ),
        }
    }
    (whose, ms)
}

fn label(
    decl: &Remembered<LabelDecl>,
    number: usize,
    namespace: &Namespace,
    set_by: BTreeSet<u32>,
) -> LabelEntry {
    let name = &decl.decl.name;
    let of_principal =
        decl.decl.scope.iter().any(|clause| clause.kind == ForKind::Principal) || decl.of_principal;
    LabelEntry {
        namespace: number,
        id: qualified(namespace, &name.text),
        name: name.text.clone(),
        scope: if of_principal { Scope::Principal } else { Scope::Session },
        set_by,
        at: Spot { anchor: decl.anchor.clone(), span: name.span },
    }
}
