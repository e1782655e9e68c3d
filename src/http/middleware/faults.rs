//! Faults: effects before and after the panel does its work, and on how the answer is sent. With
//! `--debug-headers`, headers of the answer say how the request was recorded.

use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use actix_web::Error;
use actix_web::dev::{ServiceRequest, ServiceResponse};

use crate::control::Control;
use crate::control::faults::{self, ActiveFault, FaultPlan};
use crate::control::journal::entry::Entry;
use crate::dialects::presets::PresetContext;
use crate::http::delivery::{Delivery, Pace};
use crate::http::layer::{Layer, Next};
use crate::http::response::Response;
use crate::http::route::Route;

/// The layer.
pub const FAULTS: Layer = Layer {
    applies: |route| {
        let control = route.control();
        control.is_some_and(|control| control.may_change_answer(route.is_tested))
    },
    run: |route, request, next| Box::pin(disturbed(route, request, next)),
};

async fn disturbed(route: Rc<Route>, request: ServiceRequest, next: Next) -> Result<ServiceResponse, Error> {
    let (Some(control), Some(entry)) = (route.control(), route.entry.get()) else {
        return next.call(request).await;
    };
    let test_headers = route.test_headers(&request);
    // A request without test headers needs no token.
    let admitted = match test_headers.any() {
        true => {
            control
                .admit_caller(&route.exchange.access, &route.request(&request))
                .await
        }
        false => Ok(()),
    };
    let explains = control.explains(&test_headers, admitted.is_ok());
    let plan = control.fault_plan(entry, &test_headers, admitted).await;
    let mut response = match plan {
        Ok(plan) => under(&route, control, entry, plan, request, next).await?,
        Err(problem) => request.into_response(problem.response().into_http()),
    };
    if explains {
        control.explain(response.headers_mut(), entry).await;
    }
    Ok(response)
}

/// Answers a request under its fault plan.
async fn under(
    route: &Rc<Route>,
    control: &Arc<Control>,
    entry: &Arc<Entry>,
    plan: FaultPlan,
    request: ServiceRequest,
    next: Next,
) -> Result<ServiceResponse, Error> {
    if let Some(id) = &plan.id {
        entry.set_fault(id);
        control.metrics().count_fault(id);
    }
    wait(plan.before).await;
    let Some(active) = plan.active else {
        let response = next.call(request).await?;
        wait(plan.after).await;
        return Ok(response);
    };
    let ActiveFault {
        effect,
        after,
        hit,
        rng,
    } = active;
    let (instead, rng) = {
        let view = route.request(&request);
        let url = control.url(&view);
        let context = PresetContext {
            method: view.method,
            path: view.path,
            query: view.query,
            hit,
            rng,
            url: &url,
            now: control.panel().clock().now(),
            zone: control.panel().zone(),
        };
        let instead = match (effect.word(), route.dialect) {
            (Some(word), Some(dialect)) => Some(dialect.failure_named(control.panel(), word)),
            (Some(_), None) => None,
            (None, _) => effect.instead(&context),
        };
        (instead, context.rng)
    };
    if effect.is_upstream_down() {
        route.exchange.set_upstream_down();
    }
    let works = after || (instead.is_none() && !effect.drops_connection());
    let (request, given) = match works {
        true => {
            if let Some(query) = faults::without_hop(request.query_string()) {
                route.exchange.set_query(query.to_owned());
            }
            let (request, response) = next.call(request).await?.into_parts();
            (request, Some(response))
        }
        false => (request.into_parts().0, None),
    };
    wait(plan.after).await;
    let response = match (instead, given) {
        (Some(instead), _) => instead,
        (None, Some(given)) => Response::from_http(given),
        (None, None) => Response::empty(200),
    };
    let stream = route.exchange.stream();
    let is_disturbed = stream.is_some_and(|answer| effect.disturb(answer));
    let delivery: Delivery = effect.apply(response, &rng, is_disturbed);
    if let Some(answer) = stream.filter(|_| delivery.pace != Pace::Whole) {
        answer.will_end_by_fault();
    }
    if is_disturbed && delivery.pace == Pace::Whole {
        return Ok(ServiceResponse::new(request, delivery.into_http(&route.connection)));
    }
    route.exchange.set_delivered(delivery.delivered());
    let response = delivery.into_http(&route.connection);
    Ok(ServiceResponse::new(request, response))
}

async fn wait(time: Duration) {
    if !time.is_zero() {
        actix_web::rt::time::sleep(time).await;
    }
}
