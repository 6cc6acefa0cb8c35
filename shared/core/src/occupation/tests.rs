use super::*;

const TEXT: &str = include_str!("../../data/occupations.txt");

fn names(title: &str) -> Vec<&'static str> {
    Professions::of(title)
        .map(|found| found.names())
        .unwrap_or_default()
}

fn kinship(one: &str, other: &str) -> Kinship {
    Professions::of(one)
        .unwrap()
        .kinship(&Professions::of(other).unwrap())
}

#[test]
fn a_profession_has_one_name_in_four_languages() {
    for (titles, profession) in [
        (
            &["Welder", "Schweißer (m/w/d)", "Soudeuse", "Soldador"][..],
            "metal",
        ),
        (
            &[
                "Senior Translator",
                "Übersetzerin",
                "traductrice",
                "Traductor jurado",
            ],
            "translation",
        ),
        (
            &[
                "Software Engineer II",
                "Softwareentwickler/in",
                "Ingénieur logiciel",
                "Desarrolladora de software",
            ],
            "software",
        ),
        (&["Baker", "Bäcker", "Boulangère", "Panadera"], "food_production"),
        (
            &[
                "Bus driver",
                "Busfahrerin",
                "Conducteur de bus",
                "Conductor de autobús",
            ],
            "driver",
        ),
    ] {
        for title in titles {
            assert!(names(title).contains(&profession), "{title}: {:?}", names(title));
        }
    }
}

#[test]
fn the_more_words_say_the_more() {
    assert_eq!(names("Engineer"), Vec::<&str>::new());
    assert_eq!(names("Civil Engineer"), ["engineering_civil"]);
    assert_eq!(names("Software Test Engineer"), ["testing"]);
    assert_eq!(names("Head of Department"), Vec::<&str>::new());
    assert_eq!(names("Sheet metal"), ["metal"]);
    assert_eq!(names("🦀"), Vec::<&str>::new());
}

#[test]
fn professions_are_the_same_near_or_others() {
    assert_eq!(kinship("Plumber", "Klempner"), Kinship::Same);
    assert_eq!(kinship("Plumber", "Refrigeration technician"), Kinship::Near);
    assert_eq!(kinship("Refrigeration technician", "Plumber"), Kinship::Near);
    assert_eq!(kinship("Plumber", "Translator"), Kinship::Other);
}

#[test]
fn the_table_is_whole() {
    let rows: Vec<[&str; 3]> = TEXT.lines().filter_map(table::row).collect();
    let lines = TEXT.lines().filter(|line| !line.starts_with(['#', '@'])).count();
    assert_eq!(rows.len(), lines);
    let classes: Vec<&str> = TEXT.lines().filter(|line| line.starts_with('@')).collect();
    let is_class = |word: &str| classes.iter().any(|line| line.split(' ').next() == Some(word));
    let mut seen = std::collections::HashSet::new();
    for [name, near, patterns] in &rows {
        assert!(seen.insert(*name), "{name} is there twice");
        for near in near.split(',').map(str::trim).filter(|near| !near.is_empty()) {
            assert!(rows.iter().any(|[other, ..]| *other == near), "{name}: {near}");
        }
        for word in patterns.split(',').flat_map(str::split_whitespace) {
            let plain = word.trim_matches('*');
            let known = if word.starts_with('@') {
                is_class(word)
            } else {
                fold_words(plain) == plain && plain.len() < 40
            };
            assert!(known, "{name}: {word}");
        }
    }
}

#[test]
fn a_title_of_ten_thousand_words_is_no_trouble() {
    assert_eq!(names(&"nurse ".repeat(10_000)), ["nursing"]);
}
