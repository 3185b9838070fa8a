//! `tools/list`, page by page, until the list is complete and stands still.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;
use tokio::time::{Duration, Instant};

use crate::error::Fault;
use crate::handshake::{Agreed, STATELESS, params};
use crate::pulled::{Era, Tool};
use crate::session::{Refusal, Session};
use crate::strict;
use crate::text::clean;

const METHOD: &str = "tools/list";
/// Pages at most: a server that offers ever new cursors is stopped here.
const PAGES: usize = 1000;
/// The wait for a late announcement at most.
const LONGEST: Duration = Duration::from_secs(60);
/// Lists at most when the server keeps announcing changes.
const ROUNDS: usize = 5;

/// The complete list; asked for again when the server announces a change while or right after it is read.
pub(crate) async fn list(session: &mut Session<'_>, agreed: &Agreed) -> Result<Vec<Tool>, Fault> {
    for round in 1..=ROUNDS {
        session.list_changed = false;
        let tools = pages(session, agreed).await?;
        settle(session, agreed).await?;
        if !session.list_changed {
            if round > 1 {
                let note =
                    format!("the server announced changes of its list; it was asked for {round} times");
                session.notes.others.push(note);
            }
            if tools.is_empty() {
                session.notes.others.push("the server lists no tools".to_owned());
            }
            return Ok(tools);
        }
    }
    let reason = format!("the list still changed after it was asked for {ROUNDS} times");
    Err(session.bad_answer(METHOD, reason))
}

/// Waits for a late announcement, if the server makes any. In the stateless era none comes unasked.
async fn settle(session: &mut Session<'_>, agreed: &Agreed) -> Result<(), Fault> {
    if agreed.era == Era::Stateless || !agreed.announces_changes {
        return Ok(());
    }
    let deadline = Instant::now() + session.options.settle.min(session.options.timeout).min(LONGEST);
    while !session.list_changed && session.next_reply(Some(deadline)).await?.is_some() {}
    Ok(())
}

async fn pages(session: &mut Session<'_>, agreed: &Agreed) -> Result<Vec<Tool>, Fault> {
    let mut pages = Pages::default();
    let version = (agreed.era == Era::Stateless).then_some(STATELESS);
    let mut params = params(session, agreed.era);
    loop {
        let result = match session.ask(METHOD, version, &params).await? {
            Ok(result) => result,
            Err(refusal) => return Err(no_list(session, agreed, refusal)),
        };
        let limit = session.options.max_message_bytes.saturating_mul(4);
        pages.bytes = pages.bytes.saturating_add(result.len());
        if pages.bytes > limit {
            return Err(Fault::TooLarge { server: session.server.clone(), what: "a list", limit });
        }
        let next = pages.add(&result, agreed.era).map_err(|reason| session.bad_answer(METHOD, reason))?;
        match (next, params.as_object_mut()) {
            (Some(cursor), Some(params)) => {
                params.insert("cursor".to_owned(), Value::String(cursor));
            }
            _ => return Ok(pages.tools),
        }
    }
}

fn no_list(session: &Session<'_>, agreed: &Agreed, refusal: Refusal) -> Fault {
    match refusal {
        Refusal::Rpc(error) if !agreed.has_tools => {
            Fault::NoTools { server: session.server.clone(), message: clean(&error.message, 200) }
        }
        refusal => session.refused(METHOD, refusal),
    }
}

/// The pages so far.
#[derive(Debug, Default)]
struct Pages {
    tools: Vec<Tool>,
    cursors: BTreeSet<String>,
    bytes: usize,
}

/// The one member of a tool that the list itself needs.
#[derive(Deserialize)]
struct Named {
    name: String,
}

impl Pages {
    /// Adds the text of one result; gives the cursor of the next page, if there is one.
    fn add(&mut self, result: &str, era: Era) -> Result<Option<String>, String> {
        let page: BTreeMap<String, &RawValue> =
            serde_json::from_str(result).map_err(|_| "its `result` is not an object".to_owned())?;
        complete(&page, era)?;
        let tools = page.get("tools").ok_or("it has no `tools`")?;
        let tools: Vec<&RawValue> =
            serde_json::from_str(tools.get()).map_err(|_| "its `tools` is not an array".to_owned())?;
        for tool in tools {
            self.add_tool(tool.get())?;
        }
        let Some(cursor) = page.get("nextCursor") else {
            return Ok(None);
        };
        let cursor: Option<String> =
            serde_json::from_str(cursor.get()).map_err(|_| "its `nextCursor` is not a string".to_owned())?;
        // Some servers write an empty cursor where they mean none.
        let Some(cursor) = cursor.filter(|cursor| !cursor.is_empty()) else {
            return Ok(None);
        };
        if self.cursors.len() + 1 >= PAGES {
            return Err(format!("the list has more than {PAGES} pages"));
        }
        if !self.cursors.insert(cursor.clone()) {
            let shown = clean(&cursor, 80);
            return Err(format!("the list does not end: the cursor `{shown}` was given twice"));
        }
        Ok(Some(cursor))
    }

    /// Adds a tool, also one of a name that is taken or that no two readers need agree on: it is refused where it would be pinned, and
    /// the others are not.
    fn add_tool(&mut self, text: &str) -> Result<(), String> {
        let place = self.tools.len() + 1;
        let name = match serde_json::from_str(text) {
            Ok(Named { name }) => name,
            Err(_) if strict::check(text).is_err() => format!("#{place}"),
            Err(_) => {
                return Err(format!("its tool number {place} is not an object with a string `name`"));
            }
        };
        self.tools.push(Tool { name, json: text.to_owned() });
        Ok(())
    }
}

/// 2026-07-28, basic/index: a result type that a client does not know is an error; a missing one means `complete`.
fn complete(page: &BTreeMap<String, &RawValue>, era: Era) -> Result<(), String> {
    match page.get("resultType") {
        Some(kind) if era == Era::Stateless && kind.get() != "\"complete\"" => {
            Err(format!("its `resultType` is {}, not `complete`", clean(kind.get(), 80)))
        }
        _ => Ok(()),
    }
}
