//! What a value looks like. In: texts and names of arguments. Out: whether it identifies something, which form of recipient it has, the
//! words of a text that have one.

/// The form of a recipient.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Recipient {
    /// An address of mail.
    Mail,
    /// A bank account.
    Account,
    /// A web address.
    Url,
}

impl Recipient {
    /// The form of a whole text.
    pub(super) fn of(text: &str) -> Option<Self> {
        let lower = text.to_ascii_lowercase();
        if text.is_empty() || text.contains(char::is_whitespace) {
            None
        } else if ["http://", "https://", "www."].iter().any(|start| lower.starts_with(start)) {
            Some(Self::Url)
        } else if is_mail(text) {
            Some(Self::Mail)
        } else {
            is_account(text).then_some(Self::Account)
        }
    }
}

fn is_mail(text: &str) -> bool {
    match text.split_once('@') {
        Some((local, domain)) => {
            !local.is_empty() && !domain.contains('@') && domain.trim_matches('.').contains('.')
        }
        None => false,
    }
}

/// Two letters, two digits, and eleven to thirty letters or digits (ISO 13616); the check digits may be wrong.
fn is_account(text: &str) -> bool {
    let bytes = text.as_bytes();
    (15..=34).contains(&bytes.len())
        && bytes.iter().all(u8::is_ascii_alphanumeric)
        && bytes.iter().take(2).all(u8::is_ascii_uppercase)
        && bytes.iter().skip(2).take(2).all(u8::is_ascii_digit)
}

/// The words of a text that could be recipients.
pub(super) fn recipients(text: &str) -> impl Iterator<Item = (Recipient, &str)> {
    let parts = |c: char| c.is_whitespace() || "<>()[]{},;\"'`|".contains(c);
    text.split(parts).filter_map(|word| {
        let word = word.trim_start_matches("mailto:").trim_matches(['.', ':', '!', '?', '*', '_']);
        Some((Recipient::of(word)?, word))
    })
}

/// An argument's or member's name, without what spellings differ in: `itemIds` and `item_id` are one.
pub(super) fn plain(name: &str) -> String {
    let mut plain: String =
        name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
    if plain.len() > 3 && plain.ends_with('s') {
        plain.pop();
    }
    plain
}

/// Whether a name is that of an identifier.
pub(super) fn is_id(name: &str) -> bool {
    let plain = plain(name);
    plain.ends_with("id") && !plain.ends_with("paid") && !plain.ends_with("valid")
}

/// Whether a value under this name says which thing is meant: by its name, or since no person would write a word so.
pub(super) fn identifies(name: &str, value: &serde_json::Value) -> bool {
    match value {
        serde_json::Value::Number(number) => is_id(name) && (number.is_i64() || number.is_u64()),
        serde_json::Value::String(text) => {
            let letters = text.chars().any(char::is_alphabetic);
            let digits = text.chars().any(|c| c.is_ascii_digit());
            let joined = text.contains(['_', '#', '-']) && !text.contains([':', '/', '@', '.']);
            let words = text.is_empty() || text.chars().any(char::is_whitespace);
            !words && (is_id(name) || letters && digits && joined && text.len() >= 6)
        }
        _ => false,
    }
}

/// Whether a text is an amount as a number is written: `30.00`. Digits alone may be anything.
pub(super) fn is_amount(text: &str) -> bool {
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    text.split_once('.').is_some_and(|(whole, rest)| digits(whole) && digits(rest)) && text.len() <= 20
}

/// Whether a text under this name is the state that a thing is in. A `state` may be one of a country, too: `Texas`, `TX`.
pub(super) fn is_status(name: &str, text: &str) -> bool {
    let plain = plain(name);
    let small = text.chars().next().is_some_and(char::is_lowercase);
    let large = text.len() > 3 && text.chars().all(|c| c.is_uppercase() || c == '_');
    plain.ends_with("statu") || plain.ends_with("state") && (small || large)
}
