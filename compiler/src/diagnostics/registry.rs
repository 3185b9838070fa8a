//! The registry of diagnostics: one row per code. In: nothing. Out: [`Code`] with slug, level, title and first version. Each row has
//! a page in `compiler/docs/errors`, whose examples are tested.

use crate::resolve::suggest::nearest;

/// How grave a diagnostic is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// Nothing is built.
    Error,
    /// A finding: likely a mistake.
    Warning,
    /// A fact worth knowing; shown on request.
    Note,
}

impl Level {
    /// The word in reports: `error`, `warning`, `note`.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Note => "note",
        }
    }
}

macro_rules! codes {
    ($($code:ident $slug:ident $level:ident $since:literal $title:literal;)*) => {
        /// A stable diagnostic code.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code {
            $(#[doc = $title] $code,)*
        }

        impl Code {
            /// Every code, in order.
            pub const ALL: &'static [Self] = &[$(Self::$code),*];

            /// As printed: `E0301`.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$code => stringify!($code),)* }
            }

            /// The slug: `unknown_field`.
            #[must_use]
            pub const fn slug(self) -> &'static str {
                match self { $(Self::$code => stringify!($slug),)* }
            }

            /// Its level unless a context raises it.
            #[must_use]
            pub const fn level(self) -> Level {
                match self { $(Self::$code => Level::$level,)* }
            }

            /// Whether a reader wants it unasked: every error and warning, and the notes that a review must not miss.
            #[must_use]
            pub const fn is_shown_unasked(self) -> bool {
                !matches!(self.level(), Level::Note) || matches!(self, Self::N0903)
            }

            /// One line that says what it is about.
            #[must_use]
            pub const fn title(self) -> &'static str {
                match self { $(Self::$code => $title,)* }
            }

            /// The crate version that first reported it.
            #[must_use]
            pub const fn since(self) -> &'static str {
                match self { $(Self::$code => $since,)* }
            }

            /// The code with this name or slug, in any letter case.
            #[must_use]
            pub fn find(text: &str) -> Option<Self> {
                Self::ALL
                    .iter()
                    .copied()
                    .find(|code| code.name().eq_ignore_ascii_case(text) || code.slug().eq_ignore_ascii_case(text))
            }
        }
    };
}

impl Code {
    /// The code or slug most likely meant by a text that is none: the code of the same number, or a slug that is nearly the same.
    #[must_use]
    pub fn meant(text: &str) -> Option<&'static str> {
        let number = |text: &str| {
            let digits = text.trim_start_matches(|c: char| c.is_ascii_alphabetic());
            digits.parse::<u16>().ok().filter(|_| text.len() <= digits.len() + 1)
        };
        let same = |code: &&Self| number(text).is_some() && number(code.name()) == number(text);
        let slugs = || Self::ALL.iter().map(|code| code.slug());
        Self::ALL.iter().find(same).map(|code| code.name()).or_else(|| nearest(text, slugs()))
    }
}

codes! {
    E0001 unwritable_file Error "0.1" "a file cannot be written";
    E0002 broken_recording Error "0.1" "a line of a recording or of expectations cannot be read";
    E0003 bad_program Error "0.1" "a built program cannot be used";
    E0004 no_tool_list Error "0.1" "a server gave no list of tools";
    E0101 syntax Error "0.1" "the text does not read as policy language";
    E0102 text_encoding Error "0.1" "the file is no clean UTF-8 text";
    E0103 nested_too_deeply Error "0.1" "an expression or type is nested too deeply";
    E0104 mixed_and_or Error "0.1" "`and` and `or` are mixed without parentheses";
    E0105 chained_comparison Error "0.1" "comparisons are chained";
    E0106 reserved_statement Error "0.1" "a statement that this edition does not have";
    E0107 hidden_characters Warning "0.1" "a string holds bidirectional control characters";
    E0201 unreadable_file Error "0.1" "a file cannot be read";
    E0202 bad_lock Error "0.1" "a tool lock cannot be used";
    E0203 import_cycle Error "0.1" "files import each other";
    E0204 unknown_library Error "0.1" "the standard library has no such module or name";
    E0205 two_locks Error "0.1" "one server identity has two different locks";
    E0206 missing_header Error "0.1" "a root file needs `edition` and `policy`";
    E0207 misplaced_statement Error "0.1" "a statement does not belong in this file";
    E0208 unknown_edition Error "0.1" "the edition is unknown";
    E0301 unknown_field Error "0.1" "no such argument or field";
    E0302 unknown_tool Error "0.1" "no such tool";
    E0303 unknown_name Error "0.1" "no such name";
    E0304 duplicate_name Error "0.1" "a name is defined twice";
    E0305 matches_no_tool Error "0.1" "a pattern or group selects no tool";
    E0306 unknown_type Error "0.1" "no such type";
    E0307 not_in_every_tool Error "0.1" "a path is not declared by every tool of the statement";
    E0308 definition_cycle Error "0.1" "definitions refer to each other";
    E0309 unknown_function Error "0.1" "no such function";
    E0310 wrong_arguments Error "0.1" "a function is called with the wrong arguments";
    E0311 fn_reads_args Error "0.1" "a function reads `args`";
    E0401 type_mismatch Error "0.1" "types do not fit";
    E0402 never_equal Error "0.1" "a comparison with a value that the schema does not admit";
    E0403 out_of_range Error "0.1" "a comparison that the schema's bounds decide";
    E0404 unit Error "0.1" "a fraction is compared with an integer";
    E0405 arithmetic_range Error "0.1" "arithmetic may leave the exact range";
    E0406 not_linear Error "0.1" "arithmetic that is not linear";
    E0407 not_a_condition Error "0.1" "a condition is needed";
    E0408 bad_pattern Error "0.1" "a pattern cannot be used";
    E0409 bad_literal Error "0.1" "a literal has no value";
    E0410 constant_needed Error "0.1" "a constant is needed";
    E0411 quantifiers_too_deep Error "0.1" "quantifiers are nested more than three deep";
    E0412 not_a_list Error "0.1" "a list is needed";
    E0413 too_large Error "0.1" "a condition is too large once its definitions are written out";
    E0501 vacuous Error "0.1" "a grant holds for an empty list";
    E0502 quantifier_scope Error "0.1" "an operand in a quantifier's body does not mention its variable";
    E0503 hide_reads Error "0.1" "a `hide` reads more than the principal";
    E0504 duplicate_clause Error "0.1" "a clause stands twice";
    E0505 misplaced_clause Error "0.1" "a clause does not belong to this effect";
    E0506 no_approver Error "0.1" "an `ask` has nobody to ask";
    E0507 hints_grant Error "0.1" "locked hints select what a grant applies to";
    E0508 too_complex Error "0.1" "a statement needs more than the VM has";
    E0510 label_grants Error "0.1" "a label would grant";
    E0511 unknown_passes Error "0.1" "what is not known would let a call pass";
    E0512 counter_polarity Error "0.1" "a counter is compared in a way that charging it could loosen";
    E0513 bad_fact Error "0.1" "a fact or label cannot be remembered as it is declared";
    E0514 bad_limit Error "0.1" "a limit does not say what it counts";
    E0515 bad_redaction Error "0.1" "a redaction takes nothing out, or would redact its own marker";
    E0601 guardrail_grants Error "0.1" "a guardrails file may only restrict";
    E0602 guardrail_gap Error "0.1" "a guardrail leaves a tool out";
    E0603 conflicting_field Error "0.1" "files declare a principal or session field with different types";
    E0604 guardrail_opened Error "0.1" "undeclared arguments are let in beside what a guardrail reads";
    E0701 unknown_expectation Error "0.1" "a test expects an id that does not exist";
    E0702 bad_test_value Error "0.1" "a test holds a value that is no constant";
    W0703 undeclared_test_argument Warning "0.1" "a test gives what nothing declares, or lacks what every call needs";
    W0801 absent_slips Warning "0.1" "an omitted argument slips through a restriction";
    W0802 default_mismatch Warning "0.1" "`??` says another default than the schema";
    W0803 unused Warning "0.1" "a definition is never used";
    W0804 unread_argument Warning "0.1" "an argument is read by no statement while its siblings are constrained";
    W0805 unreachable_arm Warning "0.1" "an arm stands behind one that always matches";
    W0806 vacuous_bound Warning "0.1" "an upper bound holds for an empty list";
    W0807 unknown_annotation Warning "0.1" "an annotation that nothing reads";
    W0808 grants_everything Warning "0.1" "an `allow` without a condition covers tools that write";
    W0809 unlearnable_fact Warning "0.1" "no permitted tool teaches a fact that conditions read";
    W0810 ignorance_passes Warning "0.1" "a restriction waits for something to be learned";
    W0811 assumed_fact Warning "0.1" "a grant assumes a fact that was not learned";
    W0812 free_retries Warning "0.1" "a limit on amounts leaves failed calls uncounted";
    W0813 zero_is_free Warning "0.1" "a limit on amounts does not count an amount of zero";
    W0814 batch_counts_one Warning "0.1" "a limit on calls counts a call with many elements as one";
    W0815 agent_chosen_key Warning "0.1" "the agent chooses the key of a limit freely";
    W0816 mixed_currency Warning "0.1" "a limit adds up amounts of different currencies";
    W0817 self_label Warning "0.1" "a tool that a label restricts sets the label itself";
    W0818 label_gap Warning "0.1" "a label lists what sets it, and other tools bring in text as well";
    W0819 tainted_fact Warning "0.1" "a fact that permits is learned from what sets a label";
    W0820 late_denial Warning "0.1" "a result rule withholds what has already happened";
    W0821 similar_key Warning "0.1" "results have a near twin of a name that is taken out";
    N0901 omission Note "0.1" "what an omitted argument does";
    N0902 widened Note "0.1" "part of a schema is not modeled";
    N0903 opened Note "0.1" "undeclared arguments are let in";
}
