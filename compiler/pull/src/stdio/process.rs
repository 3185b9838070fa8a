//! A running server: lines to its stdin, lines from its stdout, the end of its stderr, and an orderly end.

use std::process::ExitStatus;
use std::time::Duration;

use futures_util::StreamExt;
use process_wrap::tokio::ChildWrapper;
use tokio::io::AsyncWriteExt;
use tokio::process::{ChildStdin, ChildStdout};
use tokio::task::JoinHandle;
use tokio::time::{Instant, timeout, timeout_at};
use tokio_util::codec::{AnyDelimiterCodec, AnyDelimiterCodecError, FramedRead};

use super::tail::Tail;
use crate::error::Fault;
use crate::link::{Ended, Event, Status};
use crate::text::clean;

/// How long a server may take to end by itself after its stdin is closed, and again after SIGTERM.
/// About a quarter of real servers need the signal.
const PATIENCE: Duration = Duration::from_secs(2);
/// How long stdout is read on after the program has ended.
const LAST_WORDS: Duration = Duration::from_millis(500);
/// SIGTERM has this number on every Unix (POSIX `kill -15`).
#[cfg(unix)]
const SIGTERM: i32 = 15;

/// A server started by this program, in its own process group.
#[derive(Debug)]
pub(crate) struct Process {
    server: String,
    child: Box<dyn ChildWrapper>,
    stdin: ChildStdin,
    lines: FramedRead<ChildStdout, AnyDelimiterCodec>,
    max_line: usize,
    /// When the program was seen to have ended.
    ended: Option<Instant>,
    stderr: Tail,
    stderr_task: JoinHandle<()>,
}

impl Process {
    /// `None` if a standard stream is not a pipe, which `start` rules out.
    pub(super) fn new(server: String, mut child: Box<dyn ChildWrapper>, max_line: usize) -> Option<Self> {
        let stdin = child.stdin().take()?;
        let stdout = child.stdout().take()?;
        let stderr_pipe = child.stderr().take()?;
        let stderr = Tail::default();
        let stderr_task = tokio::spawn(stderr.clone().follow(stderr_pipe));
        let codec = AnyDelimiterCodec::new_with_max_length(b"\n".to_vec(), b"\n".to_vec(), max_line);
        Some(Self {
            server,
            child,
            stdin,
            lines: FramedRead::new(stdout, codec),
            max_line,
            ended: None,
            stderr,
            stderr_task,
        })
    }

    /// Writes one line. That a server no longer reads is no error here: what it says, or its end, decides.
    pub(crate) async fn send(&mut self, text: &str) {
        let line = format!("{text}\n");
        if self.stdin.write_all(line.as_bytes()).await.is_ok() {
            let _ = self.stdin.flush().await;
        }
    }

    /// The next line that is not blank, without its line end (LF or CRLF).
    pub(crate) async fn next(&mut self) -> Event {
        loop {
            let line = match self.ended {
                None => tokio::select! {
                    biased;
                    line = self.lines.next() => line,
                    _ = self.child.wait() => {
                        self.ended = Some(Instant::now());
                        continue;
                    }
                },
                // What it wrote before it ended is still read, though something it started may hold stdout open.
                Some(end) => timeout_at(end + LAST_WORDS, self.lines.next()).await.unwrap_or_default(),
            };
            match line {
                Some(Ok(line)) if line.trim_ascii().is_empty() => {}
                Some(Ok(line)) => return Event::Text(line.trim_ascii_end().to_vec()),
                Some(Err(error)) => return Event::Failed { request: None, fault: self.fault(&error) },
                None => return Event::Closed,
            }
        }
    }

    fn fault(&self, error: &AnyDelimiterCodecError) -> Fault {
        let server = self.server.clone();
        match error {
            AnyDelimiterCodecError::MaxChunkLengthExceeded => {
                Fault::TooLarge { server, what: "a line", limit: self.max_line }
            }
            AnyDelimiterCodecError::Io(error) => {
                Fault::Broken { server, reason: clean(&error.to_string(), 200) }
            }
        }
    }

    /// The exit status, if the program ends within a second.
    pub(crate) async fn exit_status(&mut self) -> Option<Status> {
        let status = timeout(Duration::from_secs(1), self.child.wait()).await.ok()?;
        Some(Status {
            success: status.as_ref().is_ok_and(ExitStatus::success),
            words: status.map_or_else(|error| error.to_string(), |status| status.to_string()),
        })
    }

    /// Ends the program as MCP asks (2025-11-25, basic/lifecycle, "Shutdown"): stdin is closed, then SIGTERM,
    /// then SIGKILL, the signals to the whole group. It is reaped when this returns.
    pub(crate) async fn close(self, patient: bool) -> Ended {
        let Self { server: _, mut child, stdin, lines, max_line: _, ended: _, stderr, stderr_task } = self;
        drop(stdin);
        drop(lines);
        let mut gone = patient && timeout(PATIENCE, child.wait()).await.is_ok();
        #[cfg(unix)]
        if !gone && child.signal(SIGTERM).is_ok() {
            gone = timeout(PATIENCE, child.wait()).await.is_ok();
        }
        // Also when the leader is gone: what it started and left behind is still in its group.
        let _ = child.start_kill();
        if !gone {
            let _ = child.wait().await;
        }
        // A grandchild outside the group may hold the pipe open: what has come by then is the tail.
        let abort = stderr_task.abort_handle();
        let _ = timeout(Duration::from_millis(500), stderr_task).await;
        abort.abort();
        Ended { stderr_tail: stderr.lines() }
    }
}
