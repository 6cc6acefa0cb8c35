//! Reads environment variables into typed settings, once, at start, and reports every problem together.
//!
//! Each concern has a struct with `fn read(&mut Reader) -> Self` in the crate that uses it. A program makes one
//! [`Reader`], lets every concern read from it, and calls [`Reader::finish`]: on any problem nothing starts, all problems
//! are printed, each naming its variable, and the exit status is 2.

use std::collections::{BTreeMap, HashMap};
use std::fmt::Display;
use std::path::Path;
use std::str::FromStr;

use secrecy::SecretString;

mod dotenv;
mod environment;
mod redact;

pub use environment::Environment;
pub use redact::redact_url_password;

/// One thing wrong with the configuration.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{variable}: {problem}")]
pub struct Problem {
    /// The variable to change.
    pub variable: String,
    /// What is wrong with it and what would be right. Never repeats a secret.
    pub problem: String,
}

/// One effective setting, as `config` prints it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setting {
    /// The value in use; secrets show as `(set)`.
    pub value: String,
    /// Whether it came from the environment.
    pub given: bool,
}

/// Hands out variables by type, and remembers what was asked for and what was wrong.
pub struct Reader {
    variables: HashMap<String, String>,
    settings: BTreeMap<&'static str, Setting>,
    problems: Vec<Problem>,
    notes: Vec<String>,
    environment: Environment,
}

impl Reader {
    /// Reads the process environment; in development, `.env` in the working directory fills what it does not set.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "this is the door")]
    pub fn from_environment() -> Self {
        let mut variables: HashMap<String, String> = std::env::vars().collect();
        let development = variables
            .get("ENVIRONMENT")
            .is_none_or(|name| name == "development");
        if development && let Ok(text) = std::fs::read_to_string(".env") {
            for (name, value) in dotenv::parse(&text) {
                variables.entry(name).or_insert(value);
            }
        }
        Self::from_map(variables)
    }

    /// Reads from a map, for tests.
    #[must_use]
    pub fn from_map(variables: HashMap<String, String>) -> Self {
        let mut reader = Self {
            variables,
            settings: BTreeMap::new(),
            problems: Vec::new(),
            notes: Vec::new(),
            environment: Environment::Development,
        };
        reader.environment = reader.choice(
            "ENVIRONMENT",
            Environment::Development,
            &[
                ("development", Environment::Development),
                ("test", Environment::Test),
                ("production", Environment::Production),
            ],
        );
        reader
    }

    /// Where the product runs (`ENVIRONMENT`).
    #[must_use]
    pub const fn environment(&self) -> Environment {
        self.environment
    }

    /// The variable's text, or the default. An empty variable counts as unset.
    pub fn string(&mut self, name: &'static str, default: &str) -> String {
        let given = self.raw(name);
        let value = given.clone().unwrap_or_else(|| default.to_owned());
        self.remember(name, value.clone(), given.is_some());
        value
    }

    /// The variable's text, if it is set.
    pub fn optional(&mut self, name: &'static str) -> Option<String> {
        let given = self.raw(name);
        self.remember(
            name,
            given.clone().unwrap_or_else(|| "(unset)".into()),
            given.is_some(),
        );
        given
    }

    /// A variable that every process has, such as `PATH`: no setting of the product, so that it is not listed among them.
    #[must_use]
    pub fn ambient(&self, name: &str) -> Option<String> {
        self.raw(name)
    }

    /// The variable parsed as `T`, or the default.
    pub fn parse<T>(&mut self, name: &'static str, default: T) -> T
    where
        T: FromStr + Display,
        T::Err: Display,
    {
        let Some(text) = self.raw(name) else {
            self.remember(name, default.to_string(), false);
            return default;
        };
        match text.trim().parse::<T>() {
            Ok(value) => {
                self.remember(name, value.to_string(), true);
                value
            }
            Err(error) => {
                self.problem(name, format!("`{text}` is not valid: {error}"));
                default
            }
        }
    }

    /// A number that must lie within a range, ends included.
    pub fn number<T>(&mut self, name: &'static str, default: T, range: std::ops::RangeInclusive<T>) -> T
    where
        T: FromStr + Display + PartialOrd + Copy,
        T::Err: Display,
    {
        let value = self.parse(name, default);
        if range.contains(&value) {
            return value;
        }
        self.problem(
            name,
            format!("{value} is out of range, {} to {}", range.start(), range.end()),
        );
        default
    }

    /// `true`/`false`, also spelled `1`/`0`, `yes`/`no`, `on`/`off`.
    pub fn flag(&mut self, name: &'static str, default: bool) -> bool {
        let choices = [
            ("true", true),
            ("1", true),
            ("yes", true),
            ("on", true),
            ("false", false),
            ("0", false),
            ("no", false),
            ("off", false),
        ];
        self.choice(name, default, &choices)
    }

    /// One of a few names, whatever their case.
    pub fn choice<T: Copy + PartialEq>(
        &mut self,
        name: &'static str,
        default: T,
        choices: &[(&str, T)],
    ) -> T {
        let default_name = choices
            .iter()
            .find(|(_, value)| *value == default)
            .map_or("", |(name, _)| *name);
        let Some(text) = self.raw(name) else {
            self.remember(name, default_name.to_owned(), false);
            return default;
        };
        if let Some((chosen, value)) = choices
            .iter()
            .find(|(choice, _)| choice.eq_ignore_ascii_case(text.trim()))
        {
            self.remember(name, (*chosen).to_owned(), true);
            return *value;
        }
        let names: Vec<&str> = choices.iter().map(|(name, _)| *name).collect();
        self.problem(name, format!("`{text}` is not one of {}", names.join(", ")));
        default
    }

    /// A comma-separated list; unset is empty.
    pub fn list(&mut self, name: &'static str) -> Vec<String> {
        let text = self.string(name, "");
        text.split(',')
            .map(str::trim)
            .filter(|item| !item.is_empty())
            .map(str::to_owned)
            .collect()
    }

    /// A secret from `NAME` or from the file that `NAME_FILE` names.
    pub fn secret(&mut self, name: &'static str) -> Option<SecretString> {
        let value = self.raw(name).or_else(|| self.secret_from_file(name));
        self.remember(
            name,
            if value.is_some() { "(set)" } else { "(unset)" }.into(),
            value.is_some(),
        );
        value.map(SecretString::from)
    }

    /// A secret whose absence is a problem in production and is made up elsewhere, with a note that says so.
    pub fn secret_or_throwaway(&mut self, name: &'static str) -> SecretString {
        if let Some(secret) = self.secret(name) {
            return secret;
        }
        if self.environment.is_production() {
            self.problem(
                name,
                "must be set in production (or NAME_FILE to a file that holds it)",
            );
        } else {
            self.notes.push(format!(
                "{name} is unset: using a throw-away value until the process ends"
            ));
        }
        SecretString::from(crate::random::secret_token())
    }

    /// Notes a problem found by a concern's own checks.
    pub fn problem(&mut self, variable: &str, problem: impl Into<String>) {
        self.problems.push(Problem {
            variable: variable.to_owned(),
            problem: problem.into(),
        });
    }

    /// Everything that was read, by variable, with secrets redacted.
    #[must_use]
    pub const fn settings(&self) -> &BTreeMap<&'static str, Setting> {
        &self.settings
    }

    /// What the operator should know although nothing is wrong; log these once logging runs.
    #[must_use]
    pub fn notes(&self) -> &[String] {
        &self.notes
    }

    /// The variables that were asked for, one `NAME=value` a line, for the `config` subcommand.
    #[must_use]
    pub fn render(&self) -> String {
        let lines = self.settings.iter().map(|(name, setting)| {
            let origin = if setting.given { "" } else { "  # default" };
            format!("{name}={}{origin}\n", setting.value)
        });
        lines.collect()
    }

    /// Ends reading.
    ///
    /// # Errors
    /// Every problem met on the way, in the order of reading.
    pub fn finish(&self) -> Result<(), Vec<Problem>> {
        if self.problems.is_empty() {
            Ok(())
        } else {
            Err(self.problems.clone())
        }
    }

    fn raw(&self, name: &str) -> Option<String> {
        self.variables
            .get(name)
            .filter(|text| !text.trim().is_empty())
            .cloned()
    }

    fn secret_from_file(&mut self, name: &'static str) -> Option<String> {
        let path = self.raw(&format!("{name}_FILE"))?;
        match std::fs::read_to_string(Path::new(&path)) {
            Ok(text) => Some(text.trim_end_matches(['\r', '\n']).to_owned()),
            Err(error) => {
                self.problem(
                    &format!("{name}_FILE"),
                    format!("`{path}` cannot be read: {error}"),
                );
                None
            }
        }
    }

    fn remember(&mut self, name: &'static str, value: String, given: bool) {
        let value = redact_url_password(&value);
        self.settings.insert(name, Setting { value, given });
    }
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;

    use super::*;

    fn reader(pairs: &[(&str, &str)]) -> Reader {
        Reader::from_map(
            pairs
                .iter()
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
                .collect(),
        )
    }

    #[test]
    fn every_problem_is_reported_and_names_its_variable() {
        let mut config = reader(&[
            ("ENVIRONMENT", "moon"),
            ("API_PORT", "http"),
            ("DEBUG", "perhaps"),
        ]);
        config.parse("API_PORT", 8000_u16);
        config.flag("DEBUG", false);
        config.number("POOL", 0_u32, 1..=10);
        let problems = config.finish().unwrap_err();
        let names: Vec<&str> = problems.iter().map(|problem| problem.variable.as_str()).collect();
        assert_eq!(names, ["ENVIRONMENT", "API_PORT", "DEBUG", "POOL"]);
    }

    #[test]
    fn production_refuses_a_missing_secret_and_development_makes_one_up() {
        let mut production = reader(&[("ENVIRONMENT", "production")]);
        production.secret_or_throwaway("SECRET_KEY");
        assert_eq!(production.finish().unwrap_err()[0].variable, "SECRET_KEY");

        let mut development = reader(&[]);
        let first = development.secret_or_throwaway("SECRET_KEY");
        let second = development.secret_or_throwaway("SECRET_KEY");
        assert_ne!(first.expose_secret(), second.expose_secret());
        assert!(development.finish().is_ok());
        assert!(development.notes()[0].contains("SECRET_KEY"));
    }

    #[test]
    fn secrets_and_passwords_in_urls_are_not_printed() {
        let mut config = reader(&[
            ("SECRET_KEY", "hunter2hunter2"),
            ("DATABASE_URL", "postgres://ada:swordfish@db/x"),
        ]);
        config.secret("SECRET_KEY");
        config.string("DATABASE_URL", "");
        let printed = config.render();
        assert!(
            !printed.contains("hunter2") && !printed.contains("swordfish"),
            "{printed}"
        );
        assert!(printed.contains("postgres://ada:***@db/x"));
    }

    #[test]
    fn a_secret_may_come_from_a_file_and_a_missing_file_is_a_problem() {
        let mut config = reader(&[("SECRET_KEY_FILE", "/nonexistent/secret")]);
        assert!(config.secret("SECRET_KEY").is_none());
        assert_eq!(config.finish().unwrap_err()[0].variable, "SECRET_KEY_FILE");
    }

    #[test]
    fn an_empty_variable_counts_as_unset() {
        let mut config = reader(&[("API_PORT", " ")]);
        assert_eq!(config.parse("API_PORT", 8000_u16), 8000);
        assert!(!config.settings()["API_PORT"].given);
    }
}
