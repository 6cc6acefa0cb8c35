//! Zip files, read with bounds: what a header says about sizes is checked, and what comes out is counted as well.

use std::io::{Cursor, Read};

use hiring_core::reading::ReadFailure;
use zip::ZipArchive;

/// Most entries that an office document may have.
const MAX_ENTRIES: usize = 4_000;
/// Most bytes that one part may unpack to.
const MAX_PART_BYTES: u64 = 24_000_000;
/// Most bytes that all parts read may unpack to.
const MAX_ALL_BYTES: u64 = 48_000_000;

/// An open archive with what may still be unpacked.
pub(crate) struct Archive<'a> {
    zip: ZipArchive<Cursor<&'a [u8]>>,
    left: u64,
}

impl<'a> Archive<'a> {
    pub fn open(bytes: &'a [u8]) -> Result<Self, ReadFailure> {
        let zip = ZipArchive::new(Cursor::new(bytes)).map_err(|_| ReadFailure::Damaged)?;
        if zip.len() > MAX_ENTRIES {
            return Err(ReadFailure::TooLarge);
        }
        Ok(Self {
            zip,
            left: MAX_ALL_BYTES,
        })
    }

    /// Names of the entries.
    pub fn names(&self) -> Vec<String> {
        self.zip
            .file_names()
            .filter_map(|name| name.ok().map(|name| name.into_owned()))
            .collect()
    }

    /// The text of an entry; `None` if there is none of this name.
    pub fn text(&mut self, name: &str) -> Result<Option<String>, ReadFailure> {
        let Some(index) = self.zip.index_for_name(name) else {
            return Ok(None);
        };
        let entry = self.zip.by_index(index).map_err(|error| match error {
            zip::result::ZipError::UnsupportedArchive(_) => ReadFailure::Encrypted,
            _ => ReadFailure::Damaged,
        })?;
        let limit = MAX_PART_BYTES.min(self.left);
        if entry.size() > limit {
            return Err(ReadFailure::TooLarge);
        }
        let mut bytes = Vec::new();
        let result = entry.take(limit + 1).read_to_end(&mut bytes);
        if bytes.len() as u64 > limit {
            return Err(ReadFailure::TooLarge);
        }
        if result.is_err() && bytes.is_empty() {
            return Err(ReadFailure::Damaged);
        }
        self.left -= bytes.len() as u64;
        Ok(Some(crate::xml::decode(bytes)))
    }
}
