//! What a stream plays, by its entries of `stream_source` and the setting `sources` (contract "Player side", section 10.4).

use crate::media::source::http::without_credentials;
use crate::media::test::{Parameters, TestSource};
use crate::panel::settings::{MediaSettings, Sources};
use crate::panel::viewers::Stream;

/// The scheme of the test source.
const TEST: &str = "test://";
/// What is before the path of a file on a server: `s:SERVER:/PATH`.
const ON_SERVER: &str = "s:";

/// `streams.type` of a radio station.
const RADIO: i64 = 4;

/// An entry of a stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    Test(Box<TestSource>),
    /// A URL that is fetched.
    Http(String),
    /// A file under `media_root`.
    File(String),
    /// Nothing, for this reason.
    Nothing(String),
}

/// Returns the entries of a stream in the order in which they are tried.
pub fn sources(settings: &MediaSettings, stream: &Stream) -> Vec<Source> {
    if settings.sources == Sources::Test {
        return vec![test(settings, stream).map_or_else(Source::Nothing, |test| Source::Test(Box::new(test)))];
    }
    let entries = stream.sources.iter();
    entries.map(|entry| source(stream, entry)).collect()
}

fn source(stream: &Stream, entry: &str) -> Source {
    if entry.starts_with(TEST) {
        return parsed(stream, Some(entry)).map_or_else(Source::Nothing, |test| Source::Test(Box::new(test)));
    }
    if matches!(scheme(entry), "http" | "https") {
        return Source::Http(entry.to_owned());
    }
    let on_server = entry.strip_prefix(ON_SERVER).and_then(|rest| rest.split_once(':'));
    let path = on_server.map_or(entry, |(_, path)| path);
    match path.starts_with('/') {
        true => Source::File(path.to_owned()),
        false => Source::Nothing(format!("{} is not played", scheme(entry))),
    }
}

impl Source {
    /// Returns what may be shown of it: a URL without its credentials.
    pub fn shown(&self) -> String {
        match self {
            Source::Test(_) => TEST.to_owned(),
            Source::Http(url) => without_credentials(url),
            Source::File(path) => path.clone(),
            Source::Nothing(_) => String::new(),
        }
    }
}

/// The scheme of an entry, which may have credentials behind it.
fn scheme(entry: &str) -> &str {
    entry
        .split_once("://")
        .map_or("an entry without a scheme", |(scheme, _)| scheme)
}

/// What a stream plays, where that is one source that is not made here; without the credentials of a URL.
pub fn upstream(settings: &MediaSettings, stream: &Stream) -> Option<String> {
    let [entry] = stream.sources.as_slice() else {
        return None;
    };
    let without_login = || {
        let (scheme, rest) = entry.split_once("://")?;
        let (host, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
        let (_, host) = host.rsplit_once('@')?;
        Some(format!("{scheme}://{host}{path}"))
    };
    let is_own = is_test(settings, stream);
    (!is_own).then(|| without_login().unwrap_or_else(|| entry.clone()))
}

/// Whether a stream plays the test source.
pub fn is_test(settings: &MediaSettings, stream: &Stream) -> bool {
    settings.sources == Sources::Test || url(stream).is_some()
}

/// The test source of a stream that plays it.
///
/// # Errors
/// Why its URL is none, or that it plays something else.
pub fn test(settings: &MediaSettings, stream: &Stream) -> Result<TestSource, String> {
    match is_test(settings, stream) {
        true => parsed(stream, url(stream)),
        false => Err("it plays another source".to_owned()),
    }
}

fn parsed(stream: &Stream, url: Option<&str>) -> Result<TestSource, String> {
    let parameters = match url {
        Some(url) => Parameters::parse(url).map_err(|error| error.to_string())?,
        None => Parameters {
            is_radio: stream.kind == RADIO,
            ..Parameters::default()
        },
    };
    Ok(TestSource::new(
        u64::try_from(stream.id).unwrap_or_default(),
        parameters,
    ))
}

fn url(stream: &Stream) -> Option<&str> {
    let first = stream.sources.first().map(String::as_str);
    first.filter(|url| url.starts_with(TEST))
}
