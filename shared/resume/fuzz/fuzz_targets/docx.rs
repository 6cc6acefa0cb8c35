//! Any bytes, read as DOCX.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| hiring_resume_fuzz::run("docx", bytes));
