//! The name of an uploaded file: for people to recognise, never for opening anything.

use hiring_core::reading::FileType;

/// Longest name in characters, as the table demands.
const MAX_CHARS: usize = 255;
/// Longest extension that is kept when a name is cut, in characters with the dot.
const MAX_EXTENSION_CHARS: usize = 16;

/// The name without folders, invisible characters, characters that some system forbids in names, and excess length.
/// Whoever sends none gets one by type.
#[must_use]
pub fn clean(given: &str, file_type: FileType) -> String {
    let parts = given.rsplit(['/', '\\']).map(tidy);
    let name = parts.into_iter().find(|part| !part.is_empty());
    name.map_or_else(
        || format!("resume.{}", file_type.extension()),
        |name| shorten(&name),
    )
}

/// One part of a path, without what is invisible or forbidden.
fn tidy(part: &str) -> String {
    let visible = part.chars().filter(|&c| !is_invisible(c));
    let allowed: String = visible
        .map(|c| match c {
            '<' | '>' | ':' | '"' | '|' | '?' | '*' => '_',
            c if c.is_whitespace() => ' ',
            c => c,
        })
        .collect();
    // Leading dots hide a file, trailing ones disappear on some systems; `.` and `..` become nothing.
    allowed.trim_matches(|c: char| c == ' ' || c == '.').to_owned()
}

/// Control characters, and those that reorder text, join nothing visible or break lines: with them `gpj.exe` can be made
/// to look like `exe.jpg`.
fn is_invisible(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffd}' | '\u{e0000}'..='\u{e007f}'
        )
}

/// At most [`MAX_CHARS`] characters, the extension kept.
fn shorten(name: &str) -> String {
    if name.chars().count() <= MAX_CHARS {
        return name.to_owned();
    }
    let extension = name
        .rfind('.')
        .and_then(|dot| name.get(dot..))
        .filter(|text| text.chars().count() <= MAX_EXTENSION_CHARS);
    let extension = extension.unwrap_or_default();
    let stem = name.chars().take(MAX_CHARS - extension.chars().count());
    stem.chain(extension.chars()).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn pdf(given: &str) -> String {
        clean(given, FileType::Pdf)
    }

    #[test]
    fn folders_are_dropped() {
        assert_eq!(pdf("../../etc/passwd"), "passwd");
        assert_eq!(pdf(r"C:\Users\ada\cv.pdf"), "cv.pdf");
        assert_eq!(pdf("folder/"), "folder");
        assert_eq!(pdf(".."), "resume.pdf");
        assert_eq!(pdf(""), "resume.pdf");
    }

    #[test]
    fn what_cannot_be_seen_is_dropped() {
        assert_eq!(pdf("cv\u{0}\u{1b}[31m\r\n.pdf"), "cv[31m.pdf");
        assert_eq!(pdf("fdp.\u{202e}exe.pdf"), "fdp.exe.pdf");
        assert_eq!(
            pdf("\u{feff}R\u{e9}sum\u{e9}\u{a0}Ada.pdf"),
            "R\u{e9}sum\u{e9} Ada.pdf"
        );
    }

    #[test]
    fn a_long_name_keeps_its_extension() {
        let name = pdf(&format!("{}.pdf", "a".repeat(400)));
        assert_eq!(name.len(), 255);
        assert!(name.ends_with("a.pdf"));
        assert_eq!(pdf(&"\u{e9}".repeat(300)).chars().count(), 255);
    }

    proptest! {
        #[test]
        fn any_name_becomes_one_that_can_be_stored_and_stays_as_it_is_then(given in ".{0,600}") {
            let name = pdf(&given);
            let length = name.chars().count();
            prop_assert!((1..=255).contains(&length));
            prop_assert!(!name.contains(['/', '\\']) && !name.chars().any(char::is_control));
            prop_assert!(name != "." && name != "..");
        }
    }
}
