//! Every span of a tree. In: a tree and a function from span to span. Out: the tree with each span replaced: moved to
//! an item's own first byte, or erased for comparison.

use super::{
    Annotation, Arm, Clause, ClauseKind, Expr, ExprKind, FieldDecl, Item, ItemKind, Name, RecordType, Step,
    StepKind, StringLit, ToolList, ToolPattern, ToolPatternKind, TypeExpr, TypeKind, With,
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
            Self::Group(name, tools) => {
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
            Self::Test { name, steps } => {
                name.map_spans(map);
                steps.map_spans(map);
            }
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
            Self::Error => {}
            Self::Principal(value) | Self::Session(value) | Self::At(value) => value.map_spans(map),
            Self::Call { server, tool, args, expect: _, expect_span, by } => {
                server.map_spans(map);
                tool.map_spans(map);
                args.map_spans(map);
                expect_span.map_spans(map);
                by.map_spans(map);
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
            Self::Unary(_, operand) | Self::Has(operand) | Self::Paren(operand) => operand.map_spans(map),
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
