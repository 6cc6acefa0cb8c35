//! Reading whatever was uploaded: text in the sandbox, pictures of text by the recogniser's programs, and both together.
//!
//! ```text
//! bytes -> reader child -> resume
//!                       '-> pictures -> pdftoppm -> tesseract -> words -> reader child -> resume
//! ```
//!
//! | module | what lives there |
//! |---|---|
//! | [`config`] | the settings |
//! | [`tools`] | where the programs and their languages are |
//! | [`scanner`] | one document's pictures to words, within limits |
//! | [`scanned`] | what that came to |
//! | `strokes` | which words are bold |

pub mod config;
pub mod scanned;
pub mod scanner;
mod strokes;
pub mod tools;

use chrono::NaiveDate;
use hiring_core::reading::{ReadFailure, ReadResume};
use hiring_resume::scan::Picture;

use crate::sandbox::{Looked, Sandbox, SandboxError, Walls};
use config::{OcrConfig, OcrMode};
use scanned::{Halt, Scanned};
use scanner::{Scanner, Turn};
use tools::Tools;

/// Reads documents of every kind. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Reader {
    sandbox: Sandbox,
    scanner: Option<Scanner>,
    notes: Vec<String>,
}

/// What a first look at a document came to.
#[derive(Debug)]
pub enum Look {
    /// All of it was read.
    Read(Box<ReadResume>),
    /// Some of its text is in pictures, which [`Reader::recognise`] can read.
    Pictures(Pictured),
}

/// A document with pictures whose text is to be recognised.
#[derive(Debug)]
pub struct Pictured {
    pictures: Vec<Picture>,
    /// What is known without them.
    outcome: Box<Result<ReadResume, ReadFailure>>,
}

/// What recognising a document's pictures came to.
#[derive(Debug)]
pub struct Recognised {
    /// The document, as far as it was read.
    pub outcome: Result<ReadResume, ReadFailure>,
    /// Whether the machine, not the document, kept pictures from being read: at another time there may be more.
    pub cut: bool,
}

impl Reader {
    /// A reader that recognises text where the settings, the programs on `path` and the kernel allow it.
    pub async fn open(sandbox: Sandbox, config: &OcrConfig) -> Self {
        let mut notes = Vec::new();
        let walls = match sandbox.walls().await {
            Ok(walls) => walls,
            Err(error) => {
                notes.push(format!("the reading process does not start: {error}"));
                Walls::NONE
            }
        };
        if !walls.hold_the_reader() {
            notes.push(
                "this kernel filters no system calls: the reading process has its limits, but could open files and \
                 connections"
                    .to_owned(),
            );
        }
        let scanner = match Self::scanner(&sandbox, config, walls).await {
            Ok(scanner) => scanner,
            Err(note) => {
                notes.push(note);
                None
            }
        };
        Self {
            sandbox,
            scanner,
            notes,
        }
    }

    /// A reader of text alone.
    #[must_use]
    pub const fn without_recognition(sandbox: Sandbox) -> Self {
        Self {
            sandbox,
            scanner: None,
            notes: Vec::new(),
        }
    }

    async fn scanner(sandbox: &Sandbox, config: &OcrConfig, walls: Walls) -> Result<Option<Scanner>, String> {
        match config.mode {
            OcrMode::Off => return Ok(None),
            OcrMode::Auto if !walls.hold_programs() => {
                return Err(
                    "scans are not recognised: this kernel cannot keep files from the programs that do it; \
                            OCR=on takes them all the same"
                        .to_owned(),
                );
            }
            OcrMode::Auto | OcrMode::On => {}
        }
        match Tools::find(sandbox.program(), config).await {
            Ok(tools) => Ok(Some(Scanner::new(sandbox.clone(), tools, config))),
            Err(missing) => Err(format!("scans are not recognised: {missing}")),
        }
    }

    /// What an operator should know about this machine, a sentence each.
    #[must_use]
    pub fn notes(&self) -> &[String] {
        &self.notes
    }

    /// Whether text in pictures is recognised.
    #[must_use]
    pub const fn recognises(&self) -> bool {
        self.scanner.is_some()
    }

    /// Reads all of a document; open-ended jobs in it last until `today`.
    ///
    /// Every process that this starts is killed when the future is dropped.
    ///
    /// # Errors
    /// See [`SandboxError`].
    pub async fn read(&self, bytes: &[u8], today: NaiveDate) -> Result<ReadResume, SandboxError> {
        match self.look(bytes, today).await? {
            Look::Read(resume) => Ok(*resume),
            Look::Pictures(pictured) => {
                let turn = self.turn().await;
                let recognised = self.recognise(bytes, today, pictured, turn.as_ref()).await?;
                Ok(recognised.outcome?)
            }
        }
    }

    /// Reads the text of a document, which takes milliseconds.
    ///
    /// # Errors
    /// See [`SandboxError`].
    pub async fn look(&self, bytes: &[u8], today: NaiveDate) -> Result<Look, SandboxError> {
        let Looked { outcome, pictures } = self.sandbox.look(bytes, today).await?;
        if pictures.is_empty() || self.scanner.is_none() {
            return Ok(Look::Read(Box::new(outcome?)));
        }
        Ok(Look::Pictures(Pictured {
            pictures,
            outcome: Box::new(outcome),
        }))
    }

    /// Waits for a place among the documents whose text is recognised at the same time.
    pub async fn turn(&self) -> Option<Turn> {
        match &self.scanner {
            Some(scanner) => Some(scanner.turn().await),
            None => None,
        }
    }

    /// A place among them if one is free.
    #[must_use]
    pub fn free_turn(&self) -> Option<Turn> {
        self.scanner.as_ref()?.free_turn()
    }

    /// Recognises the text of a document's pictures, which takes about a second a page, and reads the document with it. What
    /// the first look read is never lost by it.
    ///
    /// # Errors
    /// [`SandboxError::Start`] when the machine kept the document from being read at all.
    pub async fn recognise(
        &self,
        bytes: &[u8],
        today: NaiveDate,
        pictured: Pictured,
        turn: Option<&Turn>,
    ) -> Result<Recognised, SandboxError> {
        let first = *pictured.outcome;
        let (Some(scanner), Some(turn)) = (&self.scanner, turn) else {
            return Ok(Recognised {
                outcome: first,
                cut: false,
            });
        };
        let Scanned { pages, halted } = scanner.recognise(bytes, &pictured.pictures, turn).await;
        let (outcome, halted) = if pages.is_empty() {
            (first, halted)
        } else {
            match self.sandbox.read_recognised(bytes, today, &pages).await {
                Ok(read) => (Ok(read), halted),
                Err(SandboxError::File(failure)) => (first.or(Err(failure)), halted),
                Err(SandboxError::Late) => (first, Some(Halt::Late)),
                Err(SandboxError::Start(error)) => (first, Some(Halt::NotStarted(error))),
            }
        };
        match (outcome, halted) {
            (Err(_), Some(Halt::NotStarted(error))) => Err(SandboxError::Start(error)),
            // That there is nothing but pictures is not why nothing was read.
            (Err(ReadFailure::ImageOnly), Some(Halt::Late)) => Ok(Recognised {
                outcome: Err(ReadFailure::TimedOut),
                cut: true,
            }),
            (outcome, halted) => Ok(Recognised {
                outcome,
                cut: halted.is_some(),
            }),
        }
    }
}
