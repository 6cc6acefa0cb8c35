//! Invented people: a resume's text of about 1,300 characters, its fields at their places, and which sentences it is made of.

use hiring_core::ids::{CandidateId, ObjectId};
use hiring_core::reading::{Section, SectionKind};
use hiring_core::resume::{
    Contact, DocumentFacts, Education, Leaf, Place, Resume, Skill, SpokenLanguage, Work,
};
use hiring_core::taxonomy;

use super::random::Random;
use super::words::{
    COMPANIES, DEEDS, DEGREES, FIRST_NAMES, GRADES, HEADINGS, LANGUAGES, LAST_NAMES, PROFESSIONS, Profession,
    THINGS, TOWNS, TOWNS_OF,
};

/// Distinct sentences that everybody's text is made of.
pub const SENTENCES: usize = 5_000;
/// Sentences of one profession in one language.
const EACH: usize = SENTENCES.div_ceil(LANGUAGES.len() * PROFESSIONS.len());
/// Year in which the latest position may start.
const THIS_YEAR: usize = 2026;

/// A piece of a resume that has a vector.
pub struct Piece {
    /// Where it stands.
    pub section: Section,
    /// Which of the sentences its vector is made from.
    pub sentence: usize,
}

/// Somebody with a resume.
pub struct Person {
    pub id: CandidateId,
    pub object: ObjectId,
    pub text: String,
    pub sections: Vec<Section>,
    pub resume: Resume,
    pub experience_months: i32,
    pub education: &'static str,
    /// Four pieces; the first one's sentence stands for the profile, too.
    pub pieces: Vec<Piece>,
}

/// Every sentence, by language and profession.
pub fn sentences() -> Vec<String> {
    let mut random = Random::new(5);
    let mut all = Vec::with_capacity(SENTENCES);
    for (language, (deeds, things)) in DEEDS.iter().zip(&THINGS).enumerate() {
        for profession in &PROFESSIONS {
            let mut own: Vec<String> = Vec::new();
            while own.len() < EACH && all.len() + own.len() < SENTENCES {
                let sentence = random
                    .pick(deeds)
                    .replace("{skill}", random.pick::<&str>(&profession.skills))
                    .replace("{thing}", random.pick::<&str>(things));
                let title = profession.titles.get(language).copied().unwrap_or_default();
                let sentence = match random.below(3) {
                    0 => format!("{title}: {sentence}."),
                    _ => format!("{sentence}."),
                };
                if !own.contains(&sentence) {
                    own.push(sentence);
                }
            }
            all.append(&mut own);
        }
    }
    all
}

/// A text that knows where everything in it stands.
#[derive(Default)]
struct Page {
    text: String,
    chars: usize,
    sections: Vec<Section>,
    pieces: Vec<Piece>,
}

impl Page {
    fn write(&mut self, words: &str) {
        self.text.push_str(words);
        self.chars += words.chars().count();
    }

    fn leaf(&mut self, shown: &str, value: &str) -> Leaf {
        let start = self.chars;
        self.write(shown);
        Leaf {
            value: value.to_owned(),
            raw: shown.to_owned(),
            start,
            end: self.chars,
            confidence: 1.0,
        }
    }

    fn section(&mut self, kind: SectionKind, start: usize) {
        let end = self.chars;
        self.sections.push(Section { kind, start, end });
        self.write("\n");
    }
}

/// Invents people; the same seed gives the same ones, apart from their ids.
pub struct Inventor<'a> {
    random: Random,
    sentences: &'a [String],
}

/// What is settled about somebody before anything is written.
struct Facts {
    language: usize,
    number: usize,
    profession: &'static Profession,
    title: String,
    years: usize,
}

impl<'a> Inventor<'a> {
    pub fn new(seed: u64, sentences: &'a [String]) -> Self {
        let random = Random::new(seed);
        Self { random, sentences }
    }

    fn facts(&mut self) -> Facts {
        let mut share = self.random.below(100);
        let mut language = 0;
        for (number, (_, _, percent)) in LANGUAGES.iter().enumerate() {
            language = number;
            match share.checked_sub(*percent) {
                Some(rest) => share = rest,
                None => break,
            }
        }
        let number = self.random.below(PROFESSIONS.len());
        let profession = PROFESSIONS.get(number).unwrap_or(&PROFESSIONS[0]);
        let grade = GRADES
            .get(language)
            .map_or("", |grades| *self.random.pick::<&str>(grades));
        let title = profession.titles.get(language).copied().unwrap_or_default();
        Facts {
            language,
            number,
            profession,
            title: format!("{grade}{title}"),
            years: 1 + self.random.below(25),
        }
    }

    fn sentence(&mut self, facts: &Facts) -> (usize, &'a str) {
        let first = (facts.language * PROFESSIONS.len() + facts.number) * EACH;
        let at = (first + self.random.below(EACH)).min(self.sentences.len().saturating_sub(1));
        (at, self.sentences.get(at).map_or("", String::as_str))
    }

    /// The next person.
    pub fn person(&mut self) -> Person {
        let facts = self.facts();
        let mut page = Page::default();
        let contact = self.contact(&facts, &mut page);
        let headings = HEADINGS.get(facts.language).copied().unwrap_or_default();
        let [profile, experience, education, skills, languages] = headings;
        let headline = contact.1;
        self.summary(&facts, profile, &mut page);
        page.write(&format!("{experience}\n"));
        let work = self.work(&facts, &mut page);
        let (level, education) = self.education(&facts, education, &mut page);
        let skills = self.skills(&facts, skills, &mut page);
        let languages = self.languages(&facts, languages, &mut page);
        let resume = Resume {
            contact: contact.0,
            headline: Some(headline),
            work,
            education: vec![education],
            skills,
            languages,
            total_experience_years: Some(facts.years as f32),
            document: DocumentFacts {
                language: LANGUAGES
                    .get(facts.language)
                    .map(|(_, code, _)| (*code).to_owned()),
                resume_probability: 1.0,
                ..DocumentFacts::default()
            },
            ..Resume::default()
        };
        Person {
            id: CandidateId::generate(),
            object: ObjectId::generate(),
            text: page.text,
            sections: page.sections,
            resume,
            experience_months: i32::try_from(facts.years * 12).unwrap_or(0),
            education: level,
            pieces: page.pieces,
        }
    }

    fn contact(&mut self, facts: &Facts, page: &mut Page) -> (Contact, Leaf) {
        let start = page.chars;
        let names = facts.language * 16..facts.language * 16 + 16;
        let first = self.random.pick(FIRST_NAMES.get(names).unwrap_or(&FIRST_NAMES));
        let last = facts.language * 24..facts.language * 24 + 24;
        let last = self.random.pick(LAST_NAMES.get(last).unwrap_or(&LAST_NAMES));
        let name = format!("{first} {last}");
        let name = page.leaf(&name, &name);
        page.write("\n");
        let headline = page.leaf(&facts.title, &facts.title);
        page.write("\n");
        let towns = TOWNS_OF.get(facts.language).cloned().unwrap_or(0..TOWNS.len());
        let (town, region, code, country) = *self.random.pick(TOWNS.get(towns).unwrap_or(&TOWNS));
        let shown = format!("{town}, {country}");
        let location = page.leaf(&shown, &shown);
        let mail = format!("{}@people.example", self.random.next());
        page.write(" | ");
        let mail = page.leaf(&mail, &mail);
        page.write("\n");
        page.section(SectionKind::Contact, start);
        let contact = Contact {
            name: Some(name),
            emails: vec![mail],
            location: Some(location),
            place: Some(Place {
                city: Some(town.to_owned()),
                region: Some(region.to_owned()),
                country: Some(code.to_owned()),
            }),
            ..Contact::default()
        };
        (contact, headline)
    }

    fn summary(&mut self, facts: &Facts, heading: &str, page: &mut Page) {
        let start = page.chars;
        page.write(&format!("{heading}\n"));
        self.prose(facts, 3, (SectionKind::Summary, start), page);
    }

    /// Some sentences on lines of their own; the first stands for all of them.
    fn prose(&mut self, facts: &Facts, lines: usize, (kind, start): (SectionKind, usize), page: &mut Page) {
        let mut told = None;
        for _ in 0..lines {
            let (number, sentence) = self.sentence(facts);
            page.write(&format!("{sentence}\n"));
            told.get_or_insert(number);
        }
        let section = Section {
            kind,
            start,
            end: page.chars,
        };
        page.pieces.push(Piece {
            section,
            sentence: told.unwrap_or_default(),
        });
        page.section(kind, start);
    }

    fn work(&mut self, facts: &Facts, page: &mut Page) -> Vec<Work> {
        let mut work = Vec::new();
        let mut until = THIS_YEAR;
        let since = THIS_YEAR - facts.years;
        for number in 0..2 {
            let start = page.chars;
            let from = if number == 1 {
                since
            } else {
                THIS_YEAR - facts.years.div_ceil(2)
            };
            let title = page.leaf(&facts.title, &facts.title);
            page.write(", ");
            let company = *self.random.pick(&COMPANIES);
            let company = page.leaf(company, company);
            page.write(", ");
            let first = page.leaf(&format!("01/{from}"), &format!("{from}-01"));
            page.write(" - ");
            let last = page.leaf(&format!("12/{until}"), &format!("{until}-12"));
            page.write("\n");
            self.prose(facts, 5, (SectionKind::Work, start), page);
            work.push(Work {
                company: Some(company),
                title: Some(title),
                start: Some(first),
                end: Some(last),
                ..Work::default()
            });
            until = from;
        }
        work
    }

    fn education(&mut self, facts: &Facts, heading: &str, page: &mut Page) -> (&'static str, Education) {
        let start = page.chars;
        page.write(&format!("{heading}\n"));
        let (level, degree) = *self.random.pick(&DEGREES);
        let degree = page.leaf(degree, degree);
        page.write(&format!(", {}\n", THIS_YEAR - facts.years - 1));
        page.section(SectionKind::Education, start);
        let education = Education {
            degree: Some(degree),
            ..Education::default()
        };
        (level, education)
    }

    fn skills(&mut self, facts: &Facts, heading: &str, page: &mut Page) -> Vec<Skill> {
        let start = page.chars;
        page.write(&format!("{heading}\n"));
        let mut skills: Vec<Skill> = Vec::new();
        let elsewhere = *self.random.pick(&PROFESSIONS.each_ref());
        let known: Vec<&str> = facts
            .profession
            .skills
            .iter()
            .copied()
            .filter(|_| self.random.percent(60))
            .collect();
        let others: Vec<&str> = elsewhere
            .skills
            .iter()
            .copied()
            .filter(|_| self.random.percent(20))
            .collect();
        for skill in known.into_iter().chain(others) {
            let value = taxonomy::canonical(skill).map_or(skill, |entry| entry.name);
            if skills.iter().any(|known| known.name.value == value) {
                continue;
            }
            if !skills.is_empty() {
                page.write(", ");
            }
            let name = page.leaf(skill, value);
            skills.push(Skill {
                name,
                kind: None,
                months: None,
            });
        }
        page.write("\n");
        let (sentence, _) = self.sentence(facts);
        let section = Section {
            kind: SectionKind::Skills,
            start,
            end: page.chars,
        };
        page.pieces.push(Piece { section, sentence });
        page.section(SectionKind::Skills, start);
        skills
    }

    fn languages(&mut self, facts: &Facts, heading: &str, page: &mut Page) -> Vec<SpokenLanguage> {
        let start = page.chars;
        page.write(&format!("{heading}\n"));
        let mut languages = Vec::new();
        for (number, (name, _, _)) in LANGUAGES.iter().enumerate() {
            let own = number == facts.language;
            if !own && !self.random.percent(if number == 0 { 80 } else { 20 }) {
                continue;
            }
            let level = if own {
                "native"
            } else {
                *self.random.pick(&["A2", "B1", "B2", "C1"])
            };
            let name = page.leaf(name, name);
            page.write(" ");
            let level = page.leaf(level, level);
            page.write("\n");
            languages.push(SpokenLanguage {
                name,
                level: Some(level),
            });
        }
        page.section(SectionKind::Languages, start);
        languages
    }
}
