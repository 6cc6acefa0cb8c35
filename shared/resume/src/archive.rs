//! Zip files, read with bounds: what a header says about sizes is checked, and what comes out is counted as well.

use std::io::{Cursor, Read};
use std::ops::Range;

use flate2::{Decompress, FlushDecompress, Status};
use hiring_core::reading::ReadFailure;
use zip::read::ZipFile;
use zip::{CompressionMethod, ZipArchive};

/// Most entries that an office document may have.
const MAX_ENTRIES: usize = 4_000;
/// Most bytes that one part may unpack to.
const MAX_PART_BYTES: u64 = 24_000_000;
/// Most bytes that all parts read may unpack to.
const MAX_ALL_BYTES: u64 = 48_000_000;
/// Most bytes that one byte of a deflated entry can unpack to (RFC 1951: 258 bytes for two bits, and overhead).
const MAX_RATIO: u64 = 1_032;

/// An open archive with what may still be unpacked.
pub(crate) struct Archive<'a> {
    zip: ZipArchive<Cursor<&'a [u8]>>,
    bytes: &'a [u8],
    /// Used for one entry after the other, because it takes longer to make than to unpack a small one.
    inflater: Decompress,
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
            bytes,
            inflater: Decompress::new(false),
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
        let bytes = self.bytes(name)?;
        Ok(bytes.map(|bytes| crate::xml::decode(&bytes).into_owned()))
    }

    /// An entry unpacked; `None` if there is none of this name.
    pub fn bytes(&mut self, name: &str) -> Result<Option<Vec<u8>>, ReadFailure> {
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
        let raw = packed(&entry).and_then(|range| self.bytes.get(range));
        let whole = raw.and_then(|raw| inflated(&mut self.inflater, raw, entry.size()));
        let bytes = match whole {
            Some(bytes) => bytes,
            None => {
                let mut bytes = Vec::new();
                let result = entry.take(limit + 1).read_to_end(&mut bytes);
                if bytes.len() as u64 > limit {
                    return Err(ReadFailure::TooLarge);
                }
                if result.is_err() && bytes.is_empty() {
                    return Err(ReadFailure::Damaged);
                }
                bytes
            }
        };
        self.left -= bytes.len() as u64;
        Ok(Some(bytes))
    }
}

/// Where a deflated entry lies in the file.
fn packed<R: Read>(entry: &ZipFile<'_, R>) -> Option<Range<usize>> {
    let deflated = entry.compression() == CompressionMethod::Deflated;
    let start = entry.data_start().filter(|_| deflated && !entry.encrypted())?;
    let end = start.checked_add(entry.compressed_size())?;
    Some(usize::try_from(start).ok()?..usize::try_from(end).ok()?)
}

/// An entry unpacked in one go; `None` where it is not whole or not as long as its header says.
fn inflated(inflater: &mut Decompress, raw: &[u8], size: u64) -> Option<Vec<u8>> {
    let longest = (raw.len() as u64).saturating_mul(MAX_RATIO);
    let length = usize::try_from(size)
        .ok()
        .filter(|length| *length > 0 && size <= longest)?;
    let mut bytes = Vec::with_capacity(length);
    inflater.reset(false);
    let status = inflater.decompress_vec(raw, &mut bytes, FlushDecompress::Finish);
    (matches!(status, Ok(Status::StreamEnd)) && bytes.len() == length).then_some(bytes)
}
