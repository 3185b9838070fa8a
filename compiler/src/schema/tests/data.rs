//! The importer on real tool lists, where they are at hand. In: `../shared/data` beside the repository. Out: a table on standard
//! output, and the promise that at least 99 % of all arguments are typed.

use crate::json::parse_strict;
use crate::schema::{Validator, import_args};
use crate::ty::{ArgsTy, ObjectTy, Rest, Ty};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Counts of one level of arguments.
#[derive(Default, Clone, Copy)]
struct Count {
    /// Declared keys.
    all: usize,
    /// Those whose schema admits every value, in so many words.
    free: usize,
    /// The others that became `dynamic`.
    lost: usize,
}

impl Count {
    fn add(&mut self, key: &str, ty: &Ty, free: &BTreeSet<&str>) {
        self.all += 1;
        if *ty == Ty::Dynamic {
            if free.contains(key) { self.free += 1 } else { self.lost += 1 }
        }
    }

    fn plus(self, other: Self) -> Self {
        Self { all: self.all + other.all, free: self.free + other.free, lost: self.lost + other.lost }
    }
}

/// The names of properties whose schema, somewhere in the document, has no keyword that restricts.
fn free_names<'s>(schema: &'s Value, out: &mut BTreeSet<&'s str>) {
    match schema {
        Value::Array(items) => items.iter().for_each(|item| free_names(item, out)),
        Value::Object(map) => {
            if let Some(Value::Object(properties)) = map.get("properties") {
                for (key, property) in properties {
                    let restricts =
                        ["type", "enum", "const", "anyOf", "oneOf", "allOf", "$ref", "properties", "items"];
                    let alternatives =
                        property.get("anyOf").or_else(|| property.get("oneOf")).and_then(Value::as_array);
                    let open =
                        |schema: &Value| restricts.iter().all(|keyword| schema.get(*keyword).is_none());
                    if open(property) || alternatives.is_some_and(|all| all.iter().any(open)) {
                        out.insert(key);
                    }
                }
            }
            map.values().for_each(|member| free_names(member, out));
        }
        _ => {}
    }
}

fn count(args: &ArgsTy, schema: &Value) -> (Count, Count) {
    let mut free = BTreeSet::new();
    free_names(schema, &mut free);
    let (mut top, mut deep) = (Count::default(), Count::default());
    for (key, field) in &args.root.fields {
        top.add(key, &field.ty, &free);
    }
    nested(&args.root, &free, &mut deep);
    for definition in &args.definitions.0 {
        children(definition, &free, &mut deep);
    }
    (top, deep)
}

fn nested(object: &ObjectTy, free: &BTreeSet<&str>, out: &mut Count) {
    for (key, field) in &object.fields {
        out.add(key, &field.ty, free);
        children(&field.ty, free, out);
    }
    if let Rest::Map(ty) = &object.rest {
        children(ty, free, out);
    }
}

fn children(ty: &Ty, free: &BTreeSet<&str>, out: &mut Count) {
    let Ty::Kinds(kinds) = ty else { return };
    if let Some(list) = &kinds.list {
        children(&list.items, free, out);
    }
    if let Some(object) = &kinds.object {
        nested(object, free, out);
    }
}

/// The files of a folder that end so, or `None` and a loud line if it is not there.
fn files(folder: &str, end: &str) -> Option<Vec<PathBuf>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join("..").join("shared/data").join(folder);
    let Ok(entries) = std::fs::read_dir(&root) else {
        println!("SKIPPED {}: ../shared/data/{folder} is missing", module_path!());
        return None;
    };
    let mut files: Vec<PathBuf> = entries.filter_map(|entry| entry.ok().map(|entry| entry.path())).collect();
    files.retain(|path| {
        path.to_string_lossy().ends_with(end) && !path.to_string_lossy().contains(".results.")
    });
    files.sort();
    Some(files)
}

#[test]
fn arguments_of_real_tools_are_typed() {
    let (mut top, mut deep, mut tools) = (Count::default(), Count::default(), 0);
    let mut kinds: BTreeMap<&str, usize> = BTreeMap::new();
    let mut names: BTreeSet<Arc<str>> = BTreeSet::new();
    println!(
        "{:<24}{:>7}{:>7}{:>6}{:>6}{:>9}{:>7}{:>6}{:>7}",
        "server", "tools", "top", "free", "lost", "any depth", "free", "lost", "notes"
    );
    for path in files("schemas", ".json").into_iter().chain(files("calls/tools", ".json")).flatten() {
        let text = std::fs::read_to_string(&path).unwrap();
        let document = parse_strict(&text).unwrap();
        let (mut file_top, mut file_deep, mut notes) = (Count::default(), Count::default(), 0);
        let list = document["tools"].as_array().unwrap();
        for tool in list {
            let schema = &tool["inputSchema"];
            let imported = import_args(schema);
            let (a, b) = count(&imported.args, schema);
            (file_top, file_deep) = (file_top.plus(a), file_deep.plus(b));
            notes += imported.notes.len();
            for note in &imported.notes {
                *kinds.entry(note.kind.slug()).or_default() += 1;
                names.insert(
                    format!("{}#{} {note}", path.file_name().unwrap().display(), tool["name"]).into(),
                );
            }
        }
        let name = path.file_stem().unwrap().to_string_lossy();
        println!(
            "{name:<24}{:>7}{:>7}{:>6}{:>6}{:>9}{:>7}{:>6}{notes:>7}",
            list.len(),
            file_top.all,
            file_top.free,
            file_top.lost,
            file_deep.all,
            file_deep.free,
            file_deep.lost
        );
        (top, deep, tools) = (top.plus(file_top), deep.plus(file_deep), tools + list.len());
    }
    println!(
        "{tools} tools; top level: {} arguments, {} free-form, {} lost; any depth: {}, {}, {}",
        top.all, top.free, top.lost, deep.all, deep.free, deep.lost
    );
    println!("notes: {kinds:?}");
    if std::env::var_os("POLICYC_NOTES").is_some() {
        names.iter().for_each(|note| println!("{note}"));
    }
    for count in [top, deep] {
        assert!(count.lost * 100 <= count.all, "{} of {} arguments are not typed", count.lost, count.all);
    }
}

/// Recorded calls fit the types of their tools exactly where an independent validator says that they fit the closed schemas.
#[test]
fn recorded_calls_fit_where_their_schemas_say_so() {
    let mut suites: BTreeMap<String, BTreeMap<String, Value>> = BTreeMap::new();
    for path in files("calls/tools", ".json").into_iter().flatten() {
        let document = parse_strict(&std::fs::read_to_string(&path).unwrap()).unwrap();
        let tools = document["tools"].as_array().unwrap().iter();
        let schemas =
            tools.map(|tool| (tool["name"].as_str().unwrap().to_owned(), tool["inputSchema"].clone()));
        let name = path.file_name().unwrap().to_string_lossy().replace(".tools.json", "");
        suites.insert(name, schemas.collect());
    }
    let (mut calls, mut refused, mut unknown) = (0, 0, 0);
    for path in files("calls", ".jsonl").into_iter().flatten() {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let (_, schemas) = suites.iter().find(|(suite, _)| name.starts_with(&format!("{suite}."))).unwrap();
        for line in std::fs::read_to_string(&path).unwrap().lines() {
            let event = parse_strict(line).unwrap();
            if event["type"] != "call" {
                continue;
            }
            let Some(schema) = schemas.get(event["tool"].as_str().unwrap()) else {
                unknown += 1;
                continue;
            };
            let imported = import_args(schema);
            let fits = Validator::new(&imported.args.definitions).args(&imported.args.root, &event["args"]);
            let expected = super::oracle::closed_oracle(schema).is_valid(&event["args"]);
            assert_eq!(fits, expected, "{name} {} {}", event["tool"], event["args"]);
            calls += 1;
            refused += usize::from(!fits);
        }
    }
    println!(
        "{calls} recorded calls, of which {refused} do not fit their tool; {unknown} call no tool of the list"
    );
}
