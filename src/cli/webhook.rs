//! `linecard webhook`: the endpoints that are told what happens. A secret is printed once, when its endpoint is made.

use std::process::ExitCode;

use clap::Subcommand;

use super::rest_secrets::Database;
use crate::http::webhooks::check_target;
use crate::panel::settings::WebhookSettings;
use crate::panel::webhooks::endpoints::{self, Endpoint};

/// Commands of `linecard webhook`.
#[derive(Subcommand, Debug)]
pub enum Webhook {
    /// Makes an endpoint and prints the secret that it checks signatures with; it is not shown again.
    Add {
        /// Its URL: https, or http where the setting `webhook_http` allows it.
        url: String,
        /// What it is told of, once for each; everything when left out.
        #[arg(long = "event", value_name = "TYPE")]
        events: Vec<String>,
        #[command(flatten)]
        database: Database,
    },
    /// Lists the endpoints without their secrets.
    List {
        #[command(flatten)]
        database: Database,
    },
    /// Removes an endpoint, with all that it did not get.
    Remove {
        /// Its id, as the list has it.
        id: i64,
        #[command(flatten)]
        database: Database,
    },
}

impl Webhook {
    /// Runs the command. Exit code 2 when it is refused, with nothing changed.
    pub fn run(self) -> ExitCode {
        match self {
            Webhook::Add { url, events, database } => database.draw(|db, rng, now| {
                let settings = WebhookSettings::from_db(db).map_err(|error| error.to_string())?;
                check_target(&url, settings)?;
                endpoints::create(db, rng, now, &url, &events).map_err(|error| error.to_string())
            }),
            Webhook::List { database } => {
                database.change(|db, _| endpoints::list(db).map(|all| all.iter().map(line).collect()))
            }
            Webhook::Remove { id, database } => {
                database.change(|db, _| endpoints::remove(db, id).map(|()| String::new()))
            }
        }
    }
}

fn line(endpoint: &Endpoint) -> String {
    let events = match endpoint.events.is_empty() {
        true => "all".to_owned(),
        false => endpoint.events.join(","),
    };
    let off = if endpoint.is_active { "" } else { " off" };
    format!("{} {}{off} events={events}\n", endpoint.id, endpoint.url)
}
