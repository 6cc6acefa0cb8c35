//! English.

use super::{QuestionWords, Words};

pub(super) const WORDS: Words = Words {
    title_suffix: "",
    introduction: "We are looking for somebody for the position of {title}.",
    place: "You work in {place}.",
    job_types: [
        "It is a permanent full-time position.",
        "It is a part-time position.",
        "It is a contract for a fixed term.",
        "It is an internship.",
        "It is a temporary position.",
    ],
    tasks: "What you will do",
    task: "Work with {skill} from day to day, and answer for the result",
    tasks_gap: "[Describe two or three typical tasks of the first months.]",
    requirements: "Requirements",
    years: "At least {years} years of relevant experience",
    education: [
        "Secondary school or comparable knowledge",
        "Vocational training or comparable knowledge",
        "Bachelor's degree or comparable knowledge",
        "Master's degree or comparable knowledge",
        "Doctorate or comparable knowledge",
    ],
    nice_to_have: "Nice to have",
    notes: "About the position",
    offer: "What we offer",
    offer_gap: "[Say what you offer: pay range, working hours, leave, training.]",
    closing: "We decide by what you can do. Applications are welcome from everybody.",
    questions: [
        QuestionWords {
            difficulty: 1,
            text: "In your own words: what is {skill} about, and where does it matter in the work of this position ({title})?",
            key: [
                "Says correctly what {skill} is about",
                "Names at least one situation that belongs to the position",
            ],
            explanation: "Shows whether somebody knows the field at all and can connect it with the position.",
        },
        QuestionWords {
            difficulty: 3,
            text: "Which mistakes are made most often with {skill}, and how do you avoid them?",
            key: [
                "Names at least two real mistakes with their consequences",
                "Says for each what prevents it",
            ],
            explanation: "Mistakes are known to those who have done the work, not to those who have read about it.",
        },
        QuestionWords {
            difficulty: 2,
            text: "Describe a piece of work in which {skill} mattered. What exactly was your own part?",
            key: [
                "Describes one concrete piece of work with its result",
                "Tells their own part from that of others",
            ],
            explanation: "A concrete example tells more than a list of what somebody has met.",
        },
        QuestionWords {
            difficulty: 4,
            text: "Something with {skill} goes wrong while time is short. How do you proceed, step by step?",
            key: [
                "Limits the damage first, then looks for the cause",
                "Says who is told, when, and how the result is checked",
            ],
            explanation: "Shows order of thought and responsibility where there is no time for a manual.",
        },
        QuestionWords {
            difficulty: 3,
            text: "How do you check that work with {skill} is good before you hand it over?",
            key: [
                "Names checks that fit {skill}",
                "Says what is done when a check fails",
            ],
            explanation: "Whoever answers for results has a way of checking them.",
        },
        QuestionWords {
            difficulty: 5,
            text: "Where are the limits of {skill}? Describe a case in which you would choose another way, and why.",
            key: [
                "Names a limit that there really is",
                "Weighs the other way, its price included",
            ],
            explanation: "Experts are known by what they would not do.",
        },
        QuestionWords {
            difficulty: 4,
            text: "How would you teach {skill} to a new colleague within one week?",
            key: [
                "Puts what matters most first",
                "Has the colleague do something and looks at it",
            ],
            explanation: "Teaching needs an understanding of what is essential.",
        },
        QuestionWords {
            difficulty: 5,
            text: "A decision about {skill} was made years ago and is a hindrance today. How do you find out whether to change it, and how do you go about it?",
            key: [
                "Asks first why it was decided so",
                "Compares the cost of changing with that of staying, and proceeds in steps that can be undone",
            ],
            explanation: "Shows judgement about what has grown, beyond knowledge of the tools.",
        },
    ],
};
