//! Any bytes, read as TXT.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| hiring_resume_fuzz::run("txt", bytes));
