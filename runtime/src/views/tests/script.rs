//! `shell`.

use super::{check, check_absent};
use crate::views::shell;
use alloc::format;
use alloc::string::{String, ToString};
use proptest::prelude::*;

#[test]
fn commands_with_static_words() {
    check(
        "shell",
        &[
            ("ls", "commands={ls [] []}"),
            (" ls  -la\t/tmp ", "commands={ls [-la|/tmp] []}"),
            ("git commit -m 'a $b `c` * \"d\"'", "commands={git [commit|-m|a $b `c` * \"d\"] []}"),
            ("echo \"a b\" c\\ d e'f'\"g\"h", "commands={echo [a b|c d|efgh] []}"),
            ("echo \"\\\" \\\\ \\n\"", "commands={echo [\" \\ \\n] []}"),
            ("echo '' \"\"", "commands={echo [|] []}"),
            ("echo \\$x \\* \\~", "commands={echo [$x|*|~] []}"),
            ("'l's", "commands={ls [] []}"),
            ("\"rm\" -rf /", "commands={rm [-rf|/] []}"),
            ("r\\m x", "commands={rm [x] []}"),
            ("echo a\\\nb", "commands={echo [ab] []}"),
            ("find . -name '*.rs' -exec wc {} \\;", "commands={find [.|-name|*.rs|-exec|wc|{}|;] []}"),
            ("[ -f x ]", "commands={[ [-f|x|]] []}"),
            ("npm run build --if-present --x=y", "commands={npm [run|build|--if-present|--x=y] []}"),
            ("./x a#b", "commands={./x [a#b] []}"),
            ("echo naïve 日本", "commands={echo [naïve|日本] []}"),
        ],
    );
}

#[test]
fn every_joined_command_is_listed() {
    check(
        "shell",
        &[
            (
                "a && b || c; d & e | f\ng",
                "commands={a [] []}{b [] []}{c [] []}{d [] []}{e [] []}{f [] []}{g [] []}",
            ),
            ("a;", "commands={a [] []}"),
            ("a &", "commands={a [] []}"),
            ("a &&\n\n b", "commands={a [] []}{b [] []}"),
            ("\n\na\n\n", "commands={a [] []}"),
            ("(a; b) && { c; d; }", "commands={a [] []}{b [] []}{c [] []}{d [] []}"),
            ("( (a) )", "commands={a [] []}"),
            ("{ a\n}", "commands={a [] []}"),
            ("! a | b", "commands={a [] []}{b [] []}"),
            ("echo }", "commands={echo [}] []}"),
            ("ls;rm -rf /", "commands={ls [] []}{rm [-rf|/] []}"),
            ("ls\nrm x", "commands={ls [] []}{rm [x] []}"),
            ("ls&rm x", "commands={ls [] []}{rm [x] []}"),
        ],
    );
}

#[test]
fn redirections_are_listed() {
    check(
        "shell",
        &[
            ("a >out 2>>err <in", "commands={a [] [> out|2>> err|< in]}"),
            ("a x> 'o u t' y", "commands={a [x|y] [> o u t]}"),
            ("a 2>&1", "commands={a [] [2>& 1]}"),
            ("a '2'>x", "commands={a [2] [> x]}"),
            ("a 2 >x", "commands={a [2] [> x]}"),
            ("a >| x <> y", "commands={a [] [>| x|<> y]}"),
            ("a <<E | b\nx $y\nE\nc", "absent"),
            ("a <<'E' | b\nx $y\nE\nc", "commands={a [] [<< x $y\n]}{b [] []}{c [] []}"),
            ("a <<-E\n\tx\n\tE\n", "commands={a [] [<<- x\n]}"),
            ("a <<E <<F\n1\nE\n2\nF", "commands={a [] [<< 1\n|<< 2\n]}"),
            ("a <<E\nE\nrm x", "commands={a [] [<< ]}{rm [x] []}"),
        ],
    );
}

#[test]
fn what_the_shell_would_work_out_is_absent() {
    check_absent(
        "shell",
        &[
            "$x",
            "ls $x",
            "ls \"$x\"",
            "ls $(rm x)",
            "ls `rm x`",
            "ls \"$(rm x)\"",
            "ls \"`rm x`\"",
            "ls $((1))",
            "ls ${x:-y}",
            "ls $'x'",
            "ls $\"x\"",
            "ls *",
            "ls a?",
            "ls [ab]",
            "ls {a,b}",
            "ls {1..3}",
            "ls ~",
            "ls ~root/x",
            "ls --x=~/y",
            "ls a:~/b",
            "ls !!",
            "ls =ls",
            "ls ^a",
            "ls %1",
            "PATH=/tmp ls",
            "A=b",
            "A=b ls",
            "LD_PRELOAD=x ls",
            "a[0]=b",
            "A+=b",
            "> out",
            "2> out ls",
            "eval 'rm x'",
            "source x",
            ". x",
            "exec rm x",
            "alias ls=rm",
            "command rm x",
            "builtin eval x",
            "export A=b",
            "set -x",
            "trap 'rm x' EXIT",
            "unset x",
            "hash -p /tmp/x ls",
            "declare -x A",
            "if a; then b; fi",
            "for x in a; do b; done",
            "while a; do b; done",
            "case a in esac",
            "f() { rm x; }",
            "f () rm",
            "function f { rm x; }",
            "time ls",
            "[[ -f x ]]",
            "((1))",
            "( ( a ) ; ((b)) )",
            "coproc a",
            "ls <(rm x)",
            "ls >(rm x)",
            "ls <<< x",
            "ls &> x",
            "ls |& rm",
            "ls >>& x",
            "ls >& x",
            "ls >& -x",
            "ls <&-\\\nx",
            "ls 12> x",
            "ls >& 12",
            "(ls) > x",
            "{ ls; } > x",
            "ls # rm",
            "# ls",
        ],
    );
}

#[test]
fn commands_of_the_shell_that_work_out_their_arguments_are_absent() {
    let list = [
        "printf -v 'a[$(touch F)]' x",
        "printf -v PATH /tmp/evil; ls",
        "printf '%s%n' x PATH",
        "printf '%-5d%n' 1 'a[$(touch F)]'",
        "printf %d 'a[$(touch F)]'",
        "printf '%*s' 'PATH=5' x",
        "printf '%(%F)T' 'a[$(touch F)]'",
        "test -v 'a[$(touch F)]'",
        "[ -v 'a[$(touch F)]' ]",
        "[ -f x -a 'a[$(touch F)]' -eq 1 ]",
        "[ PATH=5 -eq 5 ]",
        "[ PATH++ -gt 5 ]",
        "test -R 'a[`touch F`]'",
        "[ -t 'a[$(touch F)]' ]",
        "jobs -x touch F",
        "wait -p PATH",
        "wait -n -p 'a[$(touch F)]'",
        "exit 'a[$(touch F)]'",
        "shift 'a[$(touch F)]'",
        "ulimit -t 'a[$(touch F)]'",
        "break PATH=1",
        "read -a 'a[$(touch F)]'",
        "let 'a[$(touch F)]'",
        "unset 'a[$(touch F)]'",
        "mapfile -C 'touch F' -c 1 x",
        "complete -C 'touch F' x",
        "bind -x '\"a\": touch F'",
        "enable -f ./x.so x",
    ];
    check_absent("shell", &list);
    let words = "sched zstyle zle zparseopts nameref hist compound getln zformat zcompile private r alarm enum global";
    for word in words.split(' ') {
        assert_eq!(shell(&format!("{word} -x y")), None, "{word}");
    }
}

#[test]
fn commands_of_the_shell_with_plain_arguments_are_read() {
    check(
        "shell",
        &[
            ("printf '%s\\n' '$5 [x]'", "commands={printf [%s\\n|$5 [x]] []}"),
            ("printf '%5.2f%%n' 1.50", "commands={printf [%5.2f%%n|1.50] []}"),
            ("printf 100%%", "commands={printf [100%%] []}"),
            ("[ -f '$x' ]", "commands={[ [-f|$x|]] []}"),
            ("[ 3 -gt -1 ] && test -v HOME", "commands={[ [3|-gt|-1|]] []}{test [-v|HOME] []}"),
            ("a & wait", "commands={a [] []}{wait [] []}"),
            ("wait 12 && exit 1", "commands={wait [12] []}{exit [1] []}"),
            ("ulimit -n 1024", "commands={ulimit [-n|1024] []}"),
        ],
    );
}

#[test]
fn what_is_no_script_is_absent() {
    check_absent(
        "shell",
        &[
            "",
            " ",
            "\n",
            "''",
            "\"\" x",
            "'a",
            "\"a",
            "a\\",
            "a &&",
            "a ||",
            "a |",
            "&& a",
            "| a",
            "; a",
            "a ;; b",
            "a ; ; b",
            "a & & b",
            "a &; b",
            "( a",
            "a )",
            "()",
            "{ a",
            "{ a }",
            "{ }",
            "}",
            "a } ; )",
            "!",
            "(a) b",
            "{ a; } b",
            "a <",
            "a > ;",
            "a > > b",
            "a <<E",
            "a <<E\nx",
            "(a <<E)\nx\nE",
            "a <<$x\n$x",
            "a\0b",
            "a\rb",
            "a\u{1B}b",
            "a\u{A0}b",
            "a\u{202E}b",
            "a \\\r\n b",
            "a | ! ",
            "a && ;b",
        ],
    );
}

#[test]
fn long_and_deep_scripts_end() {
    assert_eq!(shell(&"(".repeat(65_000)), None);
    let deep = format!("{}a{}", "( ".repeat(20_000), ")".repeat(20_000));
    assert_eq!(shell(&deep).map(|commands| commands.len()), Some(1));
    assert_eq!(shell(&"a;".repeat(30_000)).map(|commands| commands.len()), Some(30_000));
    assert_eq!(shell(&"a;".repeat(40_000)), None);
}

const PIECES: [&str; 52] = [
    "a", "b", "rm", "eval", " ", " ", " ", "\n", "\t", ";", "&", "&&", "|", "||", "(", ")", "{", "}", "!",
    "<", ">", ">>", "<<", "<<-", "<<<", "'", "\"", "\\", "\\\n", "$", "$(", "`", "*", "?", "[", "]", "~",
    "#", "=", "1", "2>", ">&", "&>", "E", "\nE\n", "'x y'", "\"x y\"", "é", "-", ":", "%", "^",
];

/// What can stand in a script without quotes.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "'\\''"))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(20_000))]

    #[test]
    fn any_soup_is_read_or_not(pieces in prop::collection::vec(prop::sample::select(PIECES.to_vec()), 0..16)) {
        let text = pieces.concat();
        if let Some(commands) = shell(&text) {
            prop_assert!(!commands.is_empty());
            for command in &commands {
                prop_assert!(!command.name.is_empty() && command.name != "eval", "{text:?}");
                // Reading the command again, quoted, gives the command.
                let words: alloc::vec::Vec<String> = core::iter::once(&command.name).chain(&command.args).map(|word| quoted(word)).collect();
                let again = shell(&words.join(" ")).expect("quoted words are static");
                prop_assert_eq!(again.len(), 1);
                prop_assert_eq!((&again[0].name, &again[0].args), (&command.name, &command.args));
            }
        }
    }

    #[test]
    fn quoting_hides_everything(arg in any::<String>(), tail in "x-[a-z]{1,3}") {
        prop_assume!(!arg.chars().any(|c| c == '\0' || super::super::shell(&format!("echo {}", quoted(&c.to_string()))).is_none()) && crate::views::is_clean(&arg));
        let commands = shell(&format!("echo {} && {tail} {}", quoted(&arg), quoted(&arg))).expect("static words");
        prop_assert_eq!(commands.len(), 2);
        prop_assert_eq!(&commands[0].args[..], core::slice::from_ref(&arg));
        prop_assert_eq!(&commands[1].args[..], core::slice::from_ref(&arg));
    }
}
