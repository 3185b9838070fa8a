//! How conditions are put together, simplified on the way: constants fold, nested conjunctions become one. In and out: [`Cond`].

use super::{At, Cond, Loop, Test, TestKind, Unknown, Value};

/// Which of a condition's three values count as holding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Polarity {
    /// True alone: what a grant needs.
    True,
    /// True and unknown: what a restriction needs.
    NotFalse,
}

impl Polarity {
    /// What the operand of a negation needs.
    #[must_use]
    pub const fn flipped(self) -> Self {
        match self {
            Self::True => Self::NotFalse,
            Self::NotFalse => Self::True,
        }
    }

    /// What a condition that is unknown comes to.
    #[must_use]
    pub const fn unknown(self) -> Cond {
        Cond::Const(matches!(self, Self::NotFalse))
    }
}

impl Cond {
    /// Always.
    pub const TRUE: Self = Self::Const(true);
    /// Never.
    pub const FALSE: Self = Self::Const(false);

    /// All of these hold.
    pub fn all(parts: impl IntoIterator<Item = Self>) -> Self {
        let mut flat = Vec::new();
        for part in parts {
            match part {
                Self::Const(true) => {}
                Self::Const(false) => return Self::FALSE,
                Self::All(inner) => flat.extend(inner),
                Self::Any(_) | Self::Test(_) | Self::Loop(_) | Self::Let(..) => flat.push(part),
            }
        }
        Self::single(flat, Self::All).unwrap_or(Self::TRUE)
    }

    /// One of these holds.
    pub fn any(parts: impl IntoIterator<Item = Self>) -> Self {
        let mut flat = Vec::new();
        for part in parts {
            match part {
                Self::Const(false) => {}
                Self::Const(true) => return Self::TRUE,
                Self::Any(inner) => flat.extend(inner),
                Self::All(_) | Self::Test(_) | Self::Loop(_) | Self::Let(..) => flat.push(part),
            }
        }
        Self::single(flat, Self::Any).unwrap_or(Self::FALSE)
    }

    /// The only part, or the parts together; `None` if there is none. A part that stands twice is needed once.
    fn single(mut parts: Vec<Self>, together: fn(Vec<Self>) -> Self) -> Option<Self> {
        parts.dedup();
        match parts.len() {
            0 | 1 => parts.pop(),
            _ => Some(together(parts)),
        }
    }

    /// The opposite.
    #[must_use]
    pub fn negated(self) -> Self {
        match self {
            Self::Const(value) => Self::Const(!value),
            Self::All(parts) => Self::any(parts.into_iter().map(Self::negated)),
            Self::Any(parts) => Self::all(parts.into_iter().map(Self::negated)),
            Self::Test(test) => Self::Test(test.negated()),
            Self::Loop(inner) => {
                let Loop { all, depth, list, zip, body, at } = *inner;
                Self::Loop(Box::new(Loop { all: !all, depth, list, zip, body: body.negated(), at }))
            }
            Self::Let(local, value, body) => Self::bind(local, *value, body.negated()),
        }
    }

    /// A test; `certain`: its operands rule out unknown.
    #[must_use]
    pub fn test(kind: TestKind, polarity: Polarity, certain: bool, at: At) -> Self {
        let unknown = match polarity {
            _ if certain => Unknown::Never,
            Polarity::True => Unknown::False,
            Polarity::NotFalse => Unknown::True,
        };
        Self::Test(Test { kind, negate: false, unknown, at })
    }

    /// A test that is never unknown.
    #[must_use]
    pub fn sure(kind: TestKind, at: At) -> Self {
        Self::test(kind, Polarity::True, true, at)
    }

    /// Some element satisfies the body; the body may use frames from `depth` on.
    #[must_use]
    pub fn some(depth: u8, list: Value, zip: Option<Value>, body: Self, at: At) -> Self {
        if list == Value::Missing || body == Self::FALSE {
            return Self::FALSE;
        }
        Self::Loop(Box::new(Loop { all: false, depth, list, zip, body, at }))
    }

    /// `body`, in which the local of that number has this value.
    #[must_use]
    pub fn bind(local: u32, value: Value, body: Self) -> Self {
        if matches!(body, Self::Const(_)) { body } else { Self::Let(local, Box::new(value), Box::new(body)) }
    }
}

impl Test {
    /// The opposite.
    #[must_use]
    pub fn negated(self) -> Self {
        let unknown = match self.unknown {
            Unknown::Never => Unknown::Never,
            Unknown::False => Unknown::True,
            Unknown::True => Unknown::False,
        };
        Self { negate: !self.negate, unknown, ..self }
    }
}
