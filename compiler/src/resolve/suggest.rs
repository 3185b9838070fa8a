//! "Did you mean". In: a word and the words that would have been right. Out: the nearest one, if it is near.

/// The candidate nearest to `word`, if few edits lie between them. Ties go to the first in byte order, so that the answer does not
/// depend on the order of candidates.
pub(crate) fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let limit = (word.chars().count() / 3).max(1);
    candidates
        .into_iter()
        .filter(|candidate| *candidate != word)
        .map(|candidate| (distance(word, candidate), candidate))
        .filter(|(distance, _)| *distance <= limit)
        .min()
        .map(|(_, candidate)| candidate)
}

fn distance(a: &str, b: &str) -> usize {
    let (a, b) = (fold(a), fold(b));
    if a == b { 0 } else { strsim::osa_distance(&a, &b) }
}

/// Letter case, dashes and underscores are the most common slips.
fn fold(text: &str) -> String {
    text.chars().map(|c| if c == '-' { '_' } else { c.to_ascii_lowercase() }).collect()
}

/// `; did you mean `x`?`-style help.
pub(crate) fn did_you_mean<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<String> {
    nearest(word, candidates).map(|found| format!("did you mean `{found}`?"))
}

/// Up to `most` names for a help line: "`a`, `b` and 3 more".
pub(crate) fn listing<'a>(names: impl IntoIterator<Item = &'a str>, most: usize) -> String {
    let all: Vec<&str> = names.into_iter().collect();
    let shown: Vec<String> = all.iter().take(most).map(|n| format!("`{n}`")).collect();
    match all.len().saturating_sub(most) {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_words_are_suggested_and_far_ones_are_not() {
        let fields = ["amount", "currency", "customer"];
        assert_eq!(nearest("amuont", fields), Some("amount"));
        assert_eq!(nearest("Amount", fields), Some("amount"));
        assert_eq!(nearest("custmer", fields), Some("customer"));
        assert_eq!(nearest("reason", fields), None);
        assert_eq!(nearest("batch-archive", ["batch_archive"]), Some("batch_archive"));
    }

    #[test]
    fn long_listings_are_cut() {
        assert_eq!(listing(["a", "b", "c"], 2), "`a`, `b` and 1 more");
        assert_eq!(listing(["a", "b"], 2), "`a`, `b`");
    }
}
