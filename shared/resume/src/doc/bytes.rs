//! Little-endian numbers at places that may not exist.

/// Two bytes at `at`.
pub(super) fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    let taken = bytes.get(at..at.checked_add(2)?)?;
    <[u8; 2]>::try_from(taken).ok().map(u16::from_le_bytes)
}

/// Four bytes at `at`.
pub(super) fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    let taken = bytes.get(at..at.checked_add(4)?)?;
    <[u8; 4]>::try_from(taken).ok().map(u32::from_le_bytes)
}

/// Four bytes at `at` as a place or length.
pub(super) fn usize_at(bytes: &[u8], at: usize) -> Option<usize> {
    u32_at(bytes, at).and_then(|value| usize::try_from(value).ok())
}

/// `length` bytes from `at`, fewer where the bytes end.
pub(super) fn slice(bytes: &[u8], at: usize, length: usize) -> &[u8] {
    let at = at.min(bytes.len());
    let end = at.saturating_add(length).min(bytes.len());
    bytes.get(at..end).unwrap_or_default()
}
