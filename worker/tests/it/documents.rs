//! Documents to read.

use std::path::{Path, PathBuf};

/// A resume with something in every part that is copied.
pub const RESUME: &str = "Ada Lovelace
Senior Data Engineer
ada@example.org | +44 20 7946 0958 | London, UK

Summary
Data engineer with ten years of experience in building pipelines.

Experience
Senior Data Engineer, Analytical Engines Ltd
January 2018 - December 2022
- Built pipelines in Python and PostgreSQL
- Led a team of four

Data Engineer, Difference Works
January 2014 - December 2017
- Moved reporting to Apache Spark

Education
MSc Computer Science, University of London, 2013

Skills
Python, PostgreSQL, Apache Spark, Docker
";

/// The files of a folder beside this repository, in a stable order; none when the folder is not there.
pub fn beside(folder: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../shared/corpus")
        .join(folder);
    files(&folder)
}

/// The fixtures of the reader.
pub fn fixtures() -> Vec<PathBuf> {
    files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/resume/tests/fixtures"))
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return Vec::new();
    };
    let mut files: Vec<_> = entries
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_file())
        .collect();
    files.sort();
    files
}
