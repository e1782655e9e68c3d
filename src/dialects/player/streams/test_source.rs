//! Which streams play the test source, and the source of each (contract "Player side", sections 10.4 and 10.5).

use crate::media::test::{Kind, Parameters, TestSource};
use crate::panel::settings::{MediaSettings, Sources};
use crate::panel::viewers::Stream;
use crate::time::Zone;

/// The scheme of a test source.
const SCHEME: &str = "test://";

/// `streams.type` of a radio station.
const RADIO: i64 = 4;

/// Whether a stream plays the test source.
pub fn is_test(settings: &MediaSettings, stream: &Stream) -> bool {
    settings.sources == Sources::Test || url(stream).is_some()
}

/// The test source of a stream, if it plays one; `Err` says why its URL is none.
pub fn of(settings: &MediaSettings, stream: &Stream) -> Option<Result<TestSource, String>> {
    if !is_test(settings, stream) {
        return None;
    }
    let parameters = match url(stream) {
        Some(url) => Parameters::parse(url).map_err(|error| error.to_string()),
        None => Ok(Parameters {
            is_radio: stream.kind == RADIO,
            ..Parameters::default()
        }),
    };
    let id = u64::try_from(stream.id).unwrap_or_default();
    Some(parameters.map(|parameters| TestSource::new(id, parameters)))
}

fn url(stream: &Stream) -> Option<&str> {
    let first = stream.sources.first().map(String::as_str);
    first.filter(|url| url.starts_with(SCHEME))
}

/// The time of a unix second in a time zone, `HH:MM:SS`, which the picture shows.
pub fn clock_text(zone: Zone, second: i64) -> String {
    let stamp = zone.stamp(second).unwrap_or_default();
    stamp.get(11..).unwrap_or_default().to_owned()
}

/// The last row of a film's picture.
pub const fn kind_of(is_episode: bool) -> Kind {
    match is_episode {
        true => Kind::Episode,
        false => Kind::Movie,
    }
}
