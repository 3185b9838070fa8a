//! Civil hours, days, weeks and months. In: a zone's transitions and a moment. Out: the moment at which its civil unit began.
//!
//! A civil day has 23 to 25 hours. Where clocks are turned back a civil time comes twice: both times belong to one unit,
//! which began when it came first.

use crate::state::StateError;
use crate::views::Transition;

const MS_PER_SECOND: i64 = 1_000;
const MS_PER_HOUR: i64 = 3_600_000;
const MS_PER_DAY: i64 = 86_400_000;

/// A civil unit of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Unit {
    /// From one full hour to the next.
    Hour,
    /// From midnight to midnight.
    Day,
    /// From Monday to Sunday.
    Week,
    /// From the first to the last.
    Month,
}

/// Civil units in a zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Calendar<'z> {
    /// Which unit.
    pub unit: Unit,
    /// Offsets of the zone: what [`crate::views::Zone::new`] accepts, the first of them from the beginning of time.
    pub transitions: &'z [Transition],
    /// UTC milliseconds from which on the transitions say nothing.
    pub horizon_ms: i64,
}

impl Calendar<'_> {
    /// The first moment of the civil unit that holds `now`.
    ///
    /// # Errors
    /// `OutsideTables`: `now` is before the first transition, or at or after the horizon.
    pub fn start(&self, now: i64) -> Result<i64, StateError> {
        let local = now.saturating_add(offset_ms(self.current(now)?));
        let local_start = self.unit.start(local);
        // Offsets are less than a day, so no clock showed this local time more than a day before.
        let early = self.until(local_start.saturating_sub(MS_PER_DAY)).saturating_sub(1);
        let segments = self.transitions.get(early..self.until(now)).unwrap_or_default();
        let ends = segments.iter().skip(1).map(|next| next.at_ms).chain([i64::MAX]);
        let mut first = now;
        for (segment, end) in segments.iter().zip(ends) {
            let shown = segment.at_ms.max(local_start.saturating_sub(offset_ms(segment)));
            if shown < end {
                first = first.min(shown);
            }
        }
        Ok(first)
    }

    /// Clocks may be turned back soon after `now`, so that an earlier unit comes once more.
    pub(super) fn may_return(&self, now: i64) -> bool {
        let soon = now.saturating_add(MS_PER_DAY);
        let from = self.until(now).saturating_sub(1);
        let segments = self.transitions.get(from..self.until(soon)).unwrap_or_default();
        segments.windows(2).any(|pair| matches!(pair, [a, b] if b.offset_s < a.offset_s))
    }

    fn current(&self, now: i64) -> Result<&Transition, StateError> {
        let index = self.until(now).checked_sub(1).filter(|_| now < self.horizon_ms);
        index.and_then(|index| self.transitions.get(index)).ok_or(StateError::OutsideTables)
    }

    /// How many transitions hold at `ms` or before.
    fn until(&self, ms: i64) -> usize {
        self.transitions.partition_point(|transition| transition.at_ms <= ms)
    }
}

fn offset_ms(transition: &Transition) -> i64 {
    i64::from(transition.offset_s).saturating_mul(MS_PER_SECOND)
}

impl Unit {
    /// The first local time of the unit that holds a local time.
    fn start(self, local_ms: i64) -> i64 {
        let days = local_ms.div_euclid(MS_PER_DAY);
        let first_day = match self {
            Self::Hour => return local_ms.saturating_sub(local_ms.rem_euclid(MS_PER_HOUR)),
            Self::Day => days,
            // 1970-01-01 was a Thursday.
            Self::Week => days.saturating_sub(days.saturating_add(3).rem_euclid(7)),
            Self::Month => days.saturating_sub(day_of_month(days)),
        };
        first_day.saturating_mul(MS_PER_DAY)
    }
}

/// Days since the first of the month, by days since 1970-01-01; proleptic Gregorian. Years are counted from March, so that
/// the leap day is the last of a year, in eras of 400 years.
fn day_of_month(days: i64) -> i64 {
    const ERA: i64 = 146_097;
    let day = days.saturating_add(719_468).rem_euclid(ERA);
    let leaps =
        day.div_euclid(1_460).saturating_sub(day.div_euclid(36_524)).saturating_add(day.div_euclid(ERA - 1));
    let year = day.saturating_sub(leaps).div_euclid(365);
    let before =
        year.saturating_mul(365).saturating_add(year.div_euclid(4)).saturating_sub(year.div_euclid(100));
    let day_of_year = day.saturating_sub(before);
    // From March on, five months have 153 days.
    let month = day_of_year.saturating_mul(5).saturating_add(2).div_euclid(153);
    day_of_year.saturating_sub(month.saturating_mul(153).saturating_add(2).div_euclid(5))
}

#[cfg(test)]
mod tests;
