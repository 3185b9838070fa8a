//! A server that does what a script says, for the tests: the script in as the only argument, lines of MCP (or of
//! anything else) out.
//!
//! A script is blocks of actions. `start` runs first; `on METHOD` runs when that message arrives, the first block of
//! that name for the first such message and so on, the last for all that follow. What has no block is ignored.
//!
//! ```text
//! start
//!   say Welcome!
//! on initialize
//!   say {"jsonrpc":"2.0","id":$id,"result":{}}
//! ```
//!
//! Actions: `say LINE`, `say-crlf LINE`, `raw TEXT` (without line end), `warn LINE` (to stderr), `sleep MS`, `exit N`,
//! `helper` (starts a process that sleeps and tells its number on stderr), `deaf`
//! (ignores the end of stdin). In a text, `$id` is the id of the message, `$fill(N)` is N times the letter x,
//! `$esc` the escape character, and `$file(PATH)` what is in that file.

use std::collections::BTreeMap;
use std::io::{BufRead, Write};
use std::process::{Command, ExitCode, Stdio};
use std::time::Duration;

use serde_json::Value;

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

fn main() -> ExitCode {
    let script = std::env::args().nth(1).unwrap_or_default();
    match Server::new(&script).run() {
        Ok(code) => ExitCode::from(code),
        Err(error) => {
            let _ = writeln!(std::io::stderr(), "script: {error}");
            ExitCode::from(99)
        }
    }
}

#[derive(Default)]
struct Server {
    blocks: BTreeMap<String, Vec<Vec<String>>>,
    deaf: bool,
}

impl Server {
    fn new(script: &str) -> Self {
        let mut server = Self::default();
        let mut name = String::new();
        for line in script.lines() {
            if let Some(action) = line.strip_prefix("  ") {
                let blocks = server.blocks.entry(name.clone()).or_default();
                if let Some(block) = blocks.last_mut() {
                    block.push(action.to_owned());
                }
            } else if !line.is_empty() {
                name = line.strip_prefix("on ").unwrap_or(line).to_owned();
                server.blocks.entry(name.clone()).or_default().push(Vec::new());
            }
        }
        server
    }

    fn run(&mut self) -> Result<u8> {
        if let Some(code) = self.play("start", "null")? {
            return Ok(code);
        }
        for line in std::io::stdin().lock().lines() {
            let message: Value = serde_json::from_str(&line?)?;
            let method = message.get("method").and_then(Value::as_str).unwrap_or("answer");
            let id = message.get("id").map_or("null".to_owned(), Value::to_string);
            if let Some(code) = self.play(method, &id)? {
                return Ok(code);
            }
        }
        if self.deaf {
            std::thread::sleep(Duration::from_secs(600));
        }
        Ok(0)
    }

    /// Runs the next block of this name. `Some`: the status to exit with.
    fn play(&mut self, name: &str, id: &str) -> Result<Option<u8>> {
        let Some(blocks) = self.blocks.get_mut(name) else {
            return Ok(None);
        };
        let block =
            if blocks.len() > 1 { blocks.remove(0) } else { blocks.first().cloned().unwrap_or_default() };
        for action in block {
            let (verb, text) = action.split_once(' ').unwrap_or((action.as_str(), ""));
            if let Some(code) = self.act(verb, &expand(text, id)?)? {
                return Ok(Some(code));
            }
        }
        Ok(None)
    }

    fn act(&mut self, verb: &str, text: &str) -> Result<Option<u8>> {
        match verb {
            "say" => self.write(&format!("{text}\n"))?,
            "say-crlf" => self.write(&format!("{text}\r\n"))?,
            "raw" => self.write(text)?,
            "warn" => writeln!(std::io::stderr(), "{text}")?,
            "sleep" => std::thread::sleep(Duration::from_millis(text.parse()?)),
            "exit" => return Ok(Some(text.parse()?)),
            "deaf" => self.deaf = true,
            "helper" => {
                let child = Command::new(std::env::current_exe()?)
                    .arg("start\n  sleep 60000")
                    .stdin(Stdio::null())
                    .stdout(Stdio::inherit())
                    .spawn()?;
                writeln!(std::io::stderr(), "helper {}", child.id())?;
            }
            other => return Err(format!("unknown action {other}").into()),
        }
        Ok(None)
    }

    fn write(&self, text: &str) -> Result<()> {
        let mut out = std::io::stdout().lock();
        out.write_all(text.as_bytes())?;
        out.flush()?;
        Ok(())
    }
}

fn expand(text: &str, id: &str) -> Result<String> {
    let mut text = text.replace("$id", id).replace("$esc", "\u{1b}");
    while let Some((before, rest)) = text.split_once("$fill(") {
        let (count, after) = rest.split_once(')').ok_or("unclosed $fill")?;
        text = format!("{before}{}{after}", "x".repeat(count.parse()?));
    }
    while let Some((before, rest)) = text.split_once("$file(") {
        let (path, after) = rest.split_once(')').ok_or("unclosed $file")?;
        text = format!("{before}{}{after}", std::fs::read_to_string(path)?);
    }
    Ok(text)
}
