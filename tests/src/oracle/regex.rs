//! Regular expressions by backtracking over code points. In: a pattern as its author wrote it. Out: whether it matches.
//!
//! The part of the syntax that generated policies use: literals, escapes, `.`, classes, groups, alternatives, repetitions, `^`, `$`,
//! `\b`. `.` is any code point, classes and flag `i` are ASCII (language.md section 4). Slow, and short enough to check by eye.

/// A parsed pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Regex {
    root: Node,
    ignore_case: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Node {
    /// One of several sequences.
    Any(Vec<Vec<Node>>),
    /// A code point in (or, negated, outside) these ranges.
    Set(Vec<(char, char)>, bool),
    /// The start of the text.
    Start,
    /// Its end.
    End,
    /// An ASCII word boundary (or, negated, none).
    Boundary(bool),
    /// At least and at most so many times.
    Repeat(Box<Node>, usize, Option<usize>),
}

impl Regex {
    /// Parses a pattern; `None` for syntax beyond this module's.
    pub(super) fn parse(source: &str, ignore_case: bool) -> Option<Self> {
        let mut parser = Parser { chars: source.chars().collect(), at: 0 };
        let root = parser.alternatives()?;
        (parser.at == parser.chars.len()).then_some(Self { root, ignore_case })
    }

    /// The pattern stands for the whole text.
    pub(super) fn matches(&self, text: &str) -> bool {
        let text: Vec<char> = text.chars().collect();
        self.ends(&self.root, &text, 0).contains(&text.len())
    }

    /// The pattern stands for some part of the text.
    pub(super) fn finds(&self, text: &str) -> bool {
        let text: Vec<char> = text.chars().collect();
        (0..=text.len()).any(|start| !self.ends(&self.root, &text, start).is_empty())
    }

    /// Every position at which a match from `at` can end; sorted.
    fn ends(&self, node: &Node, text: &[char], at: usize) -> Vec<usize> {
        match node {
            Node::Any(alternatives) => {
                let mut ends: Vec<usize> =
                    alternatives.iter().flat_map(|sequence| self.sequence(sequence, text, at)).collect();
                ends.sort_unstable();
                ends.dedup();
                ends
            }
            Node::Set(ranges, negated) => match text.get(at) {
                Some(c) if self.has(ranges, *c) != *negated => vec![at + 1],
                _ => Vec::new(),
            },
            Node::Start => if_then(at == 0, at),
            Node::End => if_then(at == text.len(), at),
            Node::Boundary(negated) => {
                let word = |index: Option<usize>| {
                    index.and_then(|i| text.get(i)).is_some_and(|c| c.is_ascii_alphanumeric() || *c == '_')
                };
                if_then((word(at.checked_sub(1)) != word(Some(at))) != *negated, at)
            }
            Node::Repeat(inner, least, most) => self.repeat(inner, (*least, *most), text, at),
        }
    }

    fn sequence(&self, nodes: &[Node], text: &[char], at: usize) -> Vec<usize> {
        let mut ends = vec![at];
        for node in nodes {
            let mut next: Vec<usize> = ends.iter().flat_map(|end| self.ends(node, text, *end)).collect();
            next.sort_unstable();
            next.dedup();
            ends = next;
        }
        ends
    }

    fn repeat(
        &self,
        inner: &Node,
        (least, most): (usize, Option<usize>),
        text: &[char],
        at: usize,
    ) -> Vec<usize> {
        let mut reached = vec![at];
        let mut ends = if least == 0 { vec![at] } else { Vec::new() };
        // Beyond the text's length every further round is empty, so it adds nothing.
        for round in 1..=most.unwrap_or(usize::MAX).min(least + text.len() + 1) {
            let mut next: Vec<usize> =
                reached.iter().flat_map(|from| self.ends(inner, text, *from)).collect();
            next.sort_unstable();
            next.dedup();
            if round >= least {
                ends.extend(&next);
            }
            reached = next;
        }
        ends.sort_unstable();
        ends.dedup();
        ends
    }

    fn has(&self, ranges: &[(char, char)], c: char) -> bool {
        let within = |c: char| ranges.iter().any(|(from, to)| (*from..=*to).contains(&c));
        within(c)
            || (self.ignore_case
                && c.is_ascii_alphabetic()
                && (within(c.to_ascii_lowercase()) || within(c.to_ascii_uppercase())))
    }
}

fn if_then(holds: bool, at: usize) -> Vec<usize> {
    if holds { vec![at] } else { Vec::new() }
}

struct Parser {
    chars: Vec<char>,
    at: usize,
}

impl Parser {
    fn peek(&self) -> Option<char> {
        self.chars.get(self.at).copied()
    }

    fn next(&mut self) -> Option<char> {
        let next = self.peek()?;
        self.at += 1;
        Some(next)
    }

    fn alternatives(&mut self) -> Option<Node> {
        let mut all = vec![Vec::new()];
        while let Some(c) = self.peek().filter(|c| *c != ')') {
            if c == '|' {
                self.at += 1;
                all.push(Vec::new());
                continue;
            }
            let atom = self.atom()?;
            let atom = self.repeated(atom)?;
            all.last_mut()?.push(atom);
        }
        Some(Node::Any(all))
    }

    fn atom(&mut self) -> Option<Node> {
        Some(match self.next()? {
            '^' => Node::Start,
            '$' => Node::End,
            '.' => Node::Set(Vec::new(), true),
            '(' => {
                if self.peek() == Some('?') {
                    self.at += 1;
                    (self.next()? == ':').then_some(())?;
                }
                let inner = self.alternatives()?;
                (self.next()? == ')').then_some(inner)?
            }
            '[' => self.class()?,
            '\\' => self.escape()?,
            '*' | '+' | '?' | '{' => return None,
            c => Node::Set(vec![(c, c)], false),
        })
    }

    fn escape(&mut self) -> Option<Node> {
        let c = self.next()?;
        Some(match c {
            'b' => Node::Boundary(false),
            'B' => Node::Boundary(true),
            c => match perl(c) {
                Some((ranges, negated)) => Node::Set(ranges, negated),
                None => {
                    let c = literal(c)?;
                    Node::Set(vec![(c, c)], false)
                }
            },
        })
    }

    fn class(&mut self) -> Option<Node> {
        let negated = self.peek() == Some('^');
        if negated {
            self.at += 1;
        }
        let mut ranges = Vec::new();
        loop {
            let from = match self.next()? {
                ']' if !ranges.is_empty() => return Some(Node::Set(ranges, negated)),
                '\\' => {
                    let c = self.next()?;
                    if let Some((all, false)) = perl(c) {
                        ranges.extend(all);
                        continue;
                    }
                    literal(c)?
                }
                '[' | ']' | '&' | '~' => return None,
                c => c,
            };
            let to = match (self.peek(), self.chars.get(self.at + 1)) {
                (Some('-'), Some(to)) if *to != ']' && *to != '\\' => {
                    self.at += 2;
                    *to
                }
                _ => from,
            };
            ranges.push((from, to));
        }
    }

    fn repeated(&mut self, atom: Node) -> Option<Node> {
        let (least, most) = match self.peek() {
            Some('*') => (0, None),
            Some('+') => (1, None),
            Some('?') => (0, Some(1)),
            Some('{') => {
                self.at += 1;
                let least = self.digits()?;
                let most = if self.peek() == Some(',') {
                    self.at += 1;
                    if self.peek() == Some('}') { None } else { Some(self.digits()?) }
                } else {
                    Some(least)
                };
                (self.peek() == Some('}')).then_some(())?;
                (least, most)
            }
            _ => return Some(atom),
        };
        self.at += 1;
        Some(Node::Repeat(Box::new(atom), least, most))
    }

    fn digits(&mut self) -> Option<usize> {
        let mut text = String::new();
        while let Some(c) = self.peek().filter(char::is_ascii_digit) {
            text.push(c);
            self.at += 1;
        }
        text.parse().ok()
    }
}

/// `\d`, `\w`, `\s` and their negations.
fn perl(c: char) -> Option<(Vec<(char, char)>, bool)> {
    let ranges = match c.to_ascii_lowercase() {
        'd' => vec![('0', '9')],
        'w' => vec![('0', '9'), ('A', 'Z'), ('_', '_'), ('a', 'z')],
        's' => vec![('\t', '\r'), (' ', ' ')],
        _ => return None,
    };
    Some((ranges, c.is_ascii_uppercase()))
}

/// What an escaped character stands for.
fn literal(c: char) -> Option<char> {
    match c {
        'n' => Some('\n'),
        't' => Some('\t'),
        'r' => Some('\r'),
        c if c.is_ascii_punctuation() => Some(c),
        _ => None,
    }
}
