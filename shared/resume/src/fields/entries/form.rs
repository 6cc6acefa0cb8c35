//! Labels of forms, which stand beside what they name: `Name of employer`, `Zeitraum`, `Intitulé du diplôme`.

use hiring_core::taxonomy::fold_words;

/// What forms call the parts of an entry, folded; among them the labels of the Europass.
const NAMES: &[&str] = &[
    "date",
    "dates",
    "duration",
    "period",
    "occupation or position held",
    "position held",
    "job title",
    "name of employer",
    "name and address of employer",
    "employer",
    "type of business or sector",
    "title of qualification awarded",
    "name of organisation providing education",
    "name and type of organisation providing education and training",
    "name of institution",
    "zeitraum",
    "datum",
    "dauer",
    "beruf oder funktion",
    "name des arbeitgebers",
    "name und adresse des arbeitgebers",
    "arbeitgeber",
    "bezeichnung der erworbenen qualifikation",
    "name der bildungseinrichtung",
    "name und art der bildungseinrichtung",
    "periode",
    "duree",
    "fonction ou poste occupe",
    "nom de l'employeur",
    "nom et adresse de l'employeur",
    "employeur",
    "intitule du diplome delivre",
    "intitule du certificat ou diplome delivre",
    "nom de l'etablissement",
    "nom et type de l'etablissement d'enseignement",
    "fechas",
    "fecha",
    "periodo",
    "profesion o cargo desempenado",
    "nombre de la empresa",
    "nombre y direccion de la empresa",
    "titulo de la cualificacion obtenida",
    "nombre del centro",
    "nombre y tipo de la organizacion que ha impartido la formacion",
];

/// What forms call the story of an entry, folded.
const STORIES: &[&str] = &[
    "main activities",
    "main activities and responsibilities",
    "principal subjects",
    "principal subjects occupational skills covered",
    "wichtigste tatigkeiten",
    "wichtigste tatigkeiten und zustandigkeiten",
    "hauptfacher berufliche fahigkeiten",
    "principales activites",
    "principales activites et responsabilites",
    "actividades principales",
    "principales actividades y responsabilidades",
    "funciones y responsabilidades principales",
];

/// Longest label, in bytes.
const LONGEST: usize = 80;

/// Whether a text is a label that names a part of an entry.
pub(super) fn names_part(text: &str) -> bool {
    text.len() < LONGEST && NAMES.contains(&fold_words(text).as_str())
}

/// Whether a text is a label before the story of an entry.
pub(super) fn heads_story(text: &str) -> bool {
    text.len() < LONGEST && STORIES.contains(&fold_words(text).as_str())
}

/// Whether a text is a label of a form, and so heads no section.
pub(crate) fn is_form_label(text: &str) -> bool {
    names_part(text) || heads_story(text)
}
