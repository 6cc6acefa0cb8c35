//! What runs in this process, so that a cancel reaches it at once.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use hiring_core::ids::TaskId;
use tokio::sync::Notify;

/// The tasks that run here.
#[derive(Default)]
pub(crate) struct Running {
    tasks: Mutex<HashMap<TaskId, Arc<Notify>>>,
}

/// A task that runs for as long as this lives.
pub(crate) struct Present<'a> {
    running: &'a Running,
    id: TaskId,
    asked: Arc<Notify>,
}

impl Running {
    /// Notes that a task runs here.
    pub(crate) fn enter(&self, id: TaskId) -> Present<'_> {
        let asked = Arc::new(Notify::new());
        self.tasks().insert(id, Arc::clone(&asked));
        Present {
            running: self,
            id,
            asked,
        }
    }

    /// Lets a task look at once whether it was called off; one that runs elsewhere is nobody's concern here.
    pub(crate) fn nudge(&self, id: TaskId) {
        if let Some(asked) = self.tasks().get(&id) {
            asked.notify_one();
        }
    }

    /// Lets every task look: notifications may have been missed.
    pub(crate) fn nudge_all(&self) {
        for asked in self.tasks().values() {
            asked.notify_one();
        }
    }

    fn tasks(&self) -> MutexGuard<'_, HashMap<TaskId, Arc<Notify>>> {
        self.tasks.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Present<'_> {
    /// Waits until somebody says that the task may have been called off.
    pub(crate) async fn asked(&self) {
        self.asked.notified().await;
    }
}

impl Drop for Present<'_> {
    fn drop(&mut self) {
        let mut tasks = self.running.tasks();
        // A later run of the same task may have taken the place.
        if tasks
            .get(&self.id)
            .is_some_and(|asked| Arc::ptr_eq(asked, &self.asked))
        {
            tasks.remove(&self.id);
        }
    }
}
