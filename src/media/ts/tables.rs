//! PAT and PMT of a foreign stream: their packets as last seen, and what they say.

use super::psi::crc32;
use super::{PACKET, View};

/// Packets that are kept of one table. A PMT that needs more than one is rare, one that needs all of them is none.
const MOST_PACKETS: usize = 16;

/// One elementary stream of a program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stream {
    pub pid: u16,
    pub codec: Codec,
}

/// What an elementary stream holds, as far as it matters for where decoding can begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Codec {
    H264,
    Hevc,
    Mpeg2,
    /// Video whose key frames only `random_access_indicator` tells.
    Video,
    Audio(Sound),
    /// Subtitles, data.
    Other,
}

/// What sound is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sound {
    /// MPEG-1 or 2, in practice layer II.
    Mpeg,
    Aac,
    AacLatm,
    Ac3,
    Eac3,
    Dts,
}

impl Codec {
    /// Its name as `ffprobe` has it, which panels store too.
    pub const fn name(self) -> Option<&'static str> {
        Some(match self {
            Self::H264 => "h264",
            Self::Hevc => "hevc",
            Self::Mpeg2 => "mpeg2video",
            Self::Audio(Sound::Mpeg) => "mp2",
            Self::Audio(Sound::Aac) => "aac",
            Self::Audio(Sound::AacLatm) => "aac_latm",
            Self::Audio(Sound::Ac3) => "ac3",
            Self::Audio(Sound::Eac3) => "eac3",
            Self::Audio(Sound::Dts) => "dts",
            Self::Video | Self::Other => return None,
        })
    }

    const fn is_video(self) -> bool {
        !matches!(self, Self::Audio(_) | Self::Other)
    }

    /// By `stream_type` and the tags of the descriptors: ISO/IEC 13818-1 table 2-34, ETSI TS 101 154 for the sound of
    /// private streams.
    fn of(kind: u8, descriptors: &[u8]) -> Self {
        match kind {
            0x01 | 0x02 => Self::Mpeg2,
            0x1b => Self::H264,
            0x24 => Self::Hevc,
            0x10 | 0x20 | 0x21 | 0x33 | 0x42 | 0xd1 | 0xd2 | 0xea => Self::Video,
            0x03 | 0x04 => Self::Audio(Sound::Mpeg),
            0x0f | 0x1c => Self::Audio(Sound::Aac),
            0x11 => Self::Audio(Sound::AacLatm),
            0x81 => Self::Audio(Sound::Ac3),
            0x87 => Self::Audio(Sound::Eac3),
            0x06 => sound(descriptors).map_or(Self::Other, Self::Audio),
            _ => Self::Other,
        }
    }
}

/// The sound that a descriptor tells: that of AC-3, E-AC-3, DTS or AAC.
fn sound(mut descriptors: &[u8]) -> Option<Sound> {
    while let [tag, length, rest @ ..] = descriptors {
        let found = match tag {
            0x6a => Some(Sound::Ac3),
            0x7a => Some(Sound::Eac3),
            0x7b => Some(Sound::Dts),
            0x7c => Some(Sound::Aac),
            _ => None,
        };
        if found.is_some() {
            return found;
        }
        descriptors = rest.get(usize::from(*length)..).unwrap_or_default();
    }
    None
}

/// The tables of a stream's first program.
#[derive(Clone, Debug, Default)]
pub struct Tables {
    pat: Table,
    pmt: Table,
    pmt_pid: Option<u16>,
    streams: Vec<Stream>,
    pcr_pid: Option<u16>,
}

impl Tables {
    /// Looks at the next packet.
    pub fn see(&mut self, packet: View<'_>) {
        if packet.pid() == 0 {
            if let Some(section) = self.pat.see(packet, 0x00) {
                let pmt_pid = first_program(&section);
                if pmt_pid != self.pmt_pid {
                    *self = Self {
                        pat: std::mem::take(&mut self.pat),
                        pmt_pid,
                        ..Self::default()
                    };
                }
            }
        } else if Some(packet.pid()) == self.pmt_pid
            && let Some(section) = self.pmt.see(packet, 0x02)
            && let Some((pcr_pid, streams)) = program(&section)
        {
            self.pcr_pid = Some(pcr_pid);
            self.streams = streams;
        }
    }

    /// The packets of PAT and PMT as last seen, or `None` before both are known. A receiver that gets them and then what
    /// follows finds no gap in their counters.
    pub fn packets(&self) -> Option<Vec<u8>> {
        let is_known = self.pat.is_known && self.pmt.is_known;
        is_known.then(|| [&self.pat.packets[..], &self.pmt.packets].concat())
    }

    /// The stream that decoding begins with: the first of video, of a radio station the first of audio.
    pub fn main_stream(&self) -> Option<Stream> {
        self.video().or_else(|| self.audio())
    }

    /// The first stream of video.
    pub fn video(&self) -> Option<Stream> {
        self.streams.iter().find(|stream| stream.codec.is_video()).copied()
    }

    /// The first stream of audio.
    pub fn audio(&self) -> Option<Stream> {
        let is_audio = |stream: &&Stream| matches!(stream.codec, Codec::Audio(_));
        self.streams.iter().find(is_audio).copied()
    }

    /// The PID whose packets have the clock.
    pub const fn pcr_pid(&self) -> Option<u16> {
        self.pcr_pid
    }
}

/// The packets of one table: those of its last good section and all that came on its PID since.
#[derive(Clone, Debug, Default)]
struct Table {
    packets: Vec<u8>,
    /// Where the section that is being read begins.
    begin: usize,
    is_known: bool,
}

impl Table {
    /// Takes a packet, and gives a section that is whole with it, without its checksum.
    fn see(&mut self, packet: View<'_>, id: u8) -> Option<Vec<u8>> {
        if !packet.has_payload() {
            return None;
        }
        if packet.starts() {
            self.begin = self.packets.len();
        }
        self.packets.extend_from_slice(packet.bytes());
        if self.packets.len() > MOST_PACKETS * PACKET {
            *self = Self::default();
            return None;
        }
        let section = section(self.packets.get(self.begin..)?, id)?;
        self.packets.drain(..self.begin);
        self.begin = 0;
        self.is_known = true;
        Some(section)
    }
}

/// The section of this table that begins in the first of these packets, if all of it is there and its checksum is right.
fn section(packets: &[u8], id: u8) -> Option<Vec<u8>> {
    let (packets, _) = packets.as_chunks::<PACKET>();
    let views = || packets.iter().map(View);
    let is_good = views().all(|packet| !packet.is_damaged()) && views().next()?.starts();
    let payload: Vec<u8> = views().flat_map(|packet| packet.payload()).copied().collect();
    // The byte before the section says how far away it begins.
    let section = payload.get(1 + usize::from(*payload.first()?)..)?;
    let [table, high, low, ..] = section else { return None };
    let length = 3 + usize::from(u16::from_be_bytes([high & 0x0f, *low]));
    let section = section.get(..length)?;
    let (body, _) = section.split_last_chunk::<4>()?;
    (is_good && *table == id && crc32(section) == 0).then(|| body.to_vec())
}

/// The PID of the PMT of a PAT's first program; number 0 is the network's table.
fn first_program(pat: &[u8]) -> Option<u16> {
    let (programs, _) = pat.get(8..)?.as_chunks::<4>();
    let mut programs = programs.iter().filter(|[high, low, ..]| (*high, *low) != (0, 0));
    programs.next().map(|[.., high, low]| pid(*high, *low))
}

/// The PID of the clock and the streams of a PMT.
fn program(pmt: &[u8]) -> Option<(u16, Vec<Stream>)> {
    let [high, low, info_high, info_low, rest @ ..] = pmt.get(8..)? else {
        return None;
    };
    let mut rest = rest.get(length(*info_high, *info_low)..)?;
    let mut streams = Vec::new();
    while let [kind, pid_high, pid_low, info_high, info_low, after @ ..] = rest {
        let (descriptors, after) = after.split_at_checked(length(*info_high, *info_low))?;
        streams.push(Stream {
            pid: pid(*pid_high, *pid_low),
            codec: Codec::of(*kind, descriptors),
        });
        rest = after;
    }
    Some((pid(*high, *low), streams))
}

const fn pid(high: u8, low: u8) -> u16 {
    u16::from_be_bytes([high & 0x1f, low])
}

fn length(high: u8, low: u8) -> usize {
    usize::from(u16::from_be_bytes([high & 0x0f, low]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::media::ts::{Packet, Program, views, write_table};

    const PROGRAM: Program<'_> = Program {
        pmt_pid: 0x30,
        pcr_pid: 0x31,
        streams: &[(0x06, 0x33), (0x0f, 0x32), (0x1b, 0x31)],
    };

    fn see(tables: &mut Tables, packets: &[u8]) {
        views(packets).for_each(|packet| tables.see(packet));
    }

    #[test]
    fn tables_are_known_once_both_were_seen() {
        let (mut tables, mut pmt, mut pat) = (Tables::default(), vec![], vec![]);
        write_table(&mut pmt, 0x30, 4, &PROGRAM.pmt());
        see(&mut tables, &pmt);
        write_table(&mut pat, 0, 9, &PROGRAM.pat());
        see(&mut tables, &pat);
        assert_eq!((tables.packets(), tables.main_stream()), (None, None));
        see(&mut tables, &pmt);
        assert_eq!(tables.packets(), Some([pat, pmt].concat()));
        assert_eq!(tables.pcr_pid(), Some(0x31));
        let main = Stream {
            pid: 0x31,
            codec: Codec::H264,
        };
        assert_eq!(tables.main_stream(), Some(main));
        let names = [tables.video(), tables.audio()].map(|stream| stream?.codec.name());
        assert_eq!(names, [Some("h264"), Some("aac")]);
    }

    #[test]
    fn a_damaged_table_is_passed_on_and_not_believed() {
        let (mut tables, mut packets) = (Tables::default(), vec![]);
        write_table(&mut packets, 0, 0, &PROGRAM.pat());
        write_table(&mut packets, 0x30, 0, &PROGRAM.pmt());
        let mut damaged = PROGRAM.pmt();
        damaged[13] ^= 1;
        write_table(&mut packets, 0x30, 1, &damaged);
        see(&mut tables, &packets);
        assert_eq!(tables.packets(), Some(packets));
        assert_eq!(tables.main_stream().map(|stream| stream.pid), Some(0x31));
    }

    #[test]
    fn a_long_table_is_kept_whole() {
        let streams: Vec<(u8, u16)> = (0..60).map(|index| (0x0f, 0x100 + index)).collect();
        let program = Program {
            streams: &streams,
            ..PROGRAM
        };
        let (mut tables, mut packets) = (Tables::default(), vec![]);
        write_table(&mut packets, 0, 0, &PROGRAM.pat());
        let pmt = [&[0][..], &program.pmt(), &[0xff; 184]].concat();
        for (counter, payload) in (0..).zip(pmt.chunks_exact(184)) {
            assert_eq!(tables.packets(), None);
            let packet = Packet {
                pid: 0x30,
                counter,
                starts: counter == 0,
                ..Packet::default()
            };
            let _ = packet.write(&mut packets, payload);
            tables = Tables::default();
            see(&mut tables, &packets);
        }
        assert_eq!(packets.len(), 3 * PACKET);
        assert_eq!(tables.packets(), Some(packets));
    }

    #[test]
    fn sound_of_private_streams_is_told_by_its_descriptor() {
        assert_eq!(Codec::of(6, &[0x0a, 2, 0, 0, 0x6a, 1, 0]), Codec::Audio(Sound::Ac3));
        assert_eq!(Codec::of(6, &[0x59, 1, 0x6a]), Codec::Other);
    }
}
