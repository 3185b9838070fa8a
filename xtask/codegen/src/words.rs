//! The words and signs of the language, for editors. In: the token tables. Out: JSON.

use policyc_grammar::token::{KEYWORDS, SIGNS, WordClass};
use serde_json::json;

pub(crate) fn json() -> String {
    let class = |class: WordClass| match class {
        WordClass::Statement => "statement",
        WordClass::Later => "later",
        WordClass::Effect => "effect",
        WordClass::Clause => "clause",
        WordClass::Operator => "operator",
        WordClass::Constant => "constant",
        WordClass::Root => "root",
        WordClass::Soft => "soft",
    };
    let words: Vec<_> = KEYWORDS
        .iter()
        .map(|word| json!({ "word": word.spelling, "class": class(word.class), "reserved": word.class.is_reserved() }))
        .collect();
    let signs: Vec<_> = SIGNS.iter().map(|(sign, _)| sign).collect();
    let all = json!({
        "generated": "by `cargo xtask codegen` from grammar/src/token.rs",
        "words": words,
        "signs": signs,
    });
    format!("{all:#}\n")
}
