//! Programs that someone has tampered with (T1): each is refused, or decides every request without a panic and within its cost.

use super::asm::assemble;
use super::random::Source;
use super::{SAMPLE, judge};
use policyc_runtime::number::Decimal;
use policyc_runtime::program::instr::{Op, Reg};
use policyc_runtime::program::plan::{NodeId, Rest};
use policyc_runtime::program::pool::{Const, PatternShape, StrId};
use policyc_runtime::program::{Program, cost};
use policyc_runtime::{Call, Host, LiveSchema, Pdp, Requirements, Vm};
use proptest::prelude::*;

/// A number near what is in use, or at an edge.
fn near(s: &mut Source, value: u32) -> u32 {
    match s.below(6) {
        0 => value.wrapping_add(1),
        1 => value.wrapping_sub(1),
        2 => s.below(40) as u32,
        3 => Reg::element(s.below(7) as u8, s.below(4) as u16).0.into(),
        4 => u32::MAX,
        _ => s.next() as u32,
    }
}

/// Changes one thing, most often in the code.
fn tamper(s: &mut Source, program: &mut Program) {
    match s.below(16) {
        0 => {
            let tool = s.below(program.tools.len());
            let tool = &mut program.tools[tool];
            match s.below(4) {
                0 => tool.registers = near(s, tool.registers.into()) as u16,
                1 => tool.memos = near(s, tool.memos.into()) as u16,
                2 => tool.entry = near(s, tool.entry),
                _ => tool.args = NodeId(near(s, tool.args.0)),
            }
        }
        1 => {
            let node = s.below(program.plan.nodes.len());
            let node = &mut program.plan.nodes[node];
            match s.below(4) {
                0 => node.kinds = s.next() as u8 & 63,
                1 => node.capture = near(s, node.capture.into()) as u16,
                2 => node.list = near(s, node.list),
                _ => node.object = near(s, node.object),
            }
        }
        2 => {
            let list = s.below(program.plan.lists.len());
            let list = &mut program.plan.lists[list];
            if s.next() & 1 == 0 {
                list.stride = near(s, list.stride.into()) as u16;
            } else {
                list.items = NodeId(near(s, list.items.0));
            }
        }
        3 => {
            let object = s.below(program.plan.objects.len());
            let object = &mut program.plan.objects[object];
            match s.below(3) {
                0 => object.rest = [Rest::Closed, Rest::Open, Rest::Map(NodeId(near(s, 1)))][s.below(3)],
                1 => object.entries = Some((near(s, 4) as u16, near(s, 2) as u16)),
                _ => {
                    if let Some(key) = object.keys.first_mut() {
                        key.node = NodeId(near(s, key.node.0));
                    }
                }
            }
        }
        4..8 => tamper_with_constants(s, program),
        _ => {
            let at = s.below(program.code.len());
            let instr = &mut program.code[at];
            match s.below(7) {
                0 => instr.op = Op::ALL[s.below(Op::ALL.len())],
                1 => instr.flags ^= 1 << s.below(3),
                2 => instr.a = near(s, instr.a.into()) as u16,
                3 => instr.b = near(s, instr.b),
                4 => instr.c = near(s, instr.c),
                5 => instr.target = near(s, instr.target),
                _ => {
                    let other = s.below(program.code.len());
                    program.code.swap(at, other);
                }
            }
        }
    }
}

/// Changes one constant, view, switch or pattern.
fn tamper_with_constants(s: &mut Source, program: &mut Program) {
    match s.below(4) {
        0 => {
            let view = &mut program.views[0];
            view.view = s.below(20) as u16;
            view.members[0] = (s.below(6) as u8, near(s, 6) as u16);
        }
        1 => {
            let switch = &mut program.switches[0];
            switch.default = near(s, switch.default);
            switch.cases[0].1 = near(s, switch.cases[0].1);
        }
        2 => {
            let constants = [Const::Number(i128::MAX), Const::Bool(true), Const::Str(StrId(near(s, 1)))];
            program.tables[0].values[0] = constants[s.below(3)];
            let index = s.below(program.numbers.len());
            program.numbers[index] = [i128::MIN, i128::MAX, 0, 1, -1][s.below(5)];
        }
        _ => {
            let shapes = [
                PatternShape::Contains(StrId(near(s, 3))),
                PatternShape::PrefixSuffix(StrId(near(s, 3)), StrId(near(s, 4))),
                PatternShape::Dfa((0..s.below(300)).map(|_| s.next() as u8).collect()),
            ];
            program.patterns[0].shape = shapes[s.below(3)].clone();
        }
    }
}

/// Arguments that fit, nearly fit, or do not fit the sample's tools.
const ARGS: [&str; 8] = [
    r#"{"amount":20.5,"customer":"cus_1","lines":[{"sku":"a","price":11},{"sku":"b","price":9}]}"#,
    r#"{"amount":2000,"customer":"cus_2","lines":[]}"#,
    r#"{"customer":"\u0063us_1"}"#,
    r#"{"url":"https://a.example/x?y=1","headers":{"a":"b","c":"d"}}"#,
    r#"{"url":"http://169.254.169.254/latest"}"#,
    r#"{"url":"one two three","headers":{}}"#,
    r#"{"amount":"x"}"#,
    "{",
];

/// Decides everything; the number of decisions that ran code.
fn run(program: &Program) -> usize {
    let longest = program.strings.iter().map(String::len).max().unwrap_or_default();
    let cost = program.cost;
    let caps = program.caps.instructions;
    let pdp = Pdp::from_program(program.clone(), &Requirements::default()).unwrap();
    let mut vm = Vm::new(&pdp);
    let mut ran = 0;
    for args in ARGS {
        for tool in &program.tools {
            let server = &program.servers[usize::from(tool.server)].identity;
            let call = Call { server, tool: &tool.name, args: args.as_bytes(), schema: LiveSchema::Locked };
            let principal = br#"{"id":"agent","roles":["triage","other"]}"#;
            let host =
                Host { principal, session: br#"{"customer":"cus_1"}"#, now_ms: Some(1_700_000_000_000) };
            let decided = vm.decide(&pdp, &call, &host);
            judge::text(&decided);
            ran += usize::from(decided.instructions() > 0);
            let bytes = args.len() + host.principal.len() + host.session.len() + longest;
            let bound = cost.bound(bytes as u64).min(caps);
            assert!(decided.instructions() <= bound, "{} > {bound} on {args}", decided.instructions());
        }
    }
    vm.list(&pdp, br#"{"id":"agent","roles":["triage"]}"#).ok();
    ran
}

#[test]
fn the_sample_runs() {
    let mut program = assemble(SAMPLE);
    assert!(run(&program) > 8);
    // Numbers beyond every decimal are computed with, and never wrap around.
    program.numbers.iter_mut().for_each(|number| *number = i128::MAX);
    assert!(run(&program) > 8);
    program.tables[0].values[0] = Const::Number(Decimal::ONE.units());
    assert!(run(&program) > 8);
}

/// A program changed in 1 to 3 places, if the verifier still accepts it.
fn tampered(seed: u64) -> Option<Program> {
    let s = &mut Source(seed);
    let mut program = assemble(SAMPLE);
    for _ in 0..=s.below(3) {
        tamper(s, &mut program);
    }
    // Someone who tampers states the right cost.
    program.cost = cost::of(&program).unwrap_or(program.cost);
    program.verify().is_ok().then_some(program)
}

#[test]
fn the_verifier_refuses_most_changes_and_not_all() {
    let accepted = (0..1000).filter_map(tampered).filter(|program| run(program) > 0).count();
    assert!((100..900).contains(&accepted), "{accepted} of 1000");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4096))]

    #[test]
    fn tampered_programs_are_refused_or_run_within_their_cost(seed in any::<u64>()) {
        if let Some(program) = tampered(seed) {
            run(&program);
        }
    }
}
