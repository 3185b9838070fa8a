//! Changes of statements. In: the items of a file. Out: each statement dropped, given another effect, about fewer tools, without a clause;
//! and what `conditions` makes of its expressions.

use super::collect::Collector;
use super::{Edit, Kind, bounds};
use policyc_grammar::ast::{Arm, Clause, ClauseKind, Effect, Item, ItemKind, TypeExpr, TypeKind, With};
use policyc_grammar::source::Span;

impl Collector<'_> {
    pub(super) fn item(&mut self, item: &Item) {
        // A shadow never decides, so no decision shows what it says.
        if item.shadow.is_some() {
            return;
        }
        match &item.kind {
            ItemKind::Let(name, value) => {
                self.begin(item.start, &name.text);
                self.value(value);
            }
            ItemKind::Group(name, tools) => {
                self.begin(item.start, &name.text);
                self.tools(tools);
            }
            ItemKind::Fn { name, result, body, .. } => {
                self.begin(item.start, &name.text);
                if is_bool(result) { self.condition(body) } else { self.value(body) }
            }
            ItemKind::Rule { name, effect, effect_span, tools, clauses } => {
                self.statement(item, &name.text);
                self.effect(*effect, *effect_span, clauses);
                self.tools(tools);
                self.clauses(clauses);
            }
            ItemKind::Decide { name, tools, with, arms } => {
                self.statement(item, &name.text);
                self.tools(tools);
                self.with(with);
                self.arms(&name.text, arms);
            }
            ItemKind::Hide { name, tools, clauses } => {
                self.statement(item, &name.text);
                self.tools(tools);
                self.clauses(clauses);
            }
            ItemKind::ResultRule { name, tools, clauses, .. } => {
                self.statement(item, &name.text);
                self.tools(tools);
                self.clauses(clauses);
            }
            ItemKind::ReplyRule { name, clauses, .. } | ItemKind::Append { name, clauses, .. } => {
                self.statement(item, &name.text);
                self.clauses(clauses);
            }
            ItemKind::Redact(redact) => {
                self.statement(item, &redact.name.text);
                self.redact(redact);
            }
            ItemKind::Fact(fact) => {
                self.begin(item.start, &fact.name.text);
                self.fact(fact);
            }
            ItemKind::Label(label) => {
                self.begin(item.start, &label.name.text);
                self.label(label);
            }
            ItemKind::Limit(limit) => {
                self.statement(item, &limit.name.text);
                self.limit(limit);
            }
            _ => {}
        }
    }

    /// A statement that can be dropped.
    fn statement(&mut self, item: &Item, name: &str) {
        self.begin(item.start, name);
        self.drop(Kind::Statement, item.span);
    }

    fn effect(&mut self, effect: Effect, at: Span, clauses: &[Clause]) {
        let others = match effect {
            Effect::Allow => [Effect::Ask, Effect::Deny],
            Effect::Ask => [Effect::Allow, Effect::Deny],
            Effect::Deny => [Effect::Allow, Effect::Ask],
        };
        for other in others {
            let mut edits = vec![Edit { span: at, text: other.spelling().to_owned() }];
            // Only an ask has terms.
            edits.extend(clauses.iter().filter(|clause| is_term(clause)).map(dropped));
            self.change(Kind::Effect, at, edits);
        }
    }

    fn arms(&mut self, decide: &str, arms: &[Arm]) {
        for (number, arm) in arms.iter().enumerate() {
            self.statement = format!("{decide}.{}", arm.name.text);
            if arms.len() > 1 {
                self.drop(Kind::Arm, arm.span);
            }
            // Two refusals, or two permits, say the same in either order.
            if let Some(next) = arms.get(number + 1)
                && (next.effect != arm.effect || arm.effect == Some(Effect::Ask))
            {
                self.swap(Kind::Order, (&arm.name.text, &next.name.text), (arm.span, next.span));
            }
            if let Some(effect) = arm.effect {
                self.effect(effect, arm.effect_span, &arm.clauses);
            }
            self.clauses(&arm.clauses);
        }
    }

    pub(super) fn clauses(&mut self, clauses: &[Clause]) {
        for clause in clauses {
            self.clause(clause);
        }
    }

    pub(super) fn clause(&mut self, clause: &Clause) {
        match &clause.kind {
            ClauseKind::When(condition) | ClauseKind::Unless(condition) => {
                self.drop(Kind::Clause, clause.span);
                self.condition(condition);
            }
            ClauseKind::With(with) => self.value(&with.value),
            ClauseKind::From(approvers) => {
                let spans: Vec<Span> = approvers.iter().map(|approver| approver.span).collect();
                self.drop_each(Kind::Terms, clause.span, &spans);
            }
            ClauseKind::Quorum(text) => self.at_end(Kind::Terms, clause.span, text, &bounds::number(text)),
            ClauseKind::Within(text) => self.at_end(Kind::Terms, clause.span, text, &bounds::duration(text)),
            // What people are told shows in no decision.
            ClauseKind::Because(_) => {}
        }
    }

    fn with(&mut self, with: &[With]) {
        for one in with {
            self.value(&one.value);
        }
    }
}

fn is_term(clause: &Clause) -> bool {
    matches!(clause.kind, ClauseKind::From(_) | ClauseKind::Quorum(_) | ClauseKind::Within(_))
}

fn dropped(clause: &Clause) -> Edit {
    Edit { span: clause.span, text: String::new() }
}

fn is_bool(ty: &TypeExpr) -> bool {
    matches!(&ty.kind, TypeKind::Named(name) if name.text == "bool")
}
