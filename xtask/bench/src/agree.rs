//! Before anything is timed: product and limit decide alike. In: the workloads' requests, and what becomes of them when bytes are changed.
//! Out: how many were compared, or the first request on which they differ.

use policyc_bench::Failure;
use policyc_bench::limit::{Outcome, p1, p2, small};
use policyc_bench::product::{load, outcome, parts};
use policyc_runtime::{Call, Host, Pdp, Vm};
use policyc_workload::rng::Rng;
use policyc_workload::{Request, Workload};

/// The workloads that are decided.
pub(crate) const SUBJECTS: [&str; 8] =
    ["P1", "P1-64KB", "P2-100", "P2-1000", "P2-10000", "P3-1000", "P3-10000", "P4-1000"];

/// Requests per workload that are timed.
const TIMED: u64 = 2_400;
/// Requests per workload that are compared.
const COMPARED: u64 = 6_000;

type Limit = Box<dyn Fn(&Call<'_>, &Host<'_>) -> Outcome>;

/// A workload, ready to be decided.
pub(crate) struct Subject {
    pub(crate) pdp: Pdp,
    pub(crate) requests: Vec<Request>,
    pub(crate) limit: Limit,
    number: fn(&str) -> Option<u16>,
}

impl Subject {
    pub(crate) fn new(name: &str) -> Result<Self, Failure> {
        Self::seeded(name, 7, TIMED)
    }

    fn seeded(name: &str, seed: u64, count: u64) -> Result<Self, Failure> {
        use policyc_workload::{p1 as w1, p2 as w2, p3 as w3, p4 as w4};
        let size = |text: &str| text.parse::<u64>().map_err(|_| format!("no workload is named `{name}`"));
        let (workload, requests, limit, number): (Workload, _, Limit, _) = match name.split_once('-') {
            None if name == "P1" => (
                w1::workload(),
                w1::requests(seed, count / 12),
                Box::new(p1::decide),
                p1_number as fn(&str) -> _,
            ),
            Some(("P1", "64KB")) => {
                (w1::workload(), w1::large_mails(seed, 48, 64 << 10), Box::new(p1::decide), p1_number)
            }
            Some(("P2", n)) => {
                let n = size(n)?;
                let limit = p2::Limit::new(n);
                let limit = Box::new(move |call: &Call<'_>, host: &Host<'_>| limit.decide(call, host));
                (w2::workload(n), w2::requests(seed, n, count), limit, p2_number)
            }
            Some(("P3", n)) => {
                let n = size(n)?;
                let limit = small::P3::new(n);
                let limit = Box::new(move |call: &Call<'_>, host: &Host<'_>| limit.decide(call, host));
                (w3::workload(n), w3::requests(seed, n, count), limit, |_| Some(0))
            }
            Some(("P4", n)) => {
                let n = size(n)?;
                let limit = small::P4::new(n);
                let limit = Box::new(move |call: &Call<'_>, host: &Host<'_>| limit.decide(call, host));
                (w4::workload(n), w4::requests(seed, n, count), limit, p4_number)
            }
            _ => return Err(format!("no workload is named `{name}`")),
        };
        Ok(Self { pdp: load(&workload)?, requests, limit, number })
    }
}

fn p1_number(id: &str) -> Option<u16> {
    position(&policyc_workload::p1::IDS, id)
}

fn p2_number(id: &str) -> Option<u16> {
    position(&policyc_workload::p2::RULES, id.split('_').next().unwrap_or(id))
}

fn p4_number(id: &str) -> Option<u16> {
    position(&["a", "b", "c"], id.get(..1)?)
}

fn position(ids: &[&str], id: &str) -> Option<u16> {
    ids.iter().position(|own| *own == id).and_then(|number| u16::try_from(number).ok())
}

/// Compares on every workload.
pub(crate) fn run() -> Result<(), Failure> {
    for name in SUBJECTS {
        let subject = Subject::seeded(name, 11, COMPARED)?;
        let mut vm = Vm::new(&subject.pdp);
        let mut rng = Rng::new(13);
        let (mut compared, mut refused) = (0_u64, 0_u64);
        for request in &subject.requests {
            let changed = [change(&mut rng, request), change(&mut rng, request)];
            for request in std::iter::once(request).chain(&changed) {
                let (call, host) = parts(request);
                let ours = outcome(&vm.decide(&subject.pdp, &call, &host), subject.number);
                let limit = (subject.limit)(&call, &host);
                if ours != limit {
                    return Err(format!(
                        "{name}: decided {ours:?} by the product, {limit:?} by hand: {request:#?}"
                    ));
                }
                compared += 1;
                refused += u64::from(ours == Outcome::Refused);
            }
        }
        println!("{{\"name\":\"agree/{name}\",\"requests\":{compared},\"refused\":{refused}}}");
    }
    Ok(())
}

/// The request with a few characters of one part changed.
fn change(rng: &mut Rng, request: &Request) -> Request {
    let mut changed = request.clone();
    let part = match rng.below(5) {
        0 => &mut changed.principal,
        1 => &mut changed.session,
        _ => &mut changed.args,
    };
    let mut text: Vec<char> = part.chars().collect();
    for _ in 0..=rng.below(2) {
        let at = (rng.below(text.len() as u64)) as usize;
        const PIECES: [&str; 24] = [
            "\"",
            "\\",
            "{",
            "}",
            "[",
            "]",
            ",",
            ":",
            " ",
            "\n",
            "0",
            "9",
            ".",
            "-",
            "e3",
            "é",
            "\u{1}",
            "null",
            "true",
            "\\u0061",
            "\\ud800",
            "\"to\":[],",
            "\"amount\":1e1,",
            "\"x\":{\"y\":[1,{}]},",
        ];
        match rng.below(3) {
            0 => drop(text.remove(at)),
            1 => drop(text.splice(at..at, rng.pick(&PIECES).chars())),
            _ => drop(text.splice(at..=at, rng.pick(&PIECES).chars())),
        }
    }
    *part = text.into_iter().collect();
    changed
}
