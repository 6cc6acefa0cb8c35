//! What a language model is asked, and what of its answer is believed. Pure.
//!
//! About one candidate and one job the model reads the neutral text and writes prose and quotes. It never gives a number. Of its answer is kept only what can
//! be checked against the text: quotes that stand in it, and sentences that name nobody and nothing that neither resume nor job
//! names. `docs/AI.md` explains the rules with examples.
//!
//! | module | what lives there |
//! |---|---|
//! | [`brief`] | which requirements the model is asked about, and how much it may say |
//! | [`prompt`] | the words of the question |
//! | [`answer`] | the shape of the answer, and reading it |
//! | [`belief`] | what of it is kept |
//! | [`grounds`] | whether a sentence names only what resume and job name |
//! | [`drafts`] | something else: job descriptions and test questions for people to work on |

pub mod answer;
pub mod belief;
pub mod brief;
pub mod drafts;
pub mod grounds;
pub mod prompt;

pub use answer::{Said, Unusable};
pub use belief::{Believed, Dropped, Gap, Narrative, Proposal, Strength, believe};
pub use brief::{Asked, Brief};
pub use prompt::{Prompt, prompt};

/// Version of everything that decides what a model is asked and what of its answer is kept. It changes whenever the same resume
/// and job would be asked about in other words, or the same answer would be believed differently; stored answers of another
/// version are not used.
pub const PROMPT_VERSION: &str = "1";
