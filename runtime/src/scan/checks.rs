//! Constraints on scalars. In: a check and an exact value. Out: the first constraint that does not hold.

use super::reject::What;
use super::table::Scanner;
use crate::number::Decimal;
use crate::program::plan::{NumberCheck, Role, StringCheck};
use crate::value::code_points;

impl What {
    /// The text does not stand for what it must.
    pub(super) const fn of_role(role: Role) -> Self {
        match role {
            Role::Text => Self::WrongType,
            Role::Timestamp => Self::NotTimestamp,
            Role::Date => Self::NotDate,
            Role::Duration => Self::NotDuration,
        }
    }
}

/// `value` satisfies `check`.
pub(super) fn check_number(check: &NumberCheck, value: Decimal) -> Result<(), What> {
    if check.integer && !value.is_integer() {
        return Err(What::NotWhole);
    }
    if check.min.is_some_and(|(min, excluded)| value < min || (excluded && value == min)) {
        return Err(What::BelowMinimum);
    }
    if check.max.is_some_and(|(max, excluded)| value > max || (excluded && value == max)) {
        return Err(What::AboveMaximum);
    }
    if check.multiple_of.is_some_and(|divisor| !value.is_multiple_of(divisor)) {
        return Err(What::NotMultiple);
    }
    if !check.one_of.is_empty() && check.one_of.binary_search(&value).is_err() {
        return Err(What::NotOneOf);
    }
    Ok(())
}

impl Scanner {
    /// `text` satisfies `check`, its role apart.
    pub(super) fn check_text(&self, check: &StringCheck, text: &[u8]) -> Result<(), What> {
        if let Some(set) = check.one_of
            && !self.sets.get(set as usize).is_some_and(|set| set.contains(text))
        {
            return Err(What::NotOneOf);
        }
        self.check_length(check, text)?;
        if check.patterns.iter().all(|pattern| self.patterns.is_match(*pattern, text)) {
            Ok(())
        } else {
            Err(What::PatternMismatch)
        }
    }

    fn check_length(&self, check: &StringCheck, text: &[u8]) -> Result<(), What> {
        let max = check.max_length.unwrap_or(u32::MAX) as usize;
        let min = check.min_length as usize;
        // A code point takes one to four bytes, so most texts need not be counted.
        if text.len() <= max && text.len() >> 2 >= min {
            return Ok(());
        }
        let points = code_points(text);
        if points < min {
            Err(What::TooShort)
        } else if points > max {
            Err(What::TooLong)
        } else {
            Ok(())
        }
    }
}
