//! What a careful reader should know about a pull: facts gathered on the way, sentences out.

use std::collections::BTreeMap;

use crate::text::clean;

/// Facts gathered during one attempt.
#[derive(Debug, Default)]
pub(crate) struct Notes {
    /// Texts that were no JSON-RPC: how many, their bytes, the first of them.
    noise: u64,
    noise_bytes: usize,
    noise_sample: Option<String>,
    /// Messages understood.
    pub(crate) messages: u64,
    /// Requests of ours that came back as if the server asked them: a terminal echoes its input.
    pub(crate) echoes: u64,
    /// Answers to numbers never asked.
    pub(crate) strays: u64,
    /// Questions of the server, by method.
    asked: BTreeMap<String, u64>,
    /// Anything else, ready to be shown.
    pub(crate) others: Vec<String>,
}

/// Methods told apart in the notes: a server could invent names without end.
const METHODS: usize = 20;

impl Notes {
    pub(crate) fn noise(&mut self, text: &[u8]) {
        self.noise = self.noise.saturating_add(1);
        self.noise_bytes = self.noise_bytes.saturating_add(text.len());
        if self.noise_sample.is_none() {
            let start = text.get(..text.len().min(1024)).unwrap_or_default();
            self.noise_sample = Some(clean(&String::from_utf8_lossy(start), 120));
        }
    }

    /// More noise than any banner: this is another protocol, or none.
    pub(crate) fn drowned(&self, max_bytes: usize) -> bool {
        self.noise > 10_000 || self.noise_bytes > max_bytes
    }

    /// Something came, and nothing that was understood.
    pub(crate) fn only_noise(&self) -> bool {
        self.noise > 0 && self.messages == 0
    }

    pub(crate) fn noise_lines(&self) -> String {
        match self.noise {
            1 => "1 line".to_owned(),
            count => format!("{count} lines"),
        }
    }

    pub(crate) fn noise_sample(&self) -> String {
        self.noise_sample.clone().unwrap_or_default()
    }

    pub(crate) fn question(&mut self, method: &str) {
        let method = clean(method, 60);
        if self.asked.len() < METHODS || self.asked.contains_key(&method) {
            let count = self.asked.entry(method).or_default();
            *count = count.saturating_add(1);
        }
    }

    pub(crate) fn ignored(&mut self, reason: String) {
        let note = format!("a message that needs no answer was not taken: {reason}");
        if self.others.len() < METHODS && !self.others.contains(&note) {
            self.others.push(note);
        }
    }

    /// All of it, in a fixed order.
    pub(crate) fn sentences(&self) -> Vec<String> {
        let mut all = self.others.clone();
        if let Some(sample) = &self.noise_sample {
            let lines = self.noise_lines();
            all.push(format!("skipped {lines} that the server wrote among its messages, such as `{sample}`"));
        }
        for (method, count) in &self.asked {
            let done = match method.as_str() {
                "ping" => "answered",
                "roots/list" => "answered with an empty list",
                "sampling/createMessage" | "elicitation/create" => "declined",
                _ => "refused",
            };
            all.push(format!("the server asked `{method}` ({count} ×): {done}"));
        }
        if self.echoes > 0 {
            let note =
                "ignored requests of this client that came back; run the server without a terminal between";
            all.push(note.to_owned());
        }
        if self.strays > 0 {
            all.push(format!("ignored {} answers to requests that were never made", self.strays));
        }
        all
    }
}
