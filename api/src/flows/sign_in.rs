//! Sessions: signing in, going on, signing out.

use chrono::{DateTime, Utc};
use hiring_core::email::EmailAddress;
use hiring_core::identity::Role;
use hiring_core::ids::{OrgId, SessionId, UserId};
use hiring_core::random;
use hiring_db::organizations::{self, Membership};
use hiring_db::sessions::{self, NewSession, Rotation, TokenHash};
use hiring_db::users::{self, UserRow};
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};

use crate::extract::allowed::Caller;
use crate::identity::passwords::Verdict;
use crate::problem::{Kind, Problem};
use crate::state::AppState;
use crate::views::auth::TokensView;

/// Who wants to sign in, and as what.
#[derive(Debug)]
pub struct Credentials {
    /// The address of the account.
    pub email: EmailAddress,
    /// The password as it was sent.
    pub password: SecretString,
    /// The organization to act for; the first one joined if none is named.
    pub organization: Option<OrgId>,
    /// Whether only a membership as admin will do.
    pub admins_only: bool,
}

/// Opens a session. An unknown address costs the same verification as a wrong password and is answered the same, and an
/// account that many try to get into, or that there is not, makes them wait.
///
/// # Errors
/// `wrong-credentials`, also when there is no such membership; `unavailable` when too many wait.
pub async fn sign_in(state: &AppState, credentials: &Credentials) -> Result<TokensView, Problem> {
    if let Some(wait) = state.limits.slowing(&credentials.email).await {
        tokio::time::sleep(wait).await;
    }
    let user = find_user(state, &credentials.email).await?;
    let stored = user.as_ref().map(|user| user.password_hash.as_str());
    let verdict = state.passwords.verify(&credentials.password, stored).await?;
    let user = user
        .filter(|_| verdict != Verdict::Wrong)
        .ok_or_else(wrong_credentials)?;
    if verdict == Verdict::Outdated {
        rehash(state, &user, &credentials.password).await?;
    }
    let user_id = UserId::from(user.id);
    let mut connection = state.database.connection().await?;
    let memberships = organizations::memberships_of(&mut connection, user_id).await?;
    let membership = choose(&memberships, credentials)?;
    let now = state.clock.now();
    let session = NewSession {
        id: SessionId::generate(),
        user: user_id,
        organization: membership.map(|membership| membership.organization),
        created_at: now,
        expires_at: now + state.session_lifetime,
    };
    let refresh_token = random::secret_token();
    sessions::create(&mut connection, &session, &token_hash(&refresh_token)).await?;
    let caller = Caller {
        user_id,
        session_id: session.id,
        organization_id: session.organization,
        role: membership.map_or(Role::Candidate, |membership| membership.role),
    };
    tokens(state, &caller, refresh_token, now)
}

/// Does not keep the connection: verifying a password takes long enough for others to use it.
async fn find_user(state: &AppState, email: &EmailAddress) -> Result<Option<UserRow>, Problem> {
    let mut connection = state.database.connection().await?;
    Ok(users::find_by_email(&mut connection, email).await?)
}

/// The password is known only now, so this is the moment to hash it with today's parameters.
async fn rehash(state: &AppState, user: &UserRow, password: &SecretString) -> Result<(), Problem> {
    let hash = state.passwords.hash(password).await?;
    let mut connection = state.database.connection().await?;
    users::replace_password_hash(&mut connection, user.id.into(), &user.password_hash, &hash).await?;
    Ok(())
}

/// The membership to act under: none for a user without one who asks for none.
fn choose(memberships: &[Membership], credentials: &Credentials) -> Result<Option<Membership>, Problem> {
    let fits = |membership: &&Membership| {
        credentials
            .organization
            .is_none_or(|wanted| wanted == membership.organization)
            && (!credentials.admins_only || membership.role == Role::Admin)
    };
    let found = memberships.iter().find(fits).copied();
    if found.is_none() && (credentials.admins_only || credentials.organization.is_some()) {
        return Err(wrong_credentials());
    }
    Ok(found)
}

/// Continues a session with a successor of its refresh token; role and membership are read afresh.
///
/// # Errors
/// `refresh-refused` for a token that is unknown, used up, or of a session that has ended. A token that comes back after
/// its use ends the session.
pub async fn refresh(state: &AppState, token: &SecretString) -> Result<TokensView, Problem> {
    let now = state.clock.now();
    let successor = random::secret_token();
    let (hash, next) = (token_hash(token.expose_secret()), token_hash(&successor));
    let mut connection = state.database.connection().await?;
    match sessions::rotate(&mut connection, &hash, &next, (now, now + state.session_lifetime)).await? {
        Rotation::Continued(session) => {
            let caller = Caller {
                user_id: session.user,
                session_id: session.id,
                organization_id: session.organization,
                role: session.role,
            };
            tokens(state, &caller, successor, now)
        }
        Rotation::Reused(session) => {
            tracing::warn!(%session, "a refresh token came back after its use; its session is revoked");
            state.liveness.forget(session).await;
            Err(refresh_refused())
        }
        Rotation::Refused => Err(refresh_refused()),
    }
}

/// Ends the caller's session and the one that the refresh token belongs to. An unknown refresh token has no session to
/// end and is no error (RFC 7009 section 2.2).
///
/// # Errors
/// `unauthenticated` when neither names a session.
pub async fn sign_out(
    state: &AppState,
    caller: Option<Caller>,
    token: Option<&SecretString>,
) -> Result<(), Problem> {
    if caller.is_none() && token.is_none() {
        let detail = "Send an access token, or the session's refresh token in the body.";
        return Err(Problem::new(Kind::Unauthenticated, detail));
    }
    let mut connection = state.database.connection().await?;
    let mut ending: Vec<SessionId> = caller.iter().map(|caller| caller.session_id).collect();
    if let Some(token) = token {
        ending.extend(sessions::find_by_token(&mut connection, &token_hash(token.expose_secret())).await?);
    }
    for session in ending {
        sessions::revoke(&mut connection, session, state.clock.now()).await?;
        state.liveness.forget(session).await;
    }
    Ok(())
}

fn tokens(
    state: &AppState,
    caller: &Caller,
    refresh_token: String,
    now: DateTime<Utc>,
) -> Result<TokensView, Problem> {
    let access_token = state.tokens.issue(caller, now).map_err(Problem::internal)?;
    let expires_in = state.tokens.lifetime_seconds();
    Ok(TokensView {
        access_token,
        token_type: "Bearer",
        expires_in,
        refresh_token,
    })
}

/// A plain hash is enough for 256 random bits.
fn token_hash(token: &str) -> TokenHash {
    Sha256::digest(token.as_bytes()).into()
}

fn wrong_credentials() -> Problem {
    Problem::new(
        Kind::WrongCredentials,
        "There is no such combination of e-mail, password and organization.",
    )
}

fn refresh_refused() -> Problem {
    Problem::new(
        Kind::RefreshRefused,
        "The refresh token is not valid any more. Sign in again.",
    )
}
