//! Other names, pronouns and forms of address.

use std::ops::Range;

use hiring_core::reading::ReadResume;
use hiring_core::resume::{Leaf, Resume};

use super::swap::{Attribute, Edit, Pick, Swapped, Token, edited, tokens};
use super::tables::{BESIDE_NAMES, NAMES, Name, words};

/// Names that stand for each person.
const COPIES: usize = 4;
/// Shortest part of a name, in characters, that is swapped where it stands alone.
const SHORTEST: usize = 3;

/// Copies of people with other names, which their addresses tell as well.
pub(super) fn names(read: &ReadResume, pick: Pick) -> Vec<Swapped> {
    let Some(leaf) = &read.resume.contact.name else {
        return Vec::new();
    };
    let mut parts = tokens(&leaf.raw, leaf.start);
    parts.retain(|part| !BESIDE_NAMES.contains(&part.text.to_lowercase().as_str()));
    if parts.is_empty() {
        return Vec::new();
    }
    let copy = |name: &Name| {
        let other = Other { parts: &parts, name };
        let mut edits: Vec<Edit> = other.leaf();
        edits.extend(other.handles(&read.resume));
        edits.extend(other.elsewhere(read));
        edits.extend(other.unread_handles(&read.visible_text));
        Swapped {
            attribute: Attribute::Name,
            with: format!("{} {}", name.given, name.family),
            text: edited(&read.visible_text, &edits),
            moves: false,
        }
    };
    pick.rows(NAMES, COPIES).map(copy).collect()
}

/// A person's name in words, and the one that stands for it.
struct Other<'a> {
    parts: &'a [Token],
    name: &'a Name,
}

impl Other<'_> {
    /// What stands for a part: the first word is the given name, the last the family's; those between become a second given name.
    fn of(&self, at: usize) -> (&str, &str) {
        match at {
            0 => (self.name.given, self.name.handle.0),
            at if at + 1 == self.parts.len() => (self.name.family, self.name.handle.1),
            _ => ("Robin", "robin"),
        }
    }

    /// Initials stay: elsewhere a letter alone could not be told from others.
    fn leaf(&self) -> Vec<Edit> {
        let written = self.parts.iter().enumerate();
        written
            .filter(|(_, part)| part.place.len() > 1)
            .map(|(at, part)| Edit {
                place: part.place.clone(),
                with: like(&part.text, self.of(at).0),
            })
            .collect()
    }

    /// The name where it stands alone, but not where it is part of a title, a skill, a school or an employer.
    fn elsewhere(&self, read: &ReadResume) -> Vec<Edit> {
        let kept = kept(&read.resume);
        let edit = |word: Token| {
            let capital = word.text.chars().next().is_some_and(char::is_uppercase);
            let free = kept
                .iter()
                .all(|place| word.place.start < place.start || word.place.end > place.end);
            let same = |part: &Token| {
                part.place.len() >= SHORTEST && part.text.to_lowercase() == word.text.to_lowercase()
            };
            let at = self.parts.iter().position(same).filter(|_| capital && free)?;
            Some(Edit {
                with: like(&word.text, self.of(at).0),
                place: word.place,
            })
        };
        tokens(&read.visible_text, 0)
            .into_iter()
            .filter_map(edit)
            .collect()
    }

    /// Mail and web addresses in which the name stands.
    fn handles(&self, resume: &Resume) -> Vec<Edit> {
        let contact = &resume.contact;
        let edit = |leaf: &Leaf| Edit {
            place: leaf.start..leaf.end,
            with: self.spelt(&leaf.raw),
        };
        contact.emails.iter().chain(&contact.urls).map(edit).collect()
    }

    /// Words in small letters in which the name stands as in an address, whether or not they were read as one: `anna-mueller`,
    /// `mailto:anna.`, `annamueller`.
    fn unread_handles(&self, text: &str) -> Vec<Edit> {
        let mut from = 0;
        let words = text.split(char::is_whitespace).map(move |word| {
            let start = from;
            from += word.chars().count() + 1;
            (start, word)
        });
        let edit = |(start, word): (usize, &str)| {
            let address = ["@", "://", "mailto:"].iter().any(|sign| word.contains(sign));
            let told = self.parts.iter().filter(|part| part.place.len() >= SHORTEST);
            let told = told
                .filter(|part| {
                    spellings(&part.text)
                        .iter()
                        .any(|spelling| word.contains(spelling))
                })
                .count();
            let handle = (address || told > 1) && !word.contains(char::is_uppercase);
            handle.then(|| Edit {
                place: start..start + word.chars().count(),
                with: self.spelt(word),
            })
        };
        words.filter_map(edit).collect()
    }

    /// An address with the other name in the place of this one.
    fn spelt(&self, address: &str) -> String {
        let mut with = address.to_owned();
        let parts = self.parts.iter().enumerate();
        for (at, part) in parts.filter(|(_, part)| part.place.len() >= SHORTEST) {
            with = with.replace(&part.text, self.of(at).1);
            for spelling in spellings(&part.text) {
                with = with.replace(&spelling, self.of(at).1);
            }
        }
        with
    }
}

/// How a part of a name stands in addresses: in small letters, with umlauts written out, and without accents.
fn spellings(part: &str) -> [String; 3] {
    let lower = part.to_lowercase();
    let replaced = |of: fn(char) -> Option<&'static str>| -> String {
        let mut buffer = [0; 4];
        let letters = lower.chars();
        letters.fold(String::new(), |all, c| {
            all + of(c).unwrap_or(c.encode_utf8(&mut buffer))
        })
    };
    let written_out = replaced(|c| {
        Some(match c {
            'ä' => "ae",
            'ö' => "oe",
            'ü' => "ue",
            'ß' => "ss",
            _ => return None,
        })
    });
    let plain = replaced(|c| {
        Some(match c {
            'á' | 'à' | 'â' | 'ä' | 'ã' | 'å' => "a",
            'é' | 'è' | 'ê' | 'ë' => "e",
            'í' | 'ì' | 'î' | 'ï' | 'ı' => "i",
            'ó' | 'ò' | 'ô' | 'ö' | 'õ' | 'ø' => "o",
            'ú' | 'ù' | 'û' | 'ü' => "u",
            'ç' => "c",
            'ñ' => "n",
            'ş' => "s",
            'ğ' => "g",
            'ß' => "ss",
            _ => return None,
        })
    });
    [lower.clone(), written_out, plain]
}

/// A word in capitals where the one it stands for is.
fn like(written: &str, word: &str) -> String {
    let capitals = written.chars().count() > 1 && !written.chars().any(char::is_lowercase);
    if capitals {
        word.to_uppercase()
    } else {
        word.to_owned()
    }
}

/// Where a word of somebody's name is something else.
fn kept(resume: &Resume) -> Vec<Range<usize>> {
    let work = resume
        .work
        .iter()
        .flat_map(|row| [&row.title, &row.company, &row.location]);
    let courses = resume
        .education
        .iter()
        .flat_map(|row| [&row.institution, &row.degree, &row.area]);
    let alone = [&resume.headline, &resume.contact.location];
    let leaves = work.chain(courses).chain(alone).flatten();
    leaves
        .chain(resume.skills.iter().map(|skill| &skill.name))
        .map(|leaf| leaf.start..leaf.end)
        .collect()
}

/// Copies with a man's and a woman's words, a form of address before the name, and pronouns behind it.
pub(super) fn pronouns(read: &ReadResume) -> Vec<Swapped> {
    let told = words(read.resume.document.language.as_deref());
    let gendered = |woman: bool| {
        let pair = |word: Token| {
            // `MS Project` is no lady.
            if !word.text.chars().skip(1).all(char::is_lowercase) {
                return None;
            }
            let lower = word.text.to_lowercase();
            let other = told.pairs.iter().find_map(|(man, wife)| {
                let (from, to) = if woman { (man, wife) } else { (wife, man) };
                (*from == lower).then_some(*to)
            })?;
            let capital = word.text.chars().next().is_some_and(char::is_uppercase);
            let mut with = other.to_owned();
            if capital && let Some(first) = other.chars().next() {
                with = first.to_uppercase().chain(other.chars().skip(1)).collect();
            }
            Some(Edit {
                place: word.place,
                with,
            })
        };
        tokens(&read.visible_text, 0)
            .into_iter()
            .filter_map(pair)
            .collect::<Vec<Edit>>()
    };
    let copy = |with: String, edits: &[Edit]| Swapped {
        attribute: Attribute::Pronouns,
        with,
        text: edited(&read.visible_text, edits),
        moves: false,
    };
    let mut copies = vec![
        copy("a man's words".into(), &gendered(false)),
        copy("a woman's words".into(), &gendered(true)),
    ];
    let Some(name) = &read.resume.contact.name else {
        return copies;
    };
    let insert = |at: usize, with: String| [Edit { place: at..at, with }];
    for address in told.addresses {
        copies.push(copy(
            address.to_owned(),
            &insert(name.start, format!("{address} ")),
        ));
    }
    for pronouns in told.pronouns {
        copies.push(copy(
            (*pronouns).to_owned(),
            &insert(name.end, format!(" {pronouns}")),
        ));
    }
    copies
}
