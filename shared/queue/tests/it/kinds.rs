//! Kinds of task that only these tests have.

use hiring_core::task::{Priority, TaskKind};
use serde::{Deserialize, Serialize};

macro_rules! kind {
    ($name:ident, $kind:literal, $priority:ident, $lease:literal) => {
        #[derive(Debug, Clone, Serialize, Deserialize)]
        pub struct $name {
            pub note: String,
        }

        impl $name {
            pub fn of(note: &str) -> Self {
                Self {
                    note: note.to_owned(),
                }
            }
        }

        impl TaskKind for $name {
            const KIND: &'static str = $kind;
            const PRIORITY: Priority = Priority::$priority;
            const LEASE_SECONDS: u32 = $lease;
        }
    };
}

kind!(Note, "note", Normal, 60);
kind!(Urgent, "urgent", High, 60);
kind!(Leisure, "leisure", Low, 60);
kind!(Alert, "alert", Normal, 1);
kind!(Foreign, "foreign", Normal, 60);
// Travels on the e-mail queue.
kind!(Letter, "send_email", Normal, 60);
// One for each of the other queues.
kind!(Resume, "parse_resume", High, 60);
kind!(Indexing, "index_candidate", Low, 60);
kind!(Screening, "screen_application", Normal, 60);
kind!(Report, "generate_report", Normal, 60);
// Run by no other test than the one that counts how it dies.
kind!(Fragile, "fragile", Normal, 60);
