//! First policies: tools in, text out.

use super::*;
use policyc_grammar::parse::parse;
use proptest::prelude::*;

fn tool(name: &str, read_only: Option<bool>, destructive: Option<bool>) -> Tool {
    Tool { name: name.to_owned(), read_only, destructive, no_arguments: name.len().is_multiple_of(2) }
}

#[test]
fn every_tool_is_named_on_its_ground() {
    let servers = [
        Server {
            identity: "Acme-Shop".to_owned(),
            lock: "tools/acme shop.lock.json".to_owned(),
            tools: vec![
                tool("get_order", Some(true), None),
                tool("frobnicate", Some(true), Some(false)),
                tool("send_report", Some(true), None),
                tool("list_orders", None, None),
                tool("create_refund", None, None),
                tool("update_order", Some(false), Some(false)),
                tool("wipe", Some(false), Some(false)),
                tool("close_shop", Some(false), Some(true)),
            ],
        },
        Server {
            identity: "rule".to_owned(),
            lock: "odd.json".to_owned(),
            tools: vec![tool("a.b \"c\"\n", None, None), tool("when", None, None), tool("1st-x", None, None)],
        },
        Server { identity: "acme shop".to_owned(), lock: "empty.json".to_owned(), tools: vec![] },
    ];
    let text = first_policy("support agent", &servers);
    insta::assert_snapshot!(text);
}

proptest! {
    /// Whatever servers call themselves and their tools, the policy reads without an error, and names every tool.
    #[test]
    fn any_lock_makes_a_policy_that_parses(
        identity in any::<String>(),
        lock in "[ -~\t\n€]{1,12}",
        names in prop::collection::btree_set(prop_oneof![any::<String>(), "[a-z_]{1,8}", "[a-z0-9.-]{1,8}"], 0..6),
        hints in prop::collection::vec((any::<Option<bool>>(), any::<Option<bool>>(), any::<bool>()), 6),
    ) {
        let tools: Vec<Tool> = names
            .iter()
            .zip(&hints)
            .map(|(name, (read_only, destructive, no_arguments))| Tool {
                name: name.clone(), read_only: *read_only, destructive: *destructive, no_arguments: *no_arguments,
            })
            .collect();
        let text = first_policy("p", &[Server { identity, lock, tools }]);
        let parsed = parse(&text);
        let errors: Vec<_> = parsed.errors.iter().map(|error| &error.message).collect();
        // A tool name may hold characters that are flagged in any string; nothing else may be said of it.
        prop_assert!(!parsed.has_errors(), "{errors:?}\n{text}");
    }
}
