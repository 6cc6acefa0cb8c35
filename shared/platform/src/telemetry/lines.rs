//! Log lines as JSON, written as they are read from spans and events.
//!
//! `tracing-subscriber` has such lines too: it collects the fields of a span in a map, writes them as JSON, and for every line reads
//! that again to write it anew. Here a span's fields are written once and copied into each of its lines.

use std::fmt::{self, Debug, Write};

use serde_json::{Map, Value};
use tracing::field::{Field, Visit};
use tracing::span::Record;
use tracing::{Event, Subscriber};
use tracing_subscriber::field::RecordFields;
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::time::{FormatTime, SystemTime};
use tracing_subscriber::fmt::{FmtContext, FormatEvent, FormatFields, FormattedFields};
use tracing_subscriber::registry::LookupSpan;

/// One object a line: `timestamp`, `level`, the event's fields, `target`, and the fields and the `name` of the innermost span as
/// `span`.
pub(super) struct Lines;

/// Fields as members of an object, without its braces.
pub(super) struct Members;

impl<S> FormatEvent<S, Members> for Lines
where
    S: Subscriber + for<'a> LookupSpan<'a>,
{
    fn format_event(
        &self,
        context: &FmtContext<'_, S, Members>,
        mut writer: Writer<'_>,
        event: &Event<'_>,
    ) -> fmt::Result {
        let about = event.metadata();
        writer.write_str("{\"timestamp\":\"")?;
        SystemTime.format_time(&mut writer)?;
        write!(writer, "\",\"level\":\"{}\"", about.level().as_str())?;
        let mut fields = Fields::after_others(&mut writer);
        event.record(&mut fields);
        fields.outcome?;
        writer.write_str(",\"target\":")?;
        text(&mut writer, about.target())?;
        let parent = event.parent().and_then(|id| context.span(id));
        if let Some(span) = parent.or_else(|| context.lookup_current()) {
            writer.write_str(",\"span\":{")?;
            let extensions = span.extensions();
            if let Some(members) = extensions.get::<FormattedFields<Members>>()
                && !members.is_empty()
            {
                write!(writer, "{members},")?;
            }
            writer.write_str("\"name\":")?;
            text(&mut writer, span.name())?;
            writer.write_char('}')?;
        }
        writer.write_str("}\n")
    }
}

impl<'writer> FormatFields<'writer> for Members {
    fn format_fields<R: RecordFields>(&self, mut writer: Writer<'writer>, fields: R) -> fmt::Result {
        let mut members = Fields::first(&mut writer);
        fields.record(&mut members);
        members.outcome
    }

    /// What is told later about a span takes the place of what was told before.
    fn add_fields(&self, current: &'writer mut FormattedFields<Self>, fields: &Record<'_>) -> fmt::Result {
        let mut added = String::new();
        self.format_fields(Writer::new(&mut added), fields)?;
        let object = |members: &str| serde_json::from_str::<Map<String, Value>>(&format!("{{{members}}}"));
        let (known, added) = (object(&current.fields), object(&added));
        let (mut all, added) = (known.map_err(|_| fmt::Error)?, added.map_err(|_| fmt::Error)?);
        all.extend(added);
        let whole = Value::Object(all).to_string();
        let members = whole.strip_prefix('{').and_then(|rest| rest.strip_suffix('}'));
        current.fields = members.unwrap_or_default().to_owned();
        Ok(())
    }
}

/// Writes members one after the other.
struct Fields<'w, 'a> {
    writer: &'w mut Writer<'a>,
    is_first: bool,
    outcome: fmt::Result,
}

impl<'w, 'a> Fields<'w, 'a> {
    const fn first(writer: &'w mut Writer<'a>) -> Self {
        Self {
            writer,
            is_first: true,
            outcome: Ok(()),
        }
    }

    const fn after_others(writer: &'w mut Writer<'a>) -> Self {
        Self {
            is_first: false,
            ..Self::first(writer)
        }
    }

    fn member(&mut self, field: &Field, value: impl FnOnce(&mut Writer<'a>) -> fmt::Result) {
        let comma = if self.is_first { "" } else { "," };
        self.is_first = false;
        // A name of the language's own is written so in the code, and not meant so.
        let name = field.name().strip_prefix("r#").unwrap_or(field.name());
        let written = self
            .writer
            .write_str(comma)
            .and_then(|()| text(self.writer, name))
            .and_then(|()| self.writer.write_char(':'))
            .and_then(|()| value(self.writer));
        self.outcome = self.outcome.and(written);
    }
}

impl Visit for Fields<'_, '_> {
    fn record_f64(&mut self, field: &Field, value: f64) {
        // What is no number has no place in JSON.
        let known = value.is_finite().then_some(value);
        self.member(field, |writer| match known {
            Some(value) => write!(writer, "{value}"),
            None => writer.write_str("null"),
        });
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.member(field, |writer| write!(writer, "{value}"));
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.member(field, |writer| write!(writer, "{value}"));
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.member(field, |writer| write!(writer, "{value}"));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.member(field, |writer| text(writer, value));
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.member(field, |writer| {
            writer.write_char('"')?;
            write!(Escaped(writer), "{value:?}")?;
            writer.write_char('"')
        });
    }
}

/// Writes a text in quotes.
fn text(writer: &mut Writer<'_>, text: &str) -> fmt::Result {
    writer.write_char('"')?;
    Escaped(writer).write_str(text)?;
    writer.write_char('"')
}

/// What is written goes on as the inside of a text in JSON (RFC 8259 7).
struct Escaped<'w, 'a>(&'w mut Writer<'a>);

impl Write for Escaped<'_, '_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let mut rest = text;
        let special = |byte: u8| byte < b' ' || byte == b'"' || byte == b'\\';
        while let Some((plain, others)) = rest
            .bytes()
            .position(special)
            .and_then(|at| rest.split_at_checked(at))
        {
            self.0.write_str(plain)?;
            let mut others = others.chars();
            match others.next() {
                Some('"') => self.0.write_str("\\\"")?,
                Some('\\') => self.0.write_str("\\\\")?,
                Some('\n') => self.0.write_str("\\n")?,
                Some(control) => write!(self.0, "\\u{:04x}", u32::from(control))?,
                None => {}
            }
            rest = others.as_str();
        }
        self.0.write_str(rest)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn escaped(written: &str) -> String {
        let mut line = String::new();
        text(&mut Writer::new(&mut line), written).unwrap();
        line
    }

    proptest! {
        #[test]
        fn whatever_is_told_is_read_from_the_line_again(told in any::<String>()) {
            let line = escaped(&told);
            prop_assert!(!line.contains('\n'), "one line: {line}");
            prop_assert_eq!(serde_json::from_str::<String>(&line).unwrap(), told);
        }
    }

    #[test]
    fn control_characters_and_quotes_are_escaped() {
        assert_eq!(
            escaped("a\"b\\c\nd\u{1b}e\u{7f}é"),
            "\"a\\\"b\\\\c\\nd\\u001be\u{7f}é\""
        );
    }
}
