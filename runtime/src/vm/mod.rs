//! The VM.

pub(crate) mod zones;
