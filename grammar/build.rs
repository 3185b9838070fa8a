//! Generates the parser. In: `src/policy.lalrpop`. Out: `policy.rs` in Cargo's output directory.

fn main() -> Result<(), Box<dyn std::error::Error>> {
    println!("cargo:rerun-if-changed=src/policy.lalrpop");
    println!("cargo:rerun-if-env-changed=LALRPOP_LANE_TABLE");
    lalrpop::Configuration::new().process_dir("src")
}
