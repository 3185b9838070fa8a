//! Civil time. In: an IANA zone and UTC milliseconds. Out: days, hours, weekdays, straight from the time zone database; and zone
//! tables for the view `time(s, zone)`.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use policyc_runtime::program::memory::CalendarUnit;
use policyc_runtime::views::Transition;

/// First moment that tables are made for: 1900.
const FIRST_MS: i64 = -2_208_988_800_000;
/// First moment that they say nothing about: 2100.
pub(super) const HORIZON_MS: i64 = 4_102_444_800_000;

/// What a clock on the wall shows.
pub(super) struct Civil {
    /// Days since 1970-01-01.
    pub(super) days: i64,
    /// 0 to 23.
    pub(super) hour: i64,
    /// `mon` to `sun`.
    pub(super) weekday: &'static str,
}

/// Civil time at a moment; `None` for a moment or zone that the database does not know.
pub(super) fn civil(zone: &str, utc_ms: i64) -> Option<Civil> {
    let zone = TimeZone::get(zone).ok()?;
    let shown = Timestamp::from_millisecond(utc_ms).ok()?.to_zoned(zone).datetime();
    let epoch = jiff::civil::date(1970, 1, 1);
    let days = i64::from(epoch.until(shown.date()).ok()?.get_days());
    let weekday = match shown.weekday() {
        jiff::civil::Weekday::Monday => "mon",
        jiff::civil::Weekday::Tuesday => "tue",
        jiff::civil::Weekday::Wednesday => "wed",
        jiff::civil::Weekday::Thursday => "thu",
        jiff::civil::Weekday::Friday => "fri",
        jiff::civil::Weekday::Saturday => "sat",
        jiff::civil::Weekday::Sunday => "sun",
    };
    Some(Civil { days, hour: i64::from(shown.hour()), weekday })
}

/// The transitions of a zone.
pub(super) fn transitions(zone: &str) -> Option<Vec<Transition>> {
    let zone = TimeZone::get(zone).ok()?;
    let first = Timestamp::from_millisecond(FIRST_MS).ok()?;
    let start = Transition { at_ms: FIRST_MS, offset_s: zone.to_offset(first).seconds() };
    let later = zone
        .following(first)
        .take_while(|t| t.timestamp().as_millisecond() < HORIZON_MS)
        .map(|t| Transition { at_ms: t.timestamp().as_millisecond(), offset_s: t.offset().seconds() });
    let mut all: Vec<Transition> = std::iter::once(start).chain(later).collect();
    all.dedup_by_key(|t| t.at_ms);
    Some(all)
}

/// Names the civil hour, day, week or month that holds a moment.
pub(super) fn unit(unit: CalendarUnit, zone: &str, utc_ms: i64) -> Option<(i64, i64)> {
    let civil = civil(zone, utc_ms)?;
    let date = jiff::civil::date(1970, 1, 1).checked_add(jiff::Span::new().days(civil.days)).ok()?;
    Some(match unit {
        CalendarUnit::Hour => (civil.days, civil.hour),
        CalendarUnit::Day => (civil.days, 0),
        CalendarUnit::Week => (civil.days - i64::from(date.weekday().to_monday_zero_offset()), 0),
        CalendarUnit::Month => (date.year().into(), date.month().into()),
    })
}
