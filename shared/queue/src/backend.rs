//! The apalis backend over any source of rings.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::task::{Context, Poll};

use apalis_core::backend::finalize::Ephemeral;
use apalis_core::backend::{Backend, BackendConfig};
use apalis_core::task::Task;
use apalis_core::worker::context::WorkerContext;
use futures::FutureExt;
use futures::future::BoxFuture;
use tower::layer::util::Identity;

use crate::delivery::{Attended, Delivery};

/// A source of rings.
pub(crate) trait Pull: Send + 'static {
    /// Waits for a free slot, then for rings. Comes back empty-handed now and then, survives whatever happens to the
    /// transport, and may be dropped while it waits.
    fn pull(&mut self) -> BoxFuture<'_, Vec<Delivery>>;
}

/// Makes a source afresh, each time that apalis starts its worker.
pub(crate) type PullFactory = Box<dyn Fn() -> Box<dyn Pull> + Send + Sync>;

type Pulling = BoxFuture<'static, (Box<dyn Pull>, Vec<Delivery>)>;

/// One source of rings for an apalis worker.
pub struct PullBackend {
    pulling: Option<Pulling>,
    pulled: VecDeque<Delivery>,
    closing: Option<BoxFuture<'static, ()>>,
}

impl PullBackend {
    pub(crate) fn new(source: Box<dyn Pull>) -> Self {
        Self {
            pulling: Some(pull(source)),
            pulled: VecDeque::new(),
            closing: None,
        }
    }
}

fn pull(mut source: Box<dyn Pull>) -> Pulling {
    async move {
        let deliveries = source.pull().await;
        (source, deliveries)
    }
    .boxed()
}

impl Backend for PullBackend {
    type Task = Task<Delivery>;
    // Whatever happens to the transport, the worker stays.
    type Error = Infallible;

    fn poll_ready(&mut self, _: &mut Context<'_>, _: &WorkerContext) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn poll_next(
        &mut self,
        cx: &mut Context<'_>,
        _: &WorkerContext,
    ) -> Poll<Option<Result<Self::Task, Infallible>>> {
        loop {
            if let Some(delivery) = self.pulled.pop_front() {
                return Poll::Ready(Some(Ok(Task::new(delivery))));
            }
            let Some(pulling) = self.pulling.as_mut() else {
                return Poll::Ready(None);
            };
            let Poll::Ready((source, deliveries)) = pulling.poll_unpin(cx) else {
                return Poll::Pending;
            };
            self.pulled.extend(deliveries);
            self.pulling = Some(pull(source));
        }
    }

    fn poll_close(&mut self, cx: &mut Context<'_>, _: &WorkerContext) -> Poll<Result<(), Infallible>> {
        self.pulling = None;
        let pulled = &mut self.pulled;
        let closing = self.closing.get_or_insert_with(|| {
            let unattended: Vec<_> = pulled
                .drain(..)
                .map(|delivery| delivery.receipt.settle(Attended::Stopping))
                .collect();
            futures::future::join_all(unattended).map(drop).boxed()
        });
        closing.poll_unpin(cx).map(Ok)
    }
}

impl BackendConfig for PullBackend {
    type Args = Delivery;
    type Id = hiring_core::ids::TaskId;
    type Kind = Ephemeral;
    type Config = ();
    type Layer = Identity;

    fn config(&self) -> &() {
        &()
    }

    fn middleware(&mut self, _: &mut WorkerContext) -> Identity {
        Identity::new()
    }
}
