//! Members that a text may lack though a view reads it: `sql(s).tables` of `SHOW`, `url(s).host` of `mailto:`. In: numbers of a view and
//! its members. Out: which may be lacking, and what that says of the others.

use policyc_runtime::views::table::ViewId;

/// Whether the member may be absent though the text reads.
pub(crate) fn is_optional(view: u16, member: u8) -> bool {
    ViewId::from_number(view)
        .and_then(ViewId::spec)
        .and_then(|spec| spec.members.get(usize::from(member)))
        .is_some_and(|member| member.optional)
}

/// Whether `other` is there in a text that reads and has no `lacking`; `None`: it may or may not be.
pub(crate) fn without(view: u16, lacking: u8, other: u8) -> Option<bool> {
    if !is_optional(view, other) {
        return Some(true);
    }
    (lacking == other || go_together(view)).then_some(false)
}

/// Whether what may be absent of this view is absent together: what statements of SQL name is known as a whole or not at all.
fn go_together(view: u16) -> bool {
    view == ViewId::Sql as u16
}

/// As an author writes it: `sql(…).tables`.
pub(crate) fn spelled(view: u16, member: u8) -> String {
    let spec = ViewId::from_number(view).and_then(ViewId::spec);
    let member = spec.and_then(|spec| spec.members.get(usize::from(member))).map_or("", |m| m.name);
    format!("{}(…).{member}", spec.map_or("", |spec| spec.name))
}
