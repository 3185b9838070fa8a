//! A program's plans, laid out for the scan. In: a program, once at load. Out: a [`Scanner`].
//!
//! Keys carry their first eight bytes and the closing quote as a word and a mask, so that most keys are recognized by one
//! comparison. What the plan says is otherwise kept as it is.

use super::bytes::first_word;
use crate::pattern::{BadPattern, PatternSet};
use crate::program::plan::{
    KIND_STRING, Key, ListCheck, NO_CHECK, NO_REGISTER, Node, NodeId, NumberCheck, ObjectCheck, Plan, Rest,
    StringCheck,
};
use crate::program::pool::StrId;
use crate::program::{Caps, Program};
use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

/// Deepest nesting that is read, whatever a program's caps say: the scan is recursive, and a small stack must do.
pub const MAX_DEPTH: u16 = 128;

/// Keys whose presence is kept in one word.
pub(super) const FIRST_KEYS: usize = 64;

/// The plans of a program, ready to run; shared by all decisions under it.
#[derive(Debug, Default)]
pub struct Scanner {
    pub(super) nodes: Vec<FastNode>,
    pub(super) numbers: Vec<NumberCheck>,
    pub(super) strings: Vec<StringCheck>,
    pub(super) lists: Vec<List>,
    pub(super) objects: Vec<Object>,
    pub(super) sets: Vec<TextSet>,
    pub(super) patterns: PatternSet,
    pub(super) caps: Caps,
}

/// A program whose plans cannot be run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BadPlan {
    /// A pattern is not valid.
    Pattern(BadPattern),
    /// A check refers to a string, or a set of strings, that is not there.
    DanglingString,
    /// A node refers to a node or a check that is not there.
    DanglingNode,
}

impl fmt::Display for BadPlan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Pattern(bad) => bad.fmt(f),
            Self::DanglingString => f.write_str("a plan of the program refers to a string that is not there"),
            Self::DanglingNode => {
                f.write_str("a plan of the program refers to a node or check that is not there")
            }
        }
    }
}

impl core::error::Error for BadPlan {}

/// A node, and what it does with text, which is the most frequent question.
#[derive(Debug, Clone, Copy)]
pub(super) struct FastNode {
    pub(super) node: Node,
    pub(super) text: TextMode,
}

/// What a node does with text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TextMode {
    /// Nothing.
    Skip,
    /// Captures it.
    Capture,
    /// Refuses or checks it.
    Judge,
}

impl FastNode {
    /// Accepts nothing.
    const NOTHING: Self = Self::new(Node {
        kinds: 0,
        boolean: 0,
        capture: NO_REGISTER,
        number: NO_CHECK,
        string: NO_CHECK,
        list: NO_CHECK,
        object: NO_CHECK,
    });

    const fn new(node: Node) -> Self {
        let text = if node.kinds & KIND_STRING == 0 || node.string != NO_CHECK {
            TextMode::Judge
        } else if node.capture != NO_REGISTER {
            TextMode::Capture
        } else {
            TextMode::Skip
        };
        Self { node, text }
    }

    fn of(plan: &Plan, id: NodeId) -> Self {
        plan.nodes.get(id.0 as usize).copied().map_or(Self::NOTHING, Self::new)
    }
}

/// Checks of an array.
#[derive(Debug)]
pub(super) struct List {
    pub(super) check: ListCheck,
    pub(super) items: FastNode,
}

/// What undeclared keys may be.
#[derive(Debug)]
pub(super) enum FastRest {
    Closed,
    Open,
    Map(FastNode),
}

/// Checks of an object.
#[derive(Debug)]
pub(super) struct Object {
    /// Declared keys, sorted by text.
    pub(super) keys: Box<[FastKey]>,
    /// Bits of the required ones among the first 64.
    pub(super) required: u64,
    /// There is more to see than the first 64 declared keys: bounds, a tag, entries, further keys.
    pub(super) rare: bool,
    /// Index of the tag's key, or `usize::MAX`.
    pub(super) tag: usize,
    /// Alternatives by the tag's text.
    pub(super) cases: Box<[Case]>,
    pub(super) rest: FastRest,
    pub(super) min: u32,
    pub(super) max: u32,
    pub(super) names: Option<u32>,
    pub(super) entries: Option<(u16, u16)>,
}

/// An alternative of an object.
#[derive(Debug)]
pub(super) struct Case {
    pub(super) value: Box<str>,
    /// Indexes of keys, ascending.
    pub(super) required: Box<[u32]>,
    /// Indexes of keys, ascending.
    pub(super) allowed: Box<[u32]>,
}

/// A declared key.
#[derive(Debug)]
pub(super) struct FastKey {
    /// The first eight of its bytes and the closing quote; bytes beyond are zero.
    word: u64,
    /// Which bits of `word` count.
    mask: u64,
    /// Bytes of the text, or `usize::MAX` where JSON cannot spell the text without an escape.
    len: usize,
    /// Node of its value.
    pub(super) node: FastNode,
    pub(super) required: bool,
    pub(super) name: Box<str>,
}

impl FastKey {
    fn new(plan: &Plan, key: &Key, name: &str) -> Self {
        let plain = name.bytes().all(|byte| byte >= b' ' && byte != b'"' && byte != b'\\');
        let mut quoted = String::with_capacity(name.len().saturating_add(1));
        quoted.push_str(name);
        quoted.push('"');
        let word = first_word(quoted.as_bytes());
        let mask = match quoted.len() {
            8.. => u64::MAX,
            // At most 7 × 8 bits.
            bytes => {
                1_u64.wrapping_shl(u32::try_from(bytes.saturating_mul(8)).unwrap_or_default()).wrapping_sub(1)
            }
        };
        let len = if plain { name.len() } else { usize::MAX };
        Self {
            word,
            mask,
            len,
            node: FastNode::of(plan, key.node),
            required: key.required,
            name: name.into(),
        }
    }

    /// The closing quote's position if this key, spelled without escapes, starts at `start`, where `word` stands.
    #[inline(always)]
    pub(super) fn end(&self, word: u64, input: &[u8], start: usize) -> Option<usize> {
        if (word ^ self.word) & self.mask != 0 {
            return None;
        }
        if self.len < 8 { Some(start.wrapping_add(self.len)) } else { self.long_end(input, start) }
    }

    fn long_end(&self, input: &[u8], start: usize) -> Option<usize> {
        let end = start.checked_add(self.len)?;
        let text = input.get(start..end)?;
        (text == self.name.as_bytes() && input.get(end) == Some(&b'"')).then_some(end)
    }
}

/// A set of texts.
#[derive(Debug)]
pub(super) struct TextSet {
    /// First word and text, sorted by both.
    texts: Box<[(u64, Box<str>)]>,
}

impl TextSet {
    fn new<'a>(texts: impl Iterator<Item = &'a str>) -> Self {
        let mut texts: Vec<(u64, Box<str>)> =
            texts.map(|text| (first_word(text.as_bytes()), Box::from(text))).collect();
        texts.sort_unstable();
        Self { texts: texts.into() }
    }

    /// The texts, in the order of text.
    pub(super) fn texts(&self) -> impl Iterator<Item = &str> {
        let mut texts: Vec<&str> = self.texts.iter().map(|(_, text)| &**text).collect();
        texts.sort_unstable();
        texts.into_iter()
    }

    pub(super) fn contains(&self, text: &[u8]) -> bool {
        let word = first_word(text);
        let from = self.texts.partition_point(|(other, _)| *other < word);
        self.texts
            .iter()
            .skip(from)
            .take_while(|(other, _)| *other == word)
            .any(|(_, other)| other.as_bytes() == text)
    }
}

impl Scanner {
    /// Prepares the plans and patterns of a program.
    ///
    /// # Errors
    /// A pattern that is not valid, or a reference to nothing; a verified program has neither.
    pub fn new(program: &Program) -> Result<Self, BadPlan> {
        let plan = &program.plan;
        references(plan, program).ok_or(BadPlan::DanglingNode)?;
        let text =
            |id: StrId| program.strings.get(id.0 as usize).map(String::as_str).ok_or(BadPlan::DanglingString);
        let sets = program.string_sets.iter().map(|set| {
            let texts = set.iter().map(|id| text(*id)).collect::<Result<Vec<_>, _>>()?;
            Ok(TextSet::new(texts.into_iter()))
        });
        let caps = Caps { depth: program.caps.depth.min(MAX_DEPTH), ..program.caps };
        Ok(Self {
            sets: sets.collect::<Result<_, _>>()?,
            objects: plan.objects.iter().map(|check| object(plan, check, text)).collect::<Result<_, _>>()?,
            nodes: plan.nodes.iter().map(|node| FastNode::new(*node)).collect(),
            numbers: plan.numbers.clone(),
            strings: plan.strings.clone(),
            lists: plan
                .lists
                .iter()
                .map(|list| List { check: *list, items: FastNode::of(plan, list.items) })
                .collect(),
            patterns: PatternSet::new(&program.patterns, &program.strings).map_err(BadPlan::Pattern)?,
            caps,
        })
    }

    /// The program's patterns.
    #[must_use]
    pub const fn patterns(&self) -> &PatternSet {
        &self.patterns
    }

    /// Bounds on a value; the depth is at most [`MAX_DEPTH`].
    #[must_use]
    pub const fn caps(&self) -> Caps {
        self.caps
    }
}

fn object<'a>(
    plan: &Plan,
    check: &ObjectCheck,
    text: impl Fn(StrId) -> Result<&'a str, BadPlan>,
) -> Result<Object, BadPlan> {
    let keys = check.keys.iter().map(|key| Ok(FastKey::new(plan, key, text(key.name)?)));
    let keys = keys.collect::<Result<Box<[_]>, _>>()?;
    let mut required = 0;
    for (index, key) in keys.iter().take(FIRST_KEYS).enumerate() {
        required |= u64::from(key.required).wrapping_shl(u32::try_from(index).unwrap_or_default());
    }
    let (mut tag, mut cases) = (usize::MAX, Vec::new());
    if let Some(variants) = &check.variants {
        tag = variants.tag as usize;
        for case in &variants.cases {
            let (required, allowed) = (case.required.as_slice().into(), case.allowed.as_slice().into());
            cases.push(Case { value: text(case.value)?.into(), required, allowed });
        }
    }
    Ok(Object {
        rare: keys.len() > FIRST_KEYS
            || check.min > 0
            || check.max.is_some()
            || check.variants.is_some()
            || check.entries.is_some(),
        keys,
        required,
        tag,
        cases: cases.into(),
        rest: match check.rest {
            Rest::Closed => FastRest::Closed,
            Rest::Open => FastRest::Open,
            Rest::Map(node) => FastRest::Map(FastNode::of(plan, node)),
        },
        min: check.min,
        max: check.max.unwrap_or(u32::MAX),
        names: check.names,
        entries: check.entries,
    })
}

/// `None` if some reference inside the plan leads nowhere.
fn references(plan: &Plan, program: &Program) -> Option<()> {
    let known = |index: u32, len: usize| (index as usize) < len || index == NO_CHECK;
    let node = |id: NodeId| (id.0 as usize) < plan.nodes.len();
    let fits = plan.nodes.iter().all(|node| {
        known(node.number, plan.numbers.len())
            && known(node.string, plan.strings.len())
            && known(node.list, plan.lists.len())
            && known(node.object, plan.objects.len())
    });
    let lists = plan.lists.iter().all(|list| node(list.items));
    let strings = plan.strings.iter().all(|check| {
        check.one_of.is_none_or(|set| (set as usize) < program.string_sets.len())
            && check.patterns.iter().all(|pattern| (*pattern as usize) < program.patterns.len())
    });
    let objects = plan.objects.iter().all(|object| {
        object.keys.iter().all(|key| node(key.node))
            && match object.rest {
                Rest::Closed | Rest::Open => true,
                Rest::Map(id) => node(id),
            }
            && object.names.is_none_or(|check| (check as usize) < plan.strings.len())
            && object.variants.as_ref().is_none_or(|variants| {
                let key = |index: &u32| (*index as usize) < object.keys.len();
                key(&variants.tag)
                    && variants.cases.iter().all(|case| case.required.iter().chain(&case.allowed).all(key))
            })
    });
    (fits && lists && strings && objects).then_some(())
}
