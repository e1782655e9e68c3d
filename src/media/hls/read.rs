//! Reading playlists of sources, which anyone may have written.

use std::time::Duration;

/// A playlist of an HLS source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SourcePlaylist {
    /// Which media playlists there are.
    Master(Vec<Variant>),
    Media(MediaPlaylist),
}

/// One of the streams of a master playlist.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Variant {
    /// In bit/s; 0 where none is given.
    pub bandwidth: u64,
    /// As it is written: it may be relative to the playlist's own.
    pub uri: String,
}

/// A media playlist.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MediaPlaylist {
    pub target: Duration,
    /// The number of the first segment.
    pub sequence: u64,
    pub discontinuity_sequence: u64,
    pub segments: Vec<SourceSegment>,
    /// Nothing will be added to it.
    pub is_ended: bool,
}

/// A segment of a media playlist.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceSegment {
    pub length: Duration,
    /// It does not go on from the one before.
    pub is_discontinuous: bool,
    /// As it is written: it may be relative to the playlist's.
    pub uri: String,
}

/// Why a playlist is not played: the reason on the stream's row.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PlaylistError {
    #[error("not a playlist: it does not begin with #EXTM3U")]
    NoPlaylist,
    #[error("the playlist has {0}, which is not played")]
    NotPlayed(&'static str),
    #[error("the playlist's {0} is not a number")]
    Number(&'static str),
    #[error("the playlist has no #EXT-X-TARGETDURATION")]
    NoTarget,
    #[error("the playlist has more than {MOST} entries")]
    TooLong,
}

/// Entries that are read: a live playlist has some, a day in segments of 2 s has 43,200.
const MOST: usize = 50_000;
/// No segment and no target is longer than this: a day.
const LONGEST: Duration = Duration::from_secs(86_400);

impl SourcePlaylist {
    /// Of a master playlist the stream with the highest bandwidth; of equal ones the first.
    pub fn best(&self) -> Option<&Variant> {
        let Self::Master(variants) = self else { return None };
        variants.iter().rev().max_by_key(|variant| variant.bandwidth)
    }
}

/// Reads a playlist. Tags that are not known are left out, as the RFC wants it.
///
/// # Errors
/// Why it is not played.
pub fn read(text: &str) -> Result<SourcePlaylist, PlaylistError> {
    let text = text.trim_start_matches('\u{feff}');
    let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    if !lines.next().is_some_and(|line| line.starts_with("#EXTM3U")) {
        return Err(PlaylistError::NoPlaylist);
    }
    let mut reader = Reader::default();
    for line in lines {
        reader.line(line)?;
    }
    reader.playlist()
}

/// What the lines so far have said.
#[derive(Debug, Default)]
struct Reader {
    variants: Vec<Variant>,
    segments: Vec<SourceSegment>,
    target: Option<Duration>,
    sequence: u64,
    discontinuity_sequence: u64,
    is_ended: bool,
    /// What the tags before the next URI say of it.
    bandwidth: Option<u64>,
    length: Option<Duration>,
    is_discontinuous: bool,
}

impl Reader {
    fn line(&mut self, line: &str) -> Result<(), PlaylistError> {
        let Some(tag) = line.strip_prefix('#') else {
            return self.uri(line);
        };
        let (name, value) = tag.split_once(':').unwrap_or((tag, ""));
        match name {
            "EXTINF" => self.length = Some(seconds("#EXTINF", value)?),
            "EXT-X-STREAM-INF" => {
                let bandwidth = attribute(value, "BANDWIDTH").and_then(|value| value.parse().ok());
                self.bandwidth = Some(bandwidth.unwrap_or(0));
            }
            "EXT-X-TARGETDURATION" => self.target = Some(seconds("#EXT-X-TARGETDURATION", value)?),
            "EXT-X-MEDIA-SEQUENCE" => self.sequence = number("#EXT-X-MEDIA-SEQUENCE", value)?,
            "EXT-X-DISCONTINUITY-SEQUENCE" => {
                self.discontinuity_sequence = number("#EXT-X-DISCONTINUITY-SEQUENCE", value)?;
            }
            "EXT-X-DISCONTINUITY" => self.is_discontinuous = true,
            "EXT-X-ENDLIST" => self.is_ended = true,
            "EXT-X-MAP" => return Err(PlaylistError::NotPlayed("#EXT-X-MAP")),
            "EXT-X-BYTERANGE" => return Err(PlaylistError::NotPlayed("#EXT-X-BYTERANGE")),
            "EXT-X-KEY" if attribute(value, "METHOD") != Some("NONE") => {
                return Err(PlaylistError::NotPlayed("#EXT-X-KEY"));
            }
            _ => {}
        }
        Ok(())
    }

    fn uri(&mut self, uri: &str) -> Result<(), PlaylistError> {
        if self.variants.len() + self.segments.len() >= MOST {
            return Err(PlaylistError::TooLong);
        }
        let uri = uri.to_owned();
        if let Some(bandwidth) = self.bandwidth.take() {
            self.variants.push(Variant { bandwidth, uri });
        } else if let Some(length) = self.length.take() {
            self.segments.push(SourceSegment {
                length,
                is_discontinuous: std::mem::take(&mut self.is_discontinuous),
                uri,
            });
        }
        Ok(())
    }

    fn playlist(self) -> Result<SourcePlaylist, PlaylistError> {
        if !self.variants.is_empty() {
            return Ok(SourcePlaylist::Master(self.variants));
        }
        Ok(SourcePlaylist::Media(MediaPlaylist {
            target: self.target.ok_or(PlaylistError::NoTarget)?,
            sequence: self.sequence,
            discontinuity_sequence: self.discontinuity_sequence,
            segments: self.segments,
            is_ended: self.is_ended,
        }))
    }
}

fn number(tag: &'static str, value: &str) -> Result<u64, PlaylistError> {
    value.trim().parse().map_err(|_| PlaylistError::Number(tag))
}

/// The seconds that a value begins with; a title may follow.
fn seconds(tag: &'static str, value: &str) -> Result<Duration, PlaylistError> {
    let number = value.split_once(',').map_or(value, |(number, _)| number);
    let seconds = number
        .trim()
        .parse()
        .ok()
        .and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
    seconds
        .filter(|length| *length <= LONGEST)
        .ok_or(PlaylistError::Number(tag))
}

/// A value of an attribute list, without its quotes. What is in quotes may have commas.
fn attribute<'a>(list: &'a str, name: &str) -> Option<&'a str> {
    let mut rest = list;
    while let Some((found, after)) = rest.split_once('=') {
        let (value, next) = match after.strip_prefix('"').and_then(|quoted| quoted.split_once('"')) {
            Some((value, next)) => (value, next.trim_start().trim_start_matches(',')),
            None => after.split_once(',').unwrap_or((after, "")),
        };
        if found.trim() == name {
            return Some(value.trim());
        }
        rest = next;
    }
    None
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn of_a_master_playlist_the_highest_bandwidth_is_the_best() {
        let text = "\u{feff}#EXTM3U\r\n#EXT-X-STREAM-INF:CODECS=\"avc1,BANDWIDTH=9\",BANDWIDTH=100\r\nlow.m3u8\r\n\
            #EXT-X-STREAM-INF:AVERAGE-BANDWIDTH=1,BANDWIDTH=300,NAME=\"x\"\r\nhigh.m3u8?a=b\r\n\
            #EXT-X-STREAM-INF:BANDWIDTH=300\r\nother.m3u8\r\n#EXT-X-I-FRAME-STREAM-INF:BANDWIDTH=900,URI=\"i.m3u8\"\r\n";
        let playlist = read(text).unwrap();
        let best = Variant {
            bandwidth: 300,
            uri: "high.m3u8?a=b".into(),
        };
        assert_eq!(playlist.best(), Some(&best));
        let SourcePlaylist::Master(variants) = playlist else {
            panic!()
        };
        assert_eq!((variants.len(), variants[0].bandwidth), (3, 100));
    }

    #[test]
    fn a_media_playlist_has_its_segments() {
        let text = "#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:6\n#EXT-X-MEDIA-SEQUENCE:41\n\
            #EXT-X-DISCONTINUITY-SEQUENCE:5\n#EXT-X-KEY:METHOD=NONE\n#EXT-X-PROGRAM-DATE-TIME:2026-01-01T00:00:00Z\n\
            #EXTINF:6,\na.ts\n\n#EXT-X-DISCONTINUITY\n#EXTINF:5.98,news, at ten\nhttp://x/b.ts\n#EXT-X-ENDLIST\n";
        let segment = |millis, is_discontinuous, uri: &str| SourceSegment {
            length: Duration::from_millis(millis),
            is_discontinuous,
            uri: uri.into(),
        };
        let expected = MediaPlaylist {
            target: Duration::from_secs(6),
            sequence: 41,
            discontinuity_sequence: 5,
            segments: vec![segment(6_000, false, "a.ts"), segment(5_980, true, "http://x/b.ts")],
            is_ended: true,
        };
        assert_eq!(read(text), Ok(SourcePlaylist::Media(expected)));
    }

    #[test]
    fn what_is_not_played_has_its_reason() {
        for (text, reason) in [
            ("<html>", "not a playlist: it does not begin with #EXTM3U"),
            ("", "not a playlist: it does not begin with #EXTM3U"),
            ("#EXTM3U\n", "the playlist has no #EXT-X-TARGETDURATION"),
            (
                "#EXTM3U\n#EXT-X-KEY:METHOD=AES-128,URI=\"k\"\n",
                "the playlist has #EXT-X-KEY, which is not played",
            ),
            (
                "#EXTM3U\n#EXT-X-MAP:URI=\"i\"\n",
                "the playlist has #EXT-X-MAP, which is not played",
            ),
            (
                "#EXTM3U\n#EXT-X-BYTERANGE:9@0\n",
                "the playlist has #EXT-X-BYTERANGE, which is not played",
            ),
            ("#EXTM3U\n#EXTINF:-1,\n", "the playlist's #EXTINF is not a number"),
            ("#EXTM3U\n#EXTINF:1e300,\n", "the playlist's #EXTINF is not a number"),
        ] {
            assert_eq!(read(text).unwrap_err().to_string(), reason, "{text}");
        }
        let long = format!("#EXTM3U\n{}", "#EXTINF:1,\na\n".repeat(MOST + 1));
        assert_eq!(read(&long), Err(PlaylistError::TooLong));
    }

    proptest! {
        #[test]
        fn anything_can_be_read(text in "(#EXTM3U\n)?((#EXT(INF|-X-KEY|-X-STREAM-INF|-X-MEDIA-SEQUENCE))?[:=,\"a-z0-9]{0,9}\n?){0,20}") {
            let _ = read(&text);
        }
    }
}
