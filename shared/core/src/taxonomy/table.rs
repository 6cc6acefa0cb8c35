//! A sorted text as a dictionary: no set-up, no memory of its own.

use std::cmp::Ordering;

/// Signs that the start of a key is told apart by: everything below `a`, each letter, everything above `z`.
const SIGNS: usize = 28;
/// Groups of keys with the same first two signs.
const GROUPS: usize = SIGNS * SIGNS;

/// Lines `key<TAB>rest`, sorted by the bytes of their keys, each key once.
#[derive(Debug)]
pub struct SortedTable {
    text: &'static str,
    /// First byte of each group of lines, by the first two signs of their keys, made at compile time.
    groups: [u32; GROUPS + 1],
}

impl SortedTable {
    /// Wraps a text whose lines are sorted by key.
    #[must_use]
    pub const fn new(text: &'static str) -> Self {
        let mut groups = [0; GROUPS + 1];
        let mut group = 0;
        let mut at = 0;
        while group <= GROUPS {
            if group_of(text.as_bytes(), at) < group {
                at = first_of(text.as_bytes(), group, at);
            }
            if let Some((_, [slot, ..])) = groups.split_at_mut_checked(group) {
                // A table is far shorter than four gigabytes.
                *slot = at as u32;
            }
            group += 1;
        }
        Self { text, groups }
    }

    /// What stands behind the tab of the line with this key (empty for a line without a tab).
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&'static str> {
        let (found, rest) = self.line_at(self.lower_bound(key))?;
        (found == key).then_some(rest)
    }

    /// What stands behind the tab of the line with this key, and whether some key starts with it: one search for both.
    #[must_use]
    pub fn look_up(&self, key: &str) -> (Option<&'static str>, bool) {
        match self.line_at(self.lower_bound(key)) {
            Some((found, rest)) => ((found == key).then_some(rest), found.starts_with(key)),
            None => (None, false),
        }
    }

    /// Whether some key starts with these characters.
    #[must_use]
    pub fn has_prefix(&self, prefix: &str) -> bool {
        self.line_at(self.lower_bound(prefix))
            .is_some_and(|(found, _)| found.starts_with(prefix))
    }

    /// Every line: its key and what stands behind the tab.
    pub fn rows(&self) -> impl Iterator<Item = (&'static str, &'static str)> + use<> {
        self.text
            .lines()
            .map(|line| line.split_once('\t').unwrap_or((line, "")))
    }

    /// First byte of the first line whose key is not less than `key`.
    fn lower_bound(&self, key: &str) -> usize {
        let group = group_of(key.as_bytes(), 0);
        let edge = |at: usize| self.groups.get(at).map_or(self.text.len(), |byte| *byte as usize);
        let bytes = self.text.as_bytes();
        let (mut low, mut high) = (edge(group), edge(group + 1));
        while low < high {
            let middle = low + (high - low) / 2;
            let start = start_of(bytes, low, middle);
            let line = bytes.get(start..high).unwrap_or_default();
            if compare(line, key.as_bytes()) == Ordering::Less {
                let behind = bytes.get(middle..high).unwrap_or_default();
                let newline = behind.iter().position(|byte| *byte == b'\n');
                low = newline.map_or(high, |newline| middle + newline + 1);
            } else {
                high = start;
            }
        }
        low
    }

    fn line_at(&self, start: usize) -> Option<(&'static str, &'static str)> {
        let rest = self.text.get(start..)?;
        let line = rest.split('\n').next().filter(|line| !line.is_empty())?;
        Some(line.split_once('\t').unwrap_or((line, "")))
    }
}

/// The order of a line's key and another key; what follows the line in `line` does not matter.
fn compare(line: &[u8], key: &[u8]) -> Ordering {
    for (own, other) in line.iter().zip(key) {
        if matches!(own, b'\t' | b'\n') {
            return Ordering::Less;
        }
        if own != other {
            return own.cmp(other);
        }
    }
    let ends = line
        .get(key.len())
        .is_none_or(|next| matches!(next, b'\t' | b'\n'));
    match (line.len() < key.len(), ends) {
        (true, _) => Ordering::Less,
        (false, true) => Ordering::Equal,
        (false, false) => Ordering::Greater,
    }
}

/// Group of the key that starts at a byte, in the order of keys.
const fn group_of(bytes: &[u8], at: usize) -> usize {
    match sign(bytes, at) {
        first @ 1..=26 => first * SIGNS + sign(bytes, at + 1),
        first => first * SIGNS,
    }
}

/// 0 at the end of a key and below `a`, 1-26 for a letter, 27 above.
const fn sign(bytes: &[u8], at: usize) -> usize {
    match byte(bytes, at) {
        ..b'a' => 0,
        letter @ b'a'..=b'z' => (letter - b'a') as usize + 1,
        _ => SIGNS - 1,
    }
}

/// A byte of a text, 0 behind its end.
#[expect(
    clippy::indexing_slicing,
    reason = "the checked ways cost the compiler several times as much, and it stops at a long constant"
)]
const fn byte(bytes: &[u8], at: usize) -> u8 {
    if at < bytes.len() { bytes[at] } else { 0 }
}

/// Shortest step of a search at compile time, in bytes.
const STEP: usize = 128;

/// First byte, from the start of a line on, of a line whose group is not less than `group`; runs at compile time.
const fn first_of(bytes: &[u8], group: usize, from: usize) -> usize {
    let mut low = from;
    let mut step = STEP;
    // The group mostly begins near: steps that double, then halves between the last two of them.
    while low + step < bytes.len() && group_of(bytes, start_of(bytes, low, low + step)) < group {
        low = start_of(bytes, low, low + step);
        step *= 2;
    }
    let mut high = if low + step < bytes.len() {
        low + step
    } else {
        bytes.len()
    };
    high = start_of(bytes, low, high);
    while low < high {
        let start = start_of(bytes, low, low + (high - low) / 2);
        if group_of(bytes, start) < group {
            low = start;
            while low < high && byte(bytes, low) != b'\n' {
                low += 1;
            }
            low += 1;
        } else {
            high = start;
        }
    }
    if low < bytes.len() { low } else { bytes.len() }
}

/// Where the line that holds a byte starts, not before `low`.
const fn start_of(bytes: &[u8], low: usize, at: usize) -> usize {
    let mut start = at;
    while start > low && byte(bytes, start - 1) != b'\n' {
        start -= 1;
    }
    start
}

#[cfg(test)]
mod tests {
    use super::SortedTable;

    #[test]
    fn every_key_is_found_and_no_other() {
        let table = SortedTable::new("a\t1\nb b\t2\nc\nd\t4\n");
        assert_eq!(table.get("a"), Some("1"));
        assert_eq!(table.get("b b"), Some("2"));
        assert_eq!(table.get("c"), Some(""));
        assert_eq!(table.get("d"), Some("4"));
        assert_eq!(table.get("b"), None);
        assert_eq!(table.get("e"), None);
        assert_eq!(table.look_up("b"), (None, true));
        assert_eq!(table.look_up("b b"), (Some("2"), true));
        assert_eq!(table.look_up("z"), (None, false));
        assert!(table.has_prefix("b "));
        assert!(!table.has_prefix("bc"));
        assert_eq!(SortedTable::new("").get("a"), None);
        assert_eq!(table.rows().nth(1), Some(("b b", "2")));
        assert_eq!(table.rows().count(), 4);
    }
}
