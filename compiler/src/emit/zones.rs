//! Time zones (semantics.md 52). In: an IANA name. Out: its offsets as a table, the same on every machine: the database is the one
//! compiled in, never the host's.

use jiff::Timestamp;
use jiff::tz::{TimeZone, TimeZoneDatabase};
use policyc_runtime::program::pool::ZoneTable;

/// The table begins here, with the offset then in force: 1900-01-01T00:00Z in seconds.
const START: i64 = -2_208_988_800;
/// The table says nothing from here on: 2100-01-01T00:00Z in seconds.
const HORIZON: i64 = 4_102_444_800;

/// The offsets of a zone from 1900 until 2100; `None` unless that is a zone's name as the IANA database spells it.
#[must_use]
pub fn zone_table(name: &str) -> Option<ZoneTable> {
    let zone = if name == "UTC" { TimeZone::UTC } else { TimeZoneDatabase::bundled().get(name).ok()? };
    if zone.iana_name() != Some(name) {
        return None;
    }
    let start = Timestamp::from_second(START).ok()?;
    let offset = zone.to_offset(start).seconds();
    let mut transitions: Vec<(i64, i32)> = Vec::new();
    for transition in zone.following(start) {
        let at = transition.timestamp();
        if at.as_second() >= HORIZON {
            break;
        }
        let offset_then = transition.offset().seconds();
        // A change of the abbreviation alone changes nothing here.
        if transitions.last().map_or(offset, |(_, last)| *last) != offset_then {
            transitions.push((at.as_millisecond(), offset_then));
        }
    }
    Some(ZoneTable {
        name: name.to_owned(),
        initial_offset: offset,
        transitions,
        horizon: HORIZON.saturating_mul(1000),
    })
}
