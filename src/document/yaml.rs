//! Parses YAML: the parser's events become nodes on an explicit stack, so that deep documents cannot overflow
//! the call stack. Anchors and aliases are limited; tags are refused, except `!!str`.

use std::collections::{HashMap, HashSet};

use saphyr_parser::{Event, Parser, ScalarStyle, Tag};

use super::tree::{DocumentError, MAX_DEPTH, Member, Node, Value};
use super::{duplicate_key_error, malformed_error, too_deep_error};

/// The largest number of nodes that aliases may expand to: one page of nested aliases can expand to a billion.
const MOST_ALIASED: usize = 100_000;

/// The largest number of anchors; each stores a copy of its node.
const MOST_ANCHORS: usize = 1000;

/// A list or a map that has not ended yet.
struct Open {
    node: Node,
    anchor: usize,
    /// The key whose value comes next.
    key: Option<(String, usize)>,
    keys: HashSet<String>,
}

/// The state of the parser.
#[derive(Default)]
struct Reading {
    open: Vec<Open>,
    anchors: HashMap<usize, Node>,
    aliased: usize,
    whole: Option<Node>,
}

/// Parses a document; an empty one is an empty map.
pub fn parse(text: &str) -> Result<Node, DocumentError> {
    let mut reading = Reading::default();
    for event in Parser::new_from_str(text) {
        let (event, span) = event.map_err(|error| {
            let hint = "indent with spaces, and put texts with : or # in quotes";
            malformed_error(error.marker().line(), format!("not YAML: {}", error.info()), hint)
        })?;
        reading.take(event, span.start.line())?;
    }
    Ok(reading.whole.unwrap_or_else(|| Node {
        line: 1,
        value: Value::Map(Vec::new()),
    }))
}

impl Reading {
    fn take(&mut self, event: Event<'_>, line: usize) -> Result<(), DocumentError> {
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                let quoted = style != ScalarStyle::Plain || is_text(tag.as_deref(), line)?;
                let text = text.into_owned();
                let value = if quoted { Value::Text(text) } else { Value::Word(text) };
                self.close(Node { line, value }, anchor)
            }
            Event::SequenceStart(anchor, tag) => self.begin(line, Value::List(Vec::new()), anchor, tag.as_deref()),
            Event::MappingStart(anchor, tag) => self.begin(line, Value::Map(Vec::new()), anchor, tag.as_deref()),
            Event::SequenceEnd | Event::MappingEnd => match self.open.pop() {
                Some(open) => self.close(open.node, open.anchor),
                None => Ok(()),
            },
            Event::Alias(anchor) => {
                let node = self.anchors.get(&anchor).cloned();
                let node = node.ok_or_else(|| malformed_error(line, "an alias names its own node", "write it out"))?;
                self.aliased += size(&node);
                match self.aliased > MOST_ALIASED {
                    true => Err(malformed_error(line, "aliases stand for too much", "write it out")),
                    false => self.close(node, 0),
                }
            }
            Event::DocumentStart(_) if self.whole.is_some() => {
                let hint = "put further ones in files of their own";
                Err(malformed_error(line, "a second document begins", hint))
            }
            _ => Ok(()),
        }
    }

    fn begin(&mut self, line: usize, value: Value, anchor: usize, tag: Option<&Tag>) -> Result<(), DocumentError> {
        is_text(tag, line)?;
        if self.open.len() >= MAX_DEPTH {
            return Err(too_deep_error(line));
        }
        self.open.push(Open {
            node: Node { line, value },
            anchor,
            key: None,
            keys: HashSet::new(),
        });
        Ok(())
    }

    /// Adds a complete node to the enclosing list or map.
    fn close(&mut self, node: Node, anchor: usize) -> Result<(), DocumentError> {
        if anchor > 0 {
            if self.anchors.len() >= MOST_ANCHORS {
                return Err(malformed_error(node.line, "there are too many anchors", "write it out"));
            }
            self.anchors.insert(anchor, node.clone());
        }
        let Some(open) = self.open.last_mut() else {
            self.whole = Some(node);
            return Ok(());
        };
        let members = match &mut open.node.value {
            Value::List(items) => {
                items.push(node);
                return Ok(());
            }
            Value::Map(members) => members,
            Value::Word(_) | Value::Text(_) => return Ok(()),
        };
        let Some((key, line)) = open.key.take() else {
            let line = node.line;
            let (Value::Word(key) | Value::Text(key)) = node.value else {
                return Err(malformed_error(line, "a key is a list or a map", "a key is one word"));
            };
            if !open.keys.insert(key.clone()) {
                return Err(duplicate_key_error(line, &key));
            }
            open.key = Some((key, line));
            return Ok(());
        };
        members.push(Member { key, line, node });
        Ok(())
    }
}

fn size(node: &Node) -> usize {
    match &node.value {
        Value::Word(_) | Value::Text(_) => 1,
        Value::List(items) => 1 + items.iter().map(size).sum::<usize>(),
        Value::Map(members) => 1 + members.iter().map(|member| size(&member.node)).sum::<usize>(),
    }
}

/// Whether a tag makes its node a text.
fn is_text(tag: Option<&Tag>, line: usize) -> Result<bool, DocumentError> {
    match tag {
        None => Ok(false),
        Some(tag) if tag.is_yaml_core_schema() && tag.suffix == "str" => Ok(true),
        Some(tag) => {
            let detail = format!("the tag {}{} means nothing here", tag.handle, tag.suffix);
            Err(malformed_error(line, detail, "leave it out"))
        }
    }
}
