//! Replies: the host's own text before it goes out. In: the text, who speaks, what is remembered. Out: whether it may go out, and with
//! which disclaimers.

use super::Gate;
use crate::decision::{BuiltIn, Decision};
use crate::program::{Statement, StatementKind};
use crate::reply::{Disclaimer, append};
use crate::request::Host;
use crate::state::{Memory, Who};
use crate::vm::Vm;
use alloc::borrow::Cow;
use alloc::vec::Vec;

/// What a reply comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Replied<'r, 'p> {
    /// Allow or Deny.
    pub decision: Decision,
    /// The rules that deny it, guardrails first, sorted by id.
    pub denied_by: Vec<&'p Statement>,
    /// Why it is denied if no rule does.
    pub built_in: Option<BuiltIn>,
    /// What goes out: the text with the disclaimers that were missing. Empty if it is denied.
    pub text: Cow<'r, str>,
    /// The disclaimers that hold for it, whether they were missing or not.
    pub appended: Vec<&'p Statement>,
    /// Shadow statements that would have had a say.
    pub shadows: Vec<&'p Statement>,
}

impl<'g> Gate<'g> {
    /// Judges the host's own reply. Without a rule that denies it, it may go out.
    pub fn reply<'r>(&self, vm: &mut Vm, text: &'r str, host: &Host<'_>, who: &Who<'_>) -> Replied<'r, 'g> {
        let program = self.pdp.program();
        let mut out = Replied {
            decision: Decision::Allow,
            denied_by: Vec::new(),
            built_in: None,
            text: Cow::Borrowed(text),
            appended: Vec::new(),
            shadows: Vec::new(),
        };
        let Some(code) = &program.reply else { return out };
        let memory = Memory { store: self.store, who: *who };
        let mut judge = || {
            vm.judge_reply(self.pdp, code, text, host, Some(&memory))?;
            self.is_one_moment(vm.remembered()).map_err(|_| BuiltIn::StateUnavailable)
        };
        let judged = (0..super::ATTEMPTS).map(|_| judge()).find(|judged| *judged != Ok(false));
        if let Err(reason) = judged.unwrap_or(Err(BuiltIn::StateUnavailable)) {
            return Replied {
                decision: Decision::Deny,
                built_in: Some(reason),
                text: Cow::Borrowed(""),
                ..out
            };
        }
        let mut disclaimers = Vec::new();
        for matched in vm.matched() {
            let Some(statement) = program.statements.get(matched.statement as usize) else { continue };
            let own = program.disclaimers.binary_search_by_key(&matched.statement, |own| own.statement);
            match (statement.kind, statement.shadow) {
                (_, true) => out.shadows.push(statement),
                (StatementKind::Reply, false) => out.denied_by.push(statement),
                _ => {
                    let text = own.ok().and_then(|index| program.disclaimers.get(index));
                    let text = text.and_then(|own| program.strings.get(own.text.0 as usize));
                    out.appended.push(statement);
                    disclaimers.extend(text.map(|text| Disclaimer { id: &statement.id, text }));
                }
            }
        }
        if out.denied_by.is_empty() {
            out.text = append(text, &disclaimers);
        } else {
            out.decision = Decision::Deny;
            out.appended.clear();
            out.text = Cow::Borrowed("");
        }
        out
    }
}
