//! From equations to a type. In: the evaluated states of a schema. Out: one type, with a definition for each state that is
//! truly recursive and everything else in place.
//!
//! A type in place is easier to read and to check than a definition, but copies multiply. So where the tree would pass
//! [`TREE`] nodes every shared state becomes a definition too, and where it would pass [`HEIGHT`] levels every so many levels
//! one does: readers of types may recurse.

use crate::ty::{DefId, Definitions, FieldTy, Kinds, ListTy, ObjectTy, Rest, Ty};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Most nodes of a type and its definitions, where sharing can avoid more.
pub(super) const TREE: u64 = 100_000;
/// Most levels of a type or definition.
pub(super) const HEIGHT: u32 = 48;

/// The states that a type mentions, in the order of its members.
pub(super) fn children(ty: &Ty) -> Vec<DefId> {
    let mut out = Vec::new();
    collect(ty, &mut out);
    out
}

fn collect(ty: &Ty, out: &mut Vec<DefId>) {
    match ty {
        Ty::Dynamic => {}
        Ty::Ref(id) => out.push(*id),
        Ty::Kinds(kinds) => {
            if let Some(list) = &kinds.list {
                collect(&list.items, out);
            }
            if let Some(object) = &kinds.object {
                for field in object.fields.values() {
                    collect(&field.ty, out);
                }
                if let Rest::Map(ty) = &object.rest {
                    collect(ty, out);
                }
            }
        }
    }
}

/// The type of `root` over `states`.
pub(super) fn extract(root: &Ty, states: &[Ty]) -> (Ty, Definitions) {
    let walk = Walk::new(root, states);
    let mut cut = walk.recursive.clone();
    if walk.measure(root, &mut cut, states) > TREE {
        cut = walk.recursive.union(&walk.shared).copied().collect();
        walk.measure(root, &mut cut, states);
    }
    let ids: BTreeMap<DefId, DefId> = walk
        .order
        .iter()
        .filter(|id| cut.contains(id))
        .zip(0..)
        .map(|(id, index)| (*id, DefId(index)))
        .collect();
    // Definitions may be mentioned before they are built.
    let mut built: BTreeMap<DefId, Ty> = ids.iter().map(|(state, id)| (*state, Ty::Ref(*id))).collect();
    let mut definitions: BTreeMap<DefId, Ty> = BTreeMap::new();
    for id in &walk.order {
        let ty = place(get(states, *id), &|child| built.get(&child).cloned().unwrap_or(Ty::Dynamic));
        match ids.get(id) {
            Some(definition) => {
                definitions.insert(*definition, ty);
            }
            None => drop(built.insert(*id, ty)),
        }
    }
    let root = place(root, &|child| built.get(&child).cloned().unwrap_or(Ty::Dynamic));
    (root, Definitions(definitions.into_values().collect()))
}

fn get(states: &[Ty], id: DefId) -> &Ty {
    usize::try_from(id.0).ok().and_then(|index| states.get(index)).unwrap_or(&Ty::Dynamic)
}

/// One traversal of the states.
struct Walk {
    /// Every reachable state, children before parents except along cycles.
    order: Vec<DefId>,
    /// The states that close a cycle: without them there is none.
    recursive: BTreeSet<DefId>,
    /// The states that are mentioned more than once and mention others.
    shared: BTreeSet<DefId>,
}

impl Walk {
    fn new(root: &Ty, states: &[Ty]) -> Self {
        let mut walk = Self { order: Vec::new(), recursive: BTreeSet::new(), shared: BTreeSet::new() };
        let mut seen: BTreeSet<DefId> = BTreeSet::new();
        let mut open: BTreeSet<DefId> = BTreeSet::new();
        let mut path: Vec<(Option<DefId>, std::vec::IntoIter<DefId>)> =
            vec![(None, children(root).into_iter())];
        while let Some((state, rest)) = path.last_mut() {
            let Some(child) = rest.next() else {
                if let Some(done) = *state {
                    open.remove(&done);
                    walk.order.push(done);
                }
                path.pop();
                continue;
            };
            if seen.insert(child) {
                open.insert(child);
                path.push((Some(child), children(get(states, child)).into_iter()));
            } else if open.contains(&child) {
                walk.recursive.insert(child);
            } else if !children(get(states, child)).is_empty() {
                walk.shared.insert(child);
            }
        }
        walk
    }

    /// Nodes of the whole type if the states in `cut` are definitions; adds to `cut` what would be too high.
    fn measure(&self, root: &Ty, cut: &mut BTreeSet<DefId>, states: &[Ty]) -> u64 {
        let mut sizes: BTreeMap<DefId, (u64, u32)> = BTreeMap::new();
        let mut total: u64 = 0;
        for id in &self.order {
            let (size, height) = size(get(states, *id), &sizes);
            if cut.contains(id) || height >= HEIGHT {
                cut.insert(*id);
                total = total.saturating_add(size);
                sizes.insert(*id, (1, 0));
            } else {
                sizes.insert(*id, (size, height));
            }
        }
        total.saturating_add(size(root, &sizes).0)
    }
}

/// Nodes and levels of a type whose children have these sizes.
fn size(ty: &Ty, sizes: &BTreeMap<DefId, (u64, u32)>) -> (u64, u32) {
    let mut nodes: u64 = 1;
    let mut height = 0;
    for child in children(ty) {
        let (child_nodes, child_height) = sizes.get(&child).copied().unwrap_or((1, 0));
        nodes = nodes.saturating_add(child_nodes);
        height = height.max(child_height);
    }
    (nodes, height.saturating_add(1))
}

/// `ty` with its children replaced, and with undeclared keys denied where nothing said otherwise.
fn place(ty: &Ty, child: &impl Fn(DefId) -> Ty) -> Ty {
    let kinds = match ty {
        Ty::Dynamic => return Ty::Dynamic,
        Ty::Ref(id) => return child(*id),
        Ty::Kinds(kinds) if kinds.list.is_none() && kinds.object.is_none() => return ty.clone(),
        Ty::Kinds(kinds) => kinds,
    };
    let list = kinds.list.as_ref().map(|list| ListTy { items: place(&list.items, child), ..list.clone() });
    let object = kinds.object.as_ref().map(|object| {
        let fields = object
            .fields
            .iter()
            .map(|(key, field)| (key.clone(), FieldTy { ty: place(&field.ty, child), ..field.clone() }));
        let rest = match &object.rest {
            Rest::Open | Rest::Closed => Rest::Closed,
            Rest::Map(ty) => Rest::Map(place(ty, child)),
        };
        Arc::new(ObjectTy { fields: fields.collect(), rest, ..ObjectTy::clone(object) })
    });
    Ty::Kinds(Arc::new(Kinds { list, object, ..(**kinds).clone() }))
}
