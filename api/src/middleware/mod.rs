//! What happens around every handler. Order, from the outside in: [`observe`], [`authenticate`].

pub mod authenticate;
pub mod observe;
