//! Any bytes, as an upload: sniffed, then read.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| hiring_resume_fuzz::run("any", bytes));
