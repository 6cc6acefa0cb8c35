//! The closed set of problem kinds. `docs/ERRORS.md` documents each; a test keeps the two together.

use actix_web::http::StatusCode;

macro_rules! kinds {
    ($($(#[$doc:meta])+ $name:ident => ($status:ident, $slug:literal, $title:literal);)+) => {
        /// What kind of problem it is. The slug is the last part of `type` and never changes its meaning.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Kind { $($(#[$doc])+ $name,)+ }

        /// Every kind, for the documentation test.
        pub const ALL: &[Kind] = &[$(Kind::$name,)+];

        impl Kind {
            /// The HTTP status that goes with it.
            #[must_use]
            pub const fn status(self) -> StatusCode {
                match self { $(Self::$name => StatusCode::$status,)+ }
            }

            /// The last part of `type`.
            #[must_use]
            pub const fn slug(self) -> &'static str {
                match self { $(Self::$name => $slug,)+ }
            }

            /// The kind in a few words.
            #[must_use]
            pub const fn title(self) -> &'static str {
                match self { $(Self::$name => $title,)+ }
            }

            /// The `type` of the problem: a stable URI path.
            #[must_use]
            pub fn type_path(self) -> String {
                format!("/problems/{}", self.slug())
            }
        }
    };
}

kinds! {
    /// The body, the query or a path segment cannot be parsed at all.
    Malformed => (BAD_REQUEST, "malformed-request", "The request cannot be parsed");
    /// The upload is not `multipart/form-data`.
    NotMultipart => (BAD_REQUEST, "not-multipart", "The upload is not multipart/form-data");
    /// The upload holds no file.
    NoFile => (BAD_REQUEST, "no-file", "The upload holds no file");
    /// The upload holds two different files.
    TwoFiles => (BAD_REQUEST, "two-files", "The upload holds two different files");
    /// The uploaded file has no bytes.
    EmptyFile => (UNPROCESSABLE_ENTITY, "empty-file", "The uploaded file is empty");
    /// No, a broken, or an expired access token.
    Unauthenticated => (UNAUTHORIZED, "unauthenticated", "You are not signed in");
    /// E-mail and password do not belong together.
    WrongCredentials => (UNAUTHORIZED, "wrong-credentials", "E-mail or password is wrong");
    /// The refresh token is unknown, expired, revoked or was used before.
    RefreshRefused => (UNAUTHORIZED, "refresh-refused", "The session cannot be continued");
    /// Signed in, but not allowed to.
    Forbidden => (FORBIDDEN, "forbidden", "You are not allowed to do this");
    /// The plan's cap is reached.
    PlanLimit => (FORBIDDEN, "plan-limit", "Your plan's limit is reached");
    /// The month's budget for the language model is used up.
    BudgetExceeded => (FORBIDDEN, "budget-exceeded", "This month's budget for the language model is used up");
    /// No such route or thing, or it belongs to another organization.
    NotFound => (NOT_FOUND, "not-found", "Not found");
    /// The operator has switched this off.
    FeatureDisabled => (NOT_FOUND, "feature-disabled", "This is switched off here");
    /// The path exists, the method does not.
    MethodNotAllowed => (METHOD_NOT_ALLOWED, "method-not-allowed", "The method is not allowed here");
    /// The change conflicts with what is there.
    Conflict => (CONFLICT, "conflict", "The change conflicts with what is there");
    /// The user is on the job already.
    AlreadyApplied => (CONFLICT, "already-applied", "You have applied already");
    /// The job no longer takes applications.
    JobNotOpen => (CONFLICT, "job-not-open", "The job takes no applications");
    /// No move leads from the application's stage to the one that was asked for.
    IllegalMove => (CONFLICT, "illegal-move", "The application cannot go to this stage");
    /// Only a dead task can be retried.
    TaskNotDead => (CONFLICT, "task-not-dead", "The task is not dead");
    /// The task has come to its end.
    TaskOver => (CONFLICT, "task-over", "The task is over");
    /// The same work is under way as another task.
    TaskSuperseded => (CONFLICT, "task-superseded", "The same work is under way already");
    /// The resume is still being read.
    StillProcessing => (CONFLICT, "still-processing", "The resume is still being read");
    /// The same idempotency key is being worked on right now.
    IdempotencyInProgress => (CONFLICT, "idempotency-in-progress", "The same request is still running");
    /// The idempotency key was used for a different request.
    IdempotencyMismatch => (UNPROCESSABLE_ENTITY, "idempotency-mismatch", "The key was used for another request");
    /// `If-Match` names an older version.
    VersionMismatch => (PRECONDITION_FAILED, "version-mismatch", "It was changed by somebody else");
    /// `If-Match` is missing.
    VersionRequired => (PRECONDITION_REQUIRED, "version-required", "The If-Match header is missing");
    /// The address has more bytes than any of ours.
    UriTooLong => (URI_TOO_LONG, "uri-too-long", "The address is too long");
    /// The header fields have more bytes than any sound request.
    HeadersTooLarge => (REQUEST_HEADER_FIELDS_TOO_LARGE, "headers-too-large", "The header fields are too large");
    /// The `Host` is none of ours.
    UnknownHost => (MISDIRECTED_REQUEST, "unknown-host", "This host is not served here");
    /// A page of this origin may not call the API, or not this way.
    OriginRefused => (FORBIDDEN, "origin-refused", "Pages of this origin may not do this");
    /// The body came too slowly.
    TooSlow => (REQUEST_TIMEOUT, "too-slow", "The request came too slowly");
    /// The body or the file is larger than allowed.
    TooLarge => (PAYLOAD_TOO_LARGE, "too-large", "The request is too large");
    /// The uploaded zip cannot be opened, or holds more than it may.
    UnreadableArchive => (UNPROCESSABLE_ENTITY, "unreadable-archive", "The zip cannot be taken in");
    /// A batch holds more files than it may.
    TooManyFiles => (UNPROCESSABLE_ENTITY, "too-many-files", "Too many files at once");
    /// Not one file of a batch was acceptable; `errors` names each.
    NothingAccepted => (UNPROCESSABLE_ENTITY, "nothing-accepted", "No file was accepted");
    /// The body or the file has a type that is not accepted.
    UnsupportedType => (UNSUPPORTED_MEDIA_TYPE, "unsupported-type", "The type is not accepted");
    /// Parsed, but values are not acceptable; `errors` names each.
    ValidationFailed => (UNPROCESSABLE_ENTITY, "validation-failed", "Values are not acceptable");
    /// The resume could not be read; `detail` says why.
    UnreadableResume => (UNPROCESSABLE_ENTITY, "unreadable-resume", "The resume could not be read");
    /// Too many requests.
    RateLimited => (TOO_MANY_REQUESTS, "rate-limited", "Too many requests");
    /// A defect of ours.
    Internal => (INTERNAL_SERVER_ERROR, "internal", "Something went wrong on our side");
    /// Something that this needs is away, or the server is shutting down.
    Unavailable => (SERVICE_UNAVAILABLE, "unavailable", "Temporarily unavailable");
}
