//! What calls do, one after the other: the sequential machine that schedules are held to, written from language.md section 5 and sharing
//! nothing with the runtime. In: calls with their outcomes. Out: which calls would run.

/// A kind of call; all are about the same id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    /// Reads the status, which is `pending`.
    GetPending,
    /// Reads the status, which is `open`.
    GetOpen,
    /// Runs if the status is `pending`, and makes it `cancelled`.
    Set,
    /// Forgets the status.
    Close,
    /// Runs if the status is `open`.
    Open,
    /// Runs if the status is `cancelled`.
    Cancelled,
    /// Runs if the counter is below two, and counts.
    Bump,
    /// Forgets the counter.
    Reset,
    /// Adds the id to what was seen.
    List,
    /// Runs if the id was seen.
    Has,
    /// Twice per session.
    Pay,
    /// Marks the session.
    Look,
    /// Runs in a session without a mark.
    Send,
}

impl Kind {
    pub(crate) const ALL: [Self; 13] = [
        Self::GetPending,
        Self::GetOpen,
        Self::Set,
        Self::Close,
        Self::Open,
        Self::Cancelled,
        Self::Bump,
        Self::Reset,
        Self::List,
        Self::Has,
        Self::Pay,
        Self::Look,
        Self::Send,
    ];

    pub(crate) const fn tool(self) -> &'static str {
        match self {
            Self::GetPending | Self::GetOpen => "get",
            Self::Set => "set",
            Self::Close => "close",
            Self::Open => "open",
            Self::Cancelled => "cancelled",
            Self::Bump => "bump",
            Self::Reset => "reset",
            Self::List => "list",
            Self::Has => "has",
            Self::Pay => "pay",
            Self::Look => "look",
            Self::Send => "send",
        }
    }

    /// What its server answers.
    pub(crate) const fn answer(self) -> &'static str {
        match self {
            Self::GetPending => r#"{"status":"pending"}"#,
            Self::GetOpen => r#"{"status":"open"}"#,
            Self::List => r#"{"name":"a"}"#,
            _ => "{}",
        }
    }
}

/// How a call ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Result {
    Success,
    Failure,
    Lost,
}

impl Result {
    pub(crate) const ALL: [Self; 3] = [Self::Success, Self::Failure, Self::Lost];
}

/// What is remembered.
#[derive(Debug, Clone, Default)]
pub(crate) struct Model {
    status: Option<&'static str>,
    bumps: u32,
    seen: bool,
    paid: u32,
    dirty: bool,
}

impl Model {
    pub(crate) fn allows(&self, kind: Kind) -> bool {
        match kind {
            Kind::Set => self.status == Some("pending"),
            Kind::Open => self.status == Some("open"),
            Kind::Cancelled => self.status == Some("cancelled"),
            Kind::Bump => self.bumps < 2,
            Kind::Has => self.seen,
            Kind::Pay => self.paid < 2,
            Kind::Send => !self.dirty,
            Kind::GetPending | Kind::GetOpen | Kind::Close | Kind::Reset | Kind::List | Kind::Look => true,
        }
    }

    /// The whole life of a call that runs.
    pub(crate) fn run(&mut self, kind: Kind, result: Result) {
        match kind {
            // Labels are set whatever comes.
            Kind::Look => self.dirty = true,
            // What may have happened counts.
            Kind::Pay => self.paid += u32::from(result != Result::Failure),
            Kind::Bump => self.bumps += u32::from(result != Result::Failure),
            Kind::GetPending | Kind::GetOpen | Kind::Set | Kind::Close => match result {
                Result::Success => self.status = kind.teaches(),
                Result::Failure => {}
                Result::Lost => self.status = None,
            },
            Kind::Reset if result == Result::Success => self.bumps = 0,
            Kind::List if result == Result::Success => self.seen = true,
            Kind::Reset | Kind::List | Kind::Open | Kind::Cancelled | Kind::Has | Kind::Send => {}
        }
    }
}

impl Kind {
    /// Whether it runs depends on what is remembered.
    pub(crate) const fn depends(self) -> bool {
        matches!(
            self,
            Self::Set | Self::Open | Self::Cancelled | Self::Bump | Self::Has | Self::Pay | Self::Send
        )
    }

    const fn teaches(self) -> Option<&'static str> {
        match self {
            Self::GetPending => Some("pending"),
            Self::GetOpen => Some("open"),
            Self::Set => Some("cancelled"),
            _ => None,
        }
    }
}
