//! One call for `eval` and `explain`. In: `--call`, and the host values of the command line. Out: the call as the runtime takes it, or why
//! the bytes are none.

use crate::disk::{STDIN, path, read};
use crate::exit::Trouble;
use crate::output::Output;
use policyc_compiler::diagnostics::Code;
use policyc_compiler::replay::history::History;
use policyc_compiler::replay::line::{Event, read_line};
use policyc_compiler::replay::names::Names;
use policyc_runtime::Pdp;
use policyc_runtime::program::Caps;
use policyc_runtime::scan::{describe_message, parse_any};
use policyc_runtime::{Call, Host, LiveSchema};
use serde::de::IgnoredAny;
use std::borrow::Cow;
use std::io::IsTerminal;
use std::time::{SystemTime, UNIX_EPOCH};

/// Which call, asked by whom.
#[derive(Debug, clap::Args)]
pub(crate) struct CallArgs {
    /// The call: `{"tool": "shop.refund", "args": {…}}`, a `tools/call` message, or a line of a recording [default: `-`, standard input]
    #[arg(long, value_name = "FILE", value_parser = path())]
    pub(crate) call: Option<String>,
    /// Who asks, as the host says: a JSON object, or `@FILE`
    #[arg(long, value_name = "JSON")]
    principal: Option<String>,
    /// What the host knows of the conversation: a JSON object, or `@FILE`
    #[arg(long, value_name = "JSON")]
    session: Option<String>,
    /// What happened before: a recording (JSON Lines) whose calls ran; who acts and the session go on unless they are given
    #[arg(long, value_name = "FILE", value_parser = path())]
    history: Option<String>,
    /// The time of the decision, such as 2027-01-01T09:00Z, or `now` [default: that of a recorded call, else none, so a policy that reads it denies]
    #[arg(long, value_name = "TIME", value_parser = time)]
    at: Option<i64>,
}

/// The bytes of a call and the host's values.
#[derive(Debug)]
pub(crate) struct Input {
    call: Vec<u8>,
    principal: Option<Vec<u8>>,
    session: Option<Vec<u8>>,
    at: Option<i64>,
    history: Option<(String, Vec<u8>)>,
}

/// What the bytes are.
#[derive(Debug)]
pub(crate) enum Parsed<'i> {
    /// A call.
    Call {
        /// The server's identity; empty if no server or two have the name.
        server: String,
        /// The tool.
        tool: Cow<'i, str>,
        /// The arguments' bytes.
        args: &'i [u8],
        /// The host's values.
        host: Host<'i>,
    },
    /// No call, and why.
    Refused(String),
}

impl Input {
    /// Reads the files that the arguments name.
    pub(crate) fn read(policy: &str, args: &CallArgs, output: &Output) -> Result<Self, Trouble> {
        let call = args.call.as_deref().unwrap_or(STDIN);
        if policy == STDIN && call == STDIN {
            return Err(Trouble::new("the policy and the call cannot both come from standard input")
                .help("name a file: `--call FILE`"));
        }
        // What is cheap to refuse is refused before anybody is waited for.
        let given = |option: &str, text: Option<&str>| text.map(|text| value(option, text)).transpose();
        let (principal, session) =
            (given("--principal", args.principal.as_deref())?, given("--session", args.session.as_deref())?);
        let history = args.history.as_ref().map(|file| Ok::<_, Trouble>((file.clone(), read(file)?)));
        let history = history.transpose()?;
        if call == STDIN && std::io::stdin().is_terminal() {
            output.note("reading the call from standard input; `--call FILE` reads it from a file");
        }
        Ok(Self { call: read(call)?, principal, session, at: args.at, history })
    }

    /// What happened before the call.
    pub(crate) fn history(&self, pdp: &Pdp) -> Result<History, Trouble> {
        let Some((file, recording)) = &self.history else { return Ok(History::none()) };
        History::of(pdp, recording, self.at)
            .map_err(|(line, why)| Trouble::new(format!("{file}:{line}: {why}")).of(Code::E0002, file))
    }

    /// Reads the call, strictly.
    pub(crate) fn parse<'i>(&'i self, names: &Names<'_>, caps: Caps, history: &'i History) -> Parsed<'i> {
        // A line of a recording is the host's own record, so its time is the host's; principal and session stand in another line.
        let host = |time: Option<i64>| Host {
            principal: self.principal.as_deref().unwrap_or(history.principal().as_bytes()),
            session: self.session.as_deref().unwrap_or(history.context().as_bytes()),
            now_ms: self.at.or(time),
        };
        if let Ok(Event::Call(line)) = read_line(self.call.trim_ascii()) {
            let (server, _) = names.tool(Some(&line.server), &line.tool);
            let args = line.args.as_bytes();
            return Parsed::Call { server: server.to_owned(), tool: line.tool, args, host: host(line.time) };
        }
        match parse_any(&self.call, caps) {
            Ok(parsed) => {
                let (server, tool) = names.tool(parsed.server.as_deref(), &parsed.tool);
                let (server, tool) = (server.to_owned(), Cow::Owned(tool.to_owned()));
                Parsed::Call { server, tool, args: parsed.args(&self.call), host: host(None) }
            }
            Err(reject) => Parsed::Refused(describe_message(&self.call, reject)),
        }
    }
}

impl Parsed<'_> {
    /// The call as the runtime takes it. No live server is involved, so its definition is the locked one.
    pub(crate) fn call(&self) -> Option<(Call<'_>, &Host<'_>)> {
        match self {
            Self::Call { server, tool, args, host } => {
                Some((Call { server, tool, args, schema: LiveSchema::Locked }, host))
            }
            Self::Refused(_) => None,
        }
    }
}

/// JSON, or the contents of a file. Text that is no JSON is a mistake of whoever wrote it; whether JSON fits the policy is decided.
fn value(option: &str, text: &str) -> Result<Vec<u8>, Trouble> {
    let bytes = text.strip_prefix('@').map_or_else(|| Ok(text.as_bytes().to_vec()), read)?;
    serde_json::from_slice::<IgnoredAny>(&bytes).map_err(|error| {
        Trouble::new(format!("the value of `{option}` is not JSON: {error}")).help(format!(
            "write an object, such as `{option} '{{\"id\": \"agent-7\"}}'`, or `{option} @FILE`"
        ))
    })?;
    Ok(bytes)
}

/// `--at`: UTC milliseconds.
pub(crate) fn time(text: &str) -> Result<i64, String> {
    if text == "now" {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).map_err(|error| error.to_string())?;
        return i64::try_from(since.as_millis()).map_err(|error| error.to_string());
    }
    policyc_runtime::views::time(text, None)
        .ok()
        .flatten()
        .ok_or_else(|| "write it as RFC 3339, such as 2027-01-01T09:00:00Z, or `now`".to_owned())
}
