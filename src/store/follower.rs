//! Something in memory that follows the database: what a job of the writer wants done to it is done after the
//! commit, in the order of the jobs, and not at all when the job fails or runs again.

use std::fmt;

/// Follows the writer's transactions. All of it is called on the writer's thread, and nothing here may wait
/// for the database.
pub trait Follower: fmt::Debug + Send + Sync {
    /// A transaction begins. What the one before left, if it was not committed, has never happened; so has
    /// what this one did, where it begins again because one of its jobs failed.
    fn began(&self);
    /// A job begins.
    fn job_began(&self);
    /// The job that began last has failed.
    fn job_failed(&self);
    /// The transaction is committed, and its callers are not answered yet.
    fn committed(&self);
}
