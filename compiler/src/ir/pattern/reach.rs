//! What can be said of a pattern without its automaton: whether any text matches, whether one text does, how every match begins and ends.
//! In: a pattern that was read. Out: answers for the checker, which looks at a pattern once per tool and must not determinize it.

use crate::ty::Alphabet;
use regex_automata::nfa::thompson::{self, pikevm::PikeVM};
use regex_syntax::hir::{Class, Hir, HirKind, Look, Repetition};

/// A pattern that was read.
#[derive(Debug, Clone)]
pub(crate) struct Read {
    pub(super) hir: Hir,
    /// It stands for the whole text.
    pub(super) whole: bool,
}

/// Where a match may be: at the text's start or behind it, before its end or bound to it. A set of four places, one bit each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Places(u8);

const NOWHERE: Places = Places(0);
const START: Places = Places(1);
const INSIDE: Places = Places(2);
const START_ENDED: Places = Places(4);
const INSIDE_ENDED: Places = Places(8);

/// Repetitions after which the set of places does not change any more.
const SETTLED: u32 = 8;

impl Places {
    fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    fn keep(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// Behind one more character.
    fn consumed(self) -> Self {
        if self.keep(START.or(INSIDE)) == NOWHERE { NOWHERE } else { INSIDE }
    }

    fn ended(self) -> Self {
        let at_start = if self.keep(START.or(START_ENDED)) == NOWHERE { NOWHERE } else { START_ENDED };
        let inside = if self.keep(INSIDE.or(INSIDE_ENDED)) == NOWHERE { NOWHERE } else { INSIDE_ENDED };
        at_start.or(inside)
    }
}

impl Read {
    /// Some text of these characters matches. Word boundaries count as met, so that the answer errs towards yes.
    pub(crate) fn can_match(&self, alphabet: Alphabet) -> bool {
        let from = if self.whole { START } else { START.or(INSIDE) };
        step(&self.hir, from, alphabet) != NOWHERE
    }

    /// Which texts match; `None` if the pattern is too large to say.
    pub(crate) fn matcher(&self) -> Option<impl Fn(&str) -> bool + use<>> {
        let hir = if self.whole {
            Hir::concat(vec![Hir::look(Look::Start), self.hir.clone(), Hir::look(Look::End)])
        } else {
            self.hir.clone()
        };
        let config = thompson::Config::new()
            .nfa_size_limit(Some(super::MAX_AUTOMATON))
            .which_captures(thompson::WhichCaptures::None);
        let nfa = thompson::Compiler::new().configure(config).build_from_hir(&hir).ok()?;
        let machine = PikeVM::new_from_nfa(nfa).ok()?;
        Some(move |text: &str| machine.is_match(&mut machine.create_cache(), text))
    }

    /// The text with which every match begins, where the pattern says so plainly: `^cus_…`.
    pub(crate) fn beginning(&self) -> Option<&str> {
        let HirKind::Concat(parts) = self.hir.kind() else { return None };
        match (parts.first()?.kind(), parts.get(1)?.kind()) {
            (HirKind::Look(Look::Start), HirKind::Literal(literal)) => core::str::from_utf8(&literal.0).ok(),
            _ => None,
        }
    }

    /// The text with which every match ends: `…_eur$`.
    pub(crate) fn ending(&self) -> Option<&str> {
        let HirKind::Concat(parts) = self.hir.kind() else { return None };
        let [.., before, last] = parts.as_slice() else { return None };
        match (before.kind(), last.kind()) {
            (HirKind::Literal(literal), HirKind::Look(Look::End)) => core::str::from_utf8(&literal.0).ok(),
            _ => None,
        }
    }
}

/// Where `hir` can lead from these places.
fn step(hir: &Hir, from: Places, alphabet: Alphabet) -> Places {
    match hir.kind() {
        HirKind::Empty => from,
        HirKind::Literal(literal) => {
            let strange =
                core::str::from_utf8(&literal.0).is_ok_and(|text| alphabet.stranger(text).is_some());
            if strange { NOWHERE } else { from.consumed() }
        }
        HirKind::Class(class) => {
            if meets(class, alphabet) {
                from.consumed()
            } else {
                NOWHERE
            }
        }
        HirKind::Look(Look::Start) => from.keep(START.or(START_ENDED)),
        HirKind::Look(Look::End) => from.ended(),
        HirKind::Look(_) => from,
        HirKind::Repetition(repetition) => repeated(repetition, from, alphabet),
        HirKind::Capture(capture) => step(&capture.sub, from, alphabet),
        HirKind::Concat(parts) => parts.iter().fold(from, |at, part| step(part, at, alphabet)),
        HirKind::Alternation(parts) => {
            parts.iter().fold(NOWHERE, |all, part| all.or(step(part, from, alphabet)))
        }
    }
}

fn repeated(repetition: &Repetition, from: Places, alphabet: Alphabet) -> Places {
    let once = |at| step(&repetition.sub, at, alphabet);
    let mut at = from;
    for _ in 0..repetition.min.min(SETTLED) {
        at = once(at);
    }
    let more = repetition.max.map_or(SETTLED, |max| max.saturating_sub(repetition.min));
    let mut all = at;
    for _ in 0..more.min(SETTLED) {
        all = all.or(once(all));
    }
    all
}

/// Some character of the class is in the alphabet.
fn meets(class: &Class, alphabet: Alphabet) -> bool {
    match class {
        Class::Unicode(class) => class.ranges().iter().any(|range| {
            alphabet.0.iter().any(|(first, last)| range.start() <= *last && *first <= range.end())
        }),
        Class::Bytes(class) => !class.ranges().is_empty(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::{compile, read, read_schema};
    use super::*;
    use crate::typed::{Pattern, PatternKind};
    use proptest::prelude::*;
    use std::sync::Arc;

    fn finds(source: &str) -> Pattern {
        Pattern { kind: PatternKind::Finds, source: Arc::from(source), ignore_case: false }
    }

    fn possible(source: &str) -> bool {
        read(&finds(source)).unwrap().can_match(Alphabet::ALL)
    }

    #[test]
    fn anchors_in_the_middle_are_never_met() {
        for never in [r"evil$\.io", "a^b", "(a|b$)c$^", r"[^\s\S]", "x(^a|^b)", "(?:a$){2}", "$a"] {
            assert!(!possible(never), "{never}");
        }
        for ever in ["^$", "$^", "(^a|b)c", "a$|^b", "x*^b", "(a$)?b", "(^|x)a($|y)", r"\ba\b", "", "(a$)*b"]
        {
            assert!(possible(ever), "{ever}");
        }
    }

    #[test]
    fn an_alphabet_rules_characters_out() {
        let lower = Alphabet(&[('\0', '@'), ('[', char::MAX)]);
        assert!(!read(&finds("DROP|Alter")).unwrap().can_match(lower));
        assert!(read(&finds("DROP|alter")).unwrap().can_match(lower));
        assert!(read(&finds("[A-z]+")).unwrap().can_match(lower));
        assert!(!read(&finds("[A-Z]+x")).unwrap().can_match(lower));
    }

    #[test]
    fn plain_beginnings_and_endings_are_seen() {
        let read = |source: &str| read_schema(&Arc::from(source)).unwrap();
        assert_eq!(read("^cus_[a-z]+$").beginning(), Some("cus_"));
        assert_eq!(read("cus_[a-z]+$").beginning(), None);
        assert_eq!(read("^(cus|acct)_x").beginning(), None);
        assert_eq!(read("[a-z]+_eur$").ending(), Some("_eur"));
    }

    proptest! {
        /// What matches some text can match; and both ways of asking agree.
        #[test]
        fn what_is_said_without_an_automaton_is_right(source in "[ab^$|()*?.]{0,8}", text in "[ab]{0,4}") {
            for kind in [PatternKind::Matches, PatternKind::Finds] {
                let pattern = Pattern { kind, ..finds(&source) };
                let (Ok(compiled), Ok(read)) = (compile(&pattern), read(&pattern)) else { continue };
                let matched = compiled.is_match(&text);
                prop_assert_eq!(read.matcher().unwrap()(&text), matched);
                prop_assert!(!matched || read.can_match(Alphabet::ALL));
            }
        }
    }
}
