//! Changes of redactions: a path or a pattern too few, images that are no longer kept.

use super::Kind;
use super::collect::Collector;
use policyc_grammar::ast::{RedactDecl, RedactPart, RedactPartKind};
use policyc_grammar::source::Span;

impl Collector<'_> {
    pub(super) fn redact(&mut self, redact: &RedactDecl) {
        self.tools(&redact.tools);
        let removes =
            |part: &&RedactPart| matches!(part.kind, RedactPartKind::Paths(_) | RedactPartKind::Patterns(_));
        let several = redact.parts.iter().filter(removes).count() > 1;
        for part in &redact.parts {
            if several && removes(&part) {
                self.drop(Kind::Redaction, part.span);
            }
            self.redact_part(part);
        }
    }

    fn redact_part(&mut self, part: &RedactPart) {
        match &part.kind {
            RedactPartKind::Paths(paths) => {
                let spans: Vec<Span> = paths.iter().map(|path| path.span).collect();
                self.drop_each(Kind::Redaction, part.span, &spans);
            }
            RedactPartKind::Patterns(patterns) => {
                let spans: Vec<Span> = patterns.iter().map(|pattern| pattern.span).collect();
                self.drop_each(Kind::Redaction, part.span, &spans);
                patterns.iter().for_each(|pattern| self.value(pattern));
            }
            RedactPartKind::KeepImages => self.drop(Kind::Redaction, part.span),
            RedactPartKind::Clause(clause) => self.clause(clause),
            // What stands in its place is for people.
            RedactPartKind::Marker(_) => {}
        }
    }
}
