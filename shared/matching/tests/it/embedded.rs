//! What of a resume is embedded, from resumes as they are read.

use hiring_core::reading::ReadResume;
use hiring_matching::embedded::{Piece, pieces, profile};
use hiring_resume::{ReadOptions, read};
use proptest::prelude::*;
use proptest::sample::select;

fn read_text(text: &str) -> ReadResume {
    let today = "2026-11-22".parse().unwrap();
    read(text.as_bytes(), &ReadOptions { today }).unwrap()
}

/// A resume of somebody with this name, this address and these lines about the person.
fn resume(name: &str, contact: &str, personal: &str) -> String {
    format!(
        "{name}\nSales Manager\n{contact}\n{personal}\nSummary\n{name} sells software to hospitals and led a team of twelve.\n\n\
        Experience\nSales Manager, Nordlicht GmbH, 04/2019 - present\n- Won 40 hospitals as customers\n- Reported to Mr. {name}\n\
        Account Manager, Alpenglanz AG, 10/2014 - 03/2019\n- Sold software for intensive care\n\n\
        Education\nBachelor of Arts, University of Passau, 2010 - 2014\n\nSkills\nSalesforce, SAP, Negotiation\n"
    )
}

fn texts(read: &ReadResume) -> Vec<String> {
    let pieces = pieces(&read.resume, &read.visible_text, &read.sections);
    pieces.into_iter().map(|piece| piece.text).collect()
}

#[test]
fn pieces_hold_what_somebody_did_and_nothing_of_who_they_are() {
    let read = read_text(&resume(
        "Anna Krüger",
        "Rosenweg 4, 10115 Berlin | anna.krueger@example.org | Tel.: +49 89 5550 1777",
        "Date of birth: 1 May 1990\nNationality: German",
    ));
    let all = texts(&read).join("\n");
    for gone in [
        "Anna", "Krüger", "Rosenweg", "10115", "Berlin", "example", "5550", "1990", "German", "birth", "Tel",
        "[",
    ] {
        assert!(!all.contains(gone), "{gone}: {all}");
    }
    for kept in [
        "sells software to hospitals",
        "Won 40 hospitals",
        "University of Passau",
        "Salesforce, SAP",
    ] {
        assert!(all.contains(kept), "{kept}: {all}");
    }
    let profile = profile(&read.resume);
    assert!(
        profile.starts_with("Sales Manager. Skills: Salesforce"),
        "{profile}"
    );
}

#[test]
fn a_piece_stands_where_it_says_in_the_visible_text() {
    let text = resume("Anna Krüger", "anna.krueger@example.org", "");
    let read = read_text(&text);
    let found: Vec<Piece> = pieces(&read.resume, &read.visible_text, &read.sections);
    assert!(found.len() >= 3);
    let mut last = 0;
    for piece in &found {
        assert!(piece.start >= last && piece.end > piece.start, "{piece:?}");
        let there: String = read
            .visible_text
            .chars()
            .skip(piece.start)
            .take(piece.end - piece.start)
            .collect();
        let (first, end) = (
            piece.text.split_whitespace().next().unwrap(),
            piece.text.split_whitespace().next_back().unwrap(),
        );
        assert!(
            there.contains(first) && there.ends_with(end),
            "{there:?} {piece:?}"
        );
        last = piece.end;
    }
}

#[test]
fn a_title_that_is_somebodys_name_stays_in_the_profile() {
    let kellner = resume("Anna Kellner", "a@example.org", "").replace("Sales Manager", "Kellner");
    let kellner = profile(&read_text(&kellner).resume);
    let lee = resume("Bo Lee", "a@example.org", "").replace("Sales Manager", "Kellner");
    assert_eq!(kellner, profile(&read_text(&lee).resume));
    assert!(kellner.contains("Kellner"), "{kellner}");
}

#[test]
fn contact_data_outside_the_contact_section_is_left_out_as_well() {
    let text = |contact: &str| {
        format!(
            "Ada Byron\nQuality Engineer\nAbout\n{contact}\nCAD\nAutoCAD\nSummary\nChecked parts for 11 years, with care and good tools.\n\n\
            Experience\nQuality Engineer, Nordlicht GmbH, 04/2015 - present\n- Measured turbine blades\n"
        )
    };
    let plain = texts(&read_text(&text("München DE\nada@example.org")));
    assert!(plain.join("\n").contains("AutoCAD"), "{plain:?}");
    for contact in [
        "Königstraße 3, München DE\nada@example.org",
        "München DE\nada.byron@\nexample.org\n(mailto:ada.byron@\nexample.org)",
        "München DE\nada@example.org\n(https://www.linkedin.co\nm/in/ada-byron)\nin ada-byron (LinkedIn)",
    ] {
        assert_eq!(plain, texts(&read_text(&text(contact))), "{contact}");
    }
}

const NAMES: [&str; 6] = [
    "Anna Krüger",
    "Jamal Washington",
    "María García López",
    "Nguyễn Thị Lan",
    "Seán O'Brien",
    "Li Wei",
];
const CONTACTS: [&str; 8] = [
    "a@b.example",
    "maximiliana.von.und.zu.langename@a-very-long-name-of-a-company.example",
    "Berlin | a@b.example",
    "Unter den Linden 77, 10117 Berlin | E-Mail: a@b.example | Mobile: 0151 2345 6789",
    "Denver, CO 80202\nPhone: (303) 555-0142\nhttps://linkedin.com/in/somebody",
    // As narrow columns break them.
    "München, Germany\nmaximiliana.lang@\nexample.org\n(mailto:maximiliana.lang@\nexample.org)\n+49 (0) 171 1900312",
    "Königstraße 3, München, Germany\na@b.example\n(https://www.linkedin.co\nm/in/somebody)",
    "12 rue de la Paix, 75002 Paris\ta@b.example\t+33 1 23 45 67 89",
];
const PERSONAL: [&str; 6] = [
    "",
    "Date of birth: 12 March 1961",
    "34 years old",
    "Nationality: Swiss | married, two children",
    "geb. am 01.05.1990 in Ulm\nFamilienstand: ledig",
    "Gender: female\nMarital status: single",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn people_who_differ_in_name_contact_and_age_are_embedded_in_the_same_words(
        name in select(&NAMES[..]), contact in select(&CONTACTS[..]), personal in select(&PERSONAL[..]),
    ) {
        let one = read_text(&resume("Ada Byron", "ada@example.org", ""));
        let other = read_text(&resume(name, contact, personal));
        prop_assert_eq!(texts(&one), texts(&other), "{}", other.visible_text);
        prop_assert_eq!(profile(&one.resume), profile(&other.resume));
    }

    #[test]
    fn pieces_are_short_and_in_order_whatever_the_text(text in "[a-zé .|•\n@+0-9]{0,4000}") {
        let read = ReadResume { visible_text: text.clone(), ..read_text(&resume("Bo Lee", "b@example.org", "")) };
        let end = text.chars().count();
        let sections = [hiring_core::reading::Section { kind: hiring_core::reading::SectionKind::Work, start: 0, end }];
        let mut last = 0;
        for piece in pieces(&read.resume, &text, &sections) {
            prop_assert!(piece.start >= last && piece.end <= end && piece.start < piece.end, "{:?}", piece);
            prop_assert!(piece.text.chars().count() <= 800);
            last = piece.end;
        }
    }
}
