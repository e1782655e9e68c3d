//! The worlds' endpoints: isolated panels in one process (contract "The fixture", section 10).

pub mod hosting;
pub mod memory;

use std::sync::{Arc, Weak};

use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;
use utoipa::openapi::schema::Type;

use super::clock::ClockMode;
use super::members::{Leaf, answer, body, deserialize, leaves, read};
use super::problem::Problem;
use super::state::held::HeldImage;
use super::state::seeded_panel::{PanelSeeding, SeededPanel};
use super::state::sent_seeds::SentSeeds;
use super::state::snapshots as state;
use super::{Control, PREFIX, Setup};
use crate::http::address::Address;
use crate::http::{Request, Response};
use crate::openapi::typed::{any_of_lines, of_types, schemas};
use crate::panel::clock::{Clock, ClockStart};
use crate::panel::guide::daily;
use crate::panel::rng::Rng;
use crate::panel::{FirstCallInfo, Panel};
use crate::seeds::Seed;
use hosting::{Worlds, is_name};
use memory::WorldMemory;

const HINT: &str =
    r#"send {"name":"a","seed":"docs","clock":"frozen:2026-01-01T00:00:00Z","rng_seed":7}; all of it can be left out"#;

/// The parsed body of `POST /_linecard/worlds`.
struct WorldRequest {
    name: Option<String>,
    from: InitialState,
    clock: Clock,
    rng_seed: Option<u64>,
}

/// The initial state of a world.
enum InitialState {
    Image(HeldImage),
    Seeds(Vec<Seed>),
}

/// `GET /_linecard/worlds`.
pub async fn list(control: &Control) -> Result<Response, Problem> {
    let mut shown = Vec::new();
    for world in worlds_of(control)?.all() {
        shown.push(describe_world(control, &world).await?);
    }
    Ok(answer(&WorldList { worlds: shown }))
}

/// `POST /_linecard/worlds`.
pub async fn make(control: &Control, request: &Request<'_>) -> Result<Response, Problem> {
    let worlds = worlds_of(control)?;
    let spec = WorldRequest::new(control, read(request)?)?;
    let reserved = worlds.reserve(spec.name)?;
    let rng = match spec.rng_seed {
        Some(seed) => Rng::seeded(seed),
        None => Rng::unpredictable().map_err(failed)?,
    };
    let states = &control.limits.states;
    let (panel, baseline, memory) = match spec.from {
        InitialState::Image(held) => {
            let memory = WorldMemory::new(states.charge(), 1, held.image())?;
            let settings = control.panel.settings().clone();
            let panel = Panel::of_image(held.image(), settings, spec.clock, rng).map_err(failed)?;
            (Arc::new(panel), held, memory)
        }
        InitialState::Seeds(seeds) => {
            let seeding = PanelSeeding::new(control, seeds, spec.clock, rng);
            let SeededPanel { panel, image, charge } = seeding.plant_for(control, request).await?;
            let charge = charge.unwrap_or_else(|| states.charge());
            let memory = WorldMemory::new(charge, 2, &image)?;
            (panel, image.into(), memory)
        }
    };
    let listener = worlds.hosting().listen().map_err(failed)?;
    let url = worlds.hosting().url(listener.local_addr().map_err(failed)?);
    let name = reserved.name().to_owned();
    let own_control = control.address.own_control().map(|url| host_url(&name, url));
    let setup = Setup {
        panel,
        address: Arc::new(Address::new(url, own_control, None)),
        token: control.token.clone(),
        limits: control.limits.clone(),
        faults: control.faults.with_seed(spec.rng_seed.unwrap_or(0)),
        dialects: control.dialects,
        debug: control.debug,
        rng_seed: spec.rng_seed,
        world: name.clone(),
        baseline: Some(baseline),
        memory: Some(memory),
        exposed: control.exposed,
        worlds: None,
        bootstrap: Arc::clone(&control.bootstrap),
        collector: control.collector.clone(),
    };
    let world = Arc::new(Control::new(setup).await?);
    world.set_stop(stop_function(worlds, name));
    let shown = describe_world(control, &world).await?;
    let port = worlds.hosting().serve(listener, Arc::clone(&world)).map_err(failed)?;
    daily::follow(world.panel()).await;
    world.panel().follow_clock().await;
    reserved.fill(world, port);
    Ok(answer(&shown))
}

/// `DELETE /_linecard/worlds/{name}`.
pub async fn remove(control: &Control, name: &str) -> Result<Response, Problem> {
    let worlds = worlds_of(control)?;
    if worlds.remove(name).await {
        return Ok(answer(&WorldId { id: name }));
    }
    let all = worlds.all();
    let names: Vec<&str> = all.iter().map(|world| world.world()).collect();
    let hint = match names.is_empty() {
        true => format!("POST {PREFIX}worlds makes one"),
        false => format!("there are {}", names.join(", ")),
    };
    Err(Problem::not_found(format!("there is no world {name:?}"), hint))
}

/// Returns the worlds of this server, or the problem of a caller in a world.
fn worlds_of(control: &Control) -> Result<&Arc<Worlds>, Problem> {
    control.worlds.as_ref().ok_or_else(|| {
        let detail = format!("{:?} is a world and has no worlds of its own", control.world());
        Problem::new(409, "in_a_world", detail, "ask the control plane of the main panel")
    })
}

/// Returns the function with which a world stops itself.
fn stop_function(worlds: &Arc<Worlds>, name: String) -> Box<dyn Fn() + Send + Sync> {
    let worlds: Weak<Worlds> = Arc::downgrade(worlds);
    Box::new(move || {
        if let Some(worlds) = worlds.upgrade() {
            let name = name.clone();
            actix_web::rt::spawn(async move { worlds.remove(&name).await });
        }
    })
}

/// A world by its name.
#[derive(Serialize, ToSchema)]
pub struct WorldId<'a> {
    id: &'a str,
}

/// The worlds of a server.
#[derive(Serialize, ToSchema)]
pub struct WorldList {
    worlds: Vec<World>,
}

/// The addresses and credentials of a world.
#[derive(Serialize, ToSchema)]
pub struct World {
    id: String,
    url: String,
    host_url: String,
    control: String,
    #[schema(required)]
    access_code: Option<String>,
    #[schema(required)]
    api_key: Option<String>,
    #[schema(required)]
    user: Option<String>,
    #[schema(required)]
    pass: Option<String>,
}

/// Returns the addresses and credentials of a world.
async fn describe_world(control: &Control, world: &Control) -> Result<World, Problem> {
    let FirstCallInfo {
        access_code,
        api_key,
        user,
        pass,
        ..
    } = world.panel.first_call_info().await?;
    let url = world.address.socket();
    Ok(World {
        id: world.world().to_owned(),
        url: url.to_owned(),
        host_url: host_url(world.world(), control.address.socket()),
        control: format!("{}{PREFIX}", world.address.own_control().unwrap_or(url)),
        access_code,
        api_key,
        user,
        pass,
    })
}

/// Builds the URL of a world by its name, with scheme and port of one of the main panel's URLs.
fn host_url(name: &str, of: &str) -> String {
    let (scheme, rest) = of.split_once("://").unwrap_or(("http", of));
    let port = rest.rsplit_once(':').map_or("80", |(_, port)| port);
    format!("{scheme}://{name}.localhost:{port}")
}

impl WorldRequest {
    fn new(control: &Control, sent: SentWorld) -> Result<WorldRequest, Problem> {
        let from = match (sent.seed, sent.snapshot) {
            (Some(_), Some(_)) => {
                return Err(Problem::bad_request(
                    "`seed` and `snapshot` are both there",
                    "send one of them",
                ));
            }
            (None, None) => InitialState::Image(control.baseline.current().image.clone()),
            (None, Some(Text(name))) => InitialState::Image(state::find(control, &name)?),
            (Some(SentSeeds(seeds)), None) => InitialState::Seeds(seeds),
        };
        let instant = match &from {
            InitialState::Seeds(seeds) => seeds.first().and_then(Seed::instant),
            InitialState::Image(_) => None,
        };
        let at_seed = instant.map_or(control.clock, Clock::mode_from);
        let clock = Clock::running();
        clock.set_mode(match control.bootstrap.seed_clocks {
            true => at_seed,
            false => control.clock,
        });
        match sent.clock {
            None => {}
            Some(WorldClock::Start(ClockStart::Seed)) => clock.set_mode(at_seed),
            Some(WorldClock::Start(ClockStart::Mode(mode))) => clock.set_mode(mode),
            Some(WorldClock::Mode(mode)) => mode.apply(&clock, control.panel.zone())?,
        }
        Ok(WorldRequest {
            name: sent.name.map(|WorldName(name)| name),
            from,
            clock,
            rng_seed: sent.rng_seed.map(|WholeNumber(seed)| seed).or(control.rng_seed),
        })
    }
}

body! {
    /// A new world; all of it can be left out.
    pub struct SentWorld {
        name?: WorldName,
        seed?: SentSeeds,
        /// The name of a snapshot with which it begins.
        snapshot?: Text,
        clock?: WorldClock,
        /// The seed of its random numbers.
        rng_seed?: WholeNumber,
    }
}

/// A text.
#[derive(Debug)]
pub struct Text(String);

/// A number of 64 bits.
#[derive(Clone, Copy, Debug)]
pub struct WholeNumber(u64);

/// The name of a world, which can be part of a host.
#[derive(Debug)]
pub struct WorldName(String);

/// The clock of a world: as the option `--clock` or `PUT /_linecard/clock` has it.
#[derive(Debug)]
pub enum WorldClock {
    Start(ClockStart),
    Mode(ClockMode),
}

leaves!(Text, WholeNumber, WorldClock, WorldName);
schemas! {
    Text => String::schema();
    WholeNumber => u64::schema();
    WorldName => of_types([Type::String], "Up to 63 of a-z, 0-9 and dashes.");
    WorldClock => any_of_lines(&["text", "ClockMode"], "As the option `--clock` or `PUT clock` has it.");
}

impl Leaf for Text {
    fn read(value: &Value, name: &str) -> Result<Text, Problem> {
        let text = value.as_str().map(|text| Text(text.to_owned()));
        text.ok_or_else(|| Problem::bad_request(format!("`{name}` is no text: {value}"), HINT))
    }
}

impl Leaf for WholeNumber {
    fn read(value: &Value, name: &str) -> Result<WholeNumber, Problem> {
        let number = value.as_u64().map(WholeNumber);
        number.ok_or_else(|| Problem::bad_request(format!("`{name}` is no whole number: {value}"), HINT))
    }
}

impl Leaf for WorldName {
    fn read(value: &Value, name: &str) -> Result<WorldName, Problem> {
        let Text(text) = Text::read(value, name)?;
        if is_name(&text) && text != crate::control::MAIN {
            return Ok(WorldName(text));
        }
        Err(Problem::bad_request(
            format!("`{name}` cannot be {text:?}"),
            "use up to 63 of a-z, 0-9 and dashes, none of them at an end; `main` is the main panel's",
        ))
    }
}

impl Leaf for WorldClock {
    fn read(value: &Value, name: &str) -> Result<WorldClock, Problem> {
        let wrong = |what: String| Problem::bad_request(format!("`{name}` is {what}"), HINT);
        match value {
            Value::Object(_) => deserialize(value).map(WorldClock::Mode),
            Value::String(text) => {
                let start = text.parse().map(WorldClock::Start);
                start.map_err(|reason: String| wrong(format!("{reason}: {text:?}")))
            }
            other => Err(wrong(format!("no text and no object: {other}"))),
        }
    }
}

fn failed(error: impl std::fmt::Display) -> Problem {
    tracing::error!(%error, "a world could not be made");
    Problem::new(
        503,
        "no_world",
        format!("the world could not be made: {error}"),
        "DELETE worlds that are not needed",
    )
}
