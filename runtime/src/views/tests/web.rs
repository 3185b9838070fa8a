//! `url`, `urls`.

use super::{check, check_absent};

#[test]
fn ordinary_urls_have_parts() {
    check(
        "url",
        &[
            ("https://good.com/a/b?c=d#e", "scheme=https host=good.com port=443 path=/a/b query=c=d"),
            ("HTTPS://Good.COM:8443", "scheme=https host=good.com port=8443 path=/ query="),
            ("http://user:pw@good.com/", "scheme=http host=good.com port=80 path=/ query= userinfo=user:pw"),
            (
                "https://good.com@evil.com/",
                "scheme=https host=evil.com port=443 path=/ query= userinfo=good.com",
            ),
            ("http://10.0.0.1/x", "scheme=http host=10.0.0.1 port=80 path=/x query="),
            ("http://[::ffff:10.0.0.1]/", "scheme=http host=[::ffff:10.0.0.1] port=80 path=/ query="),
            ("http://[0:0::1]:80/", "scheme=http host=[::1] port=80 path=/ query="),
            ("https://bücher.de/", "scheme=https host=xn--bcher-kva.de port=443 path=/ query="),
            ("https://exаmple.com/", "scheme=https host=xn--exmple-4nf.com port=443 path=/ query="),
            (
                "https://my_bucket.s3.amazonaws.com/k",
                "scheme=https host=my_bucket.s3.amazonaws.com port=443 path=/k query=",
            ),
            ("https://good.com.evil.io/", "scheme=https host=good.com.evil.io port=443 path=/ query="),
            ("mailto:a@b.com", "scheme=mailto path=a@b.com query="),
            ("file:///etc/passwd", "scheme=file path=/etc/passwd query="),
            ("file:////etc/passwd", "absent"),
            ("Postgres://u@DB:5432/x", "scheme=postgres host=db port=5432 path=/x query= userinfo=u"),
            ("ssh://host", "scheme=ssh host=host path= query="),
            (
                "https://de.wikipedia.org/wiki/Köln",
                "scheme=https host=de.wikipedia.org port=443 path=/wiki/Köln query=",
            ),
            ("https://a.b/?q=[1]{2}|^`", "scheme=https host=a.b port=443 path=/ query=q=[1]{2}|^`"),
        ],
    );
}

#[test]
fn a_path_is_what_every_server_reads() {
    check(
        "url",
        &[
            ("https://a.b/%61dmin", "scheme=https host=a.b port=443 path=/admin query="),
            ("https://a.b/a%20b", "scheme=https host=a.b port=443 path=/a b query="),
            ("https://a.b/100%25", "scheme=https host=a.b port=443 path=/100% query="),
            ("https://a.b/K%C3%B6ln", "scheme=https host=a.b port=443 path=/Köln query="),
        ],
    );
    let only_host = "scheme=https host=a.b port=443 query=";
    for path in [
        "/x/../admin",
        "/x/./y",
        "/..",
        "/x/%2e%2e/admin",
        "/x/.%2E/admin",
        "/%252e%252e/admin",
        "/x%2f..%2fadmin",
        "/x%5cadmin",
        "/x%00",
        "/x%0d%0aHost:%20evil",
        "/..;/admin",
        "/%ff",
        "/%c0%ae%c0%ae/",
        "/%E2%80%AEx",
    ] {
        check("url", &[(&alloc::format!("https://a.b{path}"), only_host)]);
    }
}

#[test]
fn what_parsers_disagree_about_is_no_url() {
    check_absent(
        "url",
        &[
            "",
            "good.com",
            "//good.com/",
            "/path",
            "http:",
            "http:good.com",
            "http:/good.com",
            "http:///good.com",
            "http://",
            "http://good.com\\@evil.com/",
            "http:\\\\good.com",
            "http://good.com\\evil",
            "http://2130706433/",
            "http://0x7f000001/",
            "http://0x7f.1/",
            "http://127.1/",
            "http://0177.0.0.1/",
            "http://1.2.3.4.5/",
            "http://good.0x1/",
            "http://%67ood.com/",
            "http://good.com%00.evil.com/",
            "http://a@b@c/",
            "http://@good.com/",
            "http://:@good.com/",
            "http://a:b:c@good.com:80:90/",
            "http://good.com:/",
            "http://good.com:080/",
            "http://good.com:65536/",
            "http://good.com:-1/",
            "http://good.com:８０/",
            "http://good.com./",
            "http://.good.com/",
            "http://good..com/",
            "http://-good.com/",
            " http://good.com/",
            "http://good.com/ ",
            "http://good.com/\n",
            "ht\ntp://good.com/",
            "http://go\tod.com/",
            "http://good.com/a b",
            "http://good.com/%zz",
            "http://good.com/%2",
            "http://good.com/<script>",
            "http://ｇood.com/",
            "http://good。com/",
            "http://good.com／evil",
            "http://go\u{AD}od.com/",
            "http://good.com/\u{202E}",
            "http://[::1",
            "http://::1/",
            "http://[::1]x/",
            "http://[fe80::1%25eth0]/",
            "http://[v1.x]/",
            "file://host/etc/passwd",
            "file://localhost/etc/passwd",
            "file:/etc/passwd",
            "file:etc",
            "1http://good.com/",
            "ht_tp://good.com/",
            "http://[good.com]/",
            "http://good.com[/",
            "ssh://bücher.de/",
        ],
    );
}

#[test]
fn lists_of_urls() {
    check(
        "urls",
        &[
            ("https://a.b/", "[https://a.b/]"),
            (" https://a.b/ http://c.d/x?y=1,2\nftp://e.f", "[https://a.b/|http://c.d/x?y=1,2|ftp://e.f]"),
            ("https://a.b/, http://c.d/", "[https://a.b/|http://c.d/]"),
        ],
    );
    check_absent(
        "urls",
        &[
            "",
            "  ",
            "see https://a.b/",
            "https://a.b/,https://evil.com/",
            "https://a.b,http://c.d",
            "https://a.b/, nowhere",
        ],
    );
}
