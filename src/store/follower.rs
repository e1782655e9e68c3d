//! State in memory that follows the database: the changes that the writer's jobs make to it are applied after
//! the commit, in the order of the jobs, and discarded when a job fails or runs again.

use std::fmt;

/// Follows the writer's transactions. All methods are called on the writer's thread and must not wait for the
/// database.
pub trait Follower: fmt::Debug + Send + Sync {
    /// A transaction begins. Uncommitted changes of the previous one are discarded, and also those of this
    /// one if it begins again because one of its jobs failed.
    fn began(&self);
    /// A job begins.
    fn job_began(&self);
    /// The job that began last has failed.
    fn job_failed(&self);
    /// The transaction is committed; its callers are not answered yet.
    fn committed(&self);
}
