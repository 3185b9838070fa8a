//! A server's words made fit to be shown: no control characters, no hidden direction changes, bounded.

/// `text` on one line of at most about `limit` characters, white space folded to single spaces.
/// What could steer a terminal or hide text (controls, bidirectional overrides) is written as an escape.
pub(crate) fn clean(text: &str, limit: usize) -> String {
    let mut shown = String::new();
    let mut space = false;
    let mut count = 0;
    for c in text.trim().chars() {
        if c.is_whitespace() {
            space = true;
            continue;
        }
        if count >= limit {
            shown.push('…');
            break;
        }
        if std::mem::take(&mut space) {
            shown.push(' ');
            count += 1;
        }
        count += 1;
        if c.is_control() || is_format_control(c) {
            shown.extend(c.escape_unicode());
        } else {
            shown.push(c);
        }
    }
    shown
}

/// The bidirectional controls and zero-width characters of Unicode that change how a line reads.
fn is_format_control(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::clean;

    #[test]
    fn terminal_controls_become_escapes() {
        assert_eq!(clean("a\u{1b}[2Jb\u{202e}\r\n\t c\r\n", 80), "a\\u{1b}[2Jb\\u{202e} c");
    }

    #[test]
    fn long_text_is_cut_at_characters() {
        assert_eq!(clean("äöü", 2), "äö…");
        assert_eq!(clean("äöü", 3), "äöü");
    }
}
