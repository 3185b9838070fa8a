//! The worst-case cost of a decision. In: a program's code. Out: a polynomial in the size of the request, for the header; the
//! emitter and the verifier both call [`of`].
//!
//! The VM charges one unit per instruction, and for an instruction that goes through a list or a text one more per element, per
//! [`TEXT_UNIT`] bytes compared or searched, per [`PATTERN_UNIT`] bytes matched, or what the table of views says: so the
//! instruction cap bounds the work, not only the number of steps.
//! Outside loops an instruction runs once. A JSON element takes at least two bytes of the request, so that an instruction in d
//! nested loops runs at most (n/2)^d times.

use super::flow::{LIST, Region, regions};
use super::instr::{Instr, Op, Reg};
use super::verify::VerifyError;
use super::{Caps, Cost, Program};
use crate::views::{self, TestId, ViewId};
use alloc::string::String;

/// Bytes of text that cost as much as one instruction.
pub const TEXT_UNIT: usize = 64;
/// What a look-up in what is remembered costs.
pub const MEMORY_UNITS: u64 = 16;
/// Bytes of text run through a pattern that cost as much as one instruction.
pub const PATTERN_UNIT: usize = 8;

impl Cost {
    /// The bound for a request of `bytes` bytes: arguments, principal and session together, and the program's longest text
    /// constant where a typed view reads constants. Saturating.
    #[must_use]
    pub const fn bound(&self, bytes: u64) -> u64 {
        let cubic = self.cubic.saturating_mul(bytes);
        let quadratic = self.quadratic.saturating_add(cubic).saturating_mul(bytes);
        let linear = self.linear.saturating_add(quadratic).saturating_mul(bytes);
        self.constant.saturating_add(linear)
    }

    /// The greater of each coefficient: bounds both.
    #[must_use]
    fn max(self, other: Self) -> Self {
        Self {
            constant: self.constant.max(other.constant),
            linear: self.linear.max(other.linear),
            quadratic: self.quadratic.max(other.quadratic),
            cubic: self.cubic.max(other.cubic),
        }
    }
}

/// The cost to state in the header: for each power of the request's size, the greatest coefficient of any tool.
///
/// # Errors
/// Code whose shape the verifier refuses: without an end, or with loops that do not nest or nest more than three deep.
pub fn of(program: &Program) -> Result<Cost, VerifyError> {
    let decisions = regions(program)?.into_iter().filter(|region| region.frame.sections != LIST);
    Ok(decisions.map(|region| cost_of(program, &region)).fold(Cost::default(), Cost::max))
}

fn cost_of(program: &Program, region: &Region) -> Cost {
    let mut sum = Sum { caps: program.caps, steps: [0; 4], scans: [0; 4] };
    for pc in region.range.clone() {
        let Some(instr) = program.code.get(pc) else { continue };
        let nesting = region.nesting(pc);
        let scan = scan(program, instr);
        sum.step(nesting, scan.fixed.saturating_add(1));
        sum.scan(nesting.saturating_add(scan.powers), scan.units);
    }
    sum.cost()
}

/// Units per power of the request's size.
#[derive(Debug)]
struct Sum {
    caps: Caps,
    /// Instructions by the number of loops around them.
    steps: [u64; 4],
    /// Further units, by power.
    scans: [u64; 4],
}

impl Sum {
    /// `units` in every round of `nesting` loops.
    fn step(&mut self, nesting: usize, units: u64) {
        if let Some(steps) = self.steps.get_mut(nesting) {
            *steps = steps.saturating_add(units);
        }
    }

    /// `units` times the given power of the request's size.
    fn scan(&mut self, power: usize, units: u64) {
        let top = self.scans.len().saturating_sub(1);
        // Powers that the polynomial lacks are bounded by the byte cap: arguments, principal and session each.
        let most = u64::from(self.caps.bytes).saturating_mul(3);
        let units = (top..power).fold(units, |units, _| units.saturating_mul(most));
        if let Some(scans) = self.scans.get_mut(power.min(top)) {
            *scans = scans.saturating_add(units);
        }
    }

    fn cost(&self) -> Cost {
        let [constant, linear, quadratic, cubic] = self.steps;
        let [_, linear_scans, quadratic_scans, cubic_scans] = self.scans;
        Cost {
            constant,
            linear: linear.div_ceil(2).saturating_add(linear_scans),
            quadratic: quadratic.div_ceil(4).saturating_add(quadratic_scans),
            cubic: cubic.div_ceil(8).saturating_add(cubic_scans),
        }
    }
}

/// What one run of an instruction costs beyond itself.
#[derive(Debug, Clone, Copy, Default)]
struct Scan {
    /// However small the request.
    fixed: u64,
    /// Times the request's size to the power `powers`, beyond the loops around it.
    units: u64,
    /// What is read from an element is part of what its loop goes through, so it is one power less than for a register.
    powers: usize,
}

impl Scan {
    const NONE: Self = Self { fixed: 0, units: 0, powers: 0 };

    fn of(units: u64, element: bool) -> Self {
        Self { fixed: 0, units, powers: usize::from(!element) }
    }

    /// As the table of views says.
    fn view(cost: views::table::Cost, constant: usize, element: bool) -> Self {
        let per_byte = u64::from(cost.per_byte);
        let constant = per_byte.saturating_mul(u64::try_from(constant).unwrap_or(u64::MAX));
        Self { fixed: constant.saturating_add(cost.fixed.into()), ..Self::of(per_byte, element) }
    }
}

fn scan(program: &Program, instr: &Instr) -> Scan {
    let a = Reg(instr.a).as_element().is_some();
    let b = u16::try_from(instr.b).is_ok_and(|b| Reg(b).as_element().is_some());
    let constant = usize::try_from(instr.c).unwrap_or(usize::MAX);
    match instr.op {
        Op::Contains
        | Op::ContainsReg
        | Op::Matches
        | Op::ListHasString
        | Op::ListHasNumber
        | Op::ListHasReg
        | Op::SubsetStrings => Scan::of(1, a),
        Op::EqRegs | Op::StartsWithReg | Op::EndsWithReg => Scan::of(1, a || b),
        Op::Length | Op::Lower | Op::MapGet => Scan::of(1, b),
        Op::SubsetRegs => Scan { fixed: 0, units: 1, powers: if a || b { 1 } else { 2 } },
        Op::View => {
            let view = program.views.get(constant).and_then(|call| ViewId::from_number(call.view));
            view.and_then(ViewId::spec).map_or(Scan::NONE, |spec| Scan::view(spec.cost, 0, b))
        }
        Op::Under => {
            let root = program.strings.get(constant).map_or(0, String::len);
            Scan::view(test_cost(TestId::PathUnder), root, a)
        }
        // An address has at most this many bytes; longer text is none.
        Op::InCidr => Scan { units: 0, ..Scan::view(test_cost(TestId::IpInCidr), LONGEST_ADDRESS, a) },
        Op::Mentions => {
            let cost = test_cost(TestId::Mentions);
            // The value is no longer than the text, or it is not looked for.
            Scan::view(views::table::Cost { per_byte: cost.per_byte.saturating_mul(2), ..cost }, 0, a)
        }
        // A look-up in what is remembered: the key is made of the operands' text.
        Op::HasLabel | Op::SetLabel => Scan { fixed: MEMORY_UNITS, ..Scan::NONE },
        Op::InSet
        | Op::FactGet
        | Op::Charge
        | Op::Pend
        | Op::Tally
        | Op::Learn
        | Op::Unlearn
        | Op::Join
        | Op::Forget => Scan { fixed: MEMORY_UNITS, units: 1, powers: 1 },
        Op::Jump
        | Op::End
        | Op::Match
        | Op::EndDenies
        | Op::EndStatements
        | Op::Switch
        | Op::Loop
        | Op::Next
        | Op::MemoTest
        | Op::MemoSet
        | Op::Present
        | Op::IsNull
        | Op::IsKind
        | Op::IsTrue
        | Op::EqString
        | Op::CompareNumber
        | Op::CompareRegs
        | Op::InStrings
        | Op::InNumbers
        | Op::StartsWith
        | Op::EndsWith
        | Op::SameLength
        | Op::Clear
        | Op::LoadBool
        | Op::LoadNumber
        | Op::LoadString
        | Op::Move
        | Op::Coalesce
        | Op::AddScaled
        | Op::AddNumber
        | Op::Count
        | Op::First
        | Op::Last
        | Op::TableGet
        | Op::Hour
        | Op::Weekday
        | Op::CivilDate
        | Op::Negate
        | Op::Unscale => Scan::NONE,
    }
}

/// The cost of a test, over the bytes of both texts.
pub(crate) fn test_cost(test: TestId) -> views::table::Cost {
    let spec = views::TESTS.iter().find(|spec| spec.id == test);
    spec.map_or(views::table::Cost { fixed: 0, per_byte: 0 }, |spec| spec.cost)
}

/// Most bytes of an IP address in text, and of a block.
pub(crate) const LONGEST_ADDRESS: usize = 128;
