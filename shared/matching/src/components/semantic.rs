//! Closeness in meaning of profile and job.

use super::Assessment;

/// Value: the similarity as given. `None` while it is not known, unless it is all there is to go by.
///
/// It has no quote: it compares whole profiles, and a sentence picked afterwards would only look like a reason.
pub(crate) fn assess(similarity_bp: Option<u16>, nothing_else_asked: bool) -> Option<Assessment> {
    match similarity_bp {
        Some(value_bp) => Some(Assessment {
            value_bp,
            ..Assessment::default()
        }),
        None => nothing_else_asked
            .then(|| Assessment::missing("closeness to the job is not known yet".to_owned())),
    }
}
