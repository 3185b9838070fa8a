//! JSON text of a changed tree. In: a tree and the shapes of what was changed. Out: compact JSON in the order of the original, without
//! duplicate keys, numbers in their canonical spelling.

use super::fit::{Shape, Shapes};
use crate::scan::tree::{Tree, Value, write_text};
use alloc::vec::Vec;

/// Appends the node. One that is dropped is `null` here: its container leaves it out.
pub(super) fn write(tree: &Tree<'_>, index: usize, shapes: &Shapes, out: &mut Vec<u8>) {
    match shapes.values.get(&index) {
        Some(Shape::Text(text)) => return write_text(text, out),
        Some(Shape::Null | Shape::Dropped) => return out.extend_from_slice(b"null"),
        None => {}
    }
    match tree.value_of(index) {
        Value::Null => out.extend_from_slice(b"null"),
        Value::Bool(value) => out.extend_from_slice(if value { b"true" } else { b"false" }),
        Value::Number(number) => out.extend_from_slice(tree.text(number).as_bytes()),
        Value::Text(text) => write_text(tree.text(text), out),
        Value::List => {
            out.push(b'[');
            for (place, child) in tree.children(index).enumerate() {
                if place > 0 {
                    out.push(b',');
                }
                write(tree, child, shapes, out);
            }
            out.push(b']');
        }
        Value::Object => {
            out.push(b'{');
            let mut first = true;
            for child in tree.children(index) {
                if shapes.values.get(&child) == Some(&Shape::Dropped) {
                    continue;
                }
                if !core::mem::take(&mut first) {
                    out.push(b',');
                }
                let key = shapes.keys.get(&child).map(|key| &**key).or_else(|| tree.key(child));
                write_text(key.unwrap_or_default(), out);
                out.push(b':');
                write(tree, child, shapes, out);
            }
            out.push(b'}');
        }
    }
}
