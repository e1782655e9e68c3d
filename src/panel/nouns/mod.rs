//! The nouns of a panel, one file each: how a thing is read, the columns that callers write, and the rules of a
//! write. Dialects, seeds and pages add only the names under which they read and show them.

pub mod access_codes;
pub mod active_codes;
pub mod blocklists;
pub mod bouquets;
pub mod catalogue;
pub mod categories;
pub mod content;
pub mod devices;
pub mod epg;
pub mod groups;
pub mod lines;
pub mod packages;
pub mod resellers;
pub mod series;
pub mod servers;
mod standing;
pub mod transcode_profiles;
