//! Parts that lie in matches, against trying every place of a text; and the number of steps that this takes.

use super::*;
use crate::program::pool::StrId;
use proptest::prelude::*;
use regex_automata::dfa::{OverlappingState, StartKind, dense};
use regex_automata::{Input, MatchKind};
use std::string::ToString;
use std::vec;

fn dfa(regex: &str) -> dense::DFA<Vec<u32>> {
    let config = dense::Config::new().start_kind(StartKind::Anchored).match_kind(MatchKind::All);
    let syntax = regex_automata::util::syntax::Config::new().dot_matches_new_line(true);
    dense::Builder::new().configure(config).syntax(syntax).build(regex).unwrap()
}

fn spans(shape: PatternShape) -> Spans {
    Spans::new(&Pattern { source: String::new(), shape }, &["ab".to_string(), "bab".to_string()]).unwrap()
}

fn automaton(regex: &str) -> Spans {
    spans(PatternShape::Dfa(dfa(regex).to_sparse().unwrap().to_bytes_little_endian()))
}

fn found(spans: &Spans, text: &str) -> Vec<Range<usize>> {
    let mut parts = vec![];
    spans.find(text.as_bytes(), &mut Work::new(u64::MAX), &mut parts).unwrap();
    parts
}

/// The parts of the text, marked with brackets.
fn check(spans: &Spans, marked: &str) {
    let text = marked.replace(['<', '>'], "");
    let mut shown = text.clone();
    for part in found(spans, &text).into_iter().rev() {
        shown.insert(part.end, '>');
        shown.insert(part.start, '<');
    }
    assert_eq!(shown, marked);
}

#[test]
fn all_matches_count_and_the_longest_end() {
    check(&automaton("a|ab|abc"), "x<abc>x<aba>d");
    check(&automaton("aba"), "x<ababa>b");
    check(&automaton("a+"), "<aaa>b<a>");
    check(&automaton("[a-z]+@[a-z]+"), "mail <bob@example>, <amy@x>@ @y");
    check(&automaton("a.*c|b"), "x<aabxc>x<b>");
    check(&automaton("é|東."), "x<é>x<東京é>東");
}

#[test]
fn looks_around_see_the_whole_text() {
    check(&automaton("^a|a$"), "<a>a<a>");
    check(&automaton(r"(?-u:\b)ab(?-u:\b)"), "<ab> cab abc-<ab>");
    check(&automaton(r"(?-u:\B)b"), "b a<b>");
}

#[test]
fn what_is_empty_covers_nothing() {
    check(&automaton("a*"), "b<aa>b");
    check(&automaton("$|^"), "ab");
    check(&automaton("x"), "");
}

#[test]
fn other_shapes() {
    check(&spans(PatternShape::Contains(StrId(1))), "x<babab>aa<bab>");
    check(&spans(PatternShape::Exact(StrId(0))), "<ab>");
    check(&spans(PatternShape::Exact(StrId(0))), "abc");
    check(&spans(PatternShape::Prefix(StrId(0))), "<abc>");
    check(&spans(PatternShape::PrefixSuffix(StrId(0), StrId(1))), "<abxbab>");
    let searching = automaton("(?s:.)*?b");
    check(&searching, "<aab>a");
}

#[test]
fn broken_automata_are_refused() {
    let refused = |bytes: Vec<u8>| {
        Spans::new(&Pattern { source: String::new(), shape: PatternShape::Dfa(bytes) }, &[]).unwrap_err()
    };
    refused(vec![]);
    let config = dense::Config::new().start_kind(StartKind::Anchored).quit(b'x', true);
    let quits = dense::Builder::new().configure(config).build("a").unwrap();
    assert_eq!(
        refused(quits.to_sparse().unwrap().to_bytes_little_endian()),
        "the automaton gives up on some texts"
    );
    let config = dense::Config::new().start_kind(StartKind::Unanchored);
    let unanchored = dense::Builder::new().configure(config).build("a").unwrap();
    assert_eq!(
        refused(unanchored.to_sparse().unwrap().to_bytes_little_endian()),
        "the automaton has no anchored start"
    );
    let missing = Pattern { source: String::new(), shape: PatternShape::Contains(StrId(7)) };
    assert_eq!(Spans::new(&missing, &[]).unwrap_err(), DANGLING);
}

/// Steps that a search takes.
fn steps(spans: &Spans, text: &str) -> u64 {
    let mut work = Work::new(u64::MAX);
    spans.find(text.as_bytes(), &mut work, &mut vec![]).unwrap();
    u64::MAX - work.fuel
}

/// Matches that reach far, and of which many are under way, are what makes other searches quadratic.
#[test]
fn steps_grow_with_the_text_and_no_faster() {
    for regex in ["a(.*b)?", "[a-z]+@", "a.{0,30}b", "(a|b)*c", "(a.*)?a{8}", "[ab]*a[ab]{6}"] {
        let spans = automaton(regex);
        for text in ["a", "ab", "aab "] {
            let [small, large] = [1000, 10_000].map(|count| steps(&spans, &text.repeat(count)));
            assert!(large <= 11 * small, "{regex} on {text}: {small} and {large}");
        }
    }
}

#[test]
fn steps_end() {
    let spans = automaton("[ab]{20}");
    let text = "ab".repeat(100);
    let steps = steps(&spans, &text);
    assert_eq!(spans.find(text.as_bytes(), &mut Work::new(steps), &mut vec![]), Ok(()));
    assert_eq!(spans.find(text.as_bytes(), &mut Work::new(steps - 1), &mut vec![]), Err(Exhausted));
    assert_eq!(Work::new(3).spend(usize::MAX), Err(Exhausted));
}

#[test]
fn rounds_may_be_as_many_as_they_like() {
    let spans = automaton("ab?");
    let mut work = Work { round: u32::MAX - 2, ..Work::new(u64::MAX) };
    let mut parts = vec![];
    spans.find(b"abaabab", &mut work, &mut parts).unwrap();
    assert_eq!(parts.pop(), Some(0..7));
    assert!(parts.is_empty());
    assert!(work.round < 10);
}

proptest! {
    #[test]
    fn every_match_is_covered_and_nothing_else(regex in "[ab^$|()*?.]{1,8}", text in "[abé]{0,8}") {
        let config = dense::Config::new().start_kind(StartKind::Anchored).match_kind(MatchKind::All);
        let syntax = regex_automata::util::syntax::Config::new().dot_matches_new_line(true);
        let Ok(dfa) = dense::Builder::new().configure(config).syntax(syntax).build(&regex) else { return Ok(()) };
        let mut covered = vec![false; text.len()];
        for from in (0..text.len()).filter(|from| text.is_char_boundary(*from)) {
            let input = Input::new(&text).range(from..).anchored(Anchored::Yes);
            let mut state = OverlappingState::start();
            loop {
                dfa.try_search_overlapping_fwd(&input, &mut state).unwrap();
                let Some(end) = state.get_match() else { break };
                covered[from..end.offset()].fill(true);
            }
        }
        let spans = spans(PatternShape::Dfa(dfa.to_sparse().unwrap().to_bytes_little_endian()));
        let mut ours = vec![false; text.len()];
        let parts = found(&spans, &text);
        for part in &parts {
            prop_assert!(!part.is_empty());
            ours[part.clone()].fill(true);
        }
        prop_assert!(parts.windows(2).all(|pair| pair[0].end < pair[1].start), "{parts:?}");
        prop_assert_eq!(ours, covered, "{} in {}", regex, text);
    }
}
