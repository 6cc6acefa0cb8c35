//! Opening: encryption, page counts that are cheap to see, and files that lost their end.

use hiring_core::reading::ReadFailure;
use lopdf::{DecompressError, Document, Error, LoadOptions};

use super::MAX_STREAM_BYTES;

/// More page objects than this in the raw bytes cannot be one resume with its earlier revisions.
const MAX_PAGE_OBJECTS: usize = 2_000;

/// Opens a document; one that opens with the empty password counts as not encrypted.
pub(super) fn open(bytes: &[u8]) -> Result<Document, ReadFailure> {
    if page_objects(bytes) > MAX_PAGE_OBJECTS {
        return Err(ReadFailure::TooManyPages);
    }
    let options = LoadOptions::with_max_decompressed_size(MAX_STREAM_BYTES);
    let document = match Document::load_mem_with_options(bytes, options.clone()) {
        Ok(document) => document,
        Err(error) => match failure(&error) {
            ReadFailure::Damaged => repaired(bytes, options)?,
            other => return Err(other),
        },
    };
    if document.is_encrypted() || document.trailer.has(b"Encrypt") {
        return Err(ReadFailure::Encrypted);
    }
    if document.page_iter().next().is_some() {
        return Ok(document);
    }
    Ok(repaired(bytes, LoadOptions::with_max_decompressed_size(MAX_STREAM_BYTES)).unwrap_or(document))
}

/// Reads by scanning for objects instead of trusting the cross-reference table.
fn repaired(bytes: &[u8], options: LoadOptions) -> Result<Document, ReadFailure> {
    let options = LoadOptions {
        force_reconstruct: true,
        ..options
    };
    Document::load_mem_with_options(bytes, options).map_err(|error| failure(&error))
}

fn failure(error: &Error) -> ReadFailure {
    match error {
        Error::InvalidPassword | Error::Decryption(_) | Error::UnsupportedSecurityHandler(_) => {
            ReadFailure::Encrypted
        }
        Error::Decompress(DecompressError::MemoryLimitExceeded { .. }) => ReadFailure::TooLarge,
        _ => ReadFailure::Damaged,
    }
}

/// Counts `/Type /Page` in the raw bytes (objects inside compressed streams are not seen).
fn page_objects(bytes: &[u8]) -> usize {
    let mut count = 0;
    let mut rest = bytes;
    while let Some(at) = rest.iter().position(|byte| *byte == b'/') {
        rest = rest.get(at + 1..).unwrap_or_default();
        let Some(after) = rest.strip_prefix(b"Type") else {
            continue;
        };
        let after = after.trim_ascii_start();
        if after
            .strip_prefix(b"/Page")
            .is_some_and(|end| !end.first().is_some_and(u8::is_ascii_alphabetic))
        {
            count += 1;
        }
    }
    count
}
