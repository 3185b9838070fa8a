//! Where civil units begin, against a walk over all minutes.

use super::*;
use crate::number::SCALE;
use crate::state::AdmissionId;
use crate::state::window::{CAP, Charge, Spec, Window, release, reserve, usage, would_exceed};
use crate::views::{Zone, civil};
use alloc::vec::Vec;
use proptest::prelude::*;

const MINUTE: i64 = 60_000;

/// London around 2026: UTC, from 29 March 01:00Z on one hour more, from 25 October 01:00Z on UTC again.
const LONDON: [Transition; 3] = [
    Transition { at_ms: i64::MIN, offset_s: 0 },
    Transition { at_ms: 1_774_746_000_000, offset_s: 3_600 },
    Transition { at_ms: 1_792_890_000_000, offset_s: 0 },
];

/// Clocks that are turned back one minute after midnight, so that a day begins, ends and begins again, at the end of a month.
const TWICE: [Transition; 3] = [
    Transition { at_ms: i64::MIN, offset_s: -9_000 },
    // 2025-12-01 00:01 local: back to 23:01 of 30 November.
    Transition { at_ms: 1_764_556_260_000, offset_s: -12_600 },
    // 2026-01-01 00:00 local: midnight is skipped.
    Transition { at_ms: 1_767_238_200_000, offset_s: -9_000 },
];

const HORIZON: i64 = 1_830_297_600_000;

fn calendar(unit: Unit, transitions: &[Transition]) -> Calendar<'_> {
    Calendar { unit, transitions, horizon_ms: HORIZON }
}

/// A number that two moments share exactly if they show one unit.
fn number(unit: Unit, ms: i64, zone: &Zone<'_>) -> (i64, i64) {
    let civil = civil(ms, zone).unwrap();
    match unit {
        Unit::Hour => (civil.days, civil.hour()),
        Unit::Day => (civil.days, 0),
        Unit::Week => (civil.days - i64::try_from(civil.weekday()).unwrap(), 0),
        Unit::Month => (month(civil.days), 0),
    }
}

/// Months since 1970 by counting.
fn month(days: i64) -> i64 {
    let (mut left, mut month) = (days, 0);
    loop {
        let (year, index) = (1970 + month / 12, month % 12);
        let leap = i64::from(year % 4 == 0 && (year % 100 != 0 || year % 400 == 0));
        let length = [31, 28 + leap, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][usize::try_from(index).unwrap()];
        if left < length {
            return month;
        }
        (left, month) = (left - length, month + 1);
    }
}

/// The first minute that shows the unit of `now`, looking back over `back` minutes.
fn walked(unit: Unit, now: i64, zone: &Zone<'_>, back: i64) -> i64 {
    let wanted = number(unit, now, zone);
    let minutes = (0..=back).map(|n| now - now.rem_euclid(MINUTE) - n * MINUTE);
    minutes.filter(|ms| number(unit, *ms, zone) == wanted).min().unwrap()
}

#[test]
fn units_begin_where_clocks_first_show_them() {
    for table in [&LONDON, &TWICE] {
        let zone = Zone::new(table, HORIZON).unwrap();
        for turn in &table[1..] {
            for offset in (-2 * 1_440..2 * 1_440).step_by(13) {
                let now = turn.at_ms + offset * MINUTE + 17;
                for (unit, back) in [(Unit::Hour, 240), (Unit::Day, 1_700)] {
                    let expected = walked(unit, now, &zone, back);
                    assert_eq!(calendar(unit, table).start(now), Ok(expected), "{unit:?} {now}");
                }
            }
        }
    }
}

#[test]
fn weeks_begin_on_mondays_and_months_on_the_first() {
    let at = |unit, now| calendar(unit, &LONDON).start(now);
    // Sunday 2026-03-29 13:00Z, the day of the turn: the week began on Monday the 23rd, the month on the first.
    assert_eq!(at(Unit::Week, 1_774_789_200_000), Ok(1_774_224_000_000));
    assert_eq!(at(Unit::Month, 1_774_789_200_000), Ok(1_772_323_200_000));
    // In summer midnight is at 23:00Z: Wednesday 2026-07-01.
    assert_eq!(at(Unit::Month, 1_782_907_200_000), Ok(1_782_860_400_000));
    assert_eq!(at(Unit::Week, 1_782_907_200_000), Ok(1_782_687_600_000));
}

#[test]
fn outside_of_the_tables_there_is_no_answer() {
    let late = &LONDON[1..];
    assert_eq!(calendar(Unit::Day, late).start(late[0].at_ms - 1), Err(StateError::OutsideTables));
    assert!(calendar(Unit::Day, late).start(late[0].at_ms).is_ok());
    assert_eq!(calendar(Unit::Day, &LONDON).start(HORIZON), Err(StateError::OutsideTables));
    assert!(calendar(Unit::Day, &LONDON).start(HORIZON - 1).is_ok());
    assert_eq!(calendar(Unit::Day, &[]).start(0), Err(StateError::OutsideTables));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn the_first_of_a_month_is_found(days in -1_000_000_i64..1_000_000) {
        let first = days - day_of_month(days);
        prop_assert!((0..31).contains(&(days - first)));
        prop_assert_eq!(day_of_month(first), 0);
        if (0..200_000).contains(&days) {
            prop_assert_eq!(month(first), month(days));
            prop_assert!(first == 0 || month(first - 1) < month(days));
        }
    }

    /// Of no civil unit are more than N admitted, even where a unit comes twice.
    #[test]
    fn no_unit_holds_more_than_the_limit(
        steps in prop::collection::vec((0_i64..90, any::<bool>()), 1..120),
        unit in prop_oneof![Just(Unit::Hour), Just(Unit::Day), Just(Unit::Week), Just(Unit::Month)],
        turn in 0_usize..4,
        before in 0_i64..3_000,
    ) {
        let table = if turn < 2 { &LONDON } else { &TWICE };
        let zone = Zone::new(table, HORIZON).unwrap();
        let spec = Spec { max: 3 * SCALE, window: Window::Calendar(calendar(unit, table)), distinct: false, cap: CAP };
        let mut now = table[1 + turn % 2].at_ms - before * MINUTE;
        let (mut cell, mut out, mut admitted) = (None::<Vec<u8>>, Vec::new(), Vec::new());
        for (minutes, fails) in steps {
            now += minutes * MINUTE;
            let charge = Charge::Amount(SCALE);
            let used = usage(cell.as_deref(), &spec, now).unwrap();
            let same = admitted.iter().filter(|at| number(unit, **at, &zone) == number(unit, now, &zone)).count();
            prop_assert!(used >= i128::try_from(same).unwrap() * SCALE);
            if would_exceed(cell.as_deref(), &spec, now, charge).unwrap() {
                prop_assert!(used >= spec.max);
                continue;
            }
            let id = AdmissionId::from_bytes([u8::try_from(admitted.len() + 1).unwrap(); 16]);
            reserve(cell.as_deref(), &spec, now, charge, id, &mut out).unwrap();
            cell = Some(out.clone());
            if fails {
                release(cell.as_deref(), false, id, &mut out).unwrap();
                cell = Some(out.clone());
            } else {
                admitted.push(now);
            }
        }
    }
}
