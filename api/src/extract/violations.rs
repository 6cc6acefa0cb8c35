//! Collecting every value that is not acceptable, so that the caller is told of all at once.

use crate::problem::{FieldError, Problem};

/// What is wrong with one request.
#[derive(Debug, Default)]
pub struct Violations {
    errors: Vec<FieldError>,
}

/// A request whose values can be checked beyond their types.
pub trait Validate {
    /// Most bytes that it may have as a JSON body: what its longest values need with every character escaped, rounded up. The
    /// default is enough for names, addresses, ids and passwords.
    const MAX_BYTES: usize = 16 * 1024;

    /// Notes everything that is not acceptable.
    fn validate(&self, violations: &mut Violations);
}

impl Violations {
    /// Notes one value.
    pub fn add(&mut self, pointer: impl Into<String>, code: &'static str, detail: impl Into<String>) {
        self.errors.push(FieldError {
            pointer: pointer.into(),
            code: code.into(),
            detail: detail.into(),
        });
    }

    /// The text must have between `min` and `max` characters and no control characters but line breaks and tabs.
    pub fn text(&mut self, pointer: &str, text: &str, min: usize, max: usize) {
        let length = text.trim().chars().count();
        if length < min {
            self.add(
                pointer,
                "too-short",
                format!("`{pointer}` needs at least {min} characters."),
            );
        } else if text.chars().count() > max {
            self.add(
                pointer,
                "too-long",
                format!("`{pointer}` may have at most {max} characters."),
            );
        }
        if text
            .chars()
            .any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t'))
        {
            self.add(
                pointer,
                "control-character",
                format!("`{pointer}` holds control characters."),
            );
        }
    }

    /// Ends collecting.
    ///
    /// # Errors
    /// A `validation-failed` problem that names every value noted.
    pub fn finish(self) -> Result<(), Problem> {
        if self.errors.is_empty() {
            Ok(())
        } else {
            Err(Problem::invalid(self.errors))
        }
    }
}
