//! A dialect of one action, in a module of its own: what a new dialect needs to say, and all that it gets for
//! it.

use std::sync::LazyLock;

use actix_web::web::{Bytes, ServiceConfig};
use futures_util::{StreamExt, stream};
use linecard::dialects::hints;
use linecard::dialects::operation::{Operation, Parameter};
use linecard::dialects::recorded::{Sent, Summary};
use linecard::dialects::service::answers_with;
use linecard::dialects::{Api, Dialect, Dialects, xc_v2, xtream};
use linecard::http::trace::{Handler, Trace};
use linecard::http::{Exchange, Request, Response};
use linecard::panel::access_cache::AccessCache;
use linecard::panel::{Error, Panel, Result};

/// A stream is so many pieces of a hundred bytes.
pub const PIECES: usize = 1_000;
pub const PIECE: &[u8; 100] = &[b'a'; 100];

pub struct Toy;

pub static TOY: Toy = Toy;

/// The toy beside the dialects that are built in.
pub static WITH_TOY: Dialects = Dialects::new(&[&xtream::admin::ADMIN, &xc_v2::XC_V2, &TOY]);

const API: Api = Api("toy");

static OPERATIONS: LazyLock<Vec<Operation>> = LazyLock::new(|| {
    vec![Operation {
        parameters: vec![Parameter::text("to", true, "Who is waved to.")],
        ..Operation::new("wave", "Toys", "Waves to somebody.", "/toy?action=wave".into())
    }]
});

impl Dialect for Toy {
    fn api(&self) -> Api {
        API
    }

    fn title(&self) -> &'static str {
        "the toy API"
    }

    fn address(&self) -> &'static str {
        "/toy"
    }

    fn owns(&self, _: &AccessCache, path: &str) -> bool {
        path == "/toy"
    }

    fn routes(&'static self, scope: &mut ServiceConfig) {
        answers_with(scope, self, answer);
    }

    fn operations(&self) -> &'static [Operation] {
        &OPERATIONS
    }

    fn summarize(&self, access: &AccessCache, sent: &Sent<'_>) -> Summary {
        let action = sent.action();
        let matched = action.as_deref() == Some("wave");
        let names = || OPERATIONS.iter().map(|operation| &operation.name);
        let unknown = (!matched).then(|| hints::unknown_action(access, sent, action.as_deref(), names()));
        Summary {
            near_misses: unknown.into_iter().collect(),
            subject: None,
            action,
            matched,
        }
    }

    fn failure(&self, _: &Panel, error: &Error) -> Response {
        match error {
            Error::Busy => Response::new(503, "text/plain", "toy: busy"),
            _ => Response::new(500, "text/plain", "toy: broken"),
        }
    }

    fn failures(&self) -> &'static [&'static str] {
        &["NO HANDS"]
    }

    fn failure_named(&self, _: &Panel, word: &str) -> Response {
        Response::new(200, "text/plain", format!("toy: {word}"))
    }
}

async fn answer(exchange: &Exchange, request: Request<'_>) -> Result<Response> {
    let handler = Handler {
        api: API,
        action: "wave",
        sub: "",
    };
    let wave = match request.query {
        "action=wave" => {
            let now = exchange.panel.clock().now();
            Response::new(200, "text/plain", format!("waved at {now}"))
        }
        "action=wave&as=stream" => Response::streamed("text/plain", Box::pin(pieces())),
        "action=wave&as=panic" => panic!("the toy is broken"),
        _ => return Ok(Response::new(404, "text/plain", "toy: no such action")),
    };
    Ok(wave.traced(Trace::answered(handler, None)))
}

/// A body that comes as it is made.
fn pieces() -> impl futures_util::Stream<Item = std::io::Result<Bytes>> {
    stream::iter(0..PIECES).then(|_| async {
        tokio::task::yield_now().await;
        Ok(Bytes::from_static(PIECE))
    })
}
