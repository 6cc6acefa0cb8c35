//! Pictures of text: which pages need their text recognised, and what becomes of the words that a recogniser saw.
//!
//! The reader runs no recogniser. It lists the pictures; whoever can recognise text hands the words back, and the reader reads
//! the same file again with them, so that layout, sections and fields work on a scan as on any other page.
//!
//! | module | what it does |
//! |---|---|
//! | `need` | which pages and embedded pictures are worth recognising |
//! | `files` | takes an embedded picture out of an office document |
//! | `tsv` | the recogniser's table to words |
//! | `language` | which language the words are in |
//! | `word` | one word in points, its size and weight |
//! | `line` | one line: size, baseline, bold words |
//! | `lines` | words to spans: noise left out, bullets and edges found |
//! | `layer` | a scan's own text layer, held against the picture |
//! | `spelling` | which words are alike, and which spelling of a layer may be taken |

mod files;
mod language;
mod layer;
mod line;
mod lines;
mod need;
mod spelling;
mod tsv;
mod word;

use hiring_core::resume::{Excerpt, Finding, MAX_EXCERPT_CHARS, MAX_EXCERPTS, Resume, finding};
use serde::{Deserialize, Serialize};

pub use files::picture;
pub use language::guess_language;
pub use tsv::parse_tsv;

use crate::span::{Source, Span};

/// Most pictures of one document that are listed.
pub const MAX_PICTURES: usize = 40;
/// Most words of one page that count.
pub const MAX_WORDS: usize = 6_000;
/// Most recognised words of one document that count: sixty pages of running text.
pub const MAX_DOCUMENT_WORDS: usize = 30_000;

/// A picture whose text the reader cannot see.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Picture {
    /// A page of a PDF, to be drawn as a whole.
    Page {
        /// Page, from 0.
        number: u32,
        /// Width in points.
        width: f32,
        /// Height in points.
        height: f32,
    },
    /// A picture file within the document, see [`picture`].
    File {
        /// Which of the document's pictures, from 0.
        number: u32,
        /// Width in pixels.
        width: u32,
        /// Height in pixels.
        height: u32,
    },
}

/// What a recogniser saw in one picture.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RecognisedPage {
    /// The picture.
    pub picture: Picture,
    /// Points a pixel of the drawn picture, so that places become points.
    pub scale: f32,
    /// The words, in the recogniser's order.
    pub words: Vec<RecognisedWord>,
}

/// One word in a picture, in pixels from its upper left corner.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RecognisedWord {
    /// The characters.
    pub text: String,
    /// Which line of the picture it stands in: words of one line have the same number.
    pub line: u32,
    /// Left edge.
    pub left: u32,
    /// Upper edge.
    pub top: u32,
    /// Width.
    pub width: u32,
    /// Height.
    pub height: u32,
    /// How sure the recogniser is, 0-100.
    pub confidence: f32,
    /// Mean thickness of the strokes in pixels; 0 where nobody measured.
    #[serde(default)]
    pub stroke: f32,
}

/// What was found out about a document's pictures.
#[derive(Debug, Default)]
pub(crate) struct Scan {
    /// Pictures whose text is still unknown.
    pub pictures: Vec<Picture>,
    /// Pages whose text was recognised.
    recognised: usize,
    /// Recognised words that were placed.
    words: usize,
    /// Whether text of a layer was taken that nobody checked.
    unverified: bool,
    /// Words of a layer that the picture does not show: page and text.
    false_words: Vec<(u32, String)>,
}

/// Puts what was recognised into the source; `None` when nobody tried, which leaves a scan's own text layer unchecked.
pub(crate) fn apply(bytes: &[u8], source: &mut Source, recognised: Option<&[RecognisedPage]>) -> Scan {
    let mut scan = Scan {
        pictures: need::pictures(bytes, source),
        ..Scan::default()
    };
    if scan.pictures.is_empty() {
        return scan;
    }
    for page in recognised.unwrap_or_default() {
        // What stands on the pages beyond stays unknown, which the document says.
        if scan.words >= MAX_DOCUMENT_WORDS {
            break;
        }
        let Some(at) = scan.pictures.iter().position(|picture| *picture == page.picture) else {
            continue;
        };
        scan.pictures.remove(at);
        place(source, page, &mut scan);
    }
    read_unchecked(source, &mut scan);
    source.spans.sort_by_key(|span| span.page);
    scan
}

/// Letters from which a document is read for what it shows, and layers that nobody checked are left out.
const ENOUGH_WITHOUT: usize = 400;

/// What is left of text layers: all there is to read of a scan, and no part of a document that shows text.
fn read_unchecked(source: &mut Source, scan: &mut Scan) {
    let left: Vec<u32> = scan.pictures.iter().filter_map(page_number).collect();
    let is_left = |span: &Span| layer::is_layer(span) && left.contains(&span.page);
    if need::shown_letters(source) >= ENOUGH_WITHOUT {
        source.spans.retain(|span| !is_left(span));
        return;
    }
    for span in source.spans.iter_mut().filter(|span| is_left(span)) {
        span.hidden = None;
        scan.unverified = true;
    }
}

fn page_number(picture: &Picture) -> Option<u32> {
    match picture {
        Picture::Page { number, .. } => Some(*number),
        Picture::File { .. } => None,
    }
}

/// The words of one picture become spans of its page.
fn place(source: &mut Source, page: &RecognisedPage, scan: &mut Scan) {
    scan.recognised += 1;
    let mut words = word::words(page, MAX_DOCUMENT_WORDS.saturating_sub(scan.words));
    scan.words += words.len();
    let number = match page.picture {
        Picture::Page {
            number,
            width,
            height,
        } => {
            let (layer, others): (Vec<Span>, Vec<Span>) = std::mem::take(&mut source.spans)
                .into_iter()
                .partition(|span| span.page == number && layer::is_layer(span));
            source.spans = others;
            let checked = layer::check(&layer, &mut words, (width, height));
            scan.false_words
                .extend(checked.iter().map(|span| (number, span.text.clone())));
            source.spans.extend(checked);
            word::leave_out_printed(&mut words, &source.spans, number);
            number
        }
        Picture::File { number, .. } => {
            if source.flow {
                // What little text flows beside the pictures stands above them, as on a page of its own.
                source.flow = false;
                source.spans.iter_mut().for_each(|span| span.page = 0);
            }
            source.pages = source.pages.max(number as usize + 2);
            number + 1
        }
    };
    source.spans.extend(lines::spans(words, number));
}

impl Scan {
    /// Writes down what a recruiter should know about it.
    pub fn tell(&self, resume: &mut Resume) {
        resume.document.unverified_layer = self.unverified;
        let mut tell = |code: &str, message: String, excerpts: Vec<Excerpt>| {
            resume.findings.push(Finding {
                code: code.to_owned(),
                message,
                excerpts,
            });
        };
        if self.unverified {
            tell(
                finding::UNVERIFIED_LAYER,
                "The file is a scan with a text layer that could not be compared with the picture. The text is shown, but \
                 not scored."
                    .to_owned(),
                Vec::new(),
            );
        }
        if !self.false_words.is_empty() {
            tell(
                finding::FALSE_LAYER,
                "The scan's text layer holds words that its picture does not show. They were not used."
                    .to_owned(),
                self.false_words.iter().take(MAX_EXCERPTS).map(excerpt).collect(),
            );
        }
        if self.recognised > 0 {
            let pages = if self.recognised == 1 { "page" } else { "pages" };
            tell(
                finding::RECOGNISED_TEXT,
                format!(
                    "The text of {} {pages} was recognised in pictures and may hold wrong letters.",
                    self.recognised
                ),
                Vec::new(),
            );
        }
        if !self.pictures.is_empty() && !self.unverified {
            let pictures = match self.pictures.len() {
                1 => "A page is a picture".to_owned(),
                more => format!("{more} pages are pictures"),
            };
            tell(
                finding::UNREAD_PICTURE,
                format!("{pictures} whose text was not read."),
                Vec::new(),
            );
        }
    }
}

fn excerpt((page, text): &(u32, String)) -> Excerpt {
    Excerpt {
        text: text.chars().take(MAX_EXCERPT_CHARS).collect(),
        reason: "not_in_picture".to_owned(),
        page: *page,
        start: 0,
        end: 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::span::PageFacts;

    #[test]
    fn pages_beyond_the_words_of_a_document_stay_pictures() {
        let page = |number: u32| RecognisedPage {
            picture: Picture::Page {
                number,
                width: 595.0,
                height: 842.0,
            },
            scale: 0.36,
            words: vec![
                RecognisedWord {
                    text: "word".to_owned(),
                    line: 0,
                    left: 100,
                    top: 100,
                    width: 60,
                    height: 20,
                    confidence: 90.0,
                    stroke: 0.0,
                };
                MAX_WORDS
            ],
        };
        let pages: Vec<RecognisedPage> = (0..8).map(page).collect();
        let facts = || PageFacts {
            width: 595.0,
            height: 842.0,
            picture_share: 1.0,
        };
        let mut source = Source {
            pages: pages.len(),
            page_facts: pages.iter().map(|_| facts()).collect(),
            ..Source::default()
        };
        let scan = apply(b"%PDF-", &mut source, Some(&pages));
        assert_eq!(scan.words, MAX_DOCUMENT_WORDS);
        assert_eq!(scan.recognised, MAX_DOCUMENT_WORDS / MAX_WORDS);
        assert_eq!(scan.pictures.len(), pages.len() - scan.recognised);
    }
}
