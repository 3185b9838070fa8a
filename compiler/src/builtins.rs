//! The built-in functions: one table for the checker's messages, hover and the generated reference.
//!
//! In: nothing. Out: [`BUILTINS`], and which module of the standard library has which typed view.

use crate::resolve::library;

/// A built-in function.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Builtin {
    /// Its name.
    pub name: &'static str,
    /// How it is called.
    pub form: &'static str,
    /// What it gives, in one line.
    pub doc: &'static str,
}

const fn row(name: &'static str, form: &'static str, doc: &'static str) -> Builtin {
    Builtin { name, form, doc }
}

/// Every built-in function. Typed views are no built-ins: they are imported from the standard library.
pub const BUILTINS: &[Builtin] = &[
    row(
        "count",
        "count(list)",
        "How many elements; `count(x in list: condition)` counts those for which it is true",
    ),
    row(
        "sum",
        "sum(x in list: amount)",
        "The exact sum of a number over the elements; unknown if one of them is",
    ),
    row(
        "subset",
        "subset(list, list)",
        "Every element of the first is in the second; true for an empty first list",
    ),
    row("first", "first(list)", "The first element; unknown for an empty list"),
    row("last", "last(list)", "The last element; unknown for an empty list"),
    row("keys", "keys(map)", "The keys of a map, as a list"),
    row("values", "values(map)", "The values of a map, as a list"),
    row("zip", "zip(list, list)", "Pairs for `all a, b in zip(…): …`; unknown for lists of unequal length"),
    row("length", "length(text)", "How many code points"),
    row("lower", "lower(text)", "The text with ASCII letters in lower case"),
    row(
        "mentions",
        "mentions(text, value)",
        "The value occurs in the text as whole words, and as a whole what `. - _ @ + : %` join to one",
    ),
    row("age", "age(fact(key))", "How long ago the fact was learned, as a duration"),
    row("hour", "hour(now, \"Europe/London\")", "The hour of the day in a time zone, 0 to 23"),
    row(
        "weekday",
        "weekday(now, \"Europe/London\")",
        "The day of the week in a time zone, `\"mon\"` to `\"sun\"`",
    ),
    row("date", "date(now, \"Europe/London\")", "The calendar date in a time zone"),
    row("cidr", "ip(x) in cidr \"10.0.0.0/8\"", "A block of addresses, for `in`"),
];

/// The modules of the standard library that hold typed views, with the names of these.
#[must_use]
pub const fn view_modules() -> &'static [(&'static str, &'static [&'static str])] {
    library::VIEW_MODULES
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_function_is_named_once_and_shown_in_its_form() {
        for (index, builtin) in BUILTINS.iter().enumerate() {
            assert!(builtin.form.contains(builtin.name), "{builtin:?}");
            assert!(!builtin.doc.is_empty() && !builtin.doc.ends_with('.'), "{builtin:?}");
            assert!(BUILTINS.iter().skip(index + 1).all(|other| other.name != builtin.name), "{builtin:?}");
        }
    }

    #[test]
    fn every_view_is_in_one_module() {
        for view in policyc_runtime::views::table::VIEWS {
            let homes = view_modules().iter().filter(|(_, views)| views.contains(&view.name)).count();
            assert_eq!(homes, 1, "{}", view.name);
        }
    }
}
