//! `pattern` of JSON Schemas. In: a pattern in the spelling that imported types hold. Out: whether it is found in a text.
//!
//! Types hold patterns as the regex-syntax crate prints them, so its own slow engine reads them; the VM runs automata instead.

use regex_automata::nfa::thompson::pikevm::PikeVM;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Patterns, each compiled once.
#[derive(Debug, Default)]
pub(super) struct SchemaPatterns(RefCell<BTreeMap<Arc<str>, Option<PikeVM>>>);

impl SchemaPatterns {
    /// The pattern is found somewhere in the text; `None` if it is none.
    pub(super) fn find(&self, pattern: &Arc<str>, text: &str) -> Option<bool> {
        let mut known = self.0.borrow_mut();
        let engine = known.entry(pattern.clone()).or_insert_with(|| PikeVM::new(pattern).ok());
        engine.as_ref().map(|engine| engine.is_match(&mut engine.create_cache(), text))
    }
}
