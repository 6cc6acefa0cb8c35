//! A sorted text as a dictionary: no set-up, no memory of its own.

use std::cmp::Ordering;

/// Lines `key<TAB>rest`, sorted by the bytes of their keys, each key once.
#[derive(Debug, Clone, Copy)]
pub struct SortedTable {
    text: &'static str,
}

impl SortedTable {
    /// Wraps a text whose lines are sorted by key.
    #[must_use]
    pub const fn new(text: &'static str) -> Self {
        Self { text }
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
        let (mut low, mut high) = (0, self.text.len());
        while low < high {
            let middle = low + (high - low) / 2;
            let start = self.line_start(middle).max(low);
            let Some((found, rest)) = self.line_at(start) else {
                return high;
            };
            if found.as_bytes().cmp(key.as_bytes()) == Ordering::Less {
                let tab = usize::from(!rest.is_empty());
                low = start + found.len() + tab + rest.len() + 1;
            } else {
                high = start;
            }
        }
        low
    }

    fn line_start(&self, at: usize) -> usize {
        let before = self.text.as_bytes().get(..at).unwrap_or_default();
        before
            .iter()
            .rposition(|byte| *byte == b'\n')
            .map_or(0, |newline| newline + 1)
    }

    fn line_at(&self, start: usize) -> Option<(&'static str, &'static str)> {
        let rest = self.text.get(start..)?;
        let line = rest.split('\n').next().filter(|line| !line.is_empty())?;
        Some(line.split_once('\t').unwrap_or((line, "")))
    }
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
