//! The endpoints of transitions: when each kind of resource becomes ready, and which resources are still
//! pending (contract "The fixture", section 5).

use serde::{Serialize, Serializer};
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::instants::printed;
use crate::control::Control;
use crate::control::members::{Leaf, answer, body, leaves, read};
use crate::control::problem::Problem;
use crate::http::{Request, Response};
use crate::openapi::typed::{any_of_lines, schemas};
use crate::panel::pending::Until;
use crate::panel::transition::{Resource, Transition, Transitions};

/// The chapter on transitions of the page about the control plane.
pub const CHAPTER: &str = "\n## Transitions\n\n\
    What a panel starts or reads anew is ready at once, unless `PUT transitions` or `--transition` says otherwise:\n\
    `{\"stream\":{\"polls\":3},\"movie\":{\"after\":\"5s\"},\"epg\":\"immediate\"}`. What is left out is `immediate`. It counts for\n\
    what is begun from then on. `GET transitions` shows the same, with what is `pending`.\n\n\
    | | begun by | until it is ready | then |\n\
    |---|---|---|---|\n\
    | `stream` | `start_stream`, `start_channel`, `stream`/`start`; channels and stations too | `stream_status` 2, filter \
    `starting` | `stream_status` 0: it is on air, and in `stream`/`online` |\n\
    | `movie` | `start_movie`, `vod`/`start`; episodes too | the same and `to_analyze` 1, filters `starting`, `to analyse` | \
    `ready` |\n\
    | `epg` | `reload_epg` | `last_updated` and its channels are the old ones | both are new |\n\n\
    `after` counts whole seconds of the panel's clock: `clock/advance` makes ready what falls due and lists it in `fired` as\n\
    `stream.ready`, `movie.ready` or `epg.ready`, among what else does; with a clock that runs, the next request finds it so.\n\
    `polls` counts requests that look at the thing: so many of them find it not ready, the next one does. A look is an\n\
    answer to the thing's id, or a list of its kind, whatever it is narrowed to, in any API; `stream`/`online` and `offline`\n\
    look at all streams; `mysql_query` does not count. Stopping something ends its waiting, starting it again does not\n\
    change it, and a guide that is reloaded again begins again. With the state goes what is pending.\n";

/// The transitions of a panel, and what is pending.
#[derive(Serialize, ToSchema)]
pub struct TransitionState {
    stream: SentTransition,
    movie: SentTransition,
    epg: SentTransition,
    pending: Vec<Pending>,
}

/// A resource that is not ready yet: the instant at which it is, or how many polls are left.
#[derive(PartialEq, Serialize, ToSchema)]
pub struct Pending {
    resource: &'static str,
    id: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    at: Option<Option<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    polls: Option<u32>,
}

body! {
    /// When each kind of resource becomes ready; one that is left out is so at once.
    pub struct SentTransitions {
        stream?: SentTransition,
        movie?: SentTransition,
        epg?: SentTransition,
    }
}

/// A transition as it is sent and shown.
#[derive(Clone, Copy, Debug)]
pub struct SentTransition(Transition);

leaves!(SentTransition);
schemas! {
    SentTransition as "Transition" => any_of_lines(&["immediate,", "after? polls?:int"], "When a resource becomes ready.");
}

/// `GET /_linecard/transitions`.
pub fn show(control: &Control) -> Response {
    let pending = control.panel.pending();
    let transitions = pending.transitions();
    let of = |resource| SentTransition(transitions.get(resource));
    let mut waiting: Vec<Pending> = pending
        .all()
        .into_iter()
        .map(|one| {
            let (at, polls) = match one.until {
                Until::At(at) => (Some(printed(at)), None),
                Until::Polls(left) => (None, Some(left)),
            };
            Pending {
                resource: one.resource.name(),
                id: one.id,
                at,
                polls,
            }
        })
        .collect();
    // A resource is pending once for each of its servers, but is shown once.
    waiting.dedup();
    answer(&TransitionState {
        stream: of(Resource::Stream),
        movie: of(Resource::Movie),
        epg: of(Resource::Epg),
        pending: waiting,
    })
}

/// `PUT /_linecard/transitions`: a resource that is left out is ready at once.
pub fn set(control: &Control, request: &Request<'_>) -> Result<Response, Problem> {
    let sent: SentTransitions = read(request)?;
    let mut transitions = Transitions::default();
    for (resource, sent) in [
        (Resource::Stream, sent.stream),
        (Resource::Movie, sent.movie),
        (Resource::Epg, sent.epg),
    ] {
        transitions.set(resource, sent.map_or(Transition::Immediate, |sent| sent.0));
    }
    control.panel.pending().set_transitions(transitions);
    Ok(show(control))
}

impl Serialize for SentTransition {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let shown = match self.0 {
            Transition::Immediate => json!("immediate"),
            Transition::After(seconds) => json!({ "after": format!("{seconds}s") }),
            Transition::Polls(number) => json!({ "polls": number }),
        };
        shown.serialize(serializer)
    }
}

impl Leaf for SentTransition {
    fn read(value: &Value, name: &str) -> Result<SentTransition, Problem> {
        const HINT: &str = r#"there are "immediate", {"after":"5s"} and {"polls":3}"#;
        let bad = |detail: String| Problem::bad_request(detail, HINT);
        let member = match value {
            Value::String(word) if word == "immediate" => return Ok(SentTransition(Transition::Immediate)),
            Value::Object(members) if members.len() == 1 => members.iter().next(),
            _ => None,
        };
        let parsed = match member {
            Some((word, value)) if word == "after" => Transition::after(value.as_str().unwrap_or_default()),
            Some((word, value)) if word == "polls" => Transition::polls(value.as_u64()),
            _ => return Err(bad(format!("`{name}` is no transition: {value}"))),
        };
        let word = member.map_or("", |(word, _)| word);
        parsed
            .map(SentTransition)
            .map_err(|must| bad(format!("`{name}.{word}` is not {must}")))
    }
}
