//! Bytes in the form of gzip, without making them smaller: stored blocks (RFC 1951, 3.2.4) in the
//! frame of RFC 1952. A fault wants the form; a library that packs would only add weight.

use actix_web::http::header::CONTENT_ENCODING;

use crate::dialects::presets::WholeAnswer;

/// Packed with `deflate`, no flags, no time, no hints, written on Unix.
const HEAD: [u8; 10] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3];

/// The largest stored block.
const BLOCK: usize = 0xffff;

/// Packs an answer twice and says it once.
pub fn twice(answer: &mut WholeAnswer<'_>) {
    *answer.body = packed(&packed(answer.body));
    answer.headers.push((CONTENT_ENCODING, "gzip".into()));
}

fn packed(bytes: &[u8]) -> Vec<u8> {
    let mut out = HEAD.to_vec();
    let mut blocks = bytes.chunks(BLOCK).peekable();
    if blocks.peek().is_none() {
        block(&mut out, true, &[]);
    }
    while let Some(bytes) = blocks.next() {
        block(&mut out, blocks.peek().is_none(), bytes);
    }
    out.extend_from_slice(&checksum(bytes).to_le_bytes());
    // The length is told modulo two to the 32nd.
    let length = bytes.len().to_le_bytes();
    out.extend_from_slice(length.get(..4).unwrap_or_default());
    out
}

fn block(out: &mut Vec<u8>, last: bool, bytes: &[u8]) {
    let length = u16::try_from(bytes.len()).unwrap_or(u16::MAX);
    out.push(u8::from(last));
    out.extend_from_slice(&length.to_le_bytes());
    out.extend_from_slice(&(!length).to_le_bytes());
    out.extend_from_slice(bytes);
}

/// CRC-32 as gzip has it.
fn checksum(bytes: &[u8]) -> u32 {
    let rest = bytes.iter().fold(u32::MAX, |rest, byte| {
        (0..8).fold(rest ^ u32::from(*byte), |rest, _| {
            let carry = if rest & 1 == 1 { 0xedb8_8320 } else { 0 };
            rest >> 1 ^ carry
        })
    });
    !rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checksum_is_gzips() {
        // The check value of the algorithm's definition.
        assert_eq!(checksum(b"123456789"), 0xcbf4_3926);
        assert_eq!(checksum(b""), 0);
    }

    #[test]
    fn the_frame_holds_the_bytes_in_blocks() {
        let empty = packed(b"");
        assert_eq!(empty, [&HEAD[..], &[1, 0, 0, 0xff, 0xff], &[0; 8]].concat());
        let long = vec![b'x'; BLOCK + 1];
        let framed = packed(&long);
        assert_eq!(framed.len(), 10 + 5 + BLOCK + 5 + 1 + 8);
        assert_eq!((framed[10], framed[15 + BLOCK]), (0, 1));
    }
}
