//! Any order of what resumes are made of: the field parser meets shapes that no document has.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| hiring_resume_fuzz::run("fields", bytes));
