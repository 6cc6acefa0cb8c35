//! A sorted text as a dictionary: no set-up, no memory of its own.

use memchr::{memchr, memrchr};

/// Signs that the start of a key is told apart by: everything below `a`, each letter, everything above `z`.
const SIGNS: usize = 28;
/// Bytes of lines that are looked at one after the other; among more, each step leaves half of them.
const NEAR: usize = 128;
/// Edges of the groups of keys with the same first two signs: enough for tables of some hundred rows.
const FEW: usize = SIGNS * SIGNS + 1;
/// Edges of the groups of keys with the same first three signs, for tables of many thousand rows.
pub const MANY: usize = SIGNS * SIGNS * SIGNS + 1;

/// Lines `key<TAB>rest`, sorted by the bytes of their keys, each key once. `EDGES` is [`MANY`] for a long table.
#[derive(Debug)]
pub struct SortedTable<const EDGES: usize = FEW> {
    text: &'static str,
    /// First byte of each group of lines, by the first signs of their keys, made at compile time.
    groups: [u32; EDGES],
}

impl<const EDGES: usize> SortedTable<EDGES> {
    /// Wraps a text whose lines are sorted by key.
    #[must_use]
    #[expect(clippy::indexing_slicing, reason = "runs at compile time, below the length")]
    pub const fn new(text: &'static str) -> Self {
        let mut groups = [0; EDGES];
        let mut group = 0;
        let mut at = 0;
        while group < EDGES {
            if group_of::<EDGES>(text.as_bytes(), at) < group {
                at = first_of::<EDGES>(text.as_bytes(), group, at);
            }
            // A table is far shorter than four gigabytes.
            groups[group] = at as u32;
            group += 1;
        }
        Self { text, groups }
    }

    /// What stands behind the tab of the line with this key (empty for a line without a tab).
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&'static str> {
        self.look_up(key).0
    }

    /// What stands behind the tab of the line with this key, and whether some key starts with it: one search for both.
    #[must_use]
    pub fn look_up(&self, key: &str) -> (Option<&'static str>, bool) {
        let from = self.text.get(self.lower_bound(key)..).unwrap_or_default();
        let Some(behind) = from.strip_prefix(key).filter(|_| !from.is_empty()) else {
            return (None, false);
        };
        // Keys hold neither, though the text does.
        if key.contains(['\t', '\n']) {
            return (None, false);
        }
        let row = match behind.as_bytes().first() {
            None | Some(b'\n') => Some(""),
            Some(b'\t') => {
                let end = memchr(b'\n', behind.as_bytes()).unwrap_or(behind.len());
                behind.get(1..end)
            }
            Some(_) => None,
        };
        (row, true)
    }

    /// Whether some key starts with these characters.
    #[must_use]
    pub fn has_prefix(&self, prefix: &str) -> bool {
        self.look_up(prefix).1
    }

    /// Every line: its key and what stands behind the tab.
    pub fn rows(&self) -> impl Iterator<Item = (&'static str, &'static str)> + use<EDGES> {
        self.text
            .lines()
            .map(|line| line.split_once('\t').unwrap_or((line, "")))
    }

    /// First byte of the first line whose key is not less than `key`.
    fn lower_bound(&self, key: &str) -> usize {
        let group = group_of::<EDGES>(key.as_bytes(), 0);
        let edge = |at: usize| self.groups.get(at).map_or(self.text.len(), |byte| *byte as usize);
        let bytes = self.text.as_bytes();
        let (mut low, mut high) = (edge(group), edge(group + 1));
        while low + NEAR < high {
            let middle = low + (high - low) / 2;
            let before = bytes.get(low..middle).unwrap_or_default();
            let start = memrchr(b'\n', before).map_or(low, |newline| low + newline + 1);
            let line = bytes.get(start..high).unwrap_or_default();
            if stands_before(line, key.as_bytes()) {
                let behind = bytes.get(middle..high).unwrap_or_default();
                let newline = memchr(b'\n', behind);
                low = newline.map_or(high, |newline| middle + newline + 1);
            } else {
                high = start;
            }
        }
        while low < high {
            let lines = bytes.get(low..high).unwrap_or_default();
            if !stands_before(lines, key.as_bytes()) {
                break;
            }
            low = memchr(b'\n', lines).map_or(high, |newline| low + newline + 1);
        }
        low
    }
}

/// Whether the key of the first of these lines stands before another key. What ends a key, a tab or the end of a line,
/// stands before all that keys hold.
fn stands_before(lines: &[u8], key: &[u8]) -> bool {
    let own = lines.get(..key.len()).unwrap_or(lines);
    // Mostly the first bytes tell, and a call to compare them would take longer.
    match (own.first_chunk::<8>(), key.first_chunk::<8>()) {
        (Some(one), Some(other)) if one != other => u64::from_be_bytes(*one) < u64::from_be_bytes(*other),
        (None, _) if own.len() == key.len() => {
            let different = own.iter().zip(key).find(|(one, other)| one != other);
            different.is_some_and(|(one, other)| one < other)
        }
        _ => own < key,
    }
}

/// Group of the key that starts at a byte, in the order of keys. Behind a sign that is no letter none counts.
const fn group_of<const EDGES: usize>(bytes: &[u8], at: usize) -> usize {
    let first = sign(bytes, at);
    let second = if is_letter(first) { sign(bytes, at + 1) } else { 0 };
    let two = first * SIGNS + second;
    if EDGES <= FEW {
        two
    } else {
        two * SIGNS + if is_letter(second) { sign(bytes, at + 2) } else { 0 }
    }
}

const fn is_letter(sign: usize) -> bool {
    matches!(sign, 1..=26)
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
const fn first_of<const EDGES: usize>(bytes: &[u8], group: usize, from: usize) -> usize {
    let mut low = from;
    let mut step = STEP;
    // The group mostly begins near: steps that double, then halves between the last two of them.
    while low + step < bytes.len() && group_of::<EDGES>(bytes, start_of(bytes, low, low + step)) < group {
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
        if group_of::<EDGES>(bytes, start) < group {
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
#[expect(
    clippy::indexing_slicing,
    reason = "a call for each byte is what the compiler counts before it stops at a long constant"
)]
const fn start_of(bytes: &[u8], low: usize, at: usize) -> usize {
    let mut start = if at < bytes.len() { at } else { bytes.len() };
    while start > low && bytes[start - 1] != b'\n' {
        start -= 1;
    }
    start
}

#[cfg(test)]
mod tests {
    use super::{MANY, SortedTable};

    #[test]
    fn every_key_is_found_and_no_other() {
        let table: SortedTable = SortedTable::new("a\t1\nb b\t2\nc\nd\t4\n");
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
        let empty: SortedTable = SortedTable::new("");
        assert_eq!(empty.look_up("a"), (None, false));
        assert_eq!(table.look_up("a\t1"), (None, false));
        assert_eq!(table.rows().nth(1), Some(("b b", "2")));
        assert_eq!(table.rows().count(), 4);
    }

    proptest::proptest! {
        #[test]
        fn few_and_many_groups_give_what_a_look_at_every_key_gives(
            keys in proptest::collection::btree_set("[a-c0é ]{1,5}", 0..300), asked in "[a-c0é ]{1,4}"
        ) {
            let text: String = keys.iter().map(|key| format!("{key}\t<{key}>\n")).collect();
            let text: &'static str = text.leak();
            let few: SortedTable = SortedTable::new(text);
            let many: Box<SortedTable<MANY>> = Box::new(SortedTable::new(text));
            for key in keys.iter().chain([&asked]) {
                let row = keys.contains(key).then(|| format!("<{key}>"));
                let wanted = (row.as_deref(), keys.iter().any(|known| known.starts_with(key)));
                proptest::prop_assert_eq!(few.look_up(key), wanted);
                proptest::prop_assert_eq!(many.look_up(key), wanted);
            }
        }
    }
}
