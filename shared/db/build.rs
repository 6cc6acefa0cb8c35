//! Rebuilds the crate when a migration changes; the embedding macro alone does not notice.
fn main() {
    println!("cargo:rerun-if-changed=../../migrations");
}
