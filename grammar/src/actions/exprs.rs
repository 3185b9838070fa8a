//! Actions for expressions. In: operands and operators. Out: [`E`] of bounded height.

use super::{Builder, E, Ty, unbox};
use crate::ast::{AggregateKind, BinaryOp, Expr, ExprKind, Name, QuantifierKind, Text, UnaryOp};
use crate::error::{SyntaxCode, SyntaxError};
use crate::lexer::{is_bad_number, regex_parts};
use crate::parse::MAX_DEPTH;
use crate::source::Span;

impl Builder<'_> {
    /// A node over children of height `below`; past the limit the children go and an error node stands in.
    fn expr(&mut self, l: u32, kind: ExprKind, below: u16, r: u32) -> E {
        let span = Span::new(l, r);
        if below >= MAX_DEPTH {
            self.too_deep(l);
            return Box::new(Expr { kind: ExprKind::Error, span, depth: 1 });
        }
        Box::new(Expr { kind, span, depth: below + 1 })
    }

    fn error(&mut self, l: u32, error: SyntaxError, r: u32) -> E {
        self.report(error);
        self.expr(l, ExprKind::Error, 0, r)
    }

    pub(crate) fn name_expr(&mut self, l: u32, name: Name, r: u32) -> E {
        self.expr(l, ExprKind::Name(name.text), 0, r)
    }

    pub(crate) fn string_expr(&mut self, l: u32, r: u32) -> E {
        let literal = self.string(l, r);
        self.expr(l, ExprKind::Str(literal), 0, r)
    }

    pub(crate) fn number_expr(&mut self, l: u32, r: u32) -> E {
        let kind = if is_bad_number(self.slice(l, r)) {
            ExprKind::Error
        } else {
            ExprKind::Number(self.number(l, r))
        };
        self.expr(l, kind, 0, r)
    }

    pub(crate) fn duration(&mut self, l: u32, r: u32) -> E {
        let bad = is_bad_number(self.slice(l, r));
        let kind = if bad { ExprKind::Error } else { ExprKind::Duration(self.text(l, r)) };
        self.expr(l, kind, 0, r)
    }

    pub(crate) fn date(&mut self, l: u32, r: u32) -> E {
        let written = self.text(l, r);
        self.expr(l, ExprKind::Date(written), 0, r)
    }

    pub(crate) fn timestamp(&mut self, l: u32, r: u32) -> E {
        let written = self.text(l, r);
        self.expr(l, ExprKind::Timestamp(written), 0, r)
    }

    pub(crate) fn regex(&mut self, l: u32, r: u32) -> E {
        let (pattern, flags) = regex_parts(self.slice(l, r));
        self.expr(l, ExprKind::Regex { pattern, flags }, 0, r)
    }

    pub(crate) fn bool(&mut self, l: u32, value: bool, r: u32) -> E {
        self.expr(l, ExprKind::Bool(value), 0, r)
    }

    pub(crate) fn null(&mut self, l: u32, r: u32) -> E {
        self.expr(l, ExprKind::Null, 0, r)
    }

    pub(crate) fn field(&mut self, l: u32, base: E, name: Name, r: u32) -> E {
        let below = base.depth;
        self.expr(l, ExprKind::Field(base, name), below, r)
    }

    pub(crate) fn index(&mut self, l: u32, base: E, index: E, r: u32) -> E {
        let below = base.depth.max(index.depth);
        self.expr(l, ExprKind::Index(base, index), below, r)
    }

    /// The first step of a path of `open`: the tool.
    pub(crate) fn path_start(&mut self, l: u32, tool: Name, r: u32) -> E {
        self.expr(l, ExprKind::Name(tool.text), 0, r)
    }

    /// `base[*]` in a path of `open`: an index by the name `*`.
    pub(crate) fn every_element(&mut self, l: u32, base: E, star: Span, r: u32) -> E {
        let every = self.expr(star.start, ExprKind::Name(Text::const_new("*")), 0, star.end);
        self.index(l, base, every, r)
    }

    pub(crate) fn call(&mut self, l: u32, name: Name, args: Vec<E>, r: u32) -> E {
        let below = tallest(&args);
        self.expr(l, ExprKind::Call(name, unbox(args)), below, r)
    }

    /// `cidr "10.0.0.0/8"`: a call without parentheses.
    pub(crate) fn cidr(&mut self, l: u32, range: E, r: u32) -> E {
        let name = self.name(l, l + 4);
        self.call(l, name, vec![range], r)
    }

    pub(crate) fn list(&mut self, l: u32, elements: Vec<E>, r: u32) -> E {
        let below = tallest(&elements);
        self.expr(l, ExprKind::List(unbox(elements)), below, r)
    }

    pub(crate) fn table(&mut self, l: u32, entries: Vec<Box<(Name, Expr)>>, r: u32) -> E {
        let below = entries.iter().map(|entry| entry.1.depth).max().unwrap_or(0);
        self.expr(l, ExprKind::Table(unbox(entries)), below, r)
    }

    pub(crate) fn unary(&mut self, l: u32, op: UnaryOp, operand: E, r: u32) -> E {
        let below = operand.depth;
        self.expr(l, ExprKind::Unary(op, operand), below, r)
    }

    pub(crate) fn binary(&mut self, l: u32, left: E, (op, place): (BinaryOp, Span), right: E, r: u32) -> E {
        let below = left.depth.max(right.depth);
        self.expr(l, ExprKind::Binary(op, place, left, right), below, r)
    }

    pub(crate) fn has(&mut self, l: u32, operand: E, r: u32) -> E {
        let below = operand.depth;
        self.expr(l, ExprKind::Has(operand), below, r)
    }

    pub(crate) fn known(&mut self, l: u32, operand: E, r: u32) -> E {
        let below = operand.depth;
        self.expr(l, ExprKind::Known(operand), below, r)
    }

    pub(crate) fn has_label(&mut self, l: u32, base: E, label: Name, r: u32) -> E {
        let below = base.depth;
        self.expr(l, ExprKind::HasLabel(base, label), below, r)
    }

    pub(crate) fn is(&mut self, l: u32, operand: E, ty: Ty, r: u32) -> E {
        let below = operand.depth.max(ty.depth);
        self.expr(l, ExprKind::Is(operand, ty.node), below, r)
    }

    pub(crate) fn quantifier(
        &mut self,
        l: u32,
        kind: QuantifierKind,
        vars: Vec<Name>,
        domain: E,
        body: E,
        r: u32,
    ) -> E {
        let below = domain.depth.max(body.depth);
        self.expr(l, ExprKind::Quantifier { kind, vars, domain, body }, below, r)
    }

    pub(crate) fn aggregate(
        &mut self,
        l: u32,
        kind: AggregateKind,
        var: Name,
        domain: E,
        body: E,
        r: u32,
    ) -> E {
        let below = domain.depth.max(body.depth);
        self.expr(l, ExprKind::Aggregate { kind, var, domain, body }, below, r)
    }

    pub(crate) fn paren(&mut self, l: u32, inner: E, r: u32) -> E {
        let below = inner.depth;
        self.expr(l, ExprKind::Paren(inner), below, r)
    }

    /// One more operand of an `and`; chains stay flat.
    pub(crate) fn and(&mut self, l: u32, mut left: E, right: E, r: u32) -> E {
        if let ExprKind::And(operands) = &mut left.kind
            && right.depth < MAX_DEPTH
        {
            left.depth = left.depth.max(right.depth + 1);
            left.span.end = r;
            operands.push(*right);
            return left;
        }
        let below = left.depth.max(right.depth);
        self.expr(l, ExprKind::And(vec![*left, *right]), below, r)
    }

    /// One more operand of an `or`; chains stay flat, an unparenthesized `and` inside is reported.
    pub(crate) fn or(&mut self, l: u32, mut left: E, right: E, r: u32) -> E {
        for operand in [&left, &right] {
            if matches!(operand.kind, ExprKind::And(_)) {
                self.report(mixed(operand.span));
            }
        }
        if let ExprKind::Or(operands) = &mut left.kind
            && right.depth < MAX_DEPTH
        {
            left.depth = left.depth.max(right.depth + 1);
            left.span.end = r;
            operands.push(*right);
            return left;
        }
        let below = left.depth.max(right.depth);
        self.expr(l, ExprKind::Or(vec![*left, *right]), below, r)
    }

    pub(crate) fn single_equals(&mut self, l: u32, r: u32) -> (BinaryOp, Span) {
        let span = Span::new(l, r);
        let error = SyntaxError::new(SyntaxCode::SingleEquals, span, "`=` does not compare");
        self.report(error.with_help("write `==`"));
        (BinaryOp::Eq, span)
    }

    pub(crate) fn chained(&mut self, l: u32, r: u32) -> E {
        let message = "comparisons do not chain";
        let error = SyntaxError::new(SyntaxCode::ChainedComparison, Span::new(l, r), message);
        self.error(l, error.with_help("join two comparisons: `0 < x and x < 50`"), r)
    }

    pub(crate) fn star_needs_spaces(&mut self, l: u32, glob: Span) -> E {
        let written = self.slice(glob.start, glob.end);
        let message = format!("`{written}` is a pattern of names, not a product");
        let error = SyntaxError::new(SyntaxCode::StarNeedsSpaces, glob, message);
        let help = match written.split_once('*') {
            Some((left, right)) if !left.is_empty() && !right.is_empty() && !right.contains('*') => {
                format!("put spaces around `*`: `{left} * {right}`")
            }
            _ => "put spaces around `*`".to_owned(),
        };
        self.error(l, error.with_help(help), glob.end)
    }

    pub(crate) fn star_index(&mut self, l: u32, star: Span) -> E {
        let message = "`[*]` stands only in the paths of `open`";
        let error = SyntaxError::new(SyntaxCode::StarIndex, star, message);
        let help = "to speak about elements write `any x in xs: …` or `all x in xs: …`";
        self.error(l, error.with_help(help), star.end)
    }
}

fn mixed(span: Span) -> SyntaxError {
    let message = "mixing `and` with `or` needs parentheses";
    let error = SyntaxError::new(SyntaxCode::MixedAndOr, span, message);
    error.with_help("write `(a and b) or c`, or `a and (b or c)`")
}

fn tallest(exprs: &[E]) -> u16 {
    exprs.iter().map(|expr| expr.depth).max().unwrap_or(0)
}
