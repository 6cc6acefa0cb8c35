//! Whether a document is a resume at all: a sum of what speaks for and against it, each with a reason that a recruiter
//! understands.

use hiring_core::reading::SectionKind;
use hiring_core::resume::Resume;
use hiring_core::taxonomy::fold;

use super::starts::WordStarts;
use crate::layout::Visible;
use crate::sections::{Part, heading};
use crate::words::{Words, listed};

/// Bytes that are looked at; what a document is shows before.
const MOST: usize = 60_000;
/// Weight of nothing at all: a text without any sign is doubtful, and not refused.
const START: f32 = -1.9;

/// How likely a document is a resume, and what speaks against it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Likelihood {
    /// 0.0-1.0.
    pub probability: f32,
    /// What speaks against it, strongest first, as parts of a sentence.
    pub reasons: Vec<&'static str>,
}

/// A kind of document that is no resume, with the words that show it.
struct Other {
    reason: &'static str,
    /// Folded words and phrases.
    signs: &'static str,
    /// Weight of each different sign.
    weight: f32,
}

/// Signs are counted once each and at most this often.
const MOST_SIGNS: usize = 5;

/// Written for this project; English, German, French and Spanish each.
const OTHERS: &[Other] = &[
    Other {
        reason: "it reads like an invoice or an order",
        signs: "invoice number|invoice no|invoice date|amount due|bill to|payment terms|subtotal|total due|vat id|unit price|qty|\
            rechnungsnummer|rechnungsdatum|rechnung nr|zahlbar|gesamtbetrag|nettobetrag|mwst|umsatzsteuer|einzelpreis|lieferschein|\
            facture n|numero de facture|montant ttc|total ttc|total ht|prix unitaire|echeance|tva|factura n|numero de factura|base imponible|\
            importe total|precio unitario|vencimiento|zahlungsziel|purchase order|bestellnummer|total a pagar|net a payer",
        weight: 1.1,
    },
    Other {
        reason: "it reads like a bank statement",
        signs: "account statement|statement period|opening balance|closing balance|kontoauszug|kontostand|saldo|buchungstag|valuta|\
            verwendungszweck|releve de compte|ancien solde|nouveau solde|solde|extracto|saldo inicial|saldo final|fecha valor|iban|bic|\
            direct debit|lastschrift|prelevement|dauerauftrag",
        weight: 1.0,
    },
    Other {
        reason: "it reads like a letter",
        signs: "dear sir|dear ms|dear mr|dear hiring|dear madam|dear team|dear |to whom it may concern|yours sincerely|yours faithfully|\
            sincerely|kind regards|best regards|sehr geehrte|sehr geehrter|liebe |mit freundlichen grussen|freundliche grusse|\
            hiermit bewerbe|madame, monsieur|monsieur, madame|veuillez agreer|cordialement|salutations distinguees|je vous prie|\
            estimado|estimada|muy senor|atentamente|un cordial saludo|me dirijo a|i am writing to|ich bewerbe mich|je me permets|\
            uber eine einladung|hearing from you|lettre de motivation|carta de presentacion|anschreiben",
        weight: 1.0,
    },
    Other {
        reason: "it reads like a job advertisement",
        signs: "we offer|we are looking for|you will|your profile|your tasks|about the role|what we offer|who we are|join our team|apply now|\
            equal opportunity|your responsibilities|the ideal candidate|wir bieten|wir suchen|ihr profil|dein profil|ihre aufgaben|\
            deine aufgaben|m/w/d|bewerben sie sich|bewirb dich|nous recherchons|nous offrons|votre profil|vos missions|postulez|\
            profil recherche|h/f|buscamos|ofrecemos|se ofrece|tus funciones|requisitos|tu perfil|inscribete|your application",
        weight: 0.9,
    },
    Other {
        reason: "it reads like a contract or a legal text",
        signs: "hereby|hereinafter|the parties|party of the|governing law|shall be|in witness whereof|terminate this agreement|\
            vertragspartei|vertragsparteien|zwischen|nachfolgend|§ 1|§ 2|kundigungsfrist|gerichtsstand|salvatorische|entre les soussignes|\
            ci-apres|article 1|article 2|il a ete convenu|droit applicable|las partes|clausula|en adelante|reunidos|exponen|estipulaciones|\
            arbeitsvertrag|contrat de travail|contrato de|employment agreement|the agreement|mietvertrag",
        weight: 0.9,
    },
    Other {
        reason: "it reads like a scientific paper",
        signs: "abstract|keywords|et al|we propose|in this paper|we show that|related work|theorem|our results|zusammenfassung|\
            in dieser arbeit|schlusselworter|dans cet article|mots-cles|resume de l'article|en este articulo|palabras clave|arxiv|\
            statistically significant|p <|nous montrons|figure 1|table 1|abbildung 1|tableau 1|references [1]|introduction",
        weight: 0.8,
    },
    Other {
        reason: "it reads like a story or an article",
        signs: "chapter one|chapter 1|chapter i|chapter two|once upon|he said|she said|said the|whispered|kapitel 1|erstes kapitel|\
            sagte er|sagte sie|es war einmal|chapitre 1|chapitre premier|dit-il|dit-elle|il etait une fois|capitulo 1|capitulo primero|\
            dijo el|dijo ella|erase una vez|prologue|prolog|she looked|he looked|reuters|our correspondent|according to police|\
            teilte die polizei|selon la police|segun la policia|dpa|afp|efe",
        weight: 1.1,
    },
    Other {
        reason: "it reads like a recipe",
        signs: "ingredients|preheat|tablespoon|teaspoon|tbsp|tsp|serves 4|simmer|zutaten|zubereitung|backofen|essloffel|teeloffel|\
            portionen|ingredients pour|prechauffez|prechauffer|cuillere|personnes|ingredientes|precalentar|cucharada|cucharadas|sofreir|\
            hornear|bake for|stir in|umruhren|melangez|mezclar",
        weight: 1.0,
    },
    Other {
        reason: "it reads like a manual",
        signs: "user manual|instruction manual|safety instructions|press the|warning:|before use|do not immerse|troubleshooting|\
            bedienungsanleitung|gebrauchsanweisung|sicherheitshinweise|drucken sie|achtung|inbetriebnahme|mode d'emploi|notice d'utilisation|\
            consignes de securite|appuyez sur|manual de instrucciones|manual de usuario|instrucciones de seguridad|pulse el|advertencia|\
            warranty|garantie|step 1|schritt 1|etape 1|paso 1",
        weight: 1.0,
    },
    Other {
        reason: "it reads like minutes of a meeting",
        signs: "minutes of|attendees|apologies|action items|agenda|any other business|next meeting|protokoll|teilnehmer|tagesordnung|\
            anwesend|beschluss|top 1|compte rendu|presents|ordre du jour|prochaine reunion|acta de|asistentes|orden del dia|proxima reunion",
        weight: 1.0,
    },
    Other {
        reason: "it reads like a school report or a certificate",
        signs: "report card|certificate of|this is to certify|has successfully completed|is awarded|transcript of records|zeugnis|\
            hiermit wird bescheinigt|bescheinigung|teilgenommen|notenspiegel|klassenlehrer|versetzt|wir bescheinigen|arbeitszeugnis|\
            attestation|certifie que|bulletin scolaire|bulletin de notes|releve de notes|certifica que|se certifica|boletin de notas|\
            calificaciones|wir wunschen|zu unserer vollen zufriedenheit|stets",
        weight: 0.9,
    },
    Other {
        reason: "it reads like a form to be filled in",
        signs: "please fill|fill in|please print|for office use|signature of applicant|tick the|bitte ausfullen|zutreffendes|ankreuzen|\
            unterschrift des|nur fur|antrag auf|antragsteller|a remplir|cocher|signature du|reserve a|formulaire|rellenar|cumplimentar|\
            marque con|firma del|solicitante|formulario|application form|______|......",
        weight: 1.0,
    },
];

/// Adds up what speaks for and against.
pub(crate) fn likelihood(visible: &Visible, parts: &[Part], resume: &Resume) -> Likelihood {
    let mut end = visible.text.len().min(MOST);
    while !visible.text.is_char_boundary(end) {
        end -= 1;
    }
    let mut folded = String::with_capacity(end + 2);
    for word in fold(visible.text.get(..end).unwrap_or_default()).split_whitespace() {
        folded.push(' ');
        folded.push_str(word);
    }
    folded.push(' ');
    let starts = WordStarts::new(&folded);
    let mut sum = START + evidence(visible, parts, resume);
    let mut against: Vec<(f32, &'static str)> = Vec::new();
    for other in OTHERS {
        let signs = other
            .signs
            .split('|')
            .filter(|sign| starts.holds(sign))
            .count()
            .min(MOST_SIGNS);
        // One sign alone is a word that resumes use as well.
        let weight = other.weight * signs.saturating_sub(1) as f32 + if signs > 0 { 0.25 } else { 0.0 };
        if signs > 0 {
            against.push((weight, other.reason));
        }
    }
    let prose = prose_share(visible);
    if prose > 0.6 {
        against.push(((prose - 0.6) * 3.0, "most of it is running text"));
    }
    against.sort_by(|one, other| other.0.total_cmp(&one.0));
    // A document is one other thing, not several: the strongest counts in full.
    sum -= against
        .iter()
        .enumerate()
        .map(|(at, (weight, _))| if at == 0 { *weight } else { weight * 0.35 })
        .sum::<f32>();
    let reasons = against
        .iter()
        .filter(|(weight, _)| *weight >= 0.5)
        .map(|(_, reason)| *reason)
        .take(3)
        .collect();
    Likelihood {
        probability: 1.0 / (1.0 + (-sum).exp()),
        reasons,
    }
}

/// What speaks for a resume: its sections, dated positions, education, the person and how to reach them.
fn evidence(visible: &Visible, parts: &[Part], resume: &Resume) -> f32 {
    let headed = |kind: SectionKind| parts.iter().any(|part| part.kind == kind && part.headed);
    let kinds = [
        SectionKind::Work,
        SectionKind::Education,
        SectionKind::Skills,
        SectionKind::Languages,
        SectionKind::Certificates,
        SectionKind::Summary,
        SectionKind::Projects,
    ];
    let sections = kinds.iter().filter(|kind| headed(**kind)).count();
    let contact = &resume.contact;
    let reached = !contact.emails.is_empty() || !contact.phones.is_empty();
    let dated = resume
        .work
        .iter()
        .filter(|row| row.start.is_some() && (row.title.is_some() || row.company.is_some()))
        .count();
    let titled = resume.work.iter().filter(|row| row.title.is_some()).count();
    let taught = resume
        .education
        .iter()
        .filter(|row| row.degree.is_some() || row.institution.is_some())
        .count();
    let mut sum = 0.9 * sections.min(4) as f32;
    sum += if reached { 0.8 } else { 0.0 };
    sum += if contact.name.is_some() { 0.3 } else { 0.0 };
    sum += 0.6 * dated.min(3) as f32 + if titled > 0 { 0.3 } else { 0.0 };
    sum += 0.6 * taught.min(2) as f32;
    sum += if resume.skills.len() >= 3 { 0.5 } else { 0.0 };
    sum += if resume.languages.iter().any(|language| language.level.is_some()) {
        0.5
    } else {
        0.0
    };
    sum + if is_called_resume(visible) { 1.6 } else { 0.0 }
}

/// Whether a line near the top calls the document a resume.
fn is_called_resume(visible: &Visible) -> bool {
    static TITLES: Words = Words::new(
        "curriculum vitae|lebenslauf|resume|cv|curriculum|hoja de vida|tabellarischer lebenslauf|europass",
    );
    visible.lines.iter().take(8).any(|line| {
        let text = visible.line_text(line);
        text.len() < 60
            && heading(text).is_none_or(|kind| kind != SectionKind::Summary)
            && fold(text)
                .split([':', '–', '-', '|', '\t', ','])
                .any(|piece| listed(&TITLES, piece.trim()))
    })
}

/// Share of the letters that stand in long lines which are sentences.
fn prose_share(visible: &Visible) -> f32 {
    let (mut long, mut all) = (0, 0);
    for line in &visible.lines {
        let text = visible.line_text(line);
        let length = text.len();
        all += length;
        if length < 60 || crate::words::bullet_length(text) > 0 {
            continue;
        }
        let (mut words, mut small) = (0, 0);
        for word in text.split(' ') {
            words += 1;
            small += usize::from(word.starts_with(char::is_lowercase));
        }
        if small * 2 > words {
            long += length;
        }
    }
    if all < 300 { 0.0 } else { long as f32 / all as f32 }
}
