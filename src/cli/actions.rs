//! `linecard actions`: the table of actions, or one action with its parameters and an example call.
//!
//! The example is for the panel that `linecard run` has put into the environment, else for one with the `docs` seed.

use std::process::ExitCode;

use clap::Args;

use super::output::{print, refuse};
use super::remote::call::{curl, quoted, unknown};
use crate::dialects::{Dialects, docs};
use crate::panel::FirstCallInfo;

/// Options of `linecard actions`.
#[derive(Args, Debug)]
pub struct Actions {
    /// Show this action alone, with its parameters, their types and an example call.
    #[arg(value_name = "ACTION")]
    action: Option<String>,
}

impl Actions {
    /// Prints them. Exit code 2 when there is no such action.
    pub fn run(&self) -> ExitCode {
        let Some(name) = &self.action else {
            print(&docs::terminal_table(Dialects::default()));
            return ExitCode::SUCCESS;
        };
        let Some((dialect, operation)) = docs::find(Dialects::default(), name) else {
            return refuse(unknown(name));
        };
        let info = FirstCallInfo {
            access_code: Some(variable("LINECARD_ACCESS_CODE", "access")),
            api_key: Some(variable("LINECARD_API_KEY", "YOUR_KEY")),
            ..FirstCallInfo::default()
        };
        let path = dialect.call(name, &info).unwrap_or_default();
        let url = variable("LINECARD_URL", "http://127.0.0.1:8080");
        let url = format!("{}{path}", url.trim_end_matches('/'));
        let parameters = docs::example(operation);
        let words = parameters
            .iter()
            .map(|(name, value)| format!(" {}", quoted(&format!("{name}={value}"))));
        print(&format!(
            "{}\nAn example with the `docs` seed, by curl, and by a name alone where there is a control plane:\n\n  {}\n  linecard call {name}{}\n",
            docs::terminal_page(dialect, operation),
            curl("", &url, &parameters),
            words.collect::<String>(),
        ));
        ExitCode::SUCCESS
    }
}

/// Returns a variable of the environment, or what the `docs` seed has.
fn variable(name: &str, otherwise: &str) -> String {
    std::env::var(name).unwrap_or_else(|_| otherwise.to_owned())
}
