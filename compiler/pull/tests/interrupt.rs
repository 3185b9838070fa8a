//! An interrupt from the keyboard during a pull: alone in its file, for the signal goes to the whole process.

#[test]
#[cfg(unix)]
fn an_interrupt_ends_the_server_and_the_wait() {
    use std::time::{Duration, Instant};

    use policyc_pull::{Options, Source, pull};

    let begin = Instant::now();
    let source = Source::Stdio {
        command: "sh".into(),
        args: vec!["-c".into(), "read line; sleep 1; kill -INT $PPID; exec sleep 60".into()],
        env: vec![],
        cwd: None,
    };
    let error = pull(source, Options::default()).unwrap_err();
    assert_eq!(error.to_string(), "interrupted while waiting for `sh` to answer `server/discover`");
    assert!(begin.elapsed() < Duration::from_secs(20));
    assert_eq!(children(), Vec::<String>::new());
}

/// The processes that this one started and that are still known to the system, zombies included.
#[cfg(unix)]
fn children() -> Vec<String> {
    let own = std::process::id().to_string();
    let processes = std::fs::read_dir("/proc").into_iter().flatten().flatten();
    let stats = processes.filter_map(|entry| std::fs::read_to_string(entry.path().join("stat")).ok());
    stats
        .filter(|stat| {
            // `number (name) state parent …`; the name may hold anything.
            let after_name = stat.rsplit(") ").next().unwrap_or_default();
            after_name.split(' ').nth(1) == Some(own.as_str())
        })
        .collect()
}
