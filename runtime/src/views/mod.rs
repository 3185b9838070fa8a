//! Typed views of text: `email(s).domain`, `url(s).host`, `path(s) under "/srv"`, … as pure functions (semantics.md 26, 27).
//!
//! In: a text and a constant of the policy. Out: members, or nothing. The law of this room: a member is **absent** unless
//! the *whole* text can be read in exactly one way, so that what a policy judges is what every server will do. Nothing
//! here panics, recurses without bound, keeps state, or reads a clock.
//!
//! Two doors for the VM: [`eval`] (members of a view) and [`test`] (operators and functions of two texts), both by the
//! stable numbers of [`table`]. One for the compiler: [`check_operand`]. The functions behind them are public too.

#![cfg_attr(
    not(test),
    deny(clippy::arithmetic_side_effects, clippy::float_arithmetic, clippy::cast_possible_truncation)
)]

mod bank;
mod domain;
mod email;
mod eval;
mod ip;
mod number;
mod path;
mod percent;
mod screen;
mod script;
mod shell;
mod sink;
pub mod sql;
pub mod table;
mod text;
mod time;
mod url;

#[cfg(test)]
mod tests;

pub use bank::{BRANDS, Card, Iban, card, iban};
pub use email::{Email, email, emails};
pub use eval::{OperandError, Outcome, Param, check_operand, eval, test};
pub use ip::{CidrError, Ip, check_cidr, in_cidr, ip};
pub use number::number;
pub use path::{Path, RootError, check_root, path, under};
pub use screen::is_clean;
pub use script::{Writing, script};
pub use shell::{Command, shell};
pub use sink::{Event, Scratch, ViewSink, Wanted, offset_in};
pub use sql::{DIALECTS, Dialect, Sql, sql};
pub use table::{TESTS, TestId, VIEWS, ViewId};
pub use text::{length, lines, lower, mentions, words};
pub use time::{Civil, OutsideTables, Transition, WEEKDAYS, Zone, civil, date, time};
pub use url::{Url, url, urls};
