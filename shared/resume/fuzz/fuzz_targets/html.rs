//! Any bytes, read as HTML.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| hiring_resume_fuzz::run("html", bytes));
