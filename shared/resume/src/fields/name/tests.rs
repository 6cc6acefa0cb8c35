//! Names that are not the first thing a page says.

use chrono::NaiveDate;

use crate::{ReadOptions, read};

fn name(text: &str) -> Option<String> {
    let today = NaiveDate::from_ymd_opt(2026, 11, 15).unwrap();
    let read = read(text.as_bytes(), &ReadOptions { today }).unwrap();
    read.resume.contact.name.map(|leaf| leaf.value)
}

#[test]
fn a_name_below_a_side_bar_is_found_by_the_address_and_no_skill_is_taken_for_it() {
    let bar = "Contact\nKraków, Poland\n+48 512 555 010\nclara.zolnierz@example.com\nSkills\nTriage\nWound Care\nIV Therapy\n\
               Patient Education\nInfection Control\nLanguages\nPolish (Native)\nEnglish (C1)\n";
    let work = "Registered Nurse\nExperience\nStaff Nurse\nRiverbank Hospital, Leeds\n09/2016 – 03/2020\n• Ran the ward\n";
    for spelled in ["Clara Żołnierz", "Zolnierz, Clara"] {
        let found = name(&format!("{bar}{spelled}\n{work}")).unwrap();
        assert!(found.starts_with("Clara"), "{spelled}: {found}");
    }
}

#[test]
fn a_skill_with_capitals_is_no_name_where_nothing_else_is() {
    let found =
        name("Skills\nWound Care\nIV Therapy\nExperience\nStaff Nurse\n09/2016 – 03/2020\n• Ran the ward\n");
    assert_eq!(found, None);
}
