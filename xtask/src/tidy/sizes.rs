//! The curve of file sizes: many small files, no large one. In: files. Out: the curve on standard output, complaints.

use super::File;

const MEDIAN: usize = 150;
const P90: usize = 520;
const LARGEST: usize = 1_000;

/// Complaints about sizes of Rust files, in lines.
pub(crate) fn check(files: &[File]) -> Vec<String> {
    let mut sizes: Vec<(usize, &str)> = files
        .iter()
        .filter(|file| file.is_rust())
        .map(|file| (file.text.lines().count(), file.path.as_str()))
        .collect();
    sizes.sort_unstable();
    let at = |part: usize| sizes.get(sizes.len() * part / 100).map_or(0, |(lines, _)| *lines);
    let (median, p90) = (at(50), at(90));
    let lines: usize = sizes.iter().map(|(lines, _)| lines).sum();
    println!("{} Rust files, {lines} lines; median {median}, p90 {p90}; the largest:", sizes.len());
    for (lines, path) in sizes.iter().rev().take(5) {
        println!("  {lines:>5} {path}");
    }
    let mut complaints = Vec::new();
    if median > MEDIAN {
        complaints.push(format!("the median file has {median} lines; at most {MEDIAN}"));
    }
    if p90 > P90 {
        complaints.push(format!("one file in ten has more than {p90} lines; at most {P90}"));
    }
    let too_large = sizes.iter().filter(|(lines, _)| *lines > LARGEST);
    complaints.extend(too_large.map(|(lines, path)| format!("{path}: {lines} lines; at most {LARGEST}")));
    complaints
}
