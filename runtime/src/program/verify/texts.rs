//! How much text a program refers to. In: a decoded program. Out: an error if loading it would take far more memory than its
//! file: loading copies what sets, tables, switches, keys and patterns refer to, each reference for itself.

use super::{VerifyError, check};
use crate::program::Program;
use crate::program::pool::{PatternShape, StrId};
use alloc::string::String;

/// Most bytes that references may stand for, besides twice the program's own texts. A policy of 10,000 rules has some 100 KB.
pub const MAX_REFERENCED_BYTES: usize = 64 << 20;
/// What a reference takes besides its text.
const PER_REFERENCE: usize = 64;

pub(super) fn verify(program: &Program) -> Result<(), VerifyError> {
    let own: usize = program.strings.iter().map(String::len).fold(0, usize::saturating_add);
    let most = own.saturating_mul(2).saturating_add(MAX_REFERENCED_BYTES);
    check(program.referenced_bytes() <= most, "string", 0, "texts are referred to too often to be loaded")
}

impl Program {
    /// Bytes of the texts that constants and plans refer to, counted once for each reference; the verifier bounds it.
    #[must_use]
    pub fn referenced_bytes(&self) -> usize {
        let weight = |id: &StrId| {
            let text = usize::try_from(id.0).ok().and_then(|index| self.strings.get(index));
            text.map_or(0, String::len).saturating_add(PER_REFERENCE)
        };
        let sets = self.string_sets.iter().flatten();
        let tables = self.tables.iter().flat_map(|table| &table.keys);
        let cases = self.switches.iter().flat_map(|switch| switch.cases.iter().map(|(id, _)| id));
        let params = self.views.iter().filter_map(|view| view.param.as_ref());
        let keys = self.plan.objects.iter().flat_map(|object| object.keys.iter().map(|key| &key.name));
        let variants = self.plan.objects.iter().filter_map(|object| object.variants.as_ref());
        let tags = variants.flat_map(|variants| variants.cases.iter().map(|case| &case.value));
        let patterns = self.patterns.iter().flat_map(|pattern| of_shape(&pattern.shape)).flatten();
        let all = sets.chain(tables).chain(cases).chain(params).chain(keys).chain(tags).chain(patterns);
        all.chain(&self.cidrs).map(weight).fold(0, usize::saturating_add)
    }
}

fn of_shape(shape: &PatternShape) -> [Option<&StrId>; 2] {
    match shape {
        PatternShape::Exact(id)
        | PatternShape::Prefix(id)
        | PatternShape::Suffix(id)
        | PatternShape::Contains(id) => [Some(id), None],
        PatternShape::PrefixSuffix(prefix, suffix) => [Some(prefix), Some(suffix)],
        PatternShape::Dfa(_) => [None, None],
    }
}
