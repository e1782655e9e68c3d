//! Writes small MMDB files (MaxMind DB, format 2.0): networks of IPv4 and IPv6, each with a record.

use std::net::IpAddr;

use ipnet::IpNet;
use serde_json::{Value, json};

/// The marker before the metadata.
const MARKER: &[u8] = b"\xAB\xCD\xEFMaxMind.com";

/// What a side of a node leads to.
#[derive(Clone, Copy)]
enum Side {
    Nothing,
    Node(usize),
    /// A place in the data section.
    Data(usize),
}

/// Returns the bytes of a file with these records; of networks within each other the inner one comes last.
pub fn mmdb(records: &[(&str, Value)]) -> Vec<u8> {
    let mut nodes = vec![[Side::Nothing; 2]];
    let mut data = Vec::new();
    for (network, record) in records {
        let place = data.len();
        encode("", record, &mut data);
        let (bits, length) = bits(network.parse().unwrap());
        insert(&mut nodes, bits, length, place);
    }
    let mut file: Vec<u8> = Vec::new();
    for side in nodes.iter().flatten() {
        let value = match side {
            Side::Nothing => nodes.len(),
            Side::Node(node) => *node,
            Side::Data(place) => nodes.len() + 16 + place,
        };
        file.extend(u32::try_from(value).unwrap().to_be_bytes());
    }
    file.extend([0; 16]);
    file.extend(data);
    file.extend(MARKER);
    let metadata = json!({
        "node_count": nodes.len(), "record_size": 32, "ip_version": 6, "database_type": "Test", "languages": [],
        "binary_format_major_version": 2, "binary_format_minor_version": 0, "build_epoch": 1_773_585_000, "description": {},
    });
    encode("", &metadata, &mut file);
    maxminddb::Reader::from_source(file.as_slice()).unwrap();
    file
}

/// An IPv4 network lies at the start of the IPv6 addresses.
fn bits(network: IpNet) -> (u128, u8) {
    match network.network() {
        IpAddr::V4(ip) => (u128::from(ip.to_bits()), 96 + network.prefix_len()),
        IpAddr::V6(ip) => (ip.to_bits(), network.prefix_len()),
    }
}

fn insert(nodes: &mut Vec<[Side; 2]>, bits: u128, length: u8, place: usize) {
    let side = |depth: u8| usize::try_from(bits >> (127 - depth) & 1).unwrap();
    let mut node = 0;
    for depth in 0..length - 1 {
        node = match nodes[node][side(depth)] {
            Side::Node(next) => next,
            before => {
                nodes.push([before; 2]);
                let next = nodes.len() - 1;
                nodes[node][side(depth)] = Side::Node(next);
                next
            }
        };
    }
    nodes[node][side(length - 1)] = Side::Data(place);
}

/// Types of the format.
const TEXT: u8 = 2;
const U16: u8 = 5;
const U32: u8 = 6;
const MAP: u8 = 7;
const U64: u8 = 9;
const ARRAY: u8 = 11;
const FLAG: u8 = 14;

fn head(kind: u8, size: usize, out: &mut Vec<u8>) {
    let (low, more) = match u8::try_from(size).unwrap() {
        size @ 0..29 => (size, None),
        size => (29, Some(size - 29)),
    };
    match kind {
        1..=7 => out.push(kind << 5 | low),
        _ => out.extend([low, kind - 7]),
    }
    out.extend(more);
}

/// Encodes a member of this name.
fn encode(name: &str, value: &Value, out: &mut Vec<u8>) {
    match value {
        Value::String(text) => {
            head(TEXT, text.len(), out);
            out.extend(text.bytes());
        }
        Value::Bool(flag) => head(FLAG, usize::from(*flag), out),
        Value::Number(number) => encode_number(name, number.as_u64().unwrap(), out),
        Value::Array(items) => {
            head(ARRAY, items.len(), out);
            items.iter().for_each(|item| encode("", item, out));
        }
        Value::Object(members) => {
            head(MAP, members.len(), out);
            for (name, member) in members {
                encode("", &json!(name), out);
                encode(name, member, out);
            }
        }
        Value::Null => panic!("the format has no null"),
    }
}

/// Numbers of records are as long as those of networks, and so is the number of nodes.
fn encode_number(name: &str, number: u64, out: &mut Vec<u8>) {
    let bytes: Vec<u8> = number.to_be_bytes().into_iter().skip_while(|byte| *byte == 0).collect();
    let kind = match name {
        "record_size" | "ip_version" | "binary_format_major_version" | "binary_format_minor_version" => U16,
        "build_epoch" => U64,
        _ => U32,
    };
    head(kind, bytes.len(), out);
    out.extend(bytes);
}
