//! The variables that `script/test` (or `script/services env`) sets.

/// The first of these variables that is set.
///
/// # Panics
/// When none is: a test that cannot reach its services must fail, not pass silently.
#[must_use]
pub fn require(names: &[&str]) -> String {
    optional(names).unwrap_or_else(|| {
        panic!(
            "none of {names:?} is set: run the tests by script/test, or first eval \"$(script/services env)\""
        )
    })
}

/// The first of these variables that is set, if any is.
#[must_use]
#[expect(clippy::disallowed_methods, reason = "tests have no configuration reader")]
pub fn optional(names: &[&str]) -> Option<String> {
    names
        .iter()
        .find_map(|name| std::env::var(name).ok().filter(|value| !value.is_empty()))
}
