//! Commands of the shell itself. In: a command of static words. Out: whether it leaves the meaning of later words alone and runs
//! nothing but itself, in every shell that has it (POSIX, bash, ksh, mksh, zsh, yash, dash).
//!
//! Some shells work out a number, or the subscript of a variable, that a command of their own is given: `printf -v 'a[$(rm x)]'`,
//! `exit 'a[$(rm x)]'`, `test 'PATH=1' -eq 1`. So where such a command takes a number or a variable, only plain ones are read.

use super::Command;

/// They change what later words mean, or run what they are given.
#[rustfmt::skip]
const UNSETTLING: [&str; 87] = [
    ".", "alarm", "alias", "array", "autoload", "bind", "bindkey", "builtin", "command", "comparguments", "compcall",
    "compctl", "compdescribe", "compfiles", "compgen", "compgroups", "complete", "compopt", "compound", "compquote", "comptags",
    "comptry", "compvalues", "declare", "disable", "echotc", "echoti", "emulate", "enable", "enum", "eval", "exec", "export",
    "fc", "float", "functions", "getln", "getopts", "global", "hash", "hist", "history", "integer", "jobs", "let", "local",
    "mapfile", "nameref", "poll", "print", "private", "pushln", "r", "read", "readarray", "readonly", "redirect",
    "rehash", "sched", "set", "setopt", "shopt", "source", "strftime", "trap", "ttyctl", "typeset", "unalias", "unfunction",
    "unhash", "unset", "unsetopt", "vared", "zcompile", "zformat", "zftp", "zle", "zmodload", "zparseopts", "zprof", "zpty",
    "zregexparse", "zselect", "zsocket", "zstyle", "zsystem", "ztcp",
];

/// The command leaves later words alone.
pub(super) fn settles(command: &Command) -> bool {
    let Command { name, args, .. } = command;
    match name.as_str() {
        "bg" | "break" | "bye" | "continue" | "disown" | "exit" | "fg" | "limit" | "logout" | "return"
        | "shift" | "suspend" | "ulimit" | "unlimit" => args.iter().all(|arg| is_word(arg)),
        // `wait -p` assigns.
        "wait" => args.iter().all(|arg| arg == "-n" || is_number(arg)),
        "printf" => prints(args.iter().map(|arg| arg.as_str())),
        "test" | "[" => tests(args.iter().map(|arg| arg.as_str())),
        name => !UNSETTLING.contains(&name),
    }
}

/// A number, an option, or a name that some shells take for a number: nothing to work out.
fn is_word(arg: &str) -> bool {
    let body = arg.strip_prefix(['-', '+']).unwrap_or(arg);
    body.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
}

fn is_number(arg: &str) -> bool {
    let body = arg.strip_prefix(['-', '+']).unwrap_or(arg);
    !body.is_empty() && body.bytes().all(|b| b.is_ascii_digit() || b == b'.')
}

/// `printf`: without options (`-v` assigns), without `%n` (so does it), and with nothing but numbers where it wants numbers.
fn prints<'a>(mut args: impl Iterator<Item = &'a str>) -> bool {
    let format = args.next().unwrap_or_default();
    let mut wants_numbers = false;
    for part in format.replace("%%", "").split('%').skip(1) {
        let conversion = part.trim_start_matches(|c: char| c.is_ascii_digit() || "-+ #'.".contains(c));
        match conversion.chars().next() {
            Some('s' | 'b' | 'c' | 'q') => {}
            Some('n') => return false,
            _ => wants_numbers = true,
        }
    }
    !format.starts_with('-') && (!wants_numbers || args.all(is_number))
}

/// `test`: with plain operands where it compares numbers or looks at a variable.
fn tests<'a>(mut args: impl Iterator<Item = &'a str> + Clone) -> bool {
    let works_out = |arg| ["-v", "-R", "-t", "-eq", "-ne", "-lt", "-le", "-gt", "-ge"].contains(&arg);
    let plain = |arg: &str| {
        let operator = ["!", "(", ")", "]", "=", "==", "!=", "<", ">"].contains(&arg);
        operator || is_word(arg) || arg.bytes().all(|b| b.is_ascii_alphanumeric() || b"_./:".contains(&b))
    };
    !args.clone().any(works_out) || args.all(plain)
}
