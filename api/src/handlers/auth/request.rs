//! What callers send to sign up, in and out.

use hiring_core::email::EmailAddress;
use secrecy::SecretString;
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::extract::{Validate, Violations};
use crate::identity::fields::{
    check_chosen_password, check_name, check_sent_password, optional_secret, secret,
};

/// A candidate who signs up.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RegisterRequest {
    /// The address to sign in with.
    #[schema(value_type = String, format = Email, max_length = 254)]
    pub email: EmailAddress,
    /// 8-128 characters.
    #[serde(deserialize_with = "secret")]
    #[schema(value_type = String, format = Password, min_length = 8, max_length = 128)]
    pub password: SecretString,
    /// How the person wants to be called.
    #[schema(min_length = 1, max_length = 200)]
    pub name: String,
}

impl Validate for RegisterRequest {
    fn validate(&self, violations: &mut Violations) {
        check_chosen_password(violations, "/password", &self.password);
        check_name(violations, "/name", &self.name);
    }
}

/// Somebody who signs in.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LoginRequest {
    /// The address of the account.
    #[schema(value_type = String, format = Email, max_length = 254)]
    pub email: EmailAddress,
    /// The password of the account.
    #[serde(deserialize_with = "secret")]
    #[schema(value_type = String, format = Password, max_length = 128)]
    pub password: SecretString,
    /// Which organization to act for, for members of several; the first one joined if left out.
    #[serde(default)]
    pub organization_id: Option<Uuid>,
}

impl Validate for LoginRequest {
    fn validate(&self, violations: &mut Violations) {
        check_sent_password(violations, "/password", &self.password);
    }
}

/// A session that is to go on.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RefreshRequest {
    /// The latest refresh token of the session.
    #[serde(deserialize_with = "secret")]
    #[schema(value_type = String)]
    pub refresh_token: SecretString,
}

impl Validate for RefreshRequest {
    fn validate(&self, _: &mut Violations) {}
}

/// A session that is to end; the body may be left out.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LogoutRequest {
    /// A refresh token of the session, for callers whose access token has expired.
    #[serde(default, deserialize_with = "optional_secret")]
    #[schema(value_type = Option<String>)]
    pub refresh_token: Option<SecretString>,
}

impl Validate for LogoutRequest {
    fn validate(&self, _: &mut Violations) {}
}
