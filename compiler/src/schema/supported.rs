//! The keywords of JSON Schema and what becomes of each. In: a keyword. Out: its treatment. Unsupported keywords are listed in
//! notes, never silently ignored.

/// What the importer does with a keyword.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Treatment {
    /// Becomes part of the type.
    Modeled,
    /// Says nothing about which values fit.
    Annotation,
    /// Restricts values, and is left out of the type.
    ///
    /// Leaving out is sound for every keyword listed so: each can only refuse values, never admit what its siblings refuse
    /// (JSON Schema is a conjunction of keywords), and none names properties that the closed-object rule would then deny,
    /// except `if` with `then`/`else` and the `dependent…` schemas, whose properties stay undeclared and hence denied.
    Ignored,
    /// Points at schemas in a way that is not followed; the whole schema becomes `dynamic`.
    Reference,
    /// Not a keyword of any draft.
    Unknown,
}

/// The treatment of `keyword`.
pub(super) fn treatment(keyword: &str) -> Treatment {
    match keyword {
        "type"
        | "enum"
        | "const"
        | "nullable"
        | "properties"
        | "required"
        | "additionalProperties"
        | "patternProperties"
        | "propertyNames"
        | "minProperties"
        | "maxProperties"
        | "items"
        | "prefixItems"
        | "additionalItems"
        | "minItems"
        | "maxItems"
        | "uniqueItems"
        | "minLength"
        | "maxLength"
        | "pattern"
        | "minimum"
        | "maximum"
        | "exclusiveMinimum"
        | "exclusiveMaximum"
        | "multipleOf"
        | "$ref"
        | "allOf"
        | "anyOf"
        | "oneOf"
        | "discriminator" => Treatment::Modeled,
        "$schema"
        | "$id"
        | "id"
        | "$comment"
        | "$defs"
        | "definitions"
        | "$vocabulary"
        | "title"
        | "description"
        | "default"
        | "examples"
        | "example"
        | "deprecated"
        | "readOnly"
        | "writeOnly"
        | "format"
        | "contentEncoding"
        | "contentMediaType"
        | "contentSchema"
        | "externalDocs"
        | "xml"
        | "markdownDescription"
        | "enumDescriptions"
        | "markdownEnumDescriptions"
        | "enumNames"
        | "deprecationMessage"
        | "errorMessage" => Treatment::Annotation,
        "if"
        | "then"
        | "else"
        | "not"
        | "dependentRequired"
        | "dependentSchemas"
        | "dependencies"
        | "contains"
        | "minContains"
        | "maxContains"
        | "unevaluatedProperties"
        | "unevaluatedItems" => Treatment::Ignored,
        "$dynamicRef" | "$recursiveRef" => Treatment::Reference,
        "$anchor" | "$dynamicAnchor" | "$recursiveAnchor" => Treatment::Annotation,
        _ if keyword.starts_with("x-") => Treatment::Annotation,
        _ => Treatment::Unknown,
    }
}

/// The keyword says nothing about which values fit.
pub(super) fn is_annotation(keyword: &str) -> bool {
    treatment(keyword) == Treatment::Annotation
}
