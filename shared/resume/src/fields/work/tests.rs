//! Arrangements of positions, each read as a whole resume of plain text or a web page.

use chrono::NaiveDate;
use hiring_core::resume::{Leaf, Work};

use crate::{ReadOptions, read};

fn positions(bytes: &[u8]) -> Vec<Work> {
    let today = NaiveDate::from_ymd_opt(2026, 11, 15).unwrap();
    read(bytes, &ReadOptions { today }).unwrap().resume.work
}

fn row(work: &Work) -> String {
    let value = |leaf: &Option<Leaf>| leaf.as_ref().map_or("-".to_owned(), |leaf| leaf.value.clone());
    [&work.title, &work.company, &work.start, &work.end]
        .map(value)
        .join(" | ")
}

/// Reads a work section and compares `title | company | start | end` of each position.
fn check(section: &str, expected: &[&str]) {
    let text = format!("Ada Byron\nada@example.org\n\n{section}\n");
    let rows: Vec<String> = positions(text.as_bytes()).iter().map(row).collect();
    assert_eq!(rows, expected, "{section}");
}

const TWO: &[&str] = &[
    "Controller | Northmoor Foods Ltd | 2019-03 | present",
    "Auditor | Halden LLP | 2014-06 | 2019-02",
];

#[test]
fn one_line_with_any_sign_between_title_employer_and_dates() {
    for [one, other] in [
        [
            "Controller | Northmoor Foods Ltd | 03/2019 – present",
            "Auditor | Halden LLP | 06/2014 – 02/2019",
        ],
        [
            "Northmoor Foods Ltd – Controller (March 2019 – today)",
            "Halden LLP – Auditor (June 2014 – February 2019)",
        ],
        [
            "03/2019 - now: Controller, Northmoor Foods Ltd",
            "06/2014 - 02/2019: Auditor, Halden LLP",
        ],
        [
            "Controller · Northmoor Foods Ltd · since 03/2019",
            "Auditor · Halden LLP · 06/2014 to 02/2019",
        ],
        [
            "Controller at Northmoor Foods Ltd, 2019-03 to date",
            "Auditor at Halden LLP, 2014-06 until 2019-02",
        ],
        [
            "2019-03 – heute   Controller bei Northmoor Foods Ltd",
            "2014-06 – 2019-02   Auditor bei Halden LLP",
        ],
        [
            "Controller chez Northmoor Foods Ltd (depuis mars 2019)",
            "Auditor chez Halden LLP (de juin 2014 à février 2019)",
        ],
        [
            "Controller en Northmoor Foods Ltd, desde marzo de 2019",
            "Auditor en Halden LLP, de junio de 2014 a febrero de 2019",
        ],
        [
            "Northmoor Foods Ltd, Controller   03.2019 → auj.",
            "Halden LLP, Auditor   06.2014 → 02.2019",
        ],
        [
            "Controller @ Northmoor Foods Ltd   Mar '19 – Present",
            "Auditor @ Halden LLP   Jun '14 – Feb '19",
        ],
    ] {
        check(
            &format!("Experience\n{one}\n• Closed the books\n{other}\n• Checked the books"),
            TWO,
        );
        check(&format!("Experience\n{one}\n{other}"), TWO);
    }
}

#[test]
fn two_lines_in_any_order() {
    for block in [
        [
            "Controller   03/2019 – present\nNorthmoor Foods Ltd, Leeds",
            "Auditor   06/2014 – 02/2019\nHalden LLP, London",
        ],
        [
            "Northmoor Foods Ltd, Leeds   03/2019 – present\nController",
            "Halden LLP, London   06/2014 – 02/2019\nAuditor",
        ],
        [
            "Controller\nNorthmoor Foods Ltd   03/2019 – present",
            "Auditor\nHalden LLP   06/2014 – 02/2019",
        ],
        [
            "Northmoor Foods Ltd\nController, Leeds\n03/2019 – present",
            "Halden LLP\nAuditor, London\n06/2014 – 02/2019",
        ],
        [
            "03/2019 – present\nController\nNorthmoor Foods Ltd",
            "06/2014 – 02/2019\nAuditor\nHalden LLP",
        ],
        [
            "Controller\n03/2019 – present\nNorthmoor Foods Ltd (Leeds)",
            "Auditor\n06/2014 – 02/2019\nHalden LLP (London)",
        ],
        [
            "03/2019 –   Controller\npresent   Northmoor Foods Ltd",
            "06/2014 –   Auditor\n02/2019   Halden LLP",
        ],
        [
            "03/2019   Controller\n– present   Northmoor Foods Ltd",
            "06/2014   Auditor\n– 02/2019   Halden LLP",
        ],
        [
            "Controller\nNorthmoor Foods Ltd\nMarch 2019 – present (7 years 9 months)\nLeeds, United Kingdom",
            "Auditor\nHalden LLP\nJune 2014 – February 2019 (4 yrs 9 mos)\nLondon, United Kingdom",
        ],
    ] {
        let story = "• Closed the books in five days\n• Led six people";
        check(
            &format!(
                "Work History & Achievements\n\n{}\n{story}\n\n{}\n{story}",
                block[0], block[1]
            ),
            TWO,
        );
        check(
            &format!("BERUFSERFAHRUNG\n\n{}\n{story}\n{}\n{story}", block[0], block[1]),
            TWO,
        );
    }
}

#[test]
fn the_employer_may_follow_the_story() {
    check(
        "Experience\n03/2019 – present\nController\n• Closed the books\nNorthmoor Foods Ltd, Leeds\n06/2014 – 02/2019\nAuditor\n• Checked\nHalden LLP, London",
        TWO,
    );
}

#[test]
fn names_without_a_word_that_tells_follow_the_order_of_the_others() {
    check(
        "Experience\n\nSearchlight — Partnerships   2020 – 2022\n\nAcme Ltd — Controller   2018 – 2020\n\nHalden LLP — Auditor   2015 – 2018",
        &[
            "Partnerships | Searchlight | 2020 | 2022",
            "Controller | Acme Ltd | 2018 | 2020",
            "Auditor | Halden LLP | 2015 | 2018",
        ],
    );
    check(
        "Experience\n\nPartnerships — Searchlight   2020 – 2022\n\nController — Acme Ltd   2018 – 2020\n\nAuditor — Halden LLP   2015 – 2018",
        &[
            "Partnerships | Searchlight | 2020 | 2022",
            "Controller | Acme Ltd | 2018 | 2020",
            "Auditor | Halden LLP | 2015 | 2018",
        ],
    );
}

#[test]
fn several_positions_at_one_employer_share_it() {
    let rows = &[
        "Head of Finance | Acme GmbH | 2021-01 | present",
        "Controller | Acme GmbH | 2018-01 | 2020-12",
        "Auditor | Halden LLP | 2014-06 | 2017-12",
    ];
    check(
        "Experience\n\nAcme GmbH, Berlin\nHead of Finance   01/2021 – present\n• Led ten people\nController   01/2018 – 12/2020\n• Closed the books\n\nHalden LLP, London\nAuditor   06/2014 – 12/2017\n• Checked",
        rows,
    );
    check(
        "Experience\n\nAcme GmbH\n8 years 11 months\nHead of Finance\nJanuary 2021 - Present (5 years 11 months)\nController\nJanuary 2018 - December 2020 (3 years)\n\nHalden LLP\nAuditor\nJune 2014 - December 2017 (3 years 7 months)",
        rows,
    );
    check(
        "Experience\n\nAcme GmbH   01/2018 – present\nHead of Finance   01/2021 – present\n• Led ten people\nController   01/2018 – 12/2020\n• Closed the books\n\nHalden LLP   06/2014 – 12/2017\nAuditor   06/2014 – 12/2017\n• Checked",
        rows,
    );
}

#[test]
fn people_who_work_for_themselves_need_no_employer() {
    check(
        "Experience\n\nFreelance Designer   2019 – 2021\n• Logos for bakeries\n\nDesigner, Studio Nord   2015 – 2019\n• Posters",
        &[
            "Freelance Designer | - | 2019 | 2021",
            "Designer | Studio Nord | 2015 | 2019",
        ],
    );
    check(
        "Berufserfahrung\n\nGrafikerin   seit 2019\nSelbstständig\n\nGrafikerin   2015 – 2019\nAtelier Blau GmbH",
        &[
            "Grafikerin | Selbstständig | 2019 | present",
            "Grafikerin | Atelier Blau GmbH | 2015 | 2019",
        ],
    );
}

#[test]
fn projects_within_a_position_are_no_positions() {
    check(
        "Berufserfahrung\n\nBeraterin   01/2019 – heute\nKappa Consulting GmbH\nProjekt: Umzug nach SAP (03/2020 – 06/2021)\nKunde: Bank Nord (07/2021 – 12/2022)\n\nBeraterin   01/2015 – 12/2018\nLambda AG",
        &[
            "Beraterin | Kappa Consulting GmbH | 2019-01 | present",
            "Beraterin | Lambda AG | 2015-01 | 2018-12",
        ],
    );
}

#[test]
fn dates_within_a_story_make_no_position() {
    check(
        "Experience\n\nController, Northmoor Foods Ltd   03/2019 – present\n• Moved the ledger to SAP in 2021 and trained 12 people in 2022\nIn 2020 we also closed the plant in Hull and moved its books.\n\nAuditor, Halden LLP   06/2014 – 02/2019",
        TWO,
    );
}

#[test]
fn descriptions_of_the_employer_are_in_no_name() {
    check(
        "Experience\n\nController   03/2019 – present\nNorthmoor Foods Ltd\nA maker of frozen vegetables with 900 employees in four countries.\n• Closed the books\n\nAuditor   06/2014 – 02/2019\nHalden LLP\nAn audit firm with offices in Leeds, Hull and York that looks after 300 clients.\n• Checked",
        TWO,
    );
}

#[test]
fn a_resume_without_headings_still_has_positions() {
    check(
        "I like numbers and the people behind them, and I have closed books for ten years.\n\nController   03/2019 – present\nNorthmoor Foods Ltd\n• Closed the books\n\nAuditor   06/2014 – 02/2019\nHalden LLP\n• Checked\n\nBachelor of Science, Accounting   2010 – 2013\nUniversity of Leeds",
        TWO,
    );
}

#[test]
fn positions_without_dates_are_read_where_title_and_employer_are_clear() {
    check(
        "Experience\n\nController, Northmoor Foods Ltd\n• Closed the books\n\nAuditor, Halden LLP\n• Checked the books",
        &[
            "Controller | Northmoor Foods Ltd | - | -",
            "Auditor | Halden LLP | - | -",
        ],
    );
}

#[test]
fn nothing_is_made_up_from_lines_that_are_no_positions() {
    check("Experience\n\nReferences on request\nDriving licence B", &[]);
    check(
        "Summary\n\nI worked from 2010 to 2015 in many places, mostly outdoors and mostly alone.",
        &[],
    );
}

#[test]
fn bold_type_parts_title_and_employer_on_one_line() {
    let page = "<html><body><h1>Ada Byron</h1><p>ada@example.org</p><h2>Parcours</h2>\
        <p><b>Chargée de mission</b> Mairie de Lyon <i>(2019 – 2021)</i></p><ul><li>Budget</li></ul>\
        <p><b>Assistante</b> Groupe Valmont <i>(2015 – 2019)</i></p></body></html>";
    let rows: Vec<String> = positions(page.as_bytes()).iter().map(row).collect();
    assert_eq!(
        rows,
        [
            "Chargée de mission | Mairie de Lyon | 2019 | 2021",
            "Assistante | Groupe Valmont | 2015 | 2019"
        ]
    );
}

#[test]
fn the_place_and_the_story_are_kept_apart_from_the_names() {
    let text = "Ada Byron\n\nExperience\n\nController   03/2019 – present\nNorthmoor Foods Ltd, Leeds\n• Closed the books\n• Led six people";
    let work = positions(text.as_bytes());
    assert_eq!(work[0].location.as_ref().unwrap().value, "Leeds");
    let story: Vec<&str> = work[0]
        .highlights
        .iter()
        .map(|leaf| leaf.value.as_str())
        .collect();
    assert_eq!(story, ["Closed the books", "Led six people"]);
    assert!(work[0].current);
}

#[test]
fn an_account_on_a_network_is_no_position_though_it_holds_the_word_of_a_trade() {
    check(
        "Work experience\n\nController\nHalden LLP\n\n• Closed the books\n\nim greg-baker (LinkedIn)\nKept an office\n",
        &["Controller | Halden LLP | - | -"],
    );
    let dated = |account: &str| {
        format!("Work experience\n\n{account}\nTeacher\nHalden School\nMay 2023 - Aug 2026\n")
    };
    for account in ["im greg-baker (Linkedin)", "gbaker (GitHub)"] {
        check(&dated(account), &["Teacher | Halden School | 2023-05 | 2026-08"]);
    }
    check(
        "Work experience\n\nBaker (LinkedIn)\nMay 2023 - Aug 2026\n",
        &["Baker | - | 2023-05 | 2026-08"],
    );
}
