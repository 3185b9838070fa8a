//! `date(s)`, `time(s, tz)`, and civil time in a zone: `date(now, tz)`, `hour(now, tz)`, `weekday(now, tz)`. In: text or UTC
//! milliseconds, and a zone's table. Out: days since 1970-01-01, UTC milliseconds, civil parts.
//!
//! Zone tables come with the program and end at a horizon (semantics.md 52); outside them there is no answer but
//! [`OutsideTables`], which the caller turns into a denial. The calendar is the proleptic Gregorian one, years 0001–9999.

use super::screen::is_clean;

const MS_PER_SECOND: i64 = 1_000;
const MS_PER_MINUTE: i64 = 60_000;
const MS_PER_HOUR: i64 = 3_600_000;
const MS_PER_DAY: i64 = 86_400_000;
/// Largest offset from UTC, exclusive, in seconds; real ones are below 16 hours.
const MAX_OFFSET_S: i32 = 86_400;

/// From this moment on, local time is UTC plus the offset.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Transition {
    /// UTC milliseconds.
    pub at_ms: i64,
    /// Seconds east of UTC.
    pub offset_s: i32,
}

/// The table of one zone: a half-open span of UTC time, from the first transition to the horizon.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Zone<'a> {
    transitions: &'a [Transition],
    horizon_ms: i64,
}

/// The moment lies before a zone's table or at or beyond its horizon: the decision is Deny, `state_unavailable`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OutsideTables;

/// What a clock on the wall shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Civil {
    /// Days since 1970-01-01.
    pub days: i64,
    /// Milliseconds since midnight, 0 to 86,399,999.
    pub ms_of_day: i64,
}

/// Names of the days of the week as `weekday` gives them.
pub const WEEKDAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

impl<'a> Zone<'a> {
    /// A table; `None` unless it has an entry, is strictly ascending, ends before the horizon, and its offsets are less than
    /// a day.
    #[must_use]
    pub fn new(transitions: &'a [Transition], horizon_ms: i64) -> Option<Self> {
        let ascending = transitions.is_sorted_by(|a, b| a.at_ms < b.at_ms);
        let small = transitions.iter().all(|t| t.offset_s > -MAX_OFFSET_S && t.offset_s < MAX_OFFSET_S);
        let ends = transitions.last().is_some_and(|last| last.at_ms < horizon_ms);
        (ascending && small && ends).then_some(Self { transitions, horizon_ms })
    }

    /// A table that [`Zone::new`] has accepted before.
    pub(crate) const fn accepted(transitions: &'a [Transition], horizon_ms: i64) -> Self {
        Self { transitions, horizon_ms }
    }

    /// Offset from UTC in milliseconds at a moment.
    fn offset_ms(&self, utc_ms: i64) -> Result<i64, OutsideTables> {
        if utc_ms >= self.horizon_ms {
            return Err(OutsideTables);
        }
        let after = self.transitions.partition_point(|t| t.at_ms <= utc_ms);
        let current = after.checked_sub(1).and_then(|index| self.transitions.get(index));
        current.map(|t| i64::from(t.offset_s).saturating_mul(MS_PER_SECOND)).ok_or(OutsideTables)
    }

    /// The moment at which this zone's clocks show a local time; `Ok(None)` if they never do or do twice.
    fn moment(&self, local_ms: i64) -> Result<Option<i64>, OutsideTables> {
        // Offsets are less than a day, so only transitions within a day of the local reading can matter.
        let early = self.transitions.partition_point(|t| t.at_ms <= local_ms.saturating_sub(MS_PER_DAY));
        let late = self.transitions.partition_point(|t| t.at_ms <= local_ms.saturating_add(MS_PER_DAY));
        let candidates = self.transitions.get(early.saturating_sub(1)..late).unwrap_or_default();
        let (mut first, mut twice) = (None, false);
        for t in candidates {
            let utc_ms = local_ms.saturating_sub(i64::from(t.offset_s).saturating_mul(MS_PER_SECOND));
            if self.offset_ms(utc_ms) == Ok(local_ms.saturating_sub(utc_ms)) {
                twice = twice || first.is_some_and(|other| other != utc_ms);
                first = Some(utc_ms);
            }
        }
        let found = if twice { None } else { first };
        let covered = |ms: i64| self.offset_ms(ms).is_ok();
        let inside =
            covered(local_ms.saturating_sub(MS_PER_DAY)) && covered(local_ms.saturating_add(MS_PER_DAY));
        // At an end of the table a local time may be shown once more outside it.
        if inside { Ok(found) } else { Err(OutsideTables) }
    }
}

impl Civil {
    /// The hour, 0 to 23.
    #[must_use]
    pub const fn hour(self) -> i64 {
        self.ms_of_day.div_euclid(MS_PER_HOUR)
    }

    /// The day of the week, an index into [`WEEKDAYS`]: 0 is Monday.
    #[must_use]
    pub fn weekday(self) -> usize {
        // 1970-01-01 was a Thursday.
        usize::try_from(self.days.saturating_add(3).rem_euclid(7)).unwrap_or_default()
    }
}

/// Civil time in a zone at a moment.
///
/// # Errors
/// The moment is outside the zone's table.
pub fn civil(utc_ms: i64, zone: &Zone<'_>) -> Result<Civil, OutsideTables> {
    let local_ms = utc_ms.saturating_add(zone.offset_ms(utc_ms)?);
    Ok(Civil { days: local_ms.div_euclid(MS_PER_DAY), ms_of_day: local_ms.rem_euclid(MS_PER_DAY) })
}

/// Reads `YYYY-MM-DD` as days since 1970-01-01.
#[must_use]
pub fn date(text: &str) -> Option<i64> {
    let mut parts = text.split('-');
    let year = digits(parts.next()?, 4)?;
    let month = digits(parts.next()?, 2)?;
    let day = digits(parts.next()?, 2)?;
    let legal = parts.next().is_none()
        && year >= 1
        && (1..=12).contains(&month)
        && day >= 1
        && day <= days_in_month(year, month);
    legal.then(|| days_from_civil(year, month, day))
}

/// Reads a moment as UTC milliseconds: RFC 3339 with an offset (seconds optional, a space instead of `T` as its §5.6 allows),
/// or the same without offset, read in `zone`. Fractions of a millisecond are cut off; a leap second has no reading, nor has
/// a local time that the zone's clocks skip or show twice, nor one without offset where there is no zone.
///
/// # Errors
/// A local time is outside the zone's table.
pub fn time(text: &str, zone: Option<&Zone<'_>>) -> Result<Option<i64>, OutsideTables> {
    let Some((local_ms, offset_ms)) = split_time(text) else { return Ok(None) };
    match (offset_ms, zone) {
        (Some(offset_ms), _) => Ok(local_ms.checked_sub(offset_ms)),
        (None, Some(zone)) => zone.moment(local_ms),
        (None, None) => Ok(None),
    }
}

/// Local milliseconds and the offset, if one is written.
fn split_time(text: &str) -> Option<(i64, Option<i64>)> {
    if !is_clean(text) {
        return None;
    }
    let (day, rest) = text.split_at_checked(10)?;
    let rest = rest.strip_prefix(['T', ' '])?;
    let (clock, offset_ms) = match rest.find(['Z', '+', '-']) {
        Some(at) => {
            let (clock, offset) = rest.split_at_checked(at)?;
            (clock, Some(read_offset(offset)?))
        }
        None => (rest, None),
    };
    let local_ms = date(day)?.checked_mul(MS_PER_DAY)?.checked_add(read_clock(clock)?)?;
    Some((local_ms, offset_ms))
}

/// `HH:MM`, `HH:MM:SS`, `HH:MM:SS.fraction` as milliseconds since midnight.
fn read_clock(text: &str) -> Option<i64> {
    let (minutes, seconds) = match text.split_at_checked(5)? {
        (minutes, "") => (minutes, "00"),
        (minutes, seconds) => (minutes, seconds.strip_prefix(':')?),
    };
    let (seconds, fraction_ms) = match seconds.split_once('.') {
        Some((seconds, fraction)) => (seconds, read_fraction(fraction)?),
        None => (seconds, 0),
    };
    let seconds = digits(seconds, 2).filter(|s| *s <= 59)?;
    hours_and_minutes(minutes)?.checked_add(seconds.checked_mul(MS_PER_SECOND)?)?.checked_add(fraction_ms)
}

fn hours_and_minutes(text: &str) -> Option<i64> {
    let (hours, minutes) = text.split_once(':')?;
    let hours = digits(hours, 2).filter(|h| *h <= 23)?;
    let minutes = digits(minutes, 2).filter(|m| *m <= 59)?;
    hours.checked_mul(MS_PER_HOUR)?.checked_add(minutes.checked_mul(MS_PER_MINUTE)?)
}

fn read_fraction(text: &str) -> Option<i64> {
    if text.is_empty() || text.len() > 9 || !text.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let mut ms = 0i64;
    for b in text.bytes().chain([b'0', b'0']).take(3) {
        ms = ms.checked_mul(10)?.checked_add(i64::from(b.checked_sub(b'0')?))?;
    }
    Some(ms)
}

fn read_offset(text: &str) -> Option<i64> {
    if text == "Z" {
        return Some(0);
    }
    let size = |rest: &str| hours_and_minutes(rest);
    match text.strip_prefix('+') {
        Some(rest) => size(rest),
        None => size(text.strip_prefix('-')?)?.checked_neg(),
    }
}

fn digits(text: &str, count: usize) -> Option<i64> {
    let plain = text.len() == count && text.bytes().all(|b| b.is_ascii_digit());
    if plain { text.parse().ok() } else { None }
}

fn days_in_month(year: i64, month: i64) -> i64 {
    match month {
        2 if is_leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

const fn is_leap(year: i64) -> bool {
    year.rem_euclid(4) == 0 && (year.rem_euclid(100) != 0 || year.rem_euclid(400) == 0)
}

/// Days of the months before each, in a common year.
const DAYS_BEFORE: [i64; 12] = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334];

/// Days since 1970-01-01 of a legal date. All terms are below 4 million, so nothing saturates.
fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let years = year.saturating_sub(1);
    let leap_days = years
        .div_euclid(4)
        .saturating_sub(years.div_euclid(100))
        .saturating_add(years.div_euclid(400))
        .saturating_add(i64::from(month > 2 && is_leap(year)));
    let index = usize::try_from(month.saturating_sub(1)).unwrap_or_default();
    let before = DAYS_BEFORE.get(index).copied().unwrap_or_default();
    // 719,162 days lie between 0001-01-01 and 1970-01-01; days of a month count from 1.
    years
        .saturating_mul(365)
        .saturating_add(leap_days)
        .saturating_add(before)
        .saturating_add(day)
        .saturating_sub(719_163)
}
