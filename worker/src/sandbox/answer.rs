//! What the child says, and how much of it the parent is willing to build.

use hiring_core::reading::{ReadFailure, ReadResume};
use hiring_resume::scan::Picture;
use serde::{Deserialize, Serialize};

/// Most JSON objects and arrays of one answer. Either can stand for a row, and three bytes of it become half a kilobyte, so
/// that without this bound eight megabytes of answer would become a gigabyte; the longest resumes have some thousand.
pub const MAX_OBJECTS: usize = 60_000;

/// What the child prints.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// The file was read.
    Ok(Box<ReadResume>),
    /// It was not, for this reason.
    Failed(ReadFailure),
    /// Part of the file is pictures.
    Pictured(Box<Looked>),
}

/// What one look at a file came to.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub struct Looked {
    /// The resume, or why there is none.
    pub outcome: Result<ReadResume, ReadFailure>,
    /// Pictures whose text would have to be recognised to read all of the document.
    pub pictures: Vec<Picture>,
}

impl From<Answer> for Looked {
    fn from(answer: Answer) -> Self {
        let outcome = match answer {
            Answer::Ok(resume) => Ok(*resume),
            Answer::Failed(failure) => Err(failure),
            Answer::Pictured(looked) => return *looked,
        };
        Self {
            outcome,
            pictures: Vec::new(),
        }
    }
}

/// Builds an answer; whatever is none, or too much of one, is what a crash leaves behind.
///
/// # Errors
/// [`ReadFailure::Crashed`] for what is no answer, [`ReadFailure::TooLarge`] beyond [`MAX_OBJECTS`].
pub fn parse(output: &mut [u8]) -> Result<Looked, ReadFailure> {
    if !is_bounded(output) {
        return Err(ReadFailure::TooLarge);
    }
    replace_nul(output);
    let answer: Answer = serde_json::from_slice(output).map_err(|_| ReadFailure::Crashed)?;
    Ok(answer.into())
}

/// Whether an answer has at most [`MAX_OBJECTS`] objects and arrays.
#[must_use]
pub fn is_bounded(json: &[u8]) -> bool {
    let mut objects = 0;
    let mut bytes = json.iter();
    while let Some(byte) = bytes.next() {
        match byte {
            b'{' | b'[' => objects += 1,
            // Brackets within a string are text.
            b'"' => {
                while let Some(byte) = bytes.next() {
                    match byte {
                        b'"' => break,
                        b'\\' => drop(bytes.next()),
                        _ => {}
                    }
                }
            }
            _ => {}
        }
    }
    objects <= MAX_OBJECTS
}

/// Postgres stores no NUL character. Each becomes U+FFFD, which is as long, so that offsets stay right.
fn replace_nul(json: &mut [u8]) {
    const NUL: &[u8] = b"\\u0000";
    let mut from = 0;
    while let Some(at) = json
        .get(from..)
        .and_then(|rest| rest.windows(NUL.len()).position(|window| window == NUL))
    {
        let at = from + at;
        let backslashes = json
            .get(..at)
            .unwrap_or_default()
            .iter()
            .rev()
            .take_while(|byte| **byte == b'\\')
            .count();
        // After an odd number of backslashes this is the text `\u0000`, not the character.
        if backslashes % 2 == 0
            && let Some(place) = json.get_mut(at..at + NUL.len())
        {
            place.copy_from_slice(b"\\ufffd");
        }
        from = at + 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_that_cost_three_bytes_each_are_not_built() {
        let rows = |row: &serde_json::Value, count: usize| {
            let resume = serde_json::to_value(hiring_core::resume::Resume::default()).unwrap();
            let mut answer = serde_json::json!({"ok": {"file_type": "txt", "visible_text": "{{{", "sections": [],
                "resume": resume, "pages": 1, "parser_version": "x"}});
            answer["ok"]["resume"]["education"] = serde_json::json!(vec![row.clone(); count]);
            serde_json::to_vec(&answer).unwrap()
        };
        for row in [serde_json::json!({}), serde_json::json!([])] {
            assert_ne!(parse(&mut rows(&row, 1000)).err(), Some(ReadFailure::TooLarge));
            assert_eq!(
                parse(&mut rows(&row, MAX_OBJECTS)).unwrap_err(),
                ReadFailure::TooLarge
            );
        }
        let mut objects = rows(&serde_json::json!({}), 1000);
        assert!(parse(&mut objects).unwrap().outcome.is_ok());
    }

    #[test]
    fn the_objects_of_an_answer_are_no_larger_than_the_bound_assumes() {
        use hiring_core::resume::{Education, Excerpt, Finding, Leaf, Skill, SpokenLanguage, Work};
        let largest = [
            size_of::<Work>(),
            size_of::<Education>(),
            size_of::<Skill>(),
            size_of::<SpokenLanguage>(),
            size_of::<Leaf>(),
            size_of::<Finding>(),
            size_of::<Excerpt>(),
        ]
        .into_iter()
        .max()
        .unwrap();
        assert!(largest <= 640, "{largest}");
    }

    #[test]
    fn braces_within_text_are_no_objects() {
        let text = format!("[\"{}\\\"{}\"]", "{".repeat(MAX_OBJECTS), "{".repeat(MAX_OBJECTS));
        assert!(is_bounded(text.as_bytes()));
        assert!(!is_bounded("{".repeat(MAX_OBJECTS + 1).as_bytes()));
    }

    proptest::proptest! {
        #[test]
        fn nul_characters_become_replacement_characters_and_nothing_else_changes(
            parts in proptest::collection::vec(proptest::sample::select(vec!["\0", "\\", "u0000", "a", "\"", "é"]), 0..40)
        ) {
            let text = parts.concat();
            let mut json = serde_json::to_vec(&text).unwrap();
            replace_nul(&mut json);
            let read: String = serde_json::from_slice(&json).unwrap();
            proptest::prop_assert_eq!(read, text.replace('\0', "\u{fffd}"));
        }
    }
}
