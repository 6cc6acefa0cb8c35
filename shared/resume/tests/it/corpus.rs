//! The shared corpus, where it lies beside the repository.

use hiring_core::reading::ReadFailure;

use crate::invariants::check;
use crate::{corpus, read_bytes};

/// Documents that this reader answers with a reason: scans.
const NOT_READ: &[ReadFailure] = &[ReadFailure::ImageOnly];

/// Hostile files that need minutes or gigabytes of an unprotected reader, and are left to the sandbox's own tests. The
/// reader's bounds hold for all others.
const NEEDS_SANDBOX: &[&str] = &[];

fn files(part: &str) -> Vec<(String, Vec<u8>)> {
    let Some(directory) = corpus(part) else {
        return Vec::new();
    };
    let mut files: Vec<_> = std::fs::read_dir(directory)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_file() && path.extension().is_none_or(|kind| kind != "json"))
        .map(|path| {
            (
                path.file_name().unwrap().to_string_lossy().into_owned(),
                std::fs::read(&path).unwrap(),
            )
        })
        .collect();
    files.sort();
    files
}

#[test]
fn every_document_with_text_has_a_name_and_an_address() {
    for (name, bytes) in files("dev") {
        match read_bytes(&bytes) {
            Ok(answer) => {
                check(&answer);
                let contact = &answer.resume.contact;
                assert!(contact.name.is_some() && !contact.emails.is_empty(), "{name}");
            }
            Err(failure) => assert!(NOT_READ.contains(&failure), "{name}: {}", failure.code()),
        }
    }
}

#[test]
fn no_hostile_file_makes_reading_panic() {
    for (name, bytes) in files("hostile") {
        if NEEDS_SANDBOX.contains(&name.as_str()) {
            continue;
        }
        if let Ok(answer) = read_bytes(&bytes) {
            check(&answer);
        }
    }
}
