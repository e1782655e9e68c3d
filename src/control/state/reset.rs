//! `POST /_linecard/reset`: restores the start of state, clock, faults, journal, sessions and transitions, with the
//! state of another seed if one is sent; or, on a panel that others use too, deletes only some users.

use serde_json::{Value, json};

use super::seeded_panel::{PanelSeeding, SeededPanel};
use super::sent_seeds::SentSeeds;
use super::snapshots as state;
use crate::control::Control;
use crate::control::members::{self, Leaf, object, only};
use crate::control::problem::Problem;
use crate::control::verify::matching::Text;
use crate::http::{Request, Response};
use crate::panel::audit::{Actor, ChangeSource};
use crate::panel::clock::Clock;
use crate::panel::named::{self, Deleted};
use crate::panel::{Caller, Context, connections};
use crate::spelling::nearest;

/// The values of `what`.
pub const PARTS: [&str; 6] = ["state", "clock", "faults", "journal", "sessions", "transitions"];

/// Answers `POST /_linecard/reset`.
pub async fn reset(control: &Control, request: &Request<'_>) -> Result<Response, Problem> {
    let members = object(request)?;
    only(&members, &["what", "seed", "match"])?;
    let (what, seed) = (members.get("what"), members.get("seed"));
    let Some(wanted) = members.get("match") else {
        let what = parts(what)?;
        let seeded = match seed {
            None => None,
            Some(seed) => Some(seeded(control, request, &what, seed).await?),
        };
        return restore_start(control, actor(request), &what, seeded).await;
    };
    let both = [("what", what), ("seed", seed)]
        .into_iter()
        .find(|(_, value)| value.is_some());
    match both {
        None => delete(control, actor(request), wanted).await,
        Some((name, _)) => Err(Problem::bad_request(
            format!("`{name}` and `match` are both there"),
            "send one of them",
        )),
    }
}

/// Makes the state of a new panel with these seeds, as a start at the time after the reset would.
async fn seeded(control: &Control, request: &Request<'_>, what: &[&str], seed: &Value) -> Result<SeededPanel, Problem> {
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
    let seeding = PanelSeeding::new(
        control,
        members::deserialize::<SentSeeds>(seed)?.0,
        clock,
        control.seeded_rng()?,
    );
    let planted = seeding.plant_for(control, request).await?;
    control.make_room(&planted.image)?;
    Ok(planted)
}

/// Parses `what`; the default is all parts.
fn parts(what: Option<&Value>) -> Result<Vec<&str>, Problem> {
    let what: Vec<&str> = match what {
        None => PARTS.to_vec(),
        Some(Value::Array(parts)) => parts.iter().map(|part| part.as_str().unwrap_or_default()).collect(),
        Some(_) => return Err(Problem::bad_request("`what` is no list", r#"send {"what":["state"]}"#)),
    };
    match what.iter().find(|part| !PARTS.contains(part)) {
        None => Ok(what),
        Some(part) => {
            let hint = format!("there are {}{}", PARTS.join(", "), nearest(part, &PARTS));
            Err(Problem::bad_request(format!("there is no {part:?} to reset"), hint))
        }
    }
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
async fn delete(control: &Control, actor: Actor, wanted: &Value) -> Result<Response, Problem> {
    let user = user(wanted)?;
    let delete = move |context: &Context<'_>| named::delete(context, |name| user.holds(Some(name)));
    let Deleted { lines, mags, enigmas } = control.panel.write(actor, delete).await?;
    let deleted = json!({ "lines": lines, "mags": mags, "enigmas": enigmas });
    state::answer_with_counts(control, json!({ "epoch": control.epoch(), "deleted": deleted })).await
}

/// Parses a `match`, which here has only `user`.
fn user(wanted: &Value) -> Result<Text, Problem> {
    const HINT: &str = r#"send {"match":{"user":"ci-*"}}"#;
    let bad = |detail: String| Err(Problem::bad_request(detail, HINT));
    let Value::Object(members) = wanted else {
        return bad("`match` is no object".into());
    };
    if let Some(other) = members.keys().find(|name| *name != "user") {
        return bad(format!("a reset cannot match by {other:?}"));
    }
    let user = members.get("user").map(|user| Text::read(user, "user"));
    match user.transpose()? {
        None | Some(Text::Absent) => bad("`match` names no `user`".into()),
        Some(user) => Ok(user),
    }
}
