//! Where a request or task belongs in a trace: W3C Trace Context, level 1 (<https://www.w3.org/TR/trace-context/>).

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::random;

/// The flag that says that somebody keeps the trace; level 1 knows no other.
const SAMPLED: u8 = 1;

/// Of 2^64 traces that begin here, how many are sampled: a setting of the whole process, as the level of its log is.
static SAMPLED_OF_ALL: AtomicU64 = AtomicU64::new(0);

/// Has this share of the traces that begin in this process sampled, 0 to 1; none until somebody asks for it. Traces that others
/// began are sampled as they say.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the cast saturates, and the share is clamped"
)]
pub fn sample(share: f64) {
    let of_all = share.clamp(0.0, 1.0) * 2.0_f64.powi(64);
    SAMPLED_OF_ALL.store(of_all as u64, Ordering::Relaxed);
}

/// A `traceparent` of version 00.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TraceParent {
    trace: [u8; 16],
    span: [u8; 8],
    flags: u8,
}

impl TraceParent {
    /// A trace of its own, sampled as often as [`sample`] says.
    #[must_use]
    pub fn generate() -> Self {
        let of_all = SAMPLED_OF_ALL.load(Ordering::Relaxed);
        // Strictly below, so that nothing is sampled at 0; saturated, 1 misses one of 2^64.
        let sampled = of_all > 0 && u64::from_le_bytes(random::mark()) < of_all;
        Self {
            trace: random::mark(),
            span: random::mark(),
            flags: if sampled { SAMPLED } else { 0 },
        }
    }

    /// Reads the header. `None` for one that the recommendation calls invalid; a later version is read as far as version 00
    /// goes, as it asks for.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split('-');
        let (version, trace, span, flags) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
        let [version] = digits::<1>(version)?;
        if version == 0xff || (version == 0 && parts.next().is_some()) {
            return None;
        }
        let (trace, span, [flags]) = (digits::<16>(trace)?, digits::<8>(span)?, digits::<1>(flags)?);
        Self::from_parts(trace, span, flags)
    }

    /// The place with these ids, as [`Self::trace_id`] and [`Self::span_id`] tell them. `None` for ids that are invalid.
    #[must_use]
    pub fn from_ids(trace: &str, span: &str, sampled: bool) -> Option<Self> {
        let flags = if sampled { SAMPLED } else { 0 };
        Self::from_parts(digits(trace)?, digits(span)?, flags)
    }

    fn from_parts(trace: [u8; 16], span: [u8; 8], flags: u8) -> Option<Self> {
        (trace != [0; 16] && span != [0; 8]).then_some(Self { trace, span, flags })
    }

    /// A further span of the same trace. Of the flags only the one that is known goes on, as the recommendation asks for.
    #[must_use]
    pub fn child(self) -> Self {
        Self {
            span: random::mark(),
            flags: self.flags & SAMPLED,
            ..self
        }
    }

    /// The trace, as 32 hexadecimal digits.
    #[must_use]
    pub fn trace_id(&self) -> String {
        let mut text = [0; 32];
        hexadecimal(&self.trace, &mut text).to_owned()
    }

    /// The span, as 16 hexadecimal digits.
    #[must_use]
    pub fn span_id(&self) -> String {
        let mut text = [0; 16];
        hexadecimal(&self.span, &mut text).to_owned()
    }

    /// Whether somebody keeps the trace.
    #[must_use]
    pub const fn is_sampled(&self) -> bool {
        self.flags & SAMPLED != 0
    }
}

impl fmt::Display for TraceParent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Written as a whole: whoever makes a text of it then knows how long it is.
        let mut text = *b"00-00000000000000000000000000000000-0000000000000000-00";
        let parts: [(usize, &[u8]); 3] = [(3, &self.trace), (36, &self.span), (53, &[self.flags])];
        for (from, bytes) in parts {
            let digits = text.get_mut(from..from + 2 * bytes.len()).ok_or(fmt::Error)?;
            hex::encode_to_slice(bytes, digits).map_err(|_| fmt::Error)?;
        }
        f.write_str(std::str::from_utf8(&text).map_err(|_| fmt::Error)?)
    }
}

/// These bytes in hexadecimal digits; `text` is twice as long.
fn hexadecimal<'t>(bytes: &[u8], text: &'t mut [u8]) -> &'t str {
    // The sizes fit, and digits are text, so that neither can fail.
    let written = hex::encode_to_slice(bytes, text);
    debug_assert!(written.is_ok(), "{written:?}");
    std::str::from_utf8(text).unwrap_or_default()
}

/// Exactly `N` bytes of lower-case hexadecimal digits.
fn digits<const N: usize>(text: &str) -> Option<[u8; N]> {
    let digit = |byte: u8| match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        _ => None,
    };
    if text.len() != 2 * N {
        return None;
    }
    let mut bytes = [0; N];
    for (byte, pair) in bytes.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
        let [high, low] = pair else { return None };
        *byte = digit(*high)? << 4 | digit(*low)?;
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const EXAMPLE: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    #[test]
    fn a_header_comes_back_as_it_was_and_a_child_stays_in_the_trace() {
        let parent = TraceParent::parse(EXAMPLE).unwrap();
        assert_eq!(parent.to_string(), EXAMPLE);
        let child = parent.child();
        assert_eq!(child.trace_id(), "4bf92f3577b34da6a3ce929d0e0e4736");
        assert_ne!(child, parent);
        assert_eq!(parent.span_id(), "00f067aa0ba902b7");
        assert!(parent.is_sampled() && child.is_sampled());
    }

    #[test]
    fn flags_that_level_1_does_not_know_end_with_their_sender() {
        let parent = TraceParent::parse(&EXAMPLE.replace("-01", "-ff")).unwrap();
        assert!(parent.child().to_string().ends_with("-01"));
        let unsampled = TraceParent::parse(&EXAMPLE.replace("-01", "-fe")).unwrap();
        assert!(!unsampled.is_sampled() && unsampled.child().to_string().ends_with("-00"));
    }

    #[test]
    fn as_many_traces_are_sampled_as_was_asked_for() {
        let sampled = || {
            (0..2_000)
                .filter(|_| TraceParent::generate().is_sampled())
                .count()
        };
        assert_eq!(sampled(), 0, "nobody asked yet");
        sample(1.0);
        assert_eq!(sampled(), 2_000);
        sample(0.25);
        // Of 2,000 draws at a quarter, 500 +- 19; eight deviations either way.
        let quarter = sampled();
        assert!((345..=655).contains(&quarter), "{quarter}");
        sample(0.0);
        assert_eq!(sampled(), 0);
    }

    #[test]
    fn what_the_recommendation_calls_invalid_is_no_parent() {
        for invalid in [
            "",
            "nonsense",
            "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
            "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
            "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more",
        ] {
            assert_eq!(TraceParent::parse(invalid), None, "{invalid}");
        }
        assert!(TraceParent::parse("01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more").is_some());
    }

    proptest! {
        #[test]
        fn no_text_is_too_strange_to_be_looked_at(text in "\\PC{0,80}") {
            if let Some(parent) = TraceParent::parse(&text) {
                prop_assert_eq!(TraceParent::parse(&parent.to_string()), Some(parent));
            }
        }
    }
}
