//! Notifications while a call runs. In: the parameters of one as the server sent them. Out: what of it the agent may see under some result
//! rule (semantics.md 46): that there is progress, but no text of it.

use super::envelope::Object;
use crate::program::Caps;
use crate::scan::tree::{Tree, Value, write_text};
use alloc::vec::Vec;

/// What a notification is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Notice {
    /// `notifications/progress`
    Progress,
    /// `notifications/message`, and every other one that carries text.
    Message,
}

/// The parameters that the agent may see; `None`: the notification is dropped.
///
/// Of progress remain the token, which is the client's own, and the two counts; of messages nothing.
#[must_use]
pub fn notice(notice: Notice, params: &[u8], caps: Caps) -> Option<Vec<u8>> {
    if notice == Notice::Message {
        return None;
    }
    let tree = Tree::read(params, caps).ok()?;
    let mut out = Object::default();
    out.key("progressToken");
    let token = tree.member(0, "progressToken")?;
    match tree.value_of(token) {
        Value::Text(text) => write_text(tree.text(text), &mut out.bytes),
        Value::Number(number) => out.bytes.extend_from_slice(tree.text(number).as_bytes()),
        _ => return None,
    }
    for name in ["progress", "total"] {
        if let Some(Value::Number(number)) = tree.member(0, name).map(|member| tree.value_of(member)) {
            out.raw(name, tree.text(number).as_bytes());
        }
    }
    Some(out.finish())
}
