//! Text in bulk: one line, many encodings, emoji and marks by the million, groups and elements without end.

use hiring_core::reading::ReadFailure;

use super::{read, reason, text};
use crate::docx::{docx, paragraph};

const PERSON: &str = "Ada Lovelace\nada@example.org\n\nSkills\nPython, Rust\n\n";

#[test]
fn ten_megabytes_in_one_line_end_with_a_reason() {
    for piece in [
        "x",
        "word ",
        "a,",
        "1 ",
        "2019 - 2020 ",
        "a@b.c ",
        "é",
        "漢",
        "\t",
        "(",
        "- ",
    ] {
        let line = piece.repeat(9_990_000 / piece.len());
        let failure = reason(piece, line.as_bytes());
        assert!(
            matches!(failure, ReadFailure::TooLarge | ReadFailure::Empty),
            "{piece:?}: {}",
            failure.code()
        );
        let page = format!("<html><body><p>{line}");
        assert!(read(piece, page.as_bytes()).is_err(), "{piece:?}");
        let rich = format!(
            "{{\\rtf1 {}}}",
            piece
                .escape_unicode()
                .to_string()
                .replace("\\u{", "\\'")
                .replace('}', "")
                .repeat(500_000)
        );
        assert!(read(piece, rich.as_bytes()).is_err(), "{piece:?}");
    }
}

#[test]
fn emoji_and_marks_by_the_million_are_too_large_or_read() {
    for piece in [
        "\u{1f600}",
        "\u{1f468}\u{200d}\u{1f469}\u{200d}\u{1f467}",
        "\u{1f1e9}\u{1f1ea}",
        "\u{2764}\u{fe0f}",
        "e\u{301}",
        "\u{301}",
        "\u{fdfa}",
        "\u{202e}",
        "\u{e0041}",
        "\u{1100}\u{1161}\u{11a8}",
    ] {
        let million = format!("{PERSON}{}", piece.repeat(1_000_000));
        let outcome = read(
            piece,
            &million.as_bytes()[..million.floor_char_boundary(9_990_000)],
        );
        assert!(outcome.is_err() || outcome.is_ok_and(|read| read.visible_text.starts_with("Ada")));
        let many = piece.repeat(4_000);
        let page = format!("<html><body><h1>Ada Lovelace</h1><p>{many}");
        let word = docx(&(paragraph("Ada Lovelace") + &paragraph(&many)), &[]);
        for bytes in [format!("{PERSON}{many}").into_bytes(), page.into_bytes(), word] {
            match read(piece, &bytes) {
                Ok(read) => assert!(read.visible_text.starts_with("Ada Lovelace"), "{piece:?}"),
                Err(failure) => assert_eq!(failure, ReadFailure::NotAResume, "{piece:?}"),
            }
        }
    }
}

#[test]
fn a_name_under_thousands_of_marks_is_still_a_persons() {
    let zalgo: String = "Ada Lovelace"
        .chars()
        .flat_map(|c| [c.to_string(), "\u{301}\u{327}".repeat(500)])
        .collect();
    let answer = read(
        "marks on a name",
        format!("{zalgo}\nada@example.org\n\nSkills\nPython\n").as_bytes(),
    )
    .unwrap();
    assert_eq!(answer.resume.contact.emails[0].value, "ada@example.org");
}

#[test]
fn encodings_mixed_cut_and_mislabelled_are_read() {
    let utf8 = "Zoë Müller\nzoe@example.org\n\nKenntnisse\nÖlmalerei\n";
    let (latin, _, _) = encoding_rs::WINDOWS_1252.encode("Größe über alles\n");
    let wide = |mark: bool| -> Vec<u8> {
        let text = if mark {
            format!("\u{feff}{utf8}")
        } else {
            utf8.to_owned()
        };
        text.encode_utf16().flat_map(u16::to_le_bytes).collect()
    };
    for (what, bytes) in [
        ("UTF-8, then Windows-1252", [utf8.as_bytes(), &latin].concat()),
        ("Windows-1252, then UTF-8", [&latin, utf8.as_bytes()].concat()),
        (
            "UTF-16 cut within a character",
            wide(true)[..wide(true).len() - 1].to_vec(),
        ),
        ("UTF-16 without a mark", wide(false)),
        (
            "UTF-8 behind its mark, cut",
            [b"\xef\xbb\xbf", utf8.as_bytes(), b"\xe2\x82"].concat(),
        ),
        (
            "a page that lies about itself",
            [
                b"<html><head><meta charset=utf-16></head><body><p>".as_slice(),
                &utf8.replace('\n', "<p>").into_bytes(),
            ]
            .concat(),
        ),
    ] {
        let shown = text(what, &bytes);
        assert!(
            shown.contains("Zoë Müller") && shown.contains("zoe@example.org"),
            "{what}: {shown}"
        );
    }
    let halves = [b"\xff\xfe".as_slice(), &[0x00, 0xd8].repeat(100_000)].concat();
    let _ = read("lonely halves of characters", &halves);
    let _ = read("UTF-8, then UTF-16", &[utf8.as_bytes(), &wide(true)].concat());
    let invalid = [
        b"Ada Lovelace\n".as_slice(),
        &[0x80, 0xbf, 0xc0, 0xff].repeat(200_000),
    ]
    .concat();
    let _ = read("no encoding at all", &invalid);
}

#[test]
fn groups_and_elements_without_end_end() {
    for group in [
        "{",
        "{\\b ",
        "{\\*\\x ",
        "{\\pict ",
        "{\\field{\\fldinst ",
        "{\\trowd ",
        "\\trowd\\cell\\row ",
        "{\\upr ",
        "{\\listtext ",
    ] {
        let rich = ["{\\rtf1 Ada Lovelace\\par ", &group.repeat(200_000)].concat();
        let shown = text(group, rich.as_bytes());
        assert!(shown.starts_with("Ada Lovelace"), "{group}");
    }
    let claims =
        b"{\\rtf1 Ada Lovelace\\par \\bin2000000000 \\uc2000000000\\u228 x\\ansicpg99999\\fs-2000000000 y}";
    assert!(text("claims", claims).starts_with("Ada Lovelace"));
    for element in [
        "<div>",
        "<table><tr><td>",
        "<ul><li>",
        "<b><i>",
        "<p style='color:red'>",
        "<svg><g>",
        "</div>",
        "<!--",
        "<a href='",
    ] {
        let page = ["<html><body><p>Ada Lovelace</p>", &element.repeat(100_000), "end"].concat();
        let shown = text(element, page.as_bytes());
        assert!(shown.starts_with("Ada Lovelace"), "{element}");
    }
}
