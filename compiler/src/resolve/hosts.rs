//! Principal and session: each namespace sees what it declares, the host fills the union. In: declarations. Out: the fields of both.

use super::anchor::{Found, Spot};
use super::declarations::{Declarations, HostRecord};
use super::link::Linker;
use super::types;
use crate::diagnostics::Code;
use crate::ty::{ObjectTy, Rest};
use std::collections::BTreeMap;
use std::sync::Arc;

impl Linker<'_> {
    /// Principal and session: each namespace sees what it declares; the host fills the union.
    pub(super) fn hosts(&mut self) {
        let mut found = Vec::new();
        let mut principal = Union::new("principal");
        let mut session = Union::new("session");
        for namespace in &mut self.world.namespaces {
            let files: Vec<Arc<Declarations>> =
                namespace.files.iter().map(|f| f.declarations.clone()).collect();
            for file in &files {
                for host in &file.principal {
                    let record = types::record(&host.record, &host.anchor, &mut found);
                    principal.add(
                        record,
                        host,
                        Arc::make_mut(namespace.principal.get_or_insert_default()),
                        &mut found,
                    );
                }
                for host in &file.session {
                    let record = types::record(&host.record, &host.anchor, &mut found);
                    session.add(
                        record,
                        host,
                        Arc::make_mut(namespace.session.get_or_insert_default()),
                        &mut found,
                    );
                }
            }
        }
        self.world.principal = ObjectTy { rest: Rest::Open, ..principal.all };
        self.world.session = ObjectTy { rest: Rest::Open, ..session.all };
        self.world.found.extend(found);
    }
}

/// The union of what files declare about one host object.
struct Union {
    what: &'static str,
    all: ObjectTy,
    first: BTreeMap<Arc<str>, Spot>,
}

impl Union {
    fn new(what: &'static str) -> Self {
        Self { what, all: ObjectTy::default(), first: BTreeMap::new() }
    }

    fn add(&mut self, record: ObjectTy, host: &HostRecord, own: &mut ObjectTy, found: &mut Vec<Found>) {
        for (name, field) in record.fields {
            let span = host
                .record
                .fields
                .iter()
                .find(|f| f.name.text == *name)
                .map_or(host.record.span, |f| f.name.span);
            let here = Spot { anchor: host.anchor.clone(), span };
            match self.all.fields.get_mut(&name) {
                Some(known) if known.ty != field.ty => {
                    let mut report = Found::new(
                        Code::E0603,
                        here,
                        format!("`{}.{name}` has another type elsewhere", self.what),
                    );
                    if let Some(first) = self.first.get(&name) {
                        report = report.label(first.clone(), "declared here first");
                    }
                    found.push(report.help("a field that several files declare has one type in all of them"));
                }
                Some(known) => known.required |= field.required,
                None => {
                    self.all.fields.insert(name.clone(), field.clone());
                    self.first.insert(name.clone(), here);
                }
            }
            own.fields.entry(name).or_insert(field);
        }
    }
}
