//! What a plan admits, asked of one place, and of a whole value. In: a node and a candidate. Out: yes or no.

use super::table::{FastNode, FastRest, Scanner};
use super::{MAX_DEPTH, NOWHERE, Reject, Scan, What, precheck, role_value, skip_space};
use crate::program::plan::{KIND_NULL, KIND_STRING, NO_CHECK, Node, NodeId, Role};
use crate::value::{Source, Store};

/// A place of a value, as the plan sees it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Spot<'s> {
    plans: &'s Scanner,
    /// None: anything is admitted.
    node: Option<Node>,
}

/// A member of an object, as the plan sees it.
#[derive(Debug, Clone, Copy)]
pub(crate) enum MemberSpot<'s> {
    /// Declared; `required`: it must be there.
    Declared { spot: Spot<'s>, required: bool },
    /// Not declared, but it may be there.
    Other(Spot<'s>),
    /// It may not be there.
    Refused,
}

impl<'s> Spot<'s> {
    /// The place that a node speaks about; a node that is not there admits nothing.
    pub(crate) fn new(plans: &'s Scanner, node: NodeId) -> Option<Self> {
        let node = plans.nodes.get(node.0 as usize)?;
        Some(Self { plans, node: Some(node.node) })
    }

    /// This text may stand here.
    pub(crate) fn admits_text(&self, text: &str) -> bool {
        let Some(node) = self.node else { return true };
        if node.kinds & KIND_STRING == 0 {
            return false;
        }
        let Some(check) = self.plans.strings.get(node.string as usize) else {
            return node.string == NO_CHECK;
        };
        let spelled = check.role == Role::Text || role_value(check.role, text.as_bytes()).is_some();
        spelled && self.plans.check_text(check, text.as_bytes()).is_ok()
    }

    /// `null` may stand here.
    pub(crate) fn admits_null(&self) -> bool {
        self.node.is_none_or(|node| node.kinds & KIND_NULL != 0)
    }

    /// The place of the elements.
    pub(crate) fn element(&self) -> Self {
        let list = self.node.and_then(|node| self.plans.lists.get(node.list as usize));
        Self { plans: self.plans, node: list.map(|list| list.items.node) }
    }

    /// The place of the member of that name.
    pub(crate) fn member(&self, name: &str) -> MemberSpot<'s> {
        let at = |node: Option<&FastNode>| Self { plans: self.plans, node: node.map(|node| node.node) };
        let Some(object) = self.node.and_then(|node| self.plans.objects.get(node.object as usize)) else {
            return MemberSpot::Other(at(None));
        };
        let found = object.keys.binary_search_by(|key| (*key.name).cmp(name));
        if let Some(key) = found.ok().and_then(|index| object.keys.get(index)) {
            return MemberSpot::Declared { spot: at(Some(&key.node)), required: key.required };
        }
        let check = object.names.and_then(|check| self.plans.strings.get(check as usize));
        if check.is_some_and(|check| self.plans.check_text(check, name.as_bytes()).is_err()) {
            return MemberSpot::Refused;
        }
        match &object.rest {
            FastRest::Closed => MemberSpot::Refused,
            FastRest::Open => MemberSpot::Other(at(None)),
            FastRest::Map(node) => MemberSpot::Other(at(Some(node))),
        }
    }
}

/// The value in `input` fits the node; numbers that only readers disagree about do not hinder that. Nothing is captured.
pub(crate) fn fits(plans: &Scanner, node: NodeId, input: &[u8]) -> bool {
    let (Some(node), Ok(())) = (plans.nodes.get(node.0 as usize), precheck(input, plans.caps.bytes)) else {
        return false;
    };
    let (mut store, source) = (Store::new(), Source::Args);
    let fault = Reject { what: What::UnexpectedByte, offset: 0 };
    let mut scan =
        Scan { input, plans, store: &mut store, source, elements: 0, fault, misfit: None, lenient: true };
    let depth = u32::from(plans.caps.depth.min(MAX_DEPTH));
    let end = scan.value(skip_space(input, 0), node, NOWHERE, depth).and_then(|end| scan.end(end));
    end.is_ok() && scan.misfit.is_none()
}
