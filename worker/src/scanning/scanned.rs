//! What a scanner came to, and what kept it from more.

use std::io;

use hiring_resume::scan::RecognisedPage;

/// What became of a document's pictures.
#[derive(Debug)]
pub struct Scanned {
    /// Those whose text was recognised.
    pub pages: Vec<RecognisedPage>,
    /// What kept the scanner from others, where that was not the document.
    pub halted: Option<Halt>,
}

/// What keeps a scanner from pictures that it could read at another time.
#[derive(Debug)]
pub enum Halt {
    /// The clock ran out.
    Late,
    /// A process could not be started, or a file not be made.
    NotStarted(io::Error),
}

impl From<io::Error> for Halt {
    fn from(error: io::Error) -> Self {
        Self::NotStarted(error)
    }
}
