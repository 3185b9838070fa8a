//! The parser that LALRPOP generates from `policy.lalrpop`. In: tokens. Out: [`policy::StartParser`].
#![expect(
    clippy::allow_attributes,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::too_many_lines,
    clippy::type_complexity,
    clippy::unreachable,
    clippy::unwrap_used,
    clippy::vec_box,
    unreachable_pub,
    reason = "generated code keeps its own habits"
)]

lalrpop_util::lalrpop_mod!(pub(crate) policy);
