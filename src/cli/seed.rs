//! `linecard seed check`: whether a seed can be planted, before a server is started with it.

use std::process::ExitCode;

use clap::{Args, Subcommand};

use super::{print, refuse};
use crate::panel::chance::Chance;
use crate::panel::clock::Clock;
use crate::panel::seeds::{self, Keys};
use crate::store::{Place, open};

/// Commands of `linecard seed`.
#[derive(Subcommand, Debug)]
pub enum Seed {
    /// Plants a seed in a throw-away database and says `ok`, or what is wrong in which line.
    Check(Check),
}

/// Options of `linecard seed check`.
#[derive(Args, Debug)]
pub struct Check {
    /// A file of SQL, or anything else that --seed takes.
    #[arg(value_name = "FILE")]
    seed: seeds::Seed,
}

impl Seed {
    /// Runs the command. Exit code 2 when the seed cannot be planted.
    pub fn run(&self) -> ExitCode {
        let Seed::Check(Check { seed }) = self;
        // What is drawn by chance is thrown away with the rest.
        let (chance, now) = (Chance::seeded(0), Clock::running().now());
        let planted = open::prepare(&Place::private_memory(), |db| {
            seeds::plant(db, seed, &Keys::default(), &chance, now)
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
