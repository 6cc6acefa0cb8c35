//! Spans to visible text: rows, segments, columns, reading order, and one string with what each line looks like.

mod clean;
mod columns;
mod furniture;
mod gutters;
mod hidden;
mod looks;
mod marks;
mod notes;
mod rows;
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
    visible::assemble(rows, hidden, source.rules)
}
