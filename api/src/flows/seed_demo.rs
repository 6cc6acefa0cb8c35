//! The demo organization with two people to sign in as. Running it again changes nothing but their passwords, to what
//! `DEMO_PASSWORD` says.

use anyhow::Context;
use hiring_core::config::Reader;
use hiring_core::email::EmailAddress;
use hiring_core::identity::{Plan, Role};
use hiring_core::ids::{OrgId, UserId};
use hiring_db::organizations::{self, NewOrganization};
use hiring_db::users::{self, NewUser};
use hiring_db::{Connection, Database};
use secrecy::SecretString;

use crate::config::Config;
use crate::identity::passwords::{Passwords, Verdict};

/// The demo organization's name.
pub const ORGANIZATION: &str = "Demo";
/// The demo admin's address.
pub const ADMIN: &str = "admin@demo.example";
/// The demo recruiter's address.
pub const RECRUITER: &str = "recruiter@demo.example";

/// Makes sure that the demo organization stands.
///
/// # Errors
/// In production, and when the database cannot be reached.
pub async fn seed(config: Config, reader: &Reader) -> anyhow::Result<()> {
    anyhow::ensure!(
        !reader.environment().is_production(),
        "the demo organization has a known password and is never created in production"
    );
    let database = Database::open(&config.database);
    let passwords = Passwords::new(
        config.security.password_memory_kib,
        config.security.password_iterations,
        1,
    );
    let mut connection = database
        .connection()
        .await
        .context("connecting to the database failed")?;
    let password = &config.demo_password;
    let admin = ensure_user(&mut connection, &passwords, (ADMIN, "Demo Admin"), password).await?;
    let recruiter = ensure_user(
        &mut connection,
        &passwords,
        (RECRUITER, "Demo Recruiter"),
        password,
    )
    .await?;
    let memberships = organizations::memberships_of(&mut connection, admin).await?;
    let organization = match memberships.first() {
        Some(membership) => membership.organization,
        None => found(&mut connection, admin).await?,
    };
    organizations::add_member(&mut connection, organization, recruiter, Role::Recruiter).await?;
    println!("{ORGANIZATION}: {RECRUITER} and {ADMIN}, with the password in DEMO_PASSWORD");
    Ok(())
}

async fn found(connection: &mut Connection, admin: UserId) -> anyhow::Result<OrgId> {
    let organization = NewOrganization {
        id: OrgId::generate(),
        name: ORGANIZATION.to_owned(),
        plan: Plan::Pro,
    };
    organizations::found(connection, &organization, admin).await?;
    Ok(organization.id)
}

/// The user with this address, made if need be, with this password.
async fn ensure_user(
    connection: &mut Connection,
    passwords: &Passwords,
    (address, name): (&str, &str),
    password: &SecretString,
) -> anyhow::Result<UserId> {
    let email: EmailAddress = address.parse()?;
    let found = users::find_by_email(connection, &email).await?;
    if let Some(user) = found {
        if passwords.verify(password, Some(&user.password_hash)).await? != Verdict::Right {
            let hash = passwords.hash(password).await?;
            users::replace_password_hash(connection, user.id.into(), &user.password_hash, &hash).await?;
        }
        return Ok(user.id.into());
    }
    let password_hash = passwords.hash(password).await?;
    let user = NewUser {
        id: UserId::generate(),
        email,
        name: name.to_owned(),
        password_hash,
    };
    users::create(connection, &user).await?;
    Ok(user.id)
}
