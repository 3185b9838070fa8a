//! Values that a plan speaks about. In: a value's position and node. Out: checked, captured, and the position after it.

use super::bytes::{byte, skip_space};
use super::reject::What;
use super::strings::{Str, decode};
use super::table::{FastNode, TextMode};
use super::{Scan, Stop};
use crate::program::plan::{
    KIND_BOOL, KIND_LIST, KIND_NULL, KIND_NUMBER, KIND_OBJECT, KIND_STRING, NO_CHECK, NO_REGISTER, Node, Role,
};
use crate::value::{List, Slot, Source, Store, Text};

impl Scan<'_> {
    /// Reads the value at `at`, which may be white space before it. Captures are relative to `base`; containers may nest
    /// `depth` deep.
    #[inline(always)]
    pub(super) fn value(
        &mut self,
        at: usize,
        node: &FastNode,
        base: usize,
        depth: u32,
    ) -> Result<usize, Stop> {
        if byte(self.input, at) != b'"' {
            return self.other_value(at, &node.node, base, depth);
        }
        let string = self.string(at.wrapping_add(1))?;
        match node.text {
            TextMode::Skip => {}
            TextMode::Capture if !string.escaped => {
                self.put(base, node.node.capture, Slot::Text(self.raw_text(string)));
            }
            TextMode::Capture | TextMode::Judge => self.judge_string(at, string, &node.node, base)?,
        }
        Ok(string.end.wrapping_add(1))
    }

    /// A value that is no string, or has white space before it.
    #[inline(never)]
    fn other_value(&mut self, at: usize, node: &Node, base: usize, depth: u32) -> Result<usize, Stop> {
        let plans = self.plans;
        match byte(self.input, at) {
            b'-' | b'0'..=b'9' => self.number_value(at, node, base),
            b'[' if node.kinds & KIND_LIST != 0 => match plans.lists.get(node.list as usize) {
                Some(list) => self.list(at, (node, list), base, depth),
                None => {
                    let (end, len) = self.free_list(at, depth)?;
                    if node.capture != NO_REGISTER {
                        self.put(base, node.capture, Slot::List(List { start: 0, len, stride: 0 }));
                    }
                    Ok(end)
                }
            },
            b'{' if node.kinds & KIND_OBJECT != 0 => {
                if node.capture != NO_REGISTER {
                    self.put(base, node.capture, Slot::Object);
                }
                match plans.objects.get(node.object as usize) {
                    Some(object) => self.object(at, object, base, depth),
                    None => self.free_object(at, depth),
                }
            }
            b't' => self.constant(at, node, base, Slot::Bool(true)),
            b'f' => self.constant(at, node, base, Slot::Bool(false)),
            b'n' => self.constant(at, node, base, Slot::Null),
            b'{' | b'[' => {
                self.misfit(What::WrongType, at);
                self.free_value(at, depth)
            }
            b' ' | b'\t' | b'\n' | b'\r' => {
                let at = skip_space(self.input, at);
                if byte(self.input, at) != b'"' {
                    return self.other_value(at, node, base, depth);
                }
                let string = self.string(at.wrapping_add(1))?;
                self.judge_string(at, string, node, base)?;
                Ok(string.end.wrapping_add(1))
            }
            _ => Err(self.unexpected(at)),
        }
    }

    /// What a node says about a string.
    #[inline(never)]
    fn judge_string(&mut self, at: usize, string: Str, node: &Node, base: usize) -> Result<(), Stop> {
        if node.kinds & KIND_STRING == 0 {
            self.misfit(What::WrongType, at);
        } else if node.string != NO_CHECK {
            self.checked_string(at, string, node, base)?;
        } else if node.capture != NO_REGISTER {
            let text = self.text(string)?;
            self.put(base, node.capture, Slot::Text(text));
        }
        Ok(())
    }

    /// A string with constraints.
    fn checked_string(&mut self, at: usize, string: Str, node: &Node, base: usize) -> Result<(), Stop> {
        let plans = self.plans;
        let Some(check) = plans.strings.get(node.string as usize) else { return Ok(()) };
        if check.empty_is_absent && string.start == string.end {
            return Ok(());
        }
        let before = self.store.scratch.len();
        let text = self.text(string)?;
        let bytes = self.bytes(text);
        let (value, verdict) = match check.role {
            Role::Text => (Slot::Text(text), plans.check_text(check, bytes)),
            role => match super::role_value(role, bytes) {
                Some(number) => (Store::decimal(number), plans.check_text(check, bytes)),
                None => (Slot::Missing, Err(What::of_role(role))),
            },
        };
        if let Err(what) = verdict {
            self.misfit(what, at);
        }
        let kept = node.capture != NO_REGISTER;
        if kept {
            self.put(base, node.capture, value);
        }
        if !kept || check.role != Role::Text {
            self.store.scratch.truncate(before);
        }
        Ok(())
    }

    /// The text of a string: as it stands in the input, or decoded to the scratch bytes.
    #[inline]
    pub(super) fn text(&mut self, string: Str) -> Result<Text, Stop> {
        if string.escaped { self.decoded_text(string) } else { Ok(self.raw_text(string)) }
    }

    /// The text of a string without escapes.
    #[expect(clippy::cast_possible_truncation, reason = "positions in the input fit 32 bits: `precheck`")]
    #[inline(always)]
    fn raw_text(&self, string: Str) -> Text {
        let len = string.end.wrapping_sub(string.start);
        Text { source: self.source, offset: string.start as u32, len: len as u32 }
    }

    #[inline(never)]
    fn decoded_text(&mut self, string: Str) -> Result<Text, Stop> {
        let start = self.store.scratch.len();
        decode(self.input.get(string.start..string.end).unwrap_or_default(), &mut self.store.scratch);
        let len = self.store.scratch.len().wrapping_sub(start);
        match (u32::try_from(start), u32::try_from(len)) {
            (Ok(offset), Ok(len)) => Ok(Text { source: Source::Scratch, offset, len }),
            _ => Err(self.stop(What::TooLarge, string.start)),
        }
    }

    /// The bytes of a text made by [`Self::text`].
    pub(super) fn bytes(&self, text: Text) -> &[u8] {
        let of = if matches!(text.source, Source::Scratch) { &self.store.scratch } else { self.input };
        let start = text.offset as usize;
        of.get(start..start.wrapping_add(text.len as usize)).unwrap_or_default()
    }

    #[inline]
    fn number_value(&mut self, at: usize, node: &Node, base: usize) -> Result<usize, Stop> {
        let (end, number) = self.number(at)?;
        if node.kinds & KIND_NUMBER == 0 {
            self.misfit(What::WrongType, at);
        } else if !self.lenient && (node.number != NO_CHECK || node.capture != NO_REGISTER) {
            let Some(value) = number.decimal() else { return Err(self.stop(What::NotDecimal, at)) };
            if let Some(check) = self.plans.numbers.get(node.number as usize)
                && let Err(what) = super::checks::check_number(check, value)
            {
                self.misfit(what, at);
            }
            if node.capture != NO_REGISTER {
                self.put(base, node.capture, Store::decimal(value));
            }
        }
        Ok(end)
    }

    /// `true`, `false` or `null`.
    fn constant(&mut self, at: usize, node: &Node, base: usize, value: Slot) -> Result<usize, Stop> {
        let end = self.literal(at, value)?;
        let kind = if value == Slot::Null { KIND_NULL } else { KIND_BOOL };
        let other = match node.boolean {
            1 => value == Slot::Bool(true),
            2 => value == Slot::Bool(false),
            _ => false,
        };
        if node.kinds & kind == 0 {
            self.misfit(What::WrongType, at);
        } else if other {
            self.misfit(What::WrongBoolean, at);
        }
        if node.capture != NO_REGISTER {
            self.put(base, node.capture, value);
        }
        Ok(end)
    }

    /// The literal of `value` stands at `at`; the position after it.
    pub(super) fn literal(&mut self, at: usize, value: Slot) -> Result<usize, Stop> {
        let literal: &[u8] = match value {
            Slot::Bool(true) => b"true",
            Slot::Bool(false) => b"false",
            _ => b"null",
        };
        let rest = self.input.get(at..).unwrap_or_default();
        if rest.starts_with(literal) {
            return Ok(at.wrapping_add(literal.len()));
        }
        let same = rest.iter().zip(literal).take_while(|(left, right)| left == right).count();
        Err(self.unexpected(at.wrapping_add(same)))
    }

    /// The colon after a key whose closing quote is at `quote`; the position after it.
    #[inline(always)]
    pub(super) fn colon(&mut self, quote: usize) -> Result<usize, Stop> {
        let mut at = quote.wrapping_add(1);
        if byte(self.input, at) != b':' {
            at = skip_space(self.input, at);
            if byte(self.input, at) != b':' {
                return Err(self.unexpected(at));
            }
        }
        Ok(at.wrapping_add(1))
    }
}
