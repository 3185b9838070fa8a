//! What a program remembers, from lines of the assembler. In: `fact`, `part`, `label`, `set_for`, `limit`. Out: their tables.

use super::Assembler;
use policyc_runtime::number::Decimal;
use policyc_runtime::program::{StatementKind, memory};

impl Assembler {
    pub(super) fn declare_memory(&mut self, name: String, rest: &[String], line: &[String]) {
        match line[0].as_str() {
            "fact" => self.declare_fact(name, rest),
            "part" => {
                let part = match rest[1].as_str() {
                    "learned" => memory::FactPart::LearnedAt,
                    "known" => memory::FactPart::Known,
                    field => memory::FactPart::Field(field.parse().unwrap()),
                };
                let fact = self.constants[&rest[0]];
                self.constant(name, |p| p.fact_reads.len());
                self.program.fact_reads.push(memory::FactRead { fact, part });
            }
            "label" => {
                self.constant(name.clone(), |p| p.labels.len());
                let (slot, scope) = (slot(&name), scope(&rest[0]));
                let sourced = rest.len() > 1;
                self.program.labels.push(memory::Label { id: name, slot, scope, sourced });
            }
            "set_for" => {
                let lasts = match rest[1].as_str() {
                    "forever" => memory::Lasts::Forever,
                    "time" => memory::Lasts::Time(rest[2].parse().unwrap()),
                    "calls" => memory::Lasts::Calls(rest[2].parse().unwrap()),
                    other => panic!("no length `{other}`"),
                };
                let label = self.constants[&rest[0]];
                self.constant(name, |p| p.label_sets.len());
                self.program.label_sets.push(memory::LabelSet { label, lasts });
            }
            "limit" => {
                let mut statement = line.to_vec();
                statement.remove(0);
                self.declare_statement(&statement);
                self.program.statements.last_mut().unwrap().kind = StatementKind::Limit;
            }
            _ => {}
        }
    }

    fn declare_fact(&mut self, name: String, rest: &[String]) {
        let kind = match rest[3].as_str() {
            "fields" => memory::FactKind::Value(rest[4].parse().unwrap()),
            "set" => memory::FactKind::Set,
            "counter" => memory::FactKind::Counter,
            other => panic!("no kind of fact `{other}`"),
        };
        let expires = rest.iter().position(|word| word == "expires");
        self.constant(name.clone(), |p| p.facts.len());
        self.program.facts.push(memory::Fact {
            slot: slot(&name),
            scope: scope(&rest[0]),
            kind,
            keys: rest[2].parse().unwrap(),
            expires_ms: expires.map(|at| rest[at + 1].parse().unwrap()),
            id: name,
        });
    }

    /// Once the statements have their places.
    pub(super) fn declare_limit(&mut self, line: &[String]) {
        let at = |word: &str| line.iter().position(|other| other == word);
        let after = |word: &str| line[at(word).unwrap_or_else(|| panic!("no `{word}`")) + 1].as_str();
        let window = if at("trailing").is_some() {
            memory::Window::Trailing(after("trailing").parse().unwrap())
        } else if let Some(calendar) = at("calendar") {
            let unit = match line[calendar + 1].as_str() {
                "hour" => memory::CalendarUnit::Hour,
                "day" => memory::CalendarUnit::Day,
                "week" => memory::CalendarUnit::Week,
                "month" => memory::CalendarUnit::Month,
                other => panic!("no unit `{other}`"),
            };
            memory::Window::Calendar(unit, u16::try_from(self.constants[&line[calendar + 2]]).unwrap())
        } else {
            memory::Window::Session
        };
        let name = line[2].clone();
        let statement = self.program.statements.iter().position(|s| s.id == name).unwrap();
        self.constant(name.clone(), |p| p.limits.len());
        self.program.limits.push(memory::Limit {
            statement: u32::try_from(statement).unwrap(),
            slot: slot(&name),
            scope: scope(&line[3]),
            keys: after("keys").parse().unwrap(),
            max: Decimal::parse_json(after("max")).unwrap().units(),
            window,
            counting: if at("distinct").is_some() {
                memory::Counting::Distinct
            } else {
                memory::Counting::Sum
            },
            keeps_failures: at("keeps").is_some(),
        });
    }
}

/// Where what has this name is kept.
fn slot(name: &str) -> memory::Slot16 {
    let mut slot = [0; 16];
    slot.iter_mut().zip(name.bytes()).for_each(|(slot, byte)| *slot = byte);
    slot
}

fn scope(word: &str) -> memory::Scope {
    match word {
        "session" => memory::Scope::Session,
        "principal" => memory::Scope::Principal,
        "everyone" => memory::Scope::Everyone,
        other => panic!("no scope `{other}`"),
    }
}
