//! Derives each checked-in score a hundred times and prints how many distinct values there were, and whether they are those
//! that are checked in: `cargo run -p hiring-matching --example replay`, with and without `--release`.

#[path = "../tests/golden/mod.rs"]
mod golden;

use std::collections::BTreeSet;

fn main() -> serde_json::Result<()> {
    let mut distinct = BTreeSet::new();
    for _ in 0..100 {
        distinct.insert(golden::derive_all()?);
    }
    let kept = distinct.contains(golden::SCORES);
    let build = if cfg!(debug_assertions) {
        "debug"
    } else {
        "release"
    };
    println!(
        "replay: {} scores derived 100 times in a {build} build: {} distinct value(s), {} those that are checked in",
        golden::FACTS.lines().count(),
        distinct.len(),
        if kept { "equal to" } else { "different from" }
    );
    Ok(())
}
