//! Middleware that only some requests enter: most servers have no journal, no faults and no strictness, and then
//! a layer costs one test.

use std::future::{Ready, ready};
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};

use actix_web::dev::{Service, ServiceRequest, ServiceResponse, Transform};
use actix_web::{Error, HttpMessage};
use futures_util::future::Either;

use super::route::Route;

/// The future of a layer's answer.
pub type Answered = Pin<Box<dyn Future<Output = Result<ServiceResponse, Error>>>>;

/// A layer: which requests enter it, and what it does with them. A request without a route enters none.
#[derive(Clone, Copy)]
pub struct Layer {
    pub applies: fn(&Route) -> bool,
    pub run: fn(Rc<Route>, ServiceRequest, Next) -> Answered,
}

/// The service below a layer.
#[derive(Clone)]
pub struct Next(Rc<dyn Below>);

impl Next {
    /// Calls the service below.
    pub fn call(&self, request: ServiceRequest) -> Answered {
        self.0.answer(request)
    }
}

trait Below {
    fn answer(&self, request: ServiceRequest) -> Answered;
}

struct Inner<S>(S);

impl<S> Below for Inner<S>
where
    S: Service<ServiceRequest, Response = ServiceResponse, Error = Error> + 'static,
{
    fn answer(&self, request: ServiceRequest) -> Answered {
        Box::pin(self.0.call(request))
    }
}

/// A layer over a service.
pub struct Layered<S> {
    layer: Layer,
    inner: Rc<Inner<S>>,
}

impl<S> Transform<S, ServiceRequest> for Layer
where
    S: Service<ServiceRequest, Response = ServiceResponse, Error = Error> + 'static,
{
    type Response = ServiceResponse;
    type Error = Error;
    type Transform = Layered<S>;
    type InitError = ();
    type Future = Ready<Result<Layered<S>, ()>>;

    fn new_transform(&self, service: S) -> Self::Future {
        ready(Ok(Layered {
            layer: *self,
            inner: Rc::new(Inner(service)),
        }))
    }
}

impl<S> Service<ServiceRequest> for Layered<S>
where
    S: Service<ServiceRequest, Response = ServiceResponse, Error = Error> + 'static,
{
    type Response = ServiceResponse;
    type Error = Error;
    type Future = Either<S::Future, Answered>;

    fn poll_ready(&self, context: &mut Context<'_>) -> Poll<Result<(), Error>> {
        self.inner.0.poll_ready(context)
    }

    fn call(&self, request: ServiceRequest) -> Self::Future {
        let entered = {
            let extensions = request.extensions();
            let route = extensions.get::<Rc<Route>>();
            route.filter(|route| (self.layer.applies)(route)).cloned()
        };
        match entered {
            None => Either::Left(self.inner.0.call(request)),
            Some(route) => {
                let below: Rc<dyn Below> = self.inner.clone();
                Either::Right((self.layer.run)(route, request, Next(below)))
            }
        }
    }
}
