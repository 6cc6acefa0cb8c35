//! Any bytes, read as DOC.
#![no_main]

use hiring_core::reading::FileType;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| hiring_resume_fuzz::read_as(FileType::Doc, bytes));
