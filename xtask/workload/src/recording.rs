//! A recording (JSON Lines, version 1) of P1's requests. In: a seed and a size. Out: its text.

use crate::p1;
use crate::rng::Rng;
use crate::text::words;

/// As many sessions as said, of up to twelve calls each, with results as servers give them: prose and its twin as JSON.
#[must_use]
pub fn recording(seed: u64, sessions: u64) -> String {
    let mut rng = Rng::new(seed);
    let mut text = String::new();
    for number in 0..sessions {
        let requests = p1::requests(rng.next(), 1);
        let Some(first) = requests.first() else { continue };
        text += &format!(
            "{{\"v\":1,\"type\":\"session\",\"session\":\"made/{number}\",\"principal\":{},\"context\":{},\"meta\":{{\"suite\":\"made\",\"task\":\"{number}\",\"goal\":\"{}\"}}}}\n",
            first.principal,
            first.session,
            words(&mut rng, 60)
        );
        let calls = 1 + rng.below(12) as usize;
        for (seq, request) in requests.iter().take(calls).enumerate() {
            let result = words(&mut rng, 20 + (seq as u64 * 37) % 220);
            text += &format!(
                "{{\"v\":1,\"type\":\"call\",\"session\":\"made/{number}\",\"seq\":{seq},\"time\":\"2027-03-01T10:{:02}:00Z\",\"server\":\"{}\",\"tool\":\"{}\",\"args\":{},\"result\":{{\"structured\":{{\"status\":\"done\",\"rows\":[{{\"id\":{},\"total\":{}.5,\"name\":\"x\"}}],\"text\":\"{result}\"}},\"text\":\"{result}\",\"is_error\":false,\"truncated\":false}},\"label\":\"unknown\",\"meta\":{{\"turn\":{seq}}}}}\n",
                rng.below(60),
                request.server,
                request.tool,
                request.args,
                rng.below(10_000),
                rng.below(10_000)
            );
        }
    }
    text
}
