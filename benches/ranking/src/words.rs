//! Headings, months and set phrases in each language.

/// The words of one language.
pub(crate) struct Words {
    pub(crate) summary: &'static [&'static str],
    pub(crate) work: &'static [&'static str],
    pub(crate) skills: &'static [&'static str],
    pub(crate) education: &'static [&'static str],
    pub(crate) languages: &'static [&'static str],
    pub(crate) present: &'static str,
    pub(crate) months: [&'static str; 12],
    /// Abilities that anybody may list.
    pub(crate) soft: &'static [&'static str],
    pub(crate) spoken: &'static str,
    /// Says a title and years in one sentence.
    pub(crate) opening: fn(&str, usize) -> String,
}

/// The words of a language; English for one that is not known.
pub(crate) const fn words(language: &str) -> &'static Words {
    match language.as_bytes() {
        b"de" => &GERMAN,
        b"fr" => &FRENCH,
        b"es" => &SPANISH,
        _ => &ENGLISH,
    }
}

static ENGLISH: Words = Words {
    summary: &["Summary", "Profile", "About"],
    work: &[
        "Experience",
        "Work Experience",
        "Professional Experience",
        "Employment History",
    ],
    skills: &["Skills", "Key Skills", "Core Competencies"],
    education: &["Education", "Education and Training"],
    languages: &["Languages"],
    present: "Present",
    months: [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ],
    soft: &[
        "Teamwork",
        "Communication",
        "Time management",
        "Reliability",
        "Presentations",
    ],
    spoken: "English (fluent)",
    opening: |title, years| format!("{title} with {years} years of experience."),
};

static GERMAN: Words = Words {
    summary: &["Profil", "Kurzprofil"],
    work: &["Berufserfahrung", "Beruflicher Werdegang"],
    skills: &["Kenntnisse", "Fähigkeiten"],
    education: &["Ausbildung", "Studium"],
    languages: &["Sprachen"],
    present: "heute",
    months: [
        "Jan.", "Feb.", "März", "Apr.", "Mai", "Juni", "Juli", "Aug.", "Sep.", "Okt.", "Nov.", "Dez.",
    ],
    soft: &["Teamarbeit", "Zuverlässigkeit", "Zeitmanagement", "Kommunikation"],
    spoken: "Deutsch (Muttersprache), Englisch (gut)",
    opening: |title, years| format!("{title} mit {years} Jahren Berufserfahrung."),
};

static FRENCH: Words = Words {
    summary: &["Profil", "À propos"],
    work: &["Expérience professionnelle", "Parcours professionnel"],
    skills: &["Compétences"],
    education: &["Formation"],
    languages: &["Langues"],
    present: "aujourd'hui",
    months: [
        "janv.", "févr.", "mars", "avril", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc.",
    ],
    soft: &["Esprit d'équipe", "Communication", "Rigueur", "Autonomie"],
    spoken: "Français (langue maternelle), Anglais (courant)",
    opening: |title, years| format!("{title} avec {years} ans d'expérience."),
};

static SPANISH: Words = Words {
    summary: &["Perfil", "Resumen"],
    work: &["Experiencia laboral", "Experiencia profesional"],
    skills: &["Habilidades", "Competencias"],
    education: &["Formación", "Educación"],
    languages: &["Idiomas"],
    present: "actualidad",
    months: [
        "ene.", "feb.", "mar.", "abr.", "may.", "jun.", "jul.", "ago.", "sept.", "oct.", "nov.", "dic.",
    ],
    soft: &[
        "Trabajo en equipo",
        "Comunicación",
        "Responsabilidad",
        "Puntualidad",
    ],
    spoken: "Español (nativo), Inglés (alto)",
    opening: |title, years| format!("{title} con {years} años de experiencia."),
};
