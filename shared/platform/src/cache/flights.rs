//! One computation for all who ask for the same at the same time in this process.

use std::collections::HashMap;
use std::future::Future;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use tokio::sync::OnceCell;

/// What came of a computation that several wait for: the answer, or nothing where it failed.
type Flight = OnceCell<Option<Arc<str>>>;

/// Computations under way, by name.
#[derive(Default)]
pub(super) struct Flights(Mutex<HashMap<String, Weak<Flight>>>);

impl Flights {
    /// Computes, or waits for somebody who does; if that one is given up, the next one computes. `None` when that one has failed:
    /// its error is its own, and trying one after the other would have each wait for all before it.
    pub(super) async fn join<F, E>(
        &self,
        name: String,
        compute: impl FnOnce() -> F,
    ) -> Option<Result<Arc<str>, E>>
    where
        F: Future<Output = Result<Arc<str>, E>>,
    {
        let flight = self.find(&name);
        let mut failure = None;
        let failed = &mut failure;
        let arrived = flight.get_or_init(|| async move {
            match compute().await {
                Ok(answer) => Some(answer),
                Err(error) => {
                    *failed = Some(error);
                    None
                }
            }
        });
        let answer = arrived.await.clone();
        if answer.is_none() {
            self.end(&name, &flight);
        }
        answer.map(Ok).or_else(|| failure.map(Err))
    }

    /// The flight of this name, begun if there is none.
    fn find(&self, name: &str) -> Arc<Flight> {
        let mut flights = self.flights();
        if let Some(flight) = flights.get(name).and_then(Weak::upgrade) {
            return flight;
        }
        // Those that nobody waits for any more make room; there are never more than requests under way.
        flights.retain(|_, flight| flight.strong_count() > 0);
        let flight = Arc::new(Flight::new());
        flights.insert(name.to_owned(), Arc::downgrade(&flight));
        flight
    }

    /// Has whoever comes next begin another one.
    fn end(&self, name: &str, ended: &Arc<Flight>) {
        let mut flights = self.flights();
        if flights
            .get(name)
            .is_some_and(|flight| std::ptr::eq(flight.as_ptr(), Arc::as_ptr(ended)))
        {
            flights.remove(name);
        }
    }

    fn flights(&self) -> MutexGuard<'_, HashMap<String, Weak<Flight>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use futures::future::join_all;
    use tokio::sync::Semaphore;

    use super::*;

    #[tokio::test]
    async fn all_who_wait_get_the_answer_of_the_one_who_computes() {
        let (flights, computed) = (Flights::default(), AtomicUsize::new(0));
        let gate = Semaphore::new(0);
        let ask = || {
            flights.join("jobs".to_owned(), || async {
                computed.fetch_add(1, Ordering::Relaxed);
                let _ = gate.acquire().await;
                Ok::<_, ()>(Arc::from("answer"))
            })
        };
        let open = async { gate.add_permits(100) };
        let (answers, ()) = futures::join!(join_all((0..100).map(|_| ask())), open);
        assert!(
            answers
                .iter()
                .all(|answer| *answer == Some(Ok(Arc::from("answer"))))
        );
        assert_eq!(computed.load(Ordering::Relaxed), 1);
    }

    #[tokio::test]
    async fn a_failure_is_told_to_one_and_the_others_need_not_wait_for_each_other() {
        let (flights, gate) = (Flights::default(), Semaphore::new(0));
        let ask = || {
            flights.join("jobs".to_owned(), || async {
                let _ = gate.acquire().await;
                Err("away")
            })
        };
        let open = async { gate.add_permits(1) };
        let (answers, ()) = futures::join!(join_all((0..10).map(|_| ask())), open);
        assert_eq!(answers.iter().filter(|answer| answer.is_none()).count(), 9);
        assert!(answers.contains(&Some(Err("away"))));
        let next = flights.join("jobs".to_owned(), || async { Ok::<_, ()>(Arc::from("well")) });
        assert_eq!(next.await, Some(Ok(Arc::from("well"))));
    }

    #[tokio::test]
    async fn when_the_one_who_computes_hangs_up_the_next_one_does() {
        let flights = Flights::default();
        let mut first = Box::pin(flights.join("jobs".to_owned(), std::future::pending::<Result<_, ()>>));
        assert!(futures::poll!(&mut first).is_pending());
        let mut next =
            Box::pin(flights.join("jobs".to_owned(), || async { Ok::<_, ()>(Arc::from("answer")) }));
        assert!(futures::poll!(&mut next).is_pending());
        drop(first);
        assert_eq!(next.await, Some(Ok(Arc::from("answer"))));
    }
}
