//! The gzip format without compression: a fault needs only the format, and stored blocks keep the content
//! readable in a packet capture.

use std::io::{self, Write};

use flate2::{Compression, GzBuilder};

use actix_web::http::header::CONTENT_ENCODING;

use crate::dialects::presets::WholeAnswer;

/// The operating system in the header: Unix, on every host, so that the bytes are always the same.
const UNIX: u8 = 3;

/// The offset of the header's compression level, which is set to 0, "unknown".
const LEVEL_OFFSET: usize = 8;

/// Compresses the body twice, with one `Content-Encoding: gzip`.
pub fn twice(answer: &mut WholeAnswer<'_>) {
    // Writing to memory cannot fail.
    if let Ok(body) = compress(answer.body).and_then(|once| compress(&once)) {
        *answer.body = body;
        answer.headers.push((CONTENT_ENCODING, "gzip".into()));
    }
}

fn compress(bytes: &[u8]) -> io::Result<Vec<u8>> {
    let mut packer = GzBuilder::new()
        .operating_system(UNIX)
        .write(Vec::new(), Compression::none());
    packer.write_all(bytes)?;
    let mut packed = packer.finish()?;
    if let Some(level) = packed.get_mut(LEVEL_OFFSET) {
        *level = 0;
    }
    Ok(packed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::read::GzDecoder;
    use std::io::Read;

    #[test]
    fn what_is_packed_is_unpacked() {
        for length in [0, 1, 1 << 15, 1 << 16, 200_000] {
            let (long, mut read) = (vec![b'x'; length], Vec::new());
            GzDecoder::new(&*compress(&long).unwrap())
                .read_to_end(&mut read)
                .unwrap();
            assert!(read == long, "{length}");
        }
    }

    #[test]
    fn a_short_text_is_one_stored_block() {
        let head = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, UNIX];
        assert_eq!(
            compress(b"").unwrap(),
            [&head[..], &[1, 0, 0, 0xff, 0xff], &[0; 8]].concat()
        );
        let one = compress(b"a").unwrap();
        assert_eq!(one[..16], [&head[..], &[1, 1, 0, 0xfe, 0xff], b"a"].concat());
    }
}
