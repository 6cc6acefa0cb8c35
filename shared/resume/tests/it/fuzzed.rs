//! The inputs that the fuzzer kept, through the same functions as its targets.

use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::hostile::spent;

#[path = "../../fuzz/src/lib.rs"]
mod targets;

/// Most processor time of one input of some kilobytes.
const MOST_TIME: Duration = Duration::from_secs(10);

fn folder(part: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz").join(part)
}

fn names(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).into_iter().flatten();
    let mut names: Vec<String> = entries
        .map(|entry| {
            entry
                .unwrap()
                .path()
                .file_stem()
                .unwrap()
                .to_str()
                .unwrap()
                .to_owned()
        })
        .collect();
    names.sort();
    names
}

#[test]
fn every_input_that_the_fuzzer_kept_breaks_no_promise_and_takes_no_time() {
    for (name, target) in targets::TARGETS {
        let folder = folder("corpus").join(name);
        let inputs = names(&folder);
        assert!(!inputs.is_empty(), "{name} has no inputs");
        for input in inputs {
            let bytes = std::fs::read(folder.join(&input)).unwrap();
            let before = spent();
            target(&bytes);
            let time = spent() - before;
            assert!(time < MOST_TIME, "{name}/{input}: {time:?}");
        }
    }
}

#[test]
fn every_target_is_in_the_table_and_does_what_it_says() {
    let known = targets::TARGETS.map(|(name, _)| name.to_owned());
    assert_eq!(names(&folder("fuzz_targets")), known);
    for name in known {
        let source = std::fs::read_to_string(folder("fuzz_targets").join(format!("{name}.rs"))).unwrap();
        assert!(source.contains(&format!("run(\"{name}\", bytes)")), "{name}");
        targets::run(&name, b"");
    }
}
