//! Requests with credentials (contract "Player side", section 10): the checks, then a redirect to a data URL, or a
//! playlist.

use super::super::devices;
use super::super::login::Input;
use super::call::Call;
use super::path::{Door, First};
use super::{archive, data, hls};
use crate::http::Response;
use crate::panel::Result;
use crate::panel::viewers::checks::Admitted;
use crate::panel::viewers::{Container, ContentKind, Plays, StreamRequest, Ticket, source};

/// Seconds to the first use of a file's token.
const FILE_TOKEN: i64 = 60;

/// The kind of content that is played, and the name of the action.
const fn kind(plays: Plays) -> (ContentKind, &'static str) {
    match plays {
        Plays::Live => (ContentKind::Live, "live"),
        Plays::Movie => (ContentKind::Movie, "movie"),
        Plays::Episode => (ContentKind::Episode, "series"),
        Plays::Archive { .. } => (ContentKind::Archive, "timeshift"),
    }
}

/// What a request plays.
pub fn container(asked: &First) -> Container {
    match (asked.plays, asked.extension.as_str()) {
        (Plays::Movie | Plays::Episode, _) => Container::Vod,
        (_, "m3u8") => Container::Hls,
        _ => Container::Ts,
    }
}

/// Answers a request with credentials.
pub async fn answer(call: &Call<'_>, input: &Input, asked: &First) -> Result<Response> {
    let (kind, action) = kind(asked.plays);
    let request = StreamRequest {
        client: call.client.clone(),
        username: asked.username.clone(),
        password: asked.password.clone(),
        stream: asked.id,
        kind,
        extension: asked.extension.clone(),
        device_id: devices::id_of(&call.request, input),
        play_token: input.text("play_token"),
        joins_session: false,
    };
    let container = container(asked);
    let admitted = match call.check(&request, container).await? {
        Ok(admitted) => admitted,
        Err(refused) => return call.refuse(&refused, Some(&asked.username), Some(container)).await,
    };
    let viewer = call.viewer(admitted.line.subscription.id, admitted.stream.id, container);
    let sighting = request.sighting();
    if !devices::admit(call.exchange, &call.request, &admitted.line.subscription, sighting).await? {
        return call.refuse_device(&viewer).await;
    }
    call.count_admission();
    let Some(plays) = held(call, asked.plays, &admitted).await? else {
        return Ok(call.answered(action, Response::empty(404)));
    };
    let ticket = Ticket {
        request,
        viewer,
        plays,
        network: admitted.network.clone(),
    };
    if let (Some(location), Plays::Live) = (direct(call, &admitted), plays) {
        return Ok(call.redirect(action, location));
    }
    if container == Container::Hls {
        return hls::playlist(call, action, admitted, ticket).await;
    }
    if !call.viewers().stream_redirect {
        return data::play(call, ticket, String::new()).await;
    }
    let known = data::known_token(call, &ticket);
    let token = known.clone().unwrap_or_else(|| call.token());
    let location = format!("{}/{}/{token}", call.base(), Door::of(plays).name());
    if known.is_none() {
        let seconds = match container {
            Container::Vod => FILE_TOKEN,
            _ => i64::try_from(call.viewers().create_expiration.as_secs()).unwrap_or(i64::MAX),
        };
        call.grant(token, ticket, seconds);
    }
    Ok(call.redirect(action, location))
}

/// What of it is played; `None` for an archive that does not hold it.
async fn held(call: &Call<'_>, plays: Plays, admitted: &Admitted) -> Result<Option<Plays>> {
    match plays {
        Plays::Archive { start, seconds } => archive::held(call, &admitted.stream, start, seconds).await,
        plays => Ok(Some(plays)),
    }
}

/// Where clients are sent who play the source itself (section 10.1, step 5).
fn direct(call: &Call<'_>, admitted: &Admitted) -> Option<String> {
    let stream = &admitted.stream;
    let is_direct = stream.is_direct && !source::is_test(call.media(), stream);
    stream.sources.first().filter(|_| is_direct).cloned()
}
