//! The endpoints of the panel's state: baseline and reset, snapshots, the whole state as a document, live
//! connections, quirk profiles, watched seed files.

pub mod baseline;
pub mod document;
pub mod held;
pub mod profile;
pub mod reset;
pub mod seeded_panel;
pub mod sent_seeds;
pub mod sessions;
pub mod snapshots;
pub mod watch;
