//! The checks in the argument types: a handler that is called has been given only sound values.

pub mod allowed;
pub mod body;
pub mod cached;
pub mod idempotency;
pub mod if_match;
pub mod page;
pub mod path_id;
pub mod query;
pub mod upload;
pub mod violations;

pub use allowed::{Allowed, Public, Visitor};
pub use body::Body;
pub use cached::Cached;
pub use idempotency::IdempotencyKey;
pub use if_match::IfMatch;
pub use page::PageQuery;
pub use path_id::PathId;
pub use query::Query;
pub use upload::{BatchUpload, ResumeUpload};
pub use violations::{Validate, Violations};
