//! The contract of every embedding backend, against vectors made by sentence-transformers.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// The bar for any backend; a float32 one reaches 0.999999.
pub const MIN_COSINE: f32 = 0.999;

#[derive(serde::Deserialize)]
struct References {
    cases: Vec<Reference>,
}

/// A text and the vector that it is to have.
#[derive(serde::Deserialize)]
pub struct Reference {
    text: String,
    repeat: usize,
    /// Tokens that count.
    pub max_tokens: usize,
    vector: String,
}

impl Reference {
    /// The text itself.
    pub fn text(&self) -> String {
        self.text.repeat(self.repeat)
    }

    /// Its vector.
    pub fn vector(&self) -> Vec<f32> {
        let bytes = STANDARD.decode(&self.vector).unwrap();
        bytes
            .chunks_exact(4)
            .map(|four| f32::from_le_bytes(four.try_into().unwrap()))
            .collect()
    }
}

/// Every case.
pub fn references() -> Vec<Reference> {
    let references: References = serde_json::from_str(include_str!("reference_vectors.json")).unwrap();
    references.cases
}

/// Of two vectors of norm 1.
pub fn cosine(a: &[f32], b: &[f32]) -> f32 {
    assert_eq!(a.len(), b.len());
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// What every backend of this model must do: `embed` answers one vector a text, of which that many tokens count.
pub fn keeps_the_contract(mut embed: impl FnMut(&[String], usize) -> Vec<Vec<f32>>) {
    let cases = references();
    assert!(cases.iter().any(|case| case.text().is_empty()));
    assert!(
        cases
            .iter()
            .any(|case| case.text().len() >= 10_000 && case.max_tokens == 256)
    );
    let mut worst = 1.0_f32;
    for max_tokens in [128, 256] {
        let cases: Vec<&Reference> = cases
            .iter()
            .filter(|case| case.max_tokens == max_tokens)
            .collect();
        let texts: Vec<String> = cases.iter().map(|case| case.text()).collect();
        let vectors = embed(&texts, max_tokens);
        assert_eq!(vectors.len(), texts.len());
        for (case, vector) in cases.iter().zip(&vectors) {
            assert_eq!(vector.len(), 384);
            let found = cosine(vector, &case.vector());
            worst = worst.min(found);
            assert!(
                found >= MIN_COSINE,
                "{found} for {max_tokens} tokens of {:?} x {}",
                case.text,
                case.repeat
            );
            assert!((cosine(vector, vector) - 1.0).abs() < 1e-4);
        }
    }
    println!("lowest cosine {worst}");
    assert!(embed(&[], 128).is_empty());
}
