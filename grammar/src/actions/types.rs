//! Actions for types. In: parts of a type. Out: [`Ty`] of bounded height.

use super::{Builder, Deep, Ty};
use crate::ast::{FieldDecl, Name, RecordType, StringLit, TypeExpr, TypeKind};
use crate::parse::MAX_DEPTH;
use crate::source::Span;

impl Builder<'_> {
    fn ty(&mut self, l: u32, kind: TypeKind, below: u16, r: u32) -> Ty {
        let span = Span::new(l, r);
        if below >= MAX_DEPTH {
            self.too_deep(l);
            return Box::new(Deep { node: TypeExpr { kind: TypeKind::Error, span }, depth: 1 });
        }
        Box::new(Deep { node: TypeExpr { kind, span }, depth: below + 1 })
    }

    pub(crate) fn named_type(&mut self, l: u32, name: Name, r: u32) -> Ty {
        self.ty(l, TypeKind::Named(name), 0, r)
    }

    pub(crate) fn literal_type(&mut self, l: u32, literal: StringLit, r: u32) -> Ty {
        self.ty(l, TypeKind::Literal(literal), 0, r)
    }

    pub(crate) fn generic_type(&mut self, l: u32, name: Name, args: Vec<Ty>, r: u32) -> Ty {
        let (args, below) = flatten(args);
        self.ty(l, TypeKind::Generic(name, args), below, r)
    }

    pub(crate) fn union_type(&mut self, l: u32, first: Ty, rest: Vec<Ty>, r: u32) -> Ty {
        let first_depth = first.depth;
        let (rest, below) = flatten(rest);
        let mut members = Vec::with_capacity(rest.len() + 1);
        members.push(first.node);
        members.extend(rest);
        self.ty(l, TypeKind::Union(members), below.max(first_depth), r)
    }

    pub(crate) fn optional_type(&mut self, l: u32, inner: Ty, r: u32) -> Ty {
        let below = inner.depth;
        self.ty(l, TypeKind::Optional(Box::new(inner.node)), below, r)
    }

    pub(crate) fn record_type(&mut self, l: u32, record: Box<Deep<RecordType>>, r: u32) -> Ty {
        let below = record.depth;
        self.ty(l, TypeKind::Record(record.node), below, r)
    }

    pub(crate) fn record(
        &mut self,
        l: u32,
        fields: Vec<Box<Deep<FieldDecl>>>,
        r: u32,
    ) -> Box<Deep<RecordType>> {
        let depth = fields.iter().map(|field| field.depth).max().unwrap_or(0);
        let fields = fields.into_iter().map(|field| field.node).collect();
        Box::new(Deep { node: RecordType { fields, span: Span::new(l, r) }, depth })
    }

    pub(crate) fn field_decl(&mut self, name: Name, optional: bool, ty: Ty) -> Box<Deep<FieldDecl>> {
        let depth = ty.depth;
        Box::new(Deep { node: FieldDecl { name, optional, ty: ty.node }, depth })
    }
}

fn flatten(types: Vec<Ty>) -> (Vec<TypeExpr>, u16) {
    let depth = types.iter().map(|ty| ty.depth).max().unwrap_or(0);
    (types.into_iter().map(|ty| ty.node).collect(), depth)
}
