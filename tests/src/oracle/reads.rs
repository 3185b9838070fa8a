//! Which places a policy reads. In: typed conditions. Out: per root, the places where a number must be a decimal: "where a statement
//! reads it, it must also fit decimal; elsewhere it is opaque" (semantics.md 30).

use policyc_compiler::typed::{ActionKind, EachElement, Expr, ExprKind, Place, Root, ToolMemory, VarId};
use std::collections::BTreeMap;
use std::sync::Arc;

/// A tree of places.
#[derive(Debug, Default)]
pub(super) struct Reads {
    /// What stands here is read.
    pub(super) here: bool,
    /// The members of the map here are gone through, or looked up under a computed key.
    listed: bool,
    keys: BTreeMap<Arc<str>, Reads>,
    elements: Option<Box<Reads>>,
    entries: Option<Box<Reads>>,
}

/// The places read of each root.
#[derive(Debug, Default)]
pub(super) struct AllReads {
    pub(super) args: Reads,
    pub(super) principal: Reads,
    pub(super) session: Reads,
    pub(super) result: Reads,
}

#[derive(Debug, Clone)]
enum Step {
    Key(Arc<str>),
    Element,
    Entry,
}

/// Where a value may come from.
#[derive(Debug, Clone)]
enum Origin {
    /// A place.
    Place(Root, Vec<Step>),
    /// A list whose elements come from there.
    ListOf(Vec<Origin>),
    /// The list of a map's values.
    ValuesOf(Box<Origin>),
}

impl Reads {
    /// The trees below that speak about a key.
    pub(super) fn key(&self, key: &str) -> Vec<&Self> {
        self.keys.get(key).into_iter().chain(self.entries.as_deref()).collect()
    }

    /// The same for a key that the type does not declare. Where members are gone through, reading one under a constant key reads
    /// them all: they are captured as one list.
    pub(super) fn undeclared(&self, key: &str, declared: impl Fn(&str) -> bool) -> Vec<&Self> {
        let others =
            self.keys.iter().filter(|(name, _)| self.listed && name.as_ref() != key && !declared(name));
        self.key(key).into_iter().chain(others.map(|(_, reads)| reads)).collect()
    }

    /// Something is read at all.
    pub(super) fn is_read(&self) -> bool {
        let below = self.keys.values().chain(self.elements.as_deref()).chain(self.entries.as_deref());
        self.here || self.listed || below.into_iter().any(Self::is_read)
    }

    /// The tree below that speaks about elements.
    pub(super) fn elements(&self) -> Option<&Self> {
        self.elements.as_deref()
    }

    fn list(&mut self, steps: &[Step]) {
        self.at(steps).listed = true;
    }

    fn at(&mut self, steps: &[Step]) -> &mut Self {
        match steps {
            [] => self,
            [Step::Key(key), rest @ ..] => self.keys.entry(key.clone()).or_default().at(rest),
            [Step::Element, rest @ ..] => self.elements.get_or_insert_default().at(rest),
            [Step::Entry, rest @ ..] => self.entries.get_or_insert_default().at(rest),
        }
    }

    fn add(&mut self, steps: &[Step]) {
        self.at(steps).here = true;
    }
}

impl Origin {
    fn step(&self, key: &Arc<str>) -> Vec<Self> {
        match self {
            Self::Place(root, steps) => {
                let steps = steps.iter().cloned().chain([Step::Key(key.clone())]).collect();
                vec![Self::Place(*root, steps)]
            }
            Self::ListOf(_) | Self::ValuesOf(_) => Vec::new(),
        }
    }

    fn below(&self, step: &Step) -> Vec<Self> {
        match (self, step) {
            (Self::Place(root, steps), step) => {
                vec![Self::Place(*root, steps.iter().cloned().chain([step.clone()]).collect())]
            }
            (Self::ListOf(elements), Step::Element) => elements.clone(),
            (Self::ValuesOf(map), Step::Element) => map.below(&Step::Entry),
            (Self::ListOf(_) | Self::ValuesOf(_), Step::Key(_) | Step::Entry) => Vec::new(),
        }
    }
}

fn below(origins: &[Origin], step: &Step) -> Vec<Origin> {
    origins.iter().flat_map(|origin| origin.below(step)).collect()
}

/// Collects what conditions read.
#[derive(Debug, Default)]
pub(super) struct Collector {
    pub(super) reads: AllReads,
    variables: Vec<(VarId, Vec<Origin>)>,
}

impl Collector {
    /// Adds what an expression reads.
    pub(super) fn add(&mut self, expr: &Expr) {
        for origin in self.origins(expr) {
            self.mark(&origin);
        }
        self.parts(expr);
    }

    /// Adds what the limits and changes of a tool read.
    pub(super) fn add_memory(&mut self, memory: &ToolMemory) {
        for used in &memory.limits {
            self.add(&used.when);
            used.keys.iter().chain([&used.amount]).for_each(|part| self.add(part));
        }
        for action in memory.admit.iter().chain(&memory.learn).chain(&memory.shown) {
            self.add(&action.when);
            self.add_each(&action.each, &action.kind);
        }
        memory.shows.iter().for_each(|(_, when)| self.add(when));
    }

    fn add_each(&mut self, each: &[EachElement], kind: &ActionKind) {
        let Some((first, rest)) = each.split_first() else { return self.add_kind(kind) };
        self.add(&first.domain);
        self.within(first.var, &first.domain, |collector| {
            first.filter.iter().for_each(|filter| collector.add(filter));
            collector.add_each(rest, kind);
        });
    }

    fn add_kind(&mut self, kind: &ActionKind) {
        let (keys, more): (&[Expr], Vec<&Expr>) = match kind {
            ActionKind::SetLabel(..) => (&[], Vec::new()),
            ActionKind::Pend(_, keys) | ActionKind::Forget(_, keys) => (keys, Vec::new()),
            ActionKind::Tally(_, keys, value) | ActionKind::Join(_, keys, value) => (keys, vec![value]),
            ActionKind::Learn(_, keys, fields) => (keys, fields.iter().flatten().collect()),
        };
        keys.iter().chain(more).for_each(|part| self.add(part));
    }

    fn mark(&mut self, origin: &Origin) {
        self.with(origin, Reads::add);
    }

    fn with(&mut self, origin: &Origin, run: fn(&mut Reads, &[Step])) {
        match origin {
            Origin::Place(root, steps) => {
                let tree = match root {
                    Root::Args => &mut self.reads.args,
                    Root::Principal => &mut self.reads.principal,
                    Root::Session => &mut self.reads.session,
                    Root::Result => &mut self.reads.result,
                    Root::Var(_) | Root::ResultText => return,
                };
                run(tree, steps);
            }
            Origin::ListOf(_) | Origin::ValuesOf(_) => {}
        }
    }

    fn listed(&mut self, map: &Expr) {
        for origin in self.origins(map) {
            self.with(&origin, Reads::list);
        }
    }

    /// Adds the elements of a list too.
    fn elements(&mut self, list: &Expr) {
        self.add(list);
        for origin in below(&self.origins(list), &Step::Element) {
            self.mark(&origin);
        }
    }

    fn parts(&mut self, expr: &Expr) {
        match &expr.kind {
            ExprKind::Const(_) | ExprKind::Place(_) | ExprKind::Now | ExprKind::HasLabel(_) => {}
            ExprKind::Fact(used, _) => used.keys.iter().for_each(|key| self.add(key)),
            ExprKind::InSet(value, used) => {
                self.add(value);
                used.keys.iter().for_each(|key| self.add(key));
            }
            ExprKind::Not(a)
            | ExprKind::Has(a)
            | ExprKind::IsNull(a)
            | ExprKind::IsKind(a, ..)
            | ExprKind::IsTrue(a)
            | ExprKind::InConsts(a, _)
            | ExprKind::Matches(a, _)
            | ExprKind::Under(a, _)
            | ExprKind::InCidr(a, _)
            | ExprKind::Length(a)
            | ExprKind::Lower(a)
            | ExprKind::Count(a)
            | ExprKind::First(a)
            | ExprKind::Last(a)
            | ExprKind::Table(_, a)
            | ExprKind::Civil(_, a, _) => self.add(a),
            ExprKind::Keys(a) | ExprKind::Values(a) => {
                self.add(a);
                self.listed(a);
            }
            ExprKind::Member(a, _) => self.parts(a),
            ExprKind::View(view) => self.add(&view.subject),
            ExprKind::Equal(a, b) | ExprKind::TextTest(_, a, b) => {
                self.add(a);
                self.add(b);
            }
            ExprKind::MapGet(a, b) => {
                self.add(a);
                self.listed(a);
                self.add(b);
            }
            ExprKind::Coalesce(a, b) => {
                self.add(a);
                self.above(a);
                self.add(b);
            }
            ExprKind::InList(a, list) => {
                self.add(a);
                self.elements(list);
            }
            ExprKind::Subset(a, b) => {
                self.elements(a);
                self.elements(b);
            }
            ExprKind::And(all) | ExprKind::Or(all) | ExprKind::List(all) | ExprKind::Concat(all) => {
                all.iter().for_each(|part| self.add(part));
            }
            ExprKind::Compare(comparison) => comparison.terms.iter().for_each(|(_, term)| self.add(term)),
            ExprKind::Linear(linear) => linear.terms.iter().for_each(|(_, term)| self.add(term)),
            ExprKind::CountIf(var, list, body) => {
                self.add(list);
                self.within(*var, list, |collector| collector.add(body));
            }
            ExprKind::Sum(var, list, linear) => {
                self.add(list);
                self.within(*var, list, |collector| {
                    linear.terms.iter().for_each(|(_, term)| collector.add(term));
                });
            }
            ExprKind::Quantifier { var, domain, zip, body, .. } => {
                self.add(domain);
                if let Some((_, list)) = zip {
                    self.add(list);
                }
                self.within(*var, domain, |collector| match zip {
                    Some((second, list)) => {
                        collector.within(*second, list, |collector| collector.add(body));
                    }
                    None => collector.add(body),
                });
            }
        }
    }

    /// `x ?? d` asks whether a step to x leads into what has no keys, so it reads the places above x as well, and above what x is
    /// computed from.
    fn above(&mut self, expr: &Expr) {
        match &expr.kind {
            ExprKind::Place(Place { root, steps }) => self.prefixes(steps, |collector, steps| {
                collector.place(&Place { root: *root, steps: steps.to_vec() })
            }),
            ExprKind::Member(base, keys) => {
                self.above(base);
                self.prefixes(keys, |collector, keys| steps(collector.origins(base), keys));
            }
            ExprKind::Length(a)
            | ExprKind::Lower(a)
            | ExprKind::Count(a)
            | ExprKind::First(a)
            | ExprKind::Last(a)
            | ExprKind::Table(_, a)
            | ExprKind::Civil(_, a, _)
            | ExprKind::Keys(a)
            | ExprKind::Values(a)
            | ExprKind::CountIf(_, a, _)
            | ExprKind::Sum(_, a, _) => self.above(a),
            ExprKind::View(view) => self.above(&view.subject),
            ExprKind::MapGet(a, b) | ExprKind::Coalesce(a, b) => {
                self.above(a);
                self.above(b);
            }
            ExprKind::Linear(linear) => linear.terms.iter().for_each(|(_, term)| self.above(term)),
            ExprKind::Concat(parts) => parts.iter().for_each(|part| self.above(part)),
            _ => {}
        }
    }

    fn prefixes(&mut self, keys: &[Arc<str>], origins: impl Fn(&Self, &[Arc<str>]) -> Vec<Origin>) {
        for end in 0..keys.len() {
            for origin in origins(self, keys.get(..end).unwrap_or_default()) {
                self.mark(&origin);
            }
        }
    }

    fn within(&mut self, var: VarId, list: &Expr, run: impl FnOnce(&mut Self)) {
        let elements = below(&self.origins(list), &Step::Element);
        self.variables.push((var, elements));
        run(self);
        self.variables.pop();
    }

    fn place(&self, place: &Place) -> Vec<Origin> {
        let roots = match place.root {
            Root::Var(var) => {
                let bound = self.variables.iter().rev().find(|(name, _)| *name == var);
                bound.map(|(_, origins)| origins.clone()).unwrap_or_default()
            }
            root => vec![Origin::Place(root, Vec::new())],
        };
        steps(roots, &place.steps)
    }

    /// Where the value of an expression may come from, if it stands somewhere.
    fn origins(&self, expr: &Expr) -> Vec<Origin> {
        match &expr.kind {
            ExprKind::Place(place) => self.place(place),
            ExprKind::Member(base, keys) => steps(self.origins(base), keys),
            ExprKind::First(list) | ExprKind::Last(list) => below(&self.origins(list), &Step::Element),
            ExprKind::MapGet(map, _) => below(&self.origins(map), &Step::Entry),
            ExprKind::Coalesce(a, b) => self.origins(a).into_iter().chain(self.origins(b)).collect(),
            ExprKind::List(items) => {
                vec![Origin::ListOf(items.iter().flat_map(|item| self.origins(item)).collect())]
            }
            ExprKind::Concat(parts) => parts.iter().flat_map(|part| self.origins(part)).collect(),
            ExprKind::Values(map) => {
                self.origins(map).into_iter().map(|origin| Origin::ValuesOf(Box::new(origin))).collect()
            }
            _ => Vec::new(),
        }
    }
}

fn steps(origins: Vec<Origin>, keys: &[Arc<str>]) -> Vec<Origin> {
    keys.iter().fold(origins, |origins, key| origins.iter().flat_map(|origin| origin.step(key)).collect())
}
