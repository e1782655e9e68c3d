//! Prints a request: a create or edit that is refused shows what was sent.

use crate::dialects::php::form::{Array, Key, Node};
use crate::dialects::php::json::{self, Object};
use crate::dialects::php::scalar::clean;
use crate::dialects::xtream::input::Input;

/// What is left out: a key is a secret, and the action is no parameter of itself.
const LEFT_OUT: [&str; 2] = ["api_key", "action"];

/// Appends what was sent; nothing is PHP's empty array.
pub fn print(out: &mut Vec<u8>, input: &Input) {
    let mut sent = input.sent().filter(|(name, _)| !LEFT_OUT.contains(name)).peekable();
    if sent.peek().is_none() {
        out.extend_from_slice(b"[]");
        return;
    }
    let mut object = Object::open(out);
    for (name, value) in sent {
        node(object.key(name), value);
    }
    object.close();
}

fn node(out: &mut Vec<u8>, value: &Node) {
    match value {
        Node::Text(text) => json::text(out, &clean(text)),
        Node::Array(array) if array.is_list() => json::list(out, array.values(), node),
        Node::Array(array) => members(out, array),
    }
}

fn members(out: &mut Vec<u8>, array: &Array) {
    let mut object = Object::open(out);
    for (key, value) in array.iter() {
        let member = match key {
            Key::Int(number) => object.key(&number.to_string()),
            Key::Text(text) => object.key(text),
        };
        node(member, value);
    }
    object.close();
}
