//! Who is shown candidates blindly.

use hiring_core::identity::Role;
use hiring_db::organizations;

use crate::extract::allowed::Caller;
use crate::problem::Problem;
use crate::state::AppState;

/// What is said where there is nothing that could be shown blindly.
pub const WITHHELD: &str = "The file itself shows who somebody is. Read the text or the analysis; where your organization screens \
                            blindly, an admin may ask with `blind=false`.";

/// Whether the caller is shown candidates without what tells who they are: whoever asks for it, and everybody of an organization
/// that screens blindly but admins who ask with `blind=false`.
///
/// # Errors
/// When the database does not answer.
pub async fn is_blind(state: &AppState, caller: &Caller, asked: Option<bool>) -> Result<bool, Problem> {
    if asked == Some(true) {
        return Ok(true);
    }
    let (Some(org), false) = (
        caller.organization_id,
        caller.role == Role::Admin && asked == Some(false),
    ) else {
        return Ok(false);
    };
    let mut connection = state.database.connection().await?;
    Ok(organizations::is_blind(&mut connection, org).await?)
}
