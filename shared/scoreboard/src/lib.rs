//! How well resumes are read: labelled documents, what they show, and precision, recall and F1 by field, format and language.
//!
//! A folder of labelled documents holds `{id}.{pdf,docx,...}`, the truth about each in `{id}.json` (JSON Resume with `meta`)
//! and, in `ref/{id}.txt`, the text that it was made from: a field counts only where the document shows it.
//!
//! | module | what it does |
//! |---|---|
//! | [`labelled`] | finds the documents of a folder and reads their truth |
//! | [`prediction`] | what was read, in the flat shape that is compared |
//! | [`text`] | names and dates made comparable |
//! | [`shown`] | the part of the truth that a document shows |
//! | [`score`] | one document: right, wrong and missing, field by field |
//! | [`board`] | many documents: F1 by field, format and language, as a table |

pub mod board;
pub mod labelled;
pub mod prediction;
pub mod score;
pub mod shown;
pub mod text;

pub use board::Board;
pub use labelled::{Labelled, load};
pub use prediction::Prediction;
pub use score::{Counts, Field, score};
