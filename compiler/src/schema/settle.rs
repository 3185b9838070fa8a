//! Alternatives are told apart by a tag before the tag itself is evaluated: it may be under evaluation. In: the evaluated states.
//! Out: the same, with every union of objects held to what its tag turned out to be.

use super::algebra::{Below as _, from_kinds, is_never};
use super::note::NoteKind;
use super::states::States;
use crate::ty::{DefId, Kinds, ObjectTy, Ty};
use std::sync::Arc;

/// What a tag turned out to be.
enum Tag {
    /// Text, so that it tells the alternatives apart that are left.
    Text(ObjectTy),
    /// No value fits it, and it is required.
    Impossible,
    /// Something else than text may stand there.
    Other,
}

impl States<'_> {
    /// Settles the unions of all evaluated states, by index.
    pub(super) fn settle(&mut self, heads: &mut [Ty]) {
        for index in 0..heads.len() {
            let Some(Ty::Kinds(kinds)) = heads.get(index) else { continue };
            let Some(tag) = kinds.object.as_ref().and_then(|object| tag(object, heads)) else { continue };
            let mut kinds = Kinds::clone(kinds);
            let before = u32::try_from(index).ok().and_then(|id| self.pointer_of(DefId(id)));
            let before = before.map(|pointer| std::mem::replace(&mut self.here, pointer));
            self.hold(&mut kinds, tag);
            if let Some(before) = before {
                self.here = before;
            }
            if let Some(head) = heads.get_mut(index) {
                *head = from_kinds(kinds);
            }
        }
    }

    fn hold(&mut self, kinds: &mut Kinds, tag: Tag) {
        match tag {
            Tag::Text(object) => kinds.object = Some(Arc::new(object)),
            Tag::Impossible => {
                kinds.object = None;
                let kind = if *kinds == Kinds::default() { NoteKind::Nothing } else { NoteKind::Dropped };
                self.note(
                    kind,
                    "no object fits: the field that tells its alternatives apart admits no value",
                );
            }
            Tag::Other => {
                if let Some(object) = &mut kinds.object {
                    Arc::make_mut(object).variants = None;
                }
                self.lose(
                    NoteKind::Merged,
                    "alternative objects are read as one that may hold the fields of any of them: the field that tells them apart \
                     is not read as one of their values",
                );
            }
        }
    }
}

/// What the tag of `object` is, if it has one.
fn tag(object: &ObjectTy, heads: &[Ty]) -> Option<Tag> {
    let variants = object.variants.as_ref()?;
    let field = object.fields.get(&variants.tag).filter(|field| field.required)?;
    let head = match &field.ty {
        Ty::Ref(id) => usize::try_from(id.0).ok().and_then(|index| heads.get(index))?,
        other => other,
    };
    let Ty::Kinds(kinds) = head else { return Some(Tag::Other) };
    if is_never(head) {
        return Some(Tag::Impossible);
    }
    let Some(string) = &kinds.string else { return Some(Tag::Other) };
    if **kinds != (Kinds { string: Some(string.clone()), ..Kinds::default() }) {
        return Some(Tag::Other);
    }
    let mut left = variants.clone();
    if let Some(values) = &string.one_of {
        left.cases.retain(|case| values.contains(&case.value));
    }
    if left.cases.is_empty() {
        return Some(Tag::Impossible);
    }
    Some(Tag::Text(ObjectTy { variants: Some(left), ..object.clone() }))
}
