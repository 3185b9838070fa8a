//! What can go wrong with remembered state. In: nothing. Out: one word and one sentence each, without anything of a cell.

use core::fmt;

/// Why state has no answer. A decision that meets one is Deny, `state_unavailable`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum StateError {
    /// A cell or the store's file is damaged.
    Unreadable,
    /// A cell or the store's file was written in another format version.
    OtherFormat,
    /// Another process holds the store.
    Locked,
    /// The disk, or the quota on it, is full.
    Full,
    /// The store cannot be read or written for another reason.
    Io,
    /// Others changed the same cells at every attempt.
    Conflicts,
    /// A sum or a number would leave the range of decimals, or an amount is below zero.
    OutOfRange,
    /// A fact, limit or call would need more entries than its cap.
    Capped,
    /// The moment lies outside of the zone tables that the program carries.
    OutsideTables,
    /// The policy remembers something, and the host brought no store.
    NoStore,
}

impl StateError {
    /// All of them.
    pub const ALL: [Self; 10] = [
        Self::Unreadable,
        Self::OtherFormat,
        Self::Locked,
        Self::Full,
        Self::Io,
        Self::Conflicts,
        Self::OutOfRange,
        Self::Capped,
        Self::OutsideTables,
        Self::NoStore,
    ];

    /// A stable word for logs.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Unreadable => "unreadable",
            Self::OtherFormat => "other_format",
            Self::Locked => "locked",
            Self::Full => "full",
            Self::Io => "io",
            Self::Conflicts => "conflicts",
            Self::OutOfRange => "out_of_range",
            Self::Capped => "capped",
            Self::OutsideTables => "outside_tables",
            Self::NoStore => "no_store",
        }
    }
}

impl fmt::Display for StateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Unreadable => "the remembered state is damaged",
            Self::OtherFormat => "the remembered state was written in another format version",
            Self::Locked => "another process holds the state",
            Self::Full => "there is no space left for the state",
            Self::Io => "the state cannot be read or written",
            Self::Conflicts => "other calls changed the same state at every attempt",
            Self::OutOfRange => "an amount or a sum is out of range",
            Self::Capped => "there are more entries than may be remembered",
            Self::OutsideTables => "the time lies outside of the program's time zone tables",
            Self::NoStore => "the policy remembers calls, and there is no store for it",
        })
    }
}

impl core::error::Error for StateError {}

#[cfg(test)]
mod tests {
    use super::StateError;
    use std::collections::BTreeSet;
    use std::string::ToString;

    #[test]
    fn every_error_has_its_own_word_and_sentence() {
        let words: BTreeSet<_> = StateError::ALL.iter().map(|error| error.code()).collect();
        let texts: BTreeSet<_> = StateError::ALL.iter().map(ToString::to_string).collect();
        assert_eq!((words.len(), texts.len()), (StateError::ALL.len(), StateError::ALL.len()));
        assert!(texts.iter().all(|text| text.starts_with(char::is_lowercase) && !text.ends_with('.')));
    }
}
