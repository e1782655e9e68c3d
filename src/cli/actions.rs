//! `linecard actions`: the table of actions, or one action with its parameters and an example call.
//!
//! The example is for the panel that `linecard run` has put into the environment, else for one with the `docs` seed.

use std::process::ExitCode;

use clap::Args;

use super::output::{print, refuse};
use super::remote::call::{curl, meant, quoted, unknown};
use crate::dialects::{Dialects, docs};
use crate::panel::FirstCallInfo;

/// Options of `linecard actions`.
#[derive(Args, Debug)]
pub struct Actions {
    /// Show this action alone, with its parameters, their types and an example call.
    #[arg(value_name = "ACTION")]
    action: Option<String>,

    /// The API of the action, such as reseller; the first that has it when left out.
    #[arg(long, requires = "action", value_name = "NAME")]
    api: Option<String>,
}

impl Actions {
    /// Prints them. Exit code 2 when there is no such action.
    pub fn run(&self) -> ExitCode {
        let Some(name) = &self.action else {
            print(&docs::terminal_table(Dialects::default()));
            return ExitCode::SUCCESS;
        };
        let Some((dialect, operation)) = docs::find(meant(self.api.as_deref()), name) else {
            return refuse(unknown(name, self.api.as_deref()));
        };
        let info = FirstCallInfo {
            access_code: Some(variable("LINECARD_ACCESS_CODE", "access")),
            api_key: Some(variable("LINECARD_API_KEY", "YOUR_KEY")),
            reseller_code: Some(variable("LINECARD_ACCESS_CODE", "access")),
            reseller_key: Some(variable("LINECARD_RESELLER_KEY", "RESELLER_KEY")),
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
            "{}\nAn example with the `docs` seed, by curl, and by a name alone where there is a control plane:\n\n  {}\n  linecard call {}{name}{}\n",
            docs::terminal_page(dialect, operation),
            curl("", &url, &parameters),
            self.api.as_ref().map(|api| format!("--api {api} ")).unwrap_or_default(),
            words.collect::<String>(),
        ));
        ExitCode::SUCCESS
    }
}

/// Returns a variable of the environment, or what the `docs` seed has.
fn variable(name: &str, otherwise: &str) -> String {
    std::env::var(name).unwrap_or_else(|_| otherwise.to_owned())
}
