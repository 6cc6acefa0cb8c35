//! An object's name.

use std::fmt;
use std::str::FromStr;

use hiring_core::ids::{ObjectId, OrgId};
use uuid::Uuid;

/// `organization/object`, both UUIDs in lower case with hyphens: it cannot leave its organization's folder, and is never
/// derived from the contents.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ObjectKey {
    text: String,
}

/// Text that is no object key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an object key is two UUIDs in lower case, joined by one slash")]
pub struct InvalidKey;

impl ObjectKey {
    /// The key of one object of one organization.
    #[must_use]
    pub fn new(organization: OrgId, object: ObjectId) -> Self {
        let text = format!("{organization}/{object}");
        Self { text }
    }

    /// The key as text, for the stored row.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Folder and file, each a UUID.
    pub(crate) fn parts(&self) -> (&str, &str) {
        self.text.split_once('/').unwrap_or_default()
    }
}

impl FromStr for ObjectKey {
    type Err = InvalidKey;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (organization, object) = text.split_once('/').ok_or(InvalidKey)?;
        let organization: Uuid = organization.parse().map_err(|_| InvalidKey)?;
        let object: Uuid = object.parse().map_err(|_| InvalidKey)?;
        let key = Self::new(organization.into(), object.into());
        // UUIDs parse in several spellings; only one may name a file, or two keys would share an object.
        if key.text == text {
            Ok(key)
        } else {
            Err(InvalidKey)
        }
    }
}

impl fmt::Display for ObjectKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn keys_that_could_leave_their_folder_are_refused() {
        let uuid = "0198f3f2-6c1e-7000-8000-000000000001";
        let refused = [
            String::new(),
            "/".into(),
            uuid.into(),
            format!("{uuid}/"),
            format!("/{uuid}"),
            format!("../{uuid}"),
            format!("{uuid}/../{uuid}"),
            format!("{uuid}/{uuid}/"),
            format!("{uuid}\\{uuid}"),
            format!("{uuid}/{}", uuid.to_uppercase()),
            format!("{uuid}/{{{uuid}}}"),
            format!("{uuid}/{}", uuid.replace('-', "")),
            format!("{uuid}/{uuid}\0"),
        ];
        for text in refused {
            assert_eq!(text.parse::<ObjectKey>(), Err(InvalidKey), "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn a_key_survives_its_text(organization: u128, object: u128) {
            let key = ObjectKey::new(Uuid::from_u128(organization).into(), Uuid::from_u128(object).into());
            prop_assert_eq!(key.as_str().parse::<ObjectKey>(), Ok(key.clone()));
        }

        #[test]
        fn whatever_parses_is_two_plain_names(text in ".{0,90}") {
            if let Ok(key) = text.parse::<ObjectKey>() {
                let (folder, file) = key.parts();
                prop_assert!(folder.len() == 36 && file.len() == 36 && !key.as_str().contains('.'));
            }
        }
    }
}
