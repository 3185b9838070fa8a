//! The page of each code, compiled in. In: a code. Out: the Markdown of `compiler/docs/errors/CODE.md`: what the code says, why it
//! matters, an example that is reported and one that is not.

use super::Code;

macro_rules! pages {
    ($($code:ident)*) => {
        const PAGES: &[(Code, &str)] = &[
            $((Code::$code, include_str!(concat!("../../docs/errors/", stringify!($code), ".md"))),)*
        ];
    };
}

/// The page of a code. Every code has one; a test holds the registry and the folder to it.
#[must_use]
pub fn page(code: Code) -> Option<&'static str> {
    PAGES.iter().find(|(of, _)| *of == code).map(|(_, page)| *page)
}

pages! {
    E0001 E0002 E0003 E0004
    E0101 E0102 E0103 E0104 E0105 E0106 E0107 E0201 E0202 E0203 E0204 E0205 E0206 E0207 E0208 E0301
    E0302 E0303 E0304 E0305 E0306 E0307 E0308 E0309 E0310 E0311 E0401 E0402 E0403 E0404 E0405 E0406
    E0407 E0408 E0409 E0410 E0411 E0412 E0413 E0501 E0502 E0503 E0504 E0505 E0506 E0507 E0508 E0510 E0511 E0512 E0513 E0514 E0515 E0601 E0602
    E0603 E0604 E0701 E0702 W0703 W0801 W0802 W0803 W0804 W0805 W0806 W0807 W0808 W0809 W0810 W0811 W0812 W0813 W0814 W0815 W0816
    W0817 W0818 W0819 W0820 W0821 N0901 N0902 N0903
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_page_has_its_code() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/errors");
        let mut files: Vec<_> = std::fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        files.sort();
        let mut expected: Vec<_> = Code::ALL.iter().map(|code| format!("{}.md", code.name())).collect();
        expected.sort();
        assert_eq!(files, expected);
    }

    #[test]
    fn every_code_has_a_page_of_the_fixed_form() {
        for code in Code::ALL.iter().copied() {
            let page =
                page(code).unwrap_or_else(|| panic!("{} has no page in compiler/docs/errors", code.name()));
            let head = format!("# {} `{}`: {}\n", code.name(), code.slug(), code.title());
            assert!(page.starts_with(&head), "{} does not begin with {head:?}", code.name());
            for part in ["\n## What it says\n", "\n## Why it matters\n", "\n## Reported\n", "\n## Mended\n"] {
                assert!(page.contains(part), "{} lacks {part:?}", code.name());
            }
        }
    }
}
