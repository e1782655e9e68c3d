//! URLs of streams (contract "Player side", section 7.2), as parts of which some are the same in all links of an answer.

use crate::dialects::base_url::BaseUrl;
use crate::dialects::php::form::percent_encode;
use crate::panel::subscription::{Stream, Subscription};

/// A part of links that is the same in all of an answer, and another for another line or client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// The base URL.
    Base,
    /// Its host.
    Host,
    RtmpPort,
    /// Percent-encoded.
    User,
    /// Percent-encoded.
    Password,
}

/// What stands in those places.
#[derive(Clone, Debug)]
pub struct Values {
    base: String,
    host: String,
    rtmp_port: String,
    user: String,
    password: String,
}

impl Values {
    /// Returns those of a line's client.
    pub fn new(base: &BaseUrl, rtmp_port: i64, line: &Subscription) -> Values {
        Values {
            base: base.text(),
            host: base.host.clone(),
            rtmp_port: rtmp_port.to_string(),
            user: encoded(&line.username),
            password: encoded(&line.password),
        }
    }

    /// Returns what stands in a place.
    pub fn get(&self, place: Place) -> &str {
        match place {
            Place::Base => &self.base,
            Place::Host => &self.host,
            Place::RtmpPort => &self.rtmp_port,
            Place::User => &self.user,
            Place::Password => &self.password,
        }
    }

    /// Returns the same with each value changed.
    pub fn map(&self, change: impl Fn(&str) -> String) -> Values {
        Values {
            base: change(&self.base),
            host: change(&self.host),
            rtmp_port: change(&self.rtmp_port),
            user: change(&self.user),
            password: change(&self.password),
        }
    }
}

/// Percent-encodes a username or a password; `@` stays.
pub fn encoded(text: &str) -> String {
    percent_encode(text).replace("%40", "@")
}

/// The form in which live streams are offered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Output {
    Ts,
    M3u8,
    Rtmp,
}

impl Output {
    /// In the order of preference.
    const ALL: [Output; 3] = [Output::Ts, Output::M3u8, Output::Rtmp];

    /// Returns its name, which is an extension too.
    pub fn name(self) -> &'static str {
        match self {
            Output::Ts => "ts",
            Output::M3u8 => "m3u8",
            Output::Rtmp => "rtmp",
        }
    }

    /// Returns the one that a client asks for by a word, or one that the line has.
    pub fn choose(word: Option<&str>, line: &Subscription) -> Output {
        let wanted = match word.unwrap_or_default() {
            "hls" | "m3u8" => Output::M3u8,
            "rtmp" => Output::Rtmp,
            _ => Output::Ts,
        };
        let has = |output: &Output| line.formats().any(|name| name == output.name());
        let mut choices = [wanted].into_iter().chain(Output::ALL);
        choices.find(has).unwrap_or(Output::Ts)
    }
}

/// How links to streams are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LinkForm {
    pub output: Output,
    /// Whether links to `ts` have no extension (profile `no_extension`).
    pub without_extension: bool,
}

impl LinkForm {
    /// The usual links.
    pub fn usual(output: Output) -> LinkForm {
        LinkForm {
            output,
            without_extension: false,
        }
    }
}

/// A part of a link.
pub enum LinkPart<'a> {
    Text(&'a str),
    Place(Place),
}

/// Gives the parts of a stream's link one by one. `live` is the folder of live streams: nothing, or `/live`.
pub fn link(stream: &Stream, form: LinkForm, live: &str, mut part: impl FnMut(LinkPart<'_>)) {
    use LinkPart::{Place as At, Text};
    let id = stream.id.to_string();
    let folder = match stream.kind {
        2 => "/movie",
        5 => "/series",
        _ => live,
    };
    let extension = match (stream.kind, form.output) {
        (2 | 5, _) => stream.extension(),
        (_, Output::Rtmp) if stream.allows_rtmp => {
            let parts = [
                Text("rtmp://"),
                At(Place::Host),
                Text(":"),
                At(Place::RtmpPort),
                Text("/live/"),
                Text(&id),
                Text("?username="),
                At(Place::User),
                Text("&password="),
                At(Place::Password),
            ];
            return parts.into_iter().for_each(part);
        }
        (_, Output::Ts | Output::Rtmp) if form.without_extension => "",
        (_, Output::Rtmp) => Output::Ts.name(),
        (_, output) => output.name(),
    };
    let parts = [
        At(Place::Base),
        Text(folder),
        Text("/"),
        At(Place::User),
        Text("/"),
        At(Place::Password),
        Text("/"),
        Text(&id),
        Text(if extension.is_empty() { "" } else { "." }),
        Text(extension),
    ];
    parts.into_iter().for_each(&mut part);
}

/// Returns a stream's link.
pub fn link_text(stream: &Stream, output: Output, values: &Values) -> String {
    let mut text = String::new();
    link(stream, LinkForm::usual(output), "", |part| match part {
        LinkPart::Text(part) => text += part,
        LinkPart::Place(place) => text += values.get(place),
    });
    text
}
