use hiring_core::reading::SectionKind;

use super::*;

fn show(text: &str, terms: &[&str], near: Option<Range>) -> (Vec<String>, Option<Snippet>) {
    let terms: Vec<String> = terms.iter().map(|term| (*term).to_owned()).collect();
    let sections = [Section {
        kind: SectionKind::Work,
        start: 0,
        end: text.chars().count(),
    }];
    Terms::new(&terms).show(text, &sections, near)
}

fn slice(text: &str, range: Range) -> String {
    text.chars()
        .skip(range.start)
        .take(range.end - range.start)
        .collect()
}

#[test]
fn the_words_of_a_query_are_marked_at_their_places() {
    let text = "🦀 Müller\nRan Kubernetes for engineers; wrote Rust.\n";
    let (matched, snippet) = show(text, &["k8s", "Engineer", "rust", "zebra"], None);
    let snippet = snippet.unwrap();
    assert_eq!(matched, ["k8s", "Engineer", "rust"]);
    assert_eq!(snippet.text, slice(text, snippet.range));
    assert_eq!(snippet.section, Some("work"));
    let marked: Vec<String> = snippet
        .highlights
        .iter()
        .map(|range| slice(text, *range))
        .collect();
    assert_eq!(marked, ["Kubernetes", "engineers", "Rust"]);
}

#[test]
fn the_stretch_with_most_words_is_shown_else_the_nearest_in_meaning() {
    let filler = "something else entirely. ".repeat(30);
    let text = format!("Python here. {filler}Python and Docker there. {filler}");
    let (_, snippet) = show(&text, &["python", "docker"], None);
    assert!(snippet.unwrap().text.contains("Docker there"));
    let near = Range { start: 13, end: 63 };
    let (matched, snippet) = show(&text, &["zebra"], Some(near));
    assert_eq!((matched.len(), snippet.unwrap().range.start), (0, 13));
    assert_eq!(show(&text, &["zebra"], None).1, None);
}

#[test]
fn endings_may_differ_and_words_may_not() {
    assert!(same_stem("engineers", "engineer") && same_stem("marketing", "market"));
    assert!(
        !same_stem("javascript", "java") && !same_stem("react", "reaction") && !same_stem("tests", "text")
    );
}

proptest::proptest! {
    #[test]
    fn snippets_are_slices_with_marks_inside(text in "[a-zé 🦀\n.]{0,600}", term in "[a-zé]{1,4}", near in 0usize..700) {
        let near = Range { start: near, end: near + 50 };
        let (_, snippet) = show(&text, &[&term], Some(near));
        if let Some(snippet) = snippet {
            proptest::prop_assert_eq!(&snippet.text, &slice(&text, snippet.range));
            let mut last = snippet.range.start;
            for mark in &snippet.highlights {
                proptest::prop_assert!(mark.start >= last && mark.end > mark.start && mark.end <= snippet.range.end);
                last = mark.end;
            }
        }
    }
}
