//! Random statements of policies that remember, and of those that change what the agent sees. In: proptest's choices.
//! Out: token texts.

use super::{
    Tokens, clauses, condition, effect, expr, ident, join, key, list, one, operand, pattern_exact, patterns,
    separated, string, tools, ty, words,
};
use proptest::collection::vec;
use proptest::prelude::*;

/// A fact, a label, a limit, a shape of results, a redaction, a rule on results or replies, or a disclaimer.
pub(super) fn statement() -> BoxedStrategy<Tokens> {
    let ruled = |target: &'static str| {
        (ident(), effect(), clauses())
            .prop_map(move |(name, e, c)| join([words(&format!("rule {name} :")), e, words(target), c]))
    };
    prop_oneof![
        2 => fact(),
        1 => label(),
        2 => limit(),
        1 => redact(),
        1 => (patterns(), ty()).prop_map(|(t, ty)| join([one("result"), t, one(":"), ty])),
        1 => ruled("result of crm.get_* , b . c except d"),
        1 => ruled("reply"),
        1 => (ident(), string(), clauses())
            .prop_map(|(name, s, c)| join([words(&format!("append {name} on reply :")), one(s), c])),
    ]
    .boxed()
}

/// `for principal`, `for 7d`, `for 5 calls`.
fn scope() -> BoxedStrategy<Tokens> {
    let clause = prop::sample::select(vec!["for principal", "for 7d", "for 5 calls"]).prop_map(words);
    vec(clause, 0..3).prop_map(join).boxed()
}

fn fact() -> BoxedStrategy<Tokens> {
    let param = (ident(), ty()).prop_map(|(name, ty)| join([one(name), one(":"), ty]));
    let params = prop_oneof![Just(Tokens::new()), list(param, "(", ")")];
    let each = (ident(), operand(), prop_oneof![Just(None), expr().prop_map(Some)]).prop_map(
        |(name, domain, filter)| {
            let filter = filter.map_or_else(Tokens::new, |e| join([one("where"), e]));
            join([words(&format!("each {name} in")), domain, filter, one(":")])
        },
    );
    let after = (tools(), vec(condition(), 0..2), vec(each, 0..3), action()).prop_map(
        |(tools, when, each, action)| join([one("after"), tools, join(when), one(":"), join(each), action]),
    );
    (ident(), params, ty(), scope(), vec(after, 0..3))
        .prop_map(|(name, params, ty, scope, after)| {
            join([words(&format!("fact {name}")), params, one(":"), ty, scope, join(after)])
        })
        .boxed()
}

/// What a result changes.
fn action() -> BoxedStrategy<Tokens> {
    let target = || {
        let keyed = (ident(), list(operand(), "(", ")")).prop_map(|(name, keys)| join([one(name), keys]));
        prop_oneof![ident().prop_map(one), keyed]
    };
    prop_oneof![
        (target(), expr()).prop_map(|(target, e)| join([target, one("="), e])),
        (target(), operand()).prop_map(|(target, e)| join([target, one("+="), e])),
        (target(), operand()).prop_map(|(target, e)| join([target, one("add"), e])),
        operand().prop_map(|e| join([one("add"), e])),
        target().prop_map(|target| join([one("forget"), target])),
    ]
    .boxed()
}

fn label() -> BoxedStrategy<Tokens> {
    let after = (tools(), vec(condition(), 0..2), scope())
        .prop_map(|(tools, when, scope)| join([one("after"), tools, join(when), scope]));
    (ident(), scope(), vec(after, 0..3))
        .prop_map(|(name, scope, after)| join([words(&format!("label {name}")), scope, join(after)]))
        .boxed()
}

fn limit() -> BoxedStrategy<Tokens> {
    let window = prop::sample::select(vec![
        "per 1d",
        "per session",
        "per calendar day",
        "per calendar week in \"Europe/London\"",
    ]);
    let counted = (prop::sample::select(vec!["", "distinct"]), operand())
        .prop_map(|(distinct, e)| join([words(&format!("counting {distinct}")), e]));
    // Tools without a `counting` belong to the next one: they can stand only at the end.
    let on = (vec((tools(), counted), 0..3), tools()).prop_map(|(counted, last)| {
        let counted = counted.into_iter().map(|(tools, counting)| join([tools, counting, one(",")]));
        join([one("on"), join(counted), last])
    });
    let part = prop_oneof![
        2 => window.prop_map(words),
        2 => vec(operand(), 1..3).prop_map(|keys| join([words("for each"), separated(keys, ",")])),
        1 => Just(words("for everyone")),
        2 => on,
        1 => effect().prop_map(|e| join([one("exceeded"), e])),
        1 => Just(words("failures count")),
        1 => condition(),
    ];
    (ident(), operand(), vec(part, 0..5))
        .prop_map(|(name, n, parts)| join([words(&format!("limit {name} :")), n, join(parts)]))
        .boxed()
}

/// `result..email`, `result.items[*]."odd key"`.
fn paths() -> BoxedStrategy<Tokens> {
    let step = prop_oneof![
        key().prop_map(|key| one(format!(". {key}"))),
        key().prop_map(|key| one(format!(".. {key}"))),
        Just(words("[ * ]")),
    ];
    let path = vec(step, 0..4).prop_map(|steps| join([one("result"), join(steps)]));
    vec(path, 1..4).prop_map(|all| separated(all, ",")).boxed()
}

fn redact() -> BoxedStrategy<Tokens> {
    let part = prop_oneof![
        2 => paths().prop_map(|paths| join([one("paths"), paths])),
        2 => vec(operand(), 1..4).prop_map(|all| join([one("patterns"), separated(all, ",")])),
        1 => Just(words("keep images")),
        1 => string().prop_map(|s| join([one("with"), one(s)])),
        1 => condition(),
    ];
    (ident(), tools(), vec(part, 0..4))
        .prop_map(|(name, tools, parts)| {
            join([words(&format!("redact {name} on")), tools, one(":"), join(parts)])
        })
        .boxed()
}

/// `=> EFFECT by ID, …`.
pub(super) fn expected() -> BoxedStrategy<Tokens> {
    let ids = vec(prop_oneof![ident().prop_map(one), Just(words("refunds . small"))], 1..4)
        .prop_map(|all| join([one("by"), separated(all, ",")]));
    (effect(), prop_oneof![Just(Tokens::new()), ids])
        .prop_map(|(effect, by)| join([one("=>"), effect, by]))
        .boxed()
}

/// A step of a test beside those that set its context.
pub(super) fn step(table: &BoxedStrategy<Tokens>) -> BoxedStrategy<Tokens> {
    let outcome = prop_oneof![
        3 => Just(Tokens::new()),
        1 => operand().prop_map(|e| join([one("returns"), e])),
        1 => prop::sample::select(vec!["fails", "lost"]).prop_map(one),
    ];
    let shown = prop_oneof![
        3 => Just(Tokens::new()),
        1 => paths().prop_map(|paths| join([one("redacting"), paths])),
        1 => Just(one("withheld")),
    ];
    let answer = prop::sample::select(vec!["approved by \"lead\"", "rejected by \"a\" from \"b\" , \"c\""]);
    let appending = prop::sample::select(vec!["", "appending note", "appending a . b , c"]);
    prop_oneof![
        3 => (pattern_exact(), table.clone(), outcome, expected(), shown).prop_map(
            |(tool, args, outcome, expected, shown)| join([one("call"), tool, args, outcome, expected, shown])
        ),
        1 => (answer, prop_oneof![Just(Tokens::new()), expected()])
            .prop_map(|(answer, expected)| join([words(answer), expected])),
        1 => (string(), expected(), appending)
            .prop_map(|(text, expected, appending)| join([one("reply"), one(text), expected, words(appending)])),
        1 => ident().prop_map(|name| words(&format!("label {name}"))),
        1 => Just(words("after 1h30m")),
    ]
    .boxed()
}
