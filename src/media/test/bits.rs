//! What H.264 is written with: bits, Exp-Golomb numbers and NAL units (ITU-T H.264, 7.2, 9.1 and 7.3.1).

/// Bits from the highest on.
#[derive(Debug, Default)]
pub struct Bits {
    bytes: Vec<u8>,
    /// The bits of a byte that is not full.
    begun: u8,
    /// How many these are, below 8.
    count: u8,
}

impl Bits {
    /// One bit.
    pub fn flag(&mut self, bit: bool) {
        self.begun = self.begun << 1 | u8::from(bit);
        self.count += 1;
        if self.count == 8 {
            self.bytes.push(self.begun);
            (self.begun, self.count) = (0, 0);
        }
    }

    /// The lower `count` bits of a number: `u(count)`.
    pub fn number(&mut self, value: u32, count: u32) {
        for place in (0..count).rev() {
            self.flag(value.checked_shr(place).unwrap_or(0) & 1 == 1);
        }
    }

    /// An Exp-Golomb number, `ue(v)`. As `se(v)` it is only 0 that is written here, which is the same.
    pub fn golomb(&mut self, value: u32) {
        // No number here is near the end of 32 bits.
        let value = value.saturating_add(1);
        let digits = value.checked_ilog2().unwrap_or(0);
        self.number(0, digits);
        self.number(value, digits + 1);
    }

    /// Zeros up to the next whole byte.
    pub fn align(&mut self) {
        while self.count != 0 {
            self.flag(false);
        }
    }

    /// Whole bytes. What was written before must be whole bytes too.
    pub fn bytes(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    /// A NAL unit of what was written: its head, and a 3 where bytes would look like a start code.
    pub fn nal(mut self, head: u8) -> Vec<u8> {
        self.flag(true);
        self.align();
        let mut nal = Vec::with_capacity(self.bytes.len() + 8);
        nal.push(head);
        let mut zeros = 0;
        for byte in self.bytes {
            if zeros == 2 && byte <= 3 {
                nal.push(3);
                zeros = 0;
            }
            zeros = if byte == 0 { zeros + 1 } else { 0 };
            nal.push(byte);
        }
        nal
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn golomb_numbers_are_those_of_the_table() {
        for (value, text) in [
            (0, "1"),
            (1, "010"),
            (2, "011"),
            (3, "00100"),
            (7, "0001000"),
            (30, "000011111"),
        ] {
            let mut bits = Bits::default();
            bits.golomb(value);
            let mut expected = Bits::default();
            text.bytes().for_each(|bit| expected.flag(bit == b'1'));
            assert_eq!(bits.nal(1), expected.nal(1), "{value}");
        }
    }

    #[test]
    fn a_nal_unit_holds_no_start_code() {
        let mut bits = Bits::default();
        bits.bytes(&[0, 0, 0, 0, 0, 1, 0, 0, 3, 0, 0, 4]);
        let escaped = [0x67, 0, 0, 3, 0, 0, 3, 0, 1, 0, 0, 3, 3, 0, 0, 4, 0x80];
        assert_eq!(bits.nal(0x67), escaped);
    }
}
