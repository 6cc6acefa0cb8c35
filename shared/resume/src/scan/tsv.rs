//! The table that a recogniser prints (`tesseract ... tsv`): level, page, block, paragraph, line, word, left, top, width,
//! height, confidence, text.

use super::{MAX_WORDS, RecognisedWord};

/// Most characters of one word; a longer one is a ruling line taken for letters.
const MAX_WORD_CHARS: usize = 100;

/// The words of a table; lines that are none, and words beyond [`MAX_WORDS`], are left out.
#[must_use]
pub fn parse_tsv(table: &str) -> Vec<RecognisedWord> {
    let mut lines: Option<[u32; 3]> = None;
    let mut line = 0;
    table
        .lines()
        .filter_map(|row| {
            let fields: Vec<&str> = row.splitn(12, '\t').collect();
            let [
                level,
                _,
                block,
                paragraph,
                of_line,
                _,
                left,
                top,
                width,
                height,
                confidence,
                text,
            ] = fields.as_slice()
            else {
                return None;
            };
            let text = text.trim();
            if *level != "5" || text.is_empty() || text.chars().count() > MAX_WORD_CHARS {
                return None;
            }
            let place = [
                block.parse().ok()?,
                paragraph.parse().ok()?,
                of_line.parse().ok()?,
            ];
            if lines.replace(place) != Some(place) {
                line += 1;
            }
            Some(RecognisedWord {
                text: text.to_owned(),
                line,
                left: left.parse().ok()?,
                top: top.parse().ok()?,
                width: width.parse().ok()?,
                height: height.parse().ok()?,
                confidence: confidence.parse().ok().filter(|value: &f32| value.is_finite())?,
                stroke: 0.0,
            })
        })
        .take(MAX_WORDS)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: &str =
        "level\tpage_num\tblock_num\tpar_num\tline_num\tword_num\tleft\ttop\twidth\theight\tconf\ttext
1\t1\t0\t0\t0\t0\t0\t0\t1654\t2339\t-1\t
5\t1\t1\t1\t1\t1\t100\t80\t60\t20\t96.5\tAda
5\t1\t1\t1\t1\t2\t170\t80\t90\t20\t91\tLovelace
5\t1\t1\t1\t2\t1\t100\t120\t60\t20\t12\t|
nonsense";

    #[test]
    fn words_keep_their_places_and_their_lines() {
        let words = parse_tsv(TABLE);
        let texts: Vec<&str> = words.iter().map(|word| word.text.as_str()).collect();
        assert_eq!(texts, ["Ada", "Lovelace", "|"]);
        assert_eq!(words[0].line, words[1].line);
        assert_ne!(words[1].line, words[2].line);
        assert_eq!((words[1].left, words[1].width), (170, 90));
    }

    proptest::proptest! {
        #[test]
        fn no_table_hurts(table in "(\\PC|\t|\n|5\t1\t1\t1\t1\t1\t|-|9){0,300}") {
            let words = parse_tsv(&table);
            proptest::prop_assert!(words.len() <= MAX_WORDS);
        }
    }
}
