//! An answer in the form of gzip, without making it smaller: a fault wants the form, and a stored block shows
//! whoever looks at the bytes what they say.

use std::io::{self, Write};

use flate2::{Compression, GzBuilder};

use actix_web::http::header::CONTENT_ENCODING;

use crate::dialects::presets::WholeAnswer;

/// The number of Unix in a header: the same wherever the panel runs.
const UNIX: u8 = 3;

/// Where a header says how hard the packer tried. Zero says nothing.
const EFFORT: usize = 8;

/// Packs an answer twice and says it once.
pub fn twice(answer: &mut WholeAnswer<'_>) {
    // Nothing goes wrong where a memory is written to.
    if let Ok(body) = packed(answer.body).and_then(|once| packed(&once)) {
        *answer.body = body;
        answer.headers.push((CONTENT_ENCODING, "gzip".into()));
    }
}

fn packed(bytes: &[u8]) -> io::Result<Vec<u8>> {
    let mut packer = GzBuilder::new()
        .operating_system(UNIX)
        .write(Vec::new(), Compression::none());
    packer.write_all(bytes)?;
    let mut packed = packer.finish()?;
    if let Some(effort) = packed.get_mut(EFFORT) {
        *effort = 0;
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
            GzDecoder::new(&*packed(&long).unwrap()).read_to_end(&mut read).unwrap();
            assert!(read == long, "{length}");
        }
    }

    #[test]
    fn a_short_text_is_one_stored_block() {
        let head = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, UNIX];
        assert_eq!(
            packed(b"").unwrap(),
            [&head[..], &[1, 0, 0, 0xff, 0xff], &[0; 8]].concat()
        );
        let one = packed(b"a").unwrap();
        assert_eq!(one[..16], [&head[..], &[1, 1, 0, 0xfe, 0xff], b"a"].concat());
    }
}
