//! The file itself. In: a path. Out: an open database of ours, or why not.

use super::failure::{guarded, io_error, state_error};
use policyc_runtime::state::StateError;
use redb::{Database, ReadableDatabase, TableDefinition};
use std::ffi::OsString;
use std::fs::{self, File};
use std::path::{Path, PathBuf};

/// Cells by key: see [`super::row`].
pub(super) const CELLS: TableDefinition<'_, &[u8], &[u8]> = TableDefinition::new("policyc_cells");
/// [`FORMAT_KEY`] and [`VERSION_KEY`].
pub(super) const META: TableDefinition<'_, &str, u64> = TableDefinition::new("policyc_meta");
/// Under which the format version of the tables stands.
const FORMAT_KEY: &str = "format";
/// Under which the last version given out stands.
pub(super) const VERSION_KEY: &str = "version";
/// The format version of the tables.
const FORMAT: u64 = 1;
/// Bytes of the file that redb keeps in memory.
const CACHE: usize = 64 << 20;

/// Opens a whole file and reads its format version.
pub(super) fn open(path: &Path) -> Result<Database, StateError> {
    let found = fs::metadata(path).map_err(|error| io_error(&error))?;
    if !found.is_file() {
        return Err(StateError::Io);
    }
    if found.len() == 0 {
        // redb would take it for a new one, and forget what was charged.
        return Err(StateError::Unreadable);
    }
    guarded(|| {
        let mut builder = Database::builder();
        builder.set_cache_size(CACHE).set_check_integrity_on_open(true);
        let database = builder.open(path).map_err(state_error)?;
        let reading = database.begin_read().map_err(state_error)?;
        let meta = reading.open_table(META).map_err(state_error)?;
        let format = meta.get(FORMAT_KEY).map_err(state_error)?.map(|format| format.value());
        let version = meta.get(VERSION_KEY).map_err(state_error)?;
        match format {
            Some(FORMAT) if version.is_some() => {}
            Some(FORMAT) | None => return Err(StateError::Unreadable),
            Some(_) => return Err(StateError::OtherFormat),
        }
        drop((version, meta, reading));
        Ok(database)
    })
}

/// Makes a file without cells. It is made beside its place and linked to it once it is whole, so that a crash leaves none that
/// is half made, and another process that does the same loses.
pub(super) fn create(path: &Path) -> Result<(), StateError> {
    let draft = draft(path);
    let made = write_new(&draft).and_then(|()| fs::hard_link(&draft, path).map_err(|error| io_error(&error)));
    let _ = fs::remove_file(&draft);
    made?;
    sync_folder(path)
}

fn write_new(draft: &Path) -> Result<(), StateError> {
    // Left by a process of the same number that crashed.
    let _ = fs::remove_file(draft);
    guarded(|| {
        let database = Database::create(draft).map_err(state_error)?;
        let writing = database.begin_write().map_err(state_error)?;
        {
            writing.open_table(CELLS).map_err(state_error)?;
            let mut meta = writing.open_table(META).map_err(state_error)?;
            meta.insert(FORMAT_KEY, FORMAT).map_err(state_error)?;
            meta.insert(VERSION_KEY, 0).map_err(state_error)?;
        }
        writing.commit().map_err(state_error)
    })
}

fn draft(path: &Path) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(format!(".new-{}", std::process::id()));
    name.into()
}

/// Makes the new name durable, where folders can be synchronized.
fn sync_folder(path: &Path) -> Result<(), StateError> {
    if cfg!(not(unix)) {
        return Ok(());
    }
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(|error| io_error(&error))
}
