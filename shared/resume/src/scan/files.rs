//! Pictures that an office document carries as files.

use std::io::{Cursor, Read};

use hiring_core::reading::{FileType, MAX_FILE_BYTES};
use zip::ZipArchive;

use super::{MAX_PICTURES, Picture};

/// Fewer pixels a side are an icon or a portrait.
const SMALLEST_SIDE: u32 = 500;
/// More pixels a side are no page.
const LONGEST_SIDE: u32 = 12_000;
/// Most pixels of a picture that is recognised: a page of A3 at 250 dots an inch.
const MOST_PIXELS: u64 = 12_000_000;
/// Most entries of the archive that are looked at.
const MAX_ENTRIES: usize = 4_000;
/// Most pictures whose header is read: the largest files, which icons are not.
const MAX_HEADERS: usize = 200;

/// The PNG and JPEG pictures of a DOCX or ODT that may be pages.
pub(super) fn list(bytes: &[u8]) -> Vec<Picture> {
    let Some((mut archive, names)) = open(bytes) else {
        return Vec::new();
    };
    let mut files: Vec<(u64, usize)> = names
        .iter()
        .enumerate()
        .map(|(number, name)| (packed_bytes(&mut archive, name), number))
        .collect();
    // Page pictures may stand behind any number of icons.
    files.sort_by_key(|(bytes, number)| (std::cmp::Reverse(*bytes), *number));
    let mut pages: Vec<(u32, (u32, u32))> = Vec::new();
    for (_, number) in files.into_iter().take(MAX_HEADERS) {
        let Some(name) = names.get(number) else { continue };
        // The header says how large the picture is, within its first kilobytes.
        let size = read(&mut archive, name, 256 * 1024).and_then(|start| dimensions(&start));
        pages.extend(
            size.filter(|size| is_page(*size))
                .map(|size| (number as u32, size)),
        );
    }
    pages.sort_by_key(|(number, (width, height))| {
        (std::cmp::Reverse(u64::from(*width) * u64::from(*height)), *number)
    });
    pages.truncate(MAX_PICTURES);
    pages.sort_by_key(|(number, _)| *number);
    let picture = |(number, (width, height))| Picture::File {
        number,
        width,
        height,
    };
    pages.into_iter().map(picture).collect()
}

/// The bytes of one picture that [`Picture::File`] names, a PNG or JPEG file; `None` if there is no such page-like picture.
#[must_use]
pub fn picture(bytes: &[u8], number: u32) -> Option<Vec<u8>> {
    let (mut archive, names) = open(bytes)?;
    let name = names.get(number as usize)?;
    let content = read(&mut archive, name, MAX_FILE_BYTES)?;
    dimensions(&content).filter(|size| is_page(*size))?;
    Some(content)
}

type Archive<'a> = ZipArchive<Cursor<&'a [u8]>>;

fn open(bytes: &[u8]) -> Option<(Archive<'_>, Vec<String>)> {
    let folder = match crate::sniff(bytes)? {
        FileType::Docx => "word/media/",
        FileType::Odt => "Pictures/",
        _ => return None,
    };
    let archive = ZipArchive::new(Cursor::new(bytes)).ok()?;
    if archive.len() > MAX_ENTRIES {
        return None;
    }
    let mut names: Vec<String> = archive
        .file_names()
        .filter_map(|name| name.ok().map(|name| name.into_owned()))
        .filter(|name| name.starts_with(folder))
        .collect();
    // image2 before image10; names without a number stay in the archive's order.
    names.sort_by_key(|name| number_in(name));
    Some((archive, names))
}

fn number_in(name: &str) -> u64 {
    let file = name.rsplit('/').next().unwrap_or_default();
    let stem = file.split('.').next().unwrap_or_default();
    let digits: String = stem.chars().skip_while(|c| !c.is_ascii_digit()).collect();
    let is_counted = stem.starts_with("image") && digits.len() < 10;
    digits.parse().ok().filter(|_| is_counted).unwrap_or(u64::MAX)
}

/// Bytes of an entry as the archive holds it.
fn packed_bytes(archive: &mut Archive<'_>, name: &str) -> u64 {
    let index = archive.index_for_name(name);
    let entry = index.and_then(|index| archive.by_index_raw(index).ok());
    entry.map_or(0, |entry| entry.compressed_size())
}

/// At most `limit` bytes of an entry, from its beginning.
fn read(archive: &mut Archive<'_>, name: &str, limit: u64) -> Option<Vec<u8>> {
    let index = archive.index_for_name(name)?;
    let entry = archive.by_index(index).ok()?;
    let mut content = Vec::new();
    entry.take(limit).read_to_end(&mut content).ok()?;
    Some(content)
}

fn is_page((width, height): (u32, u32)) -> bool {
    let sides = SMALLEST_SIDE..=LONGEST_SIDE;
    sides.contains(&width) && sides.contains(&height) && u64::from(width) * u64::from(height) <= MOST_PIXELS
}

/// Width and height in pixels that a PNG or JPEG says it has.
fn dimensions(content: &[u8]) -> Option<(u32, u32)> {
    if content.starts_with(b"\x89PNG\r\n\x1a\n") {
        return Some((big_endian(content, 16, 4)?, big_endian(content, 20, 4)?));
    }
    if !content.starts_with(b"\xff\xd8") {
        return None;
    }
    let mut at = 2_usize;
    // Each segment is at least two bytes long, so that this ends.
    while *content.get(at)? == 0xff {
        let marker = *content.get(at + 1)?;
        let is_frame = matches!(marker, 0xc0..=0xcf) && !matches!(marker, 0xc4 | 0xc8 | 0xcc);
        if is_frame {
            return Some((big_endian(content, at + 7, 2)?, big_endian(content, at + 5, 2)?));
        }
        at += 2 + big_endian(content, at + 2, 2)?.max(2) as usize;
    }
    None
}

fn big_endian(content: &[u8], at: usize, length: usize) -> Option<u32> {
    let bytes = content.get(at..at + length)?;
    Some(bytes.iter().fold(0, |value, byte| value << 8 | u32::from(*byte)))
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    #[test]
    fn headers_tell_the_size() {
        let mut png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec();
        png.extend([0, 0, 4, 210, 0, 0, 6, 214]);
        assert_eq!(dimensions(&png), Some((1234, 1750)));
        let mut jpeg = vec![0xff, 0xd8, 0xff, 0xe0, 0, 4, 1, 1, 0xff, 0xc0, 0, 11, 8];
        jpeg.extend([0x06, 0xd6, 0x04, 0xd2, 1]);
        assert_eq!(dimensions(&jpeg), Some((1234, 1750)));
        assert_eq!(dimensions(b"GIF89a"), None);
    }

    fn png(side: u32, bytes: usize) -> Vec<u8> {
        let mut png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec();
        png.extend(side.to_be_bytes());
        png.extend(side.to_be_bytes());
        png.resize(bytes, 7);
        png
    }

    fn docx(pictures: &[Vec<u8>]) -> Vec<u8> {
        let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
        let stored =
            zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
        zip.start_file("word/document.xml", stored).unwrap();
        for (number, picture) in pictures.iter().enumerate() {
            zip.start_file(format!("word/media/image{number}.png"), stored)
                .unwrap();
            zip.write_all(picture).unwrap();
        }
        zip.finish().unwrap().into_inner()
    }

    #[test]
    fn no_number_of_icons_hides_a_page() {
        let mut pictures = vec![png(32, 60); MAX_HEADERS + 1];
        pictures.push(png(1_500, 90));
        let listed = list(&docx(&pictures));
        assert_eq!(
            listed,
            [Picture::File {
                number: MAX_HEADERS as u32 + 1,
                width: 1_500,
                height: 1_500
            }]
        );
        assert_eq!(picture(&docx(&pictures), MAX_HEADERS as u32 + 1), pictures.pop());
    }

    #[test]
    fn of_too_many_pictures_the_largest_are_listed_in_their_order() {
        let mut pictures = vec![png(600, 90); MAX_PICTURES + 5];
        pictures.push(png(1_500, 60));
        let listed = list(&docx(&pictures));
        assert_eq!(listed.len(), MAX_PICTURES);
        assert!(matches!(listed.first(), Some(Picture::File { number: 0, .. })));
        assert!(matches!(listed.last(), Some(Picture::File { width: 1_500, .. })));
    }

    #[test]
    fn pictures_are_counted_as_people_count() {
        let mut names = [
            "word/media/image10.png",
            "word/media/image2.png",
            "word/media/logo.png",
        ];
        names.sort_by_key(|name| number_in(name));
        assert_eq!(
            names,
            [
                "word/media/image2.png",
                "word/media/image10.png",
                "word/media/logo.png"
            ]
        );
    }

    proptest::proptest! {
        #[test]
        fn no_picture_hurts(content: Vec<u8>) {
            let _ = dimensions(&content);
            let _ = dimensions(&[b"\xff\xd8\xff", content.as_slice()].concat());
        }
    }
}
