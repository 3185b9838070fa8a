//! The instruction set. In: the emitter. Out: run by the VM, checked by the verifier, printed by the listing.
//!
//! Registers and frames. An operand is a [`Reg`]: a plain register, or a place in the frame of the element that the loop at
//! some depth stands on. Registers that a plan did not fill hold *missing*.
//!
//! Tests. A test computes true, false or unknown. `negate` swaps true and false; then unknown becomes true if
//! `unknown_is_true` is set and false otherwise. On true the next instruction runs, on false the one at `target`.
//! So three-valued values never exist at run time: each condition is emitted for the polarity that it needs.
//!
//! Control flow is forward only, save [`Op::Next`], which goes back into its own loop: termination is structural.

/// Most registers that a tool may use.
pub const MAX_REGISTERS: u16 = 0x7FFF;
/// Deepest nesting of loops (a `zip` uses two).
pub const MAX_LOOPS: u8 = 6;
/// Most registers in the frame of a list element.
pub const MAX_STRIDE: u16 = 0x0FFF;

/// An operand.
///
/// Bit 15 clear: register number. Bit 15 set: bits 12–14 are the loop's depth, bits 0–11 the offset in its element's frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Reg(pub u16);

impl Reg {
    /// The place at `offset` in the frame of the current element of the loop at `depth`.
    #[must_use]
    pub const fn element(depth: u8, offset: u16) -> Self {
        Self(0x8000 | ((depth as u16 & 7) << 12) | (offset & 0x0FFF))
    }

    /// `Some((depth, offset))` for a place in a frame.
    #[must_use]
    pub const fn as_element(self) -> Option<(u8, u16)> {
        if self.0 & 0x8000 == 0 { None } else { Some((((self.0 >> 12) & 7) as u8, self.0 & 0x0FFF)) }
    }
}

/// Flag: swap true and false before deciding where to go.
pub const NEGATE: u8 = 1;
/// Flag: unknown counts as true (after negation).
pub const UNKNOWN_IS_TRUE: u8 = 2;
/// Flag of [`Op::Match`] on an ask: its condition is true, so consent may permit the call.
pub const GRANTS: u8 = 4;

/// One instruction: 16 bytes in memory and in the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Instr {
    /// What to do.
    pub op: Op,
    /// Flags.
    pub flags: u8,
    /// First operand: tested or written register, or loop depth.
    pub a: u16,
    /// Second operand: see [`Op`].
    pub b: u32,
    /// Third operand: index of a constant.
    pub c: u32,
    /// Where a false test goes.
    pub target: u32,
}

/// Comparison of two numbers, as operand value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Compare {
    /// `==`
    Eq = 0,
    /// `!=`
    Ne = 1,
    /// `<`
    Lt = 2,
    /// `<=`
    Le = 3,
    /// `>`
    Gt = 4,
    /// `>=`
    Ge = 5,
}

/// Kinds for [`Op::IsKind`]: the `KIND_*` bits of plans, and this one.
pub const KIND_INTEGER: u32 = 64;

/// Operations. *Missing* operands, and operands of another kind than the test wants, make a test unknown unless stated.
/// Number operands of tests and of `Add*` are registers that hold numbers (timestamps, dates, durations included).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Op {
    // ---- control ----
    /// Go to `target`.
    Jump = 0,
    /// Stop.
    End = 1,
    /// Statement `c` matches. On an ask, [`GRANTS`] says that its condition is true.
    Match = 2,
    /// End of the phase of denies: if a deny that is not shadow has matched, stop (a full trace goes on).
    EndDenies = 3,
    /// Text in `a` selects a target of switch `c` (its own default and missing targets; `target` is unused and 0).
    Switch = 4,
    /// Enter the loop at depth `b` over the list in `a` (a `zip`: over two lists of equal length, the second at depth `b`+1 in the
    /// register `c`, otherwise `c` is `u32::MAX`). Empty or no list: go to `target`, the instruction after the matching `Next`.
    Loop = 5,
    /// Go to the next element of the loop at depth `b`: to `target`, the instruction after its `Loop`; past the last element, fall through.
    Next = 6,
    /// Memo cell `c`: not computed: next instruction. Otherwise its value as a test: true goes to `b`, false to `target`.
    MemoTest = 7,
    /// Memo cell `c` := `b` (0 false, 1 true, 2 unknown).
    MemoSet = 8,

    // ---- tests ----
    /// `a` is present and not null. Never unknown.
    Present = 16,
    /// `a` is present and null. Never unknown.
    IsNull = 17,
    /// `a` holds one of the kinds in the mask `c` ([`KIND_INTEGER`]: a number without fraction). Never unknown; missing: false.
    IsKind = 18,
    /// `a` is the boolean `true`.
    IsTrue = 19,
    /// The text in `a` equals string `c`.
    EqString = 20,
    /// Number in `a` compared by `b` ([`Compare`]) with number `c`.
    CompareNumber = 21,
    /// The scalars in `a` and register `b` are equal: unknown unless of one kind.
    EqRegs = 22,
    /// Number in `a` compared by `c` ([`Compare`]) with the one in register `b`.
    CompareRegs = 23,
    /// The text in `a` is in string set `c`.
    InStrings = 24,
    /// The number in `a` is in number set `c`.
    InNumbers = 25,
    /// The list in `a` has an element (at frame offset 0) equal to string `c`. Kleene: no equal element, and one that is not text: unknown.
    ListHasString = 26,
    /// The same for number `c`.
    ListHasNumber = 27,
    /// The same for the scalar in register `b`.
    ListHasReg = 28,
    /// The text in `a` starts with string `c`.
    StartsWith = 29,
    /// The text in `a` ends with string `c`.
    EndsWith = 30,
    /// The text in `a` contains string `c`.
    Contains = 31,
    /// The text in `a` starts with the text in register `b`.
    StartsWithReg = 32,
    /// The text in `a` ends with the text in register `b`.
    EndsWithReg = 33,
    /// The text in `a` contains the text in register `b`.
    ContainsReg = 34,
    /// Pattern `c` matches the text in `a`.
    Matches = 35,
    /// `path(a) under` string `c`.
    Under = 36,
    /// The address in `a` is in block `c`.
    InCidr = 37,
    /// The text in register `b` occurs in the text in `a` as whole words.
    Mentions = 38,
    /// Every element of the list in `a` (offset 0) is in string set `c`. Kleene over the elements.
    SubsetStrings = 39,
    /// Every element of the list in `a` equals an element of the list in register `b`. Kleene.
    SubsetRegs = 40,
    /// The lists in `a` and register `b` have the same number of elements.
    SameLength = 41,

    // ---- values: write register `a`, never branch; what cannot be computed writes missing ----
    /// `a` := missing.
    Clear = 64,
    /// `a` := boolean `c` (0 or 1).
    LoadBool = 65,
    /// `a` := number `c`.
    LoadNumber = 66,
    /// `a` := string `c`.
    LoadString = 67,
    /// `a` := register `b`.
    Move = 68,
    /// If `a` is missing or null, `a` := register `b`.
    Coalesce = 69,
    /// `a` := `a` + number `c` × register `b`; missing if either is no number. Exact: the compiler proves that it fits i128, and the VM
    /// writes missing if not. A coefficient is in units of 10⁻⁹, so `1000000000` is one; the product is exact or missing.
    AddScaled = 70,
    /// `a` := `a` + number `c`; missing if `a` is no number.
    AddNumber = 71,
    /// `a` := code points of the text in `b`.
    Length = 72,
    /// `a` := number of elements of the list in `b` (of members captured as a list).
    Count = 73,
    /// `a` := offset `c` of the first element of the list in `b`; missing if empty.
    First = 74,
    /// `a` := offset `c` of the last element of the list in `b`; missing if empty.
    Last = 75,
    /// `a` := the text in `b` with ASCII letters in lower case.
    Lower = 76,
    /// Evaluate view call `c` on the text in `b`; `a` is unused. Members not present, or a text that does not parse: missing.
    View = 77,
    /// `a` := value of table `c` under the text in `b`; missing without such a key.
    TableGet = 78,
    /// `a` := offset `c` of the member of the entry list in `b` whose key (offset 0) equals the text in `a`; missing without such a key.
    MapGet = 79,
    /// `a` := hour 0–23 of the timestamp in `b` in zone `c`. After the zone's horizon the decision is Deny, `state_unavailable`.
    Hour = 80,
    /// `a` := `"mon"` … `"sun"` of the timestamp in `b` in zone `c`.
    Weekday = 81,
    /// `a` := civil date (days since 1970-01-01) of the timestamp in `b` in zone `c`.
    CivilDate = 82,
    /// `a` := the number of units of 10⁻⁹ in `b` negated; missing if no number.
    Negate = 83,
}
