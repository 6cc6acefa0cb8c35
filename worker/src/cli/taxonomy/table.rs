//! An organization's skills as a table of comma- or semicolon-separated values.

use std::collections::HashMap;

use csv::{ReaderBuilder, StringRecord, Trim};
use hiring_core::resume::SkillKind;
use hiring_core::taxonomy::own::{
    MAX_ALIASES, MAX_ENTRIES, MAX_NAME_CHARS, MAX_NAME_WORDS, MAX_PARENTS, OwnEntry,
};
use hiring_core::taxonomy::{canonical, fold_words};

/// Largest file, in bytes: 5,000 entries of the longest kind fit.
pub(super) const MAX_BYTES: u64 = 16 * 1024 * 1024;
/// Most problems that are told; a file of the wrong kind has one a line.
const MAX_PROBLEMS: usize = 50;
/// The columns, the first of which must be there.
const COLUMNS: [&str; 4] = ["name", "aliases", "kind", "parents"];

/// What is wrong with a line, counted from 1; the heading is the first.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Problem {
    pub line: u64,
    pub message: String,
}

/// Reads the entries: UTF-8, a heading with `name` and any of `aliases`, `kind`, `parents`; several of one are apart by `|`.
///
/// # Errors
/// Everything that is wrong with it, the first fifty.
pub(super) fn parse(bytes: &[u8]) -> Result<Vec<OwnEntry>, Vec<Problem>> {
    let problem = |line, message: String| vec![Problem { line, message }];
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let before = bytes.get(..error.valid_up_to()).unwrap_or_default();
        let line = 1 + before.iter().filter(|byte| **byte == b'\n').count() as u64;
        problem(line, "the file is not UTF-8; save it as \"CSV UTF-8\"".to_owned())
    })?;
    let text = text.trim_start_matches('\u{feff}');
    let heading = text.lines().next().unwrap_or_default();
    let separator = if heading.contains(';') { b';' } else { b',' };
    let mut reader = ReaderBuilder::new()
        .delimiter(separator)
        .trim(Trim::All)
        .flexible(true)
        .from_reader(text.as_bytes());
    let names = reader
        .headers()
        .map_err(|error| problem(1, error.to_string()))?
        .clone();
    let places = COLUMNS.map(|column| names.iter().position(|name| name.eq_ignore_ascii_case(column)));
    if places.first().copied().flatten().is_none() {
        return Err(problem(1, "the heading has no column called name".to_owned()));
    }
    let mut entries = Vec::new();
    let mut problems = Vec::new();
    let mut taken = HashMap::new();
    for record in reader.records() {
        if problems.len() >= MAX_PROBLEMS {
            break;
        }
        let record = match record {
            Ok(record) => record,
            Err(error) => {
                let line = error.position().map_or(0, csv::Position::line);
                problems.push(Problem {
                    line,
                    message: error.to_string(),
                });
                break;
            }
        };
        let line = record.position().map_or(0, csv::Position::line);
        match entry(&record, places).and_then(|entry| claim(entry, line, &mut taken)) {
            Ok(entry) => entries.push((line, entry)),
            Err(message) => problems.push(Problem { line, message }),
        }
        if entries.len() > MAX_ENTRIES {
            problems.push(Problem {
                line,
                message: format!("there are more than {MAX_ENTRIES} entries"),
            });
            break;
        }
    }
    unknown_parents(&entries, &taken, &mut problems);
    problems.truncate(MAX_PROBLEMS);
    if problems.is_empty() {
        Ok(entries.into_iter().map(|(_, entry)| entry).collect())
    } else {
        Err(problems)
    }
}

fn entry(record: &StringRecord, places: [Option<usize>; 4]) -> Result<OwnEntry, String> {
    let cell = |place: Option<usize>| place.and_then(|at| record.get(at)).unwrap_or_default();
    let [name_at, aliases_at, kind_at, parents_at] = places;
    let list = |text: &str| -> Vec<String> {
        let items = text.split('|').map(str::trim).filter(|item| !item.is_empty());
        items.map(str::to_owned).collect()
    };
    let name = named(cell(name_at))?;
    let aliases = list(cell(aliases_at));
    if aliases.len() > MAX_ALIASES {
        return Err(format!("{name} has more than {MAX_ALIASES} aliases"));
    }
    for alias in &aliases {
        named(alias)?;
    }
    let parents = list(cell(parents_at));
    if parents.len() > MAX_PARENTS {
        return Err(format!("{name} has more than {MAX_PARENTS} parents"));
    }
    for parent in &parents {
        named(parent)?;
    }
    let kind = match cell(kind_at).to_ascii_lowercase().as_str() {
        "" => SkillKind::Hard,
        kind => SkillKind::from_name(kind).ok_or_else(|| {
            format!("\"{kind}\" is no kind; want hard, tool, certificate, language or soft")
        })?,
    };
    Ok(OwnEntry {
        name,
        aliases,
        kind,
        parents,
    })
}

fn named(text: &str) -> Result<String, String> {
    let folded = fold_words(text);
    if folded.is_empty() {
        return Err("a name is empty or holds no letter".to_owned());
    }
    if text.chars().any(char::is_control) {
        return Err("a name holds a control character".to_owned());
    }
    let start: String = text.chars().take(20).collect();
    if text.chars().count() > MAX_NAME_CHARS || folded.chars().count() > MAX_NAME_CHARS {
        return Err(format!(
            "the name \"{start}...\" is longer than {MAX_NAME_CHARS} characters"
        ));
    }
    if folded.split(' ').count() > MAX_NAME_WORDS {
        return Err(format!(
            "the name \"{start}...\" has more than {MAX_NAME_WORDS} words"
        ));
    }
    Ok(text.to_owned())
}

/// Gives the entry its names, unless another has one of them.
fn claim(entry: OwnEntry, line: u64, taken: &mut HashMap<String, u64>) -> Result<OwnEntry, String> {
    let names = || std::iter::once(&entry.name).chain(&entry.aliases);
    for name in names() {
        if let Some(other) = taken.get(&fold_words(name)) {
            return Err(format!("\"{name}\" stands in line {other} already"));
        }
    }
    let folded: Vec<String> = names().map(|name| fold_words(name)).collect();
    taken.extend(folded.into_iter().map(|name| (name, line)));
    Ok(entry)
}

fn unknown_parents(entries: &[(u64, OwnEntry)], taken: &HashMap<String, u64>, problems: &mut Vec<Problem>) {
    for (line, entry) in entries {
        for parent in &entry.parents {
            if !taken.contains_key(&fold_words(parent)) && canonical(parent).is_none() {
                let message = format!("the parent \"{parent}\" is neither in the file nor in the taxonomy");
                problems.push(Problem { line: *line, message });
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commas_semicolons_and_a_byte_order_mark_are_read() {
        let commas =
            parse(b"name,aliases,kind,parents\nKranbuch,crane book|crane log,tool,Logistics\n").unwrap();
        let semicolons = parse(
            "\u{feff}Name;Kind;Aliases;Parents\nKranbuch;tool;crane book|crane log;Logistics\n".as_bytes(),
        );
        assert_eq!(commas, semicolons.unwrap());
        assert_eq!(commas[0].aliases, ["crane book", "crane log"]);
        assert_eq!(parse(b"name\nKranbuch\n").unwrap()[0].kind, SkillKind::Hard);
    }

    #[test]
    fn every_mistake_is_told_with_its_line() {
        let file = "name,aliases,kind,parents\nA1,,sport,\nB2,,,Nowhere\nb2,,,\n,,,\nC3,B2,,\n";
        let told: Vec<(u64, String)> = parse(file.as_bytes())
            .unwrap_err()
            .into_iter()
            .map(|problem| (problem.line, problem.message))
            .collect();
        let lines: Vec<u64> = told.iter().map(|(line, _)| *line).collect();
        assert_eq!(lines, [2, 4, 5, 6, 3], "{told:?}");
    }

    #[test]
    fn another_encoding_and_a_missing_heading_are_told() {
        assert_eq!(parse(b"name\nK\xf6nnen\n").unwrap_err()[0].line, 2);
        assert!(
            parse(b"skill\nKranbuch\n").unwrap_err()[0]
                .message
                .contains("name")
        );
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_are_entries_within_the_limits_or_problems(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..400)) {
            let mut file = b"name,aliases,kind,parents\n".to_vec();
            file.extend(bytes);
            match parse(&file) {
                Ok(entries) => proptest::prop_assert!(entries.iter().all(|entry| entry.name.chars().count() <= MAX_NAME_CHARS)),
                Err(problems) => proptest::prop_assert!(!problems.is_empty() && problems.len() <= MAX_PROBLEMS),
            }
        }
    }
}
