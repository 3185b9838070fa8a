//! Whether anything notices a change. In: a policy with its tests, recordings and expectations, and [`Mutant`]s of it. Out: of each what
//! came of it ([`Fate`]).
//!
//! A change is noticed if a test fails, or a recorded call is not decided as it is expected to be. Recorded calls of which nothing is
//! expected notice nothing: how many of them are decided in another way is told beside.

use super::{Mutant, own_files};
use crate::Compiler;
use crate::build::build;
use crate::diagnostics::Level;
use crate::diagnostics::sources::in_order;
use crate::files::MemoryFiles;
use crate::replay::expect::{Expectations, Mismatch, Verdict};
use crate::replay::{BrokenLine, Options, Replay};
use crate::report::{Report, Test};
use crate::testing::fails;
use policyc_grammar::ast::ItemKind;
use policyc_grammar::parse::parse;
use policyc_runtime::program::{Program, SourceSpan};
use policyc_runtime::{Pdp, Requirements};
use std::collections::BTreeMap;
use std::sync::Arc;

/// What came of a change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fate {
    /// The checker refuses it, and says why.
    Refused(String),
    /// It changes nothing: the program is the same.
    Same,
    /// A test or an expectation noticed it: `test small_refund`, `a.jsonl s1 #3`.
    Noticed(String),
    /// Nothing did. So many recorded calls of which nothing is expected were decided in another way.
    NotNoticed(u64),
}

/// A recording in memory.
#[derive(Debug, Clone)]
pub struct Recorded {
    /// The file for people.
    pub name: String,
    /// As expectations name it.
    pub key: String,
    /// Its lines.
    pub bytes: Arc<[u8]>,
}

/// What may notice a change, beside the tests.
#[derive(Debug, Default)]
pub struct Evidence {
    /// Recordings, in order.
    pub recordings: Vec<Recorded>,
    /// What is expected of them.
    pub expected: Option<Expectations>,
    /// The time where a call has none, UTC milliseconds.
    pub at: Option<i64>,
    /// Recorded calls that ask are taken as approved.
    pub approve: bool,
}

/// A policy whose changes are tried.
pub struct Trials {
    compiler: Compiler,
    root: String,
    tests: Vec<Test>,
    evidence: Evidence,
    /// The policy's own files without their tests.
    texts: BTreeMap<Arc<str>, Arc<str>>,
    essence: Program,
    /// The verdicts on the recorded calls, as lines.
    verdicts: String,
}

impl std::fmt::Debug for Trials {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Trials").field("root", &self.root).finish_non_exhaustive()
    }
}

/// What is wrong with a policy before anything is changed.
#[derive(Debug, Default)]
pub struct Unfit {
    /// Lines of recordings that cannot be read.
    pub broken: Vec<BrokenLine>,
    /// Tests that fail, recorded calls that are not decided as expected: `test small_refund`, `a.jsonl s1 #3`.
    pub failing: Vec<String>,
    /// Why it cannot be compiled without its tests or loaded.
    pub refused: Option<String>,
}

impl Unfit {
    fn refused(why: String) -> Self {
        Self { refused: Some(why), ..Self::default() }
    }

    const fn is_fit(&self) -> bool {
        self.broken.is_empty() && self.failing.is_empty() && self.refused.is_none()
    }
}

/// What a replay comes to.
#[derive(Debug, Default)]
struct Verdicts {
    /// One line per call.
    lines: String,
    /// Calls that are not decided as expected.
    differing: Vec<String>,
    broken: Vec<BrokenLine>,
}

impl Trials {
    /// Begins trials of a policy that compiles.
    ///
    /// # Errors
    /// The policy does not pass its own tests, its recorded calls are not decided as expected, or cannot be read: then a change would
    /// tell nothing.
    pub fn new(report: &Report, evidence: Evidence) -> Result<Self, Unfit> {
        let mut files = MemoryFiles::default();
        for file in &report.files {
            files = files.with(&file.path, &file.text);
        }
        let root = report.files.first().map(|file| file.path.to_string()).unwrap_or_default();
        let mut trials = Self {
            compiler: Compiler::new(Arc::new(files)),
            root,
            tests: report.tests.clone(),
            evidence,
            texts: own_files(report).iter().map(|file| (file.path.clone(), untested(&file.text))).collect(),
            essence: Program::default(),
            verdicts: String::new(),
        };
        for (path, text) in trials.texts.clone() {
            trials.set(&path, &text);
        }
        let program = trials.program().map_err(Unfit::refused)?;
        trials.essence = essence(program.clone());
        let pdp = loaded(program).map_err(Unfit::refused)?;
        let replayed = trials.replay(&pdp);
        let failing = trials.tests.iter().filter(|test| fails(test, &pdp)).map(named);
        let failing = failing.chain(replayed.differing).collect();
        let unfit = Unfit { broken: replayed.broken, failing, refused: None };
        trials.verdicts = replayed.lines;
        if unfit.is_fit() { Ok(trials) } else { Err(unfit) }
    }

    /// Whether anything could notice a change.
    #[must_use]
    pub fn has_expectations(&self) -> bool {
        self.evidence.expected.is_some() || !self.tests.is_empty()
    }

    /// Recorded calls that are decided.
    #[must_use]
    pub fn recorded_calls(&self) -> usize {
        self.verdicts.lines().count()
    }

    /// Tries a change of the policy that it was made from.
    pub fn fate(&mut self, mutant: &Mutant) -> Fate {
        let Some(text) = self.texts.get(&mutant.file).cloned() else { return Fate::Same };
        self.set(&mutant.file, &mutant.apply(&text));
        let fate = self.tried();
        self.set(&mutant.file, &text);
        fate
    }

    fn tried(&self) -> Fate {
        let program = match self.program() {
            Ok(program) => program,
            Err(why) => return Fate::Refused(why),
        };
        if essence(program.clone()) == self.essence {
            return Fate::Same;
        }
        let pdp = match loaded(program) {
            Ok(pdp) => pdp,
            Err(why) => return Fate::Refused(why),
        };
        if let Some(test) = self.tests.iter().find(|test| fails(test, &pdp)) {
            return Fate::Noticed(named(test));
        }
        let replayed = self.replay(&pdp);
        match replayed.differing.into_iter().next() {
            Some(place) => Fate::Noticed(place),
            None => Fate::NotNoticed(changed(&self.verdicts, &replayed.lines)),
        }
    }

    fn set(&mut self, path: &str, text: &str) {
        self.compiler.set(path, Ok(Arc::from(text.as_bytes())));
    }

    fn program(&self) -> Result<Program, String> {
        let report = self.compiler.report(&self.root);
        build(&report).map(|built| built.program).map_err(|found| {
            let errors = report.diagnostics.iter().chain(&found).filter(|one| one.level == Level::Error);
            let first = in_order(errors).into_iter().next();
            first.map_or_else(String::new, |one| format!("{}: {}", one.code.name(), one.message))
        })
    }

    fn replay(&self, pdp: &Pdp) -> Verdicts {
        if self.evidence.recordings.is_empty() {
            return Verdicts::default();
        }
        let Evidence { at, approve, .. } = self.evidence;
        let expected = self.evidence.expected.clone();
        let mut replay =
            Replay::new(pdp, Options { at, expected, bless: true, approve, ..Options::default() });
        for recorded in &self.evidence.recordings {
            replay.file(&recorded.name, &recorded.key);
            let lines = recorded.bytes.strip_suffix(b"\n").unwrap_or(&recorded.bytes);
            lines.split(|byte| *byte == b'\n').for_each(|line| replay.line(line));
        }
        let done = replay.finish();
        let place = |one: &Mismatch| format!("{} {} #{}", one.file, one.session, one.seq);
        Verdicts {
            lines: done.blessed.unwrap_or_default(),
            differing: done.mismatches.iter().map(place).collect(),
            broken: done.broken,
        }
    }
}

/// The text with its test blocks blanked: what stands elsewhere stays where it is.
fn untested(text: &str) -> Arc<str> {
    let mut out = text.to_owned();
    for item in parse(text).ast.items {
        if !matches!(item.kind, ItemKind::Test { .. }) {
            continue;
        }
        let (start, end) = (item.start as usize, (item.start + item.span.end) as usize);
        if let Some(block) = text.get(start..end) {
            let blank: String = block.bytes().map(|byte| if byte == b'\n' { '\n' } else { ' ' }).collect();
            out.replace_range(start..end, &blank);
        }
    }
    out.into()
}

/// What of a program decides: all but where in the text it came from.
fn essence(mut program: Program) -> Program {
    program.sources.clear();
    program.spans.clear();
    for statement in &mut program.statements {
        statement.span = SourceSpan::default();
    }
    program
}

fn loaded(program: Program) -> Result<Pdp, String> {
    Pdp::from_program(program, &Requirements::default()).map_err(|error| error.to_string())
}

fn named(test: &Test) -> String {
    format!("test {}", test.name)
}

/// Lines whose decision differs; for other reasons is no other decision.
fn changed(before: &str, after: &str) -> u64 {
    let decision =
        |line| serde_json::from_str::<Verdict<'_>>(line).ok().map(|verdict| verdict.decision.into_owned());
    let pairs = before.lines().zip(after.lines());
    let differing = pairs.filter(|(before, after)| before != after && decision(before) != decision(after));
    u64::try_from(differing.count()).unwrap_or(u64::MAX)
}
