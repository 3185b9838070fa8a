//! Clocks. In: something to do. Out: nanoseconds of processor time, which other programs on the machine disturb less than the wall clock.

use cpu_time::ProcessTime;
use std::time::Duration;

/// How long a measurement lasts at least.
const LEAST: Duration = Duration::from_millis(60);

/// Nanoseconds of the fastest call of `run`, called as often as fills the time.
pub fn fastest(mut run: impl FnMut()) -> f64 {
    let mut fastest = Duration::MAX;
    let mut total = Duration::ZERO;
    while total < LEAST {
        let start = ProcessTime::now();
        run();
        let elapsed = start.elapsed();
        fastest = fastest.min(elapsed);
        total += elapsed.max(Duration::from_nanos(1));
    }
    fastest.as_nanos() as f64
}

/// The median; 0 of nothing.
pub fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or_default()
}
