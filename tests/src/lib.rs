//! Tests of the whole: literate specification, differential and property tests.
