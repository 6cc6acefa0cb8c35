//! What is read from each resume of the fixtures.

use hiring_core::reading::FileType;

use crate::read_fixture;

struct Expected {
    file: &'static str,
    file_type: FileType,
    name: &'static str,
    email: &'static str,
    location: &'static str,
    positions: &'static [(&'static str, &'static str, &'static str, &'static str)],
    skills: &'static [&'static str],
    languages: &'static [&'static str],
}

const EXPECTED: &[Expected] = &[
    Expected {
        file: "ada_controller.pdf",
        file_type: FileType::Pdf,
        name: "Ada Winterbourne",
        email: "ada.winterbourne@example.org",
        location: "Leeds, United Kingdom",
        positions: &[
            (
                "Senior Financial Controller",
                "Northmoor Foods Ltd",
                "2019-03",
                "present",
            ),
            ("Financial Controller", "Halden & Pryce LLP", "2014-06", "2019-02"),
            (
                "Management Accountant",
                "Brightwater Retail plc",
                "2011-09",
                "2014-05",
            ),
        ],
        skills: &["IFRS", "SAP", "Microsoft Excel", "Power BI"],
        languages: &["English", "French"],
    },
    Expected {
        file: "clara_nurse_two_columns.pdf",
        file_type: FileType::Pdf,
        name: "Clara Żołnierz",
        email: "clara.zolnierz@example.com",
        location: "Kraków, Poland",
        positions: &[
            ("Registered Nurse", "Szpital Świętej Anny", "2020-04", "present"),
            ("Staff Nurse", "Riverbank Hospital", "2016-09", "2020-03"),
        ],
        skills: &["Triage", "Wound care", "IV therapy"],
        languages: &["Polish", "English", "German"],
    },
    Expected {
        file: "bruno_rust_engineer.docx",
        file_type: FileType::Docx,
        name: "Bruno Keller",
        email: "bruno.keller@example.net",
        location: "Berlin, Germany",
        positions: &[
            ("Senior Rust Engineer", "Kestrel Grid GmbH", "2021-01", "present"),
            ("Backend Developer", "Fjordline Systems", "2017-04", "2020-12"),
        ],
        skills: &["Rust", "PostgreSQL", "Kubernetes", "C++"],
        languages: &["German", "English"],
    },
    Expected {
        file: "dieter_mechatroniker.odt",
        file_type: FileType::Odt,
        name: "Dieter Brückner",
        email: "dieter.brueckner@example.de",
        location: "Köln, Deutschland",
        positions: &[
            ("Mechatroniker", "Rheinwerk Antriebe GmbH", "2018-03", "present"),
            ("Servicetechniker", "Möller & Söhne KG", "2014-09", "2018-02"),
        ],
        skills: &["AutoCAD"],
        languages: &["German", "English"],
    },
    Expected {
        file: "elena_abogada.rtf",
        file_type: FileType::Rtf,
        name: "Elena Márquez Solís",
        email: "elena.marquez@example.es",
        location: "Sevilla, España",
        positions: &[
            ("Abogada", "Bufete Ibarra y Asociados S.L.", "2019-02", "present"),
            ("Asistente jurídica", "Notaría Pineda", "2016-09", "2019-01"),
        ],
        skills: &["Microsoft Office"],
        languages: &["Spanish", "English"],
    },
    Expected {
        file: "felix_teacher.html",
        file_type: FileType::Html,
        name: "Félix Aumont",
        email: "felix.aumont@example.ca",
        location: "Toronto, ON",
        positions: &[
            (
                "Mathematics Teacher",
                "Lakeview Secondary School",
                "2018-08",
                "present",
            ),
            ("Teaching Assistant", "Maple Grove Academy", "2015-09", "2018-06"),
        ],
        skills: &["Classroom management"],
        languages: &["English", "French"],
    },
    Expected {
        file: "greta_vertrieb.txt",
        file_type: FileType::Txt,
        name: "Greta Süßmilch",
        email: "greta.suessmilch@example.de",
        location: "München, Deutschland",
        positions: &[
            ("Vertriebsleiterin", "Alpenglanz GmbH", "2019-04", "present"),
            ("Account Manager", "Nordlicht Medien AG", "2014-10", "2019-03"),
        ],
        skills: &["Salesforce", "HubSpot"],
        languages: &["German", "English", "Italian"],
    },
    Expected {
        file: "greta_vertrieb_cp1252.txt",
        file_type: FileType::Txt,
        name: "Gerda Süßmilch",
        email: "gerda.suessmilch@example.de",
        location: "München, Deutschland",
        positions: &[
            ("Vertriebsleiterin", "Alpenglanz GmbH", "2019-04", "present"),
            ("Account Manager", "Nordlicht Medien AG", "2014-10", "2019-03"),
        ],
        skills: &["Salesforce", "HubSpot"],
        languages: &["German", "English", "Italian"],
    },
];

#[test]
fn every_format_gives_name_contact_positions_skills_and_languages() {
    for expected in EXPECTED {
        let answer = read_fixture(expected.file);
        let resume = &answer.resume;
        let file = expected.file;
        assert_eq!(answer.file_type, expected.file_type, "{file}");
        assert_eq!(
            resume.contact.name.as_ref().unwrap().value,
            expected.name,
            "{file}"
        );
        assert_eq!(resume.contact.emails[0].value, expected.email, "{file}");
        assert!(!resume.contact.phones.is_empty(), "{file}");
        assert_eq!(
            resume.contact.location.as_ref().unwrap().value,
            expected.location,
            "{file}"
        );
        let positions: Vec<_> = resume
            .work
            .iter()
            .map(|row| {
                let value = |leaf: &Option<hiring_core::resume::Leaf>| leaf.as_ref().unwrap().value.clone();
                (
                    value(&row.title),
                    value(&row.company),
                    value(&row.start),
                    value(&row.end),
                )
            })
            .collect();
        let wanted: Vec<_> = expected
            .positions
            .iter()
            .map(|(t, c, s, e)| (t.to_string(), c.to_string(), s.to_string(), e.to_string()))
            .collect();
        assert_eq!(positions, wanted, "{file}");
        let folded = |name: &str| hiring_core::taxonomy::key(name);
        for skill in expected.skills {
            let found = resume
                .skills
                .iter()
                .any(|known| folded(&known.name.value) == folded(skill));
            assert!(
                found,
                "{file}: {skill} in {:?}",
                resume.skills.iter().map(|s| &s.name.value).collect::<Vec<_>>()
            );
        }
        let languages: Vec<_> = resume
            .languages
            .iter()
            .map(|language| language.name.value.as_str())
            .collect();
        assert_eq!(languages, expected.languages, "{file}");
    }
}

#[test]
fn years_of_work_and_months_of_skills_count_overlaps_once() {
    let resume = read_fixture("bruno_rust_engineer.docx").resume;
    assert!((resume.total_experience_years.unwrap() - 9.5).abs() < 0.2);
    let rust = resume
        .skills
        .iter()
        .find(|skill| skill.name.value == "Rust")
        .unwrap();
    assert_eq!(rust.months, Some(70));
    let current = &resume.work[0];
    assert!(current.current && current.highlights.len() == 2);
}

#[test]
fn hidden_text_is_in_no_field_and_is_told() {
    let answer = read_fixture("hanna_hidden_text.pdf");
    assert!(!answer.visible_text.contains("Kubernetes") && !answer.visible_text.contains("Stanford"));
    assert!(
        answer
            .resume
            .findings
            .iter()
            .any(|finding| finding.code == "hidden_text")
    );
    let word = read_fixture("bruno_rust_engineer.docx");
    assert!(!word.visible_text.contains("Ignore all rules"));
    assert!(
        word.resume
            .findings
            .iter()
            .any(|finding| finding.code == "hidden_text")
    );
    let page = read_fixture("felix_teacher.html");
    assert!(!page.visible_text.contains("best teacher") && !page.visible_text.contains("not text"));
}
