//! Candidates: uploading, listing, reading, screening and erasing.

pub mod analysis;
pub mod batch_screen;
pub mod erase;
pub mod list;
pub mod resume;
pub mod show;
pub mod text;
pub mod upload;
pub mod upload_batch;

use hiring_core::candidate::CandidateStatus;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::extract::{Validate, Violations};
use crate::problem::{Kind, Problem};

pub use analysis::analysis;
pub use batch_screen::batch_screen;
pub use erase::erase;
pub use list::list;
pub use resume::resume;
pub use show::show;
pub use text::text;
pub use upload::upload;
pub use upload_batch::upload_batch;

/// Seconds after which asking again for a resume that is being read makes sense.
const ASK_AGAIN_SECONDS: u64 = 1;

/// Whether who somebody is shall be hidden.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct BlindQuery {
    /// Hides names, contact data, addresses and ages (`docs/FAIRNESS.md`); offsets stay as they are. Where the organization screens
    /// blindly, this holds without being asked for, and only admins may say `false`.
    pub(in crate::handlers) blind: Option<bool>,
}

impl Validate for BlindQuery {
    fn validate(&self, _: &mut Violations) {}
}

/// A candidate of whose resume there is nothing to show.
struct Unread {
    status: String,
    code: Option<String>,
    reason: Option<String>,
}

impl From<Unread> for Problem {
    fn from(unread: Unread) -> Self {
        if unread.status != CandidateStatus::Failed.as_str() {
            let detail = "The resume is still being read. Ask again in a moment.";
            return Self::new(Kind::StillProcessing, detail).retry_after(ASK_AGAIN_SECONDS);
        }
        let reason = unread
            .reason
            .unwrap_or_else(|| "The resume could not be read.".to_owned());
        let code = unread.code.unwrap_or_else(|| "unreadable".to_owned());
        Self::new(Kind::UnreadableResume, reason).with_error("/status", code)
    }
}
