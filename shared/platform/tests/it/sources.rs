//! What the product's sources record as metrics.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use hiring_platform::telemetry::catalogue::{FAMILIES, Kind};

/// The text of every source of the product, without its tests.
fn sources() -> &'static [(PathBuf, String)] {
    static SOURCES: OnceLock<Vec<(PathBuf, String)>> = OnceLock::new();
    SOURCES.get_or_init(|| {
        let top = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let crates = [
            "api",
            "worker",
            "shared/core",
            "shared/db",
            "shared/queue",
            "shared/platform",
        ];
        let mut all = Vec::new();
        for folder in crates {
            collect(&top.join(folder).join("src"), &mut all);
        }
        assert!(all.len() > 200, "only {} sources were found", all.len());
        all
    })
}

fn collect(folder: &Path, all: &mut Vec<(PathBuf, String)>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, all);
        } else if path.extension().is_some_and(|ending| ending == "rs") && !path.ends_with("tests.rs") {
            let text = std::fs::read_to_string(&path).unwrap();
            let text = text
                .split("#[cfg(test)]\nmod tests {")
                .next()
                .unwrap_or_default()
                .to_owned();
            all.push((path, text));
        }
    }
}

/// Whether any source says this word in quotes.
pub fn say(word: &str) -> bool {
    let quoted = format!("\"{word}\"");
    // The catalogue's own words do not count.
    let others = sources()
        .iter()
        .filter(|(path, _)| !path.ends_with("catalogue.rs"));
    others.into_iter().any(|(_, text)| text.contains(&quoted))
}

/// Each place that records a metric: the file, the kind, the name, and the labels where they are written out.
fn recorded() -> Vec<(PathBuf, Kind, String, BTreeSet<String>)> {
    let mut all = Vec::new();
    for (path, text) in sources() {
        for (word, kind) in [
            ("counter!(", Kind::Counter),
            ("gauge!(", Kind::Gauge),
            ("histogram!(", Kind::Histogram),
        ] {
            for (at, _) in text.match_indices(word) {
                let before = &text[..at];
                if !before.ends_with("metrics::") || before.ends_with("describe_") {
                    continue;
                }
                let inside = &text[at + word.len()..];
                let name = inside
                    .trim_start()
                    .strip_prefix('"')
                    .and_then(|rest| rest.split('"').next());
                let name =
                    name.unwrap_or_else(|| panic!("{}: the name of a metric is written out", path.display()));
                let end = inside
                    .find(".set(")
                    .into_iter()
                    .chain(inside.find(".increment("))
                    .chain(inside.find(".record("))
                    .chain(inside.find(".absolute("));
                let inside = &inside[..end.min().unwrap_or(inside.len())];
                let words: Vec<&str> = inside.split('"').collect();
                let labels = words
                    .windows(2)
                    .filter(|pair| pair[1].trim_start().starts_with("=>"));
                all.push((
                    path.clone(),
                    kind,
                    name.to_owned(),
                    labels.map(|pair| pair[0].to_owned()).collect(),
                ));
            }
        }
    }
    all
}

#[test]
fn the_catalogue_has_every_metric_that_is_recorded_and_no_other() {
    let recorded = recorded();
    let mut kinds: BTreeMap<&str, Kind> = BTreeMap::new();
    for (path, kind, name, labels) in &recorded {
        let family = FAMILIES.iter().find(|family| family.name == name);
        let family = family.unwrap_or_else(|| {
            panic!(
                "{} records {name}: describe it in telemetry/catalogue.rs",
                path.display()
            )
        });
        assert_eq!(family.kind, *kind, "{name} in {}", path.display());
        kinds.insert(name, *kind);
        if !labels.is_empty() {
            let expected: BTreeSet<String> = family.labels.iter().map(|label| (*label).to_owned()).collect();
            assert_eq!(labels, &expected, "{name} in {}", path.display());
        }
    }
    let unrecorded: Vec<&str> = FAMILIES
        .iter()
        .map(|family| family.name)
        .filter(|name| !kinds.contains_key(name))
        .collect();
    assert!(unrecorded.is_empty(), "nothing records {unrecorded:?}");
}
