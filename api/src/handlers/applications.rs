//! Applications: listing, reading, moving, and notes about them.

pub mod change;
pub mod list;
pub mod notes;
pub mod show;

pub use change::change;
pub use list::list;
pub use notes::add_note;
pub use show::show;
