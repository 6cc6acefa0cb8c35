//! What an answer depends on.

use std::time::Duration;

use hiring_core::ids::{OrgId, UserId};
use sha2::{Digest, Sha256};

/// What kind of answer it is, which decides for how long it may be kept. There is no key without one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Class {
    /// Candidates found.
    Search,
    /// The job board and its jobs.
    Board,
    /// Who somebody is.
    Profile,
}

impl Class {
    /// For how long an answer is kept at most, if nothing makes it old before.
    #[must_use]
    pub const fn lasts(self) -> Duration {
        Duration::from_secs(match self {
            Self::Search | Self::Profile => 300,
            Self::Board => 600,
        })
    }

    /// Its name in keys and metrics.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Search => "search",
            Self::Board => "board",
            Self::Profile => "profile",
        }
    }
}

/// What becomes old together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Room {
    /// The jobs of all organizations.
    Board,
    /// An organization with its members, candidates and applications.
    Organization(OrgId),
    /// A person without an organization.
    Person(UserId),
}

impl Room {
    /// What decides the hash slot.
    pub(super) fn place(self) -> String {
        match self {
            Self::Board => "cache:board".to_owned(),
            Self::Organization(org) => format!("cache:org:{org}"),
            Self::Person(user) => format!("cache:user:{user}"),
        }
    }
}

/// Whose eyes an answer is for: callers with equal scopes see the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Scope {
    organization: Option<OrgId>,
    user: Option<UserId>,
    view: &'static str,
}

impl Scope {
    /// All members of an organization, or all who act for none.
    #[must_use]
    pub const fn of(organization: Option<OrgId>) -> Self {
        Self {
            organization,
            user: None,
            view: "all",
        }
    }

    /// This person alone.
    #[must_use]
    pub const fn only(self, user: UserId) -> Self {
        Self {
            user: Some(user),
            ..self
        }
    }

    /// Those who see it in this manner, for instance `blind`: a word without colons.
    #[must_use]
    pub const fn seeing(self, view: &'static str) -> Self {
        Self { view, ..self }
    }
}

/// Names an answer: class, release, organization, person, view, and what was asked.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct CacheKey {
    class: Class,
    room: Room,
    scope: Scope,
    asked: [u8; 32],
}

impl CacheKey {
    /// The answer of this class to `asked`, all that the answer depends on besides the caller's scope and what makes the room old.
    #[must_use]
    pub fn new(class: Class, room: Room, scope: Scope, asked: &[&str]) -> Self {
        let mut digest = Sha256::new();
        for part in asked {
            // Lengths, so that parts cannot run into each other.
            digest.update(part.len().to_le_bytes());
            digest.update(part.as_bytes());
        }
        Self {
            class,
            room,
            scope,
            asked: digest.finalize().into(),
        }
    }

    pub(super) const fn class(&self) -> Class {
        self.class
    }

    pub(super) const fn room(&self) -> Room {
        self.room
    }

    /// What stands behind the room's place. What was asked is hashed: it holds what people search for.
    pub(super) fn name(&self, release: &str) -> String {
        let Scope {
            organization,
            user,
            view,
        } = self.scope;
        let organization = organization.map_or_else(|| "public".to_owned(), |org| org.to_string());
        let user = user.map_or_else(|| "anybody".to_owned(), |user| user.to_string());
        format!(
            ":{}:{release}:{organization}:{user}:{view}:{}",
            self.class.name(),
            hex::encode(self.asked)
        )
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn keys_differ_when_anything_does_that_the_answer_depends_on() {
        let (one, other) = (OrgId::generate(), OrgId::generate());
        let (ada, tom) = (UserId::generate(), UserId::generate());
        let page = ["/jobs", "page=1"];
        let key = |scope: Scope, asked: &[&str]| CacheKey::new(Class::Board, Room::Board, scope, asked);
        let everybody = Scope::of(None);
        let keys = [
            key(everybody, &page),
            key(Scope::of(Some(one)), &page),
            key(Scope::of(Some(other)), &page),
            key(Scope::of(Some(one)).only(ada), &page),
            key(Scope::of(Some(one)).only(tom), &page),
            key(everybody.only(ada), &page),
            key(everybody.seeing("blind"), &page),
            key(everybody, &["/jobs", "page=2"]),
            key(everybody, &["/jobsp", "age=1"]),
            CacheKey::new(Class::Search, Room::Board, everybody, &page),
        ];
        let mut names: HashSet<String> = keys.iter().map(|key| key.name("one")).collect();
        names.insert(keys[0].name("two"));
        assert_eq!(names.len(), keys.len() + 1);
    }
}
