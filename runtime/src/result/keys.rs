//! Keys after redaction. In: an object's members and the new text of some keys. Out: keys of which no two are equal, so that the object
//! stays strict JSON: equal ones are numbered in the order of the members, `[redacted]`, `[redacted] 2`, …. Should a pattern find the
//! number, the member has no key.

use super::Failure;
use super::text::{Edit, Pass};
use crate::scan::tree::Tree;
use alloc::collections::{BTreeMap, BTreeSet};
use alloc::format;
use alloc::string::String;

/// The new keys of members; none: the member must go.
pub(super) type Renamed = BTreeMap<usize, Option<String>>;

/// The new keys of an object's members.
pub(super) fn rename(
    pass: &mut Pass<'_>,
    tree: &Tree<'_>,
    object: usize,
    edits: &BTreeMap<usize, Edit>,
) -> Result<Renamed, Failure> {
    let mut renamed = Renamed::new();
    let end = tree.node(object).map_or(object, |node| node.after);
    if edits.range(object..end).next().is_none() {
        return Ok(renamed);
    }
    let kept = tree.children(object).filter(|member| !edits.contains_key(member));
    let mut taken: BTreeSet<String> = kept.filter_map(|member| tree.key(member)).map(Into::into).collect();
    let mut counts: BTreeMap<&str, u64> = BTreeMap::new();
    for member in tree.children(object) {
        let Some(edit) = edits.get(&member) else { continue };
        let count = counts.entry(&edit.text).or_insert(0);
        let key = loop {
            *count = count.saturating_add(1);
            let key = if *count == 1 { edit.text.clone() } else { format!("{} {count}", edit.text) };
            if taken.insert(key.clone()) {
                break key;
            }
            pass.work.spend(1)?;
        };
        pass.take(key.len())?;
        let fine = *count == 1 || pass.find(&key)?.is_empty();
        renamed.insert(member, fine.then_some(key));
    }
    Ok(renamed)
}
