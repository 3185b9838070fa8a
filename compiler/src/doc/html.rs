//! A document as one HTML page. In: a [`Document`]. Out: text that loads nothing: no scripts, fonts or images, and says so to the browser.
//! Readable by screen readers (one `h1`, a list of contents, captions, row and column headers), in light and dark, and in print.

use super::blocks::{Block, Document, Line, Piece, Table};
use std::fmt::Write as _;

const STYLE: &str = include_str!("style.css");

impl Document {
    /// The page as HTML.
    #[must_use]
    pub fn html(&self) -> String {
        let title = escaped(&self.title);
        let mut out = String::new();
        let _ = write!(
            out,
            "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
             <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
             <meta name=\"generator\" content=\"policyc\">\n<title>{title}</title>\n<style>\n{STYLE}</style>\n</head>\n\
             <body>\n<a class=\"skip\" href=\"#content\">Skip to content</a>\n<main id=\"content\">\n<h1>{title}</h1>\n"
        );
        self.contents(&mut out);
        for (index, block) in self.blocks.iter().enumerate() {
            write_block(index, block, &mut out);
        }
        out.push_str("</main>\n</body>\n</html>\n");
        out
    }

    fn contents(&self, out: &mut String) {
        out.push_str("<nav aria-label=\"Contents\">\n<ul>\n");
        for (index, block) in self.blocks.iter().enumerate() {
            if let Block::Heading(2, line) = block {
                let _ = writeln!(out, "<li><a href=\"#s{index}\">{}</a></li>", inline(line));
            }
        }
        out.push_str("</ul>\n</nav>\n");
    }
}

fn write_block(index: usize, block: &Block, out: &mut String) {
    let _ = match block {
        Block::Heading(level, line) => {
            writeln!(out, "<h{level} id=\"s{index}\">{}</h{level}>", inline(line))
        }
        Block::Paragraph(line) => writeln!(out, "<p>{}</p>", inline(line)),
        Block::List(items) => {
            out.push_str("<ul>\n");
            for item in items {
                let _ = writeln!(out, "<li>{}</li>", inline(item));
            }
            writeln!(out, "</ul>")
        }
        Block::Table(table) => {
            write_table(table, out);
            Ok(())
        }
    };
}

fn write_table(table: &Table, out: &mut String) {
    let caption = escaped(&table.caption);
    // Wide tables scroll by themselves, also by keyboard.
    let _ = writeln!(
        out,
        "<div class=\"table\" role=\"region\" aria-label=\"{caption}\" tabindex=\"0\">\n<table>\n<caption>{caption}</caption>"
    );
    out.push_str("<thead>\n<tr>");
    for cell in &table.head {
        let _ = write!(out, "<th scope=\"col\">{}</th>", escaped(cell));
    }
    out.push_str("</tr>\n</thead>\n<tbody>\n");
    for row in &table.rows {
        out.push_str("<tr>");
        for (column, cell) in row.iter().enumerate() {
            let cell = inline(cell);
            let _ = if column == 0 {
                write!(out, "<th scope=\"row\">{cell}</th>")
            } else {
                write!(out, "<td>{cell}</td>")
            };
        }
        out.push_str("</tr>\n");
    }
    out.push_str("</tbody>\n</table>\n</div>\n");
}

fn inline(line: &Line) -> String {
    let mut out = String::new();
    for piece in line {
        let _ = match piece {
            Piece::Text(text) => write!(out, "{}", escaped(text)),
            Piece::Small(text) => write!(out, "<small>{}</small>", escaped(text)),
            Piece::Code(text) => write!(out, "<code>{}</code>", escaped(text)),
            Piece::Effect(effect, text) => write!(out, "<b class=\"{effect}\">{}</b>", escaped(text)),
            Piece::Break => write!(out, "<br>"),
        };
    }
    out
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            // What would reorder or hide text is shown as a symbol.
            c => out.push(crate::diagnostics::shown(c)),
        }
    }
    out
}
