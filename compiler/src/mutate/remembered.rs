//! Changes of facts, labels and limits: what teaches, what sets and what counts is dropped; durations and quantities are moved.

use super::collect::Collector;
use super::{Kind, bounds};
use policyc_grammar::ast::{
    Counting, Each, FactAction, FactAfter, FactDecl, ForClause, ForKind, LabelAfter, LabelDecl, LimitDecl,
    LimitOn, LimitPart, LimitPartKind, LimitWindow,
};
use policyc_grammar::source::Span;

impl Collector<'_> {
    pub(super) fn fact(&mut self, fact: &FactDecl) {
        self.scope(&fact.scope);
        for after in &fact.after {
            self.drop(Kind::Source, after.span);
            self.fact_after(after);
        }
    }

    fn fact_after(&mut self, after: &FactAfter) {
        self.tools(&after.tools);
        self.clauses(&after.clauses);
        after.each.iter().for_each(|each| self.each(each));
        match &after.action {
            FactAction::Assign(_, value) | FactAction::Add(_, value) | FactAction::Charge(_, value) => {
                self.value(value);
            }
            FactAction::Forget(_) => {}
        }
    }

    fn each(&mut self, each: &Each) {
        self.value(&each.domain);
        if let Some(filter) = &each.filter {
            let clause = Span::new(each.domain.span.end, filter.span.end);
            self.replace(Kind::Clause, each.span, clause, "");
            self.condition(filter);
        }
    }

    pub(super) fn label(&mut self, label: &LabelDecl) {
        self.scope(&label.scope);
        for after in &label.after {
            // Without an `after` the host would set it.
            if label.after.len() > 1 {
                self.drop(Kind::Source, after.span);
            }
            self.label_after(after);
        }
    }

    fn label_after(&mut self, after: &LabelAfter) {
        self.tools(&after.tools);
        self.clauses(&after.clauses);
        self.scope(&after.scope);
    }

    fn scope(&mut self, scope: &[ForClause]) {
        for clause in scope {
            match &clause.kind {
                ForKind::Principal => {}
                ForKind::Duration(text) => {
                    self.at_end(Kind::Bound, clause.span, text, &bounds::duration(text));
                }
                ForKind::Calls(text) => {
                    // `for 5 calls`: the number stands between two words.
                    for moved in bounds::number(text) {
                        self.replace(Kind::Bound, clause.span, clause.span, format!("for {moved} calls"));
                    }
                }
            }
        }
    }

    pub(super) fn limit(&mut self, limit: &LimitDecl) {
        self.value(&limit.quantity);
        for part in &limit.parts {
            self.part(part);
        }
    }

    fn part(&mut self, part: &LimitPart) {
        match &part.kind {
            LimitPartKind::Per(LimitWindow::Duration(text)) => {
                self.at_end(Kind::Bound, part.span, text, &bounds::duration(text));
            }
            LimitPartKind::ForEach(keys) => {
                let spans: Vec<Span> = keys.iter().map(|key| key.span).collect();
                self.drop_each(Kind::Limit, part.span, &spans);
            }
            LimitPartKind::On(groups) => self.counted(part, groups),
            LimitPartKind::Exceeded(..) => self.drop(Kind::Effect, part.span),
            LimitPartKind::FailuresCount => self.drop(Kind::Limit, part.span),
            LimitPartKind::Clause(clause) => self.clause(clause),
            LimitPartKind::Per(_) | LimitPartKind::ForEveryone => {}
        }
    }

    fn counted(&mut self, part: &LimitPart, groups: &[LimitOn]) {
        let spans: Vec<Span> = groups
            .iter()
            .map(|group| match &group.counting {
                Some(counting) => group.tools.span.to(counting.value.span),
                None => group.tools.span,
            })
            .collect();
        self.drop_each(Kind::Tool, part.span, &spans);
        for group in groups {
            self.tools(&group.tools);
            group.counting.iter().for_each(|counting| self.counting(part, counting));
        }
    }

    fn counting(&mut self, part: &LimitPart, counting: &Counting) {
        if let Some(distinct) = counting.distinct {
            self.replace(Kind::Limit, part.span, distinct, "");
        }
        self.value(&counting.value);
    }
}
