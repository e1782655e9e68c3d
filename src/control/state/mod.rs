//! The panel's state as a test sees and changes it: the baseline that a reset goes back to, snapshots, the
//! whole state as a document, live connections, quirk profiles, seed files that are watched.

pub mod baseline;
pub mod document;
pub mod profile;
pub mod reset;
pub mod seeded_panel;
pub mod sessions;
pub mod snapshots;
pub mod watch;
