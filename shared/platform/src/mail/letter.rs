//! A template's words as text and as HTML. The two parts cannot differ, because both are made from the same paragraphs.

use std::fmt::Write;

/// The name of the product in From, subject line and footer.
pub const PRODUCT: &str = "Hiring Agent";

/// Why the reader got it, at the end of each letter.
const FOOTER: &str = "This mail was written by Hiring Agent. Replies are not read.";

/// A subject and paragraphs. Every character that is not visible is a space in them, so that no parameter can start a line
/// or a header of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    subject: String,
    paragraphs: Vec<String>,
}

impl Letter {
    /// A letter without paragraphs.
    #[must_use]
    pub fn new(subject: &str) -> Self {
        Self {
            subject: one_line(subject),
            paragraphs: Vec::new(),
        }
    }

    /// Adds a paragraph of plain words.
    #[must_use]
    pub fn paragraph(mut self, words: &str) -> Self {
        self.paragraphs.push(one_line(words));
        self
    }

    /// The subject: one line.
    #[must_use]
    pub fn subject(&self) -> &str {
        &self.subject
    }

    /// The text part.
    #[must_use]
    pub fn text(&self) -> String {
        let paragraphs = self.paragraphs.join("\r\n\r\n");
        format!("{paragraphs}\r\n\r\n-- \r\n{FOOTER}\r\n")
    }

    /// The HTML part.
    #[must_use]
    pub fn html(&self) -> String {
        let mut body = String::new();
        for paragraph in &self.paragraphs {
            // Writing to a string cannot fail.
            let _ = writeln!(body, "<p>{}</p>", escaped(paragraph));
        }
        let subject = escaped(&self.subject);
        format!(
            "<!doctype html>\n<html lang=\"en\">\n<head><meta charset=\"utf-8\"><title>{subject}</title></head>\n\
             <body style=\"font-family: sans-serif; line-height: 1.5; max-width: 36em; margin: 1em auto; padding: 0 1em\">\n\
             {body}<p style=\"color: #666; font-size: small\">{FOOTER}</p>\n</body>\n</html>\n"
        )
    }
}

/// Control characters and line breaks of every sort become spaces.
fn one_line(words: &str) -> String {
    let visible = |c: char| {
        if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}') {
            ' '
        } else {
            c
        }
    };
    words.chars().map(visible).collect()
}

fn escaped(words: &str) -> String {
    let mut safe = String::with_capacity(words.len());
    for c in words.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            other => safe.push(other),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn markup_in_a_parameter_is_shown_and_not_obeyed() {
        let letter = Letter::new("A & B").paragraph("Hello <script>alert('x')</script> \"Ada\",");
        assert!(
            letter
                .text()
                .contains("Hello <script>alert('x')</script> \"Ada\",")
        );
        let html = letter.html();
        assert!(html.contains("Hello &lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt; &quot;Ada&quot;,"));
        assert!(html.contains("<title>A &amp; B</title>"));
        assert!(!html.contains("<script>"));
    }

    proptest! {
        #[test]
        fn no_words_start_a_line_or_a_tag_of_their_own(words in any::<String>()) {
            let plain = Letter::new("s").paragraph("p");
            let letter = Letter::new(&words).paragraph(&words);
            prop_assert!(!letter.subject().chars().any(char::is_control));
            prop_assert_eq!(letter.text().lines().count(), plain.text().lines().count());
            prop_assert_eq!(letter.html().matches('<').count(), plain.html().matches('<').count());
            prop_assert_eq!(letter.html().matches('"').count(), plain.html().matches('"').count());
        }
    }
}
