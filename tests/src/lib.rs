//! Tests of the whole. In: literate Markdown, generated policies. Out: passes and complaints; used by this package's own tests, by its
//! fuzz targets and by the long-running `differential`.

pub mod differential;
pub mod disk;
pub mod generate;
pub mod oracle;
pub mod spec;
