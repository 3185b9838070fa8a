//! A host that is killed (SIGKILL) at any instant, over and over, and starts again over the same file: no admission that it has announced
//! is lost, no limit is exceeded over all of its lives, and what calls in flight may have changed is unknown afterwards.
//!
//! The host is this test's own binary. `POLICYC_TEST_KILLS=1000` kills it as often. On systems that are no Unix nothing here runs: a
//! process cannot be ended there at once, whatever it does.

use super::world::{Agent, load, succeeds};
use policyc_runtime::decision::Decision;
use policyc_runtime::gate::Consent;
use policyc_runtime::number::SCALE;
use policyc_runtime::state::open::{self, Open};
use policyc_runtime::state::recover::recover;
use policyc_runtime::state::{Kind, StateError, StateStore};
use policyc_runtime::{Pdp, Requirements};
use policyc_store::Durable;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

const POLICY: &str = "
result s.look: { ok: bool }
fact fine(id: string): bool after s.look: fine(args.id) = result.ok
rule look: allow s.look
rule pay: allow s.pay
rule go: allow s.go when fine(args.id) == true
limit pace: 4 per 60s for everyone on s.pay, s.look
limit budget: 1000000 per session on s.pay counting args.amount
";
/// The window of `pace` in milliseconds of the host's clock, which runs a thousand times as fast as the real one.
const WINDOW: i64 = 60_000;
const MOST: usize = 4;
const THREADS: usize = 3;
const KEYS: [&str; THREADS] = [r#"{"id":"key a"}"#, r#"{"id":"key b"}"#, r#"{"id":"key c"}"#];
const PAY: &str = r#"{"amount":1}"#;
/// Names the folder to the host process.
const FOLDER: &str = "POLICYC_TEST_FOLDER";

fn fast_clock() -> i64 {
    i64::try_from(SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_micros()).unwrap()
}

/// The host process; nothing in a usual run.
#[test]
fn host() {
    let Some(folder) = std::env::var_os(FOLDER) else { return };
    let folder = Path::new(&folder);
    let program = std::fs::read(folder.join("program")).unwrap();
    let pdp = Pdp::load(&program, &Requirements::default()).unwrap();
    let store = Durable::open(folder.join("state")).unwrap();
    recover(&store, fast_clock(), |_| true).unwrap();
    std::thread::scope(|scope| {
        for thread in 0..THREADS {
            let (pdp, store) = (&pdp, &store);
            scope.spawn(move || work(pdp, store, thread));
        }
    });
}

/// Calls in turn, and says what is committed: `pay TIME`, `look TIME KEY`, `done KEY`. A minute is more than any test lets it live.
fn work(pdp: &Pdp, store: &Durable, thread: usize) {
    let mut agent = Agent::new(pdp, store);
    let until = Instant::now() + Duration::from_secs(60);
    let mut round = thread;
    while Instant::now() < until {
        round += 1;
        // The clock jumps back now and then.
        agent.now = fast_clock() - if round.is_multiple_of(5) { 90_000 } else { 0 };
        let (tool, args) = if round.is_multiple_of(2) { ("pay", PAY) } else { ("look", KEYS[thread]) };
        let admission = match agent.try_admit(tool, args, Consent::None) {
            Ok((_, Some(admission))) => admission,
            Ok((_, None)) | Err(StateError::Conflicts) => {
                std::thread::sleep(Duration::from_millis(1));
                continue;
            }
            Err(error) => panic!("{error}"),
        };
        let id = *admission.admitted.id().unwrap();
        let mut at = 0;
        let key = open::key(&mut Vec::new(), &agent.who.session(), id).to_vec();
        store.read(&key, &mut |cell| at = Open::read(cell.unwrap()).unwrap().head.at_ms).unwrap();
        say(&format!("{tool} {at} {thread}"));
        // Some calls are never answered.
        if !round.is_multiple_of(7) {
            std::thread::sleep(Duration::from_millis(u64::try_from(round % 3).unwrap()));
            agent.tell(&admission, &succeeds(r#"{"ok":true}"#));
            if tool == "look" {
                say(&format!("done 0 {thread}"));
            }
        }
    }
}

/// In one write, so that no line is cut but the last.
fn say(line: &str) {
    let mut out = std::io::stdout().lock();
    out.write_all(format!("\n#{line}\n").as_bytes()).unwrap();
    out.flush().unwrap();
}

/// What hosts have said so far.
#[derive(Default)]
struct Heard {
    /// Times of admitted calls.
    times: Vec<i64>,
    paid: usize,
    /// What was last said of the key of each thread in this life: `true` is done.
    keys: BTreeMap<usize, bool>,
}

impl Heard {
    fn listen(&mut self, child: &mut Child) {
        self.keys.clear();
        let mut lines = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        while lines.read_line(&mut line).unwrap() > 0 {
            if let Some(words) = line.strip_prefix('#').and_then(|rest| rest.strip_suffix('\n')) {
                let words: Vec<&str> = words.split(' ').collect();
                let (time, thread) = (words[1].parse().unwrap(), words[2].parse().unwrap());
                match words[0] {
                    "done" => drop(self.keys.insert(thread, true)),
                    "look" => drop(self.keys.insert(thread, false)),
                    _ => self.paid += 1,
                }
                if words[0] != "done" {
                    self.times.push(time);
                }
            }
            line.clear();
        }
    }

    /// The most admissions in any (t − WINDOW, t].
    fn most(&self) -> usize {
        let mut times = self.times.clone();
        times.sort_unstable();
        let ends = times.iter().enumerate();
        ends.map(|(index, end)| index + 1 - times.partition_point(|time| *time <= end - WINDOW))
            .max()
            .unwrap_or(0)
    }
}

/// The keys' threads that calls in flight may change.
fn in_flight(store: &Durable) -> BTreeSet<usize> {
    let mut threads = BTreeSet::new();
    let scanned = store.scan(&[Kind::Open as u8], &mut |_, cell| {
        for (_, key) in Open::read(cell).unwrap().marks() {
            let names = |name: &str| key.windows(name.len()).any(|part| part == name.as_bytes());
            threads.extend((0..THREADS).filter(|thread| names(["key a", "key b", "key c"][*thread])));
        }
        true
    });
    scanned.unwrap();
    threads
}

/// Checks the file that a killed host has left. `life` counts its lives.
fn inspect(pdp: &Pdp, store: &Durable, heard: &Heard, life: usize) {
    assert!(heard.most() <= MOST, "life {life}: {} calls in one window", heard.most());
    let flying = in_flight(store);
    recover(store, fast_clock(), |_| true).unwrap();
    assert_eq!(recover(store, fast_clock(), |_| true), Ok(0));
    let mut agent = Agent::new(pdp, store);
    // When the window is empty: all limits are looked at only if the call is not denied.
    agent.now = fast_clock() + 10 * WINDOW;
    let used = usize::try_from(agent.used("pay", PAY, "budget") / SCALE).unwrap();
    // Each life may end between a commit and its announcement, once per thread.
    let unsaid = THREADS * (life + 1);
    assert!(
        heard.paid <= used && used <= heard.paid + unsaid,
        "life {life}: {used} charges of {} calls",
        heard.paid
    );
    for (thread, done) in &heard.keys {
        let known = agent.decide("go", KEYS[*thread]) == Decision::Allow;
        if flying.contains(thread) {
            assert!(!known, "life {life}: key {thread} is known in spite of a lost call");
        } else if *done {
            assert!(known, "life {life}: key {thread} is not known any more");
        }
    }
}

#[test]
fn a_killed_host_loses_nothing_and_exceeds_nothing() {
    let kills = std::env::var("POLICYC_TEST_KILLS").map_or(30, |kills| kills.parse().unwrap());
    let folder = tempfile::tempdir().unwrap();
    let tools = [
        ("look", r#""id":{"type":"string"}"#),
        ("go", r#""id":{"type":"string"}"#),
        ("pay", r#""amount":{"type":"number"}"#),
    ];
    let pdp = load(&tools, POLICY);
    std::fs::write(folder.path().join("program"), pdp.program().to_bytes()).unwrap();
    let file = folder.path().join("state");
    drop(Durable::create(&file).unwrap());
    let (mut heard, mut lost) = (Heard::default(), 0);
    for life in 0..kills {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "crash::host", "--nocapture", "--test-threads=1"])
            .env(FOLDER, folder.path())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let wait = u64::try_from(life * 7919 % 97).unwrap();
        std::thread::sleep(Duration::from_millis(30 + wait));
        child.kill().unwrap();
        heard.listen(&mut child);
        child.wait().unwrap();
        let store = Durable::open(&file).unwrap();
        lost += in_flight(&store).len();
        inspect(&pdp, &store, &heard, life);
    }
    assert!(
        heard.times.len() > kills && lost > 0,
        "{} calls, {lost} lost: too few to mean anything",
        heard.times.len()
    );
    assert_eq!(heard.most(), MOST, "the limit was never reached");
}
