//! Reads tests out of Markdown. In: text. Out: [`Case`]s.

/// One test.
#[derive(Debug, Clone)]
pub struct Case {
    /// The heading without its marks.
    pub title: String,
    /// Line of the heading, from 1.
    pub line: usize,
    /// The file's own blocks and the test's, in order.
    pub blocks: Vec<Block>,
}

/// One fenced block.
#[derive(Debug, Clone)]
pub struct Block {
    /// What follows the opening fence.
    pub info: String,
    /// Its text, with line ends.
    pub text: String,
    /// Line of the first line of text, from 1.
    pub line: usize,
}

/// The tests of a file. A second-level heading without blocks is a section, not a test.
#[must_use]
pub fn read(text: &str) -> Vec<Case> {
    let mut shared: Vec<Block> = Vec::new();
    let mut cases: Vec<Case> = Vec::new();
    let mut open: Option<Block> = None;
    for (index, line) in text.lines().enumerate() {
        let number = index + 1;
        if let Some(mut block) = open.take() {
            if line.trim_end() == "```" {
                match cases.last_mut() {
                    Some(case) => case.blocks.push(block),
                    None => shared.push(block),
                }
            } else {
                block.text.push_str(line);
                block.text.push('\n');
                open = Some(block);
            }
        } else if let Some(info) = line.strip_prefix("```") {
            open = Some(Block { info: info.trim().to_owned(), text: String::new(), line: number + 1 });
        } else if let Some(title) = line.strip_prefix("## ") {
            cases.push(Case { title: title.trim().to_owned(), line: number, blocks: Vec::new() });
        }
    }
    cases.retain(|case| !case.blocks.is_empty());
    for case in &mut cases {
        let own = std::mem::take(&mut case.blocks);
        let replaced = |info: &str| own.iter().any(|b| b.info == info);
        case.blocks = shared.iter().filter(|b| !replaced(&b.info)).cloned().collect();
        case.blocks.extend(own);
    }
    cases
}
