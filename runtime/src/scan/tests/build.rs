//! Plans from text, for tests.
//!
//! A node is a JSON object: `k`, the kinds it accepts as letters (`n`ull, `b`oolean, `#` number, `s`tring, `l`ist, `o`bject);
//! `c`, the register or offset; `only`, the only boolean; and its checks: `number`, `string`, `list`, `object`. Node 0 is the
//! plan's node for any value, and node 1 the root.

use crate::number::Decimal;
use crate::program::plan::*;
use crate::program::pool::{Pattern, PatternShape, StrId};
use crate::program::{Caps, Program};
use serde_json::Value;
use std::string::{String, ToString};
use std::vec::Vec;

/// A program whose node 1 is the plan.
pub(crate) fn program(plan: &str) -> Program {
    let plan: Value = serde_json::from_str(plan).unwrap_or_else(|error| panic!("{error}: {plan}"));
    let mut builder = Builder { program: Program::default() };
    let any = Node {
        kinds: KIND_ANY,
        boolean: 0,
        capture: NO_REGISTER,
        number: NO_CHECK,
        string: NO_CHECK,
        list: NO_CHECK,
        object: NO_CHECK,
    };
    builder.program.plan.nodes.extend([any, any]);
    builder.program.caps = Caps { depth: 16, elements: 1_000, bytes: 100_000, ..Caps::default() };
    let root = builder.node(&plan);
    builder.program.plan.nodes[1] = root;
    builder.program
}

struct Builder {
    program: Program,
}

fn int(value: &Value) -> Option<u32> {
    value.as_u64().map(|value| u32::try_from(value).unwrap())
}

fn decimal(value: &Value) -> Option<Decimal> {
    let text = if value.is_null() { return None } else { value.to_string() };
    Some(Decimal::parse_json(&text).unwrap())
}

impl Builder {
    fn string(&mut self, text: &str) -> StrId {
        self.program.strings.push(text.to_string());
        StrId(u32::try_from(self.program.strings.len() - 1).unwrap())
    }

    fn add(&mut self, value: &Value) -> NodeId {
        let node = self.node(value);
        self.program.plan.nodes.push(node);
        NodeId(u32::try_from(self.program.plan.nodes.len() - 1).unwrap())
    }

    fn node(&mut self, value: &Value) -> Node {
        let letters = value["k"].as_str().unwrap_or("nb#slo");
        let kinds = letters.chars().map(|letter| 1 << "nb#slo".find(letter).unwrap()).sum();
        let mut node = Node {
            kinds,
            boolean: value["only"].as_bool().map_or(0, |only| 1 + u8::from(only)),
            capture: int(&value["c"]).map_or(NO_REGISTER, |at| u16::try_from(at).unwrap()),
            number: NO_CHECK,
            string: NO_CHECK,
            list: NO_CHECK,
            object: NO_CHECK,
        };
        if let check @ Value::Object(_) = &value["number"] {
            node.number = self.number(check);
        }
        if let check @ Value::Object(_) = &value["string"] {
            node.string = self.text(check);
        }
        if let check @ Value::Object(_) = &value["list"] {
            let items = self.add(&check["items"]);
            self.program.plan.lists.push(ListCheck {
                items,
                stride: u16::try_from(int(&check["stride"]).unwrap_or(0)).unwrap(),
                min: int(&check["min"]).unwrap_or(0),
                max: int(&check["max"]),
                unique: check["unique"] == true,
            });
            node.list = u32::try_from(self.program.plan.lists.len() - 1).unwrap();
        }
        if let check @ Value::Object(_) = &value["object"] {
            node.object = self.object(check);
        }
        node
    }

    fn number(&mut self, check: &Value) -> u32 {
        let mut one_of: Vec<Decimal> =
            check["one_of"].as_array().into_iter().flatten().filter_map(decimal).collect();
        one_of.sort();
        let bound = |inclusive: &str, exclusive: &str| {
            decimal(&check[inclusive])
                .map(|value| (value, false))
                .or(decimal(&check[exclusive]).map(|value| (value, true)))
        };
        self.program.plan.numbers.push(NumberCheck {
            integer: check["integer"] == true,
            min: bound("min", "above"),
            max: bound("max", "below"),
            multiple_of: decimal(&check["multiple_of"]),
            one_of,
        });
        u32::try_from(self.program.plan.numbers.len() - 1).unwrap()
    }

    fn text(&mut self, check: &Value) -> u32 {
        let one_of = check["one_of"].as_array().map(|texts| {
            let mut texts: Vec<&str> = texts.iter().map(|text| text.as_str().unwrap()).collect();
            texts.sort_unstable();
            let set = texts.into_iter().map(|text| self.string(text)).collect();
            self.program.string_sets.push(set);
            u32::try_from(self.program.string_sets.len() - 1).unwrap()
        });
        let mut patterns = Vec::new();
        for prefix in check["prefixes"].as_array().into_iter().flatten() {
            let prefix = prefix.as_str().unwrap();
            let shape = PatternShape::Prefix(self.string(prefix));
            self.program.patterns.push(Pattern { source: prefix.to_string(), shape });
            patterns.push(u32::try_from(self.program.patterns.len() - 1).unwrap());
        }
        self.program.plan.strings.push(StringCheck {
            one_of,
            min_length: int(&check["min"]).unwrap_or(0),
            max_length: int(&check["max"]),
            patterns,
            role: match check["role"].as_str() {
                None => Role::Text,
                Some("timestamp") => Role::Timestamp,
                Some("date") => Role::Date,
                Some("duration") => Role::Duration,
                Some(other) => panic!("no role {other}"),
            },
            empty_is_absent: check["empty_is_absent"] == true,
        });
        u32::try_from(self.program.plan.strings.len() - 1).unwrap()
    }

    fn object(&mut self, check: &Value) -> u32 {
        let mut keys = Vec::new();
        let names: Vec<String> =
            check["keys"].as_object().into_iter().flat_map(|keys| keys.keys().cloned()).collect();
        for name in &names {
            let value = &check["keys"][name];
            let node = self.add(value);
            keys.push(Key { name: self.string(name), node, required: value["required"] == true });
        }
        let index = |name: &Value| u32::try_from(names.iter().position(|key| name == key).unwrap()).unwrap();
        let indexes = |names: &Value| {
            let mut indexes: Vec<u32> = names.as_array().into_iter().flatten().map(index).collect();
            indexes.sort_unstable();
            indexes
        };
        let variants = check["tag"].is_string().then(|| Variants {
            tag: index(&check["tag"]),
            cases: check["cases"]
                .as_object()
                .unwrap()
                .iter()
                .map(|(value, case)| Variant {
                    value: self.string(value),
                    required: indexes(&case["required"]),
                    allowed: indexes(&case["allowed"]),
                })
                .collect(),
        });
        let rest = match &check["rest"] {
            Value::Null => Rest::Closed,
            Value::String(open) if open == "open" => Rest::Open,
            node => Rest::Map(self.add(node)),
        };
        let names = check["names"].is_object().then(|| self.text(&check["names"]));
        self.program.plan.objects.push(ObjectCheck {
            keys,
            rest,
            min: int(&check["min"]).unwrap_or(0),
            max: int(&check["max"]),
            names,
            variants,
            entries: check["entries"].as_array().map(|pair| {
                let at = |index: usize| u16::try_from(int(&pair[index]).unwrap()).unwrap();
                (at(0), at(1))
            }),
        });
        u32::try_from(self.program.plan.objects.len() - 1).unwrap()
    }
}
