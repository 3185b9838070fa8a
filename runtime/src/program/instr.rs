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

/// Most decimal places that a value may be shifted by.
pub const MAX_PLACES: u32 = 18;

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
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
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

/// What an operand field holds: the verifier checks it, the listing prints it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Nothing; the field is 0.
    Unused,
    /// A register (or a place in a frame) that is read.
    Read,
    /// A plain register that is written.
    Write,
    /// A plain register that is read and written.
    Update,
    /// A loop's depth.
    Depth,
    /// The second list of a `zip`, or `u32::MAX`.
    SecondList,
    /// A memo cell.
    Memo,
    /// 0 false, 1 true, 2 unknown.
    Truth,
    /// A [`Compare`].
    Compare,
    /// A mask of kinds.
    Kinds,
    /// 0 or 1.
    Bool,
    /// An offset in an element's frame.
    Offset,
    /// Index into the program's statements.
    Statement,
    /// Index into the switches.
    Switch,
    /// Index into the strings.
    String,
    /// Index into the numbers.
    Number,
    /// Index into the string sets.
    StringSet,
    /// Index into the number sets.
    NumberSet,
    /// Index into the patterns.
    Pattern,
    /// Index into the address blocks.
    Cidr,
    /// Index into the tables.
    Table,
    /// Index into the views.
    View,
    /// Index into the zones.
    Zone,
    /// Decimal places, at most [`MAX_PLACES`].
    Places,
    /// The first of the plain registers that hold a key's values: as many as the fact or limit has.
    Keys,
    /// The first of the plain registers that hold a fact's fields: as many as it has.
    Fields,
    /// Index into the facts.
    Fact,
    /// Index into the parts of facts.
    FactRead,
    /// Index into the labels.
    Label,
    /// Index into the labels as calls set them.
    LabelSet,
    /// Index into the limits.
    Limit,
    /// An instruction further on.
    Forward,
    /// The instruction after the loop's [`Op::Next`].
    LoopEnd,
    /// The instruction after the [`Op::Loop`].
    LoopStart,
}

/// What an operation is for; fixes the flags that it may carry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// Moves on; no flags.
    Control,
    /// Says that a statement matches; [`GRANTS`].
    Statement,
    /// Computes a truth value; [`NEGATE`], [`UNKNOWN_IS_TRUE`].
    Test,
    /// Writes a register; no flags.
    Value,
    /// Charges a limit or says what is to be remembered; no flags.
    Memory,
}

/// The instruction table: per row the name, its number in the file, its name in listings, its class, and what the operands
/// `a`, `b`, `c` and `target` hold. The enum, its decoding, its display and the verifier's operand checks come from here.
macro_rules! instructions {
    ($(#[$enum_doc:meta])* { $($(#[doc = $doc:literal])* $name:ident = $code:literal, $text:literal, $class:ident,
        [$a:ident, $b:ident, $c:ident, $target:ident];)* }) => {
        $(#[$enum_doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(u8)]
        pub enum Op {
            $($(#[doc = $doc])* $name = $code,)*
        }

        impl Op {
            /// Every operation, by number.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// The operation with this number.
            #[must_use]
            pub const fn from_code(code: u8) -> Option<Self> {
                match code {
                    $($code => Some(Self::$name),)*
                    _ => None,
                }
            }

            /// Its number in the file.
            #[must_use]
            pub const fn code(self) -> u8 {
                self as u8
            }

            /// Its name in listings: snake case.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$name => $text,)*
                }
            }

            /// What it does, for the generated reference: the text at its row in the table.
            #[must_use]
            pub const fn doc(self) -> &'static str {
                match self {
                    $(Self::$name => concat!($($doc),*),)*
                }
            }

            /// What it is for.
            #[must_use]
            pub const fn class(self) -> Class {
                match self {
                    $(Self::$name => Class::$class,)*
                }
            }

            /// What `a`, `b`, `c` and `target` hold.
            #[must_use]
            pub const fn roles(self) -> [Role; 4] {
                match self {
                    $(Self::$name => [Role::$a, Role::$b, Role::$c, Role::$target],)*
                }
            }
        }
    };
}

instructions! {
    /// Operations. *Missing* operands, and operands of another kind than the test wants, make a test unknown unless stated.
    /// Number operands of tests and of `Add*` are registers that hold numbers (timestamps, dates, durations included).
    {
        // ---- control ----
        /// Go to `target`.
        Jump = 0, "jump", Control, [Unused, Unused, Unused, Forward];
        /// Stop.
        End = 1, "end", Control, [Unused, Unused, Unused, Unused];
        /// Statement `c` matches. On an ask, [`GRANTS`] says that its condition is true.
        Match = 2, "match", Statement, [Unused, Unused, Statement, Unused];
        /// End of the phase of denies: if a deny that is not shadow has matched, stop (a full trace goes on).
        EndDenies = 3, "end_denies", Control, [Unused, Unused, Unused, Unused];
        /// Text in `a` selects a target of switch `c` (its own default and missing targets; `target` is unused and 0).
        Switch = 4, "switch", Control, [Read, Unused, Switch, Unused];
        /// Enter the loop at depth `b` over the list in `a` (a `zip`: over two lists of equal length, the second at depth `b`+1 in the
        /// register `c`, otherwise `c` is `u32::MAX`). Empty or no list: go to `target`, the instruction after the matching `Next`.
        Loop = 5, "loop", Control, [Read, Depth, SecondList, LoopEnd];
        /// Go to the next element of the loop at depth `b`: to `target`, the instruction after its `Loop`; past the last element, fall through.
        Next = 6, "next", Control, [Unused, Depth, Unused, LoopStart];
        /// Memo cell `c`: not computed: next instruction. Otherwise its value as a test: true goes to `b`, false to `target`.
        MemoTest = 7, "memo_test", Test, [Unused, Forward, Memo, Forward];
        /// Memo cell `c` := `b` (0 false, 1 true, 2 unknown).
        MemoSet = 8, "memo_set", Control, [Unused, Truth, Memo, Unused];
        // ---- tests ----
        /// `a` is present and not null. Never unknown.
        Present = 16, "present", Test, [Read, Unused, Unused, Forward];
        /// `a` is present and null. Never unknown.
        IsNull = 17, "is_null", Test, [Read, Unused, Unused, Forward];
        /// `a` holds one of the kinds in the mask `c` ([`KIND_INTEGER`]: a number without fraction). Never unknown; missing: false.
        IsKind = 18, "is_kind", Test, [Read, Unused, Kinds, Forward];
        /// `a` is the boolean `true`.
        IsTrue = 19, "is_true", Test, [Read, Unused, Unused, Forward];
        /// The text in `a` equals string `c`.
        EqString = 20, "eq_string", Test, [Read, Unused, String, Forward];
        /// Number in `a` compared by `b` ([`Compare`]) with number `c`.
        CompareNumber = 21, "compare_number", Test, [Read, Compare, Number, Forward];
        /// The scalars in `a` and register `b` are equal: unknown unless of one kind.
        EqRegs = 22, "eq_regs", Test, [Read, Read, Unused, Forward];
        /// Number in `a` compared by `c` ([`Compare`]) with the one in register `b`.
        CompareRegs = 23, "compare_regs", Test, [Read, Read, Compare, Forward];
        /// The text in `a` is in string set `c`.
        InStrings = 24, "in_strings", Test, [Read, Unused, StringSet, Forward];
        /// The number in `a` is in number set `c`.
        InNumbers = 25, "in_numbers", Test, [Read, Unused, NumberSet, Forward];
        /// The list in `a` has an element (at frame offset 0) equal to string `c`. Kleene: no equal element, and one that is not text: unknown.
        ListHasString = 26, "list_has_string", Test, [Read, Unused, String, Forward];
        /// The same for number `c`.
        ListHasNumber = 27, "list_has_number", Test, [Read, Unused, Number, Forward];
        /// The same for the scalar in register `b`.
        ListHasReg = 28, "list_has_reg", Test, [Read, Read, Unused, Forward];
        /// The text in `a` starts with string `c`.
        StartsWith = 29, "starts_with", Test, [Read, Unused, String, Forward];
        /// The text in `a` ends with string `c`.
        EndsWith = 30, "ends_with", Test, [Read, Unused, String, Forward];
        /// The text in `a` contains string `c`.
        Contains = 31, "contains", Test, [Read, Unused, String, Forward];
        /// The text in `a` starts with the text in register `b`.
        StartsWithReg = 32, "starts_with_reg", Test, [Read, Read, Unused, Forward];
        /// The text in `a` ends with the text in register `b`.
        EndsWithReg = 33, "ends_with_reg", Test, [Read, Read, Unused, Forward];
        /// The text in `a` contains the text in register `b`.
        ContainsReg = 34, "contains_reg", Test, [Read, Read, Unused, Forward];
        /// Pattern `c` matches the text in `a`.
        Matches = 35, "matches", Test, [Read, Unused, Pattern, Forward];
        /// `path(a) under` string `c`.
        Under = 36, "under", Test, [Read, Unused, String, Forward];
        /// The address in `a` is in block `c`.
        InCidr = 37, "in_cidr", Test, [Read, Unused, Cidr, Forward];
        /// The text in register `b` occurs in the text in `a` as whole words.
        Mentions = 38, "mentions", Test, [Read, Read, Unused, Forward];
        /// Every element of the list in `a` (offset 0) is in string set `c`. Kleene over the elements.
        SubsetStrings = 39, "subset_strings", Test, [Read, Unused, StringSet, Forward];
        /// Every element of the list in `a` equals an element of the list in register `b`. Kleene.
        SubsetRegs = 40, "subset_regs", Test, [Read, Read, Unused, Forward];
        /// The lists in `a` and register `b` have the same number of elements.
        SameLength = 41, "same_length", Test, [Read, Read, Unused, Forward];
        /// The label `c` is set. Never unknown.
        HasLabel = 42, "has_label", Test, [Unused, Unused, Label, Forward];
        /// The scalar in `a` is in the set that fact `c` holds under the keys from `b` on. Nothing learned: false.
        InSet = 43, "in_set", Test, [Read, Keys, Fact, Forward];
        // ---- values: write register `a`, never branch; what cannot be computed writes missing ----
        /// `a` := missing.
        Clear = 64, "clear", Value, [Write, Unused, Unused, Unused];
        /// `a` := boolean `c` (0 or 1).
        LoadBool = 65, "load_bool", Value, [Write, Unused, Bool, Unused];
        /// `a` := number `c`.
        LoadNumber = 66, "load_number", Value, [Write, Unused, Number, Unused];
        /// `a` := string `c`.
        LoadString = 67, "load_string", Value, [Write, Unused, String, Unused];
        /// `a` := register `b`.
        Move = 68, "move", Value, [Write, Read, Unused, Unused];
        /// If `a` is missing or null, `a` := register `b`.
        Coalesce = 69, "coalesce", Value, [Update, Read, Unused, Unused];
        /// `a` := `a` + number `c` × register `b`; missing if either is no number. Exact: the compiler proves that it fits i128, and the VM
        /// writes missing if not. A coefficient is in units of 10⁻⁹, so `1000000000` is one; the product is exact or missing.
        AddScaled = 70, "add_scaled", Value, [Update, Read, Number, Unused];
        /// `a` := `a` + number `c`; missing if `a` is no number.
        AddNumber = 71, "add_number", Value, [Update, Unused, Number, Unused];
        /// `a` := code points of the text in `b`.
        Length = 72, "length", Value, [Write, Read, Unused, Unused];
        /// `a` := number of elements of the list in `b` (of members captured as a list).
        Count = 73, "count", Value, [Write, Read, Unused, Unused];
        /// `a` := offset `c` of the first element of the list in `b`; missing if empty.
        First = 74, "first", Value, [Write, Read, Offset, Unused];
        /// `a` := offset `c` of the last element of the list in `b`; missing if empty.
        Last = 75, "last", Value, [Write, Read, Offset, Unused];
        /// `a` := the text in `b` with ASCII letters in lower case.
        Lower = 76, "lower", Value, [Write, Read, Unused, Unused];
        /// Evaluate view call `c` on the text in `b`; `a` is unused. Members not present, or a text that does not parse: missing.
        View = 77, "view", Value, [Unused, Read, View, Unused];
        /// `a` := value of table `c` under the text in `b`; missing without such a key.
        TableGet = 78, "table_get", Value, [Write, Read, Table, Unused];
        /// `a` := offset `c` of the member of the entry list in `b` whose key (offset 0) equals the text in `a`; missing without such a key.
        MapGet = 79, "map_get", Value, [Update, Read, Offset, Unused];
        /// `a` := hour 0–23 of the timestamp in `b` in zone `c`. After the zone's horizon the decision is Deny, `state_unavailable`.
        Hour = 80, "hour", Value, [Write, Read, Zone, Unused];
        /// `a` := `"mon"` … `"sun"` of the timestamp in `b` in zone `c`.
        Weekday = 81, "weekday", Value, [Write, Read, Zone, Unused];
        /// `a` := civil date (days since 1970-01-01) of the timestamp in `b` in zone `c`.
        CivilDate = 82, "civil_date", Value, [Write, Read, Zone, Unused];
        /// `a` := the number of units of 10⁻⁹ in `b` negated; missing if no number.
        Negate = 83, "negate", Value, [Write, Read, Unused, Unused];
        /// `a` := the part `c` of a fact under the keys from `b` on; missing if it is not known. A counter is 0 until it is charged.
        FactGet = 84, "fact_get", Value, [Write, Keys, FactRead, Unused];
        /// `a` := `a` × 10^-`c`; missing if that is not a whole number of units of 10⁻⁹.
        Unscale = 85, "unscale", Value, [Update, Unused, Places, Unused];
        // ---- memory ----
        /// End of the statements that are no limits: if they deny or permit nothing, stop.
        EndStatements = 96, "end_statements", Control, [Unused, Unused, Unused, Unused];
        /// Limit `c` counts the amount (or the distinct value) in `a` under the keys from `b` on. If that exceeds it, its statement matches;
        /// an amount that is missing or negative, or a key that is missing, denies (`unmeasurable`).
        Charge = 97, "charge", Memory, [Read, Keys, Limit, Unused];
        /// The label `c` is set.
        SetLabel = 98, "set_label", Memory, [Unused, Unused, LabelSet, Unused];
        /// What fact `c` holds under the keys from `b` on is unknown until the call's outcome.
        Pend = 99, "pend", Memory, [Unused, Keys, Fact, Unused];
        /// Counter `c` grows by the amount in `a` under the keys from `b` on; an amount or key that is missing denies (`unmeasurable`).
        Tally = 100, "tally", Memory, [Read, Keys, Fact, Unused];
        /// Fact `c` holds the fields from `a` on under the keys from `b` on.
        Learn = 101, "learn", Memory, [Fields, Keys, Fact, Unused];
        /// Fact `c` is unknown under the keys from `b` on.
        Unlearn = 102, "unlearn", Memory, [Unused, Keys, Fact, Unused];
        /// The scalar in `a` joins the set that fact `c` holds under the keys from `b` on.
        Join = 103, "join", Memory, [Read, Keys, Fact, Unused];
        /// Fact `c` holds nothing under the keys from `b` on.
        Forget = 104, "forget", Memory, [Unused, Keys, Fact, Unused];
    }
}

impl core::fmt::Display for Op {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(self.name())
    }
}

impl Op {
    /// The flags that it may carry.
    #[must_use]
    pub const fn flags(self) -> u8 {
        match self.class() {
            Class::Control | Class::Value | Class::Memory => 0,
            Class::Statement => GRANTS,
            Class::Test => NEGATE | UNKNOWN_IS_TRUE,
        }
    }
}

impl Compare {
    /// The comparison with this number.
    #[must_use]
    pub const fn from_code(code: u32) -> Option<Self> {
        match code {
            0 => Some(Self::Eq),
            1 => Some(Self::Ne),
            2 => Some(Self::Lt),
            3 => Some(Self::Le),
            4 => Some(Self::Gt),
            5 => Some(Self::Ge),
            _ => None,
        }
    }

    /// As it is written: `<=`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Eq => "==",
            Self::Ne => "!=",
            Self::Lt => "<",
            Self::Le => "<=",
            Self::Gt => ">",
            Self::Ge => ">=",
        }
    }

    /// Whether two values in this order satisfy it.
    #[must_use]
    pub const fn holds(self, ordering: core::cmp::Ordering) -> bool {
        match self {
            Self::Eq => ordering.is_eq(),
            Self::Ne => ordering.is_ne(),
            Self::Lt => ordering.is_lt(),
            Self::Le => ordering.is_le(),
            Self::Gt => ordering.is_gt(),
            Self::Ge => ordering.is_ge(),
        }
    }
}

/// The bits of [`KIND_INTEGER`] and of the `KIND_*` of plans.
pub const ALL_KINDS: u32 = KIND_INTEGER | super::plan::KIND_ANY as u32;
