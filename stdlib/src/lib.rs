//! The standard library, written in the policy language. In: nothing. Out: the text of each module.
//!
//! What the language cannot say (typed views) lives in the runtime; these files build on it. Each file is a policy of its own over a
//! tool that takes texts: the rules and tests at its foot show and check what its functions mean, an import takes the functions alone.

/// Every module: its name after `std.`, and its text.
pub const MODULES: &[(&str, &str)] = &[
    ("email", include_str!("../std/email.policy")),
    ("intent", include_str!("../std/intent.policy")),
    ("path", include_str!("../std/path.policy")),
    ("pii", include_str!("../std/pii.policy")),
    ("text", include_str!("../std/text.policy")),
    ("time", include_str!("../std/time.policy")),
    ("url", include_str!("../std/url.policy")),
];

/// The tool lock that the tests in the modules call.
pub const PROBE_LOCK: &str = include_str!("../std/probe.lock.json");
