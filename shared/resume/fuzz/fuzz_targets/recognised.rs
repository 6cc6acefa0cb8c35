//! Any output of a recogniser, read as the words of a scanned page.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| hiring_resume_fuzz::run("recognised", bytes));
