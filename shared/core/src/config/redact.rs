//! What must not be shown.

/// `scheme://user:password@host` with the password replaced, so that URLs can be shown.
#[must_use]
pub fn redact_url_password(value: &str) -> String {
    let Some((scheme, rest)) = value.split_once("://") else {
        return value.to_owned();
    };
    let Some((credentials, host)) = rest.rsplit_once('@') else {
        return value.to_owned();
    };
    let user = credentials.split_once(':').map_or(credentials, |(user, _)| user);
    format!("{scheme}://{user}:***@{host}")
}
