//! Which pages and embedded pictures are worth recognising.

use super::{MAX_PICTURES, Picture, files};
use crate::span::Source;

/// Letters and digits that a page may show and still count as a picture: a stamp, a page number, a line of a scanner's maker.
const ALMOST_NO_TEXT: usize = 40;
/// Share of a page that a picture covers which is more than a portrait or a logo.
const MOST_OF_A_PAGE: f32 = 0.5;

/// The pictures, in page order; none where the document has text enough.
pub(super) fn pictures(bytes: &[u8], source: &Source) -> Vec<Picture> {
    if source.flow {
        return if shown_letters(source) < ALMOST_NO_TEXT && source.pictures {
            files::list(bytes)
        } else {
            Vec::new()
        };
    }
    let mut shown = vec![0_usize; source.page_facts.len()];
    for span in source.spans.iter().filter(|span| span.hidden.is_none()) {
        if let Some(count) = shown.get_mut(span.page as usize) {
            *count += count_letters(&span.text);
        }
    }
    // Where nothing can be read at all, letters may be drawn as outlines or as strips of a picture.
    let nothing = shown.iter().sum::<usize>() < ALMOST_NO_TEXT;
    let pages = source.page_facts.iter().zip(shown).enumerate();
    pages
        .filter(|(_, (facts, shown))| {
            *shown < ALMOST_NO_TEXT && (nothing || facts.picture_share >= MOST_OF_A_PAGE)
        })
        .map(|(number, (facts, _))| Picture::Page {
            number: number as u32,
            width: facts.width,
            height: facts.height,
        })
        .take(MAX_PICTURES)
        .collect()
}

/// Letters and digits that can be seen.
pub(super) fn shown_letters(source: &Source) -> usize {
    let shown = source.spans.iter().filter(|span| span.hidden.is_none());
    shown.map(|span| count_letters(&span.text)).sum()
}

fn count_letters(text: &str) -> usize {
    text.chars().filter(|c| c.is_alphanumeric()).count()
}
