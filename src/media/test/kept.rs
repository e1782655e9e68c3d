//! Films and seconds of the test source that were made a moment ago: a player asks for a file in many ranges, and many
//! viewers ask for the same second (player contract, 18.5).

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::{Film, Kind, TestSource, mkv, mp4, position};
use crate::media::tag;
use bytes::Bytes;

/// Films that are kept, and for how long.
const FILMS: usize = 8;
const FILM_TIME: Duration = Duration::from_secs(600);
/// Seconds that are kept.
const SECONDS: usize = 64;

/// The containers of films.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Container {
    Mp4,
    Mkv,
    Ts,
}

impl Container {
    /// The container with this extension.
    pub fn named(extension: &str) -> Option<Container> {
        match extension.to_ascii_lowercase().as_str() {
            "" | "mp4" => Some(Container::Mp4),
            "mkv" => Some(Container::Mkv),
            "ts" => Some(Container::Ts),
            _ => None,
        }
    }

    /// Its media type.
    pub const fn content_type(self) -> &'static str {
        match self {
            Container::Mp4 => "video/mp4",
            Container::Mkv => "video/x-matroska",
            Container::Ts => "video/mp2t",
        }
    }
}

/// What a film is made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FilmKey {
    pub source: TestSource,
    pub kind: Kind,
    pub seconds: u32,
    pub container: Container,
}

impl FilmKey {
    fn make(&self) -> Bytes {
        let film = Film {
            source: &self.source,
            kind: self.kind,
            seconds: self.seconds,
        };
        match self.container {
            Container::Mp4 => mp4::file(film),
            Container::Mkv => mkv::file(film),
            Container::Ts => {
                let first = self.source.parameters().from.unwrap_or(0);
                let mut all = Vec::new();
                for second in 0..i64::from(self.seconds) {
                    let place = first.saturating_add(second);
                    all.extend_from_slice(&self.source.second(place, self.kind, &position(place)));
                }
                all.into()
            }
        }
    }
}

/// A film that was made.
#[derive(Clone, Debug)]
pub struct KeptFilm {
    pub bytes: Bytes,
    /// A strong tag of its content, with its quotes.
    pub etag: String,
}

/// Films that were made.
#[derive(Debug, Default)]
pub struct KeptFilms(Mutex<VecDeque<(FilmKey, KeptFilm, Instant)>>);

impl KeptFilms {
    /// Bytes of all that are kept.
    pub fn bytes(&self) -> usize {
        let mut kept = locked(&self.0);
        drop_old(&mut kept);
        kept.iter().map(|(_, film, _)| film.bytes.len()).sum()
    }

    /// Returns a film; one that is not kept is made.
    pub fn get(&self, key: FilmKey) -> KeptFilm {
        {
            let mut kept = locked(&self.0);
            drop_old(&mut kept);
            if let Some((_, film, _)) = kept.iter().find(|(of, _, _)| *of == key) {
                return film.clone();
            }
        }
        let bytes = key.make();
        let film = KeptFilm {
            etag: format!("\"{:x}-{}\"", bytes.len(), tag::of(&bytes)),
            bytes,
        };
        let mut kept = locked(&self.0);
        if kept.len() >= FILMS {
            kept.pop_front();
        }
        kept.push_back((key, film.clone(), Instant::now()));
        film
    }
}

fn drop_old(kept: &mut VecDeque<(FilmKey, KeptFilm, Instant)>) {
    kept.retain(|(_, _, made)| made.elapsed() < FILM_TIME);
}

/// A second, and whose it is.
type KeptSecond = (TestSource, i64, Kind, Bytes);

/// Seconds that were made.
#[derive(Debug, Default)]
pub struct KeptSeconds(Mutex<VecDeque<KeptSecond>>);

impl KeptSeconds {
    /// Returns a second; one that is not kept is made. `clock` is its time in the panel's time zone.
    pub fn get(&self, source: &TestSource, second: i64, kind: Kind, clock: &str) -> Bytes {
        {
            let kept = locked(&self.0);
            let mut kept = kept.iter();
            if let Some((_, _, _, bytes)) =
                kept.find(|(of, at, played, _)| (*at, *played) == (second, kind) && of == source)
            {
                return bytes.clone();
            }
        }
        let bytes = source.second(second, kind, clock);
        let mut kept = locked(&self.0);
        if kept.len() >= SECONDS {
            kept.pop_front();
        }
        kept.push_back((source.clone(), second, kind, bytes.clone()));
        bytes
    }
}

fn locked<T>(kept: &Mutex<T>) -> MutexGuard<'_, T> {
    kept.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::media::test::Parameters;

    fn key(id: u64) -> FilmKey {
        FilmKey {
            source: TestSource::new(id, Parameters::default()),
            kind: Kind::Movie,
            seconds: 1,
            container: Container::Ts,
        }
    }

    #[test]
    fn a_film_is_made_once_and_has_a_tag_of_its_bytes() {
        let films = KeptFilms::default();
        let (one, again, other) = (films.get(key(1)), films.get(key(1)), films.get(key(2)));
        assert_eq!(one.bytes.as_ptr(), again.bytes.as_ptr());
        assert_eq!((one.etag.len(), &one.etag), (7 + 16, &again.etag));
        assert_ne!(one.etag, other.etag);
        for id in 3..12 {
            films.get(key(id));
        }
        assert_eq!(locked(&films.0).len(), FILMS);
        assert_eq!(films.bytes(), FILMS * one.bytes.len());
    }

    #[test]
    fn a_second_is_made_once() {
        let (seconds, source) = (KeptSeconds::default(), TestSource::new(1, Parameters::default()));
        let one = seconds.get(&source, 5, Kind::Live, "00:00:05");
        let again = seconds.get(&source, 5, Kind::Live, "00:00:05");
        assert_eq!(one.as_ptr(), again.as_ptr());
        assert_eq!(one, source.second(5, Kind::Live, "00:00:05"));
        assert_ne!(one, seconds.get(&source, 5, Kind::Archive, "00:00:05"));
        for second in 6..100 {
            seconds.get(&source, second, Kind::Live, "");
        }
        assert_eq!(locked(&seconds.0).len(), SECONDS);
    }
}
