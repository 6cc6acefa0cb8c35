//! Resumes out of one zip. Names are only labels, sizes in headers are not believed, and everything is bounded: entries before
//! any is kept or read, bytes while they are unpacked.

use std::io::{Read, Seek};

use hiring_core::reading::MAX_FILE_BYTES;
use zip::read::{Config, ZipFileEntry, ZipReadOptions};
use zip::result::ZipError;
use zip::unstable::read::ZipIterable;

use super::batch::{MAX_FILES, Refusal, too_large_file, too_many_files};
use super::spool::{Spool, Unpacked};
use crate::problem::{Kind, Problem};

/// Most entries of any sort, folders and what macOS adds included.
const MAX_ENTRIES: usize = 1_000;
/// Most characters of a name that are kept: those of a path on most systems.
const MAX_NAME_CHARS: usize = 1_000;
/// Most bytes that all entries together may unpack to.
pub const MAX_UNPACKED_BYTES: u64 = 256_000_000;

/// One file of the zip: its name as it stands there, and its bytes or why they are refused.
pub type Entry = (String, Result<Spool, Refusal>);

/// Takes the files out of a zip. Blocks.
///
/// # Errors
/// `unreadable-archive`, `too-many-files`, `unavailable` when there is no room for what comes out.
pub fn unpack(reader: impl Read + Seek) -> Result<Vec<Entry>, Problem> {
    let mut archive = ZipIterable::try_new(reader, Config::default()).map_err(|_| damaged())?;
    if archive.len() > MAX_ENTRIES {
        return Err(too_many_files());
    }
    // What a zip says of one entry may take 200 KB, so the entries are counted first and never gathered.
    let mut wanted = 0;
    for entry in archive.files().map_err(|_| damaged())? {
        let entry = entry.map_err(|_| damaged())?;
        let name = name_of(&entry);
        if is_office_part(&name) {
            return Err(one_document());
        }
        wanted += usize::from(is_wanted(&entry, &name));
    }
    if wanted > MAX_FILES {
        return Err(too_many_files());
    }
    let mut left = MAX_UNPACKED_BYTES;
    let mut unpacked = Vec::with_capacity(wanted);
    let files = archive.files().map_err(|_| damaged())?;
    while let Some(entry) = files.next() {
        let entry = entry.map_err(|_| damaged())?;
        let name = name_of(&entry);
        if is_wanted(&entry, &name) {
            let file = unpack_one(files.reader_mut(), entry, &mut left)?;
            unpacked.push((end_of(&name), file));
        }
    }
    Ok(unpacked)
}

fn is_wanted(entry: &ZipFileEntry<'_>, name: &str) -> bool {
    !entry.is_dir() && !is_clutter(name)
}

/// A name may have 64 KB; its end says what the file is.
fn end_of(name: &str) -> String {
    let from = name.char_indices().rev().nth(MAX_NAME_CHARS - 1);
    from.and_then(|(from, _)| name.get(from..))
        .unwrap_or(name)
        .to_owned()
}

fn unpack_one(
    reader: &mut (impl Read + Seek),
    entry: ZipFileEntry<'_>,
    left: &mut u64,
) -> Result<Result<Spool, Refusal>, Problem> {
    if entry.is_symlink() {
        return Ok(Err(Refusal::new(
            "unsupported-type",
            "This entry of the zip is a link to another file.",
        )));
    }
    let mut file = match entry.with_reader(reader, ZipReadOptions::new()) {
        Ok(file) => file,
        Err(error) => return Ok(Err(refusal(&error))),
    };
    let unpacked = Spool::unpack(&mut file, MAX_FILE_BYTES, left);
    Ok(match unpacked.map_err(no_room)? {
        Unpacked::Whole(spool) => Ok(*spool),
        Unpacked::TooLarge => Err(too_large_file()),
        Unpacked::Damaged => Err(damaged_entry()),
        Unpacked::OverBudget => return Err(too_much()),
    })
}

fn name_of(entry: &ZipFileEntry<'_>) -> String {
    entry
        .name()
        .map_or_else(|_| "resume".to_owned(), |name| name.into_owned())
}

/// What operating systems leave in a zip, and nobody means to send.
fn is_clutter(name: &str) -> bool {
    let mut parts = name.split(['/', '\\']);
    let file = parts.clone().next_back().unwrap_or_default();
    parts.any(|part| part == "__MACOSX")
        || file.starts_with("._")
        || matches!(file, "" | ".DS_Store" | "Thumbs.db" | "desktop.ini")
}

/// Whether the name is one that only an office document has: then the zip is a single document, too large to be looked at.
fn is_office_part(name: &str) -> bool {
    matches!(name, "[Content_Types].xml" | "mimetype")
}

fn refusal(error: &ZipError) -> Refusal {
    match error {
        ZipError::UnsupportedArchive(ZipError::PASSWORD_REQUIRED) | ZipError::InvalidPassword => {
            Refusal::new(
                "encrypted",
                "This file of the zip needs a password. Pack it without one.",
            )
        }
        ZipError::UnsupportedArchive(_) | ZipError::CompressionMethodNotSupported(_) => Refusal::new(
            "unsupported-compression",
            "This file of the zip is packed in an unusual way. Pack it anew with the usual method, deflate.",
        ),
        _ => damaged_entry(),
    }
}

fn damaged_entry() -> Refusal {
    Refusal::new("damaged", "This file of the zip is damaged. Pack it anew.")
}

fn damaged() -> Problem {
    Problem::new(
        Kind::UnreadableArchive,
        "The zip is damaged or not complete. Pack it anew and send it again.",
    )
}

fn one_document() -> Problem {
    let detail = "The file is one office document of more than 10 MB. Export it with smaller pictures.";
    Problem::new(Kind::TooLarge, detail)
}

fn too_much() -> Problem {
    let detail = format!(
        "The zip unpacks to more than {} MB. Send several smaller ones.",
        MAX_UNPACKED_BYTES / 1_000_000
    );
    Problem::new(Kind::UnreadableArchive, detail)
}

fn no_room(error: std::io::Error) -> Problem {
    Problem::unavailable(
        "The upload could not be taken in right now. Nothing was stored; try again.",
        error,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_systems_leave_behind_is_no_resume() {
        for name in [
            "__MACOSX/._cv.pdf",
            "cvs/.DS_Store",
            "cvs/._cv.pdf",
            r"cvs\Thumbs.db",
        ] {
            assert!(is_clutter(name), "{name}");
        }
        for name in ["cv.pdf", "cvs/ada.docx", "../../etc/passwd", ".hidden.txt"] {
            assert!(!is_clutter(name), "{name}");
        }
    }

    #[test]
    fn of_an_endless_name_the_end_is_kept_and_of_many_entries_none() {
        use std::io::Write;

        let zip_of = |count: usize| {
            let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
            for number in 0..count {
                let name = format!("{}/{number}.txt", "ä".repeat(30_000));
                zip.start_file(name, zip::write::SimpleFileOptions::default())
                    .unwrap();
                zip.write_all(b"A resume").unwrap();
            }
            zip.finish().unwrap()
        };
        let entries = unpack(zip_of(MAX_FILES)).unwrap();
        assert_eq!(entries.len(), MAX_FILES);
        for (number, (name, file)) in entries.iter().enumerate() {
            assert!(name.ends_with(&format!("ä/{number}.txt")));
            assert_eq!(name.chars().count(), MAX_NAME_CHARS);
            assert!(file.is_ok());
        }
        assert_eq!(end_of("cv.pdf"), "cv.pdf");
        let Err(problem) = unpack(zip_of(MAX_FILES + 1)) else {
            panic!("one too many is taken");
        };
        assert_eq!(problem.kind(), Kind::TooManyFiles);
    }

    #[test]
    fn an_entry_with_a_password_is_refused_by_itself() {
        use std::io::Write;

        let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
        for name in ["secret.txt", "open.txt"] {
            zip.start_file(name, zip::write::SimpleFileOptions::default())
                .unwrap();
            zip.write_all(b"A resume").unwrap();
        }
        let mut bytes = zip.finish().unwrap().into_inner();
        // Bit 0 of the general purpose flags (APPNOTE 4.4.4), in the local and in the central header of the first entry.
        let central = bytes.windows(4).position(|magic| magic == b"PK\x01\x02").unwrap();
        bytes[6] |= 1;
        bytes[central + 8] |= 1;
        let entries = unpack(std::io::Cursor::new(bytes)).unwrap();
        let codes: Vec<_> = entries
            .iter()
            .map(|(_, file)| file.as_ref().err().map(|refusal| refusal.code))
            .collect();
        assert_eq!(codes, [Some("encrypted"), None]);
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..400)) {
            let zip = [b"PK\x03\x04".as_slice(), &bytes, b"PK\x05\x06\0\0\0\0\x01\0\x01\0", &bytes].concat();
            let _ = unpack(std::io::Cursor::new(zip));
        }
    }
}
