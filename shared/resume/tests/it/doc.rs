//! Word 97-2003 files built here byte by byte, sound ones and hostile ones.

use hiring_core::reading::{FileType, ReadFailure};
use hiring_resume::sniff;
use proptest::prelude::*;

use crate::invariants::check;
use crate::{fixture, read_bytes};

const SECTOR: usize = 512;
/// Sectors of each of the two streams; shorter streams lie elsewhere.
const STREAM: usize = 8;
const END: u32 = 0xffff_fffe;
const FREE: u32 = 0xffff_ffff;
/// Where the text begins in its stream.
const TEXT: usize = 2_048;

fn put(bytes: &mut [u8], at: usize, value: &[u8]) {
    bytes[at..at + value.len()].copy_from_slice(value);
}

fn entry(name: &str, kind: u8, start: u32, size: u32) -> Vec<u8> {
    let mut entry = vec![0; 128];
    let wide: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
    put(&mut entry, 0, &wide);
    put(&mut entry, 0x40, &(wide.len() as u16 + 2).to_le_bytes());
    entry[0x42] = kind;
    put(&mut entry, 0x74, &start.to_le_bytes());
    put(&mut entry, 0x78, &size.to_le_bytes());
    entry
}

/// A document of one piece with this text and these flags, whose head claims `length` characters.
fn document(text: &str, flags: u16, length: u32) -> Vec<u8> {
    let wide: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let mut word = vec![0; STREAM * SECTOR];
    for (at, value) in [(0, 0xa5ec_u16), (2, 0xc1), (10, flags | 0x0200)] {
        put(&mut word, at, &value.to_le_bytes());
    }
    put(&mut word, 0x4c, &length.to_le_bytes());
    put(&mut word, 422, &21_u32.to_le_bytes());
    put(&mut word, TEXT, &wide);
    let mut table = vec![0; STREAM * SECTOR];
    table[0] = 2;
    put(&mut table, 1, &16_u32.to_le_bytes());
    put(&mut table, 9, &length.to_le_bytes());
    put(&mut table, 15, &(TEXT as u32).to_le_bytes());

    let mut head = vec![0; SECTOR];
    put(&mut head, 0, &[0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]);
    for (at, value) in [(0x18, 0x3e_u16), (0x1a, 3), (0x1c, 0xfffe), (0x1e, 9), (0x20, 6)] {
        put(&mut head, at, &value.to_le_bytes());
    }
    for (at, value) in [(0x2c, 1_u32), (0x30, 1), (0x38, 4_096), (0x3c, END), (0x44, END)] {
        put(&mut head, at, &value.to_le_bytes());
    }
    head[0x50..].fill(0xff);
    let mut chains = vec![FREE; SECTOR / 4];
    chains[0] = 0xffff_fffd;
    chains[1] = END;
    for first in [2, 2 + STREAM] {
        for (at, next) in chains.iter_mut().enumerate().skip(first).take(STREAM) {
            *next = at as u32 + 1;
        }
        chains[first + STREAM - 1] = END;
    }
    let size = (STREAM * SECTOR) as u32;
    let mut directory = entry("Root Entry", 5, END, 0);
    directory.extend(entry("WordDocument", 2, 2, size));
    directory.extend(entry("1Table", 2, 2 + STREAM as u32, size));
    directory.resize(SECTOR, 0);
    let chains: Vec<u8> = chains.into_iter().flat_map(u32::to_le_bytes).collect();
    [head, chains, directory, word, table].concat()
}

fn sound(text: &str) -> Vec<u8> {
    document(text, 0, text.encode_utf16().count() as u32)
}

fn reason(bytes: &[u8]) -> ReadFailure {
    read_bytes(bytes)
        .map(|answer| answer.visible_text)
        .expect_err("was read")
}

#[test]
fn text_is_read_by_its_pieces_and_fields_show_their_results() {
    let file = sound(
        "Zoë Müller\r\u{13} HYPERLINK \"https://hidden.example\" \u{14}zoe@example.org\u{15}\r\u{1f600} Leeds\r",
    );
    assert_eq!(sniff(&file), Some(FileType::Doc));
    let answer = read_bytes(&file).unwrap();
    assert_eq!(
        answer.visible_text,
        "Zoë Müller\nzoe@example.org\n\u{1f600} Leeds"
    );
    check(&answer);
}

#[test]
fn a_document_with_a_password_is_encrypted() {
    assert_eq!(reason(&document("Ada\r", 0x0100, 4)), ReadFailure::Encrypted);
}

#[test]
fn a_chain_of_sectors_that_loops_is_cut_and_ends() {
    let mut file = sound("Ada\r");
    // The second sector of the text's stream leads back to the first: its text is out of reach.
    put(&mut file, SECTOR + 3 * 4, &2_u32.to_le_bytes());
    assert_eq!(reason(&file), ReadFailure::Damaged);
    let mut file = sound("Ada\r");
    // A directory whose only sector leads to itself.
    put(&mut file, SECTOR + 4, &1_u32.to_le_bytes());
    assert_eq!(read_bytes(&file).unwrap().visible_text, "Ada");
}

#[test]
fn an_allocation_table_that_names_one_sector_again_and_again_costs_nothing() {
    let mut file = sound("Ada\r");
    file.resize(9_000_000 / SECTOR * SECTOR, 0);
    // The table goes on in its own first sector, without end.
    put(&mut file, 0x44, &0_u32.to_le_bytes());
    assert_eq!(read_bytes(&file).unwrap().visible_text, "Ada");
}

#[test]
fn lengths_that_lie_are_too_large_or_cut() {
    assert_eq!(reason(&document("Ada\r", 0, 0x7fff_ffff)), ReadFailure::TooLarge);
    let longer = read_bytes(&document("Ada\r", 0, 900)).unwrap();
    assert_eq!(longer.visible_text, "Ada");
}

#[test]
fn a_file_that_is_both_a_pdf_and_a_zip_is_a_pdf() {
    let pdf = fixture("ada_controller.pdf");
    let both = [
        pdf.clone(),
        crate::docx::zipped(&[("word/document.xml", b"<w:document/>")]),
    ]
    .concat();
    assert_eq!(sniff(&both), Some(FileType::Pdf));
    assert_eq!(
        read_bytes(&both).unwrap().visible_text,
        read_bytes(&pdf).unwrap().visible_text
    );
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn no_mutation_of_a_document_makes_reading_panic(
        edits in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..40),
        cut in prop::option::of(any::<prop::sample::Index>()),
    ) {
        let mut bytes = sound("Ada Lovelace\r\u{13} x \u{14}Leeds\u{15}\rada@example.org\u{7}\u{7}\r");
        for (at, byte) in edits {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        if let Some(cut) = cut {
            bytes.truncate(cut.index(bytes.len()).max(1));
        }
        if let Ok(answer) = read_bytes(&bytes) {
            check(&answer);
        }
    }
}
