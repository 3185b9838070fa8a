//! The tools that could be allowed. In: the principal alone. Out: those for which some call may be allowed or asked for.
//!
//! The listing code of a tool reads nothing but the principal; what it does not list is always denied (semantics.md 8, T10).

use super::machine::{Machine, State};
use super::{NodeId, Vm};
use crate::pdp::Pdp;
use crate::program::{Effect, Tool};
use crate::scan::{Reject, describe, scan};
use crate::trace::NoTrace;
use crate::value::{Inputs, Mark, Source};
use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

/// A principal that does not fit what the policy declares: no tool is listed for it (`bad_context`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadPrincipal {
    /// What is wrong, in one line.
    pub message: String,
}

impl fmt::Display for BadPrincipal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl core::error::Error for BadPrincipal {}

impl Vm {
    /// The tools that this principal may see, sorted by server and name. Lists hold for one principal: never share or cache them
    /// across principals.
    ///
    /// # Errors
    /// The principal does not fit what the policy declares.
    pub fn list<'p>(&mut self, pdp: &'p Pdp, principal: &[u8]) -> Result<Vec<&'p Tool>, BadPrincipal> {
        let program = pdp.program();
        let mark = self.state.read_principal(pdp, principal).map_err(|reject| {
            let node: NodeId = program.principal;
            BadPrincipal { message: describe(pdp.scanner(), node, Source::Principal, principal, reject) }
        })?;
        // Tools share listing code.
        let mut known = BTreeMap::new();
        let mut listed = Vec::new();
        for tool in &program.tools {
            let seen =
                known.entry(tool.list_entry).or_insert_with(|| self.state.lists(pdp, principal, mark, tool));
            if *seen {
                listed.push(tool);
            }
        }
        Ok(listed)
    }

    /// The principal may see the tool.
    pub(crate) fn is_listed(&mut self, pdp: &Pdp, principal: &[u8], tool: &Tool) -> bool {
        let mark = self.state.read_principal(pdp, principal);
        mark.is_ok_and(|mark| self.state.lists(pdp, principal, mark, tool))
    }
}

impl State {
    fn read_principal(&mut self, pdp: &Pdp, principal: &[u8]) -> Result<Mark, Reject> {
        let program = pdp.program();
        self.store.clear(program.host_registers);
        scan(pdp.scanner(), program.principal, principal, Source::Principal, &mut self.store)?;
        Ok(self.store.mark())
    }

    /// Runs the listing code of a tool. Hidden if a deny matched; otherwise seen if something matched that can permit.
    fn lists(&mut self, pdp: &Pdp, principal: &[u8], mark: Mark, tool: &Tool) -> bool {
        self.store.rewind(mark, tool.registers);
        let inputs = Inputs { principal, strings: pdp.code().text(), ..Inputs::default() };
        if Machine::new(pdp, inputs, self, tool.memos, (None, None), &mut NoTrace)
            .run(tool.list_entry)
            .is_err()
        {
            return false;
        }
        let matched = self.matches.list().iter();
        let permits = matched
            .map(|matched| matched.head)
            .any(|head| !head.shadow && !head.guardrail && head.effect != Effect::Deny);
        permits && !self.matches.denied()
    }
}
