//! Accounts and sessions as callers see them.

use hiring_core::identity::Role;
use hiring_db::organizations::OrganizationRow;
use hiring_db::users::UserRow;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// The bare OAuth 2 shape (RFC 6749 section 5.1), without the usual envelope.
#[derive(Serialize, ToSchema)]
pub struct TokensView {
    /// Send it as `Authorization: Bearer ...`.
    pub access_token: String,
    /// Always `Bearer`.
    #[schema(example = "Bearer")]
    pub token_type: &'static str,
    /// Life of the access token in seconds.
    #[schema(example = 900)]
    pub expires_in: i64,
    /// Good for one refresh.
    pub refresh_token: String,
}

/// The answer to every sound registration, whether or not the address had an account.
#[derive(Debug, Serialize, ToSchema)]
pub struct RegisteredView {
    /// Always `accepted`.
    #[schema(example = "accepted")]
    pub status: &'static str,
    /// What to do next.
    pub message: &'static str,
}

/// The caller.
#[derive(Debug, Serialize, ToSchema)]
pub struct MeView {
    /// The user's id.
    pub id: Uuid,
    /// The address to sign in with.
    pub email: String,
    /// How the person wants to be called.
    pub name: String,
    /// `candidate`, `recruiter` or `admin`.
    #[schema(example = "recruiter")]
    pub role: &'static str,
    /// The organization that this session acts for; null for a candidate.
    pub organization: Option<MyOrganizationView>,
    /// Whether the address was proven to be theirs.
    pub email_verified: bool,
}

/// The organization that a session acts for.
#[derive(Debug, Serialize, ToSchema)]
pub struct MyOrganizationView {
    /// The organization's id.
    pub id: Uuid,
    /// Its name.
    pub name: String,
    /// `free` or `pro`.
    #[schema(example = "free")]
    pub plan: String,
}

impl MeView {
    /// The caller, in this role of this organization.
    #[must_use]
    pub fn new(user: UserRow, role: Role, organization: Option<OrganizationRow>) -> Self {
        Self {
            id: user.id,
            email: user.email,
            name: user.name,
            role: role.as_str(),
            organization: organization.map(|row| MyOrganizationView {
                id: row.id,
                name: row.name,
                plan: row.plan,
            }),
            email_verified: user.email_verified_at.is_some(),
        }
    }
}
