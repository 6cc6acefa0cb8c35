//! German.

use super::{QuestionWords, Words};

pub(super) const WORDS: Words = Words {
    title_suffix: " (m/w/d)",
    introduction: "Wir besetzen die Stelle {title}.",
    place: "Ihr Arbeitsort ist {place}.",
    job_types: [
        "Die Stelle ist unbefristet und in Vollzeit.",
        "Die Stelle ist in Teilzeit.",
        "Die Stelle ist auf Vertragsbasis und befristet.",
        "Es handelt sich um ein Praktikum.",
        "Die Stelle ist befristet.",
    ],
    tasks: "Ihre Aufgaben",
    task: "Sie arbeiten täglich mit {skill} und stehen für das Ergebnis ein",
    tasks_gap: "[Beschreiben Sie zwei oder drei typische Aufgaben der ersten Monate.]",
    requirements: "Anforderungen",
    years: "Mindestens {years} Jahre einschlägige Berufserfahrung",
    education: [
        "Schulabschluss oder vergleichbare Kenntnisse",
        "Abgeschlossene Berufsausbildung oder vergleichbare Kenntnisse",
        "Bachelorabschluss oder vergleichbare Kenntnisse",
        "Masterabschluss oder vergleichbare Kenntnisse",
        "Promotion oder vergleichbare Kenntnisse",
    ],
    nice_to_have: "Von Vorteil",
    notes: "Über die Stelle",
    offer: "Wir bieten",
    offer_gap: "[Sagen Sie, was Sie bieten: Gehaltsrahmen, Arbeitszeit, Urlaub, Weiterbildung.]",
    closing: "Wir entscheiden nach dem, was Sie können. Alle sind eingeladen, sich zu bewerben.",
    questions: [
        QuestionWords {
            difficulty: 1,
            text: "Mit eigenen Worten: Worum geht es bei {skill}, und wo kommt es in dieser Stelle ({title}) darauf an?",
            key: [
                "Sagt richtig, worum es bei {skill} geht",
                "Nennt mindestens eine Situation, die zur Stelle gehört",
            ],
            explanation: "Zeigt, ob jemand das Gebiet überhaupt kennt und mit der Stelle verbinden kann.",
        },
        QuestionWords {
            difficulty: 3,
            text: "Welche Fehler passieren bei {skill} am häufigsten, und wie vermeiden Sie sie?",
            key: [
                "Nennt mindestens zwei wirkliche Fehler mit ihren Folgen",
                "Sagt zu jedem, was ihn verhindert",
            ],
            explanation: "Fehler kennt, wer die Arbeit getan hat, nicht wer davon gelesen hat.",
        },
        QuestionWords {
            difficulty: 2,
            text: "Beschreiben Sie eine Arbeit, in der es auf {skill} ankam. Was genau war Ihr eigener Anteil?",
            key: [
                "Beschreibt eine bestimmte Arbeit mit ihrem Ergebnis",
                "Trennt den eigenen Anteil von dem der anderen",
            ],
            explanation: "Ein bestimmtes Beispiel sagt mehr als eine Liste von Begriffen.",
        },
        QuestionWords {
            difficulty: 4,
            text: "Mit {skill} geht etwas schief, während die Zeit drängt. Wie gehen Sie Schritt für Schritt vor?",
            key: [
                "Begrenzt zuerst den Schaden und sucht dann die Ursache",
                "Sagt, wer wann erfährt, was geschehen ist, und wie das Ergebnis geprüft wird",
            ],
            explanation: "Zeigt Ordnung im Denken und Verantwortung, wo keine Zeit für ein Handbuch ist.",
        },
        QuestionWords {
            difficulty: 3,
            text: "Wie prüfen Sie, ob Arbeit mit {skill} gut ist, bevor Sie sie abgeben?",
            key: [
                "Nennt Prüfungen, die zu {skill} passen",
                "Sagt, was geschieht, wenn eine Prüfung fehlschlägt",
            ],
            explanation: "Wer für Ergebnisse einsteht, hat einen Weg, sie zu prüfen.",
        },
        QuestionWords {
            difficulty: 5,
            text: "Wo liegen die Grenzen von {skill}? Beschreiben Sie einen Fall, in dem Sie einen anderen Weg wählen würden, und warum.",
            key: [
                "Nennt eine Grenze, die es wirklich gibt",
                "Wägt den anderen Weg samt seinem Preis ab",
            ],
            explanation: "Wer sich auskennt, weiß auch, was er nicht tun würde.",
        },
        QuestionWords {
            difficulty: 4,
            text: "Wie würden Sie {skill} innerhalb einer Woche jemandem beibringen, der im Team anfängt?",
            key: [
                "Stellt das Wichtigste an den Anfang",
                "Lässt selbst etwas tun und sieht es sich an",
            ],
            explanation: "Lehren verlangt zu verstehen, worauf es ankommt.",
        },
        QuestionWords {
            difficulty: 5,
            text: "Eine Entscheidung zu {skill} fiel vor Jahren und ist heute hinderlich. Wie finden Sie heraus, ob sie zu ändern ist, und wie gehen Sie vor?",
            key: [
                "Fragt zuerst, warum so entschieden wurde",
                "Vergleicht die Kosten der Änderung mit denen des Bleibens und geht in Schritten vor, die sich zurücknehmen lassen",
            ],
            explanation: "Zeigt Urteil über Gewachsenes, über die Kenntnis der Werkzeuge hinaus.",
        },
    ],
};
