//! Applications: listing, reading, moving, notes about them, and asking the language model.

pub mod change;
pub mod list;
pub mod narrative;
pub mod notes;
pub mod show;

pub use change::change;
pub use list::list;
pub use narrative::narrate;
pub use notes::add_note;
pub use show::show;
