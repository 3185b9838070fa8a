//! The three truth values of strong Kleene logic. In: truth values. Out: truth values.

/// A truth value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Truth {
    /// It does not hold.
    False,
    /// What it reads is absent, ill-typed or not parsed.
    Unknown,
    /// It holds.
    True,
}

impl Truth {
    /// From what is known.
    #[must_use]
    pub const fn of(holds: bool) -> Self {
        if holds { Self::True } else { Self::False }
    }

    /// From what may be unknown.
    #[must_use]
    pub const fn from_option(holds: Option<bool>) -> Self {
        match holds {
            Some(holds) => Self::of(holds),
            None => Self::Unknown,
        }
    }

    /// Kleene negation.
    #[must_use]
    pub const fn not(self) -> Self {
        match self {
            Self::False => Self::True,
            Self::Unknown => Self::Unknown,
            Self::True => Self::False,
        }
    }

    /// Kleene conjunction: the least, with False < Unknown < True.
    #[must_use]
    pub fn all(parts: impl IntoIterator<Item = Self>) -> Self {
        parts.into_iter().min().unwrap_or(Self::True)
    }

    /// Kleene disjunction: the greatest.
    #[must_use]
    pub fn any(parts: impl IntoIterator<Item = Self>) -> Self {
        parts.into_iter().max().unwrap_or(Self::False)
    }
}
