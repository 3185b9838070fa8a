//! Constants. In: constants as code and plans meet them, which get numbers in that order. Out: the program's tables, sorted, and
//! every number in code and plans replaced by the final one.

use super::{Text, unbounded, zone_table};
use crate::ir::error::EmitError;
use crate::ir::pattern::{Compiled, Shape, compile_found};
use crate::typed::{self, Policy};
use policyc_runtime::number::Decimal;
use policyc_runtime::program::Program;
use policyc_runtime::program::instr::{Instr, Role};
use policyc_runtime::program::memory::{FactRead, LabelSet, Lasts, Window};
use policyc_runtime::program::plan::{ObjectCheck, StringCheck};
use policyc_runtime::program::pool::{Const, Pattern, PatternShape, StrId, Table, ViewCall};
use policyc_runtime::program::redact::{Path, PatternId, Redaction, Step};
use rustc_hash::FxHashMap;
use std::hash::Hash;
use std::sync::Arc;

/// Distinct items, numbered as they are first met.
#[derive(Debug)]
pub(super) struct Pool<T> {
    numbers: FxHashMap<T, u32>,
    items: Vec<T>,
}

impl<T> Default for Pool<T> {
    fn default() -> Self {
        Self { numbers: FxHashMap::default(), items: Vec::new() }
    }
}

impl<T: Clone + Eq + Hash> Pool<T> {
    /// The item's number.
    pub(super) fn number(&mut self, item: T) -> u32 {
        if let Some(number) = self.numbers.get(&item) {
            return *number;
        }
        let number = u32::try_from(self.items.len()).unwrap_or(u32::MAX);
        self.numbers.insert(item.clone(), number);
        self.items.push(item);
        number
    }

    /// The items as numbered.
    pub(super) fn into_items(self) -> Vec<T> {
        self.items
    }
}

impl<T: Clone + Eq + Hash + Ord> Pool<T> {
    /// The items sorted, and the final number of each.
    fn sorted(self) -> (Vec<T>, Vec<u32>) {
        let mut order: Vec<(T, usize)> = self.items.into_iter().zip(0..).collect();
        order.sort();
        let mut finals = vec![0; order.len()];
        for ((_, before), after) in order.iter().zip(0_u32..) {
            if let Some(place) = finals.get_mut(*before) {
                *place = after;
            }
        }
        (order.into_iter().map(|(item, _)| item).collect(), finals)
    }
}

/// A view call in text form.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct View {
    pub(super) view: u16,
    pub(super) param: Option<Text>,
    pub(super) zone: bool,
    pub(super) members: Vec<(u8, u16)>,
}

/// All constants of a program under construction.
#[derive(Debug, Default)]
pub(super) struct Pools {
    strings: Pool<Text>,
    numbers: Pool<i128>,
    string_sets: Pool<Vec<Text>>,
    number_sets: Pool<Vec<Decimal>>,
    patterns: Pool<Arc<Compiled>>,
    tables: Pool<Arc<Vec<(Text, typed::Const)>>>,
    views: Pool<View>,
    cidrs: Pool<Text>,
    zones: Pool<Text>,
    fact_reads: Pool<FactRead>,
    label_sets: Pool<LabelSet>,
}

impl Pools {
    pub(super) fn string(&mut self, text: &Text) -> u32 {
        self.strings.number(text.clone())
    }

    pub(super) fn str_id(&mut self, text: &Text) -> StrId {
        StrId(self.string(text))
    }

    pub(super) fn number(&mut self, number: i128) -> u32 {
        self.numbers.number(number)
    }

    /// A set of sorted texts.
    pub(super) fn string_set(&mut self, texts: &[Text]) -> u32 {
        for text in texts {
            self.string(text);
        }
        self.string_sets.number(texts.to_vec())
    }

    /// A set of sorted numbers in units of 10⁻⁹. What no call can contain is left out.
    pub(super) fn number_set(&mut self, numbers: &[i128]) -> u32 {
        self.number_sets.number(numbers.iter().filter_map(|number| Decimal::from_units(*number)).collect())
    }

    pub(super) fn pattern(&mut self, pattern: &Arc<Compiled>) -> u32 {
        match &pattern.shape {
            Shape::Exact(text) | Shape::Prefix(text) | Shape::Suffix(text) | Shape::Contains(text) => {
                self.string(text);
            }
            Shape::PrefixSuffix(prefix, suffix) => {
                self.string(prefix);
                self.string(suffix);
            }
            Shape::Automaton(_) => {}
        }
        self.patterns.number(pattern.clone())
    }

    pub(super) fn table(&mut self, table: &Arc<Vec<(Text, typed::Const)>>) -> u32 {
        for (key, value) in table.iter() {
            self.string(key);
            if let typed::Const::Text(text) = value {
                self.string(text);
            }
        }
        self.tables.number(table.clone())
    }

    /// A redaction, with the automata that say where its patterns match.
    ///
    /// # Errors
    /// A pattern that the checker should have refused.
    pub(super) fn redaction(
        &mut self,
        policy: &Policy,
        own: &typed::Redaction,
    ) -> Result<Redaction, EmitError> {
        let statement = policy.statements.get(own.statement as usize);
        let step = |pools: &mut Self, step: &typed::PathStep| match step {
            typed::PathStep::Key(name) => Step::Key(pools.str_id(name)),
            typed::PathStep::Deep(name) => Step::Deep(pools.str_id(name)),
            typed::PathStep::Every => Step::Every,
        };
        let path = |path: &Vec<typed::PathStep>| Path(path.iter().map(|own| step(self, own)).collect());
        let paths = own.paths.iter().map(path).collect();
        let mut patterns = Vec::with_capacity(own.patterns.len());
        for pattern in &own.patterns {
            let compiled = compile_found(pattern).map_err(|problem| unbounded(problem.to_string()))?;
            patterns.push(PatternId(self.pattern(&Arc::new(compiled))));
        }
        Ok(Redaction {
            statement: own.statement,
            id: statement.map(|statement| statement.id.to_string()).unwrap_or_default(),
            guardrail: statement.is_some_and(|statement| statement.guardrail),
            paths,
            patterns,
            marker: self.str_id(&own.marker),
            keep_images: own.keep_images,
        })
    }

    pub(super) fn view(&mut self, view: View) -> u32 {
        if let Some(param) = &view.param {
            self.string(param);
            if view.zone {
                self.zone(param);
            }
        }
        self.views.number(view)
    }

    pub(super) fn cidr(&mut self, block: &Text) -> u32 {
        self.string(block);
        self.cidrs.number(block.clone())
    }

    pub(super) fn zone(&mut self, name: &Text) -> u32 {
        self.zones.number(name.clone())
    }

    pub(super) fn fact_read(&mut self, read: FactRead) -> u32 {
        self.fact_reads.number(read)
    }

    pub(super) fn label_set(&mut self, label: u32, lasts: Lasts) -> u32 {
        self.label_sets.number(LabelSet { label, lasts })
    }

    /// Sorts all constants into the program and renumbers what refers to them.
    ///
    /// # Errors
    /// A time zone that the checker should have refused.
    pub(super) fn finish(self, program: &mut Program) -> Result<(), EmitError> {
        let (strings, string_finals) = self.strings.sorted();
        let ids: FxHashMap<&Text, StrId> = strings.iter().zip((0_u32..).map(StrId)).collect();
        let id = |text: &Text| ids.get(text).copied().unwrap_or(StrId(u32::MAX));
        let (string_sets, string_set_finals) = self.string_sets.sorted();
        let (number_sets, number_set_finals) = self.number_sets.sorted();
        let (numbers, number_finals) = self.numbers.sorted();
        let (patterns, pattern_finals) = self.patterns.sorted();
        let (tables, table_finals) = self.tables.sorted();
        let (cidrs, cidr_finals) = self.cidrs.sorted();
        let (zones, zone_finals) = self.zones.sorted();
        let (fact_reads, fact_read_finals) = self.fact_reads.sorted();
        let (label_sets, label_set_finals) = self.label_sets.sorted();
        program.fact_reads = fact_reads;
        program.label_sets = label_sets;
        program.string_sets = string_sets.iter().map(|set| set.iter().map(id).collect()).collect();
        program.number_sets = number_sets;
        program.numbers = numbers;
        program.patterns = patterns.iter().map(|pattern| runtime_pattern(pattern, &id)).collect();
        program.tables = tables.iter().map(|table| runtime_table(table, &id)).collect();
        program.cidrs = cidrs.iter().map(id).collect();
        let zone_number =
            |name: &Text| zones.binary_search(name).ok().and_then(|index| u16::try_from(index).ok());
        let views = self.views.into_items();
        program.views = views
            .iter()
            .map(|call| ViewCall {
                view: call.view,
                param: call.param.as_ref().map(id),
                zone: call.param.as_ref().filter(|_| call.zone).and_then(zone_number),
                members: call.members.clone(),
            })
            .collect();
        program.zones = zones
            .iter()
            .map(|name| zone_table(name).ok_or_else(|| unbounded(format!("`{name}` is no time zone"))))
            .collect::<Result<_, _>>()?;
        program.strings = strings.iter().map(ToString::to_string).collect();
        let finals = Finals {
            strings: string_finals,
            numbers: number_finals,
            string_sets: string_set_finals,
            number_sets: number_set_finals,
            patterns: pattern_finals,
            tables: table_finals,
            cidrs: cidr_finals,
            zones: zone_finals,
            fact_reads: fact_read_finals,
            label_sets: label_set_finals,
        };
        finals.apply(program);
        Ok(())
    }
}

fn runtime_pattern(pattern: &Compiled, id: &dyn Fn(&Text) -> StrId) -> Pattern {
    let shape = match &pattern.shape {
        Shape::Exact(text) => PatternShape::Exact(id(text)),
        Shape::Prefix(text) => PatternShape::Prefix(id(text)),
        Shape::Suffix(text) => PatternShape::Suffix(id(text)),
        Shape::Contains(text) => PatternShape::Contains(id(text)),
        Shape::PrefixSuffix(prefix, suffix) => PatternShape::PrefixSuffix(id(prefix), id(suffix)),
        Shape::Automaton(bytes) => PatternShape::Dfa(bytes.to_vec()),
    };
    Pattern { source: pattern.source.to_string(), shape }
}

fn runtime_table(table: &[(Text, typed::Const)], id: &dyn Fn(&Text) -> StrId) -> Table {
    let constant = |value: &typed::Const| match value {
        typed::Const::Bool(value) => Const::Bool(*value),
        typed::Const::Number(number) => Const::Number(*number),
        typed::Const::Text(text) => Const::Str(id(text)),
    };
    Table {
        keys: table.iter().map(|(key, _)| id(key)).collect(),
        values: table.iter().map(|(_, value)| constant(value)).collect(),
    }
}

/// The final number of each constant, by the one it was met with.
#[derive(Debug)]
struct Finals {
    strings: Vec<u32>,
    numbers: Vec<u32>,
    string_sets: Vec<u32>,
    number_sets: Vec<u32>,
    patterns: Vec<u32>,
    tables: Vec<u32>,
    cidrs: Vec<u32>,
    zones: Vec<u32>,
    fact_reads: Vec<u32>,
    label_sets: Vec<u32>,
}

impl Finals {
    fn apply(&self, program: &mut Program) {
        for instr in &mut program.code {
            self.instr(instr);
        }
        for limit in &mut program.limits {
            if let Window::Calendar(_, zone) = &mut limit.window
                && let Some(last) = self.zones.get(usize::from(*zone))
            {
                *zone = u16::try_from(*last).unwrap_or(u16::MAX);
            }
        }
        for redaction in &mut program.redactions {
            self.str_id(&mut redaction.marker);
            redaction.patterns.iter_mut().for_each(|pattern| renumber(&self.patterns, &mut pattern.0));
            for step in redaction.paths.iter_mut().flat_map(|path| &mut path.0) {
                if let Step::Key(name) | Step::Deep(name) = step {
                    self.str_id(name);
                }
            }
        }
        for disclaimer in &mut program.disclaimers {
            self.str_id(&mut disclaimer.text);
        }
        for switch in &mut program.switches {
            switch.cases.iter_mut().for_each(|(text, _)| self.str_id(text));
            switch.cases.sort_unstable();
        }
        for check in &mut program.plan.strings {
            self.string_check(check);
        }
        for check in &mut program.plan.objects {
            self.object_check(check);
        }
    }

    fn instr(&self, instr: &mut Instr) {
        let [_, _, role, _] = instr.op.roles();
        let finals = match role {
            Role::String => &self.strings,
            Role::Number => &self.numbers,
            Role::StringSet => &self.string_sets,
            Role::NumberSet => &self.number_sets,
            Role::Pattern => &self.patterns,
            Role::Table => &self.tables,
            Role::Cidr => &self.cidrs,
            Role::Zone => &self.zones,
            Role::FactRead => &self.fact_reads,
            Role::LabelSet => &self.label_sets,
            Role::Unused
            | Role::Read
            | Role::Write
            | Role::Update
            | Role::Depth
            | Role::SecondList
            | Role::Memo
            | Role::Truth
            | Role::Compare
            | Role::Kinds
            | Role::Bool
            | Role::Offset
            | Role::Statement
            | Role::Switch
            | Role::View
            | Role::Places
            | Role::Keys
            | Role::Fields
            | Role::Fact
            | Role::Label
            | Role::Limit
            | Role::Forward
            | Role::LoopEnd
            | Role::LoopStart => return,
        };
        renumber(finals, &mut instr.c);
    }

    fn str_id(&self, id: &mut StrId) {
        renumber(&self.strings, &mut id.0);
    }

    fn string_check(&self, check: &mut StringCheck) {
        if let Some(set) = &mut check.one_of {
            renumber(&self.string_sets, set);
        }
        check.patterns.iter_mut().for_each(|pattern| renumber(&self.patterns, pattern));
        check.patterns.sort_unstable();
    }

    /// Keys and cases were put in the order of their texts, so they stay in order.
    fn object_check(&self, check: &mut ObjectCheck) {
        check.keys.iter_mut().for_each(|key| self.str_id(&mut key.name));
        if let Some(variants) = &mut check.variants {
            variants.cases.iter_mut().for_each(|case| self.str_id(&mut case.value));
        }
    }
}

fn renumber(finals: &[u32], number: &mut u32) {
    if let Some(last) = finals.get(*number as usize) {
        *number = *last;
    }
}
