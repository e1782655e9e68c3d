//! The tables that say what a transport stream holds: PAT and PMT.

/// The one program of a stream: what its PMT says.
#[derive(Clone, Copy, Debug)]
pub struct Program<'a> {
    /// The PID of the PMT itself.
    pub pmt_pid: u16,
    /// The PID whose packets have the PCR.
    pub pcr_pid: u16,
    /// `stream_type` (0x1b H.264, 0x0f AAC with ADTS) and PID of each stream.
    pub streams: &'a [(u8, u16)],
}

impl Program<'_> {
    /// The number of the program, and of the transport stream.
    const NUMBER: [u8; 2] = [0, 1];

    /// The PAT, as one section with its checksum.
    pub fn pat(&self) -> Vec<u8> {
        let [high, low] = pid(self.pmt_pid);
        let [first, second] = Self::NUMBER;
        section(0x00, &[first, second, high, low])
    }

    /// The PMT, as one section with its checksum.
    pub fn pmt(&self) -> Vec<u8> {
        let mut body = Vec::new();
        body.extend_from_slice(&pid(self.pcr_pid));
        // No descriptors, neither here nor of the streams.
        body.extend_from_slice(&[0xf0, 0]);
        for (kind, stream) in self.streams {
            let [high, low] = pid(*stream);
            body.extend_from_slice(&[*kind, high, low, 0xf0, 0]);
        }
        section(0x02, &body)
    }
}

/// A PID after three bits that are reserved.
fn pid(pid: u16) -> [u8; 2] {
    (0xe000 | pid & 0x1fff).to_be_bytes()
}

/// A section of version 0 that holds now and is the only one of its table.
fn section(table: u8, body: &[u8]) -> Vec<u8> {
    // After the length: five bytes before the body, four of the checksum behind it. Ours are far below 1021.
    let length = u16::try_from(body.len() + 9).unwrap_or_default();
    let [high, low] = (0xb000 | length & 0x0fff).to_be_bytes();
    let [first, second] = Program::NUMBER;
    let mut section = vec![table, high, low, first, second, 0xc1, 0, 0];
    section.extend_from_slice(body);
    let checksum = crc32(&section);
    section.extend_from_slice(&checksum.to_be_bytes());
    section
}

/// The CRC of MPEG tables: polynomial 0x04c11db7, highest bit first, begun with ones, not inverted (zlib's and
/// `crc32fast` read bits the other way round). Over a section with its checksum it is 0.
pub fn crc32(bytes: &[u8]) -> u32 {
    bytes.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte) << 24, |crc, _| {
            let carry = if crc >> 31 == 1 { 0x04c1_1db7 } else { 0 };
            crc << 1 ^ carry
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checksum_is_that_of_mpeg() {
        assert_eq!(crc32(b"123456789"), 0x0376_e6e7);
    }

    #[test]
    fn tables_name_program_and_streams() {
        let program = Program {
            pmt_pid: 0x1000,
            pcr_pid: 0x100,
            streams: &[(0x1b, 0x100), (0x0f, 0x101)],
        };
        let pat = program.pat();
        assert_eq!(pat[..12], [0, 0xb0, 13, 0, 1, 0xc1, 0, 0, 0, 1, 0xf0, 0]);
        let pmt = program.pmt();
        assert_eq!(pmt[..12], [2, 0xb0, 23, 0, 1, 0xc1, 0, 0, 0xe1, 0, 0xf0, 0]);
        assert_eq!(pmt[12..22], [0x1b, 0xe1, 0, 0xf0, 0, 0x0f, 0xe1, 1, 0xf0, 0]);
        for table in [pat, pmt] {
            assert_eq!(usize::from(table[2]) + 3, table.len());
            assert_eq!(crc32(&table), 0);
        }
    }
}
