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

use serde::Deserialize;
use utoipa::IntoParams;

use crate::extract::{Validate, Violations};

pub use analysis::analysis;
pub use batch_screen::batch_screen;
pub use erase::erase;
pub use list::list;
pub use resume::resume;
pub use show::show;
pub use text::text;
pub use upload::upload;
pub use upload_batch::upload_batch;

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
