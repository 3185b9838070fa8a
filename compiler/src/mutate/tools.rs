//! Changes of tool lists: each tool is dropped, each exception, and what narrows the list.

use super::Kind;
use super::collect::Collector;
use policyc_grammar::ast::ToolList;
use policyc_grammar::source::Span;

impl Collector<'_> {
    pub(super) fn tools(&mut self, tools: &ToolList) {
        let patterns: Vec<Span> = tools.patterns.iter().map(|pattern| pattern.span).collect();
        self.drop_each(Kind::Tool, tools.span, &patterns);
        let excepted: Vec<Span> = tools.except.iter().map(|pattern| pattern.span).collect();
        if let ([_], Some(last)) = (excepted.as_slice(), patterns.last())
            && tools.hints.is_none()
            && tools.having.is_empty()
        {
            // The only exception goes with its word.
            let tail = Span::new(last.end, tools.span.end);
            self.replace(Kind::Tool, tools.span, tail, "");
        }
        self.drop_each(Kind::Tool, tools.span, &excepted);
        if let Some(hints) = &tools.hints {
            self.condition(hints);
        }
        let having: Vec<Span> = tools.having.iter().map(|path| path.span).collect();
        self.drop_each(Kind::Tool, tools.span, &having);
    }
}
