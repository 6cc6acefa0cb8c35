use super::*;

/// A few names, as the product's tables have them.
struct Names;

impl Gazetteer for Names {
    fn place(&self, name: &str) -> Option<Certainty> {
        let sure = [
            "berlin",
            "münchen",
            "munich",
            "lyon",
            "paris",
            "madrid",
            "new york",
            "germany",
            "deutschland",
            "spain",
            "london",
            "austin",
            "texas",
        ];
        let name = name.to_lowercase();
        if sure.contains(&name.as_str()) {
            return Some(Certainty::Sure);
        }
        match name.as_str() {
            "nice" | "essen" | "reading" => Some(Certainty::Likely),
            "tx" | "de" | "in" => Some(Certainty::Code),
            _ => None,
        }
    }

    fn language(&self, name: &str) -> Option<&'static str> {
        match name {
            "german" | "deutsch" | "allemand" | "aleman" => Some("German"),
            "french" | "francais" | "franzosisch" | "frances" => Some("French"),
            "english" | "englisch" | "anglais" | "ingles" => Some("English"),
            _ => None,
        }
    }
}

fn interpret(text: &str) -> Interpreted {
    read(text, &Names)
}

/// Everything in one line: skills; years; place; education; languages; rest.
fn shown(text: &str) -> String {
    let found = interpret(text);
    let years = |years: Option<u8>| years.map_or("-".to_owned(), |years| years.to_string());
    let languages: Vec<String> = found
        .languages
        .iter()
        .map(|language| {
            format!("{} {}", language.name, language.level.unwrap_or_default())
                .trim()
                .to_owned()
        })
        .collect();
    format!(
        "{}; {}..{}; {}; {}; {}; {}",
        found.skills.join(","),
        years(found.min_experience),
        years(found.max_experience),
        found.location.unwrap_or_default(),
        found.education.map_or("", EducationLevel::as_str),
        languages.join(","),
        found.rest
    )
}

#[test]
fn a_sentence_becomes_filters_in_four_languages() {
    for (text, wanted) in [
        (
            "senior python devs in Berlin with 5+ years",
            "Python; 5..-; Berlin; ; ; senior devs",
        ),
        (
            "Erfahrene Java Entwickler aus München mit mindestens drei Jahren Berufserfahrung",
            "Java; 3..-; München; ; ; Erfahrene Entwickler",
        ),
        (
            "développeur React à Lyon avec au moins 4 ans d'expérience",
            "React; 4..-; Lyon; ; ; développeur",
        ),
        (
            "desarrollador Kubernetes en Madrid con más de 6 años de experiencia",
            "Kubernetes; 6..-; Madrid; ; ; desarrollador",
        ),
        (
            "accountants near New York, fluent in French, less than 10 years of experience",
            "; -..10; New York; ; French; accountants",
        ),
        (
            "data engineer with a master's degree and German B2 in Berlin, Germany",
            "; -..-; Berlin, Germany; master; German B2; data engineer",
        ),
        (
            "PhD, native English speaker, 3 to 5 years experience",
            "; 3..5; ; doctorate; English native; ",
        ),
        (
            "deutschsprachige Buchhalter, 2-4 Jahre",
            "; 2..4; ; ; German; Buchhalter",
        ),
        (
            "k8s and terraform, Austin TX",
            "Kubernetes,Terraform; -..-; Austin TX; ; ; ",
        ),
    ] {
        assert_eq!(shown(text), wanted, "{text}");
    }
}

#[test]
fn names_and_ordinary_words_stay_text() {
    for text in [
        "Jack London",
        "Paris Jackson",
        "Mira Okafor",
        "who can go to market",
        "the and of",
        "",
        "a year old",
        "25 years old",
    ] {
        let found = interpret(text);
        assert!(found.is_empty(), "{text}: {found:?}");
        assert_eq!(found.rest, text.trim());
    }
}

#[test]
fn what_is_quoted_excluded_denied_or_an_alternative_is_not_needed() {
    for text in [
        "\"python\" writer",
        "writer -python",
        "Java or Kotlin",
        "no python",
    ] {
        assert!(interpret(text).skills.is_empty(), "{text}: {:?}", interpret(text));
    }
    let found = interpret("python -django \"in Berlin\"");
    assert_eq!((found.skills, found.location), (vec!["Python".to_owned()], None));
    assert_eq!(found.rest, "-django \"in Berlin\"");
}

#[test]
fn an_ambiguous_name_counts_beside_a_doer_or_another_skill() {
    assert_eq!(interpret("Go developer").skills, ["Go"]);
    assert_eq!(interpret("Rust, Go").skills, ["Rust", "Go"]);
    assert!(interpret("go home").skills.is_empty());
}

#[test]
fn a_town_needs_to_be_expected() {
    assert_eq!(interpret("nurse in Nice").location.as_deref(), Some("Nice"));
    assert_eq!(
        interpret("python developer, berlin").location.as_deref(),
        Some("berlin")
    );
    assert_eq!(interpret("nice python developer").location, None);
    assert_eq!(interpret("reading in python").location, None);
    assert_eq!(interpret("python, remote").location, None);
}

proptest::proptest! {
    #[test]
    fn any_text_can_be_read_and_the_rest_is_made_of_its_words(text in "[ a-zA-Z0-9\"'\\-+,;:&|!()<>*🦀ßéñ\\\\]{0,120}") {
        let found = interpret(&text);
        for word in found.rest.split_whitespace() {
            proptest::prop_assert!(text.contains(word), "{word:?} of {:?}", found.rest);
        }
    }

    #[test]
    fn what_is_left_is_read_no_further_for_years(years in 1u8..40, skill in "(Rust|Python|Terraform)") {
        let found = interpret(&format!("{skill} with {years} years of experience"));
        proptest::prop_assert_eq!(found.min_experience, Some(years));
        proptest::prop_assert_eq!(&found.skills, &[skill]);
        proptest::prop_assert_eq!(found.rest, "");
    }
}
