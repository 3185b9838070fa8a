//! What a call that nothing permits would have needed, in lines. In: an explanation. Out: for each statement that could have permitted it,
//! the first of its conditions that does not hold, and why.

use super::{Clause, Condition, Explanation, Outcome, Truth, word};

/// Statements that are told of.
const TOLD: usize = 4;

impl Explanation {
    /// What each statement that could have permitted the call lacks, one line each; the first of them.
    #[must_use]
    pub fn unmet(&self) -> Vec<String> {
        let permitting = self.statements.iter().filter(|statement| {
            statement.effect != "deny"
                && !statement.guardrail
                && !statement.shadow
                && matches!(statement.outcome, Outcome::NotMatched | Outcome::Restricts)
        });
        let lines = permitting.filter_map(|statement| {
            let (clause, part) = statement.conditions.iter().find_map(lacking)?;
            let value = part.value.map_or("not known", word);
            let since =
                if part.why.is_empty() { String::new() } else { format!(", since {}", part.why.join(", ")) };
            let wanted = if clause == "unless" { "false" } else { "true" };
            Some(format!("{} needs `{}` to be {wanted}, and it is {value}{since}", statement.id, part.text))
        });
        lines.take(TOLD).collect()
    }
}

/// The clause's part that keeps the statement from permitting.
fn lacking(clause: &Clause) -> Option<(&'static str, &Condition)> {
    let condition = &clause.condition;
    let holds = if clause.clause == "unless" { Truth::False } else { Truth::True };
    match condition.value {
        Some(value) if value == holds => None,
        _ if clause.clause == "unless" => Some((clause.clause, condition)),
        _ => Some((clause.clause, innermost(condition))),
    }
}

/// Of what must all hold, the first part that does not.
fn innermost(condition: &Condition) -> &Condition {
    let first = condition.parts.iter().find(|part| part.value.is_some_and(|value| value != Truth::True));
    // A negation is told whole: its part does hold.
    match first {
        Some(part) if part.value == condition.value => innermost(part),
        _ => condition,
    }
}
