use hiring_core::reading::SectionKind;
use hiring_core::resume::Leaf;
use proptest::prelude::*;
use proptest::sample::select;

use super::*;

fn leaf(text: &str, raw: &str) -> Leaf {
    let start = text[..text.find(raw).unwrap()].chars().count();
    Leaf {
        value: raw.to_owned(),
        raw: raw.to_owned(),
        start,
        end: start + raw.chars().count(),
        confidence: 1.0,
    }
}

fn named(text: &str, name: &str) -> Resume {
    let mut resume = Resume::default();
    resume.contact.name = Some(leaf(text, name));
    resume
}

fn neutral_of(text: &str, name: &str) -> String {
    of(&named(text, name), text, &[]).text
}

fn spoken(language: &str, text: &str) -> String {
    let mut resume = Resume::default();
    resume.document.language = Some(language.to_owned());
    of(&resume, text, &[]).text
}

#[test]
fn a_name_is_replaced_in_full_in_part_and_behind_a_form_of_address() {
    let text = "ANNA KRÜGER\nMs. Krüger led a team. Anna's team, run by A. Krüger, liked Krueger. Prof. Dr. Anna Krüger";
    assert_eq!(
        neutral_of(text, "ANNA KRÜGER"),
        "[name]\n[name] led a team. [name]'s team, run by [name], liked [name]. [name]"
    );
}

#[test]
fn a_word_that_is_also_a_skill_or_a_trade_stays_where_it_is_no_name() {
    assert_eq!(
        neutral_of(
            "Ruby Smith\nPage 2 of Ruby Smith. Built it in Ruby for Mr Smith.",
            "Ruby Smith"
        ),
        "[name]\nPage 2 of [name]. Built it in Ruby for [name]."
    );
    assert_eq!(
        neutral_of("Will May\nMay 2019: I will bake.", "Will May"),
        "[name]\nMay 2019: I will bake."
    );
    assert_eq!(
        neutral_of("María de la Cruz\nGestión de la obra", "María de la Cruz"),
        "[name]\nGestión de la obra"
    );
}

#[test]
fn a_name_in_a_handle_is_replaced_too() {
    assert_eq!(
        neutral_of(
            "Anna Krüger-Lindt\nprofile: anna-kruger, annakrueger, lindt.anna; kruger",
            "Anna Krüger-Lindt"
        ),
        "[name]\nprofile: [name], annakrueger, [name]; kruger"
    );
    assert_eq!(
        neutral_of("Jo Lindqvist\n@lindqvistjo jolindqvist", "Jo Lindqvist"),
        "[name]\n@lindqvistjo jolindqvist"
    );
    assert_eq!(
        neutral_of("Ada Lindqvist\nlindqvistada adalindqvist", "Ada Lindqvist"),
        "[name]\n[name]"
    );
}

#[test]
fn a_title_that_is_also_somebodys_name_stays() {
    let text = "Anna Kellner\nOberkellner und Kellner im Hotel\nKellner sagte";
    let mut resume = named(text, "Anna Kellner");
    let mut title = leaf(text, "Kellner im Hotel");
    title.raw = "Kellner im Hotel".to_owned();
    resume.work.push(hiring_core::resume::Work {
        title: Some(title),
        ..Default::default()
    });
    assert_eq!(
        of(&resume, text, &[]).text,
        "[name]\nOberkellner und Kellner im Hotel\n[name] sagte"
    );
}

#[test]
fn he_and_she_become_the_same_words_in_four_languages() {
    assert_eq!(
        spoken("en", "He led his team. Ask him; ER nurse."),
        spoken("en", "She led her team. Ask her; ER nurse.")
    );
    assert_eq!(
        spoken("en", "He himself, his"),
        spoken("en", "They themself, theirs")
    );
    assert_eq!(
        spoken("de", "Er leitete sein Team, seine Kunden"),
        spoken("de", "Sie leitete ihr Team, ihre Kunden")
    );
    assert_eq!(spoken("fr", "Il dirige"), spoken("fr", "Elle dirige"));
    assert_eq!(
        spoken("en", "Clara (she/her)\nhe/him"),
        "Clara [personal]\n[personal]"
    );
    assert_eq!(spoken("es", "Él dirige el equipo"), "ella dirige el equipo");
}

#[test]
fn forms_of_address_go_and_abbreviations_stay() {
    assert_eq!(
        spoken("en", "Mrs Jones, MS Office, Ms. Lee"),
        "[name], MS Office, [name]"
    );
    assert_eq!(spoken("de", "Frau Dr. Weber, Herrn Müller"), "[name], [name]");
    assert_eq!(spoken("fr", "M. Dupont et Mme Durand"), "[name] et [name]");
    assert_eq!(spoken("de", "M. Sc. Informatik"), "M. Sc. Informatik");
}

#[test]
fn contact_data_goes_whoever_found_it() {
    assert_eq!(
        spoken(
            "en",
            "a.b@mail.example | +49 (0)30 1234-567 | https://x.example/me, github.com/me"
        ),
        "[email] | [phone] | [link], [link]"
    );
    assert_eq!(
        spoken("en", "Tel.: 030 1234 5678\n(555) 123-4567"),
        "Tel.: [phone]\n[phone]"
    );
    assert_eq!(
        spoken("en", "01/2015 - 03/2018, 2015 - 2018, 10.000.000 EUR"),
        "01/2015 - 03/2018, 2015 - 2018, 10.000.000 EUR"
    );
}

#[test]
fn streets_and_postal_codes_go_and_towns_of_work_stay() {
    for (text, expected) in [
        ("Hauptstr. 5, 10115 Berlin", "[street], [street] Berlin"),
        (
            "123 Main Street, Denver, CO 80202",
            "[street], Denver, CO [street]",
        ),
        ("12 rue de la Paix\n75002 Paris", "[street]\n[street] Paris"),
        ("Calle Mayor 3, 28013 Madrid", "[street], [street] Madrid"),
        ("10 Downing Street, London SW1A 2AA", "[street], London [street]"),
        ("Berlin 2019", "Berlin 2019"),
    ] {
        assert_eq!(spoken("en", text), expected);
    }
    let work = format!("{}5 Avenue project", "Line\n".repeat(20));
    assert_eq!(spoken("en", &work), work);
}

#[test]
fn the_home_town_goes_from_the_neutral_text_and_stays_in_the_blind_one() {
    let text = "Anna Li\nWeg 3, 10115 Berlin\nWorked in Berlin";
    let mut resume = named(text, "Anna Li");
    resume.contact.location = Some(leaf(text, "Weg 3, 10115 Berlin"));
    assert_eq!(of(&resume, text, &[]).text, "[name]\n[place]\nWorked in Berlin");
    assert_eq!(
        blind(&resume, text, &[]),
        "███████\n█████, █████ Berlin\nWorked in Berlin"
    );
}

#[test]
fn birth_age_family_and_nationality_go() {
    for (text, expected) in [
        ("Date of birth: 1 May 1990", "Date of birth: [personal]"),
        ("geb. am 01.05.1990 in Ulm", "geb. am [personal]"),
        (
            "Geburtsdatum\n01.05.1990\nAusbildung",
            "Geburtsdatum\n[personal]\nAusbildung",
        ),
        ("Née le 3 mars 1985", "Née le [personal]"),
        (
            "34 ans | Célibataire | Nationalité : suisse",
            "[personal] |[personal] | Nationalité : [personal]",
        ),
        ("Estado civil: casada", "Estado civil: [personal]"),
        ("verheiratet, zwei Kinder", "[personal]"),
        ("Married data and design", "[personal]"),
        ("Age 5 to 9 taught", "Age 5 to 9 taught"),
    ] {
        assert_eq!(
            spoken("en", text).replace("| [", "|["),
            expected.replace("| [", "|["),
            "{text}"
        );
    }
}

#[test]
fn places_lead_back_to_the_visible_text() {
    let text = "Anna Li\nShe ran Kubernetes.";
    let sections = [Section {
        kind: SectionKind::Work,
        start: 8,
        end: 27,
    }];
    let neutral = of(&named(text, "Anna Li"), text, &sections);
    assert_eq!(neutral.text, "[name]\nthey ran Kubernetes.");
    assert_eq!((neutral.sections[0].start, neutral.sections[0].end), (7, 27));
    assert_eq!(neutral.original(16..26), 16..26);
    assert_eq!(neutral.original(1..3), 0..7);
    assert_eq!(neutral.neutral(&(0..7)), 0..6);
    assert_eq!(neutral.original(0..0), 0..0);
}

#[test]
fn other_texts_about_the_same_person_are_neutral_too() {
    let text = "Anna Li";
    assert_eq!(
        words("Baker. Anna knows her trade", &named(text, text)),
        "Baker. [name] knows their trade"
    );
}

const NAMES: [&str; 12] = [
    "Anna Schmidt",
    "Jamal Washington",
    "María José García López",
    "Nguyễn Thị Lan",
    "Ωmega Παπαδόπουλος",
    "Seán O'Brien",
    "Jean-Pierre Lefèvre",
    "Fatima Al-Sayed",
    "J. R. Tolkien",
    "Ludwig van Beethoven",
    "Xu Li",
    "Günther Groß",
];

/// Text about somebody, with the name in the places where resumes have it.
fn about(name: &str, prose: &[String]) -> (String, Resume) {
    let mut text = format!("{name}\nReference: Mr {name} and Prof. {name}.\n");
    for line in prose {
        text.push_str(&line.replace("NAME", name));
        text.push('\n');
    }
    let resume = named(&text, name);
    (text, resume)
}

fn prose() -> impl Strategy<Value = Vec<String>> {
    let line = prop_oneof![
        Just("Built it with NAME in Python".to_owned()),
        Just("NAME, team lead 2019 - 2021".to_owned()),
        "[a-zäß ,.]{0,30}",
        "\\PC{0,20}".prop_map(|line| line.replace("NAME", "")),
    ];
    prop::collection::vec(line, 0..8)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn any_two_names_give_the_same_neutral_text(
        first in select(&NAMES[..]), second in select(&NAMES[..]),
        lines in prop::collection::vec(select(&["Built it with NAME in Python", "NAME, team lead 2019 - 2021", "• Ran 3 sites", ""][..]), 0..8),
    ) {
        let lines: Vec<String> = lines.into_iter().map(str::to_owned).collect();
        let (one, two) = (about(first, &lines), about(second, &lines));
        prop_assert_eq!(of(&one.1, &one.0, &[]).text, of(&two.1, &two.0, &[]).text);
    }

    #[test]
    fn any_text_is_made_neutral_and_led_back(name in select(&NAMES[..]), lines in prose(), at in 0usize..400, length in 0usize..60) {
        let (text, resume) = about(name, &lines);
        let neutral = of(&resume, &text, &[]);
        let total = text.chars().count();
        let covered = blind(&resume, &text, &[]);
        prop_assert_eq!(covered.chars().count(), total);
        for (was, is) in text.chars().zip(covered.chars()) {
            prop_assert!(was == is || is == COVER);
        }
        let last = neutral.text.chars().count();
        let range = at.min(last)..(at + length).min(last);
        let original = neutral.original(range.clone());
        prop_assert!(original.start <= original.end && original.end <= total, "{:?}", original);
        let part = |whole: &str| whole.chars().skip(original.start).take(original.len()).collect::<String>();
        prop_assert_eq!(cover(&part(&text), original.start, &masks(&resume, &text, &[])), part(&covered));
        let back = neutral.neutral(&original);
        prop_assert!(back.start <= range.start && back.end >= range.end, "{:?} {:?}", range, back);
        if neutral.hidden_in(&range).next().is_none() && !neutral.text.contains("their") {
            let was: String = text.chars().skip(original.start).take(original.len()).collect();
            let is: String = neutral.text.chars().skip(range.start).take(range.len()).collect();
            prop_assert!(range.is_empty() || was == is, "{} {}", was, is);
        }
    }
}
