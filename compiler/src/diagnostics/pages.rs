//! The page of each code, compiled in. In: a code. Out: the Markdown of `compiler/docs/errors/CODE.md`: what the code says, why it
//! matters, an example that is reported and one that is not.

use super::Code;

macro_rules! pages {
    ($($code:ident)*) => {
        /// The page of a code.
        #[must_use]
        pub const fn page(code: Code) -> Option<&'static str> {
            match code {
                $(Code::$code => Some(include_str!(concat!("../../docs/errors/", stringify!($code), ".md"))),)*
                _ => None,
            }
        }
    };
}

pages! { E0301 E0302 W0801 }

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_page_has_its_form() {
        for code in Code::ALL.iter().copied() {
            let Some(page) = page(code) else { continue };
            let head = format!("# {} `{}`: {}\n", code.name(), code.slug(), code.title());
            assert!(page.starts_with(&head), "{} does not begin with {head:?}", code.name());
            for part in ["\n## What it says\n", "\n## Why it matters\n", "\n## Reported\n", "\n## Mended\n"] {
                assert!(page.contains(part), "{} lacks {part:?}", code.name());
            }
        }
    }
}
