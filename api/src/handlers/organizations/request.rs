//! What callers send to found and change an organization.

use hiring_core::email::EmailAddress;
use secrecy::SecretString;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::extract::{Validate, Violations};
use crate::identity::fields::{check_chosen_password, check_name, secret};

/// An organization with its first admin.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateOrganization {
    /// Its name.
    #[schema(min_length = 1, max_length = 200)]
    pub name: String,
    /// Its first admin.
    pub admin: FirstAdmin,
}

/// The first admin of an organization.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FirstAdmin {
    /// The address to sign in with.
    #[schema(value_type = String, format = Email, max_length = 254)]
    pub email: EmailAddress,
    /// 8-128 characters; not used when the caller is signed in with this address.
    #[serde(deserialize_with = "secret")]
    #[schema(value_type = String, format = Password, min_length = 8, max_length = 128)]
    pub password: SecretString,
    /// How the person wants to be called; not used when the caller is signed in with this address.
    #[schema(min_length = 1, max_length = 200)]
    pub name: String,
}

impl Validate for CreateOrganization {
    fn validate(&self, violations: &mut Violations) {
        check_name(violations, "/name", &self.name);
        check_chosen_password(violations, "/admin/password", &self.admin.password);
        check_name(violations, "/admin/name", &self.admin.name);
    }
}

/// A change of an organization; what is left out stays as it is.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UpdateOrganization {
    /// Its name.
    #[schema(min_length = 1, max_length = 200)]
    pub name: Option<String>,
    /// Whether recruiters see candidates only without what tells who they are; admins may look with `blind=false`.
    pub blind_screening: Option<bool>,
}

impl Validate for UpdateOrganization {
    fn validate(&self, violations: &mut Violations) {
        if let Some(name) = &self.name {
            check_name(violations, "/name", name);
        }
        if self.name.is_none() && self.blind_screening.is_none() {
            violations.add("/name", "required", "Send `name` or `blind_screening`.");
        }
    }
}
