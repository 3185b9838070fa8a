//! Programs that the verifier refuses, each for its reason; and the cost that it recomputes.

use super::{SAMPLE, asm::assemble};
use policyc_runtime::number::Decimal;
use policyc_runtime::program::instr::{GRANTS, NEGATE, Op, Reg};
use policyc_runtime::program::plan::{KIND_STRING, NodeId, Rest};
use policyc_runtime::program::pool::{Pattern, PatternShape, StrId};
use policyc_runtime::program::{Cost, Effect, Program, StatementKind, cost};

/// `change` makes the sample fail with this text.
fn refuses(text: &str, change: impl FnOnce(&mut Program)) {
    let mut program = assemble(SAMPLE);
    program.verify().unwrap();
    change(&mut program);
    let error = program.verify().expect_err(text).to_string();
    assert!(error.contains(text), "wanted `{text}`, got `{error}`");
}

/// Position of the n-th instruction of this kind.
fn at(program: &Program, op: Op) -> usize {
    program.code.iter().position(|instr| instr.op == op).unwrap()
}

/// The program does not verify, for this reason.
fn refuses_text(text: &str, source: &str) {
    let error = assemble(source).verify().expect_err(text).to_string();
    assert!(error.contains(text), "wanted `{text}`, got `{error}`");
}

#[test]
fn headers() {
    refuses("the policy has no name", |p| p.name.clear());
    refuses("the byte cap is out of range", |p| p.caps.bytes = u32::MAX);
    refuses("the depth cap is out of range", |p| p.caps.depth = 10_000);
    refuses("the element cap is out of range", |p| p.caps.elements = 1_000_001);
    refuses("the instruction cap is out of range", |p| p.caps.instructions = 0);
    refuses("the instruction cap is out of range", |p| p.caps.instructions = 1_000_000_001);
    refuses("the instruction cap is out of range", |p| p.caps.instructions = u64::MAX);
    refuses("guardrails are not sorted", |p| p.guardrails = vec![[1; 32], [1; 32]]);
    refuses("the time is not in a host register", |p| p.now = Some(9));
    refuses("the stated cost is not that of the code", |p| p.cost.constant += 1);
    refuses("no such node for the principal", |p| p.principal = NodeId(99));
    refuses("no such node for the session", |p| p.session = NodeId(99));
}

#[test]
fn tables() {
    refuses("strings are not sorted", |p| p.strings.swap(0, 1));
    refuses("string set 0: no such string", |p| p.string_sets[0] = vec![StrId(999)]);
    refuses("string set 0: it is not sorted", |p| p.string_sets[0].reverse());
    refuses("number set 0: it is not sorted", |p| p.number_sets[0].reverse());
    refuses("table 0: keys and values differ", |p| p.tables[0].values.truncate(1));
    refuses("table 0: it is not sorted", |p| p.tables[0].keys.reverse());
    refuses("zone 0: its transitions are out of order", |p| p.zones[0].transitions.reverse());
    refuses("zone 0: its transitions are out of order or out of range", |p| p.zones[0].horizon = 0);
    refuses("view 0: no such view", |p| p.views[0].view = 0);
    refuses("view 0: no such dialect", |p| p.views[0].view = 15);
    refuses("view 0: no such member", |p| p.views[0].members[0].0 = 31);
    refuses("view 0: the view takes no parameter", |p| p.views[0].zone = Some(0));
    refuses("address block 0: it is no address block", |p| p.cidrs.push(StrId(0)));
    refuses("switch 0: cases are not sorted", |p| p.switches[0].cases.reverse());
    refuses("source 0: line starts are not ascending", |p| p.sources[0].lines = vec![0, 5, 5]);
    refuses("span table 0: entries are not sorted", |p| p.spans.swap(0, 1));
    refuses("span table 0: no such source", |p| p.spans[0].span.source = 1);
    refuses("its span ends before it starts", |p| p.statements[0].span.start = 6);
}

#[test]
fn statements_and_tools() {
    refuses("statements are not sorted", |p| p.statements.reverse());
    refuses("a guardrail allows", |p| {
        p.statements[1].effect = Effect::Allow;
        p.statements[1].terms = None;
    });
    refuses("approval terms stand with `ask` alone", |p| p.statements[0].terms = None);
    refuses("its quorum is zero", |p| p.statements[0].terms.as_mut().unwrap().quorum = 0);
    refuses("its approvers are not sorted", |p| p.statements[0].terms.as_mut().unwrap().from.clear());
    refuses("a `hide` has another effect", |p| p.statements[2].kind = StatementKind::Hide);
    refuses("servers are not sorted", |p| p.servers.swap(0, 1));
    refuses("tools are not sorted", |p| p.tools.swap(0, 1));
    refuses("tool 2: no such server", |p| p.tools[2].server = 2);
    refuses("its number of registers is out of range", |p| p.tools[0].registers = 1);
    refuses("its number of registers is out of range", |p| p.tools[0].registers = 0x8000);
    refuses("its code does not exist", |p| p.tools[0].entry = 10_000);
}

#[test]
fn plans() {
    refuses("node 0: it does not accept any value", |p| p.plan.nodes[0].kinds = KIND_STRING);
    refuses("it accepts no kind of value", |p| p.plan.nodes[1].kinds = 0);
    refuses("no such check", |p| p.plan.nodes[1].list = 77);
    refuses("list check 0: no such node", |p| p.plan.lists[0].items = NodeId(77));
    refuses("its frame is too large", |p| p.plan.lists[0].stride = 0x1000);
    refuses("its keys are not sorted", |p| p.plan.objects[0].keys.reverse());
    refuses("no such node", |p| p.plan.objects[0].keys[0].node = NodeId(99));
    refuses("entries are captured where members are not planned", |p| {
        p.plan.objects.iter_mut().for_each(|object| object.rest = Rest::Closed);
    });
    refuses("its arguments are not planned as an object", |p| p.tools[0].args = NodeId(0));
    refuses("it captures outside of its registers", |p| {
        // A call's argument over the principal's register.
        let args = p.tools[0].args.0 as usize;
        p.plan.nodes[args].capture = 0;
    });
    refuses("it captures outside of its registers", |p| p.plan.lists[0].stride = 0);
    refuses("it captures entries outside of its registers", |p| {
        p.plan.objects.iter_mut().filter_map(|o| o.entries.as_mut()).for_each(|entries| entries.0 = 99);
    });
    refuses("its divisor is not above zero", |p| {
        let multiple_of = Some(Decimal::ZERO);
        p.plan
            .numbers
            .push(policyc_runtime::program::plan::NumberCheck { multiple_of, ..Default::default() });
    });
}

#[test]
fn operands() {
    refuses("it carries a flag of other operations", |p| p.code[0].flags = GRANTS);
    refuses("it carries a flag of other operations", |p| {
        let at = at(p, Op::End);
        p.code[at].flags = NEGATE;
    });
    refuses("an unused operand is not zero", |p| p.code[0].c = 1);
    refuses("no such statement", |p| {
        let at = at(p, Op::Match);
        p.code[at].c = 99;
    });
    refuses("only an ask can match with consent", |p| {
        let at = at(p, Op::Match);
        p.code[at].flags = GRANTS;
    });
    refuses("no such comparison", |p| {
        let at = at(p, Op::CompareNumber);
        p.code[at].b = 6;
    });
    refuses("no such memo cell", |p| p.tools.iter_mut().for_each(|tool| tool.memos = 0));
    refuses("it reads no register of the tool", |p| p.code[0].a = 10);
    refuses("it reads no register of the tool", |p| p.code[0].a = Reg::element(0, 0).0);
    refuses("it reads no register of the tool", |p| {
        let at = at(p, Op::CompareNumber) + 3;
        p.code[at].a = Reg::element(0, 2).0;
    });
    refuses("it writes no register of the tool", |p| {
        let at = at(p, Op::Weekday);
        // The time of the next call.
        p.code[at].a = 3;
    });
    refuses("a member goes to no register of the tool", |p| p.views[0].members[0].1 = 2);
    refuses("it shares its switch with another one", |p| {
        let at = at(p, Op::Switch);
        let switch = p.code[at];
        p.code[at + 1] = switch;
    });
}

#[test]
fn control_flow() {
    refuses("it goes backward", |p| {
        let at = at(p, Op::CompareNumber);
        p.code[at].target = 0;
    });
    refuses("it goes into a loop", |p| {
        let inside = at(p, Op::Loop) + 1;
        p.code[0].target = inside as u32;
    });
    refuses("the code from here has no end", |p| {
        let at = at(p, Op::Switch);
        p.switches[0].default = p.code.len() as u32;
        p.code[at].a = 4;
    });
    refuses("its target is not after the matching `next`", |p| {
        let at = at(p, Op::Next);
        p.code[at].target += 1;
    });
    refuses("no loop ends here", |p| {
        let (next, first) = (at(p, Op::Next), at(p, Op::EndDenies));
        p.code[first] = p.code[next];
    });
    refuses("the code from here has no end", |p| {
        let last = p.code.len() - 1;
        p.code[last].op = Op::EndDenies;
    });
}

/// A tool with a list of lists of lists of lists, and code over it.
fn nested(code: &str) -> String {
    format!(
        "tool s.t {{ xs: [[[[string -> r0] -> r0] -> r0] -> r0] -> r0 }} registers 3\nallow ok\ncode s.t\n{code}\nlist s.t\nend"
    )
}

#[test]
fn loops_nest() {
    let source =
        nested("loop r0 d1 - out\nin:\nloop e1.0 d1 - out2\nin2:\nnext d1 in2\nout2:\nnext d1 in\nout:\nend");
    refuses_text("its depth is that of a loop around it", &source);
    let source = nested(
        "loop r0 d0 r1 out\nin:\nloop e0.0 d1 - out2\nin2:\nnext d1 in2\nout2:\nnext d0 in\nout:\nend",
    );
    refuses_text("its depth is that of a loop around it", &source);
    refuses_text("its depth is out of range", &nested("loop r0 d5 r1 out\nin:\nnext d5 in\nout:\nend"));
    let source = nested("loop r0 d0 - out\nin:\npresent e1.0 out\nnext d0 in\nout:\nend");
    refuses_text("it reads no register of the tool", &source);
    let source = nested("loop r0 d0 - out\nin:\nnext d0 in\nout:\npresent e0.0 done\ndone:\nend");
    refuses_text("it reads no register of the tool", &source);
    let source = nested(
        "loop r0 d0 - o0\ni0:\nloop e0.0 d1 - o1\ni1:\nloop e1.0 d2 - o2\ni2:\nloop e2.0 d3 - o3\ni3:\nnext d3 i3\no3:\nnext d2 i2\no2:\nnext d1 i1\no1:\nnext d0 i0\no0:\nend",
    );
    refuses_text("loops are nested more than three deep", &source);
}

#[test]
fn a_text_may_not_be_referred_to_again_and_again() {
    let large = |p: &mut Program| {
        p.strings.push("\u{10FFFF}".repeat(1 << 20));
        StrId(u32::try_from(p.strings.len() - 1).unwrap())
    };
    let text = "texts are referred to too often to be loaded";
    refuses(text, |p| {
        let id = large(p);
        p.string_sets.extend(vec![vec![id]; 600]);
    });
    refuses(text, |p| {
        let id = large(p);
        p.cidrs.extend([id; 600]);
    });
    refuses(text, |p| {
        let id = large(p);
        let shape = PatternShape::PrefixSuffix(id, id);
        p.patterns.extend(vec![Pattern { source: String::new(), shape }; 20]);
    });
    refuses(text, |p| p.string_sets.extend(vec![vec![StrId(0)]; 2 << 20]));
    let mut once = assemble(SAMPLE);
    let id = large(&mut once);
    once.string_sets.extend(vec![vec![id]; 10]);
    once.verify().unwrap();
}

#[test]
fn costs() {
    let of = |code: &str| {
        let program = assemble(&nested(code));
        program.verify().unwrap();
        program.cost
    };
    assert_eq!(of("match ok\nend"), Cost { constant: 2, ..Cost::default() });
    let one = of("loop r0 d0 - out\nin:\npresent e0.0 out\nnext d0 in\nout:\nend");
    // Two instructions per element, half an element per byte.
    assert_eq!(one, Cost { constant: 2, linear: 1, ..Cost::default() });
    let three = of(
        "loop r0 d0 - o0\ni0:\nloop e0.0 d1 - o1\ni1:\nloop e1.0 d2 - o2\ni2:\npresent e2.0 o2\nnext d2 i2\no2:\nnext d1 i1\no1:\nnext d0 i0\no0:\nend",
    );
    assert_eq!(three, Cost { constant: 2, linear: 1, quadratic: 1, cubic: 1 });
    assert_eq!(three.bound(10), 2 + 10 + 100 + 1000);
    assert_eq!(Cost { cubic: u64::MAX, ..three }.bound(u64::MAX), u64::MAX);
    // A search goes through its text: as much as its loop if it is the element's, once more otherwise.
    let search = of("contains r1 \"x\" out\nout:\nend");
    assert_eq!(search, Cost { constant: 2, linear: 1, ..Cost::default() });
    let element = of("loop r0 d0 - out\nin:\ncontains e0.0 \"x\" out\nnext d0 in\nout:\nend");
    assert_eq!(element, Cost { constant: 2, linear: 2, ..Cost::default() });
    let outer = of("loop r0 d0 - out\nin:\ncontains r1 \"x\" out\nnext d0 in\nout:\nend");
    assert_eq!(outer, Cost { constant: 2, linear: 1, quadratic: 1, ..Cost::default() });
}

#[test]
fn the_cost_is_that_of_the_dearest_tool() {
    let program = assemble(SAMPLE);
    assert_eq!(cost::of(&program), Ok(program.cost));
    // `web.get`: ten instructions and the fixed cost of reading a URL; the other tools have sixteen outside of their loop.
    assert!(program.cost.constant > 64, "{:?}", program.cost);
}
