//! A file of faults in YAML or JSON: a list of what `POST /_linecard/faults` takes. An error message has the line
//! and the path of the error.

use std::path::Path;

use serde_json::Value;

use super::Faults;
use crate::control::limits::FaultLimits;
use crate::control::problem::Problem;
use crate::dialects::Dialects;
use crate::document::{self, DocumentError, Format, Node};

/// The faults of a file, not validated yet.
pub struct FaultFile {
    /// The file's name in error messages.
    name: String,
    list: Vec<Node>,
}

impl FaultFile {
    /// Parses the text of a file; the suffix of `path` gives the format.
    ///
    /// # Errors
    /// One line: a syntax error, or that it is not a list.
    pub fn parse(path: &Path, name: String, text: &str) -> Result<FaultFile, String> {
        let suffix = path.extension().and_then(|suffix| suffix.to_str());
        let form = suffix
            .and_then(Format::from_suffix)
            .unwrap_or_else(|| Format::detect(text));
        let node = document::parse(form, text).map_err(|error| format!("{name} {error}"))?;
        match node.value {
            document::Value::List(list) => Ok(FaultFile { name, list }),
            _ => Err(format!(
                "{name}: not a list of faults such as [{{\"effect\":{{\"status\":503}}}}]"
            )),
        }
    }

    /// Returns the faults in the JSON of the control plane.
    pub fn rules(&self) -> Vec<Value> {
        self.list.iter().map(Node::json).collect()
    }

    /// Returns the faults if all of them are valid.
    ///
    /// # Errors
    /// As [`FaultFile::error_message`].
    pub fn checked(&self) -> Result<Vec<Value>, String> {
        let rules = self.rules();
        match Faults::new(Dialects::default(), FaultLimits::default(), 0, rules.clone()) {
            Ok(_) => Ok(rules),
            Err((at, problem)) => Err(self.error_message(at, &problem)),
        }
    }

    /// Returns the error of the fault at this index, in one line.
    pub fn error_message(&self, at: usize, problem: &Problem) -> String {
        let mut path = format!("[{at}]");
        let mut node = self.list.get(at);
        let mut line = node.map_or(1, |node| node.line);
        for name in problem.inside.iter().rev() {
            path += &format!(".{name}");
            let member = node.and_then(|node| node.member(name));
            line = member.map_or(line, |member| member.line);
            node = member.map(|member| &member.node);
        }
        let error = DocumentError {
            line,
            path,
            detail: problem.detail.clone(),
            hint: problem.hint.clone(),
            is_reference: false,
        };
        format!("{} {error}", self.name)
    }
}
