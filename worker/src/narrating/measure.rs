//! Whether what the model points at bears on the requirement: measured by the embedding model that measures every other piece.

use hiring_matching::{POINTED_FROM_BP, Pointed, REQUIREMENT_TOKENS, similarity_bp};
use hiring_narrative::Proposal;
use hiring_platform::embeddings::Urgency;

use crate::tasks::Parts;

/// Tokens of a quote that are embedded: the longest has 240 characters.
const QUOTE_TOKENS: usize = 96;

/// The proposals that bear on their requirement, each with its closeness. None where there is no embedding model: then nobody can
/// tell, and the model's word alone is not enough.
pub(super) async fn bearing(parts: &Parts, proposals: &[Proposal]) -> Vec<Pointed> {
    if proposals.is_empty() {
        return Vec::new();
    }
    let one_line = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let quotes: Vec<String> = proposals.iter().map(|one| one_line(&one.quote)).collect();
    let labels: Vec<String> = proposals.iter().map(|one| one_line(&one.requirement)).collect();
    let embed = |texts, tokens| parts.embedder.embed(texts, tokens, Urgency::Now);
    let (quotes, labels) =
        match tokio::try_join!(embed(quotes, QUOTE_TOKENS), embed(labels, REQUIREMENT_TOKENS)) {
            Ok(vectors) => vectors,
            Err(error) => {
                tracing::warn!(
                    error = &error as &dyn std::error::Error,
                    "what a model pointed at could not be measured"
                );
                return Vec::new();
            }
        };
    let measured = proposals
        .iter()
        .zip(quotes.iter().zip(&labels))
        .map(|(one, (quote, label))| Pointed {
            requirement: one.requirement.clone(),
            bp: similarity_bp(quote.iter().zip(label).map(|(a, b)| a * b).sum()),
            start: one.start,
            end: one.end,
        });
    measured.filter(|one| one.bp >= POINTED_FROM_BP).collect()
}
