//! What happens around every handler. From the outside in, as [`crate::app::build_app`] lists them from the bottom up:
//!
//! | layer | does | and stands there because |
//! |---|---|---|
//! | [`harden`] | fields that make browsers and caches careful | every answer gets them, also those that the layers below make |
//! | [`compress`] | gzip or brotli; all answers in [portions](portion) | it packs what is final |
//! | [`observe`] | request id, trace, log line, metrics; completes problems | refusals of the layers below are logged and complete too |
//! | [`gate`] | length of address and header fields, host | it costs next to nothing and needs nobody |
//! | [`cors`] | preflights, and whose pages may read the answer | browsers ask without a token, and must be able to read refusals |
//! | [`closing`] | turns late requests away at the end of the process | preflights and refusals need not be waited for |
//! | [`pace`] | cuts off bodies that drip | all that reads a body is inside |
//! | [`limit`] | counts the request against its client's limit | whoever is over it costs no look-up of a session, but for reads that begin ahead |
//! | [`authenticate`] | who calls | only what is inside asks |
//! | [`invalidate`] | makes answers in the cache old that a change has overtaken | it must know who calls, and the answer waits for it |

pub mod authenticate;
pub mod closing;
pub mod compress;
pub mod cors;
pub mod gate;
pub mod harden;
pub mod invalidate;
pub mod limit;
pub mod meters;
pub mod observe;
pub mod pace;
pub mod portion;
