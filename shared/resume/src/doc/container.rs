//! Compound files ([MS-CFB]), as far as reading a few streams needs it.
//!
//! Written here rather than taken from a library: the tables of a hostile file may name one sector a million times, and
//! a reader that loads them before it looks takes gigabytes for ten megabytes. This one keeps no table: it follows
//! chains in the bytes, and no chain is longer than the file or visits a sector twice.

use super::bytes::{slice, u16_at, u32_at, usize_at};

/// Sectors from this number on are marks, not sectors.
const LAST_SECTOR: u32 = 0xffff_fffa;
/// Allocation table sectors that the header names.
const IN_HEADER: usize = 109;
/// Most directory entries that are looked at.
const MAX_ENTRIES: usize = 4_096;
/// Bytes of a directory entry.
const ENTRY: usize = 128;
/// Streams shorter than this lie in the mini stream.
const MINI_CUTOFF: usize = 4_096;
/// Bytes of a mini sector.
const MINI: usize = 64;

/// An open compound file.
pub(super) struct Container<'a> {
    bytes: &'a [u8],
    sector: usize,
    /// Sectors that hold the allocation table, in order.
    tables: Vec<u32>,
    directory: Vec<u8>,
    /// The mini stream and its allocation table.
    mini: Vec<u8>,
    mini_table: Vec<u8>,
}

impl<'a> Container<'a> {
    /// Opens it; `None` when the header makes no sense.
    pub fn open(bytes: &'a [u8]) -> Option<Self> {
        let shift = u16_at(bytes, 0x1e)?;
        if shift != 9 && shift != 12 {
            return None;
        }
        let mut file = Self {
            bytes,
            sector: 1 << shift,
            tables: Vec::new(),
            directory: Vec::new(),
            mini: Vec::new(),
            mini_table: Vec::new(),
        };
        file.find_tables()?;
        file.directory = file.chain(u32_at(bytes, 0x30)?, MAX_ENTRIES * ENTRY);
        file.mini_table = file.chain(u32_at(bytes, 0x3c)?, bytes.len());
        let root = file.directory.get(..ENTRY)?;
        let (start, size) = (u32_at(root, 0x74)?, usize_at(root, 0x78)?);
        file.mini = file.chain(start, size);
        Some(file)
    }

    /// The bytes of a stream of this name, cut where its chain breaks; `None` if there is none.
    pub fn stream(&self, name: &str) -> Option<Vec<u8>> {
        let wanted: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let entry = self.directory.chunks_exact(ENTRY).find(|entry| {
            let stream = entry.get(0x42) == Some(&2);
            let ended = entry.get(wanted.len()..wanted.len() + 2) == Some(&[0, 0]);
            stream && ended && entry.starts_with(&wanted)
        })?;
        let (start, size) = (u32_at(entry, 0x74)?, usize_at(entry, 0x78)?);
        Some(if size < MINI_CUTOFF {
            self.mini_chain(start, size)
        } else {
            self.chain(start, size)
        })
    }

    fn sectors(&self) -> usize {
        self.bytes.len() / self.sector
    }

    /// Collects the sectors of the allocation table from the header and the chain of sectors that goes on from there.
    fn find_tables(&mut self) -> Option<()> {
        let per_sector = self.sector / 4;
        let most = self.sectors() / per_sector + 1;
        let named = (0..IN_HEADER).filter_map(|at| u32_at(self.bytes, 0x4c + at * 4));
        self.tables = named.take_while(|id| *id < LAST_SECTOR).take(most).collect();
        let mut next = u32_at(self.bytes, 0x44)?;
        for _ in 0..self.sectors() {
            if next >= LAST_SECTOR || self.tables.len() >= most {
                break;
            }
            let sector = self.sector_bytes(next);
            let ids = (0..per_sector - 1).filter_map(|at| u32_at(sector, at * 4));
            let left = most - self.tables.len();
            let ids: Vec<u32> = ids.take_while(|id| *id < LAST_SECTOR).take(left).collect();
            next = u32_at(sector, (per_sector - 1) * 4).unwrap_or(LAST_SECTOR);
            self.tables.extend(ids);
        }
        Some(())
    }

    fn sector_bytes(&self, id: u32) -> &'a [u8] {
        let at = usize::try_from(id)
            .ok()
            .and_then(|id| id.checked_add(1)?.checked_mul(self.sector));
        at.map_or(&[], |at| slice(self.bytes, at, self.sector))
    }

    fn next(&self, id: u32) -> Option<u32> {
        let id = usize::try_from(id).ok()?;
        let per_sector = self.sector / 4;
        let table = self.tables.get(id / per_sector)?;
        u32_at(self.sector_bytes(*table), id % per_sector * 4)
    }

    /// The bytes of a chain, `size` at most.
    fn chain(&self, start: u32, size: usize) -> Vec<u8> {
        let size = size.min(self.bytes.len());
        let mut out = Vec::with_capacity(size);
        let mut seen = vec![false; self.sectors() + 1];
        let mut id = start;
        while out.len() < size && id < LAST_SECTOR {
            match usize::try_from(id).ok().and_then(|at| seen.get_mut(at)) {
                Some(seen) if !*seen => *seen = true,
                _ => break,
            }
            out.extend_from_slice(slice(self.sector_bytes(id), 0, size - out.len()));
            let Some(next) = self.next(id) else { break };
            id = next;
        }
        out
    }

    fn mini_chain(&self, start: u32, size: usize) -> Vec<u8> {
        let mut out = Vec::with_capacity(size);
        let mut id = start;
        // A loop ends with the size, which is small.
        while out.len() < size && id < LAST_SECTOR {
            let Some(at) = usize::try_from(id).ok().and_then(|id| id.checked_mul(MINI)) else {
                break;
            };
            let taken = slice(&self.mini, at, MINI.min(size - out.len()));
            if taken.is_empty() {
                break;
            }
            out.extend_from_slice(taken);
            let Some(next) = u32_at(&self.mini_table, at / MINI * 4) else {
                break;
            };
            id = next;
        }
        out
    }
}
