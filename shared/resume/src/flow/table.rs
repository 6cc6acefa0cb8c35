//! Tables in the order in which people read them.
//!
//! | kind | told by | read |
//! |---|---|---|
//! | columns of a page | headings in two columns, none of which heads a row | column by column |
//! | data | cells of one short line | row by row, one line a row, gaps between cells |
//! | an entry | one cell with several lines between short ones | the short ones on the first line of the long one |
//! | anything else | | row by row, cell by cell |
//!
//! A cell that is a section's heading stands on a line of its own.

use super::{Line, Looks, Part};
use crate::words::{has_date, is_heading_text};

/// Most cells of a row that are told apart; what follows joins the last one.
const MAX_CELLS: usize = 64;
/// Longest cell of a data row, in code points.
const SHORT: usize = 60;
/// Most lines of a cell that only adds a date or place.
const ASIDE_LINES: usize = 3;

/// Lines of one cell.
type Cell = Vec<Line>;

/// A table as it is collected.
#[derive(Debug, Default)]
pub(super) struct Table {
    rows: Vec<Vec<Cell>>,
    row: Vec<Cell>,
}

impl Table {
    pub fn end_cell(&mut self, lines: Cell) {
        if self.row.len() < MAX_CELLS {
            self.row.push(lines);
        } else if let Some(last) = self.row.last_mut() {
            last.extend(lines);
        }
    }

    pub fn end_row(&mut self) {
        let row = std::mem::take(&mut self.row);
        if row.iter().any(|cell| !cell.is_empty()) {
            self.rows.push(row);
        }
    }

    /// The lines in reading order.
    pub fn into_lines(mut self) -> Vec<Line> {
        self.end_row();
        let mut out = Vec::new();
        if self.side_by_side() {
            let columns = self.rows.iter().map(Vec::len).max().unwrap_or(0);
            let mut rows = self.rows;
            for column in 0..columns {
                for row in &mut rows {
                    if let Some(cell) = row.get_mut(column) {
                        out.append(cell);
                    }
                }
            }
            return out;
        }
        for row in self.rows {
            read_row(row, &mut out);
        }
        out
    }

    /// Whether at least two columns have section headings of their own, in different rows: the columns of a page.
    fn side_by_side(&self) -> bool {
        if self.rows.len() < 2 {
            return false;
        }
        let mut headings: Vec<usize> = Vec::new();
        for row in &self.rows {
            for (column, cell) in row.iter().enumerate() {
                let heads = cell.first().is_some_and(|line| is_heading_text(&line.shown()));
                if headings.len() <= column {
                    headings.resize(column + 1, 0);
                }
                if let Some(count) = headings.get_mut(column) {
                    *count += usize::from(heads);
                }
            }
        }
        headings.iter().filter(|count| **count > 0).count() > 1
    }
}

/// What is asked of a cell.
struct Facts {
    lines: usize,
    longest: usize,
    heading: bool,
    dated: bool,
}

fn facts(cell: &Cell) -> Facts {
    let shown: Vec<String> = cell.iter().map(Line::shown).filter(|t| !t.is_empty()).collect();
    Facts {
        lines: shown.len(),
        longest: shown.iter().map(|text| text.chars().count()).max().unwrap_or(0),
        heading: shown.first().is_some_and(|text| is_heading_text(text)),
        dated: shown.iter().any(|text| has_date(text)),
    }
}

fn read_row(mut row: Vec<Cell>, out: &mut Vec<Line>) {
    row.retain(|cell| !cell.is_empty());
    if row.len() > 1
        && row.first().is_some_and(|first| {
            let first = facts(first);
            first.heading && first.lines == 1
        })
    {
        out.append(&mut row.remove(0));
    }
    let facts: Vec<Facts> = row.iter().map(facts).collect();
    let long = facts.iter().filter(|cell| cell.longest > SHORT).count();
    if row.len() > 1 && facts.iter().all(|cell| cell.lines <= 1) && long < 2 {
        join(row, out);
        return;
    }
    if let Some(main) = heads(&facts) {
        // What stands before the main cell, its first line, and what stands behind it are one line.
        let after = row.split_off(main + 1);
        let body = row.pop().unwrap_or_default();
        let mut before = row.into_iter().flatten();
        let Some(first) = before.next() else {
            out.extend(after.into_iter().fold(body, beside));
            return;
        };
        let label = before.fold(first, joined);
        let mut lines = body.into_iter();
        let mut main: Cell = lines.next().map(|line| joined(label, line)).into_iter().collect();
        main.extend(lines);
        out.extend(after.into_iter().fold(main, beside));
        return;
    }
    row.iter_mut().for_each(|cell| out.append(cell));
}

/// The cell that the others only head or add to: the only one with several lines in a row of three and more, or the first
/// of two of which the second is a date, a place or the like.
fn heads(facts: &[Facts]) -> Option<usize> {
    let mut long = facts.iter().enumerate().filter(|(_, cell)| cell.lines > 1);
    let (main, cell) = long.next().filter(|(_, cell)| !cell.heading)?;
    let others = || {
        facts
            .iter()
            .enumerate()
            .filter(|(at, _)| *at != main)
            .map(|(_, cell)| cell)
    };
    let short = others().all(|cell| !cell.heading && cell.longest <= SHORT);
    let one_line = others().all(|cell| cell.lines <= 1);
    match facts {
        [_, aside] if main == 0 => {
            let dated = !cell.dated && aside.dated && aside.lines <= ASIDE_LINES.min(cell.lines);
            (short && (one_line || dated)).then_some(0)
        }
        [_, _, _, ..] => (short && one_line).then_some(main),
        _ => None,
    }
}

/// Cells of one line each as one line.
fn join(row: Vec<Cell>, out: &mut Vec<Line>) {
    let mut lines = row.into_iter().flatten();
    let Some(mut line) = lines.next() else { return };
    for next in lines {
        line = joined(line, next);
    }
    out.push(line);
}

/// Puts lines that only add something behind the lines beside them; a date that goes on in the next line stays whole.
fn beside(main: Cell, aside: Cell) -> Cell {
    let mut whole: Vec<Line> = Vec::new();
    for line in aside {
        match whole.last_mut() {
            Some(last) if last.shown().ends_with(['-', '–', '—']) => {
                let looks = last.parts.last().map(|part| part.looks).unwrap_or_default();
                last.parts.push(blank(" ", looks));
                last.parts.extend(line.parts);
            }
            _ => whole.push(line),
        }
    }
    let mut aside = whole.into_iter();
    let mut out: Cell = Vec::with_capacity(main.len());
    for line in main {
        out.push(match aside.next() {
            Some(next) => joined(line, next),
            None => line,
        });
    }
    out.extend(aside);
    out
}

fn joined(mut line: Line, next: Line) -> Line {
    let looks = next.parts.first().map(|part| part.looks).unwrap_or_default();
    line.parts.push(blank(
        "\t",
        Looks {
            hidden: None,
            ..looks
        },
    ));
    line.parts.extend(next.parts);
    line
}

fn blank(text: &str, looks: Looks) -> Part {
    Part {
        text: text.to_owned(),
        looks,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cell(text: &str) -> Cell {
        let line = |text: &str| Line {
            parts: vec![blank(text, Looks::default())],
            room: false,
        };
        text.lines().map(line).collect()
    }

    fn read(rows: &[&[&str]]) -> Vec<String> {
        let mut table = Table::default();
        for row in rows {
            row.iter().for_each(|text| table.end_cell(cell(text)));
            table.end_row();
        }
        let text = |line: &Line| line.parts.iter().map(|part| part.text.as_str()).collect();
        table.into_lines().iter().map(text).collect()
    }

    #[test]
    fn a_data_table_is_read_row_by_row() {
        assert_eq!(
            read(&[&["2019", "Acme", "Clerk"], &["2021", "", "Lead"]]),
            ["2019\tAcme\tClerk", "2021\tLead"]
        );
    }

    #[test]
    fn a_sidebar_is_read_before_or_behind_the_main_text_never_across() {
        assert_eq!(
            read(&[&["Skills\nRust\nGo", "Experience\nClerk\nAcme"]]),
            ["Skills", "Rust", "Go", "Experience", "Clerk", "Acme"]
        );
        assert_eq!(
            read(&[
                &["Skills", "Experience"],
                &["Rust", "Clerk"],
                &["Languages", "Acme"]
            ]),
            ["Skills", "Rust", "Languages", "Experience", "Clerk", "Acme"]
        );
    }

    #[test]
    fn a_heading_in_the_margin_stands_on_a_line_of_its_own() {
        assert_eq!(
            read(&[&["Skills", "Rust, Go"], &["E-mail", "ada@example.org"]]),
            ["Skills", "Rust, Go", "E-mail\tada@example.org"]
        );
    }

    #[test]
    fn a_date_at_the_right_joins_the_first_line() {
        assert_eq!(
            read(&[&["Clerk\nAcme\n• Counted", "May 2019 –\nJune 2020\nLeeds"]]),
            ["Clerk\tMay 2019 – June 2020", "Acme\tLeeds", "• Counted"]
        );
        assert_eq!(
            read(&[&["2019 – 2021", "Clerk\n• Counted", "Acme"]]),
            ["2019 – 2021\tClerk\tAcme", "• Counted"]
        );
    }
}
