//! Where a window begins. In: a window and the time of an admission. Out: the last moment that is not in it.

use super::calendar::Calendar;
use crate::state::StateError;

/// When what was admitted stops to count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Window<'z> {
    /// After so many milliseconds: (t − D, t].
    Duration(u64),
    /// Never: the cell belongs to a session and goes with it.
    Session,
    /// At the end of the civil hour, day, week or month.
    Calendar(Calendar<'z>),
}

impl Window<'_> {
    /// The last moment that is outside the window that ends at `now`; `None`: everything is inside.
    pub(super) fn cutoff(&self, now: i64) -> Result<Option<i64>, StateError> {
        match self {
            Self::Duration(ms) => Ok(now.checked_sub_unsigned(*ms)),
            Self::Session => Ok(None),
            // What lies before the first moment there is counts, if only that moment begins the unit.
            Self::Calendar(calendar) => Ok(calendar.start(now)?.checked_sub(1)),
        }
    }

    /// The last moment that is outside every window that ends at `now` or later.
    pub(super) fn gone(&self, now: i64) -> Result<Option<i64>, StateError> {
        match self {
            Self::Duration(_) | Self::Session => self.cutoff(now),
            Self::Calendar(calendar) if calendar.may_return(now) => Ok(None),
            Self::Calendar(_) => self.cutoff(now),
        }
    }
}
