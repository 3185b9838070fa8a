//! Import paths. In: the importing file's path and the text of an import. Out: the path to ask [`crate::files::Files`] for.

/// `import` seen from `file`: joined to the file's directory, with `.` and `..` resolved in the text. An absolute import stays
/// as it is; a `..` above the start is kept.
pub(crate) fn join(file: &str, import: &str) -> String {
    if import.starts_with('/') {
        return import.to_owned();
    }
    let directory = file.rsplit_once('/').map_or("", |(directory, _)| directory);
    let rooted = directory.starts_with('/') || file.starts_with('/');
    let mut parts: Vec<&str> = Vec::new();
    for part in directory.split('/').chain(import.split('/')) {
        match part {
            "" | "." => {}
            ".." => match parts.last() {
                Some(&last) if last != ".." => {
                    parts.pop();
                }
                _ => parts.push(".."),
            },
            name => parts.push(name),
        }
    }
    let joined = parts.join("/");
    if rooted { format!("/{joined}") } else { joined }
}

/// `path` as seen from the directory of `root`: what programs and reports name, so that the same sources give the same
/// bytes wherever they lie.
pub(crate) fn relative(root: &str, path: &str) -> String {
    let directory: Vec<&str> = root
        .rsplit_once('/')
        .map_or("", |(d, _)| d)
        .split('/')
        .filter(|p| !p.is_empty() && *p != ".")
        .collect();
    let target: Vec<&str> = path.split('/').filter(|p| !p.is_empty() && *p != ".").collect();
    let shared = directory.iter().zip(&target).take_while(|(a, b)| a == b).count();
    let mut parts: Vec<&str> = directory.iter().skip(shared).map(|_| "..").collect();
    parts.extend(target.iter().skip(shared));
    parts.join("/")
}

/// The file's name without directories and without what follows its first dot: `org/security.policy` is `security`, `.org.policy` is
/// `org`. Never empty.
pub(crate) fn stem(path: &str) -> &str {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.split('.').find(|part| !part.is_empty()).unwrap_or("guardrails")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn imports_are_joined_to_the_importing_file() {
        for (file, import, expected) in [
            ("support.policy", "tools/crm.lock.json", "tools/crm.lock.json"),
            ("a/b.policy", "c.policy", "a/c.policy"),
            ("a/b.policy", "../c.policy", "c.policy"),
            ("a/b.policy", "./x/./c.policy", "a/x/c.policy"),
            ("b.policy", "../c.policy", "../c.policy"),
            ("../b.policy", "../c.policy", "../../c.policy"),
            ("/abs/b.policy", "../c.policy", "/c.policy"),
            ("a/b.policy", "/abs/c.policy", "/abs/c.policy"),
        ] {
            assert_eq!(join(file, import), expected, "{import} in {file}");
        }
    }

    #[test]
    fn paths_are_named_from_the_root_policy() {
        for (root, path, expected) in [
            ("p.policy", "tools/a.json", "tools/a.json"),
            ("dir/p.policy", "dir/tools/a.json", "tools/a.json"),
            ("dir/p.policy", "org/a.policy", "../org/a.policy"),
            ("/x/y/p.policy", "/x/z.policy", "../z.policy"),
        ] {
            assert_eq!(relative(root, path), expected);
        }
    }

    #[test]
    fn a_stem_ends_at_the_first_dot() {
        assert_eq!(stem("org/security.policy"), "security");
        assert_eq!(stem("crm.lock.json"), "crm");
        assert_eq!(stem("plain"), "plain");
    }
}
