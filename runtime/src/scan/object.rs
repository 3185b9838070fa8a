//! Objects that a plan speaks about. In: the brace's position and the check. Out: members checked and captured.

use super::bytes::{byte, first_word, skip_space, word};
use super::names::Names;
use super::reject::What;
use super::strings::{Str, decode};
use super::table::{Case, FIRST_KEYS, FastKey, FastRest, Object};
use super::{After, NOWHERE, Scan, Stop};
use crate::value::{Slot, Source};

/// What is known of an object while its members are read.
struct Members {
    /// Declared keys seen, the first 64.
    seen: u64,
    /// Where the words for the further ones begin.
    wide: usize,
    /// Where the undeclared ones begin, once there is one.
    names: Option<Names>,
    /// Where the frames of its entries begin.
    frames: usize,
    /// Members so far.
    count: u32,
    /// Position of the tag's value, or 0 where no value can stand.
    tag: usize,
    /// The brace.
    open: usize,
}

impl Scan<'_> {
    /// Reads the object whose brace is at `open`.
    #[inline(never)]
    pub(super) fn object(
        &mut self,
        open: usize,
        object: &Object,
        base: usize,
        depth: u32,
    ) -> Result<usize, Stop> {
        let depth = self.deeper(open, depth)?;
        let mut members = Members { seen: 0, wide: 0, names: None, frames: 0, count: 0, tag: 0, open };
        if object.rare {
            self.begin_rare(object, &mut members);
        }
        let mut at = skip_space(self.input, open.wrapping_add(1));
        if byte(self.input, at) == b'}' {
            at = at.wrapping_add(1);
        } else {
            let mut hint = 0;
            loop {
                if byte(self.input, at) != b'"' {
                    return Err(self.unexpected(at));
                }
                let start = at.wrapping_add(1);
                let end = match find(&object.keys, self.input, start, hint) {
                    Some((index, key, quote)) => {
                        hint = index.wrapping_add(1);
                        if object.rare {
                            self.see(object, &mut members, index, Str { start, end: quote, escaped: false })?;
                        } else {
                            let bit = 1_u64.wrapping_shl(u32::try_from(index & 63).unwrap_or_default());
                            if members.seen & bit != 0 {
                                return Err(self.stop(What::DuplicateKey, start));
                            }
                            members.seen |= bit;
                        }
                        let value = self.colon(quote)?;
                        if index == object.tag {
                            members.tag = skip_space(self.input, value);
                        }
                        self.value(value, &key.node, base, depth)?
                    }
                    None => self.other_member(object, &mut members, start, (base, depth))?,
                };
                members.count = members.count.wrapping_add(1);
                match self.after(end, b'}')? {
                    After::Next(next) => at = next,
                    After::End(end) => {
                        at = end;
                        break;
                    }
                }
            }
            self.elements = self.elements.wrapping_add(members.count as usize);
        }
        if let Some(names) = members.names {
            self.end_names(names)?;
        }
        if members.seen & object.required != object.required {
            self.misfit(What::MissingKey, open);
        }
        if object.rare {
            self.end_rare(object, &members, base)?;
        }
        Ok(at)
    }

    /// Begins an object that has more than declared keys.
    #[inline(never)]
    fn begin_rare(&mut self, object: &Object, members: &mut Members) {
        members.frames = self.store.registers.len();
        members.wide = self.store.work.seen.len();
        if object.keys.len() > FIRST_KEYS {
            self.store.work.seen.resize(members.wide.wrapping_add(object.keys.len() >> 6), 0);
        }
    }

    /// A member whose key is not declared, or spelled with an escape.
    #[inline(never)]
    fn other_member(
        &mut self,
        object: &Object,
        members: &mut Members,
        start: usize,
        (base, depth): (usize, u32),
    ) -> Result<usize, Stop> {
        let key = self.string(start)?;
        if let Some((index, declared)) = self.declared(object, key) {
            self.see(object, members, index, key)?;
            let value = self.colon(key.end)?;
            if index == object.tag {
                members.tag = skip_space(self.input, value);
            }
            return self.value(value, &declared.node, base, depth);
        }
        let names = match members.names {
            Some(names) => names,
            None => *members.names.insert(self.names()),
        };
        self.add_name(names, key)?;
        match &object.rest {
            FastRest::Closed => {
                self.misfit(What::UnknownKey, start);
                let value = self.colon(key.end)?;
                self.free_value(value, depth)
            }
            FastRest::Open => {
                self.check_name(object, key)?;
                self.entry(object, key)?;
                let value = self.colon(key.end)?;
                self.free_value(value, depth)
            }
            FastRest::Map(node) => {
                self.check_name(object, key)?;
                let base = self.entry(object, key)?;
                let value = self.colon(key.end)?;
                self.value(value, node, base, depth)
            }
        }
    }

    /// The declared key that `key` spells with escapes; without them [`find`] has seen it.
    fn declared<'k>(&mut self, object: &'k Object, key: Str) -> Option<(usize, &'k FastKey)> {
        if !key.escaped {
            return None;
        }
        let raw = self.input.get(key.start..key.end)?;
        let scratch = &mut self.store.scratch;
        let before = scratch.len();
        decode(raw, scratch);
        let text = scratch.get(before..).unwrap_or_default();
        let found = object.keys.iter().enumerate().find(|(_, key)| key.name.as_bytes() == text);
        scratch.truncate(before);
        found
    }

    /// Marks a declared key as seen, and begins its entry.
    fn see(&mut self, object: &Object, members: &mut Members, index: usize, key: Str) -> Result<(), Stop> {
        if self.seen(members, index) {
            return Err(self.stop(What::DuplicateKey, key.start));
        }
        let bit = 1_u64.wrapping_shl(u32::try_from(index & 63).unwrap_or_default());
        match index.checked_sub(FIRST_KEYS) {
            None => members.seen |= bit,
            Some(further) => {
                let place = members.wide.wrapping_add(further >> 6);
                if let Some(seen) = self.store.work.seen.get_mut(place) {
                    *seen |= bit;
                }
            }
        }
        self.entry(object, key)?;
        Ok(())
    }

    /// Declared key `index` was seen.
    fn seen(&self, members: &Members, index: usize) -> bool {
        let word = match index.checked_sub(FIRST_KEYS) {
            None => members.seen,
            Some(further) => {
                let place = members.wide.wrapping_add(further >> 6);
                self.store.work.seen.get(place).copied().unwrap_or_default()
            }
        };
        word.wrapping_shr(u32::try_from(index & 63).unwrap_or_default()) & 1 != 0
    }

    /// An undeclared key satisfies the check of names.
    fn check_name(&mut self, object: &Object, key: Str) -> Result<(), Stop> {
        let plans = self.plans;
        let Some(check) = object.names.and_then(|index| plans.strings.get(index as usize)) else {
            return Ok(());
        };
        let before = self.store.scratch.len();
        let text = self.text(key)?;
        if plans.check_text(check, self.bytes(text)).is_err() {
            self.misfit(What::BadName, key.start);
        }
        self.store.scratch.truncate(before);
        Ok(())
    }

    /// The frame of a member captured as an entry, with its key at offset 0; nowhere if members are not captured so.
    fn entry(&mut self, object: &Object, key: Str) -> Result<usize, Stop> {
        let Some((_, stride)) = object.entries else { return Ok(NOWHERE) };
        let frame = self.frame(stride, key.start)?;
        let text = self.text(key)?;
        self.put(frame, 0, Slot::Text(text));
        Ok(frame)
    }

    /// What can be said only at an object's end.
    #[inline(never)]
    fn end_rare(&mut self, object: &Object, members: &Members, base: usize) -> Result<(), Stop> {
        if members.count < object.min {
            self.misfit(What::TooFewMembers, members.open);
        } else if members.count > object.max {
            self.misfit(What::TooManyMembers, members.open);
        }
        let mut further = object.keys.iter().enumerate().skip(FIRST_KEYS);
        if further.any(|(index, key)| key.required && !self.seen(members, index)) {
            self.misfit(What::MissingKey, members.open);
        }
        if object.tag != usize::MAX {
            self.check_variant(object, members)?;
        }
        self.store.work.seen.truncate(members.wide);
        if let Some((register, stride)) = object.entries {
            let list = self.finish_frames(members.frames, members.count, stride);
            self.put(base, register, list);
        }
        Ok(())
    }

    /// The members are those of the alternative that the tag names.
    #[inline(never)]
    fn check_variant(&mut self, object: &Object, members: &Members) -> Result<(), Stop> {
        if byte(self.input, members.tag) != b'"' {
            // Missing or no text, and so refused already.
            return Ok(());
        }
        let tag = self.string(members.tag.wrapping_add(1))?;
        let before = self.store.scratch.len();
        let text = self.text(tag)?;
        let bytes = self.bytes(text);
        let case = object.cases.iter().find(|case| case.value.as_bytes() == bytes);
        if matches!(text.source, Source::Scratch) {
            self.store.scratch.truncate(before);
        }
        match case {
            None => self.misfit(What::UnknownVariant, members.tag),
            Some(case) => self.check_case(object, members, case),
        }
        Ok(())
    }

    fn check_case(&mut self, object: &Object, members: &Members, case: &Case) {
        if case.required.iter().any(|index| !self.seen(members, *index as usize)) {
            self.misfit(What::MissingKey, members.open);
        }
        let foreign = (0..object.keys.len()).any(|index| {
            index != object.tag
                && self.seen(members, index)
                && !case.allowed.iter().any(|allowed| *allowed as usize == index)
        });
        if foreign {
            self.misfit(What::ForeignKey, members.open);
        }
    }
}

/// The declared key spelled at `start`, with its index and closing quote; the one at `hint` is tried first, since members often
/// come in order.
#[inline(always)]
fn find<'k>(
    keys: &'k [FastKey],
    input: &[u8],
    start: usize,
    hint: usize,
) -> Option<(usize, &'k FastKey, usize)> {
    let word = word(input, start).or_else(|| input.get(start..).map(first_word))?;
    if let Some(key) = keys.get(hint)
        && let Some(end) = key.end(word, input, start)
    {
        return Some((hint, key, end));
    }
    let mut index = 0_usize;
    for key in keys {
        if let Some(end) = key.end(word, input, start) {
            return Some((index, key, end));
        }
        index = index.wrapping_add(1);
    }
    None
}
