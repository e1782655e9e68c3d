//! The test source's pictures: 128 × 64 pixels, four rows of eight letters, as H.264 of the constrained baseline.
//!
//! A letter is 16 × 16 pixels, as a macroblock is, so a picture is 32 macroblocks of one letter each. They are coded as
//! `I_PCM`, their samples as they are: no encoder, and a decoder's output is exact. Frames after a key frame skip
//! all macroblocks but those whose letter changed.

use super::bits::Bits;
use super::font::{self, Glyph};

/// Pixels of a row.
pub const WIDTH: u16 = 128;
/// Rows of pixels.
pub const HEIGHT: u16 = 64;
/// Frames of a second.
pub const RATE: u32 = 25;
/// Luma of a letter's points.
pub const WHITE: u8 = 235;
/// Luma of what is around them.
pub const BLACK: u8 = 16;

/// Letters of a row.
pub const COLUMNS: usize = 8;
/// Macroblocks of a picture.
const BLOCKS: usize = 4 * COLUMNS;
/// Chroma of a macroblock: 8 × 8 samples of each kind, without colour.
const GREY: [u8; 128] = [128; 128];
/// Bits of `frame_num`: frames since the key frame, below 32.
const FRAME_NUMBER_BITS: u32 = 5;

/// What a picture shows: four rows of eight letters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Page([u8; BLOCKS]);

impl Page {
    /// A page of these rows, each cut to eight letters and filled up with blanks. Letters are capitals.
    pub fn new(rows: [&str; 4]) -> Self {
        let mut page = [b' '; BLOCKS];
        for (row, text) in page.chunks_exact_mut(COLUMNS).zip(rows) {
            row.iter_mut()
                .zip(text.bytes())
                .for_each(|(to, from)| *to = from.to_ascii_uppercase());
        }
        Self(page)
    }

    /// The rows as text.
    pub fn rows(&self) -> Vec<String> {
        let rows = self.0.chunks_exact(COLUMNS);
        rows.map(|row| String::from_utf8_lossy(row).into_owned()).collect()
    }

    /// Reads a page from a decoded picture's luma, its rows of 128 samples one after the other. `None` if it has
    /// another size, or a tile that is not exactly a letter.
    pub fn read(luma: &[u8]) -> Option<Self> {
        if luma.len() != usize::from(WIDTH) * usize::from(HEIGHT) {
            return None;
        }
        let mut page = [b' '; BLOCKS];
        for (index, letter) in page.iter_mut().enumerate() {
            let (row, column) = (index / COLUMNS, index % COLUMNS);
            let lines = luma.chunks_exact(usize::from(WIDTH)).skip(row * 16).take(16);
            let tile: Option<Vec<&[u8]>> = lines.map(|line| line.get(column * 16..column * 16 + 16)).collect();
            *letter = read_tile(&tile?)?;
        }
        Some(Self(page))
    }

    /// The key frame that shows the page, as one NAL unit.
    pub fn key_frame(&self) -> Vec<u8> {
        let mut bits = Bits::default();
        slice_start(&mut bits, 7, 0);
        bits.golomb(0); // idr_pic_id
        bits.flag(false); // no_output_of_prior_pics_flag
        bits.flag(false); // long_term_reference_flag
        slice_end(&mut bits);
        for letter in self.0 {
            bits.golomb(25); // mb_type I_PCM
            letter_block(&mut bits, letter);
        }
        bits.nal(0x65)
    }

    /// The frame that changes the page before it into this one, as one NAL unit: frame `number` after a key frame.
    pub fn next_frame(&self, before: &Self, number: u32) -> Vec<u8> {
        let mut bits = Bits::default();
        slice_start(&mut bits, 5, number);
        bits.flag(false); // num_ref_idx_active_override_flag
        bits.flag(false); // ref_pic_list_modification_flag_l0
        bits.flag(false); // adaptive_ref_pic_marking_mode_flag
        slice_end(&mut bits);
        let mut skipped = 0;
        for (letter, old) in self.0.iter().zip(before.0) {
            if *letter == old {
                skipped += 1;
                continue;
            }
            bits.golomb(skipped); // mb_skip_run
            bits.golomb(30); // mb_type: five types of P slices, then I_PCM
            letter_block(&mut bits, *letter);
            skipped = 0;
        }
        if skipped > 0 {
            bits.golomb(skipped);
        }
        bits.nal(0x41)
    }
}

/// The letter of a tile of 16 × 16 samples.
fn read_tile(tile: &[&[u8]]) -> Option<u8> {
    let mut glyph: Glyph = [0; 8];
    for (bits, lines) in glyph.iter_mut().zip(tile.chunks_exact(2)) {
        let [first, second] = lines else { return None };
        if first != second {
            return None;
        }
        for point in first.chunks_exact(2) {
            let bit = match point {
                [WHITE, WHITE] => 1,
                [BLACK, BLACK] => 0,
                _ => return None,
            };
            *bits = *bits << 1 | bit;
        }
    }
    font::letter(glyph)
}

/// The slice header's beginning, of a picture of one slice.
fn slice_start(bits: &mut Bits, kind: u32, frame_number: u32) {
    bits.golomb(0); // first_mb_in_slice
    bits.golomb(kind);
    bits.golomb(0); // pic_parameter_set_id
    bits.number(frame_number, FRAME_NUMBER_BITS);
}

fn slice_end(bits: &mut Bits) {
    bits.golomb(0); // slice_qp_delta
    bits.golomb(1); // disable_deblocking_filter_idc: none, so that samples stay as they are
}

/// The samples of an `I_PCM` macroblock. A letter that cannot be shown is blank.
fn letter_block(bits: &mut Bits, letter: u8) {
    bits.align();
    for row in font::glyph(letter).unwrap_or_default() {
        let mut line = [BLACK; 16];
        for (column, points) in line.chunks_exact_mut(2).enumerate() {
            if row << column & 0x80 != 0 {
                points.fill(WHITE);
            }
        }
        bits.bytes(&line);
        bits.bytes(&line);
    }
    bits.bytes(&GREY);
}

/// The access unit delimiter, with which each frame of a transport stream begins.
pub fn delimiter(is_key: bool) -> [u8; 2] {
    [0x09, if is_key { 0x10 } else { 0x30 }]
}

/// The sequence parameter set, as a NAL unit.
pub fn sequence_parameters() -> Vec<u8> {
    let mut bits = Bits::default();
    bits.number(66, 8); // profile_idc: baseline
    bits.number(0xc0, 8); // constraint_set0_flag and constraint_set1_flag: constrained
    bits.number(12, 8); // level_idc: 1.2, up to 384 kbit/s
    bits.golomb(0); // seq_parameter_set_id
    bits.golomb(FRAME_NUMBER_BITS - 4); // log2_max_frame_num_minus4
    bits.golomb(2); // pic_order_cnt_type: shown in the order of decoding
    bits.golomb(1); // max_num_ref_frames
    bits.flag(false); // gaps_in_frame_num_value_allowed_flag
    bits.golomb(u32::from(WIDTH) / 16 - 1); // pic_width_in_mbs_minus1
    bits.golomb(u32::from(HEIGHT) / 16 - 1); // pic_height_in_map_units_minus1
    bits.flag(true); // frame_mbs_only_flag
    bits.flag(true); // direct_8x8_inference_flag
    bits.flag(false); // frame_cropping_flag
    bits.flag(true); // vui_parameters_present_flag
    usability(&mut bits);
    bits.nal(0x67)
}

/// The VUI parameters: square pixels, 25 frames/s, and that no frame waits for a later one.
fn usability(bits: &mut Bits) {
    bits.flag(true); // aspect_ratio_info_present_flag
    bits.number(1, 8); // aspect_ratio_idc: 1:1
    bits.flag(false); // overscan_info_present_flag
    bits.flag(true); // video_signal_type_present_flag
    bits.number(5, 3); // video_format: unspecified
    bits.flag(false); // video_full_range_flag: luma from 16 to 235
    bits.flag(false); // colour_description_present_flag
    bits.flag(false); // chroma_loc_info_present_flag
    bits.flag(true); // timing_info_present_flag
    bits.number(1, 32); // num_units_in_tick
    bits.number(2 * RATE, 32); // time_scale: two ticks a frame
    bits.flag(true); // fixed_frame_rate_flag
    bits.flag(false); // nal_hrd_parameters_present_flag
    bits.flag(false); // vcl_hrd_parameters_present_flag
    bits.flag(false); // pic_struct_present_flag
    bits.flag(true); // bitstream_restriction_flag
    bits.flag(true); // motion_vectors_over_pic_boundaries_flag
    bits.golomb(0); // max_bytes_per_pic_denom: no limit
    bits.golomb(0); // max_bits_per_mb_denom: no limit
    bits.golomb(0); // log2_max_mv_length_horizontal
    bits.golomb(0); // log2_max_mv_length_vertical
    bits.golomb(0); // max_num_reorder_frames
    bits.golomb(1); // max_dec_frame_buffering
}

/// The picture parameter set, as a NAL unit.
pub fn picture_parameters() -> Vec<u8> {
    let mut bits = Bits::default();
    bits.golomb(0); // pic_parameter_set_id
    bits.golomb(0); // seq_parameter_set_id
    bits.flag(false); // entropy_coding_mode_flag: CAVLC
    bits.flag(false); // bottom_field_pic_order_in_frame_present_flag
    bits.golomb(0); // num_slice_groups_minus1
    bits.golomb(0); // num_ref_idx_l0_default_active_minus1
    bits.golomb(0); // num_ref_idx_l1_default_active_minus1
    bits.flag(false); // weighted_pred_flag
    bits.number(0, 2); // weighted_bipred_idc
    bits.golomb(0); // pic_init_qp_minus26
    bits.golomb(0); // pic_init_qs_minus26
    bits.golomb(0); // chroma_qp_index_offset
    bits.flag(true); // deblocking_filter_control_present_flag
    bits.flag(false); // constrained_intra_pred_flag
    bits.flag(false); // redundant_pic_cnt_present_flag
    bits.nal(0x68)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn painted(page: &Page) -> Vec<u8> {
        let mut luma = vec![BLACK; usize::from(WIDTH) * usize::from(HEIGHT)];
        for (index, sample) in luma.iter_mut().enumerate() {
            let (x, y) = (index % usize::from(WIDTH), index / usize::from(WIDTH));
            let glyph = font::glyph(page.0[y / 16 * COLUMNS + x / 16]).unwrap();
            if glyph[y % 16 / 2] << (x % 16 / 2) & 0x80 != 0 {
                *sample = WHITE;
            }
        }
        luma
    }

    #[test]
    fn a_page_is_read_back_and_one_wrong_pixel_is_seen() {
        let page = Page::new(["news", "23:59:59", "      12", "ARCHIVE too long"]);
        let mut luma = painted(&page);
        let rows = ["NEWS    ", "23:59:59", "      12", "ARCHIVE "];
        assert_eq!(Page::read(&luma).unwrap().rows(), rows);
        luma[5000] ^= 1;
        assert_eq!(Page::read(&luma), None);
        assert_eq!(Page::read(&luma[1..]), None);
    }

    #[test]
    fn a_frame_costs_what_changed() {
        let (old, new) = (Page::new(["", "", "      19", ""]), Page::new(["", "", "      20", ""]));
        // 384 bytes of samples and two of type and alignment a macroblock.
        assert!((12_352..12_368).contains(&old.key_frame().len()));
        assert!((772..784).contains(&new.next_frame(&old, 1).len()));
        assert!(new.next_frame(&new, 31).len() < 8);
    }
}
