//! Faults in a file, as YAML or JSON: a list of what `POST /_linecard/faults` takes. What is wrong with one
//! is told with its line and its path.

use std::path::Path;

use serde_json::Value;

use super::Faults;
use crate::control::problem::Problem;
use crate::document::{self, DocumentError, Format, Node};

/// Faults as they stand in a file.
pub struct FaultFile {
    /// How errors call the file.
    name: String,
    list: Vec<Node>,
}

impl FaultFile {
    /// Reads the text of a file; what it is written in, its ending says.
    ///
    /// # Errors
    /// One line: that it is no list.
    pub fn read(path: &Path, name: String, text: &str) -> Result<FaultFile, String> {
        let suffix = path.extension().and_then(|suffix| suffix.to_str());
        let form = suffix
            .and_then(Format::from_suffix)
            .unwrap_or_else(|| Format::detect(text));
        let node = document::read(form, text).map_err(|wrong| format!("{name} {wrong}"))?;
        match node.value {
            document::Value::List(list) => Ok(FaultFile { name, list }),
            _ => Err(format!(
                "{name}: not a list of faults such as [{{\"effect\":{{\"status\":503}}}}]"
            )),
        }
    }

    /// The faults, as the control plane takes them.
    pub fn rules(&self) -> Vec<Value> {
        self.list.iter().map(Node::json).collect()
    }

    /// The faults when each of them is one.
    ///
    /// # Errors
    /// As [`FaultFile::wrong`].
    pub fn checked(&self) -> Result<Vec<Value>, String> {
        let rules = self.rules();
        match Faults::new(0, rules.clone()) {
            Ok(_) => Ok(rules),
            Err((at, problem)) => Err(self.wrong(at, &problem)),
        }
    }

    /// What is wrong with one of them, in one line.
    pub fn wrong(&self, at: usize, problem: &Problem) -> String {
        let mut path = format!("[{at}]");
        let mut node = self.list.get(at);
        let mut line = node.map_or(1, |node| node.line);
        for name in problem.inside.iter().rev() {
            path += &format!(".{name}");
            let member = node.and_then(|node| node.member(name));
            line = member.map_or(line, |member| member.line);
            node = member.map(|member| &member.node);
        }
        let wrong = DocumentError {
            line,
            path,
            detail: problem.detail.clone(),
            hint: problem.hint.clone(),
        };
        format!("{} {wrong}", self.name)
    }
}
