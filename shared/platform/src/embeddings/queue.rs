//! Texts waiting for a computing thread: urgent ones first, each kind in its order.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, PoisonError};

use tokio::sync::oneshot;

use super::{EmbedError, Urgency};

/// One text and where its vector goes.
pub(super) struct Wanted {
    pub text: String,
    pub max_tokens: usize,
    pub answer: oneshot::Sender<Result<Vec<f32>, EmbedError>>,
}

/// Two lines in front of the same threads. How many may wait is bounded by whoever pushes.
#[derive(Default)]
pub(super) struct Queue {
    lines: Mutex<Lines>,
    changed: Condvar,
}

#[derive(Default)]
struct Lines {
    urgent: VecDeque<Wanted>,
    patient: VecDeque<Wanted>,
    closed: bool,
}

impl Queue {
    /// Adds a text to the end of its line.
    pub fn push(&self, wanted: Wanted, urgency: Urgency) {
        let mut lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        match urgency {
            Urgency::Now => lines.urgent.push_back(wanted),
            Urgency::Later => lines.patient.push_back(wanted),
        }
        drop(lines);
        self.changed.notify_one();
    }

    /// The next text, waiting for one. Texts whose caller has gone are dropped. `None` once the queue is closed.
    pub fn pop(&self) -> Option<Wanted> {
        let mut lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            if lines.closed {
                return None;
            }
            match lines.urgent.pop_front().or_else(|| lines.patient.pop_front()) {
                Some(wanted) if wanted.answer.is_closed() => {}
                Some(wanted) => return Some(wanted),
                None => lines = self.changed.wait(lines).unwrap_or_else(PoisonError::into_inner),
            }
        }
    }

    /// Ends every [`Queue::pop`]; whoever still waits for a vector sees its sender dropped.
    pub fn close(&self) {
        let mut lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        lines.closed = true;
        lines.urgent.clear();
        lines.patient.clear();
        drop(lines);
        self.changed.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn push(queue: &Queue, text: &str, urgency: Urgency) -> oneshot::Receiver<Result<Vec<f32>, EmbedError>> {
        let (answer, receiver) = oneshot::channel();
        queue.push(
            Wanted {
                text: text.into(),
                max_tokens: 8,
                answer,
            },
            urgency,
        );
        receiver
    }

    #[test]
    fn urgent_texts_overtake_patient_ones_and_each_kind_keeps_its_order() {
        let queue = Queue::default();
        let order = [
            ("a", Urgency::Later),
            ("b", Urgency::Now),
            ("c", Urgency::Later),
            ("d", Urgency::Now),
        ];
        let _receivers: Vec<_> = order
            .iter()
            .map(|(text, urgency)| push(&queue, text, *urgency))
            .collect();
        let taken: Vec<String> = (0..4).map(|_| queue.pop().unwrap().text).collect();
        assert_eq!(taken, ["b", "d", "a", "c"]);
    }

    #[test]
    fn a_text_nobody_waits_for_is_not_computed() {
        let queue = Queue::default();
        drop(push(&queue, "gone", Urgency::Now));
        let _receiver = push(&queue, "wanted", Urgency::Later);
        assert_eq!(queue.pop().unwrap().text, "wanted");
    }

    #[test]
    fn closing_lets_waiting_threads_and_callers_go() {
        let queue = Queue::default();
        let receiver = push(&queue, "never", Urgency::Now);
        queue.close();
        assert!(queue.pop().is_none());
        assert!(receiver.blocking_recv().is_err());
    }
}
