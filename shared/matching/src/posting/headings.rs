//! The headings of job postings in English, German, French and Spanish. Written for this project.

use super::words::{Word, has_any, phrase_at};

/// What the lines under a heading are about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    /// Before any heading: title, place, terms, and in postings without headings everything.
    Head,
    /// What is asked for.
    Must,
    /// What speaks for somebody.
    Nice,
    /// What the person will do.
    Duties,
    /// What is offered, and the terms.
    Offer,
    /// Who offers it.
    Company,
    /// How to apply.
    Process,
}

/// Most words that may follow a heading with `*`.
const MAX_MORE: usize = 4;

/// Folded words of headings. One with a last ` *` may go on for some words, when it is a single word only before a colon, as
/// `Required skills:` does and `Conocimientos de SQL` does not; the others are the whole line.
#[rustfmt::skip]
const HEADINGS: &[(Part, &[&str])] = &[
    (Part::Nice, &[
        "nice to have *", "nice to haves *", "nice if you *", "bonus", "bonus points *", "bonus skills", "desirable *", "desired *",
        "preferred *", "preferred qualifications *", "preferred skills *", "desired skills *", "desirable skills *", "ideally *", "good to have *", "it would be great if *", "pluses", "plus points", "extra points *", "a plus",
        "additional skills", "additional qualifications", "optional *", "what would be nice *", "advantageous *",
        "wunschenswert *", "von vorteil *", "idealerweise *", "ideal ware *", "nice to have ist", "das ware schon", "pluspunkte *",
        "gern gesehen", "optional", "zusatzlich von vorteil", "das ist ein plus", "was uns zusatzlich freut",
        "les plus", "atouts *", "vos atouts en plus", "un plus *", "idealement *", "serait un plus *", "souhaite", "souhaites",
        "souhaitable *", "competences appreciees *", "competences souhaitees *", "seraient un plus *", "apprecie *", "bonus *",
        "valorable *", "se valorara *", "se valora *", "valoramos *", "deseable *", "deseables *", "requisitos deseables *",
        "requisitos valorables *", "seria un plus *", "un plus", "idealmente *", "aspectos valorables *", "conocimientos deseables",
        "requisitos opcionales",
    ]),
    (Part::Must, &[
        "requirements *", "job requirements", "key requirements", "minimum requirements *", "our requirements", "required *", "required skills *", "required qualifications *", "must have *",
        "must haves *", "essential *", "essentials", "qualifications *", "minimum qualifications *", "basic qualifications *",
        "your profile *", "profile", "candidate profile", "person specification *", "your background *", "your skills *", "your experience *",
        "skills", "skills and experience *", "skills and qualifications", "skills required", "key skills *", "technical skills", "experience",
        "what you bring *", "what you need *", "what we are looking for *", "what we looking for *", "we looking for", "what we look for *", "we are looking for",
        "what we expect *", "who you are", "who we are looking for", "about you *", "you have", "you should have", "you bring", "you need",
        "we expect", "must", "what it takes", "is this you", "you are", "what makes you *", "what will you bring", "to succeed *",
        "knowledge and skills", "education and experience", "experience and skills", "experience and qualifications", "the ideal candidate *",
        "ihr profil *", "dein profil *", "profil", "das bringst du mit *", "das bringen sie mit *", "was sie mitbringen *", "was du mitbringst *",
        "sie bringen mit", "du bringst mit", "damit punkten sie", "damit punktest du", "anforderungen *", "anforderungen an *", "ihre qualifikation *",
        "ihre qualifikationen *", "deine qualifikation *", "deine qualifikationen *", "qualifikation", "qualifikationen", "qualifikationsprofil",
        "voraussetzungen *", "anforderungsprofil *", "was wir uns wunschen", "was wir erwarten *", "wir erwarten *", "das erwarten wir *",
        "das wunschen wir uns *", "deine skills *", "ihre kenntnisse *", "muss kriterien", "das zeichnet dich aus", "das zeichnet sie aus",
        "wen wir suchen", "wir suchen", "was dich auszeichnet", "das solltest du mitbringen", "du solltest mitbringen", "sie sollten mitbringen", "du hast", "sie haben", "das sollten sie mitbringen", "was du brauchst",
        "fachliche anforderungen *", "ihr know how", "dein know how", "deine voraussetzungen", "ihre voraussetzungen", "zwingend *",
        "profil *", "votre profil *", "ton profil *", "le profil *", "profil recherche *", "competences *", "vos competences *",
        "competences requises *", "exigences *", "pre requis *", "prerequis *", "qualifications", "qualites requises *", "formation et experience",
        "ce que nous recherchons *", "nous recherchons", "ce que nous attendons *", "vous etes", "vous avez", "vos atouts *", "qui etes vous",
        "connaissances requises *", "diplomes et experience", "indispensable *", "savoir faire *", "on recherche *",
        "requisitos *", "requisitos minimos *", "requisitos imprescindibles", "perfil *", "tu perfil *", "su perfil *", "perfil buscado *", "perfil del candidato *", "que buscamos *", "buscamos",
        "lo que buscamos *", "lo que necesitas *", "que necesitas *", "necesitamos que *", "que pedimos *", "pedimos", "imprescindible *",
        "imprescindibles", "formacion y experiencia", "conocimientos *", "conocimientos requeridos *", "competencias *", "habilidades *",
        "experiencia requerida *", "requerimientos *", "se requiere", "que esperamos *", "que debes tener", "sobre ti", "a quien buscamos",
        "formacion *", "experiencia y formacion",
    ]),
    (Part::Duties, &[
        "responsibilities *", "your responsibilities *", "key responsibilities *", "main responsibilities", "duties *", "your role *", "the role *",
        "your tasks *", "tasks", "what you do *", "what you will do *", "what you be doing *", "what you will be doing *", "your mission *",
        "about the role *", "about the job *", "the job", "job description *", "role overview", "the position", "your day *", "day to day *",
        "how you make an impact", "your impact", "tech stack *", "our stack *", "our tech stack *", "our technology *", "what you work on",
        "aufgaben *", "ihre aufgaben *", "deine aufgaben *", "das erwartet dich *", "das erwartet sie *", "was dich erwartet *",
        "was sie erwartet *", "tatigkeiten *", "ihr aufgabengebiet *", "dein aufgabengebiet *", "aufgabengebiet *", "aufgabenbereich *",
        "stellenbeschreibung *", "deine rolle *", "ihre rolle *", "das machst du *", "das tun sie *", "deine mission *", "unser tech stack *",
        "hauptaufgaben", "ihre tatigkeit *", "deine tatigkeit *", "ihre herausforderung *", "deine herausforderung *",
        "missions *", "vos missions *", "tes missions *", "la mission", "votre mission *", "le poste *", "responsabilites *", "vos responsabilites *",
        "description du poste *", "descriptif du poste *", "taches *", "activites *", "votre role *", "ton role *", "ce que vous ferez *",
        "le role *", "stack technique *", "notre stack *", "mission *", "au quotidien *",
        "funciones *", "tus funciones *", "responsabilidades *", "tareas *", "que haras *", "lo que haras *", "descripcion *",
        "tu mision *", "el puesto *", "tu dia a dia *", "en tu dia a dia *", "mision *", "tus responsabilidades *", "tu rol *",
    ]),
    (Part::Offer, &[
        "benefits *", "perks *", "what we offer *", "we offer *", "our offer *", "our benefits *", "compensation *", "why join *", "why us *",
        "what in it for you", "what is in it for you", "what you get *", "what you will get *", "rewards *", "salary and benefits *", "why work *",
        "package *", "terms *", "conditions *", "your benefits *", "in return *", "pay and benefits *", "perks and benefits *",
        "wir bieten *", "das bieten wir *", "was wir bieten *", "unser angebot *", "ihre vorteile *", "deine vorteile *", "vorteile *", "benefits",
        "unsere benefits *", "deine benefits *", "darauf kannst du dich freuen *", "darauf konnen sie sich freuen *", "konditionen *",
        "rahmenbedingungen *", "warum wir *", "das erhalten sie", "wir bieten ihnen *", "wir bieten dir *", "was du bekommst", "verguetung *",
        "avantages *", "vos avantages *", "nous offrons *", "nous vous offrons *", "ce que nous offrons *", "nous vous proposons *",
        "nous proposons *", "ce que nous proposons *", "conditions et avantages *", "pourquoi nous rejoindre *", "on vous offre *", "remuneration *",
        "beneficios *", "ofrecemos *", "que ofrecemos *", "te ofrecemos *", "se ofrece *", "condiciones *", "nuestra oferta *", "ventajas *",
        "lo que ofrecemos *", "que te ofrecemos *", "por que nosotros *",
    ]),
    (Part::Company, &[
        "about us *", "about the company *", "about the team *", "who we are *", "our company *", "our story *", "the company *", "company *", "the school *",
        "the team *", "our team *", "the hospital *", "our mission *", "our values *", "about our *", "company overview *", "company description *",
        "equal opportunit*", "diversity *", "our culture *", "about",
        "uber uns *", "ueber uns *", "wer wir sind *", "das sind wir *", "unternehmen *", "das unternehmen *", "unser unternehmen *",
        "unternehmensbeschreibung *", "unternehmensprofil *", "das team *", "dein team *", "ihr team *", "unser team *", "wir uber uns *",
        "qui sommes nous *", "a propos *", "l entreprise *", "entreprise *", "notre entreprise *", "la societe *", "notre societe *",
        "presentation *", "l equipe *", "notre equipe *", "votre equipe *", "equipe", "l etablissement *", "etablissement *",
        "sobre nosotros *", "quienes somos *", "la empresa *", "nuestra empresa *", "sobre la empresa *", "el equipo *", "nuestro equipo *",
        "descripcion de la empresa *", "acerca de *",
    ]),
    (Part::Process, &[
        "how to apply *", "apply *", "application *", "application process *", "the process *", "hiring process *", "interview process *",
        "contact *", "your contact *", "next steps *", "data protection *",
        "bewerbung *", "so bewerben sie sich *", "so bewirbst du dich *", "bewerbungsprozess *", "kontakt *", "ansprechpartner *", "ihr kontakt *",
        "dein kontakt *", "interessiert *", "haben wir ihr interesse geweckt *", "datenschutz *",
        "postuler *", "comment postuler *", "candidature *", "processus de recrutement *", "contact", "pour postuler *",
        "como aplicar *", "contacto *", "proceso de seleccion *", "inscripcion *", "como postular *", "solicitud *",
    ]),
];

/// Words of a line before a colon that make it a heading of requirements, whatever its other words.
#[rustfmt::skip]
const ASKING: &[&str] = &[
    "mitbringen", "mitbringst", "brauchst", "brauchen", "erwarten", "suchen", "profil*", "kandidat*", "persona", "perfil", "buscamos", "necesita*", "pedimos", "debes", "candidat*", "recherchons",
    "attendons", "looking for", "looking", "need", "expect", "must", "you have", "you bring",
];
/// Words of a line before a colon that make it a heading of duties.
const DOING: &[&str] = &[
    "you will",
    "role",
    "aufgabe*",
    "mission*",
    "funcion*",
    "tarea*",
    "responsabilidades",
    "duties",
    "tasks",
];

/// What a line that ends with a colon announces when no heading is known for it.
pub(super) fn likely_part(words: &[Word]) -> Option<Part> {
    if has_any(words, DOING) {
        Some(Part::Duties)
    } else {
        has_any(words, ASKING).then_some(Part::Must)
    }
}

/// Whether a sentence begins to tell what is offered: `Wir bieten ein Jobrad und ...`.
pub(super) fn begins_offer(words: &[Word]) -> bool {
    const OFFERS: &[&str] = &[
        "we offer",
        "wir bieten",
        "es erwartet dich",
        "sie erwartet",
        "nous offrons",
        "nous proposons",
        "nous vous offrons",
        "nous vous proposons",
        "ofrecemos",
        "te ofrecemos",
        "se ofrece",
    ];
    OFFERS.iter().any(|offer| phrase_at(words, 0, offer).is_some())
}

/// What a heading with these words announces, with or without a colon behind it. The phrase with most words decides, among
/// equal ones the whole line.
pub(super) fn part_of(words: &[Word], colon: bool) -> Option<Part> {
    let mut best: Option<(usize, bool, Part)> = None;
    for (part, phrases) in HEADINGS {
        for phrase in *phrases {
            let (start, goes_on) = phrase
                .strip_suffix(" *")
                .map_or((*phrase, false), |start| (start, true));
            let Some(taken) = phrase_at(words, 0, start) else {
                continue;
            };
            let more = words.len() - taken.min(words.len());
            let whole = more == 0;
            if (whole || goes_on && more <= MAX_MORE && (colon || taken > 1))
                && best.is_none_or(|(most, was_whole, _)| (taken, whole) > (most, was_whole))
            {
                best = Some((taken, whole, *part));
            }
        }
    }
    best.map(|(_, _, part)| part)
}
