//! Characters that computed texts are made of: `lower(x)` has no capital letters, `url(x).host` is ASCII. In: a view's member. Out: its
//! [`Alphabet`]; a constant with another character is never equal to the text, and never a part of it.

use crate::ty::Alphabet;
use policyc_runtime::views::table::ViewId;

/// What `lower` leaves: everything but ASCII capitals.
pub(crate) const LOWER: Alphabet = Alphabet(&[('\0', '@'), ('[', char::MAX)]);
/// Host names in lower-case A-labels, and addresses in brackets.
const HOST: Alphabet = Alphabet(&[('!', '@'), ('[', '~')]);
/// Everything but ASCII capitals, dots and slashes.
const EXTENSION: Alphabet = Alphabet(&[('\0', '-'), ('0', '@'), ('[', char::MAX)]);
/// Everything but slashes.
const SEGMENT: Alphabet = Alphabet(&[('\0', '.'), ('0', char::MAX)]);
const DIGITS: Alphabet = Alphabet(&[('0', '9')]);
const CAPITALS: Alphabet = Alphabet(&[('A', 'Z')]);
const CAPITALS_AND_DIGITS: Alphabet = Alphabet(&[('0', '9'), ('A', 'Z')]);

/// The alphabet of a member; all characters where nothing is known.
pub(crate) fn of_member(view: ViewId, member: &str) -> Alphabet {
    match (view, member) {
        (ViewId::Email, "domain") | (ViewId::Url, "scheme" | "host") => HOST,
        (ViewId::Path, "ext") => EXTENSION,
        (ViewId::Path, "name") => SEGMENT,
        (ViewId::Iban, "country") => CAPITALS,
        (ViewId::Iban, "electronic") => CAPITALS_AND_DIGITS,
        (ViewId::Card, "digits" | "last4") => DIGITS,
        _ => Alphabet::ALL,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use policyc_runtime::views::{Scratch, email, path, url};
    use proptest::prelude::*;

    /// A reader gives this member a text of its alphabet.
    fn within(view: ViewId, member: &str, text: &str) {
        assert_eq!(of_member(view, member).stranger(text), None, "{view:?} {member} {text:?}");
    }

    proptest! {
        #[test]
        fn readers_keep_to_their_alphabets(
            host in "[A-Za-zäÜß0-9.-]{1,12}|\\[[0-9A-F:]{2,12}\\]",
            scheme in "[A-Za-z][A-Za-z0-9+.-]{0,6}",
            file in "[A-Za-zÄ./~%-]{0,12}",
        ) {
            let mut scratch = Scratch::new();
            if let Some(found) = email(&format!("a@{host}"), &mut scratch) {
                within(ViewId::Email, "domain", found.domain);
            }
            if let Some(found) = url(&format!("{scheme}://{host}/x"), &mut scratch) {
                within(ViewId::Url, "scheme", found.scheme);
                within(ViewId::Url, "host", found.host.unwrap_or_default());
            }
            if let Some(found) = path(&file, &mut scratch) {
                within(ViewId::Path, "ext", found.ext);
                within(ViewId::Path, "name", found.name);
            }
        }
    }

    #[test]
    fn alphabets_know_case_and_punctuation() {
        assert_eq!(LOWER.stranger("drop Ünion_1"), None);
        assert_eq!(LOWER.stranger("drOp"), Some('O'));
        assert_eq!(HOST.stranger("xn--mnchen-3ya.de"), None);
        assert_eq!(HOST.stranger("[2001:db8::1]"), None);
        assert_eq!(HOST.stranger("münchen.de"), Some('ü'));
        assert_eq!(EXTENSION.stranger(".env"), Some('.'));
        assert_eq!(EXTENSION.stranger("tar-gz9"), None);
        assert_eq!(SEGMENT.stranger("a/b"), Some('/'));
    }
}
