//! Types of JSON values. In: JSON Schemas (by `schema`) and type expressions (by `resolve`). Out: [`Ty`], read by the
//! checker, the emitter (validation plans) and the reference evaluator.
//!
//! A type is a set of JSON values in normal form: at most one alternative per JSON kind. Unions of one kind are merged by
//! the importer (`string | enum` is `string`, two object alternatives become one with `variants`), so a single pass over the
//! bytes can validate without trying alternatives.

use policyc_runtime::number::Decimal;
use std::collections::BTreeMap;
use std::sync::Arc;

/// A set of JSON values.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Ty {
    /// Any JSON value.
    Dynamic,
    /// An entry of [`Definitions`]: the only way a type can be recursive.
    Ref(DefId),
    /// One alternative per JSON kind.
    Kinds(Arc<Kinds>),
}

/// Index into [`Definitions`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DefId(pub u32);

/// The recursive types of one tool.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Definitions(pub Vec<Ty>);

/// Which kinds of JSON value are members, each with its constraints. All absent: no value fits.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Kinds {
    /// `null` is a member.
    pub null: bool,
    /// Booleans.
    pub boolean: Option<BoolTy>,
    /// Numbers.
    pub number: Option<NumberTy>,
    /// Strings.
    pub string: Option<StringTy>,
    /// Arrays.
    pub list: Option<ListTy>,
    /// Objects; shared, since every place in an object refers to it.
    pub object: Option<Arc<ObjectTy>>,
}

/// Booleans, or one of them (`const`).
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct BoolTy {
    /// The only member, if there is just one.
    pub only: Option<bool>,
}

/// Numbers: exact decimals.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct NumberTy {
    /// No fraction (`1.0` is an integer).
    pub integer: bool,
    /// Least member.
    pub min: Option<Bound>,
    /// Greatest member.
    pub max: Option<Bound>,
    /// Divisor.
    pub multiple_of: Option<Decimal>,
    /// The only members, if enumerated.
    pub one_of: Option<Vec<Decimal>>,
}

/// One end of a range.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Bound {
    /// The value.
    pub value: Decimal,
    /// The value itself is not a member.
    pub exclusive: bool,
}

/// Strings.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct StringTy {
    /// The only members, if enumerated; sorted, without duplicates.
    pub one_of: Option<Vec<Arc<str>>>,
    /// Least length in code points.
    pub min_length: Option<u32>,
    /// Greatest length in code points.
    pub max_length: Option<u32>,
    /// Patterns that must be found somewhere in the string (JSON Schema `pattern`), in regex-syntax's spelling with ASCII classes
    /// and word boundaries.
    pub patterns: Vec<Arc<str>>,
    /// JSON Schema `format`: an annotation, never enforced.
    pub format: Option<Arc<str>>,
    /// What the text stands for; other than `Text` only in types that a policy declares.
    pub role: StringRole,
    /// The only characters in it; other than all only in what a policy computes (`lower(x)`, `url(x).host`).
    pub alphabet: Alphabet,
}

/// A set of characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Alphabet(pub &'static [(char, char)]);

impl Default for Alphabet {
    fn default() -> Self {
        Self::ALL
    }
}

impl Alphabet {
    /// Every character.
    pub const ALL: Self = Self(&[('\0', char::MAX)]);

    /// Whether `c` is in it.
    #[must_use]
    pub fn has(self, c: char) -> bool {
        self.0.iter().any(|(first, last)| (*first..=*last).contains(&c))
    }

    /// The first character of `text` that is not in it.
    #[must_use]
    pub fn stranger(self, text: &str) -> Option<char> {
        text.chars().find(|c| !self.has(*c))
    }
}

/// What a string stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum StringRole {
    /// Text.
    #[default]
    Text,
    /// An RFC 3339 timestamp, read as UTC milliseconds.
    Timestamp,
    /// `YYYY-MM-DD`, read as days since 1970-01-01.
    Date,
    /// `1h30m`, read as milliseconds.
    Duration,
}

/// Arrays.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ListTy {
    /// Type of every element.
    pub items: Ty,
    /// Least number of elements.
    pub min_items: Option<u32>,
    /// Greatest number of elements.
    pub max_items: Option<u32>,
    /// No element twice (`uniqueItems`, `set<T>`).
    pub unique: bool,
}

/// Objects.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct ObjectTy {
    /// Declared keys.
    pub fields: BTreeMap<Arc<str>, FieldTy>,
    /// What other keys may be (semantics.md 5).
    pub rest: Rest,
    /// Least number of keys.
    pub min_properties: Option<u32>,
    /// Greatest number of keys.
    pub max_properties: Option<u32>,
    /// Constraint on undeclared keys (`propertyNames`).
    pub names: Option<StringTy>,
    /// Alternatives told apart by one string field, if the union had such a field.
    pub variants: Option<Variants>,
}

/// What undeclared keys of an object may be.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub enum Rest {
    /// Undeclared keys are denied: every object whose schema names properties.
    #[default]
    Closed,
    /// A map: an object without `properties`, or with an `additionalProperties` schema.
    Map(Ty),
    /// Lifted by `import … open PATH`: any value under any undeclared key.
    Open,
}

/// A declared key.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct FieldTy {
    /// Its type.
    pub ty: Ty,
    /// Listed in `required` (in every alternative, where alternatives were merged).
    pub required: bool,
    /// The schema's `default`, canonical JSON; never assumed (semantics.md 25).
    pub default: Option<Arc<str>>,
    /// The schema's prose, if the lock keeps it.
    pub description: Option<Arc<str>>,
}

/// Object alternatives discriminated by a field with a constant in each.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Variants {
    /// The discriminating field; required in every case.
    pub tag: Arc<str>,
    /// One case per constant, sorted by it.
    pub cases: Vec<Variant>,
}

/// One alternative.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Variant {
    /// The tag's value.
    pub value: Arc<str>,
    /// Keys that must be there.
    pub required: Vec<Arc<str>>,
    /// Keys that may be there (a superset of `required`).
    pub allowed: Vec<Arc<str>>,
}

/// The type of one tool's arguments.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct ArgsTy {
    /// The root object.
    pub root: Arc<ObjectTy>,
    /// Its recursive types.
    pub definitions: Definitions,
}

/// The type of one tool's results.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ResultTy {
    /// The result: any JSON value.
    pub ty: Ty,
    /// Its recursive types.
    pub definitions: Definitions,
    /// The server promises it (its `outputSchema`); otherwise the policy relies on it.
    pub promised: bool,
}
