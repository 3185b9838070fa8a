//! The instruction set. In: the table of operations. Out: Markdown.

use policyc_runtime::program::instr::{Class, Op, Role};
use std::fmt::Write;

pub(crate) fn page() -> String {
    let mut page = crate::header("Instructions", "`runtime/src/program/instr.rs`");
    page += "What a program is made of; `policyc build --listing` prints it with these names.\n\
             An instruction has 16 bytes: number, flags, operands `a`, `b`, `c`, and the target of a false test. Control flow is forward only, save `next`.\n\
             A false test goes to its target. Absent operands, and operands of another kind than a test wants, make it unknown unless stated; where unknown goes is in the flags.\n\n";
    for (class, title) in [
        (Class::Control, "Control"),
        (Class::Statement, "Statements"),
        (Class::Test, "Tests"),
        (Class::Value, "Values"),
    ] {
        let _infallible = write!(
            page,
            "## {title}\n\n| number | name | does | a | b | c | target |\n|---|---|---|---|---|---|---|\n"
        );
        for op in Op::ALL.iter().filter(|op| op.class() == class) {
            let [a, b, c, target] = op.roles().map(role);
            let _infallible = writeln!(
                page,
                "| {} | `{}` | {} | {a} | {b} | {c} | {target} |",
                op.code(),
                op.name(),
                doc(*op)
            );
        }
        page.push('\n');
    }
    page.truncate(page.trim_end().len());
    page.push('\n');
    page
}

/// Its description without the marks of links within the code's own documentation.
fn doc(op: Op) -> String {
    crate::cell(&op.doc().trim().replace("[`", "`").replace("`]", "`"))
}

const fn role(role: Role) -> &'static str {
    match role {
        Role::Unused => "",
        Role::Read => "reads",
        Role::Write => "writes",
        Role::Update => "reads and writes",
        Role::Depth => "loop",
        Role::SecondList => "second list",
        Role::Memo => "memo",
        Role::Truth => "truth value",
        Role::Compare => "comparison",
        Role::Kinds => "kinds",
        Role::Bool => "0 or 1",
        Role::Offset => "offset in the element",
        Role::Statement => "statement",
        Role::Switch => "switch",
        Role::String => "string",
        Role::Number => "number",
        Role::StringSet => "set of strings",
        Role::NumberSet => "set of numbers",
        Role::Pattern => "pattern",
        Role::Cidr => "address block",
        Role::Table => "table",
        Role::View => "view",
        Role::Zone => "time zone",
        Role::Places => "decimal places",
        Role::Keys => "reads a key from here on",
        Role::Fields => "reads fields from here on",
        Role::Fact => "fact",
        Role::FactRead => "part of a fact",
        Role::Label => "label",
        Role::LabelSet => "label as it is set",
        Role::Limit => "limit",
        Role::Forward => "further on",
        Role::LoopEnd => "after the loop",
        Role::LoopStart => "start of the loop",
    }
}
