use super::*;

fn lines(out: FlowWriter) -> Vec<String> {
    let mut lines: Vec<(f32, String)> = Vec::new();
    for span in out.finish().spans {
        match lines.last_mut() {
            Some((y, text)) if *y == span.y => text.push_str(&span.text),
            _ => lines.push((span.y, span.text)),
        }
    }
    lines.into_iter().map(|(_, text)| text).collect()
}

fn write(out: &mut FlowWriter, text: &str) {
    out.push(text, Looks::default());
    out.end_line();
}

#[test]
fn a_short_box_does_not_tear_the_line_around_it_apart() {
    let mut out = FlowWriter::new(1_000);
    out.push("Ada ", Looks::default());
    out.begin_box();
    write(&mut out, "+44 7700 900123");
    out.end_box();
    write(&mut out, "Lovelace");
    assert_eq!(lines(out), ["Ada Lovelace", "+44 7700 900123"]);
}

#[test]
fn a_box_with_sections_of_its_own_stands_behind_the_body() {
    let mut out = FlowWriter::new(1_000);
    out.begin_box();
    for text in ["Skills", "Rust", "Go"] {
        write(&mut out, text);
    }
    out.end_box();
    write(&mut out, "Ada");
    out.release_boxes();
    write(&mut out, "footer");
    assert_eq!(lines(out), ["Ada", "Skills", "Rust", "Go", "footer"]);
}

#[test]
fn tables_nested_without_end_are_read_as_lines_and_end() {
    let mut out = FlowWriter::new(100_000);
    for _ in 0..10_000 {
        out.begin_table();
        out.begin_box();
    }
    write(&mut out, "deep");
    for _ in 0..5_000 {
        out.end_box();
        out.end_cell();
        out.end_table();
    }
    write(&mut out, "after");
    assert_eq!(lines(out), ["deep", "after"]);
}

#[test]
fn the_limit_bounds_stretches_as_well_as_bytes() {
    let mut out = FlowWriter::new(100);
    for at in 0..1_000 {
        let looks = Looks {
            bold: at % 2 == 0,
            ..Looks::default()
        };
        out.push("x", looks);
    }
    assert!(out.full());
    assert!(out.finish().spans.len() <= 20);
}
