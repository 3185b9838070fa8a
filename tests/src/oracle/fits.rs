//! Whether a value fits a type. In: a type, a value, the places that statements read. Out: for arguments, one of three verdicts; for
//! host values, the value with times read as numbers.
//!
//! Written from the documentation of `compiler::ty` and semantics.md 5, 28, 30; independent of the importer's own check and of
//! the VM's plans.

use super::json::Json;
use super::number::Exact;
use super::reads::Reads;
use super::schema_pattern::SchemaPatterns;
use super::value::{Number, Value};
use jiff::civil::Date;
use policyc_compiler::ty::{
    ArgsTy, Definitions, Kinds, ListTy, NumberTy, ObjectTy, Rest, ResultTy, StringRole, StringTy, Ty,
};
use std::rc::Rc;

/// What becomes of arguments.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    /// They fit.
    Fits,
    /// A number that is read is no decimal.
    BadRequest,
    /// They do not fit.
    BadArguments,
}

/// Checks values against types over one set of definitions.
#[derive(Debug, Clone, Copy)]
pub(super) struct Fits<'a> {
    pub(super) definitions: &'a Definitions,
    pub(super) patterns: &'a SchemaPatterns,
}

/// Judges arguments.
pub(super) fn judge_args(args: &ArgsTy, json: &Json, reads: &Reads, patterns: &SchemaPatterns) -> Verdict {
    let fits = Fits { definitions: &args.definitions, patterns };
    let Json::Object(members) = json else { return Verdict::BadArguments };
    if !fits.object_decimals(Some(&args.root), members, &[reads]) {
        Verdict::BadRequest
    } else if fits.object(&args.root, members) {
        Verdict::Fits
    } else {
        Verdict::BadArguments
    }
}

/// A result fits what is declared of it.
pub(super) fn fits_result(ty: &ResultTy, json: &Json, reads: &Reads, patterns: &SchemaPatterns) -> bool {
    let fits = Fits { definitions: &ty.definitions, patterns };
    fits.decimals(Some(&ty.ty), json, &[reads]) && fits.value(&ty.ty, json)
}

impl<'a> Fits<'a> {
    /// The alternatives of a type; `None` for any value.
    fn kinds(&self, ty: &'a Ty) -> Option<&'a Kinds> {
        let mut ty = ty;
        loop {
            match ty {
                Ty::Dynamic => return None,
                Ty::Kinds(kinds) => return Some(kinds),
                Ty::Ref(id) => ty = self.definitions.0.get(usize::try_from(id.0).ok()?)?,
            }
        }
    }

    /// Every number that a statement or a bound of the schema reads is a decimal.
    fn decimals(&self, ty: Option<&'a Ty>, json: &Json, reads: &[&Reads]) -> bool {
        let kinds = ty.and_then(|ty| self.kinds(ty));
        match json {
            Json::Null | Json::Bool(_) | Json::Text(_) => true,
            Json::Number(exact) => {
                let bounds = match kinds {
                    None => Some(&NumberTy {
                        integer: false,
                        min: None,
                        max: None,
                        multiple_of: None,
                        one_of: None,
                    }),
                    Some(kinds) => kinds.number.as_ref(),
                };
                let Some(bounds) = bounds else { return true };
                let read = reads.iter().any(|reads| reads.here) || *bounds != NumberTy::default();
                !read || exact.units().is_some()
            }
            Json::Array(items) => {
                let list = kinds.map(|kinds| kinds.list.as_ref());
                let below: Vec<&Reads> = reads.iter().filter_map(|reads| reads.elements()).collect();
                match list {
                    Some(None) => true,
                    None => items.iter().all(|item| self.decimals(None, item, &below)),
                    Some(Some(list)) => {
                        items.iter().all(|item| self.decimals(Some(&list.items), item, &below))
                    }
                }
            }
            Json::Object(members) => match kinds {
                None => self.object_decimals(None, members, reads),
                Some(kinds) => kinds
                    .object
                    .as_ref()
                    .is_none_or(|object| self.object_decimals(Some(object), members, reads)),
            },
        }
    }

    fn object_decimals<'r>(
        &self,
        object: Option<&'a ObjectTy>,
        members: &[(String, Json)],
        reads: &[&'r Reads],
    ) -> bool {
        members.iter().all(|(key, member)| {
            let declared = |name: &str| object.is_some_and(|object| object.fields.contains_key(name));
            let below = |reads: &&'r Reads| {
                if declared(key) { reads.key(key) } else { reads.undeclared(key, declared) }
            };
            let below: Vec<&Reads> = reads.iter().flat_map(below).collect();
            match object.map(|object| (object.fields.get(key.as_str()), &object.rest)) {
                None | Some((None, Rest::Open)) => self.decimals(None, member, &below),
                Some((Some(field), _)) => self.decimals(Some(&field.ty), member, &below),
                Some((None, Rest::Map(ty))) => self.decimals(Some(ty), member, &below),
                Some((None, Rest::Closed)) => true,
            }
        })
    }

    fn value(&self, ty: &'a Ty, json: &Json) -> bool {
        let Some(kinds) = self.kinds(ty) else { return true };
        match json {
            Json::Null => kinds.null,
            Json::Bool(value) => {
                kinds.boolean.as_ref().is_some_and(|ty| ty.only.is_none_or(|only| only == *value))
            }
            Json::Number(exact) => kinds.number.as_ref().is_some_and(|ty| number(ty, exact)),
            Json::Text(text) => kinds.string.as_ref().is_some_and(|ty| self.text(ty, text)),
            Json::Array(items) => kinds.list.as_ref().is_some_and(|ty| self.list(ty, items)),
            Json::Object(members) => kinds.object.as_ref().is_some_and(|ty| self.object(ty, members)),
        }
    }

    fn text(&self, ty: &StringTy, text: &str) -> bool {
        let length = u32::try_from(text.chars().count()).unwrap_or(u32::MAX);
        ty.one_of.as_ref().is_none_or(|only| only.iter().any(|known| **known == *text))
            && ty.min_length.is_none_or(|least| length >= least)
            && ty.max_length.is_none_or(|most| length <= most)
            && ty.patterns.iter().all(|pattern| self.patterns.find(pattern, text) == Some(true))
    }

    fn list(&self, ty: &'a ListTy, items: &[Json]) -> bool {
        counts(items.len(), ty.min_items, ty.max_items)
            && items.iter().all(|item| self.value(&ty.items, item))
            && (!ty.unique || !repeats(items))
    }

    fn object(&self, ty: &'a ObjectTy, members: &[(String, Json)]) -> bool {
        let has = |key: &str| members.iter().any(|(name, _)| name == key);
        let member = |(key, value): &(String, Json)| match (ty.fields.get(key.as_str()), &ty.rest) {
            (Some(field), _) => self.value(&field.ty, value),
            (None, Rest::Closed) => false,
            (None, Rest::Open) => ty.names.as_ref().is_none_or(|names| self.text(names, key)),
            (None, Rest::Map(values)) => {
                ty.names.as_ref().is_none_or(|names| self.text(names, key)) && self.value(values, value)
            }
        };
        ty.fields.iter().all(|(key, field)| !field.required || has(key))
            && members.iter().all(member)
            && counts(members.len(), ty.min_properties, ty.max_properties)
            && variant(ty, members)
    }

    /// The host's principal or session: `None` if it does not fit. Undeclared members are left out.
    pub(super) fn host(&self, ty: &'a ObjectTy, json: &Json, reads: &Reads) -> Option<Value> {
        let Json::Object(members) = json else { return None };
        if !self.object_decimals(Some(ty), members, &[reads]) {
            return None;
        }
        self.host_object(ty, members)
    }

    fn host_object(&self, ty: &'a ObjectTy, members: &[(String, Json)]) -> Option<Value> {
        let mut out = std::collections::BTreeMap::new();
        for (key, value) in members {
            let (ty, required) = match (ty.fields.get(key.as_str()), &ty.rest) {
                (Some(field), _) => (&field.ty, field.required),
                // What no file declares of the host's values is ignored.
                (None, Rest::Open | Rest::Closed) => continue,
                (None, Rest::Map(values)) => (values, true),
            };
            match self.host_value(ty, value, required)? {
                Value::Nothing => {}
                value => drop(out.insert(key.clone(), value)),
            }
        }
        let has = |key: &str| members.iter().any(|(name, _)| name == key);
        let complete = ty.fields.iter().all(|(key, field)| !field.required || has(key));
        complete.then(|| Value::Record(Rc::new(out)))
    }

    fn host_value(&self, ty: &'a Ty, json: &Json, required: bool) -> Option<Value> {
        let Some(kinds) = self.kinds(ty) else { return Some(Value::of(json)) };
        match json {
            Json::Text(text) => {
                let ty = kinds.string.as_ref()?;
                match (text.is_empty(), required) {
                    (true, true) => None,
                    (true, false) => Some(Value::Nothing),
                    (false, _) if !self.text(ty, text) => None,
                    (false, _) => role(ty.role, text),
                }
            }
            Json::Array(items) => {
                let ty = kinds.list.as_ref()?;
                let values: Option<Vec<Value>> =
                    items.iter().map(|item| self.host_value(&ty.items, item, true)).collect();
                let fits = counts(items.len(), ty.min_items, ty.max_items) && !(ty.unique && repeats(items));
                values.filter(|_| fits).map(|values| values.into_iter().collect())
            }
            Json::Object(members) => self.host_object(kinds.object.as_ref()?, members),
            Json::Null | Json::Bool(_) | Json::Number(_) => self.value(ty, json).then(|| Value::of(json)),
        }
    }
}

fn number(ty: &NumberTy, exact: &Exact) -> bool {
    if *ty == NumberTy::default() {
        return true;
    }
    let Some(units) = exact.units() else { return false };
    (!ty.integer || units % 1_000_000_000 == 0)
        && ty.min.is_none_or(|least| {
            units > least.value.units() || (units == least.value.units() && !least.exclusive)
        })
        && ty
            .max
            .is_none_or(|most| units < most.value.units() || (units == most.value.units() && !most.exclusive))
        && ty.multiple_of.is_none_or(|divisor| divisor.units() != 0 && units % divisor.units() == 0)
        && ty.one_of.as_ref().is_none_or(|only| only.iter().any(|known| known.units() == units))
}

fn counts(count: usize, least: Option<u32>, most: Option<u32>) -> bool {
    let count = u32::try_from(count).unwrap_or(u32::MAX);
    least.is_none_or(|least| count >= least) && most.is_none_or(|most| count <= most)
}

/// Two elements are the same value, whatever the order of members.
fn repeats(items: &[Json]) -> bool {
    let sorted: Vec<Json> = items.iter().map(sorted).collect();
    sorted.iter().enumerate().any(|(index, item)| sorted.iter().take(index).any(|other| other == item))
}

fn sorted(json: &Json) -> Json {
    match json {
        Json::Array(items) => Json::Array(items.iter().map(sorted).collect()),
        Json::Object(members) => {
            let mut members: Vec<(String, Json)> =
                members.iter().map(|(key, value)| (key.clone(), sorted(value))).collect();
            members.sort_by(|a, b| a.0.cmp(&b.0));
            Json::Object(members)
        }
        other => other.clone(),
    }
}

/// The declared keys are those of the case that the tag names.
fn variant(ty: &ObjectTy, members: &[(String, Json)]) -> bool {
    let Some(variants) = &ty.variants else { return true };
    let tag = members.iter().find(|(key, _)| **key == *variants.tag);
    let Some((_, Json::Text(tag))) = tag else { return false };
    let Some(case) = variants.cases.iter().find(|case| *case.value == **tag) else { return false };
    let has = |key: &str| members.iter().any(|(name, _)| name == key);
    let allowed = |key: &str| *key == *variants.tag || case.allowed.iter().any(|known| **known == *key);
    case.required.iter().all(|key| has(key))
        && members.iter().all(|(key, _)| !ty.fields.contains_key(key.as_str()) || allowed(key))
}

/// What text stands for.
fn role(role: StringRole, text: &str) -> Option<Value> {
    let units = match role {
        StringRole::Text => return Some(Value::text(text)),
        StringRole::Timestamp => timestamp(text)?,
        StringRole::Date => i128::from(days(text)?) * 1_000_000_000,
        StringRole::Duration => duration(text)?,
    };
    (units.abs() < 10_i128.pow(27)).then_some(Value::Number(Number::units(units)))
}

/// RFC 3339 section 5.6, in units of 10⁻⁹ milliseconds.
fn timestamp(text: &str) -> Option<i128> {
    let (date, rest) = text.split_at_checked(10)?;
    let clock = rest.strip_prefix(['T', 't'])?;
    let (clock, sign, offset) = match clock.strip_suffix(['Z', 'z']) {
        Some(clock) => (clock, 1, "00:00"),
        None => {
            let (clock, offset) = clock.split_at_checked(clock.len().checked_sub(6)?)?;
            match offset.strip_prefix('-') {
                Some(offset) => (clock, -1, offset),
                None => (clock, 1, offset.strip_prefix('+')?),
            }
        }
    };
    let (clock, fraction) = match clock.split_once('.') {
        Some((_, "")) => return None,
        Some((clock, fraction)) => (clock, fraction),
        None => (clock, ""),
    };
    let [hour, minute, second]: [&str; 3] = clock.split(':').collect::<Vec<_>>().try_into().ok()?;
    let [offset_hour, offset_minute]: [&str; 2] = offset.split(':').collect::<Vec<_>>().try_into().ok()?;
    let seconds = (two(hour, 23)? * 60 + two(minute, 59)?) * 60 + two(second, 59)?;
    let offset = (two(offset_hour, 23)? * 60 + two(offset_minute, 59)?) * 60 * sign;
    let fraction = fraction.trim_end_matches('0');
    if fraction.len() > 12 || !fraction.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let picos: i128 = format!("{fraction:0<12}").parse().ok()?;
    let seconds = i128::from(days(date)?) * 86_400 + i128::from(seconds - offset);
    Some(seconds * 1_000_000_000_000 + picos)
}

/// Two digits, at most `most`.
fn two(text: &str, most: i64) -> Option<i64> {
    let digits = text.len() == 2 && text.bytes().all(|b| b.is_ascii_digit());
    text.parse().ok().filter(|value| digits && *value <= most)
}

/// `YYYY-MM-DD` as days since 1970-01-01.
fn days(text: &str) -> Option<i64> {
    let shape = text.len() == 10
        && text
            .bytes()
            .enumerate()
            .all(|(i, b)| if i == 4 || i == 7 { b == b'-' } else { b.is_ascii_digit() });
    let date: Date = if shape { text.parse().ok()? } else { return None };
    let epoch = jiff::civil::date(1970, 1, 1);
    Some(i64::from(epoch.until(date).ok()?.get_days()))
}

/// `1w2d3h4m5s6ms`, units from large to small, in units of 10⁻⁹ milliseconds.
fn duration(text: &str) -> Option<i128> {
    const UNITS: [(&str, i128); 6] =
        [("w", 604_800_000), ("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1_000), ("ms", 1)];
    let mut rest = text;
    let mut total: i128 = 0;
    let mut next = 0;
    while !rest.is_empty() {
        let end = rest.find(|c: char| !c.is_ascii_digit())?;
        let (digits, after) = rest.split_at_checked(end)?;
        let unit_end = after.find(|c: char| c.is_ascii_digit()).unwrap_or(after.len());
        let (unit, after) = after.split_at_checked(unit_end)?;
        let place = UNITS.iter().position(|(name, _)| *name == unit)?;
        if place < next {
            return None;
        }
        next = place + 1;
        let (_, ms) = UNITS.get(place)?;
        total = total.checked_add(i128::from(digits.parse::<i64>().ok()?).checked_mul(*ms)?)?;
        rest = after;
    }
    if text.is_empty() { None } else { total.checked_mul(1_000_000_000) }
}
