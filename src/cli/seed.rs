//! `linecard seed check`: whether a seed can be planted, before a server is started with it.

use std::process::ExitCode;

use clap::{Args, Subcommand};

use super::output::{print, refuse};
use crate::config::{TIMEZONE, zone};
use crate::panel::clock::Clock;
use crate::panel::rng::Rng;
use crate::seeds::{self, BootstrapCredentials, SeedContext};
use crate::store::{Place, StorageOptions, open};
use crate::time::Zone;

/// Commands of `linecard seed`.
#[derive(Subcommand, Debug)]
pub enum Seed {
    /// Plants seeds in a temporary database and prints `ok`, or what is wrong in which line.
    Check(Check),
}

/// Options of `linecard seed check`.
#[derive(Args, Debug)]
pub struct Check {
    /// Files, or anything else that --seed takes; later ones add to what is there.
    #[arg(value_name = "FILE", required = true)]
    seeds: Vec<seeds::Seed>,

    /// The panel's time zone, in which dates are read.
    #[arg(long, env = "LINECARD_TIMEZONE", default_value = TIMEZONE, value_parser = zone, value_name = "IANA NAME")]
    timezone: Zone,
}

impl Seed {
    /// Runs the command. Exit code 2 when the seed cannot be planted.
    pub fn run(&self) -> ExitCode {
        let Seed::Check(Check { seeds, timezone }) = self;
        // The random values do not matter, because the database is dropped at the end.
        let (rng, now) = (Rng::seeded(0), Clock::running().now());
        let planted = open::prepare(&Place::private_memory(), &StorageOptions::default(), |db| {
            let keys = &BootstrapCredentials::default();
            seeds::plant(
                &SeedContext {
                    db,
                    keys,
                    rng: &rng,
                    now,
                    zone: *timezone,
                    limit: None,
                },
                seeds,
            )
        });
        match planted {
            Ok(_) => {
                print("ok\n");
                ExitCode::SUCCESS
            }
            Err(error) => refuse(error),
        }
    }
}
