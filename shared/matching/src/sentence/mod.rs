//! A plain sentence (`senior python devs in Berlin with 5+ years`) becomes filters that can be shown and changed.
//!
//! By rules, in English, German, French and Spanish: skills by the taxonomy, places and human languages by the tables that the
//! caller lends, years of work, levels of education. What is in double quotes or behind a minus stays as it is. A word that no
//! rule is sure of stays in [`Interpreted::rest`], which is searched for as text.
//!
//! | module | what it reads |
//! |---|---|
//! | `tokens` | the words and which of them are taken |
//! | `experience` | `5+ years`, `mindestens drei Jahre`, `moins de 2 ans` |
//! | `languages` | `German speaking`, `fluent in French`, `Deutsch C1` |
//! | `skills` | what the taxonomy knows |
//! | `degrees` | `PhD`, `with a master's degree` |
//! | `places` | `in Berlin`, `python developer, Lyon` |
//! | `words` | the words that the rules go by |

mod degrees;
mod experience;
mod languages;
mod places;
mod skills;
mod tokens;
mod words;

use hiring_core::job::EducationLevel;

use self::tokens::Tokens;

/// How sure a name is a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Certainty {
    /// A city, region or country that its name alone tells.
    Sure,
    /// A town whose name is also something else: counts where a place is expected.
    Likely,
    /// The short form of a region or country: counts behind a town only.
    Code,
}

/// Tables of names that this crate does not have.
pub trait Gazetteer {
    /// How sure the whole text is the name of one place; `None` when it is not known.
    fn place(&self, name: &str) -> Option<Certainty>;
    /// The English name of the human language with this name.
    fn language(&self, name: &str) -> Option<&'static str>;
}

/// A human language that is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spoken {
    /// Its English name.
    pub name: &'static str,
    /// The least level, `A1`-`C2` or `native`, where one is named.
    pub level: Option<&'static str>,
}

/// What a sentence asks for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Interpreted {
    /// Canonical names of the skills, each needed, in the order named.
    pub skills: Vec<String>,
    /// Least years of work.
    pub min_experience: Option<u8>,
    /// Most years of work.
    pub max_experience: Option<u8>,
    /// The place as written.
    pub location: Option<String>,
    /// The least level of education.
    pub education: Option<EducationLevel>,
    /// The languages, each needed.
    pub languages: Vec<Spoken>,
    /// The words that were not understood, in their order; the whole text when nothing was.
    pub rest: String,
}

impl Interpreted {
    /// Whether anything became a filter.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.skills.is_empty()
            && self.min_experience.is_none()
            && self.max_experience.is_none()
            && self.location.is_none()
            && self.education.is_none()
            && self.languages.is_empty()
    }
}

/// Reads a sentence. Of longer texts the first 100 words are read, the others stay in the rest.
#[must_use]
pub fn read(text: &str, gazetteer: &dyn Gazetteer) -> Interpreted {
    let mut tokens = Tokens::new(text);
    let mut found = Interpreted::default();
    (found.min_experience, found.max_experience) = experience::read(&mut tokens);
    found.languages = languages::read(&mut tokens, gazetteer);
    found.skills = skills::read(&mut tokens);
    found.education = degrees::read(&mut tokens);
    let about_work = !found.is_empty();
    found.location = places::read(&mut tokens, gazetteer, about_work);
    found.rest = if found.is_empty() {
        text.trim().to_owned()
    } else {
        tokens.rest()
    };
    found
}

#[cfg(test)]
mod tests;
