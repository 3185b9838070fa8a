//! The text of a lock. In: a [`Lock`]. Out: JSON that a reviewer can read: one spelling per lock, a fixed order of members, two
//! spaces of indentation, LF, a newline at the end.

use super::{FORMAT, Lock, Server, Tool, VERSION};
use crate::json::pretty;
use serde_json::Value;

impl Lock {
    /// The text of the lock file.
    #[must_use]
    pub fn to_text(&self) -> String {
        let server = member("server", &block(&self.server.members(), 1));
        let tools: Vec<String> =
            self.tools.iter().map(|tool| format!("    {}", block(&tool.in_order(), 2))).collect();
        let tools = if tools.is_empty() { "[]".to_owned() } else { format!("[\n{}\n  ]", tools.join(",\n")) };
        let head =
            [member("format", &Value::from(FORMAT).to_string()), member("version", &VERSION.to_string())];
        format!("{{\n  {},\n  {},\n  {server},\n  {}\n}}\n", head[0], head[1], member("tools", &tools))
    }
}

impl Server {
    fn members(&self) -> Vec<(&'static str, Value)> {
        let mut out = vec![("identity", Value::from(&*self.identity))];
        let optional = [
            ("name", &self.name),
            ("version", &self.version),
            ("protocol", &self.protocol),
            ("source", &self.source),
        ];
        out.extend(
            optional.into_iter().filter_map(|(member, text)| Some((member, Value::from(text.as_deref()?)))),
        );
        if !self.capabilities.is_empty() {
            out.push((
                "capabilities",
                self.capabilities.iter().map(|capability| Value::from(&**capability)).collect(),
            ));
        }
        out
    }
}

impl Tool {
    fn in_order(&self) -> Vec<(&'static str, Value)> {
        let members = self.members();
        let mut out: Vec<(&'static str, Value)> = super::digest::MEMBERS
            .into_iter()
            .filter_map(|member| Some((member, members.get(member)?.clone())))
            .collect();
        if !self.volatile.is_empty() {
            out.push(("volatile", self.volatile.iter().map(|pointer| Value::from(&**pointer)).collect()));
        }
        out.push(("digest", self.digest.to_string().into()));
        if let Some(digests) = &self.without_prose {
            out.push(("description_digest", digests.prose.to_string().into()));
            out.push(("facts_digest", digests.facts.to_string().into()));
        }
        out
    }
}

/// An object with members in the given order, one per line at least.
fn block(members: &[(&str, Value)], level: usize) -> String {
    let indent = "  ".repeat(level);
    let inner = level.saturating_add(1);
    let lines: Vec<String> = members
        .iter()
        .map(|(key, value)| {
            let column = inner.saturating_mul(2).saturating_add(key.len()).saturating_add(4);
            format!("{indent}  {}", member(key, &pretty(value, column, inner)))
        })
        .collect();
    format!("{{\n{}\n{indent}}}", lines.join(",\n"))
}

fn member(key: &str, value: &str) -> String {
    format!("\"{key}\": {value}")
}
