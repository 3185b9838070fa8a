//! `path` and `under`.

use super::{check, check_absent};
use crate::views::{RootError, Scratch, check_root, under};

#[test]
fn parts_of_a_path() {
    check(
        "path",
        &[
            ("/srv/app/Main.RS", "absolute=true clean=/srv/app/Main.RS dir=/srv/app name=Main.RS ext=rs"),
            ("src//lib/./../a.tar.gz", "absolute=false clean=src/a.tar.gz dir=src name=a.tar.gz ext=gz"),
            ("./x/", "absolute=false clean=x dir=. name=x ext="),
            (".env", "absolute=false clean=.env dir=. name=.env ext=env"),
            ("/.ssh/id_rsa", "absolute=true clean=/.ssh/id_rsa dir=/.ssh name=id_rsa ext="),
            ("/a.b/c", "absolute=true clean=/a.b/c dir=/a.b name=c ext="),
            ("/", "absolute=true clean=/ dir=/ name= ext="),
            ("/x", "absolute=true clean=/x dir=/ name=x ext="),
            ("/..", "absolute=true clean=/ dir=/ name= ext="),
            (".", "absolute=false clean=. dir=. name= ext="),
            ("a/..", "absolute=false clean=. dir=. name= ext="),
            ("a/", "absolute=false clean=a dir=. name=a ext="),
            ("50%.txt", "absolute=false clean=50%.txt dir=. name=50%.txt ext=txt"),
            ("/日本/メモ.TXT", "absolute=true clean=/日本/メモ.TXT dir=/日本 name=メモ.TXT ext=txt"),
            ("a/a", "absolute=false clean=a/a dir=a name=a ext="),
        ],
    );
    check_absent(
        "path",
        &[
            "",
            "..",
            "../x",
            "a/../../x",
            "//srv/app",
            "~/x",
            "~root/x",
            "./~/x",
            "a/../C:/x",
            "C:/x",
            "C:\\x",
            "file:///x",
            "/a\\b",
            "/a\0",
            "/a\nb",
            "/secret.env ",
            "/secret.env.",
            "/a/.../b",
            "/a/.. /b",
            "/a%20b",
            "/%2e%2e/x",
            "/a%2fb",
            "/a/．．/b",
            "/a∕b",
            "/a\u{202E}b",
            "/a\u{FE30}\u{2216}b",
            "/a\u{FE30}b",
            "/a\u{2216}b",
            "/a\u{29F5}b",
            "/a\u{29F8}b",
            "/a\u{29F9}b",
            "/a\u{7F}",
        ],
    );
}

#[track_caller]
fn check_under(root: &str, cases: &[(&str, Option<bool>)]) {
    assert_eq!(check_root(root), Ok(()));
    for (input, expected) in cases {
        assert_eq!(under(input, root, &mut Scratch::new()), *expected, "path({input:?}) under {root:?}");
    }
}

#[test]
fn inside_and_outside() {
    check_under(
        "/srv/app",
        &[
            ("/srv/app", Some(true)),
            ("/srv/app/", Some(true)),
            ("/srv/app/x/y", Some(true)),
            ("/srv//app/./x", Some(true)),
            ("/srv/app/../app/x", Some(true)),
            ("/etc/../srv/app/x", Some(true)),
            ("/../srv/app/x", Some(true)),
            ("/srv/app/a..b", Some(true)),
            ("/srv/application", Some(false)),
            ("/srv/app.bak/x", Some(false)),
            ("/srv", Some(false)),
            ("/", Some(false)),
            ("/srv/app/..", Some(false)),
            ("/srv/app/../../etc", Some(false)),
            ("/srv/app/x/../../../etc/passwd", Some(false)),
            ("/srv/App/x", Some(false)),
            ("/app/srv", Some(false)),
        ],
    );
}

#[test]
fn escapes_are_read_in_every_way() {
    check_under(
        "/srv/app",
        &[
            ("/srv/app/a%20b", Some(true)),
            ("/srv/app/50%", Some(true)),
            ("/srv/app/%41", Some(true)),
            ("/srv/app/%2e%2e/etc", None),
            ("/srv/app/%2e%2e/%252e", None),
            ("/srv/app/%252e%252e/etc", None),
            ("/srv/app/%25252e%25252e/etc", None),
            ("/srv/app/x/%2E%2e/etc", Some(true)),
            ("/srv/app/x/%2E./etc", None),
            ("/srv/ap%70/x", None),
            ("/srv/%61pp", None),
            ("/etc/%61", Some(false)),
            ("/srv/app/%u002e%u002e/x", None),
            ("/srv/app/100%unique", Some(true)),
            ("/srv/app/..;/x", None),
            ("/srv/app/.;a/x", None),
            ("/srv/app/a;b", Some(true)),
            ("/srv/app/..%2f..%2fetc", None),
            ("/srv/app/a%2fb/../%2e%2e/x", None),
            ("/srv/app%5c..%5cx", None),
            ("/srv/app/x%00.png", None),
            ("/srv/app/%c0%ae%c0%ae/x", None),
            ("/srv/app/%ff", None),
            ("/srv/app/%25252525252525252525252e", None),
            ("%2fsrv/app", None),
        ],
    );
}

#[test]
fn relative_and_odd_paths_are_unknown() {
    for input in [
        "",
        "srv/app/x",
        "./x",
        "../srv/app",
        "~/x",
        "//srv/app/x",
        "\\srv\\app",
        "/srv/app\\..\\x",
        "/srv/app/x\0",
        "/srv/app/x ",
        "C:/srv/app",
    ] {
        check_under("/srv/app", &[(input, None)]);
    }
}

#[test]
fn other_roots() {
    check_under("/", &[("/", Some(true)), ("/x/..", Some(true)), ("x", None)]);
    check_under(
        "/a/a/b/",
        &[("/a/a/b", Some(true)), ("/a/a/a/b", Some(false)), ("/a/../a/a/b/c", Some(true))],
    );
    for (root, expected) in [
        ("srv", Err(RootError::Relative)),
        ("", Err(RootError::Relative)),
        ("~/.ssh", Err(RootError::Relative)),
        ("/srv/../x", Err(RootError::NotClean)),
        ("/srv//x", Err(RootError::NotClean)),
        ("//", Err(RootError::NotClean)),
        ("/a%20b", Err(RootError::NotClean)),
        ("/a\\b", Err(RootError::NotClean)),
    ] {
        assert_eq!(check_root(root), expected, "{root:?}");
    }
}
