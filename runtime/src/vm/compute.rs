//! The instructions that write a register. In: slots. Out: a slot, missing where there is nothing to compute from.

use super::budget::Trap;
use super::dispatch::constant;
use super::dispatch::whole;
use super::machine::Machine;
use crate::number::SCALE;
use crate::program::instr::{Instr, Op};
use crate::program::pool::Const;
use crate::trace::Tracer;
use crate::value::{Slot, Store, code_points, weekday};
use crate::views::{Civil, civil};

impl<T: Tracer> Machine<'_, T> {
    /// Runs one instruction of the class of values.
    pub(super) fn compute(&mut self, instr: &Instr) -> Result<(), Trap> {
        let operand = self.read_wide(instr.b);
        let value = match instr.op {
            Op::LoadBool => Slot::Bool(instr.c != 0),
            Op::LoadNumber => self.number(instr.c),
            Op::LoadString => Slot::Text(constant(instr)),
            Op::Move => operand,
            Op::Coalesce => match self.read(instr.a) {
                Slot::Missing | Slot::Null => operand,
                kept => kept,
            },
            Op::AddScaled => self.add_scaled(self.read(instr.a), instr.c, operand),
            Op::AddNumber => self.add_number(self.read(instr.a), instr.c),
            Op::Negate => {
                let units = self.units(operand).and_then(i128::checked_neg);
                self.units_slot(units)
            }
            Op::Length => match self.text(operand) {
                Some(text) => {
                    self.budget.charge_text(text.len as usize)?;
                    whole(code_points(self.state.store.bytes(&self.inputs, text)))
                }
                None => Slot::Missing,
            },
            Op::Count => self.list(operand).map_or(Slot::Missing, |list| Store::whole(list.len.into())),
            Op::First => self.place(operand, |_| 0, instr.c),
            Op::Last => self.place(operand, |len| len.saturating_sub(1), instr.c),
            Op::Lower => match self.text(operand) {
                Some(text) => {
                    self.budget.charge_text(text.len as usize)?;
                    self.state.store.lower(&self.inputs, text).map_or(Slot::Missing, Slot::Text)
                }
                None => Slot::Missing,
            },
            Op::View => return self.view(operand, instr.c),
            Op::TableGet => self.table(operand, instr.c),
            Op::MapGet => self.map(operand, self.read(instr.a), instr.c)?,
            Op::Hour => {
                self.civil(operand, instr.c)?.map_or(Slot::Missing, |civil| Store::whole(civil.hour()))
            }
            Op::Weekday => {
                let day = self.civil(operand, instr.c)?.and_then(|civil| u8::try_from(civil.weekday()).ok());
                day.and_then(weekday).map_or(Slot::Missing, Slot::Text)
            }
            Op::CivilDate => {
                self.civil(operand, instr.c)?.map_or(Slot::Missing, |civil| Store::whole(civil.days))
            }
            Op::FactGet => self.fact_get(instr.b, instr.c)?,
            Op::Unscale => {
                let units = self.units(self.read(instr.a)).and_then(|units| unscaled(units, instr.c));
                self.units_slot(units)
            }
            // Of this class only `Clear` is left.
            _ => Slot::Missing,
        };
        self.write(instr.a, value);
        if matches!(instr.op, Op::Lower) || matches!(value, Slot::Wide(_)) {
            self.check_memory()?;
        }
        Ok(())
    }

    fn units_slot(&mut self, units: Option<i128>) -> Slot {
        units.map_or(Slot::Missing, |units| self.state.store.number(units))
    }

    fn add_scaled(&mut self, left: Slot, factor: u32, right: Slot) -> Slot {
        let factor = self.pdp.program().numbers.get(factor as usize).copied();
        let product = factor.zip(self.units(right)).and_then(|(factor, right)| product(factor, right));
        let sum = self.units(left).zip(product).and_then(|(left, product)| left.checked_add(product));
        self.units_slot(sum)
    }

    fn add_number(&mut self, left: Slot, constant: u32) -> Slot {
        let constant = self.pdp.program().numbers.get(constant as usize);
        let sum = self.units(left).zip(constant).and_then(|(left, constant)| left.checked_add(*constant));
        self.units_slot(sum)
    }

    /// A place in the element that `index` picks from the number of elements.
    fn place(&self, list: Slot, index: fn(u32) -> u32, offset: u32) -> Slot {
        let list = self.list(list).zip(u16::try_from(offset).ok());
        list.map_or(Slot::Missing, |(list, offset)| self.state.store.element(list, index(list.len), offset))
    }

    fn table(&mut self, key: Slot, table: u32) -> Slot {
        let found = self.bytes(key).zip(self.pdp.table(table)).and_then(|(key, table)| table.get(key));
        let tables = &self.pdp.program().tables;
        let value =
            found.zip(tables.get(table as usize)).and_then(|(at, table)| table.values.get(at as usize));
        match value {
            Some(Const::Bool(value)) => Slot::Bool(*value),
            Some(Const::Number(units)) => self.state.store.number(*units),
            Some(Const::Str(id)) => self.pdp.code().string(id.0).map_or(Slot::Missing, Slot::Text),
            None => Slot::Missing,
        }
    }

    /// The place `offset` of the entry whose key is `key`.
    fn map(&mut self, entries: Slot, key: Slot, offset: u32) -> Result<Slot, Trap> {
        let (Some(list), Some(_), Ok(offset)) = (self.list(entries), self.text(key), u16::try_from(offset))
        else {
            return Ok(Slot::Missing);
        };
        self.budget.charge(list.len.into())?;
        for index in 0..list.len {
            if self.same(self.state.store.element(list, index, 0), key)? == Some(true) {
                return Ok(self.state.store.element(list, index, offset));
            }
        }
        Ok(Slot::Missing)
    }

    /// Civil time of the moment in `slot`; `None` if it holds no moment.
    fn civil(&self, slot: Slot, zone: u32) -> Result<Option<Civil>, Trap> {
        let moment = self.units(slot).and_then(|units| i64::try_from(units.div_euclid(SCALE)).ok());
        let Some((moment, zone)) = moment.zip(self.pdp.zone(zone)) else { return Ok(None) };
        civil(moment, &zone).map(Some).map_err(|_| Trap::StateUnavailable)
    }
}

/// A number × 10^-places, if it is a whole number of units.
fn unscaled(units: i128, places: u32) -> Option<i128> {
    let factor = 10_i128.checked_pow(places)?;
    if units.checked_rem(factor)? == 0 { units.checked_div(factor) } else { None }
}

/// `factor × value`, both in units of 10⁻⁹, as far as it is exact.
fn product(factor: i128, value: i128) -> Option<i128> {
    // With factor = f·10⁹ + g and value = v·10⁹ + w: f·value + g·v + g·w/10⁹, so that no step is larger than it must be.
    let (f, g) = (factor.checked_div_euclid(SCALE)?, factor.checked_rem_euclid(SCALE)?);
    let (v, w) = (value.checked_div_euclid(SCALE)?, value.checked_rem_euclid(SCALE)?);
    let low = g.checked_mul(w)?;
    if low.checked_rem(SCALE)? != 0 {
        return None;
    }
    f.checked_mul(value)?.checked_add(g.checked_mul(v)?)?.checked_add(low.checked_div(SCALE)?)
}

#[cfg(test)]
mod tests {
    use super::product;
    use crate::number::SCALE;
    use proptest::prelude::*;

    #[test]
    fn products_are_exact_or_missing() {
        let half = SCALE / 2;
        assert_eq!(product(SCALE, 7), Some(7));
        assert_eq!(product(half, 4), Some(2));
        assert_eq!(product(half, 3), None);
        assert_eq!(product(-half, -4), Some(2));
        assert_eq!(product(1_000 * SCALE, crate::number::LIMIT), Some(1_000 * crate::number::LIMIT));
        assert_eq!(product(i128::MAX, i128::MAX), None);
        assert_eq!(product(i128::MIN, -SCALE), None);
    }

    proptest! {
        #[test]
        fn products_of_small_numbers(factor in any::<i64>(), value in any::<i64>()) {
            let whole = i128::from(factor) * i128::from(value);
            let expected = (whole % SCALE == 0).then_some(whole / SCALE);
            prop_assert_eq!(product(factor.into(), value.into()), expected);
        }
    }
}
