//! Tests of the whole. In: literate Markdown, generated policies. Out: passes and complaints.

pub mod disk;
pub mod spec;
