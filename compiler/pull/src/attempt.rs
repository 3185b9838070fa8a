//! One or two attempts at a server: connect, agree, list, and leave nothing behind, whatever happens.

use tokio::time::timeout;

use crate::error::{Fault, PullError};
use crate::handshake::{Agreed, Plan, agree};
use crate::http::HttpLink;
use crate::link::{Ended, Link};
use crate::list::list;
use crate::options::{Options, Source};
use crate::pulled::{Pulled, Tool};
use crate::session::Session;
use crate::stdio;
use crate::text::clean;

/// Asks in the newer way first; a server that does not survive the question is asked anew in the older one.
pub(crate) async fn pull(source: &Source, options: &Options) -> Result<Pulled, PullError> {
    match attempt(source, options, Plan::DiscoverFirst).await {
        Err(Failure { again: true, .. }) => {
            attempt(source, options, Plan::InitializeOnly).await.map_err(|failure| failure.error)
        }
        other => other.map_err(|failure| failure.error),
    }
}

struct Failure {
    error: PullError,
    /// Whether the older protocol, on a new connection, may still succeed.
    again: bool,
}

async fn attempt(source: &Source, options: &Options, plan: Plan) -> Result<Pulled, Failure> {
    let server = name(source);
    let link = connect(source, options, &server)
        .map_err(|fault| Failure { error: PullError::new(fault), again: false })?;
    let mut session = Session::new(link, server, options);
    if session.link.exposes_headers() {
        let note = "the headers given were sent unencrypted over a network; use an https address";
        session.notes.others.push(note.to_owned());
    }
    let result = guarded(&mut session, plan).await;
    let again = plan == Plan::DiscoverFirst
        && !session.agreed
        && result.as_ref().is_err_and(|fault| !fault.is_final());
    let notes = session.notes.sentences();
    let Ended { stderr_tail } = session.link.close(result.is_ok()).await;
    match result {
        Ok((agreed, tools)) => Ok(Pulled {
            tools,
            server_info: agreed.server_info,
            protocol_version: agreed.version,
            era: agreed.era,
            client_capabilities: options.capabilities.to_json(),
            stderr_tail,
            notes,
        }),
        Err(fault) => Err(Failure { error: PullError { fault: Box::new(fault), stderr_tail, notes }, again }),
    }
}

/// The conversation, bounded by the timeout and by the keyboard.
async fn guarded(session: &mut Session<'_>, plan: Plan) -> Result<(Agreed, Vec<Tool>), Fault> {
    let limit = session.options.timeout;
    let interrupted = tokio::select! {
        // First, so that it listens before the server is spoken to.
        biased;
        Ok(()) = tokio::signal::ctrl_c() => true,
        result = timeout(limit, converse(session, plan)) => match result {
            Ok(result) => return result,
            Err(_) => false,
        },
    };
    Err(if interrupted {
        Fault::Interrupted { server: session.server.clone(), method: session.waiting.to_owned() }
    } else {
        session.timed_out()
    })
}

async fn converse(session: &mut Session<'_>, plan: Plan) -> Result<(Agreed, Vec<Tool>), Fault> {
    let agreed = agree(session, plan).await?;
    session.agreed = true;
    let tools = list(session, &agreed).await?;
    Ok((agreed, tools))
}

fn connect(source: &Source, options: &Options, server: &str) -> Result<Link, Fault> {
    let limit = options.max_message_bytes;
    match source {
        Source::Stdio { command, args, env, cwd } => {
            stdio::start(command, args, env, cwd.as_deref(), limit, server.to_owned()).map(Link::Stdio)
        }
        Source::Http { url, headers } => {
            HttpLink::connect(url, headers, limit, server.to_owned()).map(Link::Http)
        }
    }
}

/// The server as messages show it: the command with its arguments, or the address without what may be secret.
fn name(source: &Source) -> String {
    match source {
        Source::Stdio { command, .. } => clean(&command.to_string_lossy(), 200),
        Source::Http { url, .. } => crate::http::shown(url),
    }
}
