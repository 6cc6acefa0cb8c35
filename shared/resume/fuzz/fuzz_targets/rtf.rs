//! Any bytes, read as RTF.
#![no_main]

use hiring_core::reading::FileType;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| hiring_resume_fuzz::read_as(FileType::Rtf, bytes));
