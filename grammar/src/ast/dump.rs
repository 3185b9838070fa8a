//! Trees as compact S-expressions, for tests and for people who debug. In: a tree. Out: one line per statement, arm,
//! clause and step; no spans.

use super::{
    AggregateKind, Annotation, Arm, Ast, CallStep, Clause, ClauseKind, Counting, Each, Expr, ExprKind,
    FactAction, FactAfter, ForClause, ForKind, Item, ItemKind, LabelAfter, LimitOn, LimitPart, LimitPartKind,
    LimitWindow, Name, PathStep, QuantifierKind, RecordType, RedactPart, RedactPartKind, ResultPath, Shown,
    Step, StepKind, TestOutcome, ToolList, ToolPattern, ToolPatternKind, TypeExpr, TypeKind, UnaryOp, With,
};
use std::fmt::{Display, Formatter, Result};

/// The whole file as text.
#[must_use]
pub fn ast(ast: &Ast) -> String {
    ast.items.iter().map(|each| format!("{each}\n")).collect()
}

/// One expression as text.
#[must_use]
pub fn expr(expr: &Expr) -> String {
    expr.to_string()
}

/// Items with a separator before each: ` a b c`.
struct Spaced<'a, T>(&'a [T]);

impl<T: Display> Display for Spaced<'_, T> {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        self.0.iter().try_for_each(|each| write!(f, " {each}"))
    }
}

/// Items on lines of their own, indented.
struct Lines<'a, T>(&'a [T], usize);

impl<T: Display> Display for Lines<'_, T> {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        self.0.iter().try_for_each(|each| write!(f, "\n{:indent$}{each}", "", indent = self.1))
    }
}

impl Display for Name {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | '*');
        if !self.text.is_empty() && self.text.chars().all(plain) {
            return f.write_str(&self.text);
        }
        write!(f, "{:?}", self.text)
    }
}

impl Display for Item {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        for line in &self.docs {
            writeln!(f, "/// {line}")?;
        }
        for annotation in &self.annotations {
            writeln!(f, "{annotation}")?;
        }
        if self.shadow.is_some() {
            f.write_str("shadow ")?;
        }
        write!(f, "{}", self.kind)
    }
}

impl Display for Annotation {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        write!(f, "(@{}{})", self.name, Spaced(&self.args))
    }
}

impl Display for ItemKind {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        match self {
            Self::Error(_) => f.write_str("ERROR"),
            Self::Edition(edition, _) => write!(f, "(edition {edition})"),
            Self::Policy(name, None) => write!(f, "(policy {name})"),
            Self::Policy(name, Some(title)) => write!(f, "(policy {name} {:?})", title.value),
            Self::ImportTools { alias, path, open } => {
                write!(f, "(import-tools {alias} {:?}", path.value)?;
                if !open.is_empty() {
                    write!(f, " (open{})", Spaced(open))?;
                }
                f.write_str(")")
            }
            Self::ImportGuardrails(path) => write!(f, "(import-guardrails {:?})", path.value),
            Self::ImportFile(path) => write!(f, "(import {:?})", path.value),
            Self::ImportStd { module, names } => write!(f, "(import-std {module}{})", Spaced(names)),
            Self::Principal(record) => write!(f, "(principal{})", Spaced(&record.fields)),
            Self::Session(record) => write!(f, "(session{})", Spaced(&record.fields)),
            Self::ApproversDefault(names) => {
                f.write_str("(approvers-default")?;
                names.iter().try_for_each(|name| write!(f, " {:?}", name.value))?;
                f.write_str(")")
            }
            Self::Let(name, value) => write!(f, "(let {name} {value})"),
            Self::Group(name, tools) => write!(f, "(group {name} {tools})"),
            Self::Fn { name, params, result, body } => {
                write!(f, "(fn {name} (")?;
                for (at, (param, ty)) in params.iter().enumerate() {
                    let space = if at == 0 { "" } else { " " };
                    write!(f, "{space}{param}: {ty}")?;
                }
                write!(f, ") {result} {body})")
            }
            Self::Rule { name, effect, effect_span: _, tools, clauses } => {
                write!(f, "(rule {name} {} {tools}{})", effect.spelling(), Lines(clauses, 2))
            }
            Self::Decide { name, tools, with, arms } => {
                write!(f, "(decide {name} {tools}{}{})", Lines(with, 2), Lines(arms, 2))
            }
            Self::Hide { name, tools, clauses } => write!(f, "(hide {name} {tools}{})", Lines(clauses, 2)),
            Self::Result { tools, shape } => write!(f, "(result {tools} {shape})"),
            Self::Fact(fact) => {
                write!(f, "(fact {} (", fact.name)?;
                for (at, (param, ty)) in fact.params.iter().enumerate() {
                    let space = if at == 0 { "" } else { " " };
                    write!(f, "{space}{param}: {ty}")?;
                }
                write!(f, ") {}{}{})", fact.ty, Spaced(&fact.scope), Lines(&fact.after, 2))
            }
            Self::Label(label) => {
                write!(f, "(label {}{}{})", label.name, Spaced(&label.scope), Lines(&label.after, 2))
            }
            Self::Limit(limit) => {
                write!(f, "(limit {} {}{})", limit.name, limit.quantity, Lines(&limit.parts, 2))
            }
            Self::ResultRule { name, effect, effect_span: _, tools, clauses } => {
                write!(f, "(rule {name} {} (result-of {tools}){})", effect.spelling(), Lines(clauses, 2))
            }
            Self::ReplyRule { name, effect, effect_span: _, clauses } => {
                write!(f, "(rule {name} {} (reply){})", effect.spelling(), Lines(clauses, 2))
            }
            Self::Redact(redact) => {
                write!(f, "(redact {} {}{})", redact.name, redact.tools, Lines(&redact.parts, 2))
            }
            Self::Append { name, text, clauses } => {
                write!(f, "(append {name} {:?}{})", text.value, Lines(clauses, 2))
            }
            Self::Accept { what, tools } => write!(f, "(accept {what} {tools})"),
            Self::Test { name, steps } => write!(f, "(test {name}{})", Lines(steps, 2)),
        }
    }
}

impl Display for ForClause {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        match &self.kind {
            ForKind::Principal => f.write_str("(for principal)"),
            ForKind::Duration(duration) => write!(f, "(for {duration})"),
            ForKind::Calls(calls) => write!(f, "(for {calls} calls)"),
        }
    }
}

impl Display for FactAfter {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        write!(f, "(after {}{}{} {})", self.tools, Spaced(&self.clauses), Spaced(&self.each), self.action)
    }
}

impl Display for Each {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        write!(f, "(each {} {}", self.name, self.domain)?;
        if let Some(filter) = &self.filter {
            write!(f, " where {filter}")?;
        }
        f.write_str(")")
    }
}

impl Display for FactAction {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        match self {
            Self::Assign(target, value) => write!(f, "(= {target} {value})"),
            Self::Add(None, value) => write!(f, "(add {value})"),
            Self::Add(Some(target), value) => write!(f, "(add {target} {value})"),
            Self::Charge(target, amount) => write!(f, "(+= {target} {amount})"),
            Self::Forget(target) => write!(f, "(forget {target})"),
        }
    }
}

impl Display for LabelAfter {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        write!(f, "(after {}{}{})", self.tools, Spaced(&self.clauses), Spaced(&self.scope))
    }
}

impl Display for LimitPart {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        match &self.kind {
            LimitPartKind::Per(LimitWindow::Duration(duration)) => write!(f, "(per {duration})"),
            LimitPartKind::Per(LimitWindow::Session) => f.write_str("(per session)"),
            LimitPartKind::Per(LimitWindow::Calendar(unit, zone)) => {
                write!(f, "(per calendar {unit}")?;
                if let Some(zone) = zone {
                    write!(f, " {:?}", zone.value)?;
                }
                f.write_str(")")
            }
            LimitPartKind::ForEach(keys) => write!(f, "(for-each{})", Spaced(keys)),
            LimitPartKind::ForEveryone => f.write_str("(for-everyone)"),
            LimitPartKind::On(groups) => write!(f, "(on{})", Spaced(groups)),
            LimitPartKind::Exceeded(effect, _) => write!(f, "(exceeded {})", effect.spelling()),
            LimitPartKind::FailuresCount => f.write_str("(failures-count)"),
            LimitPartKind::Clause(clause) => write!(f, "{clause}"),
        }
    }
}

impl Display for LimitOn {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        match &self.counting {
            None => write!(f, "{}", self.tools),
            Some(Counting { distinct, value }) => {
                let word = if distinct.is_some() { "distinct " } else { "" };
                write!(f, "({} counting {word}{value})", self.tools)
            }
        }
    }
}

impl Display for RedactPart {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        match &self.kind {
            RedactPartKind::Paths(paths) => write!(f, "(paths{})", Spaced(paths)),
            RedactPartKind::Patterns(patterns) => write!(f, "(patterns{})", Spaced(patterns)),
            RedactPartKind::KeepImages => f.write_str("(keep-images)"),
            RedactPartKind::Marker(text) => write!(f, "(marker {:?})", text.value),
            RedactPartKind::Clause(clause) => write!(f, "{clause}"),
        }
    }
}

impl Display for ResultPath {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        f.write_str("result")?;
        self.steps.iter().try_for_each(|step| match step {
            PathStep::Key(name) => write!(f, ".{name}"),
            PathStep::Deep(name) => write!(f, "..{name}"),
            PathStep::Every => f.write_str("[*]"),
        })
    }
}

impl Display for Shown {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        match self {
            Self::Redacting(paths) => write!(f, "(redacting{})", Spaced(paths)),
            Self::Withheld(_) => f.write_str("(withheld)"),
        }
    }
}

impl Display for TestOutcome {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        match self {
            Self::Silent => Ok(()),
            Self::Returns(value) => write!(f, " (returns {value})"),
            Self::Fails => f.write_str(" (fails)"),
            Self::Lost => f.write_str(" (lost)"),
        }
    }
}

impl Display for With {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        write!(f, "(with {} {})", self.name, self.value)
    }
}

impl Display for Arm {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        let effect = self.effect.map_or("ERROR", super::Effect::spelling);
        write!(f, "(arm {} {effect}{})", self.name, Lines(&self.clauses, 4))
    }
}

impl Display for Clause {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        match &self.kind {
            ClauseKind::When(condition) => write!(f, "(when {condition})"),
            ClauseKind::Unless(condition) => write!(f, "(unless {condition})"),
            ClauseKind::With(with) => write!(f, "{with}"),
            ClauseKind::Because(text) => write!(f, "(because {:?})", text.value),
            ClauseKind::From(approvers) => {
                f.write_str("(from")?;
                approvers.iter().try_for_each(|name| write!(f, " {:?}", name.value))?;
                f.write_str(")")
            }
            ClauseKind::Quorum(number) => write!(f, "(quorum {number})"),
            ClauseKind::Within(duration) => write!(f, "(within {duration})"),
        }
    }
}

impl Display for Step {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        match &self.kind {
            StepKind::Error => f.write_str("ERROR"),
            StepKind::Principal(value) => write!(f, "(principal {value})"),
            StepKind::Session(value) => write!(f, "(session {value})"),
            StepKind::At(time) => write!(f, "(at {time})"),
            StepKind::After(duration) => write!(f, "(after {duration})"),
            StepKind::Label(name) => write!(f, "(label {name})"),
            StepKind::Call(call) => {
                let CallStep { server, tool, args, outcome, expect, expect_span: _, by, shown } = &**call;
                write!(f, "(call {server} {tool} {args}{outcome} {}{}", expect.spelling(), Spaced(by))?;
                write!(f, "{})", Spaced(shown))
            }
            StepKind::Answer { approved, by, from, expect, reasons } => {
                write!(f, "({} {:?}", if *approved { "approved" } else { "rejected" }, by.value)?;
                from.iter().try_for_each(|role| write!(f, " (from {:?})", role.value))?;
                if let Some((effect, _)) = expect {
                    write!(f, " {}{}", effect.spelling(), Spaced(reasons))?;
                }
                f.write_str(")")
            }
            StepKind::Reply { text, expect, expect_span: _, by, appending } => {
                write!(f, "(reply {:?} {}{}", text.value, expect.spelling(), Spaced(by))?;
                appending.iter().try_for_each(|name| write!(f, " (appending {name})"))?;
                f.write_str(")")
            }
        }
    }
}

impl Display for ToolList {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        write!(f, "[{}", joined(&self.patterns))?;
        if !self.except.is_empty() {
            write!(f, " except {}", joined(&self.except))?;
        }
        if let Some(hints) = &self.hints {
            write!(f, " where {hints}")?;
        }
        if !self.having.is_empty() {
            write!(f, " having{}", Spaced(&self.having))?;
        }
        f.write_str("]")
    }
}

fn joined(patterns: &[ToolPattern]) -> String {
    patterns.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
}

impl Display for ToolPattern {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        match &self.kind {
            ToolPatternKind::Every => f.write_str("(every)"),
            ToolPatternKind::Group(name) => write!(f, "{name}"),
            ToolPatternKind::Exact(alias, tool) => write!(f, "{alias}/{tool}"),
            ToolPatternKind::Glob(alias, glob) => write!(f, "(glob {alias} {glob})"),
        }
    }
}

impl Display for super::FieldDecl {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        let optional = if self.optional { "?" } else { "" };
        write!(f, "({}{optional}: {})", self.name, self.ty)
    }
}

impl Display for RecordType {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        write!(f, "(record{})", Spaced(&self.fields))
    }
}

impl Display for TypeExpr {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        match &self.kind {
            TypeKind::Error => f.write_str("ERROR"),
            TypeKind::Named(name) => write!(f, "{name}"),
            TypeKind::Generic(name, args) => write!(f, "({name}{})", Spaced(args)),
            TypeKind::Literal(literal) => write!(f, "{:?}", literal.value),
            TypeKind::Union(members) => write!(f, "(|{})", Spaced(members)),
            TypeKind::Record(record) => write!(f, "{record}"),
            TypeKind::Optional(inner) => write!(f, "(? {inner})"),
        }
    }
}

impl Display for Expr {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        match &self.kind {
            ExprKind::Error => f.write_str("ERROR"),
            ExprKind::Bool(value) => write!(f, "{value}"),
            ExprKind::Null => f.write_str("null"),
            ExprKind::Number(text)
            | ExprKind::Duration(text)
            | ExprKind::Date(text)
            | ExprKind::Timestamp(text) => f.write_str(text),
            ExprKind::Name(name) => f.write_str(name),
            ExprKind::Str(literal) => write!(f, "{:?}", literal.value),
            ExprKind::Regex { pattern, flags } => write!(f, "(regex {pattern:?} {flags:?})"),
            ExprKind::Field(base, name) => write!(f, "(. {base} {name})"),
            ExprKind::Index(base, index) => write!(f, "(index {base} {index})"),
            ExprKind::Call(name, args) => write!(f, "(call {name}{})", Spaced(args)),
            ExprKind::List(elements) => write!(f, "(list{})", Spaced(elements)),
            ExprKind::Table(entries) => {
                f.write_str("(table")?;
                entries.iter().try_for_each(|(key, value)| write!(f, " ({key} {value})"))?;
                f.write_str(")")
            }
            ExprKind::Unary(UnaryOp::Not, operand) => write!(f, "(not {operand})"),
            ExprKind::Unary(UnaryOp::Neg, operand) => write!(f, "(- {operand})"),
            ExprKind::And(operands) => write!(f, "(and{})", Spaced(operands)),
            ExprKind::Or(operands) => write!(f, "(or{})", Spaced(operands)),
            ExprKind::Binary(op, _, left, right) => write!(f, "({} {left} {right})", op.spelling()),
            ExprKind::Has(operand) => write!(f, "(has {operand})"),
            ExprKind::Known(operand) => write!(f, "(known {operand})"),
            ExprKind::HasLabel(base, label) => write!(f, "(has-label {base} {label})"),
            ExprKind::Is(operand, ty) => write!(f, "(is {operand} {ty})"),
            ExprKind::Quantifier { kind, vars, domain, body } => {
                let word = match kind {
                    QuantifierKind::Any => "any",
                    QuantifierKind::All => "all",
                };
                let vars = vars.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ");
                write!(f, "({word} ({vars}) {domain} {body})")
            }
            ExprKind::Aggregate { kind, var, domain, body } => {
                let word = match kind {
                    AggregateKind::Count => "count",
                    AggregateKind::Sum => "sum",
                };
                write!(f, "({word} {var} {domain} {body})")
            }
            ExprKind::Paren(inner) => write!(f, "(paren {inner})"),
        }
    }
}
