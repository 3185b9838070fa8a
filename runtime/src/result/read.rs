//! What can be learned from a result. In: the `result` object as the server sent it, before redaction. Out: its structure, its text,
//! whether it is an error; nothing where the bytes are not what they should be.

use crate::program::Caps;
use crate::scan::tree::{Tree, Value};
use alloc::borrow::Cow;
use alloc::string::String;

/// `isError`; a result without it is none. `None`: not strict JSON within the caps, or no result.
#[must_use]
pub fn is_error(result: &[u8], caps: Caps) -> Option<bool> {
    let tree = read(result, caps)?;
    match tree.member(0, "isError") {
        None => Some(false),
        Some(member) => match tree.value_of(member) {
            Value::Bool(is_error) => Some(is_error),
            _ => None,
        },
    }
}

/// The JSON that `result` stands for in a policy: `structuredContent`, where it is not null; else the text of the only block, if it is
/// a text block that holds an object or a list. `None` where there is neither.
///
/// The JSON is strict, but not yet held to any plan: [`crate::scan::scan`] does that, and refuses numbers that readers disagree about.
#[must_use]
pub fn structured_of(result: &[u8], caps: Caps) -> Option<Cow<'_, [u8]>> {
    let tree = read(result, caps)?;
    let structured = tree.member(0, "structuredContent");
    if let Some(node) = structured.filter(|node| !matches!(tree.value_of(*node), Value::Null)) {
        return Some(Cow::Borrowed(tree.bytes(node)));
    }
    let content = tree.member(0, "content")?;
    let mut blocks = tree.children(content);
    let text = text_of(&tree, blocks.next()?)?;
    let only = blocks.next().is_none();
    let json = Tree::read(text.as_bytes(), caps).ok().filter(|_| only)?;
    let structure = matches!(json.value_of(0), Value::Object | Value::List);
    structure.then(|| Cow::Owned(text.as_bytes().to_vec()))
}

/// `result.text`: the text blocks, joined with line ends. `None` where there are none.
#[must_use]
pub fn plain_text(result: &[u8], caps: Caps) -> Option<String> {
    let tree = read(result, caps)?;
    let content = tree.member(0, "content").filter(|node| matches!(tree.value_of(*node), Value::List))?;
    let mut joined: Option<String> = None;
    for text in tree.children(content).filter_map(|block| text_of(&tree, block)) {
        match &mut joined {
            None => joined = Some(text.into()),
            Some(joined) => {
                joined.push('\n');
                joined.push_str(text);
            }
        }
    }
    joined
}

fn read(result: &[u8], caps: Caps) -> Option<Tree<'_>> {
    Tree::read(result, caps).ok().filter(|tree| matches!(tree.value_of(0), Value::Object))
}

fn text_of<'t>(tree: &'t Tree<'_>, block: usize) -> Option<&'t str> {
    let kind = tree.text_of(tree.member(block, "type")?)?;
    if kind == "text" { tree.text_of(tree.member(block, "text")?) } else { None }
}
