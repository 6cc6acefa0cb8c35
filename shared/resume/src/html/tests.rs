fn shown(page: &str) -> Vec<String> {
    let mut lines: Vec<(f32, String)> = Vec::new();
    for span in super::read(page.as_bytes()).unwrap().spans {
        if span.hidden.is_some() {
            continue;
        }
        match lines.last_mut() {
            Some((y, text)) if *y == span.y => text.push_str(&span.text),
            _ => lines.push((span.y, span.text)),
        }
    }
    lines
        .into_iter()
        .map(|(_, text)| text.trim().to_owned())
        .collect()
}

#[test]
fn only_what_a_browser_shows_is_text() {
    let page = "<html><head><title>no</title><style>.x{display:none}</style></head><body><h1>Ada &amp; Co</h1>\
        <script>x<y</script><p>Z&uuml;rich<br>2 &lt; 3</p><p style='display:none'>secret</p>\
        <div class='x'><p>never<p>ever</div><p aria-hidden=true>icon<img alt='not seen'></p></body></html>";
    assert_eq!(shown(page), ["Ada & Co", "Zürich", "2 < 3", "icon"]);
}

#[test]
fn what_stands_side_by_side_is_kept_apart() {
    let page = "<style>.r{display:flex} .g{display:grid;grid-template-columns:8em 1fr} .d{float:right}</style>\
        <div class=r><b>Clerk</b><span>2019 – 2021</span></div>\
        <div class=g><div>2015</div><div>Baker</div><div>2013</div><div>Cook</div></div>\
        <p>Acme<span class=d>Leeds</span></p>\
        <table><tr><td>E-mail<td>ada@example.org<tr><td>Phone<td>1</table>";
    assert_eq!(
        shown(page),
        [
            "Clerk\t2019 – 2021",
            "2015\tBaker",
            "2013\tCook",
            "Acme\tLeeds",
            "E-mail\tada@example.org",
            "Phone\t1"
        ]
    );
}

#[test]
fn columns_of_a_page_are_read_one_after_the_other() {
    let page = "<style>.w{display:flex}</style><div class=w><div><h2>Skills</h2><p>Rust</div>\
        <div><h1>Ada</h1><h2>Work</h2></div></div>";
    assert_eq!(shown(page), ["Skills", "Rust", "Ada", "Work"]);
}

#[test]
fn elements_nested_too_deep_do_not_uncover_what_hides_them() {
    let deep = format!("{}{}", "<div>".repeat(10_000), "</div>".repeat(10_000));
    let page = format!("<p>Ada</p><div style='display:none'>{deep}secret</div><p>Leeds</p>");
    assert_eq!(shown(&page), ["Ada", "Leeds"]);
}

#[test]
fn the_encoding_that_a_page_names_is_used() {
    let page = b"<html><meta charset=\"iso-8859-2\"><p>\xa3\xf3d\xbc</p>";
    let source = super::read(page).unwrap();
    assert_eq!(source.spans[0].text, "Łódź");
}
