//! French.

use super::{QuestionWords, Words};

pub(super) const WORDS: Words = Words {
    title_suffix: " (F/H/X)",
    introduction: "Nous recrutons pour le poste suivant : {title}.",
    place: "Le lieu de travail est {place}.",
    job_types: [
        "C'est un contrat à durée indéterminée, à temps plein.",
        "C'est un poste à temps partiel.",
        "C'est un contrat à durée déterminée.",
        "C'est un stage.",
        "C'est un poste temporaire.",
    ],
    tasks: "Vos missions",
    task: "Travailler au quotidien avec {skill} et répondre du résultat",
    tasks_gap: "[Décrivez deux ou trois missions typiques des premiers mois.]",
    requirements: "Profil recherché",
    years: "Au moins {years} ans d'expérience dans le domaine",
    education: [
        "Études secondaires ou connaissances comparables",
        "Formation professionnelle ou connaissances comparables",
        "Une licence (bac +3) ou des connaissances comparables",
        "Master ou connaissances comparables",
        "Doctorat ou connaissances comparables",
    ],
    nice_to_have: "Atouts",
    notes: "À propos du poste",
    offer: "Nous offrons",
    offer_gap: "[Dites ce que vous offrez : fourchette de salaire, horaires, congés, formation.]",
    closing: "Nous décidons selon ce que vous savez faire. Toutes les candidatures sont les bienvenues.",
    questions: [
        QuestionWords {
            difficulty: 1,
            text: "Avec vos propres mots : de quoi s'agit-il avec {skill}, et où cela compte-t-il dans ce poste ({title}) ?",
            key: [
                "Dit correctement de quoi il s'agit avec {skill}",
                "Nomme au moins une situation propre au poste",
            ],
            explanation: "Montre si la personne connaît le domaine et sait le relier au poste.",
        },
        QuestionWords {
            difficulty: 3,
            text: "Quelles erreurs commet-on le plus souvent avec {skill}, et comment les évitez-vous ?",
            key: [
                "Nomme au moins deux erreurs réelles avec leurs conséquences",
                "Dit pour chacune ce qui la prévient",
            ],
            explanation: "Les erreurs sont connues de qui a fait le travail, non de qui a lu à son sujet.",
        },
        QuestionWords {
            difficulty: 2,
            text: "Décrivez un travail où {skill} comptait. Quelle a été exactement votre part ?",
            key: [
                "Décrit un travail précis avec son résultat",
                "Distingue sa part de celle des autres",
            ],
            explanation: "Un exemple précis en dit plus qu'une liste de notions.",
        },
        QuestionWords {
            difficulty: 4,
            text: "Quelque chose tourne mal avec {skill} alors que le temps presse. Comment procédez-vous, étape par étape ?",
            key: [
                "Limite d'abord les dégâts, puis cherche la cause",
                "Dit qui est informé, quand, et comment le résultat est vérifié",
            ],
            explanation: "Montre l'ordre de la pensée et la responsabilité quand il n'y a pas de temps pour un manuel.",
        },
        QuestionWords {
            difficulty: 3,
            text: "Comment vérifiez-vous qu'un travail avec {skill} est bon avant de le remettre ?",
            key: [
                "Nomme des vérifications adaptées à {skill}",
                "Dit ce qui est fait quand une vérification échoue",
            ],
            explanation: "Qui répond d'un résultat a une façon de le vérifier.",
        },
        QuestionWords {
            difficulty: 5,
            text: "Où sont les limites de {skill} ? Décrivez un cas où vous choisiriez une autre voie, et pourquoi.",
            key: [
                "Nomme une limite qui existe réellement",
                "Pèse l'autre voie, son prix compris",
            ],
            explanation: "L'expertise se reconnaît à ce que l'on ne ferait pas.",
        },
        QuestionWords {
            difficulty: 4,
            text: "Comment enseigneriez-vous {skill} en une semaine à une personne qui arrive dans l'équipe ?",
            key: [
                "Met l'essentiel au début",
                "Fait faire quelque chose et le regarde",
            ],
            explanation: "Enseigner demande de comprendre ce qui est essentiel.",
        },
        QuestionWords {
            difficulty: 5,
            text: "Une décision sur {skill}, prise il y a des années, gêne aujourd'hui. Comment savoir s'il faut la changer, et comment vous y prenez-vous ?",
            key: [
                "Demande d'abord pourquoi elle a été prise",
                "Compare le coût du changement à celui du maintien, et avance par étapes réversibles",
            ],
            explanation: "Montre le jugement sur ce qui existe, au-delà de la connaissance des outils.",
        },
    ],
};
