//! The words of the rules in English, German, French and Spanish, folded. A `*` stands for any ending.

mod table;

use std::sync::LazyLock;

use table::{LONGEST_STEM, Table};

/// Sets of kinds of words, a bit for each.
pub(super) type Kinds = u64;

/// Commands to leave something out of account.
pub(super) const IGNORE: Kinds = 1 << 0;
/// Verbs that are commands of this sort with a negation behind or before them.
pub(super) const NOT_FOLLOW: Kinds = 1 << 1;
/// What negates those.
pub(super) const NEGATED: Kinds = 1 << 2;
/// What is to be left out of account.
pub(super) const INSTRUCTIONS: Kinds = 1 << 3;
/// What says which of them.
pub(super) const WHICH: Kinds = 1 << 4;
/// Words behind the noun that make the phrase a name for something.
pub(super) const SUBJECTS: Kinds = 1 << 5;
/// Commands to judge.
pub(super) const RATE: Kinds = 1 << 6;
/// What points at a candidate.
pub(super) const THIS: Kinds = 1 << 7;
/// What a resume is called, or whose it is.
pub(super) const CANDIDATE: Kinds = 1 << 8;
/// Who is spoken about.
pub(super) const PERSON: Kinds = 1 << 9;
/// What makes a statement a demand.
pub(super) const MUST: Kinds = 1 << 10;
/// What is demanded for a candidate.
pub(super) const RATED: Kinds = 1 << 11;
/// Commands to say something.
pub(super) const ANSWER: Kinds = 1 << 12;
/// What an answer is limited with.
pub(super) const ONLY: Kinds = 1 << 13;
/// What an answer is to say.
pub(super) const VERDICT: Kinds = 1 << 14;
/// Who is spoken to.
pub(super) const YOU: Kinds = 1 << 15;
/// Words before a command.
pub(super) const BEFORE_COMMANDS: Kinds = 1 << 16;
/// `you are` in one word.
pub(super) const YOU_BEING: Kinds = 1 << 17;
/// What a program is called.
pub(super) const PROGRAM: Kinds = 1 << 18;
/// Words that make it something else than a program.
pub(super) const NO_PROGRAM: Kinds = 1 << 19;
/// How a note to somebody begins.
pub(super) const NOTE: Kinds = 1 << 20;
/// What may stand between that and the program.
pub(super) const TO_THE: Kinds = 1 << 21;
/// What follows when a program is meant.
pub(super) const ADDRESSED: Kinds = 1 << 22;
/// Words that no sentence ends with.
pub(super) const GOES_ON: Kinds = 1 << 23;

/// What an answer is to be written in.
pub(super) const FORMAT: Kinds = 1 << 24;
/// Commands to show something.
pub(super) const REVEAL: Kinds = 1 << 25;
/// Whose instructions are to be shown, or which.
pub(super) const YOURS: Kinds = 1 << 26;
/// Commands to claim something.
pub(super) const SAY: Kinds = 1 << 27;
/// What a claim begins with.
pub(super) const THAT: Kinds = 1 << 28;
/// Commands to put something among other things.
pub(super) const ADD: Kinds = 1 << 29;
/// What it is put among.
pub(super) const SKILLS: Kinds = 1 << 30;
/// Commands to give points.
pub(super) const AWARD: Kinds = 1 << 31;
/// Words between the command and what is given, or to whom.
pub(super) const ARTICLE: Kinds = 1 << 32;
/// What is given.
pub(super) const POINTS: Kinds = 1 << 33;
/// How much of it.
pub(super) const MOST: Kinds = 1 << 34;
/// How a headline of other instructions begins.
pub(super) const FRESH: Kinds = 1 << 35;

const LISTS: &[(Kinds, &str)] = &[
    (
        IGNORE,
        "ignore disregard forget overlook bypass override overwrite discard neglect drop ignoriere ignorieren \
         ignoriert vergiss vergessen missachte missachten verwirf verwerfen ubergehe ubergehen uberschreibe \
         ignorez ignores ignorer oublie oubliez oublier neglige negligez ecarte ecartez abstraction \
         outrepasse outrepassez ignora ignoren ignorar olvida olvide olviden olvidar descarta descarte omite \
         omita omiso",
    ),
    (
        NOT_FOLLOW,
        "follow beachte beachten befolge befolgen berucksichtige tenez tiens suis suivez sigas siga tengas \
         tenga dont do never ne no",
    ),
    (
        NEGATED,
        "follow obey nicht keine keinen pas plus sigas siga tengas tenga",
    ),
    (
        INSTRUCTIONS,
        "instruction* prompt prompts rule rules guideline* directive* command commands criteria constraints \
         requirements anweisung* instruktion* regel regeln vorgabe* befehl* richtlinie* kriterien \
         systemprompt* consigne* regle regles critere* ordres instruccion* indicacion* ordenes regla reglas \
         directrices criterios",
    ),
    (
        WHICH,
        "previous prior above earlier preceding foregoing all any your system existing other bisherig* \
         vorherig* vorig* obig* alle allen samtliche* fruhere* vorangegangen* vorangehend* deine* ihre toutes \
         tous tes vos precedente* precedents anterieur* dessus todas todos anterior* previas previos tus sus \
         arriba",
    ),
    (
        SUBJECTS,
        "attack* injection* jailbreak* exploit* payload* pattern* style type angriff* attaque* ataque*",
    ),
    (
        RATE,
        "rate rank score grade give mark assign classify label flag select shortlist recommend hire approve \
         prioritize prioritise advance accept award treat bewerte bewerten gib geben stufe stufen empfiehl \
         empfehle empfehlen setze setzen wahle wahlen markiere vergib priorisiere lade note notez evalue \
         evaluez classe classez donne donnez recommande recommandez attribue attribuez selectionne \
         selectionnez retiens retenez place placez embauche embauchez mets mettez califica califique evalua \
         valora valore puntua puntue clasifica clasifique otorga otorgue da dale de asigna asigne recomienda \
         recomiende selecciona seleccione contrata contrate prioriza coloca",
    ),
    (
        THIS,
        "this diese diesen diesem dieser dieses ce cet cette este esta",
    ),
    (
        CANDIDATE,
        "candidate* applicant* resume cv application person profile kandidat* bewerber* lebenslauf* \
         bewerbung* profil* candidat* candidature postulant* curriculum perfil solicitante aspirante \
         solicitud",
    ),
    (
        PERSON,
        "candidate applicant kandidat kandidaten kandidatin bewerber bewerbers bewerbern bewerberin candidat candidato candidata postulante \
         solicitante",
    ),
    (
        MUST,
        "must should shall muss soll sollte doit devrait debe deberia needs",
    ),
    (
        RATED,
        "hired rated ranked scored selected shortlisted recommended advanced accepted invited given \
         eingestellt bewertet eingestuft ausgewahlt empfohlen eingeladen embauche* note classe retenu* \
         recommande* selectionne* contratad* calificad* seleccionad* recomendad* recibir recevoir receive",
    ),
    (
        ANSWER,
        "respond reply answer output return print say antworte antworten schreibe gib reponds repondez ecris \
         ecrivez affiche responde responda escribe escriba devuelve",
    ),
    (
        ONLY,
        "only with exactly that nur mit dass aus uniquement seulement par avec que solo unicamente con",
    ),
    (
        VERDICT,
        "candidate* applicant* hire hired qualified recommended kandidat* bewerber* geeignet einstellen \
         candidat* qualifie* embauche* recommande* contratar cualificad* recomendad* apto",
    ),
    (YOU, "you du sie tu vous usted debes"),
    (
        BEFORE_COMMANDS,
        "please must should now and then also always just simply kindly bitte und jetzt immer nun dann \
         einfach et maintenant toujours puis veuillez plait y ahora siempre favor luego instead assistant ai \
         ki ia llm chatgpt gpt bot hacer haz haga faire fais faites caso",
    ),
    (YOU_BEING, "eres youre"),
    (
        PROGRAM,
        "ai ki ia lia llm llms chatgpt gpt* claude gemini copilot chatbot bot ats parser algorithm \
         algorithmus sprachmodell* intelligenz intelligence inteligencia assistant assistent assistants \
         asistente model models modele modelo",
    ),
    (
        NO_PROGRAM,
        "company companies startup start firm team lab leader pioneer unternehmen firma entreprise societe \
         empresa employer organisation organization role looking seeking building interested working manager \
         medical dental physician professor directeur director",
    ),
    (
        NOTE,
        "note notice message instruction instructions attention important dear hey hello hi if hinweis \
         anweisung anweisungen achtung nachricht wichtig liebe lieber hallo wenn falls remarque consigne \
         consignes cher chere bonjour si nota mensaje atencion instruccion instrucciones hola estimada \
         estimado aviso to",
    ),
    (
        TO_THE,
        "to for the any all an a you are screening automated reviewing hiring recruiting recruitment reading \
         evaluating language large artificial die den das der alle jede du sie bist sind eine ein fur \
         kunstliche zur l la le les aux au pour un une tu vous es etes lia toute el los las al para una eres \
         usted cualquier toda",
    ),
    (
        ADDRESSED,
        "please must should you reading evaluating processing reviewing screening parsing reads bitte die das \
         der qui que lisant system* agent* recruiter* reader* rate rank score ignore recommend give then \
         generative artificielle artificial",
    ),
    (
        GOES_ON,
        "that which who to can could may will would not and or the a an of for with how zu und oder die der \
         das mit von qui que et ou de le la les des y o el los las para con no ne",
    ),
    (FORMAT, "json xml yaml html markdown csv plaintext"),
    (
        REVEAL,
        "reveal repeat show print output display disclose leak quote recite tell zeige zeigen verrate wiederhole \
         wiederholen gib nenne offenbare drucke revele revelez repete repetez affiche affichez montre montrez \
         imprime imprimez revela revele repite repita muestra muestre imprima",
    ),
    (
        YOURS,
        "your system deine deinen deiner ihre ihren systemprompt* obigen above votre vos ton tes systeme su sus tu \
         tus sistema",
    ),
    (
        SAY,
        "say state claim write report mention assume pretend declare confirm sage sagen schreibe schreiben behaupte \
         erwahne bestatige dis dites ecris ecrivez affirme affirmez mentionne mentionnez confirme confirmez di diga \
         escribe escriba afirma afirme menciona confirma",
    ),
    (THAT, "that dass que"),
    (
        ADD,
        "add include list insert append fuge erganze schreibe nimm trage ajoute ajoutez inclus incluez inscris \
         anade anada agrega agregue incluye incluya",
    ),
    (
        SKILLS,
        "skill* kenntnis* fahigkeit* kompetenz* competence* aptitude* habilidad* competencia* conocimiento*",
    ),
    (
        AWARD,
        "give award assign grant gib geben vergib vergeben donne donnez attribue attribuez accorde accordez da dale \
         otorga otorgue asigna asigne",
    ),
    (
        ARTICLE,
        "the a an him her them it me us this den die dem der das ihm ihr mir diesem dieser diesen lui leur la le \
         les ce cette moi el los al este esta a",
    ),
    (
        POINTS,
        "score* rating* points mark marks grade punkt* punktzahl hochstpunktzahl bewertung note noten points \
         notation puntuacion* puntos nota calificacion*",
    ),
    (
        MOST,
        "maximum highest full perfect top best hochste hochsten hochstpunktzahl volle vollen maximale beste besten \
         maximal meilleure parfaite maxima maximo mejor perfecta hundred hundert cent cien",
    ),
    (
        FRESH,
        "new system updated neue neuen nouvelle nouvelles nuevas nuevos",
    ),
];

/// Whole words and stems.
static TABLE: LazyLock<(Table, Table)> = LazyLock::new(|| {
    let (mut words, mut stems) = (Table::default(), Table::default());
    for (kind, list) in LISTS {
        for word in list.split_whitespace() {
            match word.strip_suffix('*') {
                Some(stem) => stems.add(stem, *kind),
                None => words.add(word, *kind),
            }
        }
    }
    (words, stems)
});

/// The kinds of a word.
pub(super) fn kinds(word: &str) -> Kinds {
    let (words, stems) = &*TABLE;
    let mut kinds = words.get(word, word.len());
    let mut lengths = stems.lengths(word) & !1;
    while lengths != 0 {
        let length = lengths.trailing_zeros() as usize;
        if length > word.len().min(LONGEST_STEM) {
            break;
        }
        kinds |= stems.get(word, length);
        lengths &= lengths - 1;
    }
    kinds
}

/// `you are` in two words.
pub(super) const YOU_ARE: &[(&str, &str)] = &[
    ("you", "are"),
    ("du", "bist"),
    ("sie", "sind"),
    ("tu", "es"),
    ("vous", "etes"),
    ("usted", "es"),
    ("act", "as"),
    ("pretend", "to"),
];

/// Stands for letters spelled out that name both a command and what it is about.
pub(super) const SPELLED: &str = "*";
/// Commands in a row of single letters.
pub(super) const SPELLED_COMMANDS: &[&str] = &[
    "ignor",
    "disregard",
    "forget",
    "override",
    "vergiss",
    "oubli",
    "olvid",
    "ratethis",
    "rankthis",
    "recommendthis",
];
/// What they are about.
pub(super) const SPELLED_OBJECTS: &[&str] = &[
    "instruc",
    "prompt",
    "rules",
    "anweisung",
    "regeln",
    "consigne",
    "regles",
    "reglas",
    "candidat",
    "kandidat",
    "bewerber",
];
/// Marks that part the speakers of a talk with a language model.
pub(super) const MARKUP: &[&str] = &[
    "<|im_start|>",
    "<|im_end|>",
    "<|system|>",
    "<|user|>",
    "<|assistant|>",
    "[INST]",
    "[/INST]",
    "<<SYS>>",
    "<system>",
    "</system>",
    "<|endoftext|>",
    "<|begin_of_text|>",
    "### Instruction",
    "### System",
    "SYSTEM PROMPT:",
    "System prompt:",
    "[SYSTEM]",
    "[system]",
    "<assistant>",
    "<|start_header_id|>",
    "\"role\": \"system\"",
    "\"role\":\"system\"",
    "</resume>",
    "</document>",
];
