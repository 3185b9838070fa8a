//! The scanner's tests: a plan and bytes in, registers or a refusal out, all as text.

pub(crate) mod build;
mod canonical;
mod captures;
mod differential;
mod hostile;
mod message;
mod misfits;
mod numbers;
mod roles;

use super::*;
use crate::number::Decimal;
use crate::program::Program;
use crate::value::{Inputs, List};
use std::borrow::ToOwned as _;
use std::format;
use std::string::String;
use std::vec;
use std::vec::Vec;

/// Registers that a test's plan may use.
const REGISTERS: u16 = 8;

/// The outcome of a scan as text: the registers that hold something (`0=12 2="a"`), or the refusal
/// (`bad_arguments WrongType@5: argument …`).
fn outcome(program: &Program, input: &[u8]) -> String {
    let scanner = Scanner::new(program).unwrap();
    let mut store = Store::new();
    store.clear(REGISTERS);
    let root = NodeId(1);
    match scan(&scanner, root, input, Source::Args, &mut store) {
        Ok(()) => registers(&store, input),
        Err(reject) => {
            let message = describe(&scanner, root, Source::Args, input, reject);
            format!("{} {:?}@{}: {message}", reject.kind(), reject.what, reject.offset)
        }
    }
}

fn registers(store: &Store, input: &[u8]) -> String {
    let inputs = Inputs { args: input, ..Inputs::default() };
    let held = (0..REGISTERS).filter(|at| store.register(*at) != Slot::Missing);
    let shown: Vec<String> =
        held.map(|at| format!("{at}={}", slot(store, &inputs, store.register(at)))).collect();
    shown.join(" ")
}

fn slot(store: &Store, inputs: &Inputs<'_>, value: Slot) -> String {
    match value {
        Slot::Missing => "-".into(),
        Slot::Null => "null".into(),
        Slot::Bool(value) => format!("{value}"),
        Slot::Number { .. } | Slot::Wide(_) => {
            format!("{}", Decimal::from_units(store.units(value).unwrap()).unwrap())
        }
        Slot::Text(text) => format!("{:?}", store.str(inputs, text)),
        Slot::Object => "{}".into(),
        Slot::List(List { len, stride: 0, .. }) => format!("[{len}]"),
        Slot::List(list) => {
            let frame = |index| {
                let slots =
                    (0..list.stride).map(|offset| slot(store, inputs, store.element(list, index, offset)));
                slots.collect::<Vec<_>>().join(" ")
            };
            format!("[{}]", (0..list.len).map(frame).collect::<Vec<_>>().join(" | "))
        }
    }
}

/// Under the plan (see [`build`]), each input has the outcome.
fn check(plan: &str, cases: &[(&str, &str)]) {
    let program = build::program(plan);
    for (input, want) in cases {
        assert_eq!(outcome(&program, input.as_bytes()), *want, "{input} under {plan}");
    }
}
