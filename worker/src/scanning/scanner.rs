//! One document's pictures to words, a page at a time, within limits of the page and of the document.

use std::fs::File;
use std::io::{self, Read, Seek, Write};
use std::sync::Arc;
use std::time::Duration;

use hiring_resume::scan::{Picture, RecognisedPage, RecognisedWord, guess_language, parse_tsv};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::Instant;

use super::config::OcrConfig;
use super::scanned::{Halt, Scanned};
use super::strokes;
use super::tools::Tools;
use crate::sandbox::program::{ProgramError, ProgramLimits};
use crate::sandbox::{Sandbox, SandboxError};

/// Dots an inch at which pages are drawn: more is slower and recognises less.
const RESOLUTION: f32 = 200.0;
/// Fewer dots an inch cannot be read.
const LEAST_RESOLUTION: f32 = 40.0;
/// Most pixels of a drawn page: A3 at [`RESOLUTION`] and a little more.
const MOST_PIXELS: f32 = 16_000_000.0;
/// Points an inch.
const POINTS: f32 = 72.0;
/// Address space of a program, in bytes.
const MEMORY_BYTES: u64 = 1024 * 1024 * 1024;
/// Largest table of words of one page, in bytes.
const TABLE_BYTES: u64 = 2 * 1024 * 1024;
/// Most words of one document: a resume of forty full pages.
const MAX_DOCUMENT_WORDS: usize = 30_000;
/// Wall clock of a program, in multiples of its processor time: it waits for others on a busy machine.
const PATIENCE: u32 = 3;

/// The recogniser's names of the languages that a page can be told to be in.
const NAMES: [(&str, &str); 4] = [("en", "eng"), ("de", "deu"), ("fr", "fra"), ("es", "spa")];

/// Recognises text. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Scanner {
    sandbox: Sandbox,
    tools: Tools,
    max_pages: usize,
    document_time: Duration,
    page: ProgramLimits,
    places: Arc<Semaphore>,
}

/// A document's place among those whose text is recognised at the same time; free again when dropped.
#[derive(Debug)]
pub struct Turn {
    _place: Option<OwnedSemaphorePermit>,
}

impl Scanner {
    /// A scanner with these programs.
    #[must_use]
    pub fn new(sandbox: Sandbox, tools: Tools, config: &OcrConfig) -> Self {
        let page = ProgramLimits {
            memory_bytes: MEMORY_BYTES,
            cpu_seconds: config.page_seconds,
            output_bytes: MOST_PIXELS as u64 + 64,
            wall_clock: Duration::from_secs(config.page_seconds) * PATIENCE,
        };
        Self {
            sandbox,
            tools,
            max_pages: config.max_pages,
            document_time: config.document_time,
            page,
            places: Arc::new(Semaphore::new(config.at_once)),
        }
    }

    /// Waits for a place; whoever came first is first.
    pub async fn turn(&self) -> Turn {
        Turn {
            // Nobody closes it.
            _place: Arc::clone(&self.places).acquire_owned().await.ok(),
        }
    }

    /// A place if one is free.
    pub fn free_turn(&self) -> Option<Turn> {
        let place = Arc::clone(&self.places).try_acquire_owned().ok()?;
        Some(Turn { _place: Some(place) })
    }

    /// The words of a document's pictures. Pictures beyond the limits, and those that a program fails on, are left out.
    pub async fn recognise(&self, bytes: &[u8], pictures: &[Picture], _turn: &Turn) -> Scanned {
        let mut scanned = Scanned {
            pages: Vec::new(),
            halted: None,
        };
        scanned.halted = match unnamed(bytes) {
            Ok(document) => self.pages(bytes, &document, pictures, &mut scanned.pages).await,
            Err(error) => Some(error.into()),
        };
        scanned
    }

    async fn pages(
        &self,
        bytes: &[u8],
        document: &File,
        pictures: &[Picture],
        pages: &mut Vec<RecognisedPage>,
    ) -> Option<Halt> {
        let deadline = Instant::now() + self.document_time;
        let mut halted = None;
        let mut language = None;
        let mut room = MAX_DOCUMENT_WORDS;
        for picture in pictures.iter().take(self.max_pages) {
            if room == 0 {
                break;
            }
            let page = self.page(bytes, document, *picture, language);
            let Ok(page) = tokio::time::timeout_at(deadline, page).await else {
                tracing::info!(
                    pages = pages.len(),
                    "a scan took too long: its last pages stay pictures"
                );
                return Some(Halt::Late);
            };
            match page {
                Ok(Some(mut page)) => {
                    page.words.truncate(room);
                    room -= page.words.len();
                    language = language.or_else(|| guess_language(&page.words));
                    pages.push(page);
                }
                Ok(None) => {}
                Err(Halt::Late) => halted = Some(Halt::Late),
                Err(error) => return Some(error),
            }
        }
        halted
    }

    /// One picture; `None` where a program failed on it.
    async fn page(
        &self,
        bytes: &[u8],
        document: &File,
        picture: Picture,
        language: Option<&str>,
    ) -> Result<Option<RecognisedPage>, Halt> {
        let drawn = match picture {
            Picture::Page {
                number,
                width,
                height,
            } => {
                let resolution = resolution(width, height);
                let image = self.draw(document, number, resolution).await?;
                image.map(|image| (image, resolution))
            }
            Picture::File { number, .. } => match self.sandbox.picture(bytes, number).await {
                Ok(content) if !content.is_empty() => Some((unnamed(&content)?, RESOLUTION)),
                Err(SandboxError::Start(error)) => return Err(error.into()),
                Err(SandboxError::Late) => return Err(Halt::Late),
                Ok(_) | Err(SandboxError::File(_)) => None,
            },
        };
        let Some((image, resolution)) = drawn else {
            return Ok(None);
        };
        let arguments = [
            "stdin",
            "stdout",
            "-l",
            &self.languages(language),
            "--dpi",
            &(resolution as u32).to_string(),
            "tsv",
        ];
        let limits = ProgramLimits {
            output_bytes: TABLE_BYTES,
            ..self.page
        };
        let table = self
            .tools
            .recognise
            .run_and_hear(&arguments.map(str::to_owned), rewound(&image)?, &limits)
            .await;
        let Some(table) = usable(table, "tesseract")? else {
            return Ok(None);
        };
        let image = rewound(&image)?;
        let words = tokio::task::spawn_blocking(move || measured(&table, image)).await;
        Ok(Some(RecognisedPage {
            picture,
            scale: POINTS / resolution,
            words: words.map_err(io::Error::other)?,
        }))
    }

    async fn draw(&self, document: &File, number: u32, resolution: f32) -> Result<Option<File>, Halt> {
        let image = tempfile::tempfile()?;
        let page = (number + 1).to_string();
        let resolution = resolution.to_string();
        let arguments = [
            "-r",
            &resolution,
            "-gray",
            "-cropbox",
            "-f",
            &page,
            "-l",
            &page,
            "-singlefile",
            "-",
        ];
        let files = (rewound(document)?, image.try_clone()?);
        let drawn = self
            .tools
            .draw
            .run_into(&arguments.map(str::to_owned), files, &self.page)
            .await;
        Ok(usable(drawn, "pdftoppm")?.map(|()| image))
    }

    /// The language that the document is in and the most frequent one, or all while that is not known.
    fn languages(&self, known: Option<&str>) -> String {
        let known = NAMES
            .iter()
            .find(|(code, _)| Some(*code) == known)
            .map(|(_, name)| *name);
        let installed = &self.tools.languages;
        match known.filter(|name| installed.iter().any(|language| language == name)) {
            Some(name) => match installed.first() {
                Some(first) if first != name => format!("{name}+{first}"),
                _ => name.to_owned(),
            },
            None => installed.join("+"),
        }
    }
}

/// The words of a table with the strokes that the picture shows.
fn measured(table: &[u8], image: File) -> Vec<RecognisedWord> {
    let mut words = parse_tsv(&String::from_utf8_lossy(table));
    let mut picture = Vec::new();
    // Without the picture the words stand as they are.
    if image
        .take(MOST_PIXELS as u64 + 64)
        .read_to_end(&mut picture)
        .is_ok()
    {
        strokes::measure(&picture, &mut words);
    }
    words
}

/// Dots an inch at which a page of this size, in points, has no more than [`MOST_PIXELS`].
fn resolution(width: f32, height: f32) -> f32 {
    let most = (MOST_PIXELS / (width * height).max(1.0)).sqrt() * POINTS;
    most.clamp(LEAST_RESOLUTION, RESOLUTION).floor()
}

/// What a program made of a page, nothing where the page is to blame; what the machine is to blame for is an error.
fn usable<T>(outcome: Result<T, ProgramError>, program: &'static str) -> Result<Option<T>, Halt> {
    match outcome {
        Ok(made) => Ok(Some(made)),
        Err(error @ ProgramError::NotStarted) => Err(io::Error::other(error).into()),
        Err(ProgramError::Late) => Err(Halt::Late),
        Err(error) => {
            tracing::info!(program, %error, "a page stays a picture");
            Ok(None)
        }
    }
}

/// A file without a name, which is gone when nobody has it open any more.
fn unnamed(bytes: &[u8]) -> io::Result<File> {
    let mut file = tempfile::tempfile()?;
    file.write_all(bytes)?;
    Ok(file)
}

/// The same file from its beginning, for a program to read.
fn rewound(file: &File) -> io::Result<File> {
    let mut again = file.try_clone()?;
    again.rewind()?;
    Ok(again)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn large_pages_are_drawn_coarsely_enough() {
        assert_eq!(resolution(595.0, 842.0), 200.0);
        for (width, height) in [
            (14_400.0, 3_000.0),
            (1684.0, 2384.0),
            (0.0, 0.0),
            (f32::INFINITY, 9.0),
        ] {
            let chosen = resolution(width, height);
            assert!((LEAST_RESOLUTION..=RESOLUTION).contains(&chosen), "{chosen}");
        }
        let poster = resolution(3000.0, 3000.0) / POINTS * 3000.0;
        assert!(poster * poster <= MOST_PIXELS);
    }
}
