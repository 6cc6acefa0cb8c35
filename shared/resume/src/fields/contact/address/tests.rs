use super::place_in;

fn shown(text: &str) -> String {
    place_in(text).map_or(String::new(), |found| {
        found
            .parts
            .into_iter()
            .filter_map(|part| text.get(part))
            .collect::<Vec<_>>()
            .join(", ")
    })
}

#[test]
fn a_town_is_found_among_streets_and_postal_codes() {
    for (text, expected) in [
        ("Hauptstraße 5, 10115 Berlin", "Berlin"),
        ("Hauptstr. 5 10115 Berlin Deutschland", "Berlin, Deutschland"),
        ("D-79098 Freiburg im Breisgau", "Freiburg im Breisgau"),
        ("CH-8001 Zürich", "Zürich"),
        ("12 rue de la Paix, 75002 Paris, France", "Paris, France"),
        ("Calle Mayor 3, 2º B, 28013 Madrid (España)", "Madrid, España"),
        ("1600 Main St, Denver, CO 80202", "Denver, CO"),
        ("1600 Main St, Denver, CO 80202-1234, USA", "Denver, CO, USA"),
        ("221B Baker Street, London NW1 6XE, UK", "London, UK"),
        ("Toronto, ON M5V 2T6", "Toronto, ON"),
        ("3511 AB Utrecht", "Utrecht"),
        ("Pune 411001, India", "Pune, India"),
        ("31-154 Kraków, Poland", "Kraków, Poland"),
        ("89999 Kleinkleckersdorf", "Kleinkleckersdorf"),
        (
            "San Francisco, California, United States",
            "San Francisco, California, United States",
        ),
        ("Brooklyn, New York", "Brooklyn, New York"),
        ("Berlin / Germany", "Berlin, Germany"),
        ("MÜNCHEN", "MÜNCHEN"),
        ("Große Ulrichstr. 23, 06108 Halle (Saale)", "Halle (Saale)"),
        ("MG Road, Kochi, 682016", "Kochi"),
        ("Vibhuti Khand, Gomti Nagar, 226010 Lucknow", "Lucknow"),
        ("S2000 Rosario", "Rosario"),
        ("44 High Street, 6160 Fremantle", "Fremantle"),
        ("Tucson, AZ (US)", "Tucson, AZ, US"),
        ("Alter Markt 7, 33602\nBielefeld", "Bielefeld"),
    ] {
        assert_eq!(shown(text), expected, "{text}");
    }
}

#[test]
fn prose_titles_and_companies_are_no_places() {
    for other in [
        "Senior Controller",
        "Deloitte",
        "2015 - 2019",
        "",
        "Rust, Python, SQL",
        "2016: City & Guilds 2391",
        "2024: SMSTS",
        "Seit 2020",
    ] {
        assert_eq!(shown(other), "", "{other}");
    }
}
