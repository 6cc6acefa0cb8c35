use super::ranges;

fn shown(text: &str) -> Vec<&str> {
    ranges(text)
        .into_iter()
        .filter_map(|range| text.get(range))
        .collect()
}

#[test]
fn numbers_are_found_beside_labels_and_each_other() {
    assert_eq!(
        shown("Tel. 030/1234567 | Mobil: +49 (0)171 1234567"),
        ["030/1234567", "+49 (0)171 1234567"]
    );
    assert_eq!(
        shown("+49 171 1234567 / +49 30 7654321"),
        ["+49 171 1234567", "+49 30 7654321"]
    );
    assert_eq!(shown("(303) 555-0182 x214"), ["(303) 555-0182 x214"]);
    assert_eq!(shown("Portable : 06.12.34.56.78"), ["06.12.34.56.78"]);
    assert_eq!(shown("Phone number 5550182"), ["5550182"]);
    assert_eq!(
        shown("0171 1234567 / 030 98765432"),
        ["0171 1234567", "030 98765432"]
    );
}

#[test]
fn dates_accounts_codes_and_fax_numbers_are_no_telephones() {
    for other in [
        "2015 - 2019",
        "03/2015-04/2019",
        "01.2019-03.2021",
        "12.03.1990",
        "1990-03-12",
        "DE89 3704 0044 0532 0130 00",
        "IBAN 3704 0044 0532 0130",
        "Fax: 030 1234568",
        "10115 Berlin",
        "0000-0002-1825-0097",
        "0000-0002-1825-009X",
        "Matrikelnummer 1234567",
        "linkedin.com/in/anna-123456789",
        "geboren 12.03.1990",
        "ISBN 978-3-16-148410-0",
        "CA 94105-1234",
        "Budget 12.000.000 EUR",
    ] {
        assert_eq!(shown(other), Vec::<&str>::new(), "{other}");
    }
}
