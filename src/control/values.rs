//! Values that several bodies of the control plane have.

use deserr::{Deserr, IntoValue, ValuePointerRef};
use serde_json::{Value, json};
use utoipa::openapi::schema::{ObjectBuilder, OneOfBuilder, Type};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use super::members::{Leaf, leaves};
use super::problem::Problem;
use crate::openapi::typed::{of_types, schemas};

/// A whole number from `LEAST` to `MOST`.
#[derive(Clone, Copy, Debug)]
pub struct Bounded<const LEAST: u32, const MOST: u32>(pub u32);

/// A number from 0 to 1.
#[derive(Clone, Copy, Debug)]
pub struct Share(pub f64);

/// A value in its short form, or an object.
#[derive(Clone, Copy, Debug)]
pub enum OrObject<S, O> {
    Short(S),
    Object(O),
}

leaves!(Share);
schemas! {
    Share => of_types([Type::Number], "From 0 to 1.");
}

impl Leaf for Share {
    fn read(value: &Value, name: &str) -> Result<Share, Problem> {
        let share = value.as_f64().filter(|share| (0.0..=1.0).contains(share));
        share.map(Share).ok_or_else(|| {
            Problem::bad_request(
                format!("`{name}` is not between 0 and 1: {value}"),
                format!("send {}", json!({ name: 0.5 })),
            )
        })
    }
}

impl<const LEAST: u32, const MOST: u32> Leaf for Bounded<LEAST, MOST> {
    fn read(value: &Value, name: &str) -> Result<Self, Problem> {
        let number = value.as_u64().and_then(|number| u32::try_from(number).ok());
        let number = number.filter(|number| (LEAST..=MOST).contains(number));
        number.map(Bounded).ok_or_else(|| {
            Problem::bad_request(
                format!("`{name}` is no whole number from {LEAST} to {MOST}: {value}"),
                format!("send {}", json!({ name: LEAST })),
            )
        })
    }
}

impl<const LEAST: u32, const MOST: u32> Deserr<Problem> for Bounded<LEAST, MOST> {
    fn deserialize_from_value<V: IntoValue>(
        value: deserr::Value<V>,
        location: ValuePointerRef<'_>,
    ) -> Result<Self, Problem> {
        Self::read_at(&Value::from(value), location)
    }
}

impl<const LEAST: u32, const MOST: u32> PartialSchema for Bounded<LEAST, MOST> {
    fn schema() -> RefOr<Schema> {
        let number = ObjectBuilder::new().schema_type(Type::Integer);
        number.minimum(Some(LEAST)).maximum(Some(MOST)).into()
    }
}

impl<const LEAST: u32, const MOST: u32> ToSchema for Bounded<LEAST, MOST> {
    fn name() -> std::borrow::Cow<'static, str> {
        format!("From{LEAST}To{MOST}").into()
    }
}

impl<S: Deserr<Problem>, O: Deserr<Problem>> Deserr<Problem> for OrObject<S, O> {
    fn deserialize_from_value<V: IntoValue>(
        value: deserr::Value<V>,
        location: ValuePointerRef<'_>,
    ) -> Result<Self, Problem> {
        match value {
            deserr::Value::Map(_) => O::deserialize_from_value(value, location).map(OrObject::Object),
            _ => S::deserialize_from_value(value, location).map(OrObject::Short),
        }
    }
}

impl<S: ToSchema, O: ToSchema> PartialSchema for OrObject<S, O> {
    fn schema() -> RefOr<Schema> {
        let object = utoipa::openapi::Ref::from_schema_name(O::name());
        OneOfBuilder::new().item(S::schema()).item(object).into()
    }
}

impl<S: ToSchema, O: ToSchema> ToSchema for OrObject<S, O> {
    fn name() -> std::borrow::Cow<'static, str> {
        format!("{}Or{}", S::name(), O::name()).into()
    }

    fn schemas(all: &mut Vec<(String, RefOr<Schema>)>) {
        all.push((O::name().into_owned(), O::schema()));
        O::schemas(all);
    }
}
