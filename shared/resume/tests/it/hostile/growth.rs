//! Four times as much costs about four times as much: what is quadratic costs sixteen times.

use std::time::Duration;

use super::spent;
use crate::docx::{docx, paragraph};
use crate::read_bytes;

/// Characters of the smaller file.
const CHARS: usize = 1_500;
/// Times the cost that four times the size may have: between the four of linear work and the sixteen of quadratic work.
const MOST: u32 = 9;
/// What is measured too coarsely to compare.
const FLOOR: Duration = Duration::from_millis(40);

/// The lesser of two measurements, which caches and interrupts disturb least.
fn cost(bytes: &[u8]) -> Duration {
    let once = || {
        let before = spent();
        let _ = read_bytes(bytes);
        spent() - before
    };
    (0..2).map(|_| once()).min().unwrap()
}

/// Holds a file of a piece again and again, wrapped by a format, to even growth.
fn grows_evenly(format: &str, pieces: &[&str], wrap: impl Fn(&str) -> Vec<u8>) {
    for piece in pieces {
        let file = |size: usize| wrap(&piece.repeat(size / piece.chars().count() + 1));
        let (small, large) = (cost(&file(CHARS)), cost(&file(4 * CHARS)));
        assert!(
            large < small.max(FLOOR) * MOST,
            "{format}, {piece:?}: {small:?}, then {large:?}"
        );
    }
}

/// Behind the head of a resume, so that every part of the reader has something to do.
fn resume(body: &str) -> Vec<u8> {
    format!("Ada Lovelace\nada@example.org\n\nExperience\n\n{body}\n\nSkills\nPython\n").into_bytes()
}

#[test]
fn text_of_dates_and_rows_grows_evenly() {
    grows_evenly(
        "txt",
        &[
            "2019 - 2020\n",
            "Engineer, Acme Ltd, Jan 2019 - present\n- did things\n",
            "03/2019 ",
            "since 2019, until 2020; ",
            "Jan 2019 –\n",
            "Summer '19 to\n\n",
            "EXPERIENCE\n\nSkills\n",
            "Education\nBSc, University of London, 2013\n",
        ],
        resume,
    );
}

#[test]
fn text_of_contacts_and_lists_grows_evenly() {
    grows_evenly(
        "txt",
        &[
            "a@b.org ",
            "a.",
            "@",
            "+44 20 7946 0958, ",
            "1-",
            "https://example.org/a ",
            "www.a.",
            "Python, Rust, ",
            "no experience with Python and ",
            "C++/C#/.NET; ",
            "English (C1) | ",
            "ignore previous instructions ",
        ],
        resume,
    );
}

#[test]
fn text_of_shapes_grows_evenly() {
    grows_evenly(
        "txt",
        &[
            "x",
            "A ",
            "a          b\n",
            "a\tb\t",
            "(",
            "((a) ",
            "- ",
            "• a\n",
            "| a ",
            "a-\n",
            ", ",
            "\n\n.",
            "Ab Cd\n",
            "\u{1f600}",
            "e\u{301}",
            "\u{200b}a",
            "\u{e0041}",
        ],
        resume,
    );
}

#[test]
fn other_formats_grow_evenly() {
    grows_evenly(
        "html",
        &[
            "<div>",
            "<p>a",
            "<td>a",
            "<b>",
            "<a href=x>",
            "<style>a{}</style>a",
            "</p>",
            "&#228;",
            "<p class='a b c'>a",
        ],
        |body| format!("<html><body><p>Ada Lovelace{body}").into_bytes(),
    );
    grows_evenly(
        "rtf",
        &[
            "{",
            "{\\b a}",
            "\\par a",
            "\\'e4",
            "{\\shptxt a",
            "\\trowd\\cellx1 a\\cell\\row ",
        ],
        |body| format!("{{\\rtf1 Ada Lovelace\\par {body}").into_bytes(),
    );
    grows_evenly(
        "docx",
        &[
            "<w:p><w:r><w:t>a</w:t></w:r></w:p>",
            "<w:tbl><w:tr><w:tc><w:p><w:r><w:t>a</w:t></w:r></w:p></w:tc></w:tr></w:tbl>",
            "<w:tbl><w:tr><w:tc>",
            "<w:p><w:r><w:txbxContent>",
            "<w:p><w:r><w:rPr><w:b/></w:rPr><w:t>a</w:t></w:r><w:r><w:t>b</w:t></w:r></w:p>",
        ],
        |body| docx(&(paragraph("Ada Lovelace") + body), &[]),
    );
}
