//! Whether and how text in pictures is recognised.

use std::path::PathBuf;
use std::time::Duration;

use hiring_core::config::Reader;
use hiring_resume::scan::MAX_PICTURES;

/// Whether text is recognised.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OcrMode {
    /// Where the programs are installed and the kernel can confine them.
    Auto,
    /// Where the programs are installed.
    On,
    /// Never.
    Off,
}

/// How text is recognised.
#[derive(Debug, Clone)]
pub struct OcrConfig {
    /// `OCR`.
    pub mode: OcrMode,
    /// `OCR_LANGUAGES`: the recogniser's names of languages that may be met, the most frequent one first.
    pub languages: Vec<String>,
    /// `OCR_MAX_PAGES`: most pages of one document; the rest stays pictures.
    pub max_pages: usize,
    /// `OCR_PAGE_SECONDS`: most processor time of one page.
    pub page_seconds: u64,
    /// `OCR_DOCUMENT_SECONDS`: most time of one document.
    pub document_time: Duration,
    /// Most documents at once.
    pub at_once: usize,
    /// `OCR_DATA_DIR`: the recogniser's language files, where they are not in their usual place.
    pub data_dir: Option<PathBuf>,
    /// `PATH`: where the programs are looked for.
    pub path: String,
}

/// Longest that a document may be set to take: the task that waits for it has a time limit as well.
pub const MAX_DOCUMENT_SECONDS: u64 = 240;

impl OcrConfig {
    /// Reads the variables; problems go to the reader.
    pub fn read(reader: &mut Reader) -> Self {
        let modes = [
            ("auto", OcrMode::Auto),
            ("on", OcrMode::On),
            ("off", OcrMode::Off),
        ];
        let languages = reader.string("OCR_LANGUAGES", "eng+deu+fra+spa");
        let languages: Vec<String> = languages.split('+').map(str::to_owned).collect();
        let is_name = |name: &String| {
            !name.is_empty()
                && name.len() <= 40
                && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
        };
        if !languages.iter().all(is_name) {
            reader.problem("OCR_LANGUAGES", "must be names such as eng+deu");
        }
        Self {
            mode: reader.choice("OCR", OcrMode::Auto, &modes),
            languages,
            max_pages: reader.number("OCR_MAX_PAGES", 10, 1..=MAX_PICTURES),
            page_seconds: reader.number("OCR_PAGE_SECONDS", 20, 1..=120),
            document_time: Duration::from_secs(reader.number(
                "OCR_DOCUMENT_SECONDS",
                90,
                5..=MAX_DOCUMENT_SECONDS,
            )),
            at_once: 1,
            data_dir: reader.optional("OCR_DATA_DIR").map(PathBuf::from),
            path: reader.ambient("PATH").unwrap_or_default(),
        }
    }

    /// The same for a worker that runs this many tasks at once: one of them is left to what takes no minutes.
    #[must_use]
    pub fn beside(self, tasks: usize) -> Self {
        Self {
            at_once: tasks.saturating_sub(1).max(1),
            ..self
        }
    }
}
