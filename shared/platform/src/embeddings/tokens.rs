//! Text to token ids.

use std::path::Path;

use tokenizers::Tokenizer;

use super::EmbedError;

/// The model has no more positions than this (`max_position_embeddings` in its config.json).
pub const MAX_TOKENS: usize = 512;

/// A text's beginning and end marks.
const SPECIAL_TOKENS: usize = 2;

/// Splits text into the model's word pieces.
pub struct Tokens {
    tokenizer: Tokenizer,
}

impl Tokens {
    /// Reads a `tokenizer.json`.
    ///
    /// # Errors
    /// [`EmbedError::NotLoaded`] when the file is missing or no tokenizer.
    pub fn load(path: &Path) -> Result<Self, EmbedError> {
        let failed = |error| EmbedError::NotLoaded(format!("{}: {error}", path.display()));
        let mut tokenizer = Tokenizer::from_file(path).map_err(failed)?;
        // The file that comes with the model cuts at 128 tokens and pads to 128: both would change every vector.
        tokenizer.with_truncation(None).map_err(failed)?;
        tokenizer.with_padding(None);
        Ok(Self { tokenizer })
    }

    /// The text's token ids between the two special tokens, at most `max_tokens` (2 to [`MAX_TOKENS`]) with them.
    ///
    /// # Errors
    /// [`EmbedError::Failed`] when the tokenizer refuses the text.
    pub fn ids(&self, text: &str, max_tokens: usize) -> Result<Vec<i64>, EmbedError> {
        let encoding = self
            .tokenizer
            .encode_fast(text, true)
            .map_err(|error| EmbedError::Failed(error.to_string()))?;
        let mut ids: Vec<i64> = encoding.get_ids().iter().copied().map(i64::from).collect();
        let limit = max_tokens.clamp(SPECIAL_TOKENS, MAX_TOKENS);
        if ids.len() > limit
            && let Some(end_mark) = ids.last().copied()
        {
            ids.truncate(limit - 1);
            ids.push(end_mark);
        }
        Ok(ids)
    }
}
