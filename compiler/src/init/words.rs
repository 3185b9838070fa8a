//! What the name of a tool says it does. In: a tool name. Out: [`Deed`], by the words in it. A guess, never more: the first policy says
//! which of its lines rest on names.

/// What a tool seems to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Deed {
    /// Looks at things.
    Read,
    /// The name does not say.
    Unknown,
    /// Changes things.
    Write,
    /// Takes things away.
    Destroy,
}

/// Verbs of taking away, wherever they stand in a name.
const DESTROYING: &[&str] = &[
    "delete",
    "deletes",
    "destroy",
    "drop",
    "erase",
    "expunge",
    "kill",
    "obliterate",
    "overwrite",
    "purge",
    "remove",
    "removes",
    "revoke",
    "rm",
    "rmdir",
    "terminate",
    "truncate",
    "uninstall",
    "unlink",
    "unpublish",
    "wipe",
];

/// Words that take away unless the name begins like reading (`get_reset_status`).
const DESTROYING_FIRST: &[&str] = &[
    "clear",
    "deactivate",
    "detach",
    "disable",
    "discard",
    "empty",
    "force",
    "prune",
    "reset",
    "shutdown",
    "trash",
];

/// Verbs of change, wherever they stand.
const CHANGING: &[&str] = &[
    "add",
    "append",
    "apply",
    "approve",
    "assign",
    "authorize",
    "cancel",
    "capture",
    "confirm",
    "connect",
    "create",
    "debit",
    "deploy",
    "dispatch",
    "duplicate",
    "edit",
    "enable",
    "exec",
    "execute",
    "grant",
    "import",
    "insert",
    "install",
    "invite",
    "invoke",
    "merge",
    "migrate",
    "modify",
    "move",
    "mv",
    "notify",
    "patch",
    "pay",
    "provision",
    "publish",
    "push",
    "put",
    "rebase",
    "register",
    "reject",
    "rename",
    "replace",
    "respond",
    "restart",
    "restore",
    "resume",
    "retry",
    "rotate",
    "run",
    "save",
    "send",
    "set",
    "stop",
    "submit",
    "subscribe",
    "suspend",
    "sync",
    "toggle",
    "transfer",
    "trigger",
    "unlock",
    "unsubscribe",
    "update",
    "upgrade",
    "upload",
    "upsert",
    "write",
];

/// Words of change that are also things to read of (`get_order`, `list_comment`).
const CHANGING_FIRST: &[&str] = &[
    "accept", "archive", "batch", "book", "buy", "call", "change", "charge", "click", "close", "comment",
    "commit", "copy", "email", "export", "format", "forward", "issue", "label", "link", "lock", "login",
    "mark", "navigate", "open", "order", "pin", "place", "post", "react", "refund", "reply", "request",
    "resolve", "schedule", "share", "sign", "start", "store", "tag", "touch", "type", "void",
];

/// Words with which the name of a reading tool begins.
const READING: &[&str] = &[
    "browse",
    "calculate",
    "check",
    "compare",
    "count",
    "describe",
    "diff",
    "directory",
    "estimate",
    "examine",
    "explain",
    "fetch",
    "find",
    "get",
    "glob",
    "grep",
    "head",
    "help",
    "history",
    "info",
    "inspect",
    "is",
    "list",
    "lookup",
    "ls",
    "ping",
    "preview",
    "read",
    "retrieve",
    "scan",
    "search",
    "show",
    "stat",
    "status",
    "suggest",
    "summarize",
    "tail",
    "test",
    "tree",
    "validate",
    "verify",
    "view",
    "whoami",
];

/// How many words all tools of a server begin with: they name the server, and say nothing of a tool.
#[must_use]
pub fn common<'a>(names: impl IntoIterator<Item = &'a str>) -> usize {
    let mut all = names.into_iter().map(words);
    let Some(first) = all.next() else { return 0 };
    let begins_alike = |other: Vec<String>| {
        let alike = first.iter().zip(&other).take_while(|(a, b)| a == b).count();
        // Something is left of each name.
        alike.min(first.len().min(other.len()).saturating_sub(1))
    };
    // Of a single name nothing can be told.
    all.map(begins_alike).min().unwrap_or(0)
}

/// What the words of a name say, `common` of which all tools of its server begin with. A name reads only if it begins with a reading
/// word, or has it behind words that name the server and could not be a deed, and holds no verb of change.
#[must_use]
pub fn deed(name: &str, common: usize) -> Deed {
    let words = words(name);
    let has = |list: &[&str]| words.iter().any(|word| list.contains(&&**word));
    // The name of a service often stands before the verb: `hubspot-list-objects`; but `clear_list` clears.
    let reads = [0, 1, common].into_iter().any(|place| {
        let mut before = words.iter().take(place);
        let is_deed =
            |word: &String| DESTROYING_FIRST.contains(&&**word) || CHANGING_FIRST.contains(&&**word);
        words.get(place).is_some_and(|word| READING.contains(&&**word)) && !before.any(is_deed)
    });
    if has(DESTROYING) || !reads && has(DESTROYING_FIRST) {
        Deed::Destroy
    } else if has(CHANGING) || !reads && has(CHANGING_FIRST) {
        Deed::Write
    } else if reads {
        Deed::Read
    } else {
        Deed::Unknown
    }
}

/// Lower-case words: parted by anything that is no letter or digit, and before a capital that follows a small letter.
pub(crate) fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut small = false;
    for c in name.chars() {
        if !c.is_alphanumeric() || (small && c.is_uppercase()) {
            words.push(String::new());
        }
        small = c.is_lowercase();
        if let (true, Some(word)) = (c.is_alphanumeric(), words.last_mut()) {
            word.extend(c.to_lowercase());
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_say_what_tools_do() {
        let check = |name: &str, expected| assert_eq!(deed(name, 0), expected, "{name}");
        for name in [
            "get_ticket",
            "listFiles",
            "hubspot-list-objects",
            "search",
            "crm.search_contacts",
            "read",
            "get_order",
        ] {
            check(name, Deed::Read);
        }
        for name in ["create_refund", "getOrCreate", "run_query", "communication_email_send", "set-get"] {
            check(name, Deed::Write);
        }
        for name in ["frobnicate", "", "ticketview", "aks_cluster_get", "git_log"] {
            check(name, Deed::Unknown);
        }
        for name in [
            "clear_list",
            "reset_status",
            "delete_org",
            "batchDelete",
            "list_and_remove",
            "empty_trash",
            "git_reset",
            "DROP_TABLE",
        ] {
            check(name, Deed::Destroy);
        }
    }

    #[test]
    fn what_all_names_of_a_server_begin_with_says_nothing() {
        let check = |names: &[&str], expected: &[Deed]| {
            let common = common(names.iter().copied());
            let found: Vec<Deed> = names.iter().map(|name| deed(name, common)).collect();
            assert_eq!(found, expected, "{names:?}");
        };
        check(
            &["acme_head_office_search", "acme_head_office_send", "acme-headOffice-wipe"],
            &[Deed::Read, Deed::Write, Deed::Destroy],
        );
        // What could be a deed is one, even where all names have it.
        check(&["acme_post_office_search", "acme_post_office_find"], &[Deed::Write, Deed::Write]);
        check(&["acme_clear_cache_list", "acme_clear_cache_status"], &[Deed::Destroy, Deed::Destroy]);
        check(&["clear_sky_maps_find"], &[Deed::Destroy]);
        check(&["delete_file", "delete_folder"], &[Deed::Destroy, Deed::Destroy]);
        check(&["get_order", "get_order_list"], &[Deed::Read, Deed::Read]);
        check(&["", "a"], &[Deed::Unknown, Deed::Unknown]);
    }

    #[test]
    fn the_lists_are_sorted_and_apart() {
        let mut seen = std::collections::BTreeSet::new();
        for list in [DESTROYING, DESTROYING_FIRST, CHANGING, CHANGING_FIRST, READING] {
            assert!(list.is_sorted(), "{list:?}");
            for word in list {
                assert!(seen.insert(word), "{word}");
            }
        }
    }
}
