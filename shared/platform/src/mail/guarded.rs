//! A mail server that is left alone while it keeps failing.

use std::sync::Arc;

use async_trait::async_trait;
use hiring_core::email::EmailAddress;

use super::{Composed, Handover, Hurdle, Mailer, NotSent};
use crate::breaker::{Breaker, Pass};

/// Another mailer behind a breaker. What the server says about a mail, or about our name and password, is an answer.
pub struct GuardedMailer {
    mailer: Arc<dyn Mailer>,
    breaker: Breaker,
}

impl GuardedMailer {
    /// Puts a breaker before a mailer.
    #[must_use]
    pub fn new(mailer: Arc<dyn Mailer>, breaker: Breaker) -> Self {
        Self { mailer, breaker }
    }
}

/// A handover whose outcome the breaker is told.
struct Guarded {
    handover: Box<dyn Handover>,
    pass: Pass,
}

#[async_trait]
impl Mailer for GuardedMailer {
    async fn begin(&self, mail: Composed) -> Result<Box<dyn Handover>, NotSent> {
        let pass = self.breaker.enter().await;
        let pass = pass.map_err(|_| NotSent::Away(Hurdle::Unreachable))?;
        match self.mailer.begin(mail).await {
            Ok(handover) => Ok(Box::new(Guarded { handover, pass })),
            Err(error) => {
                tell(pass, Some(error)).await;
                Err(error)
            }
        }
    }

    fn from(&self) -> &EmailAddress {
        self.mailer.from()
    }

    fn transport(&self) -> &'static str {
        self.mailer.transport()
    }
}

#[async_trait]
impl Handover for Guarded {
    async fn finish(self: Box<Self>) -> Result<(), NotSent> {
        let Self { handover, pass } = *self;
        let outcome = handover.finish().await;
        tell(pass, outcome.err()).await;
        outcome
    }
}

async fn tell(pass: Pass, error: Option<NotSent>) {
    let is_fault = matches!(
        error,
        Some(NotSent::Unknown | NotSent::Away(Hurdle::Unreachable | Hurdle::Lost))
    );
    if is_fault {
        pass.failed().await;
    } else {
        pass.answered().await;
    }
}
