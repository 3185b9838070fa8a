//! Checks of objects. In: object types and the places read below. Out: checks whose keys are the declared ones and those that a
//! condition names.

use super::{Here, Owner, Plans};
use crate::emit::Text;
use crate::emit::pools::Pools;
use crate::ir::captures::Step;
use crate::ty::{self, ObjectTy, Ty};
use policyc_runtime::program::plan::{
    Key, NO_CHECK, NO_REGISTER, NodeId, ObjectCheck, Rest, Variant, Variants,
};
use std::collections::BTreeMap;

impl Plans {
    /// The check of an object.
    pub(super) fn object(&mut self, object: &ObjectTy, here: Here<'_>, pools: &mut Pools) -> u32 {
        let mut keys: BTreeMap<Text, (NodeId, bool)> = BTreeMap::new();
        for (name, field) in &object.fields {
            let below = here.step(&Step::Key(name.clone()));
            let below = if field.required { below.required() } else { below.optional() };
            keys.insert(name.clone(), (self.of(&field.ty, below, pools), field.required));
        }
        let undeclared = self.named(object, here, pools);
        keys.extend(undeclared.iter().map(|(name, node)| (name.clone(), (*node, false))));
        let rest = self.rest(object, here, pools);
        let check = ObjectCheck {
            variants: object
                .variants
                .as_ref()
                .map(|variants| variants_of(variants, &keys, &undeclared, pools)),
            keys: keys
                .iter()
                .map(|(name, (node, required))| Key {
                    name: pools.str_id(name),
                    node: *node,
                    required: *required,
                })
                .collect(),
            rest,
            min: object.min_properties.unwrap_or(0),
            max: object.max_properties,
            names: object
                .names
                .as_ref()
                .map(|names| self.string_check(names, Owner::Agent, pools))
                .filter(|names| *names != NO_CHECK),
            entries: entries(here),
        };
        self.objects.number(check)
    }

    /// Keys that are not declared but read.
    fn named(&mut self, object: &ObjectTy, here: Here<'_>, pools: &mut Pools) -> BTreeMap<Text, NodeId> {
        let mut named = BTreeMap::new();
        let Some(place) = here.node() else { return named };
        if here.entries() != NO_REGISTER {
            // Members are captured in one way only, here as entries; a key named below was met before that was known.
            return named;
        }
        for step in place.below.keys() {
            let Step::Key(name) = step else { continue };
            let below = here.step(step).required();
            if object.fields.contains_key(name) || below.place.is_none() {
                continue;
            }
            let ty = match &object.rest {
                ty::Rest::Map(ty) => ty,
                ty::Rest::Open => &Ty::Dynamic,
                // Lowering names no such place.
                ty::Rest::Closed => continue,
            };
            named.insert(name.clone(), self.of(ty, below, pools));
        }
        named
    }

    fn rest(&mut self, object: &ObjectTy, here: Here<'_>, pools: &mut Pools) -> Rest {
        let entry = here.step(&Step::Entry).required();
        match &object.rest {
            ty::Rest::Map(ty) => Rest::Map(self.of(ty, entry, pools)),
            ty::Rest::Open if here.entries() != NO_REGISTER => Rest::Map(self.of(&Ty::Dynamic, entry, pools)),
            ty::Rest::Open => Rest::Open,
            ty::Rest::Closed if here.owner == Owner::Agent => Rest::Closed,
            // What no file declares of the host's values is ignored.
            ty::Rest::Closed => Rest::Open,
        }
    }

    /// The check of an object of which nothing is known but what is read.
    pub(super) fn any_object(&mut self, here: Here<'_>, pools: &mut Pools) -> u32 {
        self.object(&ObjectTy { rest: ty::Rest::Open, ..ObjectTy::default() }, here, pools)
    }
}

/// Where the members go as a list, and the size of an entry's frame: the key, and what is read of the value.
fn entries(here: Here<'_>) -> Option<(u16, u16)> {
    let register = here.entries();
    (register != NO_REGISTER).then(|| (register, here.step(&Step::Entry).stride().max(1)))
}

/// The alternatives, by the final positions of the keys. Keys that are read but not declared may be there in each.
fn variants_of(
    variants: &ty::Variants,
    keys: &BTreeMap<Text, (NodeId, bool)>,
    undeclared: &BTreeMap<Text, NodeId>,
    pools: &mut Pools,
) -> Variants {
    let position =
        |name: &Text| keys.keys().position(|key| key == name).and_then(|index| u32::try_from(index).ok());
    let positions = |names: &mut dyn Iterator<Item = &Text>| {
        let mut positions: Vec<u32> = names.filter_map(&position).collect();
        positions.sort_unstable();
        positions.dedup();
        positions
    };
    let mut cases: Vec<_> = variants.cases.iter().collect();
    cases.sort_by(|left, right| left.value.cmp(&right.value));
    Variants {
        tag: position(&variants.tag).unwrap_or_default(),
        cases: cases
            .into_iter()
            .map(|case| Variant {
                value: pools.str_id(&case.value),
                required: positions(&mut case.required.iter()),
                allowed: positions(&mut case.allowed.iter().chain(&case.required).chain(undeclared.keys())),
            })
            .collect(),
    }
}
