//! The policy decision point: a program, loaded. In: program bytes and what the host requires of them. Out: what any number of
//! [`crate::vm::Vm`]s decide by, on any number of threads.

use crate::pattern::PatternSet;
use crate::program::decode::LoadError;
use crate::program::memory::{Lasts, Scope, Window};
use crate::program::pool::Switch;
use crate::program::verify::VerifyError;
use crate::program::{Digest, Program, Server, SourceSpan, Tool};
use crate::result::{BadRedaction, Redactor};
use crate::scan::{Reject, Scanner, canonicalize};
use crate::views::{Transition, Zone};
use crate::vm::code::{Code, SMALL_SET};
use crate::vm::texts::TextMap;
use crate::vm::zones::transitions;
use alloc::vec::Vec;
use ipnet::IpNet;

/// What a host requires of a program.
#[derive(Debug, Clone, Copy, Default)]
pub struct Requirements<'a> {
    /// Digests of guardrails files that must be compiled in (semantics.md 12).
    pub guardrails: &'a [Digest],
}

/// A loaded program. Immutable; share it between threads, and give each thread its own [`crate::vm::Vm`].
#[derive(Debug)]
pub struct Pdp {
    program: Program,
    digest: Digest,
    scanner: Scanner,
    code: Code,
    /// Server identity to its index.
    servers: TextMap,
    /// Per server, tool name to the tool's index.
    tools: Vec<TextMap>,
    switches: Vec<TextMap>,
    string_sets: Vec<TextMap>,
    tables: Vec<TextMap>,
    blocks: Vec<Option<IpNet>>,
    zones: Vec<Vec<Transition>>,
    redactor: Redactor,
    /// Something that is remembered depends on time.
    timed: bool,
    of_principals: bool,
}

impl Pdp {
    /// Loads a program file: checks its digest, verifies the program, and refuses it if it lacks required guardrails.
    ///
    /// # Errors
    /// See [`LoadError`].
    pub fn load(bytes: &[u8], requirements: &Requirements<'_>) -> Result<Self, LoadError> {
        let (program, digest) = Program::decode(bytes)?;
        Self::prepare(program, digest, requirements)
    }

    /// Loads a program that was just compiled.
    ///
    /// # Errors
    /// `Unverified` or `MissingGuardrails`.
    pub fn from_program(program: Program, requirements: &Requirements<'_>) -> Result<Self, LoadError> {
        let digest = program.digest();
        Self::prepare(program, digest, requirements)
    }

    fn prepare(program: Program, digest: Digest, requirements: &Requirements<'_>) -> Result<Self, LoadError> {
        program.verify().map_err(LoadError::Unverified)?;
        let missing = requirements.guardrails.iter().find(|digest| !program.guardrails.contains(digest));
        if let Some(digest) = missing {
            return Err(LoadError::MissingGuardrails { digest: *digest });
        }
        // A verified program has neither bad patterns nor dangling plans.
        let refused = VerifyError { place: "plan", index: 0, reason: "it cannot be prepared" };
        let scanner = Scanner::new(&program).map_err(|_| LoadError::Unverified(refused))?;
        let code = Code::new(&program).ok_or(LoadError::Unverified(refused))?;
        let text = |id: crate::program::pool::StrId| {
            program.strings.get(id.0 as usize).map(|text| &**text).unwrap_or_default()
        };
        let numbered =
            |ids: &[crate::program::pool::StrId]| TextMap::new(ids.iter().map(|id| text(*id)).zip(0..));
        Ok(Self {
            digest,
            scanner,
            code,
            servers: TextMap::new(program.servers.iter().map(|server| &*server.identity).zip(0..)),
            tools: tools_by_name(&program),
            switches: program
                .switches
                .iter()
                .map(|switch| TextMap::new(switch.cases.iter().map(|(id, target)| (text(*id), *target))))
                .collect(),
            string_sets: program
                .string_sets
                .iter()
                .map(|set| if set.len() > SMALL_SET { numbered(set) } else { TextMap::default() })
                .collect(),
            tables: program.tables.iter().map(|table| numbered(&table.keys)).collect(),
            blocks: program.cidrs.iter().map(|id| text(*id).parse().ok()).collect(),
            zones: program.zones.iter().map(transitions).collect(),
            redactor: Redactor::new(&program.redactions, &program.strings, &program.patterns)
                .map_err(unredacted)?,
            timed: is_timed(&program),
            of_principals: is_of_principals(&program),
            program,
        })
    }

    /// The program.
    #[must_use]
    pub const fn program(&self) -> &Program {
        &self.program
    }

    /// Its digest: names it in logs and approvals.
    #[must_use]
    pub const fn digest(&self) -> &Digest {
        &self.digest
    }

    /// The tool of that exact name on the server of that identity.
    #[must_use]
    pub fn tool(&self, server: &str, name: &str) -> Option<&Tool> {
        self.program.tools.get(self.tool_number(server, name)? as usize)
    }

    /// The number of a tool in the program.
    #[must_use]
    pub fn tool_number(&self, server: &str, name: &str) -> Option<u32> {
        let server = self.servers.get(server.as_bytes())?;
        self.tools.get(server as usize)?.get(name.as_bytes())
    }

    /// The server that a tool is pinned from.
    #[must_use]
    pub fn server_of(&self, tool: &Tool) -> Option<&Server> {
        self.program.servers.get(usize::from(tool.server))
    }

    /// Replaces `out` by the canonical form (RFC 8785) of a call's arguments: what was judged, and what must be forwarded in
    /// place of the agent's bytes, so that no reader can understand them differently. Approvals are bound to these bytes.
    ///
    /// # Errors
    /// The bytes are no strict JSON within the program's caps; such a call is denied anyway.
    pub fn canonical_args(&self, args: &[u8], out: &mut Vec<u8>) -> Result<(), Reject> {
        canonicalize(args, self.program.caps, out)
    }

    /// The source of the instruction at `pc`.
    #[must_use]
    pub fn span_at(&self, pc: u32) -> Option<SourceSpan> {
        let after = self.program.spans.partition_point(|entry| entry.pc <= pc);
        after.checked_sub(1).and_then(|index| self.program.spans.get(index)).map(|entry| entry.span)
    }

    /// Something that is remembered depends on time.
    #[must_use]
    pub(crate) const fn is_timed(&self) -> bool {
        self.timed
    }

    /// A label lasts for a number of calls, so that every admission counts.
    #[must_use]
    pub(crate) fn counts_calls(&self) -> bool {
        self.program.label_sets.iter().any(|set| matches!(set.lasts, Lasts::Calls(_)))
    }

    /// Something is remembered of a principal over all sessions.
    #[must_use]
    pub const fn remembers_principals(&self) -> bool {
        self.of_principals
    }

    /// What takes things out of results.
    #[must_use]
    pub const fn redactor(&self) -> &Redactor {
        &self.redactor
    }

    pub(crate) const fn scanner(&self) -> &Scanner {
        &self.scanner
    }

    pub(crate) const fn code(&self) -> &Code {
        &self.code
    }

    pub(crate) const fn patterns(&self) -> &PatternSet {
        self.scanner.patterns()
    }

    /// A jump table, and its cases by text.
    pub(crate) fn switch(&self, index: u32) -> Option<(&Switch, &TextMap)> {
        self.program.switches.get(index as usize).zip(self.switches.get(index as usize))
    }

    /// A set of strings that is not small ([`Code::in_small_set`]).
    pub(crate) fn string_set(&self, index: u32) -> Option<&TextMap> {
        self.string_sets.get(index as usize)
    }

    /// The keys of a constant table; values are indexes into its own.
    pub(crate) fn table(&self, index: u32) -> Option<&TextMap> {
        self.tables.get(index as usize)
    }

    pub(crate) fn block(&self, index: u32) -> Option<&IpNet> {
        self.blocks.get(index as usize)?.as_ref()
    }

    /// A zone's transitions, and until when they say anything.
    pub(crate) fn transitions(&self, index: u16) -> Option<(&[Transition], i64)> {
        let horizon = self.program.zones.get(usize::from(index))?.horizon;
        self.zones.get(usize::from(index)).map(|transitions| (transitions.as_slice(), horizon))
    }

    pub(crate) fn zone(&self, index: u32) -> Option<Zone<'_>> {
        let horizon = self.program.zones.get(index as usize)?.horizon;
        self.zones.get(index as usize).map(|transitions| Zone::accepted(transitions, horizon))
    }
}

fn unredacted(bad: BadRedaction) -> LoadError {
    LoadError::Unverified(VerifyError { place: "redaction", index: bad.index, reason: bad.what })
}

/// Something that is remembered ends, or counts, by the clock.
fn is_timed(program: &Program) -> bool {
    program.now.is_some()
        || program.facts.iter().any(|fact| fact.expires_ms.is_some())
        || program.label_sets.iter().any(|set| matches!(set.lasts, Lasts::Time(_)))
        || program.limits.iter().any(|limit| limit.window != Window::Session)
}

/// Something is remembered of a principal over all sessions.
fn is_of_principals(program: &Program) -> bool {
    let of_principal = |scope| scope == Scope::Principal;
    program.labels.iter().any(|label| of_principal(label.scope))
        || program.facts.iter().any(|fact| of_principal(fact.scope))
}

/// Per server, its tools; tools are sorted by server.
fn tools_by_name(program: &Program) -> Vec<TextMap> {
    let of_server = |server: usize| {
        let first = program.tools.partition_point(|tool| usize::from(tool.server) < server);
        let names = program.tools.iter().zip(0_u32..).skip(first);
        let own = names.take_while(move |(tool, _)| usize::from(tool.server) == server);
        TextMap::new(own.map(|(tool, index)| (&*tool.name, index)))
    };
    (0..program.servers.len()).map(of_server).collect()
}
