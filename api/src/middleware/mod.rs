//! What happens around every handler. Order, from the outside in: [`observe`], [`closing`], [`authenticate`].

pub mod authenticate;
pub mod closing;
pub mod observe;
