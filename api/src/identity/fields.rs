//! What the fields of accounts must look like.

use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Deserializer};

use super::passwords::{MAX_CHARACTERS, MIN_CHARACTERS};
use crate::extract::Violations;

/// Most characters in the name of a person or an organization.
pub const MAX_NAME_CHARACTERS: usize = 200;

/// Reads a text that must not be shown by `Debug`.
///
/// # Errors
/// When the value is no text.
pub fn secret<'de, D: Deserializer<'de>>(deserializer: D) -> Result<SecretString, D::Error> {
    String::deserialize(deserializer).map(SecretString::from)
}

/// Reads a text, or nothing, that must not be shown by `Debug`.
///
/// # Errors
/// When the value is neither text nor null.
pub fn optional_secret<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<SecretString>, D::Error> {
    Option::<String>::deserialize(deserializer).map(|text| text.map(SecretString::from))
}

/// A name has 1 to [`MAX_NAME_CHARACTERS`] characters on one line.
pub fn check_name(violations: &mut Violations, pointer: &str, name: &str) {
    let length = name.trim().chars().count();
    if length == 0 {
        violations.add(pointer, "too-short", "A name needs at least one character.");
    }
    if length > MAX_NAME_CHARACTERS {
        let detail = format!("A name may have at most {MAX_NAME_CHARACTERS} characters.");
        violations.add(pointer, "too-long", detail);
    }
    if name.chars().any(char::is_control) {
        violations.add(
            pointer,
            "control-character",
            "A name holds no control characters.",
        );
    }
}

/// A password being chosen is neither too short to be safe nor too long to be hashed.
pub fn check_chosen_password(violations: &mut Violations, pointer: &str, password: &SecretString) {
    if password.expose_secret().chars().count() < MIN_CHARACTERS {
        let detail = format!("A password needs at least {MIN_CHARACTERS} characters.");
        violations.add(pointer, "too-short", detail);
    }
    check_sent_password(violations, pointer, password);
}

/// A password sent to sign in is not longer than any that could have been chosen.
pub fn check_sent_password(violations: &mut Violations, pointer: &str, password: &SecretString) {
    if password.expose_secret().chars().count() > MAX_CHARACTERS {
        let detail = format!("A password may have at most {MAX_CHARACTERS} characters.");
        violations.add(pointer, "too-long", detail);
    }
}
