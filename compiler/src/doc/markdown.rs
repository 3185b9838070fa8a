//! A document as Markdown (CommonMark with GitHub's tables). In: a [`Document`]. Out: text.

use super::blocks::{Block, Document, Line, Piece, Table};
use std::fmt::Write as _;

impl Document {
    /// The page as Markdown.
    #[must_use]
    pub fn markdown(&self) -> String {
        let mut out = format!("# {}\n", escaped(&self.title));
        for block in &self.blocks {
            out.push('\n');
            match block {
                Block::Heading(level, line) => {
                    let _ = writeln!(out, "{} {}", "#".repeat(usize::from(*level)), inline(line, false));
                }
                Block::Paragraph(line) => {
                    let _ = writeln!(out, "{}", inline(line, false));
                }
                Block::List(items) => {
                    for item in items {
                        let _ = writeln!(out, "- {}", inline(item, false).replace('\n', "\n  "));
                    }
                }
                Block::Table(table) => write_table(table, &mut out),
            }
        }
        out
    }
}

fn write_table(table: &Table, out: &mut String) {
    let row = |cells: &[String]| format!("| {} |\n", cells.join(" | "));
    let head: Vec<String> = table.head.iter().map(|cell| escaped(cell)).collect();
    out.push_str(&row(&head));
    out.push_str(&format!("|{}\n", " --- |".repeat(table.head.len())));
    for cells in &table.rows {
        let cells: Vec<String> = cells.iter().map(|cell| inline(cell, true)).collect();
        out.push_str(&row(&cells));
    }
}

fn inline(line: &Line, in_table: bool) -> String {
    let mut out = String::new();
    for piece in line {
        match piece {
            Piece::Text(text) | Piece::Small(text) => out.push_str(&escaped(text)),
            Piece::Effect(_, text) => {
                let _ = write!(out, "**{}**", escaped(text));
            }
            Piece::Code(text) => out.push_str(&code(text, in_table)),
            Piece::Break => out.push_str(if in_table { "<br>" } else { "\\\n" }),
        }
    }
    out
}

/// A code span, fenced by more backticks than stand in it.
fn code(text: &str, in_table: bool) -> String {
    let mut longest = 0;
    let mut run = 0;
    for c in text.chars() {
        run = if c == '`' { run + 1 } else { 0 };
        longest = longest.max(run);
    }
    let fence = "`".repeat(longest + 1);
    let space = if text.starts_with('`') || text.ends_with('`') { " " } else { "" };
    let text: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    // In tables a pipe ends the cell even within code.
    let text = if in_table { text.replace('|', "\\|") } else { text };
    format!("{fence}{space}{text}{space}{fence}")
}

/// Text in which nothing is markup.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '|' | '#' | '~' | '&' => out.extend(['\\', c]),
            c if c.is_control() => out.push(' '),
            c => out.push(c),
        }
    }
    out
}
