//! Spanish.

use super::{QuestionWords, Words};

pub(super) const WORDS: Words = Words {
    title_suffix: "",
    introduction: "Buscamos a alguien para el puesto de {title}.",
    place: "El lugar de trabajo es {place}.",
    job_types: [
        "Es un puesto indefinido a tiempo completo.",
        "Es un puesto a tiempo parcial.",
        "Es un contrato de duración determinada.",
        "Son prácticas.",
        "Es un puesto temporal.",
    ],
    tasks: "Funciones",
    task: "Trabajar a diario con {skill} y responder del resultado",
    tasks_gap: "[Describa dos o tres tareas típicas de los primeros meses.]",
    requirements: "Requisitos",
    years: "Al menos {years} años de experiencia en el área",
    education: [
        "Estudios secundarios o conocimientos comparables",
        "Formación profesional o conocimientos comparables",
        "Título universitario o conocimientos comparables",
        "Máster o conocimientos comparables",
        "Doctorado o conocimientos comparables",
    ],
    nice_to_have: "Se valorará",
    notes: "Sobre el puesto",
    offer: "Ofrecemos",
    offer_gap: "[Diga qué ofrece: banda salarial, horario, vacaciones, formación.]",
    closing: "Decidimos por lo que usted sabe hacer. Todas las candidaturas son bienvenidas.",
    questions: [
        QuestionWords {
            difficulty: 1,
            text: "Con sus propias palabras: ¿de qué trata {skill} y dónde importa en este puesto ({title})?",
            key: [
                "Dice correctamente de qué trata {skill}",
                "Nombra al menos una situación propia del puesto",
            ],
            explanation: "Muestra si la persona conoce el área y sabe relacionarla con el puesto.",
        },
        QuestionWords {
            difficulty: 3,
            text: "¿Qué errores se cometen más a menudo con {skill} y cómo los evita?",
            key: [
                "Nombra al menos dos errores reales con sus consecuencias",
                "Dice de cada uno qué lo previene",
            ],
            explanation: "Los errores los conoce quien ha hecho el trabajo, no quien ha leído sobre él.",
        },
        QuestionWords {
            difficulty: 2,
            text: "Describa un trabajo en el que {skill} fue importante. ¿Cuál fue exactamente su parte?",
            key: [
                "Describe un trabajo concreto con su resultado",
                "Distingue su parte de la de otras personas",
            ],
            explanation: "Un ejemplo concreto dice más que una lista de conceptos.",
        },
        QuestionWords {
            difficulty: 4,
            text: "Algo sale mal con {skill} y el tiempo apremia. ¿Cómo procede, paso a paso?",
            key: [
                "Primero limita el daño y luego busca la causa",
                "Dice a quién se informa, cuándo, y cómo se comprueba el resultado",
            ],
            explanation: "Muestra orden al pensar y responsabilidad cuando no hay tiempo para un manual.",
        },
        QuestionWords {
            difficulty: 3,
            text: "¿Cómo comprueba que un trabajo con {skill} es bueno antes de entregarlo?",
            key: [
                "Nombra comprobaciones adecuadas a {skill}",
                "Dice qué se hace cuando una comprobación falla",
            ],
            explanation: "Quien responde de un resultado tiene una forma de comprobarlo.",
        },
        QuestionWords {
            difficulty: 5,
            text: "¿Dónde están los límites de {skill}? Describa un caso en el que elegiría otro camino, y por qué.",
            key: [
                "Nombra un límite que existe de verdad",
                "Sopesa el otro camino, también su precio",
            ],
            explanation: "A quien sabe se le reconoce por lo que no haría.",
        },
        QuestionWords {
            difficulty: 4,
            text: "¿Cómo enseñaría {skill} en una semana a alguien que llega al equipo?",
            key: [
                "Pone lo esencial al principio",
                "Hace que la persona haga algo y lo revisa",
            ],
            explanation: "Enseñar exige entender qué es lo esencial.",
        },
        QuestionWords {
            difficulty: 5,
            text: "Una decisión sobre {skill} se tomó hace años y hoy estorba. ¿Cómo averigua si hay que cambiarla y cómo lo hace?",
            key: [
                "Pregunta primero por qué se decidió así",
                "Compara el coste de cambiar con el de seguir igual y avanza por pasos reversibles",
            ],
            explanation: "Muestra criterio sobre lo existente, más allá de conocer las herramientas.",
        },
    ],
};
