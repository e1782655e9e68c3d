//! Devices of lines that have a limit of them: a request registers its device, or is refused (contract "REST APIs", A7).

use super::login::{Input, client};
use crate::http::{Exchange, Request};
use crate::panel::line_devices::{self, Sighting, Standing};
use crate::panel::subscription::{self, Refusal, Standing as LineStanding, Subscription};
use crate::panel::viewers::Client;
use crate::panel::{Caller, Context, Result};

/// How a refusal is called in the client log.
pub const REFUSED: &str = "DEVICE_LIMIT";

/// The header with the id of a device, which counts before the parameter `device_id`.
const HEADER: &str = "x-device-id";

/// Returns the id that a device sent.
pub fn id_of(request: &Request<'_>, input: &Input) -> Option<String> {
    let header = request.header(HEADER).map(str::trim).filter(|id| !id.is_empty());
    header.map(str::to_owned).or_else(|| input.text("device_id"))
}

/// Registers the device of a request, or notes that it was seen; false if the line has no room for it. A head registers
/// nothing, and lines that are not active have no devices to register.
///
/// # Errors
/// SQLite's, or [`crate::panel::Error::Busy`].
pub async fn admit(
    exchange: &Exchange,
    request: &Request<'_>,
    line: &Subscription,
    sighting: Sighting,
) -> Result<bool> {
    if !line.has_device_limit || line.standing != LineStanding::Active {
        return Ok(true);
    }
    let (panel, id) = (&exchange.panel, line.id);
    let seen = sighting.clone();
    let look = move |context: &Context<'_>| line_devices::standing(context, id, &seen);
    match panel.read(Caller::Anyone, look).await? {
        Standing::Untracked | Standing::Known => Ok(true),
        Standing::Refused => Ok(false),
        Standing::Seen(_) | Standing::New if request.method == "HEAD" => Ok(true),
        Standing::Seen(_) | Standing::New => {
            let see = move |context: &Context<'_>| line_devices::see(context, id, &sighting);
            panel.write(Caller::Anyone, see).await
        }
    }
}

/// The same for an app's request, whose refusal is logged.
///
/// # Errors
/// SQLite's, or [`crate::panel::Error::Busy`].
pub async fn admit_app(exchange: &Exchange, request: &Request<'_>, input: &Input, line: &Subscription) -> Result<bool> {
    if !line.has_device_limit {
        return Ok(true);
    }
    let Client { address, agent } = client(request);
    let sighting = Sighting {
        device_id: id_of(request, input),
        agent: agent.clone(),
        address,
        is_playback: false,
    };
    let is_admitted = admit(exchange, request, line, sighting).await?;
    if !is_admitted {
        let refusal = Refusal {
            status: REFUSED,
            line: Some(line.id),
            stream: None,
            asked_stream: None,
            asked: request.path_and_query(),
            agent,
            address: address.to_string(),
        };
        subscription::log(&exchange.panel, refusal).await?;
    }
    Ok(is_admitted)
}
