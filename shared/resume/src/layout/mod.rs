//! Spans to visible text: rows, segments, columns, reading order, and one string with what each line looks like.
//!
//! ```text
//! spans -> rows of segments -> columns, one after the other -> lines of the visible text
//! ```
//!
//! | step | module | what it does |
//! |---|---|---|
//! | 1 | `hidden` | takes out spans and characters that nobody can see, and tells where they would stand |
//! | 2 | `turned` | lays out text that runs another way apart from the rest |
//! | 3 | `rows` | spans on one baseline to a row; words by their distance, segments by wider gaps |
//! | | `clean`, `spaced` | characters and words as a reader sees them |
//! | 4 | `furniture` | running heads, feet and page numbers out of the way of the text |
//! | 5 | `marks` | which segments are headings, dates, contact data |
//! | | `gutters`, `columns`, `notes` | blank strips, what they part, and the order in which that is read |
//! | 6 | `hyphens` | words that a line's end takes apart |
//! | 7 | `visible` | rows to lines of one string, a tab between two segments |
//! | | `ruled` | lines drawn under text |
//!
//! Sources that flow are in reading order and skip steps 2, 4 and 5. Points are measured from the top left corner of a
//! page; from `rows` on pages are put under each other. Offsets into the visible text are bytes inside this crate;
//! whatever leaves it counts code points ([`Visible::code_point`]).

mod clean;
mod columns;
mod furniture;
mod gutters;
mod hidden;
mod hyphens;
mod marks;
mod notes;
mod rows;
mod ruled;
mod spaced;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
mod turned;
mod visible;

pub(crate) use hidden::HiddenText;
pub(crate) use visible::{Line, Visible};

use crate::span::Source;
use rows::Row;

/// Lays a source out as text.
pub(crate) fn lay_out(mut source: Source) -> Visible {
    let hidden = hidden::take_out(&mut source);
    let shown = source.spans;
    let rows: Vec<Row> = if source.flow {
        rows::flowing(shown)
    } else {
        let (usual, turned) = turned::take_apart(shown);
        let (mut body, feet) = furniture::take_out(rows::on_pages(usual), &source.page_facts);
        marks::mark(&mut body);
        let mut rows = columns::order(body);
        rows.extend(feet);
        turned::put_back(&mut rows, turned, &source.page_facts);
        rows
    };
    visible::assemble(hyphens::join(rows, source.flow), hidden, source.rules)
}
