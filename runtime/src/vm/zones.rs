//! Zone tables as the views read them. In: a program's zones. Out: their transitions, the first of which holds from the beginning.

use crate::program::pool::ZoneTable;
use crate::views::Transition;
use alloc::vec::Vec;

/// The transitions of a zone, its initial offset first.
pub(crate) fn transitions(zone: &ZoneTable) -> Vec<Transition> {
    let initial = Transition { at_ms: i64::MIN, offset_s: zone.initial_offset };
    let later =
        zone.transitions.iter().map(|(at_ms, offset_s)| Transition { at_ms: *at_ms, offset_s: *offset_s });
    core::iter::once(initial).chain(later).collect()
}
