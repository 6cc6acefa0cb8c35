//! Right and identity in the argument type: a handler's first argument says who may call it, and the route table accepts
//! no handler without one.

use std::future::{Ready, ready};
use std::marker::PhantomData;
use std::ops::Deref;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpMessage, HttpRequest};
use hiring_core::identity::Role;
use hiring_core::ids::{OrgId, SessionId, UserId};

use crate::problem::{Kind, Problem};

/// Who is calling, as proven by their access token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Caller {
    /// The user.
    pub user_id: UserId,
    /// The session that the token belongs to.
    pub session_id: SessionId,
    /// The organization that the caller acts for; candidates act for none.
    pub organization_id: Option<OrgId>,
    /// The role in that organization.
    pub role: Role,
}

/// What authentication found; the authenticating middleware leaves it in the request's extensions.
#[derive(Debug, Clone)]
pub enum Authentication {
    /// No token was sent.
    Anonymous,
    /// The token is sound and its session lives.
    Known(Caller),
    /// A token was sent that does not count; the text tells the caller why.
    Refused(&'static str),
    /// Whether the session lives could not be found out.
    Unavailable,
}

/// A right that a route demands.
pub trait Permission: 'static {
    /// Its name in the route table and in the OpenAPI document.
    const NAME: &'static str;
    /// Who has it.
    const ROLES: &'static [Role];
}

macro_rules! permissions {
    ($($(#[$doc:meta])+ $name:ident = $text:literal: [$($role:ident),+];)+) => {$(
        $(#[$doc])+
        #[derive(Debug)]
        pub struct $name;

        impl Permission for $name {
            const NAME: &'static str = $text;
            const ROLES: &'static [Role] = &[$(Role::$role),+];
        }
    )+};
}

permissions! {
    /// Anybody who is signed in.
    BeSignedIn = "signed-in": [Candidate, Recruiter, Admin];
    /// Reading and changing the organization itself.
    ManageOrganization = "manage-organization": [Admin];
    /// Creating, changing and deleting jobs.
    WriteJobs = "write-jobs": [Recruiter, Admin];
    /// Reading candidates, searching and ranking them.
    ReadCandidates = "read-candidates": [Recruiter, Admin];
    /// Searching candidates from the admin's pages.
    SearchAsAdmin = "search-as-admin": [Admin];
    /// Reading applications, their scores, history and notes.
    ReadApplications = "read-applications": [Recruiter, Admin];
    /// Moving applications and writing notes about them.
    WriteApplications = "write-applications": [Recruiter, Admin];
    /// Applying to jobs.
    ApplyToJobs = "apply-to-jobs": [Candidate];
    /// Following and withdrawing one's own applications.
    FollowApplications = "follow-applications": [Candidate];
    /// Uploading resumes.
    UploadResume = "upload-resume": [Recruiter, Admin];
    /// Screening candidates for a job.
    ScreenCandidates = "screen-candidates": [Recruiter, Admin];
    /// Erasing candidates.
    EraseCandidates = "erase-candidates": [Recruiter, Admin];
    /// Having drafts made, reading and deleting them.
    ManageDrafts = "manage-drafts": [Admin];
    /// Following background work.
    ReadTasks = "read-tasks": [Recruiter, Admin];
    /// Retrying and cancelling background work.
    ActOnTasks = "act-on-tasks": [Recruiter, Admin];
}

/// A caller who has the permission `P`.
#[derive(Debug)]
pub struct Allowed<P> {
    caller: Caller,
    permission: PhantomData<P>,
}

impl<P: Permission> Allowed<P> {
    /// The organization that the caller acts for.
    ///
    /// # Errors
    /// `forbidden` for a caller without one; permissions that only members have never meet this.
    pub fn organization(&self) -> Result<OrgId, Problem> {
        let detail = "This needs a membership in an organization.";
        self.caller
            .organization_id
            .ok_or_else(|| Problem::new(Kind::Forbidden, detail))
    }
}

impl<P> Deref for Allowed<P> {
    type Target = Caller;

    fn deref(&self) -> &Caller {
        &self.caller
    }
}

impl<P: Permission> FromRequest for Allowed<P> {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(signed_in(request).and_then(|caller| {
            if P::ROLES.contains(&caller.role) {
                return Ok(Self {
                    caller,
                    permission: PhantomData,
                });
            }
            let detail = format!(
                "Your role, {}, does not include `{}`.",
                caller.role.as_str(),
                P::NAME
            );
            Err(Problem::new(Kind::Forbidden, detail))
        }))
    }
}

/// A route that anybody may call; a caller who is signed in is known all the same.
#[derive(Debug, Clone, Copy)]
pub struct Public(pub Option<Caller>);

impl FromRequest for Public {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Ok(Self(signed_in(request).ok())))
    }
}

/// A route that anybody may call and that shows members more: a token that does not count is refused here, because
/// answering as if none had been sent would silently hide what its owner expects to see.
#[derive(Debug, Clone, Copy)]
pub struct Visitor(pub Option<Caller>);

impl FromRequest for Visitor {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        if matches!(
            request.extensions().get::<Authentication>(),
            Some(Authentication::Anonymous) | None
        ) {
            return ready(Ok(Self(None)));
        }
        ready(signed_in(request).map(|caller| Self(Some(caller))))
    }
}

fn signed_in(request: &HttpRequest) -> Result<Caller, Problem> {
    let refused = |detail: &str| Err(Problem::new(Kind::Unauthenticated, detail));
    match request.extensions().get::<Authentication>() {
        Some(Authentication::Known(caller)) => Ok(*caller),
        Some(Authentication::Refused(why)) => refused(why),
        Some(Authentication::Unavailable) => {
            let detail = "Your session could not be checked right now. Try again.";
            Err(Problem::new(Kind::Unavailable, detail).retry_after(2))
        }
        Some(Authentication::Anonymous) | None => {
            refused("Send an access token as `Authorization: Bearer ...`; `POST /auth/login` gives one.")
        }
    }
}
