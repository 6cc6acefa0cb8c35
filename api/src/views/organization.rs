//! Organizations as callers see them.

use chrono::{DateTime, Utc};
use hiring_core::ids::{OrgId, UserId};
use hiring_db::organizations::OrganizationRow;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// An organization.
#[derive(Debug, Serialize, ToSchema)]
pub struct OrganizationView {
    /// The organization's id.
    pub id: Uuid,
    /// Its name.
    pub name: String,
    /// `free` or `pro`.
    #[schema(example = "free")]
    pub plan: String,
    /// What the plan allows.
    pub caps: CapsView,
    /// Whether recruiters see candidates only without what tells who they are (`docs/FAIRNESS.md`).
    pub blind_screening: bool,
    /// When it was founded.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
}

/// What a plan allows; null means without limit.
#[derive(Debug, Serialize, ToSchema)]
pub struct CapsView {
    /// Jobs that may be open at the same time.
    pub open_jobs: Option<i64>,
    /// Candidates kept in the pool.
    pub candidates: Option<i64>,
    /// Members with a login.
    pub members: Option<i64>,
}

impl From<OrganizationRow> for OrganizationView {
    fn from(row: OrganizationRow) -> Self {
        let caps = row.plan().caps();
        Self {
            id: row.id,
            name: row.name,
            plan: row.plan,
            caps: CapsView {
                open_jobs: caps.open_jobs,
                candidates: caps.candidates,
                members: caps.members,
            },
            blind_screening: row.blind_screening,
            created_at: row.created_at,
            updated_at: row.updated_at,
        }
    }
}

/// The answer to a request to found an organization.
#[derive(Debug, Serialize, ToSchema)]
pub struct FoundedView {
    /// `created`, or `accepted` when nothing can be told.
    #[schema(example = "created")]
    pub status: &'static str,
    /// The organization.
    pub organization_id: Option<Uuid>,
    /// Its first admin.
    pub admin_id: Option<Uuid>,
    /// What to do next.
    pub message: &'static str,
}

impl FoundedView {
    /// An organization that stands.
    #[must_use]
    pub fn created(organization: OrgId, admin: UserId) -> Self {
        Self {
            status: "created",
            organization_id: Some(organization.uuid()),
            admin_id: Some(admin.uuid()),
            message: "Sign in as the admin by POST /auth/login.",
        }
    }

    /// Nothing happened, and why is not told.
    #[must_use]
    pub const fn accepted() -> Self {
        Self {
            status: "accepted",
            organization_id: None,
            admin_id: None,
            message: "If the admin already has an account, sign in as that account and send the request again.",
        }
    }
}
