//! Opening accounts and founding organizations.

use diesel_async::{AsyncConnection, AsyncPgConnection};
use hiring_core::email::EmailAddress;
use hiring_core::identity::Plan;
use hiring_core::ids::{OrgId, UserId};
use hiring_db::DbError;
use hiring_db::organizations::{self, NewOrganization};
use hiring_db::tasks::Enqueued;
use hiring_db::users::{self, NewUser};
use hiring_platform::mail::{OrganizationExists, Template};
use hiring_queue::{OutgoingMail, queue_mail};
use secrecy::SecretString;

use crate::extract::allowed::Caller;
use crate::problem::Problem;
use crate::state::AppState;

/// Somebody who asks for an account.
#[derive(Debug)]
pub struct Applicant {
    /// The address to sign in with.
    pub email: EmailAddress,
    /// The chosen password.
    pub password: SecretString,
    /// How the person wants to be called.
    pub name: String,
}

/// Opens a candidate's account, unless the address has one. Neither the answer nor the work tells which: the password is
/// hashed and one statement runs in both cases.
///
/// # Errors
/// `unavailable` when too many wait.
pub async fn register(state: &AppState, applicant: Applicant) -> Result<(), Problem> {
    let user = with_hash(state, applicant).await?;
    let mut connection = state.database.connection().await?;
    users::create(&mut connection, &user).await?;
    Ok(())
}

/// Founds an organization on the free plan. A signed-in caller who names their own address becomes its admin and keeps
/// their password; a new address gets an account. For any other address nothing is founded and the answer is `None`: its
/// owner is told by mail, once a day however often somebody asks.
///
/// # Errors
/// `unavailable` when too many wait.
pub async fn found_organization(
    state: &AppState,
    caller: Option<Caller>,
    name: String,
    admin: Applicant,
) -> Result<Option<(OrgId, UserId)>, Problem> {
    let organization = NewOrganization {
        id: OrgId::generate(),
        name,
        plan: Plan::Free,
    };
    if let Some(user) = own_account(state, caller, &admin.email).await? {
        let mut connection = state.database.connection().await?;
        organizations::found(&mut connection, &organization, user).await?;
        return Ok(Some((organization.id, user)));
    }
    let user = with_hash(state, admin).await?;
    let mut connection = state.database.connection().await?;
    let (founded, mail) = connection
        .transaction(async |connection| {
            if organizations::found_with_new_admin(connection, &organization, &user).await? {
                return Ok((true, None));
            }
            Ok::<_, DbError>((false, tell_owner(state, connection, &user.email).await?))
        })
        .await?;
    drop(connection);
    if let Some(mail) = mail {
        let ringer = state.ringer.clone();
        actix_web::rt::spawn(async move { ringer.ring(&[mail]).await });
    }
    Ok(founded.then_some((organization.id, user.id)))
}

/// Queues a mail to the owner of an account about which somebody asked.
async fn tell_owner(
    state: &AppState,
    conn: &mut AsyncPgConnection,
    address: &EmailAddress,
) -> Result<Option<Enqueued>, DbError> {
    let Some(owner) = users::find_by_email(conn, address).await? else {
        return Ok(None);
    };
    // Until an address is verified, whoever opened the account may be a stranger who chose the name for its owner to read.
    let name = owner.email_verified_at.map(|_| owner.name);
    let template = Template::OrganizationExists(OrganizationExists { name });
    let today = state.clock.now().date_naive();
    let mail = OutgoingMail {
        organization_id: None,
        recipient: address,
        template: template.name(),
        params: template.params(),
        once: Some(format!("{} {} {today}", template.name(), owner.id)),
    };
    queue_mail(&state.ringer, conn, mail).await
}

/// The caller, if this is their address.
async fn own_account(
    state: &AppState,
    caller: Option<Caller>,
    email: &EmailAddress,
) -> Result<Option<UserId>, Problem> {
    let Some(caller) = caller else { return Ok(None) };
    let mut connection = state.database.connection().await?;
    let user = users::find(&mut connection, caller.user_id).await?;
    Ok(user
        .filter(|user| user.email == email.as_str())
        .map(|user| user.id.into()))
}

async fn with_hash(state: &AppState, applicant: Applicant) -> Result<NewUser, Problem> {
    let password_hash = state.passwords.hash(&applicant.password).await?;
    let name = applicant.name.trim().to_owned();
    Ok(NewUser {
        id: UserId::generate(),
        email: applicant.email,
        name,
        password_hash,
    })
}
