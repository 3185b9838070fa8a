//! Clauses of rules, arms and hides: `when`, `unless`, `with`, `because` and the terms of an `ask`. In: clauses in any order. Out: one
//! of each, and complaints about doubles and about terms that no `ask` has.

use super::literal;
use crate::diagnostics::Code;
use crate::resolve::anchor::{Anchor, Found, Spot};
use crate::resolve::lost::Wanted;
use policyc_grammar::ast::{Clause, ClauseKind, Effect, Expr, With};
use policyc_grammar::lexer::is_bad_number;
use policyc_grammar::source::Span;
use policyc_runtime::program::ApprovalTerms;
use std::sync::Arc;

/// Clauses, sorted out.
#[derive(Debug, Default)]
pub(crate) struct Clauses<'a> {
    pub when: Option<&'a Expr>,
    pub unless: Option<&'a Expr>,
    pub with: Vec<&'a With>,
    pub because: Option<Arc<str>>,
    pub from: Option<(Vec<String>, Span)>,
    pub quorum: Option<(u32, Span)>,
    pub within_ms: Option<(u64, Span)>,
}

/// Sorts clauses out.
pub(crate) fn sort<'a>(clauses: &'a [Clause], anchor: &Anchor, found: &mut Vec<Found>) -> Clauses<'a> {
    let mut out = Clauses::default();
    for clause in clauses {
        let spot = Spot { anchor: anchor.clone(), span: clause.span };
        let word = word(&clause.kind);
        let twice = match &clause.kind {
            ClauseKind::When(e) => out.when.replace(e).is_some(),
            ClauseKind::Unless(e) => out.unless.replace(e).is_some(),
            ClauseKind::With(with) => {
                out.with.push(with);
                false
            }
            ClauseKind::Because(text) => out.because.replace(Arc::from(text.value.as_str())).is_some(),
            ClauseKind::From(names) => {
                let mut all: Vec<String> = names.iter().map(|n| n.value.to_string()).collect();
                all.sort();
                all.dedup();
                out.from.replace((all, clause.span)).is_some()
            }
            ClauseKind::Quorum(text) => {
                let number = text.parse::<u32>().ok().filter(|n| *n >= 1);
                if number.is_none() {
                    found.push(
                        Found::new(Code::E0409, spot.clone(), format!("`quorum {text}` has no meaning"))
                            .help("a quorum is a whole number of approvers, at least 1"),
                    );
                }
                out.quorum.replace((number.unwrap_or(1), clause.span)).is_some()
            }
            ClauseKind::Within(text) => {
                let ms =
                    literal::duration_ms(text).filter(|ms| *ms > 0).and_then(|ms| u64::try_from(ms).ok());
                if ms.is_none() && !is_bad_number(text) {
                    found.push(
                        Found::new(Code::E0409, spot.clone(), format!("`within {text}` has no meaning"))
                            .help("write a duration such as `15m` or `1h30m`"),
                    );
                }
                out.within_ms.replace((ms.unwrap_or(1), clause.span)).is_some()
            }
        };
        if twice {
            let help = match word {
                "when" | "unless" => "join the conditions with `and` or `or`",
                _ => "keep one of them",
            };
            found.push(
                Found::new(Code::E0504, spot, format!("`{word}` stands twice in one statement")).help(help),
            );
        }
    }
    out
}

fn word(kind: &ClauseKind) -> &'static str {
    match kind {
        ClauseKind::When(_) => "when",
        ClauseKind::Unless(_) => "unless",
        ClauseKind::With(_) => "with",
        ClauseKind::Because(_) => "because",
        ClauseKind::From(_) => "from",
        ClauseKind::Quorum(_) => "quorum",
        ClauseKind::Within(_) => "within",
    }
}

impl Clauses<'_> {
    /// The approval terms of an `ask`; a complaint if another effect has them, or an `ask` has nobody to ask.
    pub(crate) fn terms(
        &self,
        effect: Effect,
        default: Option<&Arc<[Arc<str>]>>,
        at: Span,
        anchor: &Anchor,
        found: &mut Vec<Found>,
    ) -> Option<ApprovalTerms> {
        let spot = |span| Spot { anchor: anchor.clone(), span };
        if effect != Effect::Ask {
            let present = [
                ("from", self.from.as_ref().map(|(_, s)| *s)),
                ("quorum", self.quorum.map(|(_, s)| s)),
                ("within", self.within_ms.map(|(_, s)| s)),
            ];
            for (word, span) in present {
                if let Some(span) = span {
                    let message =
                        format!("`{word}` is a term of an `ask`, this is a `{}`", effect.spelling());
                    found.push(
                        Found::new(Code::E0505, spot(span), message)
                            .help("approval terms stand with the effect `ask` only"),
                    );
                }
            }
            return None;
        }
        let from = match (&self.from, default) {
            (Some((from, _)), _) => from.clone(),
            (None, Some(default)) => {
                let mut all: Vec<String> = default.iter().map(|n| n.to_string()).collect();
                all.sort();
                all.dedup();
                all
            }
            (None, None) => {
                found.push(
                    Found::new(Code::E0506, spot(at), "this `ask` does not say who may approve")
                        .help("add `from \"team\"`, or set `approvers default \"team\"` for the whole policy")
                        .missing(Wanted::Approvers, ""),
                );
                vec!["nobody".to_owned()]
            }
        };
        Some(ApprovalTerms {
            from,
            quorum: self.quorum.map_or(1, |(n, _)| n),
            within_ms: self.within_ms.map(|(ms, _)| ms),
        })
    }
}
