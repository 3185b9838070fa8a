//! A switch in front of rules that differ in a constant (performance.md section 3). In: the units of one phase. Out: which are tried in
//! turn and which are found by the text at one place.
//!
//! Taken are single rules of which `place == "text"` (or `place in […]`) is a conjunct. On any text the switch goes to those rules
//! that name it, without that conjunct, which then holds; where the place holds no text the conjunct is unknown, so that restrictions
//! are all tried, and grants are not. So the index decides nothing: it leaves out what could not match.
//!
//! A rule that reads a time zone is always tried in turn: past its table's end evaluating it denies, whatever it says.

use super::Text;
use super::asm::Label;
use super::cond::Coder;
use crate::ir::{Arm, Cond, Test, TestKind, Unit, Unknown, Value};
use rustc_hash::FxHashMap;
use std::collections::BTreeMap;

/// Fewest rules for a switch.
const FEWEST: usize = 4;
/// What the code of the cases may exceed that of the rules by, in rules.
const SLACK: usize = 16;

/// What to do next in a phase.
#[derive(Debug)]
pub(super) enum Step<'i> {
    /// Try a unit.
    Try(&'i Unit),
    /// Look at one place.
    Switch(Switch),
}

/// Rules by the text at a place.
#[derive(Debug)]
pub(super) struct Switch {
    /// The place.
    value: Value,
    /// Rules to try on these texts; each text stands once.
    cases: Vec<(Vec<Text>, Vec<Arm>)>,
    /// Rules to try where there is no text.
    missing: Vec<Arm>,
}

/// A rule as an entry of a switch.
#[derive(Debug)]
struct Keyed<'i> {
    unit: &'i Unit,
    arm: &'i Arm,
    /// The conjunct.
    kind: &'i TestKind,
    texts: &'i [Text],
    /// What the conjunct comes to where the place holds no text.
    unknown: Unknown,
}

/// The order in which a phase is coded. Within a phase order does not matter: every match counts.
pub(super) fn plan(units: &[Unit]) -> Vec<Step<'_>> {
    let mut rest: Vec<&Unit> = units.iter().collect();
    let mut switches = Vec::new();
    while let Some((value, count)) = most_common(&rest) {
        if count < FEWEST {
            break;
        }
        let (keyed, others): (Vec<_>, Vec<_>) =
            rest.iter().map(|unit| keyed(unit, value).ok_or(*unit)).partition(Result::is_ok);
        let keyed: Vec<_> = keyed.into_iter().flatten().collect();
        let mut left: Vec<_> = others.into_iter().filter_map(Result::err).collect();
        if keyed.len() < FEWEST {
            break;
        }
        match switch(value, &keyed) {
            Some(switch) => switches.push(Step::Switch(switch)),
            None => {
                // Too many texts in common: only rules of one text each, if those are enough.
                let (single, several): (Vec<_>, Vec<_>) =
                    keyed.into_iter().partition(|keyed| keyed.texts.len() == 1);
                match switch(value, &single).filter(|_| single.len() >= FEWEST) {
                    Some(switch) => {
                        switches.push(Step::Switch(switch));
                        left.extend(several.iter().map(|keyed| keyed.unit));
                    }
                    None => break,
                }
            }
        }
        if left.len() == rest.len() {
            break;
        }
        rest = left;
    }
    rest.into_iter().map(Step::Try).chain(switches).collect()
}

/// The place that most rules compare with constant text; of equals, the one first met.
fn most_common<'i>(units: &[&'i Unit]) -> Option<(&'i Value, usize)> {
    let mut counts: FxHashMap<&Value, usize> = FxHashMap::default();
    let mut order = Vec::new();
    for unit in units {
        let [arm] = unit.arms.as_slice() else { continue };
        let mut seen: Vec<&Value> = Vec::new();
        for test in conjuncts(&arm.matches) {
            let Some((value, _)) = key(&test.kind).filter(|_| !test.negate) else { continue };
            if seen.contains(&value) {
                continue;
            }
            seen.push(value);
            let count = counts.entry(value).or_insert_with(|| {
                order.push(value);
                0
            });
            *count = count.saturating_add(1);
        }
    }
    let count = |value: &Value| counts.get(value).copied().unwrap_or(0);
    let most = order.iter().map(|value| count(value)).max()?;
    order.into_iter().find(|value| count(value) == most).map(|value| (value, most))
}

/// The unit as an entry of a switch on a place.
fn keyed<'i>(unit: &'i Unit, value: &Value) -> Option<Keyed<'i>> {
    let [arm] = unit.arms.as_slice() else { return None };
    if arm.reads_zone {
        return None;
    }
    conjuncts(&arm.matches).into_iter().find_map(|test| {
        let (place, texts) = key(&test.kind).filter(|_| !test.negate)?;
        let granted = arm.grants.as_ref().is_none_or(|grants| without(grants, &test.kind).is_some());
        (place == value && granted).then_some(Keyed {
            unit,
            arm,
            kind: &test.kind,
            texts,
            unknown: test.unknown,
        })
    })
}

/// The switch, unless its cases would repeat too many rules.
fn switch(value: &Value, rules: &[Keyed<'_>]) -> Option<Switch> {
    let mut by_text: BTreeMap<&Text, Vec<usize>> = BTreeMap::new();
    for (index, rule) in rules.iter().enumerate() {
        for text in rule.texts {
            by_text.entry(text).or_default().push(index);
        }
    }
    let mut groups: BTreeMap<Vec<usize>, Vec<Text>> = BTreeMap::new();
    for (text, rules) in by_text {
        groups.entry(rules).or_default().push(text.clone());
    }
    let missing: Vec<Arm> = rules.iter().filter_map(without_text).collect();
    let size = groups.keys().fold(missing.len(), |size, group| size.saturating_add(group.len()));
    if size > rules.len().saturating_mul(2).saturating_add(SLACK) {
        return None;
    }
    let arms = |group: &[usize]| group.iter().filter_map(|index| rules.get(*index)).map(with_text).collect();
    let cases = groups.into_iter().map(|(group, texts)| (texts, arms(&group))).collect();
    Some(Switch { value: value.clone(), cases, missing })
}

/// What is left of the rule where its conjunct is true.
fn with_text(rule: &Keyed<'_>) -> Arm {
    let rest = |condition: &Cond| without(condition, rule.kind).unwrap_or_else(|| condition.clone());
    Arm { matches: rest(&rule.arm.matches), grants: rule.arm.grants.as_ref().map(rest), ..rule.arm.clone() }
}

/// What is left of it where its conjunct is unknown; `None` if it then cannot match.
fn without_text(rule: &Keyed<'_>) -> Option<Arm> {
    if rule.unknown != Unknown::True {
        return None;
    }
    let grants = rule.arm.grants.as_ref().map(|_| Cond::FALSE);
    Some(Arm { grants, ..with_text(rule) })
}

/// The tests of which all must hold.
fn conjuncts(condition: &Cond) -> Vec<&Test> {
    let parts = match condition {
        Cond::All(parts) => parts.as_slice(),
        _ => core::slice::from_ref(condition),
    };
    let tests = parts.iter().filter_map(|part| match part {
        Cond::Test(test) => Some(test),
        _ => None,
    });
    tests.collect()
}

/// The condition without the conjunct; `None` if it has none such.
fn without(condition: &Cond, kind: &TestKind) -> Option<Cond> {
    let is_it = |part: &Cond| matches!(part, Cond::Test(test) if test.kind == *kind && !test.negate);
    match condition {
        Cond::All(parts) => {
            let at = parts.iter().position(is_it)?;
            let others = parts.iter().enumerate().filter(|(index, _)| *index != at);
            Some(Cond::all(others.map(|(_, part)| part.clone()).collect::<Vec<_>>()))
        }
        _ => is_it(condition).then_some(Cond::TRUE),
    }
}

/// A captured place and the constant texts that it is compared with.
fn key(kind: &TestKind) -> Option<(&Value, &[Text])> {
    match kind {
        TestKind::EqText(value @ Value::Plain(_), text) => Some((value, core::slice::from_ref(text))),
        TestKind::InTexts(value @ Value::Plain(_), texts) => Some((value, texts)),
        _ => None,
    }
}

impl Coder<'_> {
    /// The switch, and the rules behind it.
    pub(super) fn switch(&mut self, switch: &Switch) {
        let end = self.asm.label();
        let register = self.operand(&switch.value);
        self.begin(u32::MAX);
        let mut cases = Vec::new();
        let mut targets: Vec<(Label, &[Arm])> = Vec::new();
        for (texts, arms) in &switch.cases {
            let label = self.asm.label();
            for text in texts {
                cases.push((self.pools.string(text), label));
            }
            targets.push((label, arms));
        }
        let missing = self.asm.label();
        self.asm.switch(register, cases, end, missing);
        targets.push((missing, &switch.missing));
        for (label, arms) in targets {
            self.asm.bind(label);
            for arm in arms {
                let next = self.asm.label();
                self.arm(arm, next);
                self.asm.bind(next);
            }
            self.asm.jump(end);
        }
        self.asm.bind(end);
    }
}
