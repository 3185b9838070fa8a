//! A guardrails file. In: the policy so far. Out: statements that restrict, in a closed file of their own.

use super::policy::{ItemKind, PolicyText, record, std_imports};
use super::rng::Rng;
use super::shape::Field;
use super::writer::Writer;
use std::fmt::Write;

/// Writes the guardrails file.
pub(super) fn write(rng: &mut Rng, out: &mut PolicyText, file: usize) {
    let mut header = "policy security".to_owned();
    for server in &out.servers {
        let _ = write!(header, "\nimport tools {} from \"../{}.lock.json\"", server.alias, server.alias);
    }
    let at = out.items.len();
    let hosts = [out.principal.clone(), out.session.clone()].map(|fields| some_of(&fields, rng));
    let mut writer = Writer::new(rng, out, file, "g");
    writer.guardrail = true;
    writer.hosts = hosts.clone();
    writer.definitions();
    writer.groups();
    let count = 1 + writer.rng.below(4);
    writer.statements(count);
    let imports = std::mem::take(&mut writer.imports);
    let [principal, session] = hosts;
    let header = format!(
        "{header}\n{}\nprincipal {}\nsession {}",
        std_imports(&imports),
        record(&principal),
        record(&session)
    );
    out.items.insert(at, super::policy::Item { file, kind: ItemKind::Frame, text: header });
}

/// A guardrails file declares the fields that it reads, each with the type it has elsewhere.
fn some_of(fields: &[Field], rng: &mut Rng) -> Vec<Field> {
    let mut some: Vec<Field> = fields.iter().filter(|_| rng.chance(60)).cloned().collect();
    if some.is_empty() {
        some.extend(fields.first().cloned());
    }
    some
}
