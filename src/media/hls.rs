//! Playlists of HLS (RFC 8216): writing ours, reading those of sources (player contract, 10.1 step 4 and 10.3).
//!
//! Own code in place of a crate: `m3u8-rs` brings a parser generator of its own, `hls_m3u8` is for writers too.

mod read;

use std::fmt::Write;
use std::time::Duration;

pub use read::{MediaPlaylist, PlaylistError, SourcePlaylist, SourceSegment, Variant, read};

/// Seconds of a recording's segment.
const RECORDED: u64 = 60;

/// A segment that is listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Listed {
    /// What its URL has.
    pub number: u64,
    pub length: Duration,
    /// It does not go on from the one before.
    pub is_discontinuous: bool,
}

/// What a playlist is written from.
#[derive(Clone, Copy, Debug)]
pub struct Media<'a> {
    /// Seconds that no segment is longer than.
    pub target: u64,
    /// Breaks before segments that were listed once and are not any more.
    pub discontinuity_sequence: u64,
    pub segments: &'a [Listed],
    /// The whole of a recording, to which nothing will be added.
    pub is_whole: bool,
}

/// A playlist, without the token that each segment's URL has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlaylistText(Vec<String>);

impl Media<'_> {
    /// Writes it.
    pub fn text(&self) -> PlaylistText {
        let (mut pieces, mut piece) = (Vec::new(), self.head());
        for segment in self.segments {
            let mark = if segment.is_discontinuous {
                "#EXT-X-DISCONTINUITY\n"
            } else {
                ""
            };
            let (seconds, micros) = (segment.length.as_secs(), segment.length.subsec_micros());
            // A String takes all that is written to it.
            let _ = write!(piece, "{mark}#EXTINF:{seconds}.{micros:06},\n/hls/");
            pieces.push(std::mem::replace(&mut piece, format!("/{}.ts\n", segment.number)));
        }
        if self.is_whole {
            piece.push_str("#EXT-X-ENDLIST\n");
        }
        pieces.push(piece);
        PlaylistText(pieces)
    }

    fn head(&self) -> String {
        // Of a recording the numbers are minutes, of which some may be missing.
        let first = self.segments.first().filter(|_| !self.is_whole);
        let first = first.map_or(0, |segment| segment.number);
        let mut head = format!("#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-MEDIA-SEQUENCE:{first}\n");
        if self.discontinuity_sequence > 0 {
            let _ = writeln!(head, "#EXT-X-DISCONTINUITY-SEQUENCE:{}", self.discontinuity_sequence);
        }
        head.push_str("#EXT-X-ALLOW-CACHE:YES\n");
        let _ = writeln!(head, "#EXT-X-TARGETDURATION:{}", self.target);
        if self.is_whole {
            head.push_str("#EXT-X-PLAYLIST-TYPE:VOD\n");
        }
        head
    }
}

/// The playlist of a recording of so many seconds: segments of a minute, numbered from 0, the last may be shorter
/// (player contract, 10.3).
pub fn recording(seconds: u64) -> PlaylistText {
    let segment = |number| Listed {
        number,
        length: Duration::from_secs((seconds - number * RECORDED).min(RECORDED)),
        is_discontinuous: false,
    };
    let segments: Vec<Listed> = (0..seconds.div_ceil(RECORDED)).map(segment).collect();
    let media = Media {
        target: RECORDED,
        discontinuity_sequence: 0,
        segments: &segments,
        is_whole: true,
    };
    media.text()
}

impl PlaylistText {
    /// The playlist of the session with this token.
    pub fn with_token(&self, token: &str) -> String {
        self.0.join(token)
    }

    /// Bytes that it takes without tokens.
    pub fn bytes(&self) -> usize {
        self.0.iter().map(String::len).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listed(number: u64, millis: u64, is_discontinuous: bool) -> Listed {
        Listed {
            number,
            length: Duration::from_millis(millis),
            is_discontinuous,
        }
    }

    #[test]
    fn a_live_playlist_is_that_of_the_contract() {
        let segments = [listed(17, 10_000, false), listed(18, 10_000, false)];
        let media = Media {
            target: 10,
            discontinuity_sequence: 0,
            segments: &segments,
            is_whole: false,
        };
        let expected = "#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-MEDIA-SEQUENCE:17\n#EXT-X-ALLOW-CACHE:YES\n\
            #EXT-X-TARGETDURATION:10\n#EXTINF:10.000000,\n/hls/0123456789abcdef0123456789abcdef/17.ts\n\
            #EXTINF:10.000000,\n/hls/0123456789abcdef0123456789abcdef/18.ts\n";
        assert_eq!(media.text().with_token("0123456789abcdef0123456789abcdef"), expected);
    }

    #[test]
    fn breaks_are_marked_and_counted() {
        let segments = [listed(3, 2_002, false), listed(4, 1_500, true)];
        let media = Media {
            target: 10,
            discontinuity_sequence: 2,
            segments: &segments,
            is_whole: false,
        };
        let expected = "#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-MEDIA-SEQUENCE:3\n#EXT-X-DISCONTINUITY-SEQUENCE:2\n\
            #EXT-X-ALLOW-CACHE:YES\n#EXT-X-TARGETDURATION:10\n#EXTINF:2.002000,\n/hls/T/3.ts\n\
            #EXT-X-DISCONTINUITY\n#EXTINF:1.500000,\n/hls/T/4.ts\n";
        assert_eq!(media.text().with_token("T"), expected);
    }

    #[test]
    fn a_recording_has_an_end() {
        let expected = "#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-MEDIA-SEQUENCE:0\n#EXT-X-ALLOW-CACHE:YES\n\
            #EXT-X-TARGETDURATION:60\n#EXT-X-PLAYLIST-TYPE:VOD\n#EXTINF:60.000000,\n/hls/T/0.ts\n\
            #EXTINF:30.000000,\n/hls/T/1.ts\n#EXT-X-ENDLIST\n";
        assert_eq!(recording(90).with_token("T"), expected);
    }

    #[test]
    fn what_is_written_can_be_read() {
        let segments = [listed(3, 2_002, false), listed(4, 1_500, true)];
        let media = Media {
            target: 10,
            discontinuity_sequence: 2,
            segments: &segments,
            is_whole: false,
        };
        let Ok(SourcePlaylist::Media(playlist)) = read(&media.text().with_token("T")) else {
            panic!("a media playlist");
        };
        let read: Vec<_> = playlist
            .segments
            .iter()
            .map(|segment| (segment.length, segment.is_discontinuous))
            .collect();
        let written: Vec<_> = segments
            .iter()
            .map(|segment| (segment.length, segment.is_discontinuous))
            .collect();
        assert_eq!(
            (read, playlist.sequence, playlist.target),
            (written, 3, Duration::from_secs(10))
        );
    }
}
