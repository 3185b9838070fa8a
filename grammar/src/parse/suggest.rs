//! "Did you mean". In: a word and words that would fit. Out: the one that is nearest, if it is near.

/// The candidate within one edit of a short word (at least three letters), two of a longer one; the nearest, then the
/// first. An edit inserts,
/// drops or replaces a letter, or swaps two neighbors.
pub(crate) fn nearest<'a>(word: &str, candidates: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    // Of two letters only the case may differ.
    let least = if word.bytes().all(|byte| byte.is_ascii_uppercase()) { 2 } else { 3 };
    if !(least..=32).contains(&word.len()) {
        return None;
    }
    let limit = if word.len() <= 4 { 1 } else { 2 };
    // Words are written in lower case; another case is the nearest miss.
    let lower = word.to_ascii_lowercase();
    let distance = |candidate: &str| {
        if candidate == lower {
            usize::from(candidate != word)
        } else {
            edits(word.as_bytes(), candidate.as_bytes()) + 1
        }
    };
    candidates
        .filter(|candidate| candidate.len() > 1 && candidate.len().abs_diff(word.len()) <= limit)
        .map(|candidate| (distance(candidate), candidate))
        .filter(|(distance, candidate)| (1..=limit + 1).contains(distance) && *candidate != word)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// Optimal string alignment distance.
fn edits(left: &[u8], right: &[u8]) -> usize {
    let mut two_back: Vec<usize> = Vec::new();
    let mut previous: Vec<usize> = (0..=right.len()).collect();
    let mut left_before = None;
    for (row, l) in left.iter().enumerate() {
        let mut current = vec![row + 1];
        let mut right_before = None;
        for (column, r) in right.iter().enumerate() {
            let at = |cells: &[usize], index: usize| cells.get(index).copied().unwrap_or(usize::MAX - 1);
            let replace = at(&previous, column) + usize::from(l != r);
            let mut cost = replace.min(at(&previous, column + 1) + 1).min(at(&current, column) + 1);
            if left_before == Some(r) && right_before == Some(l) && column > 0 {
                cost = cost.min(at(&two_back, column - 1) + 1);
            }
            current.push(cost);
            right_before = Some(r);
        }
        two_back = std::mem::replace(&mut previous, current);
        left_before = Some(l);
    }
    previous.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances() {
        for (left, right, distance) in [
            ("ruel", "rule", 1),
            ("dney", "deny", 1),
            ("wehn", "when", 1),
            ("alow", "allow", 1),
            ("abc", "xyz", 3),
        ] {
            assert_eq!(edits(left.as_bytes(), right.as_bytes()), distance, "{left} {right}");
            assert_eq!(edits(right.as_bytes(), left.as_bytes()), distance, "{right} {left}");
        }
    }

    #[test]
    fn near_and_far() {
        let words = ["rule", "redact", "unless"];
        assert_eq!(nearest("ruel", words.into_iter()), Some("rule"));
        assert_eq!(nearest("unles", words.into_iter()), Some("unless"));
        assert_eq!(nearest("rule", words.into_iter()), None);
        assert_eq!(nearest("policy", words.into_iter()), None);
        assert_eq!(nearest("RULE", words.into_iter()), Some("rule"));
        assert_eq!(nearest("OR", ["or"].into_iter()), Some("or"));
    }
}
