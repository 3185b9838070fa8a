//! Layout of types. In: a type of the tree. Out: its document.

use super::cursor::Cursor;
use super::doc::{Doc, concat, group, group_if, nest};
use crate::ast::{FieldDecl, RecordType, TypeExpr, TypeKind};
use crate::token::Token;

impl<'s> Cursor<'s> {
    pub(super) fn type_expr(&mut self, ty: &TypeExpr) -> Doc<'s> {
        match &ty.kind {
            TypeKind::Error | TypeKind::Named(_) | TypeKind::Literal(_) => self.token(),
            TypeKind::Generic(_, args) => {
                let name = self.token();
                let open = self.token();
                let inner = self.separated(args, Self::type_expr);
                concat([name, group(concat([open, nest(concat([Doc::Soft, inner])), self.close(Doc::Soft)]))])
            }
            TypeKind::Union(members) => {
                let mut docs = Vec::new();
                for (at, member) in members.iter().enumerate() {
                    if at > 0 {
                        docs.extend([Doc::Line, self.token(), Doc::Space]);
                    }
                    docs.push(self.type_expr(member));
                }
                group(nest(Doc::Concat(docs)))
            }
            TypeKind::Record(record) => self.record(record),
            TypeKind::Optional(inner) => concat([self.type_expr(inner), self.token()]),
        }
    }

    /// `{ a: T, b: U }` on one line; a field per line, without commas, when broken.
    pub(super) fn record(&mut self, record: &RecordType) -> Doc<'s> {
        let broken = self.breaks_after_next();
        let open = self.token();
        if record.fields.is_empty() {
            return concat([open, self.close_empty()]);
        }
        let mut docs = Vec::new();
        for (at, field) in record.fields.iter().enumerate() {
            if at > 0 {
                docs.push(Doc::IfFlat(","));
            }
            docs.push(Doc::Line);
            docs.push(self.comments_and_blank(at == 0));
            docs.push(self.field_decl(field));
            docs.push(self.skip(Token::Comma));
        }
        docs.push(self.comments(false));
        group_if(concat([open, nest(Doc::Concat(docs)), Doc::Line, self.token()]), broken)
    }

    fn field_decl(&mut self, field: &FieldDecl) -> Doc<'s> {
        let name = self.token();
        let question = if field.optional { self.token() } else { concat([]) };
        concat([name, question, self.token(), Doc::Space, self.type_expr(&field.ty)])
    }
}
