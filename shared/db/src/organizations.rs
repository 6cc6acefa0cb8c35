//! Organizations and who belongs to them.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl};
use hiring_core::identity::{Plan, Role};
use hiring_core::ids::{OrgId, UserId};
use uuid::Uuid;

use crate::DbError;
use crate::schema::{memberships, organizations};
use crate::users::{self, NewUser};

/// A stored organization.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = organizations)]
pub struct OrganizationRow {
    /// The organization's id.
    pub id: Uuid,
    /// 1-200 characters.
    pub name: String,
    /// Name of a [`Plan`].
    pub plan: String,
    /// Counts changes, from 1.
    pub version: i32,
    /// When it was founded.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
    /// Whether recruiters see candidates only without what tells who they are.
    pub blind_screening: bool,
}

impl OrganizationRow {
    /// What the organization pays for.
    #[must_use]
    pub fn plan(&self) -> Plan {
        Plan::from_name(&self.plan).unwrap_or(Plan::Free)
    }
}

/// What is to be another; the rest stays as it is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, AsChangeset)]
#[diesel(table_name = organizations)]
pub struct OrganizationChange<'a> {
    /// 1-200 characters.
    pub name: Option<&'a str>,
    /// Whether recruiters see candidates only without what tells who they are.
    pub blind_screening: Option<bool>,
}

/// An organization about to be stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewOrganization {
    /// The organization's id.
    pub id: OrgId,
    /// 1-200 characters.
    pub name: String,
    /// What it pays for.
    pub plan: Plan,
}

/// One user's place in one organization.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Membership {
    /// The organization.
    pub organization: OrgId,
    /// What the user may do there.
    pub role: Role,
}

/// Whether somebody was added to an organization.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AddedMember {
    /// Now a member.
    Added,
    /// Was one before; the role stays as it was.
    AlreadyMember,
    /// The plan's cap of members is reached.
    PlanLimit,
}

/// Founds an organization whose first admin is a user who has no account yet, in one transaction. When the address has
/// one, nothing happens and the answer is no.
///
/// # Errors
/// See [`DbError`].
pub async fn found_with_new_admin(
    conn: &mut AsyncPgConnection,
    organization: &NewOrganization,
    admin: &NewUser,
) -> Result<bool, DbError> {
    conn.transaction(async |conn| {
        if !users::create(conn, admin).await? {
            return Ok(false);
        }
        insert(conn, organization, admin.id).await?;
        Ok(true)
    })
    .await
}

/// Founds an organization whose first admin is a user who has an account, in one transaction.
///
/// # Errors
/// See [`DbError`]; a conflict says that the user is gone.
pub async fn found(
    conn: &mut AsyncPgConnection,
    organization: &NewOrganization,
    admin: UserId,
) -> Result<(), DbError> {
    conn.transaction(async |conn| insert(conn, organization, admin).await)
        .await
}

async fn insert(
    conn: &mut AsyncPgConnection,
    organization: &NewOrganization,
    admin: UserId,
) -> Result<(), DbError> {
    diesel::insert_into(organizations::table)
        .values((
            organizations::id.eq(organization.id.uuid()),
            organizations::name.eq(organization.name.as_str()),
            organizations::plan.eq(organization.plan.as_str()),
        ))
        .execute(conn)
        .await?;
    insert_membership(conn, organization.id, admin, Role::Admin).await?;
    Ok(())
}

/// Adds a member as far as the plan's cap allows, counted under a lock on the organization, so that two additions at once
/// cannot both slip under it.
///
/// # Errors
/// See [`DbError`]; [`DbError::Query`] with "not found" when there is no such organization.
pub async fn add_member(
    conn: &mut AsyncPgConnection,
    organization: OrgId,
    user: UserId,
    role: Role,
) -> Result<AddedMember, DbError> {
    conn.transaction(async |conn| {
        let row: OrganizationRow = organizations::table
            .find(organization.uuid())
            .select(OrganizationRow::as_select())
            .for_no_key_update()
            .first(conn)
            .await?;
        let members = memberships::table.filter(memberships::organization_id.eq(organization.uuid()));
        let count: i64 = members.count().get_result(conn).await?;
        if find_membership(conn, organization, user).await?.is_some() {
            return Ok(AddedMember::AlreadyMember);
        }
        if row.plan().caps().members.is_some_and(|cap| count >= cap) {
            return Ok(AddedMember::PlanLimit);
        }
        insert_membership(conn, organization, user, role).await?;
        Ok(AddedMember::Added)
    })
    .await
}

async fn insert_membership(
    conn: &mut AsyncPgConnection,
    organization: OrgId,
    user: UserId,
    role: Role,
) -> Result<(), DbError> {
    diesel::insert_into(memberships::table)
        .values((
            memberships::organization_id.eq(organization.uuid()),
            memberships::user_id.eq(user.uuid()),
            memberships::role.eq(role.as_str()),
        ))
        .execute(conn)
        .await?;
    Ok(())
}

/// The role of this user in this organization.
///
/// # Errors
/// See [`DbError`].
pub async fn find_membership(
    conn: &mut AsyncPgConnection,
    organization: OrgId,
    user: UserId,
) -> Result<Option<Role>, DbError> {
    let role: Option<String> = memberships::table
        .find((organization.uuid(), user.uuid()))
        .select(memberships::role)
        .first(conn)
        .await
        .optional()?;
    Ok(role.as_deref().and_then(Role::from_name))
}

/// Every organization that this user belongs to, the oldest membership first.
///
/// # Errors
/// See [`DbError`].
pub async fn memberships_of(conn: &mut AsyncPgConnection, user: UserId) -> Result<Vec<Membership>, DbError> {
    let rows: Vec<(Uuid, String)> = memberships::table
        .filter(memberships::user_id.eq(user.uuid()))
        .order((memberships::created_at, memberships::organization_id))
        .select((memberships::organization_id, memberships::role))
        .load(conn)
        .await?;
    let membership = |(organization, role): (Uuid, String)| {
        Some(Membership {
            organization: organization.into(),
            role: Role::from_name(&role)?,
        })
    };
    Ok(rows.into_iter().filter_map(membership).collect())
}

/// The organization with this id.
///
/// # Errors
/// See [`DbError`].
pub async fn find(
    conn: &mut AsyncPgConnection,
    organization: OrgId,
) -> Result<Option<OrganizationRow>, DbError> {
    let found = organizations::table
        .find(organization.uuid())
        .select(OrganizationRow::as_select());
    Ok(found.first(conn).await.optional()?)
}

/// What the organization pays for.
///
/// # Errors
/// See [`DbError`]; [`DbError::Query`] with "not found" when there is no such organization.
pub async fn plan(conn: &mut AsyncPgConnection, organization: OrgId) -> Result<Plan, DbError> {
    let found = organizations::table
        .find(organization.uuid())
        .select(organizations::plan);
    let name: String = found.first(conn).await?;
    Ok(Plan::from_name(&name).unwrap_or(Plan::Free))
}

/// Whether recruiters of the organization see candidates only without what tells who they are; yes for one that is gone.
///
/// # Errors
/// See [`DbError`].
pub async fn is_blind(conn: &mut AsyncPgConnection, organization: OrgId) -> Result<bool, DbError> {
    let found = organizations::table
        .find(organization.uuid())
        .select(organizations::blind_screening);
    let blind: Option<bool> = found.first(conn).await.optional()?;
    Ok(blind.unwrap_or(true))
}

/// Changes the organization if it still has this version; `None` when it has not.
///
/// # Errors
/// See [`DbError`].
pub async fn update(
    conn: &mut AsyncPgConnection,
    organization: OrgId,
    version: i32,
    change: OrganizationChange<'_>,
) -> Result<Option<OrganizationRow>, DbError> {
    let own = organizations::table
        .find(organization.uuid())
        .filter(organizations::version.eq(version));
    let update = diesel::update(own).set((
        change,
        organizations::version.eq(organizations::version + 1),
        organizations::updated_at.eq(diesel::dsl::now),
    ));
    Ok(update
        .returning(OrganizationRow::as_returning())
        .get_result(conn)
        .await
        .optional()?)
}
