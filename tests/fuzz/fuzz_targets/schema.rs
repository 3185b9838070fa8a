//! Schema importer and tool lock. In: bytes of a tool list or of a lock. Laws: nothing panics; a lock that was made can be read again and
//! is the same.
#![no_main]

use libfuzzer_sys::fuzz_target;
use policyc_compiler::lock::{ImportOptions, Lock, import_document};
use policyc_compiler::schema::import_args;

fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else { return };
    if let Ok(value) = serde_json::from_str(text) {
        let _ = import_args(&value);
    }
    if let Ok(imported) = import_document(text, "fuzz", &ImportOptions::default()) {
        let written = imported.lock.to_text();
        let read = Lock::load(&written).expect("a lock that was written can be read");
        assert_eq!(read.to_text(), written);
    }
    let _ = Lock::load(text);
});
