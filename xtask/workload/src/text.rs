//! Prose for bodies of mails. In: a sequence of numbers. Out: JSON string contents with escapes and letters of several scripts.

use crate::rng::Rng;

const WORDS: [&str; 48] = [
    "the",
    "order",
    "arrived",
    "late",
    "and",
    "customer",
    "asked",
    "whether",
    "we",
    "could",
    "send",
    "another",
    "one",
    "before",
    "Friday",
    "please",
    "check",
    "warehouse",
    "invoice",
    "number",
    "attached",
    "because",
    "it",
    "was",
    "paid",
    "twice",
    "Zürich",
    "naïve",
    "café",
    "東京",
    "Ωmega",
    "Łódź",
    "señor",
    "refund",
    "shipment",
    "tracking",
    "said",
    "delivered",
    "although",
    "nobody",
    "signed",
    "for",
    "parcel",
    "regards",
    "thanks",
    "again",
    "support",
    "team",
];

/// As many words as said, as the inside of a JSON string: about one line in nine words, quotes now and then.
pub fn words(rng: &mut Rng, count: u64) -> String {
    let mut text = String::new();
    for number in 0..count {
        if number > 0 {
            text.push_str(if rng.below(9) == 0 { "\\n" } else { " " });
        }
        match rng.below(40) {
            0 => text.push_str("\\\"as agreed\\\""),
            1 => text.push_str("caf\\u00e9"),
            2 => text.push_str("a\\/b"),
            _ => text.push_str(rng.pick(&WORDS)),
        }
    }
    text
}

/// A body of 40 to 160 words.
pub fn body(rng: &mut Rng) -> String {
    let count = 40 + rng.below(121);
    words(rng, count)
}
