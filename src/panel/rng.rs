//! The panel's random numbers: one seeded generator for every random credential and id.
//!
//! Only the writer draws from it, and its jobs have an order, so the same seed and the same calls in the same
//! order give the same answers. Statements of raw SQL, which also run beside each other, have a sequence of their own
//! that follows from the same seed: however many there are, credentials are the same. ChaCha keeps its sequences across
//! versions of the library, and for the same reason the draws are implemented here.

use std::sync::{Mutex, MutexGuard, PoisonError};

use rand::rngs::{ChaCha12Rng, SysError};
use rand::{Rng as _, SeedableRng, TryRng as _};

/// Characters of generated usernames and passwords: no `i l o`, which people misread.
pub const CREDENTIAL: &[u8] = b"23456789abcdefghjkmnpqrstuvwxyzABCDEFGHJKMNPQRSTUVWXYZ";
/// Characters of generated access codes.
pub const CODE: &[u8] = b"abcdefghijklmnopqrstuvwxyz0123456789";
/// Digits, for active codes.
pub const DIGITS: &[u8] = b"0123456789";
/// Hexadecimal digits, for keys.
pub const HEX: &[u8] = b"0123456789abcdef";
/// Letters and digits.
pub const ALPHANUMERIC: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/// The generator. It has a mutex because it is shared; the mutex is never contended, because there is one
/// writer.
#[derive(Debug)]
pub struct Rng {
    rng: Mutex<ChaCha12Rng>,
    /// The sequence from which statements of raw SQL begin theirs.
    statements: Mutex<ChaCha12Rng>,
    /// The sequence of the tokens of streams, which are drawn outside of writes too.
    tokens: Mutex<ChaCha12Rng>,
    /// Whether the seed was chosen by the user, so that the draws can be repeated.
    seeded: bool,
}

/// A saved position of a generator: the states of its sequences as the library serialises them (key, stream, number
/// of the next word).
#[derive(Clone, Debug)]
pub struct RngPosition(Option<[[u8; 49]; 3]>);

/// The numbers of ChaCha's sequences for statements and for tokens.
const STATEMENTS: u64 = 1;
const TOKENS: u64 = 2;

impl Rng {
    fn new(rng: ChaCha12Rng, seeded: bool) -> Rng {
        // The library's generators cannot be cloned, lest one draws what another has drawn.
        let sequence = |number| {
            let mut sequence = ChaCha12Rng::deserialize_state(&rng.serialize_state());
            sequence.set_stream(number);
            Mutex::new(sequence)
        };
        Rng {
            statements: sequence(STATEMENTS),
            tokens: sequence(TOKENS),
            rng: Mutex::new(rng),
            seeded,
        }
    }

    /// Creates a generator whose draws are determined by `seed`.
    pub fn seeded(seed: u64) -> Rng {
        Rng::new(ChaCha12Rng::seed_from_u64(seed), true)
    }

    /// Creates an unpredictable generator, seeded by the operating system.
    ///
    /// # Errors
    /// The system provides no random bytes.
    pub fn unpredictable() -> Result<Rng, SysError> {
        Ok(Rng::new(ChaCha12Rng::from_seed(random()?), false))
    }

    /// Returns an unpredictable seed. Its draws can be repeated if the seed is known.
    ///
    /// # Errors
    /// The system provides no random bytes.
    pub fn new_seed() -> Result<u64, SysError> {
        random().map(u64::from_le_bytes)
    }

    /// Whether its draws can be repeated.
    pub fn is_seeded(&self) -> bool {
        self.seeded
    }

    /// Returns the current position. An unpredictable generator must not repeat a draw, so its position is
    /// empty.
    pub fn position(&self) -> RngPosition {
        let state = || [&self.rng, &self.statements, &self.tokens].map(|sequence| lock(sequence).serialize_state());
        RngPosition(self.seeded.then(state))
    }

    /// Goes back to a saved position.
    pub fn go_back(&self, position: &RngPosition) {
        let RngPosition(Some(states)) = position else {
            return;
        };
        for (sequence, state) in [&self.rng, &self.statements, &self.tokens].into_iter().zip(states) {
            *lock(sequence) = ChaCha12Rng::deserialize_state(state);
        }
    }

    fn rng(&self) -> MutexGuard<'_, ChaCha12Rng> {
        lock(&self.rng)
    }

    /// Creates the generator of the next statement of raw SQL. It may be asked for outside of writes.
    pub fn of_statement(&self) -> Rng {
        let mut seed = [0; 32];
        lock(&self.statements).fill_bytes(&mut seed);
        Rng::new(ChaCha12Rng::from_seed(seed), self.seeded)
    }

    /// Draws the token of a stream, `length` hexadecimal digits. It may be asked for outside of writes.
    pub fn token(&self, length: usize) -> String {
        let mut rng = lock(&self.tokens);
        (0..length)
            .map(|_| char::from_digit(rng.next_u32() % 16, 16).unwrap_or('0'))
            .collect()
    }

    /// Creates a separate generator for the `nth` draw of `name`. Its output is determined by these three
    /// arguments alone, independent of all earlier draws.
    pub fn derived(seed: u64, name: &str, nth: u64) -> Rng {
        // FNV-1a: it only has to distinguish names; nothing here is secret.
        let mut hash = 0xcbf2_9ce4_8422_2325_u64;
        for byte in name.bytes() {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
        let mut whole = [0; 32];
        let words = [seed, hash, nth].map(u64::to_le_bytes);
        for (to, from) in whole.iter_mut().zip(words.as_flattened()) {
            *to = *from;
        }
        Rng::new(ChaCha12Rng::from_seed(whole), true)
    }

    /// Draws a text of `length` characters, each uniform over `alphabet`, which is ASCII.
    pub fn text(&self, alphabet: &[u8], length: usize) -> String {
        let mut rng = self.rng();
        let bound = u32::try_from(alphabet.len()).unwrap_or(1).max(1);
        let mut one = || {
            let at = usize::try_from(below(&mut rng, bound)).unwrap_or(0);
            alphabet.get(at).copied().map_or('0', char::from)
        };
        (0..length).map(|_| one()).collect()
    }

    /// Draws a number from 0 up to, not including, `bound`.
    pub fn below(&self, bound: u32) -> u32 {
        let mut rng = self.rng();
        below(&mut rng, bound.max(1))
    }

    /// Draws 64 random bits.
    pub fn bits(&self) -> u64 {
        self.rng().next_u64()
    }

    /// Draws this many random bytes.
    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        self.rng().fill_bytes(&mut bytes);
        bytes
    }

    /// Draws a number from the normal distribution with mean 0 and standard deviation 1.
    pub fn normal(&self) -> f64 {
        let all = f64::from(u32::MAX);
        // The first is never 0, because its logarithm is infinite.
        let (first, second) = (f64::from(self.below(u32::MAX)) + 1.0, f64::from(self.below(u32::MAX)));
        (-2.0 * (first / all).ln()).sqrt() * (std::f64::consts::TAU * second / all).cos()
    }
}

fn lock(rng: &Mutex<ChaCha12Rng>) -> MutexGuard<'_, ChaCha12Rng> {
    rng.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Returns random bytes of the operating system.
#[expect(
    clippy::disallowed_types,
    reason = "this is the one place where the system's randomness is asked for"
)]
fn random<const LENGTH: usize>() -> Result<[u8; LENGTH], SysError> {
    use rand::rngs::SysRng;

    let mut bytes = [0; LENGTH];
    SysRng.try_fill_bytes(&mut bytes)?;
    Ok(bytes)
}

/// Draws uniformly: words above the largest multiple of `bound` are rejected and drawn again.
fn below(rng: &mut ChaCha12Rng, bound: u32) -> u32 {
    let whole = u32::MAX - u32::MAX % bound;
    loop {
        let word = rng.next_u32();
        if word < whole {
            return word % bound;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_draws_the_same_texts() {
        let (one, two) = (Rng::seeded(7), Rng::seeded(7));
        let texts = |rng: &Rng| [rng.text(CREDENTIAL, 10), rng.text(HEX, 32)];
        assert_eq!(texts(&one), texts(&two));
        // A fixed value: a new version of the library must not change the output of a seed.
        assert_eq!(Rng::seeded(7).text(CREDENTIAL, 10), "SGS8n8wZNZ");
    }

    #[test]
    fn a_named_draw_follows_from_its_seed_name_and_number() {
        let draw = |seed, name, nth| Rng::derived(seed, name, nth).text(HEX, 16);
        assert_eq!(draw(7, "a", 1), draw(7, "a", 1));
        let others = [draw(8, "a", 1), draw(7, "b", 1), draw(7, "a", 2), draw(1, "a", 7)];
        assert!(others.iter().all(|other| *other != draw(7, "a", 1)), "{others:?}");
    }

    #[test]
    fn statements_draw_from_a_sequence_of_their_own() {
        let (one, two) = (Rng::seeded(7), Rng::seeded(7));
        let position = one.position();
        let begin = |rng: &Rng| rng.of_statement().text(HEX, 16);
        let first = [begin(&one), begin(&one)];
        assert_eq!(first, [begin(&two), begin(&two)]);
        assert_ne!(first[0], first[1]);
        assert_ne!(first[0], begin(&Rng::seeded(8)));
        assert_eq!(one.text(HEX, 16), Rng::seeded(7).text(HEX, 16));
        one.go_back(&position);
        assert_eq!([begin(&one), begin(&one)], first);
    }

    #[test]
    fn only_a_seeded_generator_goes_back() {
        let seeded = Rng::seeded(7);
        seeded.text(HEX, 3);
        let (position, first) = (seeded.position(), seeded.text(HEX, 32));
        seeded.go_back(&position);
        assert_eq!(seeded.text(HEX, 32), first);
        let free = Rng::unpredictable().unwrap();
        let (position, first) = (free.position(), free.text(HEX, 32));
        free.go_back(&position);
        assert_ne!(free.text(HEX, 32), first);
    }

    /// The library generates its words in blocks: a position must work before, within and after a block.
    #[test]
    fn a_position_is_found_again_wherever_it_is_taken() {
        let rng = Rng::seeded(7);
        let words = rng.text(HEX, 400);
        for nth in 0..300 {
            let rng = Rng::seeded(7);
            rng.text(HEX, nth);
            let position = rng.position();
            rng.text(HEX, 100);
            rng.go_back(&position);
            assert_eq!(rng.text(HEX, 100), words[nth..nth + 100], "{nth}");
        }
    }

    #[test]
    fn the_credential_alphabet_is_the_contracts() {
        assert_eq!(CREDENTIAL.len(), 54);
        assert!(b"iloILO01".iter().all(|c| !CREDENTIAL.contains(c)));
    }
}
