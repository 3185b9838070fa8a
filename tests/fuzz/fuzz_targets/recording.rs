//! The recording reader. In: lines. Law: nothing panics.
#![no_main]

use libfuzzer_sys::fuzz_target;
use policyc_compiler::replay::line::read_line;

fuzz_target!(|data: &[u8]| {
    for line in data.split(|byte| *byte == b'\n') {
        let _ = read_line(line);
    }
});
