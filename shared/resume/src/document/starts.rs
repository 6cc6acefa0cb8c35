//! The places where words begin, so that many phrases are looked for at once.

/// Most places of a phrase that does not begin with a word that are looked at.
const MOST: usize = 50;

/// A text with the places where its words begin.
pub(super) struct WordStarts<'a> {
    text: &'a str,
    /// The first two bytes of each word with its place in bytes, sorted.
    starts: Vec<([u8; 2], usize)>,
    /// A bit for the last five bits of each of the first three bytes of a word: most phrases are told by it not to stand
    /// in the text.
    seen: [u64; 512],
}

impl<'a> WordStarts<'a> {
    pub fn new(text: &'a str) -> Self {
        let mut starts = Vec::new();
        let mut seen = [0; 512];
        let mut within = false;
        for (at, c) in text.char_indices() {
            let word = c.is_alphanumeric();
            if word
                && !within
                && let Some(first) = pair(text, at)
            {
                starts.push((first, at));
                if let Some((slot, bit)) = place(text, at)
                    && let Some(bits) = seen.get_mut(slot)
                {
                    *bits |= bit;
                }
            }
            within = word;
        }
        starts.sort_unstable();
        Self { text, starts, seen }
    }

    /// Whether the text holds a phrase at the start of a word; a short one must end with the word as well.
    pub fn holds(&self, phrase: &str) -> bool {
        let begins_word = phrase.starts_with(char::is_alphanumeric);
        if begins_word && !self.may_hold(phrase) {
            return false;
        }
        let closed = phrase.ends_with(|c: char| c.is_alphanumeric()) && phrase.len() < 7;
        let stands = |at: usize| {
            self.text
                .get(at..)
                .and_then(|rest| rest.strip_prefix(phrase))
                .is_some_and(|rest| !closed || !rest.starts_with(char::is_alphanumeric))
        };
        if !begins_word {
            return self
                .text
                .match_indices(phrase)
                .take(MOST)
                .any(|(at, _)| stands(at));
        }
        let Some(first) = pair(phrase, 0) else {
            return false;
        };
        let from = self.starts.partition_point(|(pair, _)| *pair < first);
        self.starts
            .iter()
            .skip(from)
            .take_while(|(pair, _)| *pair == first)
            .any(|(_, at)| stands(*at))
    }

    /// Whether some word begins as the phrase does, by its first three bytes.
    fn may_hold(&self, phrase: &str) -> bool {
        place(phrase, 0).is_none_or(|(slot, bit)| self.seen.get(slot).is_none_or(|bits| bits & bit != 0))
    }
}

/// Where the three bytes from a place on are noted.
fn place(text: &str, at: usize) -> Option<(usize, u64)> {
    let [a, b, c] = *text.as_bytes().get(at..)?.first_chunk()?;
    let low = |byte: u8| usize::from(byte & 31);
    let number = low(a) << 10 | low(b) << 5 | low(c);
    Some((number / 64, 1 << (number % 64)))
}

/// The two bytes from a place on.
fn pair(text: &str, at: usize) -> Option<[u8; 2]> {
    text.as_bytes().get(at..)?.first_chunk().copied()
}

#[cfg(test)]
mod tests {
    use super::WordStarts;

    #[test]
    fn phrases_are_found_where_words_begin_and_short_ones_where_they_end() {
        let starts = WordStarts::new(" total due: 30 items, agendas of p < 3 ______ ");
        for phrase in ["total due", "p <", "______", "items"] {
            assert!(starts.holds(phrase), "{phrase}");
        }
        for phrase in ["otal", "agenda", "due to", "tems"] {
            assert!(!starts.holds(phrase), "{phrase}");
        }
    }
}
