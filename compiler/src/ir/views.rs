//! What lowering needs to know of typed views. In: the runtime's table. Out: kinds of members and fields.

use policyc_runtime::program::plan::{KIND_BOOL, KIND_LIST, KIND_NUMBER, KIND_STRING};
use policyc_runtime::views::table::{MemberSpec, MemberType, Takes, ViewId};

/// The member of a view; `None` if the table has no such number.
#[must_use]
pub fn member(view: u16, member: u8) -> Option<&'static MemberSpec> {
    ViewId::from_number(view)?.spec()?.members.get(usize::from(member))
}

/// The view's parameter names a time zone.
#[must_use]
pub fn takes_zone(view: u16) -> bool {
    ViewId::from_number(view).and_then(ViewId::spec).is_some_and(|spec| spec.takes == Takes::Zone)
}

/// The kinds (`KIND_*`) that a member of this type has, where it is present.
#[must_use]
pub const fn kinds(ty: MemberType) -> u8 {
    match ty {
        MemberType::Bool => KIND_BOOL,
        MemberType::Int | MemberType::Decimal | MemberType::Date | MemberType::Timestamp => KIND_NUMBER,
        MemberType::String | MemberType::Enum(_) => KIND_STRING,
        MemberType::Strings | MemberType::Enums(_) | MemberType::Records(_) => KIND_LIST,
    }
}
