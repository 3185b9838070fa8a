//! Types and captured places to validation and extraction plans. In: the type of a value, the places read of it, their registers.
//! Out: plan nodes, equal ones shared.
//!
//! What nothing reads is planned from its type alone, so that equal types of different tools share their nodes; recursion goes
//! through a definition's node. Host objects differ in three ways (semantics.md 28): keys that no file declares are ignored, text
//! is not empty, and empty text of an optional field counts as absent.

mod object;
mod scalar;

use super::layout::Layout;
use super::pools::{Pool, Pools};
use crate::ir::captures::{Captures, Node as Place, Step};
use crate::ty::{ArgsTy, DefId, Definitions, Kinds, ListTy, ObjectTy, ResultTy, Ty};
use policyc_runtime::program::plan::{
    KIND_ANY, KIND_BOOL, KIND_LIST, KIND_NULL, KIND_NUMBER, KIND_OBJECT, KIND_STRING, ListCheck, NO_CHECK,
    NO_REGISTER, Node, NodeId, NumberCheck, ObjectCheck, Plan, StringCheck,
};
use rustc_hash::FxHashMap;
use std::collections::BTreeSet;

/// What is read of a value, and where it goes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Subject<'p> {
    pub(super) captures: &'p Captures,
    pub(super) layout: &'p Layout,
}

/// Whose value it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Owner {
    /// The agent's arguments.
    Agent,
    /// The host: text is not empty.
    Host,
    /// The host, under an optional key: empty text counts as absent.
    HostOptional,
}

/// Where in a value the plan is being built.
#[derive(Debug, Clone, Copy)]
struct Here<'p> {
    definitions: &'p Definitions,
    /// The number of these definitions in [`Plans`].
    set: u32,
    subject: Subject<'p>,
    /// The captured place, if anything is captured at or below it.
    place: Option<u32>,
    owner: Owner,
}

/// Plans under construction.
#[derive(Debug)]
pub(super) struct Plans {
    nodes: Vec<Node>,
    known: FxHashMap<Node, NodeId>,
    numbers: Pool<NumberCheck>,
    strings: Pool<StringCheck>,
    lists: Pool<ListCheck>,
    objects: Pool<ObjectCheck>,
    /// Definitions met, by content.
    definitions: Pool<Definitions>,
    /// Nodes of definitions of which nothing is captured.
    references: FxHashMap<(u32, DefId, Owner), NodeId>,
    /// Nodes of definitions that were met but not planned yet. A list, not recursion: a chain of definitions is as long as a schema.
    waiting: Vec<(NodeId, DefId, Owner)>,
    notes: BTreeSet<String>,
}

/// Accepts any value, captures nothing: node 0.
const ANY: Node = Node {
    kinds: KIND_ANY,
    boolean: 0,
    capture: NO_REGISTER,
    number: NO_CHECK,
    string: NO_CHECK,
    list: NO_CHECK,
    object: NO_CHECK,
};

impl Default for Plans {
    fn default() -> Self {
        Self {
            nodes: vec![ANY],
            known: FxHashMap::from_iter([(ANY, NodeId(0))]),
            numbers: Pool::default(),
            strings: Pool::default(),
            lists: Pool::default(),
            objects: Pool::default(),
            definitions: Pool::default(),
            references: FxHashMap::default(),
            waiting: Vec::new(),
            notes: BTreeSet::new(),
        }
    }
}

impl Plans {
    /// The plan of a tool's arguments.
    pub(super) fn args(&mut self, args: &ArgsTy, subject: Subject<'_>, pools: &mut Pools) -> NodeId {
        let set = self.definitions.number(args.definitions.clone());
        let here = Here { definitions: &args.definitions, set, subject, place: Some(0), owner: Owner::Agent };
        self.root(&args.root, here, pools)
    }

    /// The plan of a tool's results.
    pub(super) fn result(&mut self, result: &ResultTy, subject: Subject<'_>, pools: &mut Pools) -> NodeId {
        let set = self.definitions.number(result.definitions.clone());
        let here =
            Here { definitions: &result.definitions, set, subject, place: Some(0), owner: Owner::Agent };
        let node = self.of(&result.ty, here, pools);
        self.plan_waiting(here, pools);
        node
    }

    /// The plan of principal or session.
    pub(super) fn host(
        &mut self,
        object: &ObjectTy,
        captures: &Captures,
        layout: &Layout,
        pools: &mut Pools,
    ) -> NodeId {
        let definitions = Definitions::default();
        let subject = Subject { captures, layout };
        let set = self.definitions.number(Definitions::default());
        let here = Here { definitions: &definitions, set, subject, place: Some(0), owner: Owner::Host };
        self.root(object, here, pools)
    }

    fn root(&mut self, object: &ObjectTy, here: Here<'_>, pools: &mut Pools) -> NodeId {
        let capture = here.capture();
        let object = self.object(object, here, pools);
        self.plan_waiting(here, pools);
        self.node(Node { kinds: KIND_OBJECT, capture, object, ..ANY })
    }

    /// Plans the definitions that were met, and those that they mention.
    fn plan_waiting(&mut self, here: Here<'_>, pools: &mut Pools) {
        while let Some((node, id, owner)) = self.waiting.pop() {
            let ty = here.definitions.0.get(id.0 as usize).and_then(|ty| resolved(ty, here.definitions));
            let Some(Ty::Kinds(kinds)) = ty else { continue };
            let content = self.kinds(kinds, Here { place: None, owner, ..here }, pools);
            if let Some(place) = self.nodes.get_mut(node.0 as usize) {
                *place = content;
            }
        }
    }

    /// Constraints that could not be planned, sorted.
    pub(super) fn notes(&self) -> Vec<String> {
        self.notes.iter().cloned().collect()
    }

    /// The finished plan.
    pub(super) fn finish(self) -> Plan {
        Plan {
            nodes: self.nodes,
            numbers: self.numbers.into_items(),
            strings: self.strings.into_items(),
            lists: self.lists.into_items(),
            objects: self.objects.into_items(),
        }
    }

    fn node(&mut self, node: Node) -> NodeId {
        if let Some(known) = self.known.get(&node) {
            return *known;
        }
        let id = self.next();
        self.nodes.push(node);
        self.known.insert(node, id);
        id
    }

    fn next(&self) -> NodeId {
        NodeId(u32::try_from(self.nodes.len()).unwrap_or(u32::MAX))
    }

    /// The node of a type.
    fn of(&mut self, ty: &Ty, here: Here<'_>, pools: &mut Pools) -> NodeId {
        match ty {
            Ty::Dynamic => self.any(here, pools),
            Ty::Kinds(kinds) => {
                let node = self.kinds(kinds, here, pools);
                self.node(node)
            }
            Ty::Ref(id) => self.reference(*id, here, pools),
        }
    }

    /// A definition. Where something is captured below, it is planned anew: captures differ from place to place.
    fn reference(&mut self, id: DefId, here: Here<'_>, pools: &mut Pools) -> NodeId {
        let Some(ty) = here.definitions.0.get(id.0 as usize) else { return self.any(here, pools) };
        if here.place.is_some() {
            // A place is as long as what a condition spells, so this ends.
            return match resolved(ty, here.definitions) {
                Some(ty) => self.of(ty, here, pools),
                None => self.any(here, pools),
            };
        }
        let key = (here.set, id, here.owner);
        if let Some(known) = self.references.get(&key) {
            return *known;
        }
        let node = self.next();
        // Taken until its content is known: what it contains may refer to it.
        self.nodes.push(ANY);
        self.references.insert(key, node);
        self.waiting.push((node, id, here.owner));
        node
    }

    /// Any value, of which parts may be captured.
    fn any(&mut self, here: Here<'_>, pools: &mut Pools) -> NodeId {
        let Some(place) = here.node() else { return NodeId(0) };
        let mut node = Node { capture: here.capture(), ..ANY };
        if node.capture != NO_REGISTER {
            let element = here.step(&Step::Element);
            let items = self.any(element, pools);
            let stride = element.stride();
            node.list = self.lists.number(ListCheck { items, stride, min: 0, max: None, unique: false });
        }
        let has_members = place.entries || place.below.keys().any(|step| matches!(step, Step::Key(_)));
        if has_members {
            node.object = self.any_object(here, pools);
        }
        self.node(node)
    }

    fn kinds(&mut self, kinds: &Kinds, here: Here<'_>, pools: &mut Pools) -> Node {
        let mut node = Node { kinds: 0, capture: here.capture(), ..ANY };
        if kinds.null {
            node.kinds |= KIND_NULL;
        }
        if let Some(boolean) = &kinds.boolean {
            node.kinds |= KIND_BOOL;
            node.boolean = match boolean.only {
                None => 0,
                Some(false) => 1,
                Some(true) => 2,
            };
        }
        if let Some(number) = &kinds.number
            && let Some(check) = self.number_check(number)
        {
            node.kinds |= KIND_NUMBER;
            node.number = check;
        }
        if let Some(string) = &kinds.string {
            node.kinds |= KIND_STRING;
            node.string = self.string_check(string, here.owner, pools);
        }
        if let Some(list) = &kinds.list {
            node.kinds |= KIND_LIST;
            node.list = self.list(list, here, pools);
        }
        if let Some(object) = &kinds.object {
            node.kinds |= KIND_OBJECT;
            node.object = self.object(object, here, pools);
        }
        if node.kinds == 0 {
            // No value fits: a number that is at least one and at most zero.
            node.kinds = KIND_NUMBER;
            node.number = self.no_number();
        }
        node
    }

    fn list(&mut self, list: &ListTy, here: Here<'_>, pools: &mut Pools) -> u32 {
        let element = here.step(&Step::Element).required();
        let items = self.of(&list.items, element, pools);
        let (min, max) = (list.min_items.unwrap_or(0), list.max_items);
        let stride = if here.capture() == NO_REGISTER { 0 } else { element.stride() };
        self.lists.number(ListCheck { items, stride, min, max, unique: list.unique })
    }
}

/// What a chain of references ends at; `None` if it does not end, which lowering takes for any value.
fn resolved<'d>(ty: &'d Ty, definitions: &'d Definitions) -> Option<&'d Ty> {
    let mut ty = ty;
    for _ in 0..=definitions.0.len() {
        match ty {
            Ty::Ref(id) => ty = definitions.0.get(id.0 as usize)?,
            Ty::Dynamic | Ty::Kinds(_) => return Some(ty),
        }
    }
    None
}

impl<'p> Here<'p> {
    /// The captured place.
    fn node(&self) -> Option<&'p Place> {
        self.place.and_then(|place| self.subject.captures.node(place))
    }

    /// One step below; captured only if something there is.
    fn step(&self, step: &Step) -> Self {
        let below = self.node().and_then(|node| node.below.get(step)).copied();
        Self { place: below.filter(|place| self.subject.captures.is_live(*place)), ..*self }
    }

    /// The same; for a host's value, not optional.
    fn required(self) -> Self {
        let owner = if self.owner == Owner::Agent { Owner::Agent } else { Owner::Host };
        Self { owner, ..self }
    }

    /// The same; for a host's value, optional.
    fn optional(self) -> Self {
        let owner = if self.owner == Owner::Agent { Owner::Agent } else { Owner::HostOptional };
        Self { owner, ..self }
    }

    /// The register of the value here.
    fn capture(&self) -> u16 {
        self.register(&self.subject.layout.values)
    }

    /// The register of the list of entries here.
    fn entries(&self) -> u16 {
        self.register(&self.subject.layout.entries)
    }

    fn register(&self, registers: &[u16]) -> u16 {
        self.place.and_then(|place| registers.get(place as usize)).copied().unwrap_or(NO_REGISTER)
    }

    /// The size of the frame whose element this is.
    fn stride(&self) -> u16 {
        self.place.and_then(|place| self.subject.layout.strides.get(place as usize)).copied().unwrap_or(0)
    }
}
