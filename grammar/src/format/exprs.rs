//! Layout of expressions. In: an expression of the tree. Out: its document.

use super::cursor::Cursor;
use super::doc::{Doc, concat, group, group_if, nest};
use crate::ast::{BinaryOp, Expr, ExprKind, Name, UnaryOp};
use crate::token::Token;

impl<'s> Cursor<'s> {
    pub(super) fn expr(&mut self, expr: &Expr) -> Doc<'s> {
        match &expr.kind {
            ExprKind::Error
            | ExprKind::Bool(_)
            | ExprKind::Null
            | ExprKind::Number(_)
            | ExprKind::Str(_)
            | ExprKind::Regex { .. }
            | ExprKind::Duration(_)
            | ExprKind::Date(_)
            | ExprKind::Timestamp(_)
            | ExprKind::Name(_) => self.token(),
            ExprKind::Field(base, _) => {
                // `1 .x`: without the blank the dot would belong to the number.
                let digits = matches!(
                    base.kind,
                    ExprKind::Number(_) | ExprKind::Duration(_) | ExprKind::Date(_) | ExprKind::Timestamp(_)
                );
                let space = if digits { Doc::Space } else { concat([]) };
                concat([self.expr(base), space, self.token(), self.token()])
            }
            ExprKind::Index(base, index) => {
                concat([self.expr(base), self.token(), self.expr(index), self.token()])
            }
            ExprKind::Call(_, args) => self.call(args),
            ExprKind::List(elements) => {
                let broken = self.breaks_after_next();
                self.bracketed(elements, broken, Doc::Soft, Doc::Soft, Self::expr)
            }
            ExprKind::Table(entries) => self.table(entries),
            ExprKind::Unary(UnaryOp::Not, operand) => concat([self.token(), Doc::Space, self.expr(operand)]),
            ExprKind::Unary(UnaryOp::Neg, operand) => concat([self.token(), self.expr(operand)]),
            ExprKind::And(operands) | ExprKind::Or(operands) => self.chain(operands),
            ExprKind::Binary(op, _, _, _) => {
                let chain = self.binary(expr, *op);
                group(nest(chain))
            }
            ExprKind::HasLabel(base, _) => concat([self.expr(base), Doc::Space, self.words(3)]),
            ExprKind::Has(operand) | ExprKind::Known(operand) => {
                concat([self.token(), Doc::Space, self.expr(operand)])
            }
            ExprKind::Is(operand, ty) => {
                let operand = self.expr(operand);
                concat([operand, Doc::Space, self.token(), Doc::Space, self.type_expr(ty)])
            }
            ExprKind::Quantifier { kind: _, vars, domain, body } => {
                let word = self.token();
                let vars = self.separated(vars, Self::name);
                let head =
                    concat([word, Doc::Space, vars, Doc::Space, self.token(), Doc::Space, self.expr(domain)]);
                group(concat([head, self.token(), nest(concat([Doc::Line, self.expr(body)]))]))
            }
            ExprKind::Aggregate { kind: _, var: _, domain, body } => {
                let head = concat([self.token(), self.token()]);
                let var = concat([self.token(), Doc::Space, self.token(), Doc::Space, self.expr(domain)]);
                let body = concat([self.token(), nest(concat([Doc::Line, self.expr(body)]))]);
                group(concat([head, nest(concat([Doc::Soft, var, body])), self.close(Doc::Soft)]))
            }
            ExprKind::Paren(inner) => {
                let open = self.token();
                let inner = concat([Doc::Soft, self.expr(inner)]);
                group(concat([open, nest(inner), self.close(Doc::Soft)]))
            }
        }
    }

    pub(super) fn name(&mut self, _: &Name) -> Doc<'s> {
        self.token()
    }

    /// `f(a, b)`, or `cidr "…"`.
    fn call(&mut self, args: &[Expr]) -> Doc<'s> {
        let name = self.token();
        if self.peek() == Some(Token::ParenOpen) {
            return concat([name, self.bracketed(args, false, Doc::Soft, Doc::Soft, Self::expr)]);
        }
        concat([name, Doc::Space, self.separated(args, Self::expr)])
    }

    /// `{ a: 1, b: 2 }`.
    pub(super) fn table(&mut self, entries: &[(Name, Expr)]) -> Doc<'s> {
        let broken = self.breaks_after_next();
        self.bracketed(entries, broken, Doc::Line, Doc::Line, |cursor, (_, value)| {
            let key = concat([cursor.token(), cursor.token(), Doc::Space]);
            concat([key, cursor.expr(value)])
        })
    }

    /// `a and b and c`, each further operand on a line of its own when broken.
    fn chain(&mut self, operands: &[Expr]) -> Doc<'s> {
        let mut docs = Vec::new();
        for (at, operand) in operands.iter().enumerate() {
            if at > 0 {
                docs.extend([Doc::Line, self.token(), Doc::Space]);
            }
            docs.push(self.expr(operand));
        }
        group(nest(Doc::Concat(docs)))
    }

    /// `a + b - c`: operators of one level share their lines.
    fn binary(&mut self, expr: &Expr, level: BinaryOp) -> Doc<'s> {
        let ExprKind::Binary(op, _, left, right) = &expr.kind else { return self.expr(expr) };
        let left = match &left.kind {
            ExprKind::Binary(inner, _, _, _) if same_level(*inner, level) => self.binary(left, level),
            _ => self.operand(left, *op),
        };
        let sign = match op {
            BinaryOp::NotIn => concat([self.token(), Doc::Space, self.token()]),
            _ => self.token(),
        };
        concat([left, Doc::Line, sign, Doc::Space, self.operand(right, *op)])
    }

    /// An operand; `a ?? 0` in a sum gets the parentheses that a reader wants.
    fn operand(&mut self, operand: &Expr, op: BinaryOp) -> Doc<'s> {
        let is_default = matches!(operand.kind, ExprKind::Binary(BinaryOp::Coalesce, _, _, _));
        let arithmetic = matches!(op, BinaryOp::Add | BinaryOp::Sub | BinaryOp::Mul | BinaryOp::Concat);
        if is_default && arithmetic {
            let open = concat([self.comments(false), Doc::Text("(")]);
            let inner = nest(concat([Doc::Soft, self.expr(operand)]));
            return group(concat([open, inner, Doc::Soft, Doc::Text(")")]));
        }
        self.expr(operand)
    }

    /// A list in brackets: the opening token, the elements, the closing token. A trailing comma when broken.
    pub(super) fn bracketed<T>(
        &mut self,
        elements: &[T],
        broken: bool,
        before: Doc<'s>,
        after: Doc<'s>,
        mut element: impl FnMut(&mut Self, &T) -> Doc<'s>,
    ) -> Doc<'s> {
        let open = self.token();
        if elements.is_empty() {
            return concat([open, self.close_empty()]);
        }
        let mut docs = vec![before];
        let count = elements.len();
        for (at, each) in elements.iter().enumerate() {
            docs.push(self.comments_and_blank(at == 0));
            docs.push(element(self, each));
            docs.push(if at + 1 < count { Doc::Text(",") } else { Doc::IfBroken(",") });
            docs.push(self.skip(Token::Comma));
            if at + 1 < count {
                docs.push(Doc::Line);
            }
        }
        docs.push(self.comments(false));
        group_if(concat([open, nest(Doc::Concat(docs)), after, self.token()]), broken)
    }

    /// Elements with commas between them, on more lines where they do not fit.
    pub(super) fn separated<T>(
        &mut self,
        elements: &[T],
        mut element: impl FnMut(&mut Self, &T) -> Doc<'s>,
    ) -> Doc<'s> {
        let mut docs = Vec::new();
        let count = elements.len();
        for (at, each) in elements.iter().enumerate() {
            docs.push(element(self, each));
            if at + 1 < count {
                docs.extend([Doc::Text(","), self.skip(Token::Comma), Doc::Line]);
            } else if self.peek() == Some(Token::Comma) {
                docs.push(self.skip(Token::Comma));
            }
        }
        Doc::Concat(docs)
    }

    /// A closing bracket: comments before it belong inside.
    pub(super) fn close(&mut self, line: Doc<'s>) -> Doc<'s> {
        let skipped = self.skip(Token::Comma);
        concat([nest(concat([skipped, self.comments(false)])), line, self.token()])
    }
}

/// Operators that stand in one chain: sums, and nothing else.
fn same_level(left: BinaryOp, right: BinaryOp) -> bool {
    let sum = |op| matches!(op, BinaryOp::Add | BinaryOp::Sub | BinaryOp::Concat);
    (sum(left) && sum(right)) || (left == BinaryOp::Mul && right == BinaryOp::Mul)
}
