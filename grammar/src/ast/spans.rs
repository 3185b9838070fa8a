//! Every span of a tree. In: a tree and a function from span to span. Out: the tree with each span replaced: moved to
//! an item's own first byte, or erased for comparison.

use super::{
    Annotation, Arm, CallStep, Clause, ClauseKind, Counting, Each, Expr, ExprKind, FactAction, FactAfter,
    FactDecl, FieldDecl, ForClause, Item, ItemKind, LabelAfter, LabelDecl, LimitDecl, LimitOn, LimitPart,
    LimitPartKind, LimitWindow, Name, PathStep, RecordType, RedactDecl, RedactPart, RedactPartKind,
    ResultPath, Shown, Step, StepKind, StringLit, TestOutcome, ToolList, ToolPattern, ToolPatternKind,
    TypeExpr, TypeKind, With,
};
use crate::source::Span;

/// Replaces each span below a node. Recurses as deep as the tree, which the parser bounds.
pub trait MapSpans {
    /// Replaces every span of the node and below by `map` of it.
    fn map_spans(&mut self, map: &mut impl FnMut(Span) -> Span);
}

impl<T: MapSpans> MapSpans for Vec<T> {
    fn map_spans(&mut self, map: &mut impl FnMut(Span) -> Span) {
        for node in self {
            node.map_spans(map);
        }
    }
}

impl<T: MapSpans> MapSpans for Option<T> {
    fn map_spans(&mut self, map: &mut impl FnMut(Span) -> Span) {
        if let Some(node) = self {
            node.map_spans(map);
        }
    }
}

impl<T: MapSpans> MapSpans for Box<T> {
    fn map_spans(&mut self, map: &mut impl FnMut(Span) -> Span) {
        (**self).map_spans(map);
    }
}

impl<A: MapSpans, B: MapSpans> MapSpans for (A, B) {
    fn map_spans(&mut self, map: &mut impl FnMut(Span) -> Span) {
        self.0.map_spans(map);
        self.1.map_spans(map);
    }
}

impl MapSpans for Span {
    fn map_spans(&mut self, map: &mut impl FnMut(Span) -> Span) {
        *self = map(*self);
    }
}

macro_rules! map_fields {
    ($($node:ty { $($field:ident),* })*) => {
        $(impl MapSpans for $node {
            fn map_spans(&mut self, map: &mut impl FnMut(Span) -> Span) {
                $(self.$field.map_spans(map);)*
            }
        })*
    };
}

map_fields! {
    Name { span }
    StringLit { span }
    Annotation { name, args, span }
    With { name, value, span }
    Clause { kind, span }
    Arm { name, effect_span, clauses, span }
    Step { kind, span }
    ToolList { patterns, except, hints, having, span }
    ToolPattern { kind, span }
    RecordType { fields, span }
    FieldDecl { name, ty }
    TypeExpr { kind, span }
    Expr { kind, span }
    FactDecl { name, params, ty, scope, after }
    ForClause { span }
    FactAfter { tools, clauses, each, action, span }
    Each { name, domain, filter, span }
    LabelDecl { name, scope, after }
    LabelAfter { tools, clauses, scope, span }
    LimitDecl { name, quantity, parts }
    LimitPart { kind, span }
    LimitOn { tools, counting }
    Counting { distinct, value }
    RedactDecl { name, tools, parts }
    RedactPart { kind, span }
    ResultPath { steps, span }
    CallStep { server, tool, args, outcome, expect_span, by, shown }
    Item { annotations, shadow, kind, span }
}

impl MapSpans for ItemKind {
    fn map_spans(&mut self, map: &mut impl FnMut(Span) -> Span) {
        match self {
            Self::Error(broken) => broken.names.map_spans(map),
            Self::Edition(_, span) => span.map_spans(map),
            Self::Policy(name, title) => {
                name.map_spans(map);
                title.map_spans(map);
            }
            Self::ImportTools { alias, path, open } => {
                alias.map_spans(map);
                path.map_spans(map);
                open.map_spans(map);
            }
            Self::ImportGuardrails(path) | Self::ImportFile(path) => path.map_spans(map),
            Self::ImportStd { module, names } => {
                module.map_spans(map);
                names.map_spans(map);
            }
            Self::Principal(record) | Self::Session(record) => record.map_spans(map),
            Self::ApproversDefault(names) => names.map_spans(map),
            Self::Let(name, value) => {
                name.map_spans(map);
                value.map_spans(map);
            }
            Self::Group(name, tools) | Self::Accept { what: name, tools } => {
                name.map_spans(map);
                tools.map_spans(map);
            }
            Self::Fn { name, params, result, body } => {
                name.map_spans(map);
                params.map_spans(map);
                result.map_spans(map);
                body.map_spans(map);
            }
            Self::Rule { name, effect: _, effect_span, tools, clauses } => {
                name.map_spans(map);
                effect_span.map_spans(map);
                tools.map_spans(map);
                clauses.map_spans(map);
            }
            Self::Decide { name, tools, with, arms } => {
                name.map_spans(map);
                tools.map_spans(map);
                with.map_spans(map);
                arms.map_spans(map);
            }
            Self::Hide { name, tools, clauses } => {
                name.map_spans(map);
                tools.map_spans(map);
                clauses.map_spans(map);
            }
            Self::Result { tools, shape } => {
                tools.map_spans(map);
                shape.map_spans(map);
            }
            Self::Fact(fact) => fact.map_spans(map),
            Self::Label(label) => label.map_spans(map),
            Self::Limit(limit) => limit.map_spans(map),
            Self::ResultRule { name, effect: _, effect_span, tools, clauses } => {
                name.map_spans(map);
                effect_span.map_spans(map);
                tools.map_spans(map);
                clauses.map_spans(map);
            }
            Self::ReplyRule { name, effect: _, effect_span, clauses } => {
                name.map_spans(map);
                effect_span.map_spans(map);
                clauses.map_spans(map);
            }
            Self::Redact(redact) => redact.map_spans(map),
            Self::Append { name, text, clauses } => {
                name.map_spans(map);
                text.map_spans(map);
                clauses.map_spans(map);
            }
            Self::Test { name, steps } => {
                name.map_spans(map);
                steps.map_spans(map);
            }
        }
    }
}

impl MapSpans for FactAction {
    fn map_spans(&mut self, map: &mut impl FnMut(Span) -> Span) {
        match self {
            Self::Assign(target, value) | Self::Charge(target, value) => {
                target.map_spans(map);
                value.map_spans(map);
            }
            Self::Add(target, value) => {
                target.map_spans(map);
                value.map_spans(map);
            }
            Self::Forget(target) => target.map_spans(map),
        }
    }
}

impl MapSpans for LimitPartKind {
    fn map_spans(&mut self, map: &mut impl FnMut(Span) -> Span) {
        match self {
            Self::Per(LimitWindow::Duration(_) | LimitWindow::Session)
            | Self::ForEveryone
            | Self::FailuresCount => {}
            Self::Per(LimitWindow::Calendar(unit, zone)) => {
                unit.map_spans(map);
                zone.map_spans(map);
            }
            Self::ForEach(keys) => keys.map_spans(map),
            Self::On(groups) => groups.map_spans(map),
            Self::Exceeded(_, span) => span.map_spans(map),
            Self::Clause(clause) => clause.map_spans(map),
        }
    }
}

impl MapSpans for RedactPartKind {
    fn map_spans(&mut self, map: &mut impl FnMut(Span) -> Span) {
        match self {
            Self::Paths(paths) => paths.map_spans(map),
            Self::Patterns(patterns) => patterns.map_spans(map),
            Self::KeepImages => {}
            Self::Marker(text) => text.map_spans(map),
            Self::Clause(clause) => clause.map_spans(map),
        }
    }
}

impl MapSpans for PathStep {
    fn map_spans(&mut self, map: &mut impl FnMut(Span) -> Span) {
        match self {
            Self::Key(name) | Self::Deep(name) => name.map_spans(map),
            Self::Every => {}
        }
    }
}

impl MapSpans for Shown {
    fn map_spans(&mut self, map: &mut impl FnMut(Span) -> Span) {
        match self {
            Self::Redacting(paths) => paths.map_spans(map),
            Self::Withheld(span) => span.map_spans(map),
        }
    }
}

impl MapSpans for TestOutcome {
    fn map_spans(&mut self, map: &mut impl FnMut(Span) -> Span) {
        match self {
            Self::Silent | Self::Fails | Self::Lost => {}
            Self::Returns(value) => value.map_spans(map),
        }
    }
}

impl MapSpans for ClauseKind {
    fn map_spans(&mut self, map: &mut impl FnMut(Span) -> Span) {
        match self {
            Self::When(condition) | Self::Unless(condition) => condition.map_spans(map),
            Self::With(with) => with.map_spans(map),
            Self::Because(text) => text.map_spans(map),
            Self::From(approvers) => approvers.map_spans(map),
            Self::Quorum(_) | Self::Within(_) => {}
        }
    }
}

impl MapSpans for StepKind {
    fn map_spans(&mut self, map: &mut impl FnMut(Span) -> Span) {
        match self {
            Self::Error | Self::After(_) => {}
            Self::Principal(value) | Self::Session(value) | Self::At(value) => value.map_spans(map),
            Self::Label(name) => name.map_spans(map),
            Self::Call(call) => call.map_spans(map),
            Self::Answer { approved: _, by, from, expect, reasons } => {
                by.map_spans(map);
                from.map_spans(map);
                if let Some((_, span)) = expect {
                    span.map_spans(map);
                }
                reasons.map_spans(map);
            }
            Self::Reply { text, expect: _, expect_span, by, appending } => {
                text.map_spans(map);
                expect_span.map_spans(map);
                by.map_spans(map);
                appending.map_spans(map);
            }
        }
    }
}

impl MapSpans for ToolPatternKind {
    fn map_spans(&mut self, map: &mut impl FnMut(Span) -> Span) {
        match self {
            Self::Every => {}
            Self::Group(name) | Self::Glob(name, _) => name.map_spans(map),
            Self::Exact(alias, tool) => {
                alias.map_spans(map);
                tool.map_spans(map);
            }
        }
    }
}

impl MapSpans for TypeKind {
    fn map_spans(&mut self, map: &mut impl FnMut(Span) -> Span) {
        match self {
            Self::Error => {}
            Self::Named(name) => name.map_spans(map),
            Self::Generic(name, args) => {
                name.map_spans(map);
                args.map_spans(map);
            }
            Self::Literal(literal) => literal.map_spans(map),
            Self::Union(members) => members.map_spans(map),
            Self::Record(record) => record.map_spans(map),
            Self::Optional(inner) => inner.map_spans(map),
        }
    }
}

impl MapSpans for ExprKind {
    fn map_spans(&mut self, map: &mut impl FnMut(Span) -> Span) {
        match self {
            Self::Error
            | Self::Bool(_)
            | Self::Null
            | Self::Number(_)
            | Self::Regex { pattern: _, flags: _ }
            | Self::Duration(_)
            | Self::Date(_)
            | Self::Timestamp(_)
            | Self::Name(_) => {}
            Self::Str(literal) => literal.map_spans(map),
            Self::Field(base, name) => {
                base.map_spans(map);
                name.map_spans(map);
            }
            Self::Index(base, index) => {
                base.map_spans(map);
                index.map_spans(map);
            }
            Self::Call(name, args) => {
                name.map_spans(map);
                args.map_spans(map);
            }
            Self::List(elements) | Self::And(elements) | Self::Or(elements) => elements.map_spans(map),
            Self::Table(entries) => entries.map_spans(map),
            Self::Unary(_, operand) | Self::Has(operand) | Self::Known(operand) | Self::Paren(operand) => {
                operand.map_spans(map);
            }
            Self::HasLabel(base, label) => {
                base.map_spans(map);
                label.map_spans(map);
            }
            Self::Binary(_, place, left, right) => {
                place.map_spans(map);
                left.map_spans(map);
                right.map_spans(map);
            }
            Self::Is(operand, ty) => {
                operand.map_spans(map);
                ty.map_spans(map);
            }
            Self::Quantifier { kind: _, vars, domain, body } => {
                vars.map_spans(map);
                domain.map_spans(map);
                body.map_spans(map);
            }
            Self::Aggregate { kind: _, var, domain, body } => {
                var.map_spans(map);
                domain.map_spans(map);
                body.map_spans(map);
            }
        }
    }
}
