//! Prints the tree and the reports of a policy file. In: a path. Out: text on standard output.
#![expect(clippy::print_stdout, reason = "printing is what this program does")]

fn main() -> std::io::Result<()> {
    for path in std::env::args().skip(1) {
        let text = std::fs::read(path)?;
        let parse = policyc_grammar::parse::parse_bytes(&text);
        print!("{}", policyc_grammar::ast::dump::ast(&parse.ast));
        let lines = policyc_grammar::source::LineIndex::new(&String::from_utf8_lossy(&text));
        for error in &parse.errors {
            let place = lines.line_col(error.span.start);
            println!("{}:{}: {:?} {}", place.line + 1, place.column + 1, error.code, error.message);
            if let Some(help) = &error.help {
                println!("    help: {help}");
            }
        }
    }
    Ok(())
}
