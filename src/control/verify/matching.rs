//! `match`: how tests select requests, everywhere (contract "The fixture", section 3). All its members must
//! match; a missing member matches every request.

use std::time::Duration;

use deserr::ValuePointerRef;
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::{Ref, RefOr, Schema};

use super::text;
pub use super::text::Text;
use crate::control::faults::Size;
use crate::control::journal::masking;
use crate::control::limits::FaultLimits;
use crate::control::members::{Leaf, body, deserialize, leaves, only, optional, weight};
use crate::control::problem::Problem;
use crate::dialects::{Api, Dialects};
use crate::openapi::typed::{members_of, of_types, schema_from, schemas};
use crate::panel::viewers::{EndReason, Named};
use crate::span;
use crate::spelling::nearest;

/// Those that are not known before a request is answered.
const LATE: [&str; 4] = ["status", "ended", "bytes", "watched"];

/// The longest time of a stream that is compared with.
const LONGEST: Duration = Duration::from_secs(10 * 24 * 3600);

body! {
    /// Which requests are meant: the object that faults, counts and verifications share. What is left out is not
    /// compared. Deliveries of webhooks are meant only where `api` is `webhook`.
    #[derive(Clone, Default)]
    pub struct Match, unknown = no_member {
        api?: Text,
        action?: Text,
        method?: Text,
        /// A text, perhaps with `*`, or a regular expression behind `re:`.
        path?: Text,
        query?: Texts,
        form?: Texts,
        header?: Texts,
        user?: Text,
        status?: Status,
        /// Whether the API has such an action.
        matched?: Matched,
        /// The id of what is played.
        stream?: Text,
        container?: Text,
        /// Why the stream ended.
        ended?: Text,
        /// How much of it was sent.
        bytes?: SizeBounds,
        /// How long what was sent of it plays.
        watched?: SpanBounds,
    }
}

/// Texts by their names.
#[derive(Clone, Debug, Default)]
pub struct Texts(Vec<(String, Text)>);

/// The HTTP status of an answer.
#[derive(Clone, Copy, Debug)]
pub struct Status(u16);

/// Whether a request has a known action.
#[derive(Clone, Copy, Debug)]
pub struct Matched(bool);

/// Bounds of a number of bytes.
#[derive(Clone, Copy, Debug)]
pub struct SizeBounds(Bounds);

/// A time of what is played.
#[derive(Debug)]
pub struct Span;

/// Bounds of a time, in milliseconds.
#[derive(Clone, Copy, Debug)]
pub struct SpanBounds(Bounds);

/// A `match` of a caller, which is not admitted yet.
#[derive(Debug)]
pub struct SentMatch {
    matching: Match,
    /// The length of its JSON.
    weight: usize,
}

schema_from!(SentMatch as "Match", Match);
leaves!(Matched, SentMatch, SizeBounds, SpanBounds, Status, Text, Texts);
schemas! {
    Matched => bool::schema();
    Span => of_types([Type::Number, Type::String], "Seconds, or a text such as `90s`.");
    SizeBounds with Size => members_of("at_least?:Size at_most?:Size", "How much of a stream was sent.");
    SpanBounds with Span => members_of("at_least?:Span at_most?:Span", "How long what was sent of a stream plays.");
    Status => u16::schema();
    Text as "Pattern" => of_types(
        [Type::String, Type::Number, Type::Null],
        "A text, in which `*` is any text; a number; null is none."
    );
    Texts as "Patterns" with Text => texts();
}

/// The values of a request that a `match` compares with.
#[derive(Clone, Copy, Debug)]
pub struct MatchInput<'a> {
    pub api: &'a str,
    pub action: Option<&'a str>,
    pub method: &'a str,
    pub path: &'a str,
    /// The path with its secrets masked.
    pub shown_path: &'a str,
    pub query: &'a [(String, String)],
    pub form: &'a [(String, String)],
    /// The names are in lower case.
    pub headers: &'a [(&'a str, &'a str)],
    pub user: Option<&'a str>,
    /// The user, masked if it is a secret.
    pub shown_user: Option<&'a str>,
    /// `None` before the answer.
    pub status: Option<u16>,
    pub matched: bool,
    /// The stream that it names.
    pub named: Option<Named>,
    /// Whether its answer is over.
    pub is_over: bool,
    /// Bytes of the body that were sent so far; `None` before the answer.
    pub bytes: Option<u64>,
    /// How long what was sent of a stream plays.
    pub watched: Option<Duration>,
    /// Why the answer of a stream ended.
    pub ended: Option<&'static str>,
}

/// A member that does not match.
#[derive(Debug, Serialize, ToSchema)]
pub struct Difference {
    pub member: String,
    pub wanted: Value,
    pub got: Value,
}

impl Difference {
    /// Describes it.
    pub fn words(&self) -> String {
        let Difference { member, wanted, got } = self;
        match member.as_str() {
            "api" if wanted.is_null() => format!("api is {got}, which `match` does not name"),
            _ => format!("{member} is {got}, not {wanted}"),
        }
    }
}

impl SentMatch {
    /// Returns the `match`, unless it is too large.
    ///
    /// # Errors
    /// A problem that names the member or the option.
    pub fn admit(self, dialects: Dialects, limits: &FaultLimits) -> Result<Match, Problem> {
        limits.check_match(self.weight)?;
        self.matching.checked(dialects)
    }
}

impl Match {
    /// Checks what is known of its values, and prepares them for comparisons.
    ///
    /// # Errors
    /// A problem that names the member.
    pub fn checked(mut self, dialects: Dialects) -> Result<Match, Problem> {
        if let Some(api) = &self.api {
            known_api(dialects, api).map_err(|problem| problem.within("api"))?;
        }
        if let Some(ended) = &self.ended {
            known_end(ended).map_err(|problem| problem.within("ended"))?;
        }
        if let Some(Text::Glob(method)) = &mut self.method {
            method.make_ascii_uppercase();
        }
        if let Some(path) = &mut self.path {
            text::compile(path).map_err(|problem| problem.within("path"))?;
        }
        for (name, _) in self.header.iter_mut().flat_map(|Texts(header)| header) {
            name.make_ascii_lowercase();
        }
        Ok(self)
    }

    /// Returns the API, if the `match` names exactly one.
    pub fn api(&self) -> Option<&str> {
        match &self.api {
            Some(Text::Glob(name)) if !name.contains('*') => Some(name),
            _ => None,
        }
    }

    /// Whether it is about requests of an API: a delivery to an endpoint is no request to the panel, and has to be named.
    pub fn is_about(&self, api: &str) -> bool {
        let webhook = Api::WEBHOOK.name();
        api != webhook || self.api() == Some(webhook)
    }

    /// The first member that compares what is unknown while a request runs.
    pub fn late_member(&self) -> Option<&'static str> {
        let late = [
            self.status.is_some(),
            self.ended.is_some(),
            self.bytes.is_some(),
            self.watched.is_some(),
        ];
        LATE.into_iter()
            .zip(late)
            .find(|(_, is_there)| *is_there)
            .map(|(name, _)| name)
    }

    /// Whether it compares what grows while a stream is sent, of which nobody is told.
    pub fn follows_streams(&self) -> bool {
        self.bytes.is_some() || self.watched.is_some()
    }

    /// Whether a request matches.
    pub fn holds(&self, seen: &MatchInput<'_>) -> bool {
        self.differences(seen).is_empty()
    }

    /// Returns why a request is not among those that it counts: the members that do not match, and the API of a delivery
    /// that it does not name.
    pub fn misses(&self, seen: &MatchInput<'_>) -> Vec<Difference> {
        let mut all = self.differences(seen);
        if !self.is_about(seen.api) && all.iter().all(|one| one.member != "api") {
            all.insert(
                0,
                Difference {
                    member: "api".to_owned(),
                    wanted: self.api.as_ref().map_or(Value::Null, Text::to_json),
                    got: json!(seen.api),
                },
            );
        }
        all
    }

    /// Returns the members that do not match, with secrets masked.
    pub fn differences(&self, seen: &MatchInput<'_>) -> Vec<Difference> {
        let mut all = Vec::new();
        let single = [
            ("api", &self.api, Some(seen.api), Some(seen.api)),
            ("action", &self.action, seen.action, seen.action),
            ("method", &self.method, Some(seen.method), Some(seen.method)),
            ("path", &self.path, Some(seen.path), Some(seen.shown_path)),
            ("user", &self.user, seen.user, seen.shown_user),
        ];
        for (name, wanted, got, shown) in single {
            if let Some(wanted) = wanted.as_ref().filter(|wanted| !wanted.holds(got)) {
                all.push(Difference {
                    member: name.to_owned(),
                    wanted: wanted.to_json(),
                    got: json!(shown),
                });
            }
        }
        let stream = seen.named.map(|named| named.stream.to_string());
        let container = seen.named.map(|named| named.container.name());
        let of_streams = [
            ("stream", &self.stream, stream.as_deref()),
            ("container", &self.container, container),
            ("ended", &self.ended, seen.ended),
        ];
        for (name, wanted, got) in of_streams {
            if let Some(wanted) = wanted.as_ref().filter(|wanted| !wanted.holds(got)) {
                all.push(Difference {
                    member: name.to_owned(),
                    wanted: wanted.to_json(),
                    got: json!(got),
                });
            }
        }
        let watched = seen.watched.and_then(|watched| u64::try_from(watched.as_millis()).ok());
        for (name, wanted, got, unit) in [
            ("bytes", self.bytes.map(|bytes| bytes.0), seen.bytes, 1),
            ("watched", self.watched.map(|watched| watched.0), watched, 1000),
        ] {
            if let Some(wanted) = wanted.filter(|wanted| !wanted.hold(got, seen.is_over)) {
                all.push(Difference {
                    member: name.to_owned(),
                    wanted: wanted.to_json(unit),
                    got: json!(got.map(|got| in_units(got, unit))),
                });
            }
        }
        let mut named = |member: &str, name: &str, wanted: &Text, got: Option<&str>| {
            if !wanted.holds(got) {
                all.push(Difference {
                    member: format!("{member}.{name}"),
                    wanted: match wanted {
                        Text::Glob(glob) => json!(masking::value(name, glob)),
                        other => other.to_json(),
                    },
                    got: json!(got.map(|got| masking::value(name, got))),
                });
            }
        };
        for (name, wanted) in self.query.iter().flat_map(|Texts(query)| query) {
            named("query", name, wanted, find(seen.query, name));
        }
        for (name, wanted) in self.form.iter().flat_map(|Texts(form)| form) {
            named("form", name, wanted, find(seen.form, name));
        }
        for (name, wanted) in self.header.iter().flat_map(|Texts(header)| header) {
            let got = seen.headers.iter().find(|(of, _)| of == name).map(|(_, value)| *value);
            named("header", name, wanted, got);
        }
        if let Some(Status(wanted)) = self.status.filter(|status| Some(status.0) != seen.status) {
            all.push(Difference {
                member: "status".into(),
                wanted: json!(wanted),
                got: json!(seen.status),
            });
        }
        if let Some(Matched(wanted)) = self.matched.filter(|matched| matched.0 != seen.matched) {
            all.push(Difference {
                member: "matched".into(),
                wanted: json!(wanted),
                got: json!(seen.matched),
            });
        }
        all
    }
}

/// What a number may be.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    least: Option<u64>,
    most: Option<u64>,
}

impl Bounds {
    fn parse(value: &Value, name: &str, number: impl Fn(&Value) -> Result<u64, Problem>) -> Result<Bounds, Problem> {
        let members = value.as_object().filter(|members| !members.is_empty());
        let members = members.ok_or_else(|| wrong(name, value, r#"{"at_least":1}, {"at_most":1} or both"#))?;
        only(members, &["at_least", "at_most"])?;
        Ok(Bounds {
            least: optional(members, "at_least", &number)?,
            most: optional(members, "at_most", &number)?,
        })
    }

    /// Whether a number is within them; what may still grow is not known to stay below the greatest.
    fn hold(self, number: Option<u64>, is_over: bool) -> bool {
        let is_enough = |number: u64| self.least.is_none_or(|least| number >= least);
        let is_below = |number: u64| self.most.is_none_or(|most| is_over && number <= most);
        number.is_some_and(|number| is_enough(number) && is_below(number))
    }

    /// The bounds as they were sent, of numbers of which so many are one.
    fn to_json(self, unit: u64) -> Value {
        let bounds = [("at_least", self.least), ("at_most", self.most)];
        let bounds = bounds
            .into_iter()
            .filter_map(|(name, bound)| Some((name.to_owned(), in_units(bound?, unit))));
        Value::Object(bounds.collect())
    }
}

/// A number in units that are so large.
fn in_units(number: u64, unit: u64) -> Value {
    match number.checked_rem(unit) {
        Some(0) => json!(number / unit.max(1)),
        _ => json!(Duration::from_millis(number).as_secs_f64()),
    }
}

/// Parses seconds: a number, or a text such as `90s`; in milliseconds.
fn millis(value: &Value) -> Result<u64, Problem> {
    let text = || span::up_to(value.as_str()?, LONGEST);
    let number = || {
        Duration::try_from_secs_f64(value.as_f64()?)
            .ok()
            .filter(|time| *time <= LONGEST)
    };
    let time = number()
        .or_else(text)
        .and_then(|time| u64::try_from(time.as_millis()).ok());
    time.ok_or_else(|| wrong("watched", value, "seconds, or a text such as \"90s\""))
}

/// Refuses why no stream ends.
fn known_end(ended: &Text) -> Result<(), Problem> {
    match ended {
        Text::Glob(word) if !word.contains('*') && !EndReason::ALL.iter().any(|reason| reason.name() == word) => {
            let words: Vec<&str> = EndReason::ALL.iter().map(|reason| reason.name()).collect();
            let hint = format!("there are {}{}", words.join(", "), nearest(word, &words));
            Err(Problem::bad_request(format!("no stream ends as {word:?}"), hint))
        }
        _ => Ok(()),
    }
}

fn find<'a>(all: &'a [(String, String)], name: &str) -> Option<&'a str> {
    all.iter().find(|(of, _)| of == name).map(|(_, value)| value.as_str())
}

fn wrong(name: &str, value: &Value, wanted: &str) -> Problem {
    Problem::bad_request(format!("`{name}` cannot be {value}"), format!("send {wanted}"))
}

impl Leaf for Text {
    fn read(value: &Value, name: &str) -> Result<Text, Problem> {
        match value {
            Value::String(text) => Ok(Text::Glob(text.clone())),
            Value::Number(number) => Ok(Text::Glob(number.to_string())),
            Value::Null => Ok(Text::Absent),
            other => Err(wrong(name, other, "text, perhaps with *, or null for none")),
        }
    }
}

impl Leaf for Texts {
    fn read(value: &Value, name: &str) -> Result<Texts, Problem> {
        let Value::Object(members) = value else {
            return Err(wrong(name, value, "an object of names and texts"));
        };
        let texts = members.iter().map(|(inner, value)| {
            let text = Text::read(value, &format!("{name}.{inner}"));
            Ok((inner.clone(), text.map_err(|problem| problem.within(inner))?))
        });
        texts.collect::<Result<_, _>>().map(Texts)
    }
}

impl Leaf for Status {
    fn read(value: &Value, name: &str) -> Result<Status, Problem> {
        let parsed = value.as_u64().and_then(|status| u16::try_from(status).ok());
        let parsed = parsed.filter(|status| (100..=599).contains(status)).map(Status);
        parsed.ok_or_else(|| wrong(name, value, "a number from 100 to 599"))
    }
}

impl Leaf for Matched {
    fn read(value: &Value, name: &str) -> Result<Matched, Problem> {
        let matched = value.as_bool().map(Matched);
        matched.ok_or_else(|| wrong(name, value, "true or false"))
    }
}

impl Leaf for SizeBounds {
    fn read(value: &Value, name: &str) -> Result<SizeBounds, Problem> {
        let bytes = |value: &Value| u64::try_from(Size::read(value, name)?.0).map_err(|_| wrong(name, value, "a size"));
        Bounds::parse(value, name, bytes).map(SizeBounds)
    }
}

impl Leaf for SpanBounds {
    fn read(value: &Value, name: &str) -> Result<SpanBounds, Problem> {
        Bounds::parse(value, name, millis).map(SpanBounds)
    }
}

impl Leaf for SentMatch {
    fn read(value: &Value, name: &str) -> Result<SentMatch, Problem> {
        if !value.is_object() {
            return Err(Problem::bad_request(
                format!("`{name}` is no object"),
                r#"send {"match":{…}}"#,
            ));
        }
        Ok(SentMatch {
            matching: deserialize(value)?,
            weight: weight(value),
        })
    }
}

/// The problem of a member that a `match` does not have.
fn no_member(name: &str, known: &[&str], location: ValuePointerRef<'_>) -> Problem {
    let hint = format!("there are {}{}", known.join(", "), nearest(name, known));
    Problem::bad_request(format!("`match` has no member {name:?}"), hint).at(location.push_key(name))
}

/// Refuses an API that there is not; patterns are of any.
fn known_api(dialects: Dialects, api: &Text) -> Result<(), Problem> {
    let mut names = dialects.names();
    names.push(Api::WEBHOOK.name());
    match api {
        Text::Glob(name) if !name.contains('*') && !names.contains(&name.as_str()) => {
            let hint = format!("there are {}{}", names.join(", "), nearest(name, &names));
            Err(Problem::bad_request(format!("there is no api {name:?}"), hint))
        }
        _ => Ok(()),
    }
}

fn texts() -> RefOr<Schema> {
    let texts = ObjectBuilder::new().additional_properties(Some(Ref::from_schema_name("Pattern")));
    texts.into()
}
