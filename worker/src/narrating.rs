//! Asking the language model about one candidate on one job, within the organization's budget.
//!
//! | module | what lives there |
//! |---|---|
//! | [`asking`] | one question, held against the budget before and charged after |
//! | [`measure`] | whether what the model points at bears on the requirement |
//! | [`answered`] | an answer from store or model, checked and stored |

mod answered;
mod asking;
mod measure;

pub use answered::{Narrated, Subject, narrate};
pub use asking::{Asked, Call, Purpose, ask};
