//! Content blocks. In: a result's `content`. Out: the blocks that the agent sees.
//!
//! The list of what passes is closed (semantics.md 46): text, the text of embedded resources, and images if every redaction keeps them.
//! Everything else, known or not, becomes a text block that holds a marker. Of the fields beside, those pass whose values are
//! a few fixed ones; addresses are searched like text.

use super::report::Place;
use super::rules::{Rule, Who};
use super::structure::Structure;
use super::text::Pass;
use super::texts::{Plain, Text, join};
use super::{Failure, media};
use crate::scan::tree::{Tree, Value, write_text};
use alloc::string::String;
use alloc::vec::Vec;

/// A block, as far as it can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Block<'t> {
    Text(&'t str),
    /// The resource's node, and its text.
    Resource(usize, &'t str),
    /// Its data and type.
    Image(&'t str, &'t str),
    /// What does not pass, and what no reader knows.
    Other,
}

impl<'t> Block<'t> {
    fn read(tree: &'t Tree<'_>, block: usize) -> Self {
        let text = |node: usize, name: &str| tree.text_of(tree.member(node, name)?);
        let known = || match text(block, "type")? {
            "text" => Some(Self::Text(text(block, "text")?)),
            "image" => Some(Self::Image(text(block, "data")?, text(block, "mimeType")?)),
            "resource" => {
                let resource = tree.member(block, "resource")?;
                text(resource, "uri")?;
                let only_text = tree.member(resource, "blob").is_none();
                only_text.then_some(Self::Resource(resource, text(resource, "text")?))
            }
            _ => None,
        };
        known().unwrap_or(Self::Other)
    }
}

/// The blocks of a result.
#[derive(Debug)]
pub(super) struct Blocks<'b, 't> {
    pub(super) tree: &'b Tree<'t>,
    /// What texts may repeat.
    pub(super) structure: Option<&'b mut Structure<'t>>,
    /// What is done with text without structure.
    pub(super) plain: Plain,
}

impl Blocks<'_, '_> {
    /// Appends the blocks of the list `content`.
    pub(super) fn write(
        mut self,
        pass: &mut Pass<'_>,
        content: usize,
        out: &mut Vec<u8>,
    ) -> Result<(), Failure> {
        let tree = self.tree;
        let blocks: Vec<(usize, Block<'_>)> =
            tree.children(content).map(|block| (block, Block::read(tree, block))).collect();
        let mut texts = joined(pass, &blocks)?.into_iter();
        out.push(b'[');
        for (place, (node, block)) in blocks.iter().enumerate() {
            if place > 0 {
                out.push(b',');
            }
            match block {
                Block::Text(text) => {
                    let text = texts.next().unwrap_or_else(|| Text::new(text, pass.caps));
                    let text = self.text(pass, text)?;
                    text_block(&text, tree, *node, out);
                }
                Block::Resource(resource, text) => {
                    let text = Text::new(text, pass.caps);
                    let text = self.text(pass, text)?;
                    resource_block(pass, &text, tree, (*node, *resource), out)?;
                }
                Block::Image(data, mime) => {
                    // What is no image passes under no redaction.
                    let is_image = media::is_image(data, mime) && pass.find(mime)?.is_empty();
                    let without = if is_image { pass.active.without_images() } else { Some(0) };
                    match without {
                        None => image_block(data, mime, tree, *node, out),
                        Some(who) => other_block(pass, |rule| !(is_image && rule.keep_images), who, out)?,
                    }
                }
                Block::Other => other_block(pass, |_| true, 0, out)?,
            }
        }
        out.push(b']');
        Ok(())
    }

    fn text(&mut self, pass: &mut Pass<'_>, text: Text<'_>) -> Result<String, Failure> {
        text.redact(pass, self.structure.as_deref_mut(), self.plain)
    }
}

/// The text blocks, those that follow each other searched as one.
fn joined<'t>(pass: &mut Pass<'_>, blocks: &[(usize, Block<'t>)]) -> Result<Vec<Text<'t>>, Failure> {
    let mut texts = Vec::new();
    for run in blocks.chunk_by(|left, right| is_text(left) && is_text(right)) {
        let text = |(_, block): &(usize, Block<'t>)| match *block {
            Block::Text(text) => Some(Text::new(text, pass.caps)),
            _ => None,
        };
        let mut run: Vec<Text<'_>> = run.iter().filter_map(text).collect();
        join(pass, &mut run)?;
        texts.append(&mut run);
    }
    Ok(texts)
}

fn is_text((_, block): &(usize, Block<'_>)) -> bool {
    matches!(block, Block::Text(_))
}

fn text_block(text: &str, tree: &Tree<'_>, block: usize, out: &mut Vec<u8>) {
    out.extend_from_slice(br#"{"type":"text","text":"#);
    write_text(text, out);
    annotations(tree, block, out);
    out.push(b'}');
}

/// A block that does not pass under some redactions, of which `who` is the first. Its annotations go as well.
fn other_block(
    pass: &mut Pass<'_>,
    by: impl Fn(&Rule) -> bool,
    who: Who,
    out: &mut Vec<u8>,
) -> Result<(), Failure> {
    pass.replaced(by, 1, &Place::Block);
    let marker = pass.marked(who)?;
    pass.take(marker.len())?;
    out.extend_from_slice(br#"{"type":"text","text":"#);
    write_text(&marker, out);
    out.push(b'}');
    Ok(())
}

fn image_block(data: &str, mime: &str, tree: &Tree<'_>, block: usize, out: &mut Vec<u8>) {
    out.extend_from_slice(br#"{"type":"image","data":"#);
    write_text(data, out);
    out.extend_from_slice(br#","mimeType":"#);
    write_text(mime, out);
    annotations(tree, block, out);
    out.push(b'}');
}

fn resource_block(
    pass: &mut Pass<'_>,
    text: &str,
    tree: &Tree<'_>,
    (block, resource): (usize, usize),
    out: &mut Vec<u8>,
) -> Result<(), Failure> {
    let member = |name: &str| tree.text_of(tree.member(resource, name)?);
    out.extend_from_slice(br#"{"type":"resource","resource":{"uri":"#);
    write_text(&address(pass, member("uri").unwrap_or_default())?, out);
    if let Some(mime) = member("mimeType").filter(|mime| media::is_type(mime))
        && pass.find(mime)?.is_empty()
    {
        out.extend_from_slice(br#","mimeType":"#);
        write_text(mime, out);
    }
    out.extend_from_slice(br#","text":"#);
    write_text(text, out);
    out.push(b'}');
    annotations(tree, block, out);
    out.push(b'}');
    Ok(())
}

/// A resource's address. Nothing tells whether the places of a path are in it, so that with paths it goes.
fn address(pass: &mut Pass<'_>, uri: &str) -> Result<String, Failure> {
    match pass.active.with_paths() {
        Some(_) if pass.active.is_marker(uri) => pass.safe(uri),
        Some(who) => {
            let hits = pass.find(uri)?;
            pass.replaced(Rule::has_paths, 1, &Place::Block);
            pass.marked(hits.iter().map(|hit| hit.who).fold(who, Who::min))
        }
        None => {
            let edit = pass.redact(uri, || Place::Block)?;
            Ok(edit.map_or_else(|| uri.into(), |edit| edit.text))
        }
    }
}

/// Whom a block is for. What else annotations say (priority, times) is left out.
fn annotations(tree: &Tree<'_>, block: usize, out: &mut Vec<u8>) {
    let audience = tree.member(block, "annotations").and_then(|node| tree.member(node, "audience"));
    let Some(audience) = audience.filter(|node| matches!(tree.value_of(*node), Value::List)) else { return };
    let has = |name: &str| tree.children(audience).any(|role| tree.text_of(role) == Some(name));
    let roles: &[u8] = match (has("user"), has("assistant")) {
        (true, true) => br#""user","assistant""#,
        (true, false) => br#""user""#,
        (false, true) => br#""assistant""#,
        (false, false) => return,
    };
    out.extend_from_slice(br#","annotations":{"audience":["#);
    out.extend_from_slice(roles);
    out.extend_from_slice(b"]}");
}
