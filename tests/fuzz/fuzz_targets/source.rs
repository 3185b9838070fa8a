//! Lexer, parser and formatter. In: bytes of a policy file. Laws: nothing panics; what is formatted is formatted to itself, and reads
//! as the same statements.
#![no_main]

use libfuzzer_sys::fuzz_target;
use policyc_grammar::format::{FormatError, format};
use policyc_grammar::parse::{parse, parse_bytes};

fuzz_target!(|data: &[u8]| {
    let parsed = parse_bytes(data);
    let Ok(text) = std::str::from_utf8(data) else {
        assert!(parsed.has_errors());
        return;
    };
    match format(text) {
        Ok(formatted) => {
            assert!(!parsed.has_errors());
            let again = parse(&formatted);
            assert!(!again.has_errors(), "formatted text does not parse");
            assert_eq!(again.ast.items.len(), parsed.ast.items.len());
            assert_eq!(
                format(&formatted).ok().as_deref(),
                Some(formatted.as_str()),
                "formatting is not idempotent"
            );
        }
        Err(FormatError::Syntax(_)) => assert!(parsed.has_errors()),
        Err(FormatError::Unsound(_)) => {}
    }
});
