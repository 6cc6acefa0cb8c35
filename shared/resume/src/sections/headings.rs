//! The words that head a resume's sections, folded, in English, German, French and Spanish.

use hiring_core::reading::SectionKind;
use hiring_core::taxonomy::fold_words;

use SectionKind::{Certificates, Contact, Education, Languages, Other, Projects, Skills, Summary, Work};

/// Longest heading, in bytes of its folded text.
const MAX_LENGTH: usize = 48;

const HEADINGS: &[(SectionKind, &str)] = &[
    (
        Contact,
        "contact|contact details|contact info|contact information|contact me|personal details|personal information|personal data|personal info|details|kontakt|kontaktdaten|personliche daten|persoenliche daten|zur person|angaben zur person|coordonnees|informations personnelles|etat civil|contacto|datos personales|datos de contacto|informacion personal|informacion de contacto|location|profiles|links|reach me|get in touch",
    ),
    (
        Summary,
        "summary|profile|about|about me|objective|career objective|professional summary|career summary|executive summary|personal statement|personal profile|professional profile|career profile|summary of qualifications|qualifications summary|introduction|overview|bio|who i am|profil|kurzprofil|uber mich|ueber mich|zusammenfassung|berufsprofil|personliches profil|motivation|berufsziel|a propos|a propos de moi|resume|profil professionnel|objectif|objectif professionnel|presentation|perfil|perfil profesional|resumen|resumen profesional|sobre mi|objetivo|objetivo profesional|extracto|background|statement",
    ),
    (
        Work,
        "experience|work experience|professional experience|employment history|career history|work history|employment|relevant experience|professional background|job history|positions|positions held|career|experience summary|employment experience|industry experience|clinical experience|teaching experience|other experience|additional experience|work|professional history|internships|internship|internship experience|volunteer experience|research experience|berufserfahrung|beruflicher werdegang|werdegang|berufliche erfahrung|berufspraxis|praktische erfahrung|arbeitserfahrung|praktika|berufstatigkeit|berufliche tatigkeit|beruflicher hintergrund|berufliche stationen|lebenslauf beruflich|experience professionnelle|experiences professionnelles|experiences|parcours professionnel|parcours|emplois|stages|experience de travail|experiencia|experiencia laboral|experiencia profesional|trayectoria|trayectoria profesional|historial laboral|practicas|empleo",
    ),
    (
        Education,
        "education|academic background|education and training|education training|qualifications|academic qualifications|academic history|educational background|academics|studies|training|education history|academic credentials|schooling|degrees|education qualifications|education certifications|education and certifications|education and qualifications|ausbildung|bildung|bildungsweg|studium|schulbildung|akademische ausbildung|ausbildung und studium|studium und ausbildung|bildungsgang|aus und weiterbildung|akademischer werdegang|schulische ausbildung|hochschulbildung|formation|formations|formation academique|etudes|diplomes|diplomes et formations|formation et diplomes|cursus|cursus scolaire|educacion|formacion|formacion academica|estudios|titulacion|titulos|formacion y estudios|educacion y formacion",
    ),
    (
        Skills,
        "skills|technical skills|key skills|core competencies|competencies|core skills|areas of expertise|expertise|technologies|tools|professional skills|professional skills summary|skills summary|skills and tools|skills and abilities|skills abilities|it skills|computer skills|technical expertise|technical proficiencies|proficiencies|strengths|key competencies|core strengths|skill set|skillset|tech stack|technical summary|skills expertise|skills and expertise|hard skills|soft skills|abilities|specialties|capabilities|technical competencies|additional skills|other skills|relevant skills|tools and technologies|kenntnisse|fahigkeiten|faehigkeiten|kompetenzen|fachkenntnisse|it kenntnisse|edv kenntnisse|kenntnisse und fahigkeiten|fahigkeiten und kenntnisse|technische kenntnisse|weitere kenntnisse|besondere kenntnisse|kernkompetenzen|qualifikationen|starken|know how|software|softwarekenntnisse|skills und tools|competences|competences techniques|competences cles|competences professionnelles|competences informatiques|savoir faire|aptitudes|outils|logiciels|domaines de competence|domaines d'expertise|habilidades|competencias|aptitudes|conocimientos|habilidades tecnicas|competencias tecnicas|conocimientos tecnicos|conocimientos informaticos|destrezas|herramientas|informatica|competencias clave",
    ),
    (
        Languages,
        "languages|language skills|languages spoken|language|language proficiency|foreign languages|spoken languages|sprachen|sprachkenntnisse|fremdsprachen|langues|langues etrangeres|competences linguistiques|langue|langues parlees|idiomas|lenguas|idioma",
    ),
    (
        Certificates,
        "certifications|certificates|certification|licenses certifications|licences certifications|licenses and certifications|licences and certifications|courses certificates|courses and certificates|courses|licenses|licences|professional certifications|certificates and licenses|certifications and licenses|certifications licenses|training and certifications|certifications and training|accreditations|credentials|professional development|continuing education|licensure|zertifikate|zertifizierungen|weiterbildung|weiterbildungen|fortbildung|fortbildungen|kurse|lizenzen|schulungen|zertifikate und weiterbildungen|weiterbildungen und zertifikate|certificats|habilitations|formations complementaires|formation continue|certifications et formations|certificados|certificaciones|cursos|formacion complementaria|formacion continua|cursos y certificados|licencias|acreditaciones",
    ),
    (
        Projects,
        "projects|personal projects|side projects|key projects|selected projects|project experience|open source|portfolio|academic projects|notable projects|projekte|projekterfahrung|ausgewahlte projekte|projets|projets personnels|realisations|proyectos|proyectos personales",
    ),
    (
        Other,
        "interests|hobbies|hobbies and interests|interests and hobbies|references|referees|awards|honors|honours|honors and awards|honors awards|awards and honors|achievements|accomplishments|publications|volunteering|volunteer|volunteer work|activities|extracurricular activities|additional information|memberships|affiliations|professional affiliations|patents|conferences|miscellaneous|other|interessen|hobbys|interessen und hobbys|ehrenamt|ehrenamtliches engagement|engagement|referenzen|auszeichnungen|veroffentlichungen|publikationen|sonstiges|freizeit|mitgliedschaften|centres d'interet|loisirs|interets|benevolat|references professionnelles|distinctions|divers|activites|intereses|aficiones|referencias|premios|voluntariado|publicaciones|otros|otros datos|logros|actividades",
    ),
];

/// The section that a line heads, if it is a heading and nothing else.
pub(crate) fn heading(text: &str) -> Option<SectionKind> {
    if text.len() > MAX_LENGTH * 2 {
        return None;
    }
    let folded = fold_words(text);
    if folded.is_empty() || folded.len() > MAX_LENGTH * 2 {
        return None;
    }
    find(&folded).or_else(|| {
        // Letter-spaced headings keep a blank between letters.
        let pieces = folded.split(' ').count();
        let short = folded.split(' ').filter(|word| word.len() <= 2).count();
        (pieces >= 4 && short * 2 >= pieces)
            .then(|| find_joined(&folded.replace(' ', "")))
            .flatten()
    })
}

fn find(folded: &str) -> Option<SectionKind> {
    all().find(|(_, name)| *name == folded).map(|(kind, _)| kind)
}

fn find_joined(joined: &str) -> Option<SectionKind> {
    all()
        .find(|(_, name)| name.chars().filter(|c| *c != ' ').eq(joined.chars()))
        .map(|(kind, _)| kind)
}

fn all() -> impl Iterator<Item = (SectionKind, &'static str)> {
    HEADINGS
        .iter()
        .flat_map(|(kind, names)| names.split('|').map(move |name| (*kind, name)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_are_known_in_four_languages_and_in_spaced_letters() {
        for (text, kind) in [
            ("WORK EXPERIENCE", Work),
            ("Berufserfahrung:", Work),
            ("Licenses & Certifications", Certificates),
            ("Compétences", Skills),
            ("Formación académica", Education),
            ("E X P E R I E N C E", Work),
            ("W ORK E XPERIENCE", Work),
        ] {
            assert_eq!(heading(text), Some(kind), "{text}");
        }
        assert_eq!(heading("Experience with Rust"), None);
    }
}
