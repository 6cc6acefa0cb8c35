//! What happens around every handler. Order, from the outside in: [`observe`], [`closing`], [`limit`], [`authenticate`].

pub mod authenticate;
pub mod closing;
pub mod limit;
pub mod observe;
