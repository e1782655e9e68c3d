//! `POST /_linecard/reset`: restores the start of state, clock, faults, journal, sessions and transitions, with the
//! state of another seed if one is sent; or, on a panel that others use too, deletes only some users.

use serde_json::Value;

use super::seeded_panel::{PanelSeeding, SeededPanel};
use super::sent_seeds::SentSeeds;
use super::snapshots::{self as state, StateCounts};
use crate::control::Control;
use crate::control::members::{Leaf, body, leaves, read};
use crate::control::problem::Problem;
use crate::control::verify::matching::Text;
use crate::http::{Request, Response};
use crate::openapi::typed::{any_of_lines, members_of, of_words, schemas};
use crate::panel::audit::{Actor, ChangeSource};
use crate::panel::clock::Clock;
use crate::panel::named;
use crate::panel::{Caller, Context, connections};
use crate::spelling::nearest;

/// The values of `what`.
pub const PARTS: [&str; 6] = ["state", "clock", "faults", "journal", "sessions", "transitions"];

body! {
    /// What is reset; all of it without members.
    pub struct ResetRequest {
        what?: Parts,
        seed?: SentSeeds,
        #[deserr(rename = "match")]
        #[serde(rename = "match")]
        wanted?: UserMatch,
    }
}

/// What can be reset by itself.
#[derive(Debug)]
pub struct Part;

/// The parts that are reset.
#[derive(Debug)]
pub struct Parts(Vec<&'static str>);

/// A `match`, which here has only `user`.
#[derive(Debug)]
pub struct UserMatch(Text);

leaves!(Parts, UserMatch);
schemas! {
    Part => of_words(PARTS, "What can be reset by itself.");
    Parts with Part => any_of_lines(&["Part[]"], "What is reset; all without it.");
    UserMatch with Text => members_of("user:Pattern", "Whose lines and devices are deleted, such as `ci-*`.");
}

/// Answers `POST /_linecard/reset`.
pub async fn reset(control: &Control, request: &Request<'_>) -> Result<Response, Problem> {
    let ResetRequest { what, seed, wanted } = read(request)?;
    let Some(UserMatch(user)) = wanted else {
        let what = what.map_or_else(|| PARTS.to_vec(), |Parts(what)| what);
        let seeded = match seed {
            None => None,
            Some(seed) => Some(seeded(control, request, &what, seed).await?),
        };
        return restore_start(control, actor(request), &what, seeded).await;
    };
    match (what, seed) {
        (None, None) => delete(control, actor(request), user).await,
        (what, _) => Err(Problem::bad_request(
            format!(
                "`{}` and `match` are both there",
                if what.is_some() { "what" } else { "seed" }
            ),
            "send one of them",
        )),
    }
}

/// Makes the state of a new panel with these seeds, as a start at the time after the reset would.
async fn seeded(
    control: &Control,
    request: &Request<'_>,
    what: &[&str],
    seed: SentSeeds,
) -> Result<SeededPanel, Problem> {
    if !what.contains(&"state") {
        let hint = "add \"state\" to `what`, or leave `what` out";
        return Err(Problem::bad_request(
            "`seed` is for the state, which `what` leaves out",
            hint,
        ));
    }
    let clock = Clock::running();
    match what.contains(&"clock") {
        true => clock.set_mode(control.clock),
        false => clock.set_mode(control.panel.clock().mode()),
    }
    let seeding = PanelSeeding::new(control, seed.0, clock, control.seeded_rng()?);
    let planted = seeding.plant_for(control, request).await?;
    control.make_room(&planted.image)?;
    Ok(planted)
}

impl Leaf for Parts {
    fn read(value: &Value, name: &str) -> Result<Parts, Problem> {
        let none = || Problem::bad_request(format!("`{name}` is no list"), r#"send {"what":["state"]}"#);
        value
            .as_array()
            .ok_or_else(none)?
            .iter()
            .map(part)
            .collect::<Result<_, _>>()
            .map(Parts)
    }
}

fn part(sent: &Value) -> Result<&'static str, Problem> {
    let sent = sent.as_str().unwrap_or_default();
    PARTS.into_iter().find(|part| *part == sent).ok_or_else(|| {
        let hint = format!("there are {}{}", PARTS.join(", "), nearest(sent, &PARTS));
        Problem::bad_request(format!("there is no {sent:?} to reset"), hint)
    })
}

async fn restore_start(
    control: &Control,
    actor: Actor,
    what: &[&str],
    seeded: Option<SeededPanel>,
) -> Result<Response, Problem> {
    // Before the rows change that its near misses need.
    let collected = match what.contains(&"journal") {
        true => control.collect_journal().await,
        false => 0,
    };
    if what.contains(&"clock") {
        control.panel.clock().set_mode(control.clock);
    }
    if what.contains(&"faults") {
        control.faults.reset();
    }
    if what.contains(&"transitions") {
        control
            .panel
            .pending()
            .set_transitions(control.panel.settings().transitions);
    }
    // The state includes its connections.
    let epoch = match (what.contains(&"state"), seeded) {
        (_, Some(new)) => state::restore_state(control, &new.image, new.panel.rng().position()).await?,
        (true, None) => state::restore_image(control, control.baseline.current().image.image()).await?,
        (false, None) => control.epoch(),
    };
    if what.contains(&"sessions") && !what.contains(&"state") {
        control.panel.write(actor, connections::close_all).await?;
    }
    if what.contains(&"journal") {
        control.clear_journal(collected).await;
    }
    state::shown(control, epoch).await
}

/// Who resets.
fn actor(request: &Request<'_>) -> Actor {
    Actor::new(
        Caller::Admin(None),
        ChangeSource::control("reset", Some(request.client)),
    )
}

/// Deletes the lines and devices of the users that `match` selects, all or none. Nothing is restored, so the
/// epoch stays.
async fn delete(control: &Control, actor: Actor, user: Text) -> Result<Response, Problem> {
    let delete = move |context: &Context<'_>| named::delete(context, |name| user.holds(Some(name)));
    let deleted = control.panel.write(actor, delete).await?;
    let told = StateCounts {
        deleted: Some(deleted.into()),
        ..StateCounts::new(control.epoch())
    };
    told.answer(control).await
}

impl Leaf for UserMatch {
    fn read(value: &Value, name: &str) -> Result<UserMatch, Problem> {
        const HINT: &str = r#"send {"match":{"user":"ci-*"}}"#;
        let bad = |detail: String| Err(Problem::bad_request(detail, HINT));
        let Value::Object(members) = value else {
            return bad(format!("`{name}` is no object"));
        };
        if let Some(other) = members.keys().find(|name| *name != "user") {
            return bad(format!("a reset cannot match by {other:?}"));
        }
        let user = members.get("user").map(|user| Text::read(user, "user"));
        match user.transpose()? {
            None | Some(Text::Absent) => bad(format!("`{name}` names no `user`")),
            Some(user) => Ok(UserMatch(user)),
        }
    }
}
