use super::*;

#[test]
fn headings_are_known_in_four_languages_and_in_spaced_letters() {
    for (text, kind) in [
        ("WORK EXPERIENCE", Work),
        ("Berufserfahrung:", Work),
        ("Licenses & Certifications", Certificates),
        ("Compétences", Skills),
        ("Formación académica", Education),
        ("E X P E R I E N C E", Work),
        ("W ORK E XPERIENCE", Work),
        ("B E R U F L I C H E R  W E R D E G A N G", Work),
        ("W H E R E I ' V E W O R K E D", Work),
    ] {
        assert_eq!(heading(text), Some(kind), "{text}");
    }
}

#[test]
fn unusual_headings_are_known_by_their_words() {
    for (text, kind) in [
        ("Career so far", Work),
        ("Where I've worked", Work),
        ("Work History & Achievements", Work),
        ("Relevant Professional Experience", Work),
        ("Bisherige berufliche Stationen", Work),
        ("Meine Berufserfahrung", Work),
        ("Mes expériences", Work),
        ("Dónde he trabajado", Work),
        ("Trayectoria profesional", Work),
        ("Schule und Studium", Education),
        ("Akademischer Werdegang", Education),
        ("Parcours académique", Education),
        ("Mis estudios", Education),
        ("Was ich kann", Skills),
        ("Mes compétences clés", Skills),
        ("Sprachliche Kenntnisse", Languages),
        ("Langues parlées", Languages),
        ("Volunteer experience", Other),
        ("Career summary", Summary),
        ("1. Education", Education),
        ("III. Praktische Erfahrungen", Work),
        ("=== SKILLS ===", Skills),
        ("▌ Idiomas", Languages),
        ("💼 Experiencia", Work),
        ("Skills / Languages", Skills),
    ] {
        assert_eq!(heading(text), Some(kind), "{text}");
    }
}

#[test]
fn lines_of_a_section_are_no_headings() {
    for text in [
        "Experience with Rust",
        "Software Engineer",
        "Studied at Leeds",
        "Research assistant",
        "Education officer",
        "Sales and career coach",
        "work, school",
        "I know what I do.",
        "Universität Leipzig",
    ] {
        assert_eq!(heading(text), None, "{text}");
    }
}

#[test]
fn what_looks_like_a_heading_may_hold_other_words_or_a_wrong_letter() {
    assert_eq!(likely("Berufserfahrnng"), Some(Work));
    assert_eq!(likely("Selected clients & jobs"), Some(Work));
    assert_eq!(likely("IT-Kenntnisse & Werkzeuge im Detail"), Some(Skills));
    assert_eq!(likely("Ada Byron"), None);
}

#[test]
fn the_tables_are_sorted_so_that_every_key_is_found() {
    for (table, text) in [(&TABLE, HEADINGS), (&VOCABULARY, WORDS)] {
        for line in text.lines() {
            let (key, name) = line.split_once('\t').unwrap();
            assert_eq!(table.get(key), Some(name), "{key}");
            assert!(name == "-" || kind(name).is_some(), "{line}");
            assert_eq!(fold_words(key), key);
        }
    }
}
