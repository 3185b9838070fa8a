//! Prints a policy file in the one layout. In: a path. Out: text on standard output, or why not.
#![expect(clippy::print_stdout, reason = "printing is what this program does")]

fn main() -> Result<(), Box<dyn std::error::Error>> {
    for path in std::env::args().skip(1) {
        print!("{}", policyc_grammar::format::format(&String::from_utf8(std::fs::read(path)?)?)?);
    }
    Ok(())
}
