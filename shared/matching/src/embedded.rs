//! What of a resume is embedded: a short profile and pieces of its text. Both are made of neutral words, without contact and
//! personal data, so that people who differ only in these have the same vectors.

mod lines;
mod pieces;
mod profile;

pub use pieces::{Piece, pieces};
pub use profile::profile;

/// Tokens of a profile that are embedded: at 0.15 ms a token, what "findable within moments" can afford.
pub const PROFILE_TOKENS: usize = 128;
/// Tokens of a piece that are embedded: what the model was trained on.
pub const PIECE_TOKENS: usize = 256;
