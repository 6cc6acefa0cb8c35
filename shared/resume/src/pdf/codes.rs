//! How the bytes of a shown string fall into codes, and which glyphs those name, for composite fonts.

use lopdf::{Dictionary, Document, Object};

use super::MAX_STREAM_BYTES;
use super::cmap::CMap;

/// How codes become characters or glyphs.
#[derive(Debug, Default)]
pub(super) enum Codes {
    /// Two bytes, which are the character identifier.
    #[default]
    Identity,
    /// UTF-16.
    Unicode,
    /// As a map in the file says.
    Mapped(CMap),
}

impl Codes {
    /// Reads a composite font's `Encoding`.
    pub fn of(font: &Dictionary, document: &Document) -> Self {
        match font.get_deref(b"Encoding", document) {
            Ok(Object::Name(name)) => {
                let name = String::from_utf8_lossy(name);
                // `UniJIS-UTF16-H`, `UniGB-UCS2-V` and their like.
                if name.contains("UTF16") || name.contains("UCS2") {
                    Self::Unicode
                } else {
                    Self::Identity
                }
            }
            Ok(Object::Stream(stream)) => match stream.get_plain_content_with_limit(MAX_STREAM_BYTES) {
                Ok(bytes) => Self::Mapped(CMap::parse(&bytes)),
                Err(_) => Self::Identity,
            },
            _ => Self::Identity,
        }
    }

    /// Length of the code at the start of `bytes`, 1-4.
    pub fn length(&self, bytes: &[u8]) -> usize {
        match self {
            Self::Mapped(map) => map.length(bytes).unwrap_or(2),
            _ => 2,
        }
    }

    /// The character identifier of a code.
    pub fn identifier(&self, code: u32) -> u32 {
        match self {
            Self::Mapped(map) => map.identifier(code).unwrap_or(code),
            _ => code,
        }
    }
}
