//! Which mails there are, with their typed parameters.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::letter::Letter;

/// A mail that the product writes. Adding one is a variant, its parameters and its words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "template", content = "params", rename_all = "snake_case")]
pub enum Template {
    /// Somebody asked to register an organization with an address that has an account.
    OrganizationExists(OrganizationExists),
    /// Database dumps are too old or missing.
    BackupMissing(BackupMissing),
}

/// Parameters of [`Template::OrganizationExists`]. What the asker typed is not among them, nor what somebody typed who opened
/// the account without showing that the address is theirs: nobody shall be able to send words of their own to a stranger.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrganizationExists {
    /// How the owner of the account wants to be called; none where nobody has shown that the address is the owner's.
    pub name: Option<String>,
}

/// Parameters of [`Template::BackupMissing`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BackupMissing {
    /// Where dumps are looked for.
    pub bucket: String,
    /// When the newest one was made, if there is one.
    pub newest: Option<DateTime<Utc>>,
    /// How old the newest may be, in hours.
    pub max_age_hours: u32,
}

/// Stored by a release that knows more templates than this one, or with other parameters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the mail's template is not known here")]
pub struct UnknownTemplate;

impl Template {
    /// The name in the database.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::OrganizationExists(_) => "organization_exists",
            Self::BackupMissing(_) => "backup_missing",
        }
    }

    /// The parameters as they are stored beside the name.
    #[must_use]
    pub fn params(&self) -> Value {
        let params = match self {
            Self::OrganizationExists(params) => serde_json::to_value(params),
            Self::BackupMissing(params) => serde_json::to_value(params),
        };
        params.unwrap_or_default()
    }

    /// The template that was stored.
    ///
    /// # Errors
    /// [`UnknownTemplate`].
    pub fn from_stored(name: &str, params: Value) -> Result<Self, UnknownTemplate> {
        let stored = serde_json::json!({ "template": name, "params": params });
        serde_json::from_value(stored).map_err(|_| UnknownTemplate)
    }

    /// Whether arriving twice is better than perhaps not arriving. Decides what happens to a mail of which nobody knows
    /// whether it was sent: sent again under the same Message-ID, or left and shown as unknown.
    #[must_use]
    pub const fn must_arrive(&self) -> bool {
        match self {
            // Who misses it can ask again.
            Self::OrganizationExists(_) => false,
            Self::BackupMissing(_) => true,
        }
    }

    /// The words.
    #[must_use]
    pub fn letter(&self) -> Letter {
        match self {
            Self::OrganizationExists(params) => params.letter(),
            Self::BackupMissing(params) => params.letter(),
        }
    }
}

impl OrganizationExists {
    fn letter(&self) -> Letter {
        let greeting = match &self.name {
            Some(name) => format!("Hello {name},"),
            None => "Hello,".to_owned(),
        };
        Letter::new("You already have an account")
            .paragraph(&greeting)
            .paragraph(
                "somebody, probably you, asked to register an organization with this e-mail address. The address already \
                 has an account, so nothing was registered.",
            )
            .paragraph(
                "If it was you: sign in with the account that you have, and register the organization from there. If it \
                 was not you, there is nothing to do; your account is as it was.",
            )
    }
}

impl BackupMissing {
    fn letter(&self) -> Letter {
        let found = match self.newest {
            Some(newest) => format!(
                "The newest database dump in {} was made at {}. It should be at most {} hours old.",
                self.bucket,
                newest.format("%Y-%m-%d %H:%M UTC"),
                self.max_age_hours
            ),
            None => format!(
                "There is no database dump in {}. There should be one that is at most {} hours old.",
                self.bucket, self.max_age_hours
            ),
        };
        Letter::new("Database backups are missing")
            .paragraph(&found)
            .paragraph(
                "Until dumps arrive again, a failure of the database could cost everything since the last one. Look at the \
                 job that makes them.",
            )
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn both() -> [Template; 2] {
        let missing = BackupMissing {
            bucket: "dumps".into(),
            newest: None,
            max_age_hours: 12,
        };
        let exists = OrganizationExists {
            name: Some("Ada".into()),
        };
        [
            Template::OrganizationExists(exists),
            Template::BackupMissing(missing),
        ]
    }

    #[test]
    fn what_is_stored_is_read_again() {
        for template in both() {
            assert_eq!(
                Template::from_stored(template.name(), template.params()),
                Ok(template)
            );
        }
    }

    #[test]
    fn a_template_of_a_later_release_is_unknown_and_not_guessed() {
        assert_eq!(Template::from_stored("birthday", json!({})), Err(UnknownTemplate));
        assert_eq!(
            Template::from_stored("backup_missing", json!({})),
            Err(UnknownTemplate)
        );
    }

    #[test]
    fn a_backup_letter_says_when_the_newest_dump_was_made_or_that_there_is_none() {
        let newest = "2026-11-21T02:00:00Z".parse().ok();
        let old = BackupMissing {
            bucket: "dumps".into(),
            newest,
            max_age_hours: 12,
        };
        assert!(old.letter().text().contains("2026-11-21 02:00 UTC"));
        assert!(
            both()[1]
                .letter()
                .text()
                .contains("There is no database dump in dumps")
        );
    }
}
