//! Images that are charged to the memory of all states for as long as anybody has them.

use std::sync::Arc;

use crate::budget::{Budget, Charge};
use crate::control::Control;
use crate::control::limits::no_room_for_states;
use crate::control::problem::Problem;
use crate::http::Request;
use crate::http::connection::ConnectionHandle;
use crate::seeds::{PlantingLimit, PlantingStop};
use crate::store::Image;

/// An image with its charge. Clones share both.
#[derive(Clone)]
pub struct HeldImage {
    image: Image,
    _charge: Option<Arc<Charge>>,
}

impl HeldImage {
    /// Charges an image.
    ///
    /// # Errors
    /// There is no room for it, or an error of the store.
    pub fn new(image: Image, mut charge: Charge) -> Result<HeldImage, Problem> {
        grow_to(&mut charge, image.size()?)?;
        Ok(HeldImage {
            image,
            _charge: Some(Arc::new(charge)),
        })
    }

    /// Returns the image.
    pub fn image(&self) -> &Image {
        &self.image
    }
}

/// An image that is not charged: that of the server's own panel.
impl From<Image> for HeldImage {
    fn from(image: Image) -> HeldImage {
        HeldImage { image, _charge: None }
    }
}

/// Charges up to this many bytes.
///
/// # Errors
/// There is no room for them.
pub fn grow_to(charge: &mut Charge, bytes: usize) -> Result<(), Problem> {
    match charge.grow_to(bytes) {
        true => Ok(()),
        false => Err(no_room_for_states()),
    }
}

/// Charges a copy of the panel's present state, before it is made.
///
/// # Errors
/// There is no room for it, or an error of the store.
pub async fn charge_present(control: &Control) -> Result<Charge, Problem> {
    let mut charge = control.limits.states.charge();
    grow_to(&mut charge, control.panel.store().size().await?)?;
    Ok(charge)
}

/// Plants for a caller: what it lets the server generate stops when it leaves.
///
/// # Errors
/// The caller has left.
pub async fn plant_for<T>(
    request: &Request<'_>,
    budget: &Budget,
    planting: impl AsyncFnOnce(PlantingLimit) -> T,
) -> Result<T, Problem> {
    // Dropped with this future too, when the server drops the request.
    let (limit, caller) = PlantingLimit::new(budget);
    let planted = tokio::select! {
        planted = planting(limit) => Ok(planted),
        () = ConnectionHandle::client_left(request.connection()) => Err(stopped(PlantingStop::CallerLeft)),
    };
    drop(caller);
    planted
}

/// The problem of a planting that was stopped.
pub fn stopped(stop: PlantingStop) -> Problem {
    match stop {
        PlantingStop::NoRoom => no_room_for_states(),
        PlantingStop::CallerLeft => Problem::bad_request("the caller has left", "wait for the answer"),
        PlantingStop::TooLong => {
            let hint = "send fewer rows at once, or start the server with a larger --read-limit";
            Problem::new(503, "busy", "it took too long and nothing was done", hint)
        }
    }
}
