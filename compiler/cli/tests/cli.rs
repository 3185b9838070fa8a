//! The command as scripts see it: commands and what they print, as text in `cmd/*.trycmd`. A case whose `.in` folder has an `.out` beside it
//! runs in a copy of the first and must leave the second.
//!
//! `TRYCMD=overwrite cargo test -p policyc` writes what is printed into the cases; read the difference, and put `[..]` back where a program's
//! digest or size stands.

#[test]
fn commands_print_what_the_cases_say() {
    trycmd::TestCases::new().case("tests/cmd/*.trycmd").case("../../docs/cli.md");
}
