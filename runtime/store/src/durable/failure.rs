//! What redb reports, in the words of the runtime. In: its errors. Out: a [`StateError`] of stable meaning.

use policyc_runtime::state::StateError;
use std::io::ErrorKind;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// The meaning of an error of redb.
pub(super) fn state_error(error: impl Into<redb::Error>) -> StateError {
    match error.into() {
        redb::Error::DatabaseAlreadyOpen | redb::Error::LockProtocolMismatch => StateError::Locked,
        redb::Error::UpgradeRequired(_) => StateError::OtherFormat,
        redb::Error::Io(error) => io_error(&error),
        redb::Error::ValueTooLarge(_) => StateError::Capped,
        redb::Error::Corrupted(_)
        | redb::Error::RepairAborted
        | redb::Error::TableTypeMismatch { .. }
        | redb::Error::TableIsMultimap(_)
        | redb::Error::TableIsNotMultimap(_)
        | redb::Error::TypeDefinitionChanged { .. }
        | redb::Error::TableDoesNotExist(_) => StateError::Unreadable,
        // Among them an error after an earlier one: the file has to be opened anew.
        _ => StateError::Io,
    }
}

/// The meaning of an error of the file system.
pub(super) fn io_error(error: &std::io::Error) -> StateError {
    match error.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge => StateError::Full,
        // redb says so of a file that is not its own, and of one that ends too early.
        ErrorKind::InvalidData | ErrorKind::UnexpectedEof => StateError::Unreadable,
        _ => StateError::Io,
    }
}

/// Runs what may meet a damaged file. redb checks with assertions that no file of its own breaks; a damaged one may, and a host must
/// not go down with it.
pub(super) fn guarded<T>(work: impl FnOnce() -> Result<T, StateError>) -> Result<T, StateError> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or(Err(StateError::Unreadable))
}
