//! What the conditions of a tool would like arguments to be. In: the conditions. Out: places in the arguments, and the values, bounds and
//! forms that tests compare them with.
//!
//! A test that reads principal or session wishes for nothing, and an argument that one compares for equality is never to be changed.

use super::edit::Key;
use crate::check::walk::{children, places};
use crate::explain::seen::of_const;
use crate::explain::spell::member_of;
use crate::typed::{
    Block, Comparison, Const, Expr, ExprKind, Pattern, PatternKind, Place, Root, TextTest, VarId, View,
};
use policyc_runtime::number::SCALE;
use policyc_runtime::views::ViewId;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Wishes at most.
const MOST: usize = 4_096;

/// A step of a place: a key, or any element of a list.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Step {
    Key(Arc<str>),
    Each,
}

/// A place in the arguments.
pub(super) type Site = Vec<Step>;

/// What a test would like to find.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Want {
    /// This value.
    Value(Value),
    /// A number near this one, in units of 10⁻⁹.
    Near(i128),
    /// Text that begins so.
    Prefix(Arc<str>),
    /// Text that ends so.
    Suffix(Arc<str>),
    /// Text of this form, `*` for anything.
    Like(Arc<str>),
    /// A mail address of this domain.
    Domain(Arc<str>),
    /// A URL with this host.
    Host(Arc<str>),
    /// A path below this one.
    Under(Arc<str>),
    /// Text of about so many code points.
    Length(i128),
    /// About so many elements.
    Count(i128),
    /// A list with this element.
    With(Value),
    /// A list without any element but these.
    Within(Vec<Value>),
}

/// All wishes of a tool's conditions.
#[derive(Debug, Default)]
pub(super) struct Wishes {
    pub(super) all: Vec<(Site, Want)>,
    /// Lists that are gone through.
    pub(super) lists: BTreeSet<Site>,
    /// Places that are compared with what the host knows.
    secret: BTreeSet<Site>,
}

impl Wishes {
    /// The places that must not be touched, as the language spells them.
    pub(super) fn secrets(&self) -> Vec<String> {
        let spelled = |site: &Site| {
            site.iter().fold("args".to_owned(), |label, step| match step {
                Step::Key(key) => member_of(&label, key),
                Step::Each => format!("{label}[…]"),
            })
        };
        self.secret.iter().map(spelled).collect()
    }

    /// The place must not be touched: that a change helps would tell what the host knows.
    pub(super) fn is_secret(&self, path: &[Key]) -> bool {
        self.secret.iter().any(|site| {
            site.iter().zip(path).all(|(step, key)| match (step, key) {
                (Step::Key(step), Key::Name(key)) => step == key,
                (Step::Each, Key::Index(_)) => true,
                (Step::Key(_), Key::Index(_)) | (Step::Each, Key::Name(_)) => false,
            })
        })
    }
}

/// The wishes of everything that can match on a tool.
pub(super) fn of(blocks: &[Block]) -> Wishes {
    let mut collector = Collector { wishes: Wishes::default(), scope: BTreeMap::new() };
    for block in blocks {
        match block {
            Block::Rule(_, condition) => collector.condition(condition),
            Block::Decide(arms) => arms.iter().for_each(|(_, condition)| collector.condition(condition)),
        }
    }
    collector.wishes
}

struct Collector {
    wishes: Wishes,
    /// Where the elements that variables stand for are.
    scope: BTreeMap<VarId, Vec<Site>>,
}

impl Collector {
    fn condition(&mut self, expr: &Expr) {
        match &expr.kind {
            ExprKind::And(all) | ExprKind::Or(all) => all.iter().for_each(|one| self.condition(one)),
            ExprKind::Not(inner) => self.condition(inner),
            ExprKind::Quantifier { var, domain, zip, body, .. } => {
                self.bind(*var, domain);
                if let Some((second, list)) = zip {
                    self.bind(*second, list);
                }
                self.condition(body);
            }
            _ if reads_host(expr) => self.keep_secret(expr),
            _ => self.test(expr),
        }
    }

    fn bind(&mut self, var: VarId, domain: &Expr) {
        let lists = self.sites(domain);
        self.wishes.lists.extend(lists.iter().cloned());
        let elements = lists.into_iter().map(|mut site| {
            site.push(Step::Each);
            site
        });
        self.scope.insert(var, elements.collect());
    }

    fn wish(&mut self, place: &Expr, want: &Want) {
        for site in self.sites(place) {
            if self.wishes.all.len() < MOST {
                self.wishes.all.push((site, want.clone()));
            }
        }
    }

    /// Where in the arguments the value of an expression stands.
    fn sites(&self, expr: &Expr) -> Vec<Site> {
        match &expr.kind {
            ExprKind::Place(Place { root, steps }) => {
                let starts = match root {
                    Root::Args => vec![Vec::new()],
                    Root::Var(var) => self.scope.get(var).cloned().unwrap_or_default(),
                    Root::Principal | Root::Session | Root::Result | Root::ResultText => Vec::new(),
                };
                let keys = || steps.iter().cloned().map(Step::Key);
                starts.into_iter().map(|site| site.into_iter().chain(keys()).collect()).collect()
            }
            ExprKind::Coalesce(first, _) | ExprKind::Lower(first) => self.sites(first),
            ExprKind::Concat(all) => all.iter().flat_map(|one| self.sites(one)).collect(),
            _ => Vec::new(),
        }
    }

    fn test(&mut self, expr: &Expr) {
        match &expr.kind {
            ExprKind::IsTrue(value) => {
                self.wish(value, &Want::Value(Value::from(true)));
                self.wish(value, &Want::Value(Value::from(false)));
            }
            ExprKind::Equal(a, b) => {
                for (place, other) in [(a, b), (b, a)] {
                    if let ExprKind::Const(constant) = &other.kind {
                        self.equals(place, constant);
                    }
                }
            }
            ExprKind::InConsts(place, consts) => consts.iter().for_each(|one| self.equals(place, one)),
            ExprKind::InList(needle, list) => {
                match &needle.kind {
                    ExprKind::Const(constant) => self.wish(list, &Want::With(of_const(constant))),
                    _ => constants(list).iter().for_each(|one| self.equals(needle, one)),
                }
                let lists = self.sites(list);
                self.wishes.lists.extend(lists);
            }
            ExprKind::Subset(part, whole) => {
                let within: Vec<Value> = constants(whole).iter().map(of_const).collect();
                self.wish(part, &Want::Within(within));
                let lists = self.sites(part);
                self.wishes.lists.extend(lists);
            }
            ExprKind::Compare(comparison) => self.compare(comparison),
            ExprKind::TextTest(test, text, other) => {
                if let ExprKind::Const(Const::Text(constant)) = &other.kind {
                    match test {
                        TextTest::StartsWith => self.wish(text, &Want::Prefix(constant.clone())),
                        TextTest::EndsWith => self.wish(text, &Want::Suffix(constant.clone())),
                        TextTest::Contains | TextTest::Mentions => {}
                    }
                }
            }
            ExprKind::Matches(text, Pattern { kind: PatternKind::Like, source, .. }) => {
                self.wish(text, &Want::Like(source.clone()));
            }
            ExprKind::Under(path, root) => {
                let path = match &path.kind {
                    ExprKind::View(view) => &view.subject,
                    _ => path,
                };
                self.wish(path, &Want::Under(root.clone()));
            }
            _ => {}
        }
        children(expr).into_iter().for_each(|child| self.inside(child));
    }

    /// Conditions within values: `count(x in xs: …) > 1`.
    fn inside(&mut self, expr: &Expr) {
        if let ExprKind::CountIf(var, list, body) = &expr.kind {
            self.bind(*var, list);
            self.condition(body);
        } else {
            children(expr).into_iter().for_each(|child| self.inside(child));
        }
    }

    fn equals(&mut self, place: &Expr, constant: &Const) {
        match (&place.kind, constant) {
            (ExprKind::View(View { view, member, subject, .. }), Const::Text(text)) => {
                match (ViewId::from_number(*view), *member) {
                    (Some(ViewId::Email), 1) => self.wish(subject, &Want::Domain(text.clone())),
                    (Some(ViewId::Email), 2) => self.wish(subject, &Want::Value(Value::from(&**text))),
                    (Some(ViewId::Url), 1) => self.wish(subject, &Want::Host(text.clone())),
                    _ => {}
                }
            }
            _ => self.wish(place, &Want::Value(of_const(constant))),
        }
    }

    /// A single value against a bound.
    fn compare(&mut self, comparison: &Comparison) {
        let [(coefficient, term)] = comparison.terms.as_slice() else { return };
        let Some(bound) = comparison.constant.checked_div(i128::from(*coefficient)) else { return };
        match &term.kind {
            ExprKind::Length(text) => self.wish(text, &Want::Length(bound.div_euclid(SCALE))),
            ExprKind::Count(list) => {
                self.wish(list, &Want::Count(bound.div_euclid(SCALE)));
                let lists = self.sites(list);
                self.wishes.lists.extend(lists);
            }
            _ => self.wish(term, &Want::Near(bound)),
        }
    }

    /// Every argument that is compared for equality with something of the host.
    fn keep_secret(&mut self, expr: &Expr) {
        if matches!(expr.kind, ExprKind::Compare(_)) {
            return;
        }
        let mut found = Vec::new();
        crate::check::walk::each(expr, &mut |part| {
            if matches!(part.kind, ExprKind::Place(_)) {
                found.extend(self.sites(part));
            }
        });
        self.wishes.secret.extend(found.into_iter().filter(|site| !site.is_empty()));
    }
}

fn reads_host(expr: &Expr) -> bool {
    places(expr).iter().any(|place| matches!(place.root, Root::Principal | Root::Session))
}

/// The constants of a literal list.
fn constants(list: &Expr) -> Vec<Const> {
    let ExprKind::List(all) = &list.kind else { return Vec::new() };
    let constant = |expr: &Expr| match &expr.kind {
        ExprKind::Const(constant) => Some(constant.clone()),
        _ => None,
    };
    all.iter().filter_map(constant).collect()
}
