//! Regular expressions to serialized automata. In: a parsed expression. Out: the bytes of a sparse DFA, little-endian, that the
//! VM validates once and then runs in time linear in the text.

use super::{MAX_AUTOMATON, PatternError};
use regex_automata::dfa::{Automaton, StartKind, dense, sparse};
use regex_automata::nfa::thompson;
use regex_automata::{Anchored, Input, MatchKind};
use regex_syntax::hir::{Dot, Hir, Look, Repetition};
use std::sync::Arc;

/// Builds the automaton: of the whole text, or of a place anywhere in it.
pub(super) fn build(hir: Hir, whole: bool, source: &Arc<str>) -> Result<Arc<[u8]>, PatternError> {
    let anchored = if whole {
        bound(hir)
    } else {
        let before = Repetition { min: 0, max: None, greedy: false, sub: Box::new(Hir::dot(Dot::AnyChar)) };
        Hir::concat(vec![Hir::look(Look::Start), Hir::repetition(before), hir])
    };
    serialized(&anchored, MatchKind::LeftmostFirst, source)
}

/// Builds the automaton that redaction runs from any place of a text, and that knows every end of a match.
pub(super) fn build_found(hir: Hir, whole: bool, source: &Arc<str>) -> Result<Arc<[u8]>, PatternError> {
    serialized(&if whole { bound(hir) } else { hir }, MatchKind::All, source)
}

fn bound(hir: Hir) -> Hir {
    Hir::concat(vec![Hir::look(Look::Start), hir, Hir::look(Look::End)])
}

fn serialized(hir: &Hir, matches: MatchKind, source: &Arc<str>) -> Result<Arc<[u8]>, PatternError> {
    let too_large = || PatternError::TooLarge { pattern: source.clone(), limit: MAX_AUTOMATON };
    let unsupported = |reason: String| PatternError::Unsupported { pattern: source.clone(), reason };
    let nfa = thompson::Compiler::new()
        .configure(
            thompson::Config::new()
                .nfa_size_limit(Some(MAX_AUTOMATON))
                .which_captures(thompson::WhichCaptures::None),
        )
        .build_from_hir(hir)
        .map_err(
            |error| if error.size_limit().is_some() { too_large() } else { unsupported(error.to_string()) },
        )?;
    let dense = dense::Builder::new()
        .configure(
            dense::Config::new()
                .start_kind(StartKind::Anchored)
                .match_kind(matches)
                .accelerate(false)
                .dfa_size_limit(Some(MAX_AUTOMATON))
                .determinize_size_limit(Some(MAX_AUTOMATON)),
        )
        .build_from_nfa(&nfa)
        .map_err(
            |error| if error.is_size_limit_exceeded() { too_large() } else { unsupported(error.to_string()) },
        )?;
    let sparse = dense.to_sparse().map_err(|error| unsupported(error.to_string()))?;
    Ok(sparse.to_bytes_little_endian().into())
}

/// Runs an automaton made by [`build`].
pub(super) fn is_match(bytes: &[u8], text: &str) -> bool {
    let Ok((dfa, _)) = sparse::DFA::from_bytes(bytes) else { return false };
    matches!(dfa.try_search_fwd(&Input::new(text).anchored(Anchored::Yes).earliest(true)), Ok(Some(_)))
}
