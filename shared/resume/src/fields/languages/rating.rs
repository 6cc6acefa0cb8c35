//! Levels that are drawn or counted instead of said.

use std::ops::Range;

/// A level drawn or counted: `●●●○○`, `4/5`, `80 %`.
pub(super) fn rating(text: &str) -> Option<(Range<usize>, &'static str)> {
    const FULL: &str = "●★■▰⬤◼█⭐✦";
    const EMPTY: &str = "○☆□▱◯◻░✩✧";
    let start = text.find(|c: char| FULL.contains(c));
    let (range, share) = if let Some(start) = start {
        let drawn = text.get(start..)?;
        let mark = |c: char| FULL.contains(c) || EMPTY.contains(c) || c == ' ';
        let drawn = drawn
            .get(..drawn.find(|c: char| !mark(c)).unwrap_or(drawn.len()))?
            .trim_end();
        let full = drawn.chars().filter(|c| FULL.contains(*c)).count();
        let all = full + drawn.chars().filter(|c| EMPTY.contains(*c)).count();
        // Full marks alone may be bullets, and a row of them may be cut off.
        (all >= 3).then_some(())?;
        (start..start + drawn.len(), full as f32 / all as f32)
    } else if let Some(percent) = text.find('%') {
        let before = text.get(..percent)?.trim_end();
        let start = before.trim_end_matches(|c: char| c.is_ascii_digit()).len();
        (
            start..percent + 1,
            before.get(start..)?.parse::<f32>().ok()? / 100.0,
        )
    } else {
        let slash = text.find('/')?;
        let start = text
            .get(..slash)?
            .trim_end_matches(|c: char| c.is_ascii_digit())
            .len();
        let behind = text.get(slash + 1..)?;
        let length = behind.find(|c: char| !c.is_ascii_digit()).unwrap_or(behind.len());
        let all: f32 = behind.get(..length)?.parse().ok()?;
        let share = text.get(start..slash)?.parse::<f32>().ok()? / all;
        matches!(length, 1 | 2).then_some(())?;
        (start..slash + 1 + length, share)
    };
    let level = match share {
        share if !(0.0..=1.0).contains(&share) => return None,
        0.95.. => "C2",
        0.75.. => "C1",
        0.55.. => "B2",
        0.35.. => "B1",
        0.15.. => "A2",
        _ => "A1",
    };
    Some((range, level))
}

#[cfg(test)]
mod tests {
    use super::rating;

    #[test]
    fn marks_shares_and_counts_are_levels_and_dates_are_none() {
        for (text, level) in [
            ("English ●●●●●", "C2"),
            ("French ★★★☆☆", "B2"),
            ("German 4/5", "C1"),
            ("Spanish 40 %", "B1"),
        ] {
            assert_eq!(rating(text).map(|(_, level)| level), Some(level), "{text}");
        }
        for other in ["● English", "English/German", "03/2019", "English", "900 %"] {
            assert_eq!(rating(other), None, "{other}");
        }
    }
}
