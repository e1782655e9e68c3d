//! The pattern of JSON_SEARCH, which is that of LIKE.

use rusqlite::Result;

use crate::store::mysql::values::collation::folded_char;
use crate::store::mysql::values::work::Work;

/// How a letter compares.
pub type Fold = fn(char) -> char;

/// A letter without its accent and its case; those beyond U+FFFF are told apart here.
pub fn folded(letter: char) -> char {
    match letter > '\u{FFFF}' {
        true => letter,
        false => folded_char(letter),
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Piece {
    Letter(char),
    One,
    Any,
}

/// A pattern that was read.
pub struct Pattern {
    pieces: Vec<Piece>,
    fold: Fold,
}

impl Pattern {
    /// Reads a pattern: `%` is any text, `_` one letter, what follows the escape stands for itself.
    pub fn new(text: &str, escape: Option<char>, fold: Fold) -> Pattern {
        let mut pieces = Vec::new();
        let mut letters = text.chars();
        while let Some(letter) = letters.next() {
            pieces.push(match letter {
                _ if Some(letter) == escape => Piece::Letter(fold(letters.next().unwrap_or(letter))),
                '%' => Piece::Any,
                '_' => Piece::One,
                _ => Piece::Letter(fold(letter)),
            });
        }
        Pattern { pieces, fold }
    }

    /// Whether the whole text is like it.
    ///
    /// # Errors
    /// When that takes too long.
    pub fn matches(&self, text: &str, work: &mut Work) -> Result<bool> {
        let text: Vec<char> = text.chars().map(self.fold).collect();
        let (mut at, mut piece) = (0, 0);
        // Behind the last `%`, and where the text goes on when what follows does not fit.
        let mut retry = None;
        while let Some(letter) = text.get(at) {
            work.take(1)?;
            match self.pieces.get(piece) {
                Some(Piece::Any) => {
                    piece += 1;
                    retry = Some((piece, at));
                }
                Some(Piece::Letter(wanted)) if wanted == letter => (at, piece) = (at + 1, piece + 1),
                Some(Piece::One) => (at, piece) = (at + 1, piece + 1),
                _ => {
                    let Some((behind, start)) = retry else {
                        return Ok(false);
                    };
                    retry = Some((behind, start + 1));
                    (at, piece) = (start + 1, behind);
                }
            }
        }
        Ok(self
            .pieces
            .get(piece..)
            .unwrap_or_default()
            .iter()
            .all(|piece| *piece == Piece::Any))
    }
}
