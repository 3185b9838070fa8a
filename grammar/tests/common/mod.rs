//! Random policies as token texts. In: proptest's choices. Out: statements that the grammar takes, token by token, and
//! the white space and comments to put between them.

mod memory;

use proptest::collection::vec;
use proptest::prelude::*;

/// Texts of tokens, in order.
pub(crate) type Tokens = Vec<String>;

/// Splits at blanks.
fn words(text: &str) -> Tokens {
    text.split_whitespace().map(str::to_owned).collect()
}

fn one(text: impl Into<String>) -> Tokens {
    vec![text.into()]
}

fn join(parts: impl IntoIterator<Item = Tokens>) -> Tokens {
    parts.into_iter().flatten().collect()
}

fn separated(parts: Vec<Tokens>, by: &str) -> Tokens {
    let mut all = Tokens::new();
    for (at, part) in parts.into_iter().enumerate() {
        if at > 0 {
            all.push(by.to_owned());
        }
        all.extend(part);
    }
    all
}

/// Words of the language that authors may use.
fn soft_words() -> Vec<&'static str> {
    let words = policyc_grammar::token::KEYWORDS.iter();
    words.filter(|keyword| !keyword.class.is_reserved()).map(|keyword| keyword.spelling).collect()
}

/// A name of the author's.
fn ident() -> BoxedStrategy<String> {
    prop_oneof![
        4 => "[a-z]{4,7}_[a-z]{1,3}",
        1 => Just("hubspot-list-objects".to_owned()),
        1 => prop::sample::select(soft_words()).prop_map(str::to_owned),
    ]
    .boxed()
}

fn string() -> BoxedStrategy<String> {
    prop_oneof![
        Just("\"\"".to_owned()),
        "\"[a-z @.*/]{0,12}\"",
        Just(r#""\"q\" \\ \n \u{1F600} é""#.to_owned()),
        Just("\"// not a comment\"".to_owned()),
    ]
    .boxed()
}

fn literal() -> BoxedStrategy<String> {
    prop_oneof![
        string(),
        prop::sample::select(vec![
            "0",
            "42",
            "4_000",
            "0.01",
            "15m",
            "1h30m",
            "2027-01-01",
            "2027-01-01T09:00Z"
        ])
        .prop_map(str::to_owned),
        prop::sample::select(vec!["true", "false", "null", "/a\\/b[0-9]+/i", "/x/"]).prop_map(str::to_owned),
    ]
    .boxed()
}

fn key() -> BoxedStrategy<String> {
    prop_oneof![ident(), string(), Just("when".to_owned()), Just("rule".to_owned())].boxed()
}

fn list(
    inner: impl Strategy<Value = Tokens> + 'static,
    open: &'static str,
    close: &'static str,
) -> BoxedStrategy<Tokens> {
    (vec(inner, 0..4), any::<bool>())
        .prop_map(move |(parts, comma)| {
            let trailing = comma && !parts.is_empty();
            let mut all = join([one(open), separated(parts, ",")]);
            all.extend(trailing.then(|| ",".to_owned()));
            all.push(close.to_owned());
            all
        })
        .boxed()
}

/// A type.
pub(crate) fn ty() -> BoxedStrategy<Tokens> {
    let leaf = prop_oneof![ident().prop_map(one), Just(one("null")), string().prop_map(one)];
    leaf.prop_recursive(2, 6, 3, |inner| {
        let field =
            (key(), any::<bool>(), inner.clone(), any::<bool>()).prop_map(|(key, optional, ty, comma)| {
                let question = if optional { one("?") } else { Tokens::new() };
                let comma = if comma { one(",") } else { Tokens::new() };
                join([one(key), question, one(":"), ty, comma])
            });
        prop_oneof![
            vec(field, 0..4).prop_map(|fields| join([one("{"), join(fields), one("}")])),
            (ident(), vec(inner.clone(), 1..3)).prop_map(|(name, args)| join([
                words(&format!("{name} <")),
                separated(args, ","),
                one(">")
            ])),
            vec(literal_type(), 2..4).prop_map(|parts| separated(parts, "|")),
        ]
    })
    .boxed()
}

fn literal_type() -> BoxedStrategy<Tokens> {
    prop_oneof![
        string().prop_map(one),
        ident().prop_map(one),
        ident().prop_map(|name| words(&format!("{name} ?")))
    ]
    .boxed()
}

/// An expression that may stand anywhere an operand may: operators inside stand in parentheses.
fn operand() -> BoxedStrategy<Tokens> {
    let leaf = prop_oneof![ident().prop_map(one), literal().prop_map(one), Just(words("args . amount"))];
    leaf.prop_recursive(2, 8, 3, |inner| {
        prop_oneof![
            expr_over(inner.clone()).prop_map(|e| join([one("("), e, one(")")])),
            list(inner.clone(), "[", "]"),
            list((key(), inner.clone()).prop_map(|(key, value)| join([one(key), one(":"), value])), "{", "}"),
            (ident(), list(inner.clone(), "(", ")")).prop_map(|(name, args)| join([one(name), args])),
            (inner.clone(), key()).prop_map(|(base, key)| join([base, one(format!(". {key}"))])),
            (inner.clone(), expr_over(inner.clone())).prop_map(|(b, i)| join([b, one("["), i, one("]")])),
            (ident(), inner.clone(), expr_over(inner.clone())).prop_map(|(var, domain, body)| {
                join([words(&format!("count ( {var} in")), domain, one(":"), body, one(")")])
            }),
            string().prop_map(|range| join([one("cidr"), one(range)])),
        ]
    })
    .boxed()
}

/// An expression with at most one level of each operator over operands.
fn expr_over(inner: impl Strategy<Value = Tokens> + Clone + 'static) -> BoxedStrategy<Tokens> {
    let default = vec(inner.clone(), 1..3).prop_map(|parts| separated(parts, "??"));
    let negated = (any::<bool>(), default).prop_map(|(minus, e)| if minus { join([one("-"), e]) } else { e });
    let signs = prop::sample::select(vec!["+", "-", "*", "++"]);
    let sum = (negated.clone(), vec((signs, negated), 0..3))
        .prop_map(|(first, rest)| rest.into_iter().fold(first, |all, (sign, e)| join([all, one(sign), e])));
    let relation = prop::sample::select(vec![
        "==",
        "!=",
        "<",
        "<=",
        ">",
        ">=",
        "in",
        "not in",
        "like",
        "matches",
        "finds",
        "starts_with",
        "ends_with",
        "contains",
        "under",
    ]);
    let comparison = prop_oneof![
        sum.clone(),
        (sum.clone(), relation, sum.clone()).prop_map(|(l, op, r)| join([l, words(op), r])),
        (sum.clone(), ty()).prop_map(|(e, ty)| join([e, one("is"), ty])),
        ident().prop_map(|name| words(&format!("has args . {name}"))),
        ident().prop_map(|name| words(&format!("known {name} ( args . id )"))),
        ident().prop_map(|name| words(&format!("session has label {name}"))),
    ];
    let denied = (any::<bool>(), comparison).prop_map(|(not, e)| if not { join([one("not"), e]) } else { e });
    let words_ = prop::sample::select(vec!["and", "or"]);
    let chain = (words_, vec(denied, 1..4)).prop_map(|(word, parts)| separated(parts, word));
    let binder = prop::sample::select(vec!["any", "all"]);
    prop_oneof![
        4 => chain.clone(),
        1 => (binder, ident(), sum, chain)
            .prop_map(|(word, var, domain, body)| join([words(&format!("{word} {var} in")), domain, one(":"), body])),
    ].boxed()
}

/// An expression.
pub(crate) fn expr() -> BoxedStrategy<Tokens> {
    expr_over(operand())
}

fn pattern() -> BoxedStrategy<Tokens> {
    let globs = prop::sample::select(vec!["*", "get_*", "*_all", "a-*-b", "\"odd.name\"", "when", "get"]);
    prop_oneof![
        ident().prop_map(one),
        Just(one("*")),
        (prop_oneof![ident(), Just("*".to_owned())], globs)
            .prop_map(|(alias, tool)| join([one(alias), one(format!(". {tool}"))])),
    ]
    .boxed()
}

fn patterns() -> BoxedStrategy<Tokens> {
    vec(pattern(), 1..4).prop_map(|all| separated(all, ",")).boxed()
}

fn tools() -> BoxedStrategy<Tokens> {
    let tail = prop_oneof![
        3 => Just(Tokens::new()),
        1 => patterns().prop_map(|all| join([one("except"), all])),
        1 => operand().prop_map(|e| join([one("where"), e])),
        1 => Just(words("having args . ids , args . x")),
    ];
    (patterns(), tail).prop_map(|(all, tail)| join([all, tail])).boxed()
}

fn effect() -> BoxedStrategy<Tokens> {
    prop::sample::select(vec!["allow", "ask", "deny"]).prop_map(one).boxed()
}

fn with() -> BoxedStrategy<Tokens> {
    (ident(), expr()).prop_map(|(name, e)| join([words(&format!("with {name} =")), e])).boxed()
}

fn condition() -> BoxedStrategy<Tokens> {
    prop_oneof![
        expr().prop_map(|e| join([one("when"), e])),
        expr().prop_map(|e| join([one("unless"), e])),
        with(),
        string().prop_map(|s| join([one("because"), one(s)])),
    ]
    .boxed()
}

fn clauses() -> BoxedStrategy<Tokens> {
    let terms = vec(string(), 1..3).prop_map(|all| {
        join([
            one("from"),
            separated(all.into_iter().map(one).collect(), ","),
            words("quorum 2 within 1h30m"),
        ])
    });
    vec(prop_oneof![4 => condition(), 1 => terms], 0..4).prop_map(join).boxed()
}

fn step() -> BoxedStrategy<Tokens> {
    let table = list((key(), operand()).prop_map(|(key, value)| join([one(key), one(":"), value])), "{", "}");
    prop_oneof![
        1 => table.clone().prop_map(|t| join([one("principal"), t])),
        1 => table.clone().prop_map(|t| join([one("session"), t])),
        1 => Just(words("at 2027-01-01T09:00Z")),
        3 => memory::step(&table),
    ]
    .boxed()
}

fn pattern_exact() -> BoxedStrategy<Tokens> {
    (ident(), key()).prop_map(|(alias, tool)| join([one(alias), one(format!(". {tool}"))])).boxed()
}

/// A statement.
pub(crate) fn statement() -> BoxedStrategy<Tokens> {
    let arm = (ident(), effect(), clauses()).prop_map(|(name, e, c)| join([one(name), one(":"), e, c]));
    let record = vec((key(), ty()).prop_map(|(key, ty)| join([one(key), one(":"), ty])), 0..4)
        .prop_map(|fields| join([one("{"), join(fields), one("}")]))
        .boxed();
    let param = (ident(), ty()).prop_map(|(name, ty)| join([one(name), one(":"), ty]));
    let kind = prop_oneof![
        Just(words("edition 2026.1")),
        (ident(), string()).prop_map(|(name, title)| join([words(&format!("policy {name}")), one(title)])),
        ident().prop_map(|name| words(&format!(
            "import tools {name} from \"f.json\" open x.args.y , \"z\" . a [ * ] . b"
        ))),
        Just(words("import guardrails \"g.policy\"")),
        Just(words("import \"g.policy\"")),
        list(ident().prop_map(one), "{", "}").prop_map(|names| join([words("import std . email"), names])),
        record.clone().prop_map(|r| join([one("principal"), r])),
        record.prop_map(|r| join([one("session"), r])),
        vec(string().prop_map(one), 1..3)
            .prop_map(|all| join([words("approvers default"), separated(all, ",")])),
        (ident(), expr()).prop_map(|(name, e)| join([words(&format!("let {name} =")), e])),
        (ident(), tools()).prop_map(|(name, t)| join([words(&format!("group {name} =")), t])),
        (ident(), list(param, "(", ")"), ty(), expr()).prop_map(|(n, p, t, e)| join([
            words(&format!("fn {n}")),
            p,
            one("->"),
            t,
            one("="),
            e
        ])),
        (ident(), effect(), tools(), clauses()).prop_map(|(n, e, t, c)| join([
            words(&format!("rule {n} :")),
            e,
            t,
            c
        ])),
        (ident(), tools(), vec(with(), 0..2), vec(arm, 0..4)).prop_map(|(n, t, w, a)| {
            join([words(&format!("decide {n} on")), t, one("{"), join(w), join(a), one("}")])
        }),
        (ident(), tools(), vec(condition(), 0..2)).prop_map(|(n, t, c)| join([
            words(&format!("hide {n} :")),
            t,
            join(c)
        ])),
        (ident(), vec(step(), 0..4)).prop_map(|(n, s)| join([
            words(&format!("test {n} {{")),
            join(s),
            one("}")
        ])),
    ];
    let prefix = prop_oneof![
        6 => Just(Tokens::new()),
        1 => Just(words("@ overlaps ( other .rule ) shadow")),
        1 => Just(words("@ when")),
        1 => Just(words("shadow")),
    ];
    let kind = prop_oneof![3 => kind, 2 => memory::statement()];
    (prefix, kind).prop_map(|(prefix, kind)| join([prefix, kind])).boxed()
}

/// What may stand between two tokens.
pub(crate) fn gap() -> BoxedStrategy<String> {
    prop_oneof![
        30 => Just(" ".to_owned()),
        4 => Just("\n".to_owned()),
        1 => Just("\r\n  \t".to_owned()),
        1 => Just("\n\n\n".to_owned()),
        1 => Just(" // behind  \n".to_owned()),
        1 => Just("\n  // own line\n".to_owned()),
        1 => Just("\n\n/// documentation\n\n".to_owned()),
        1 => Just(" //\r\n//// two\r\n".to_owned()),
    ]
    .boxed()
}

/// A file: tokens of some statements with gaps before, between and behind.
pub(crate) fn file() -> BoxedStrategy<String> {
    vec(statement(), 0..6)
        .prop_map(join)
        .prop_flat_map(|tokens| {
            let count = tokens.len() + 1;
            (Just(tokens), vec(gap(), count)).prop_map(|(tokens, gaps)| {
                let mut text = gaps.first().cloned().unwrap_or_default();
                for (token, gap) in tokens.iter().zip(gaps.iter().skip(1)) {
                    text.push_str(token);
                    text.push_str(gap);
                }
                text
            })
        })
        .boxed()
}

/// Tokens in no order at all.
pub(crate) fn soup() -> BoxedStrategy<String> {
    let spelled: Vec<String> = policyc_grammar::token::KEYWORDS
        .iter()
        .map(|keyword| keyword.spelling)
        .chain(policyc_grammar::token::SIGNS.iter().map(|(sign, _)| *sign))
        .chain([
            "name",
            "x",
            "get_*",
            "42",
            "0.5",
            "15m",
            "2027-01-01",
            "\"s\"",
            "/re/",
            "'",
            "\"",
            ";",
            "&&",
            "\u{202e}",
        ])
        .chain(["\0", "\r", "é", "/*", "*/", "#", "// c", "/// d", "\\", "1x", "\u{feff}"])
        .map(str::to_owned)
        .collect();
    let sign = (prop::sample::select(spelled), gap());
    vec(sign, 0..80).prop_map(|all| all.into_iter().map(|(token, gap)| token + &gap).collect()).boxed()
}
