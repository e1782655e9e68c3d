//! The seeds that a caller of the control plane wants: built-in ones by their names, and documents that it sends.

use serde_json::Value;

use crate::control::PREFIX;
use crate::control::members::{Leaf, leaves};
use crate::control::problem::Problem;
use crate::openapi::typed::{any_of_lines, schemas};
use crate::seeds::Seed;

/// A `seed`: a name, a document, or a list of these, which are planted in its order.
#[derive(Debug)]
pub struct SentSeeds(pub Vec<Seed>);

leaves!(SentSeeds);
schemas! {
    SentSeeds => any_of_lines(&["SentSeed", "SentSeed[]"], "Seeds, which are planted in their order.");
}

impl Leaf for SentSeeds {
    fn read(value: &Value, _: &str) -> Result<SentSeeds, Problem> {
        let seeds = match value {
            Value::Array(all) => all.iter().map(one).collect(),
            value => one(value).map(|seed| vec![seed]),
        };
        seeds.map(SentSeeds)
    }
}

fn one(value: &Value) -> Result<Seed, Problem> {
    match value {
        Value::String(name) => built_in(name),
        Value::Object(_) => Ok(Seed::Inline(value.to_string())),
        other => Err(Problem::bad_request(
            format!("`seed` is no name and no document: {other}"),
            r#"send "docs", {"lines":[…]} or a list of these"#,
        )),
    }
}

/// Parses the name of a built-in seed: callers over HTTP may not read files of this machine.
fn built_in(name: &str) -> Result<Seed, Problem> {
    // Existing and missing files get the same refusal, so that callers cannot find out which files exist.
    match name.parse() {
        Ok(seed @ (Seed::Docs | Seed::Small | Seed::Demo | Seed::Large | Seed::Scale(_))) => Ok(seed),
        _ => Err(Problem::bad_request(
            format!("there is no seed {name:?} in the program"),
            format!(
                "there are docs, small, demo, large and scale:lines=N; a file: start the server with it, or PUT \
                 {PREFIX}snapshots/NAME and send {{\"snapshot\":NAME}}"
            ),
        )),
    }
}
