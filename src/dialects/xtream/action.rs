//! Actions of the Xtream APIs: what one row of their tables says. Routing, parameter pages, the README's table, the
//! OpenAPI document and the tests are derived from the tables.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, LazyLock};

use super::answer::Data;
use super::input::Input;
use super::listing::Listing;
use super::params::{Form, ID, Param};
use super::schemas::Answer;
use super::shape::Shape;
use super::trade::Trade;
use super::variant::Variant;
use super::xui::{XuiForm, XuiRules};
use crate::panel::audit::Actor;
use crate::panel::draft::Purpose;
use crate::panel::error::Thing;
use crate::panel::named_keys::Reach;
use crate::panel::noun::Noun;
use crate::panel::reselling::Goods;
use crate::panel::reselling::seller::Right;
use crate::panel::{Context, Panel, Result};

/// One action.
pub struct Action {
    pub name: &'static str,
    /// The chapter of the vendor's document that it belongs to.
    pub group: &'static str,
    /// One sentence.
    pub doc: &'static str,
    pub verb: Verb,
    /// The answer of an operation of its own, for OpenAPI; the other verbs say it themselves.
    pub answer: Answer,
    /// The right that a reseller's group needs for it, where it only reads.
    pub right: Option<Right>,
    /// What is special about it in the profile `xui`.
    pub xui: XuiRules,
}

/// The operation of an action.
pub enum Verb {
    /// Shows the account that the key belongs to.
    Me(&'static Shape),
    /// Shows one thing.
    Get(&'static Shape, Thing),
    /// Shows all things, in the order of a column or of their ids.
    All(&'static Shape, Option<&'static str>),
    /// Shows a page of things.
    Page(&'static Listing),
    /// Creates a thing and shows it.
    Create(&'static dyn Noun, Form, &'static Shape),
    /// Changes a thing and shows it.
    Edit(&'static dyn Noun, Form, &'static Shape),
    /// Deletes a thing.
    Delete(&'static dyn Noun),
    /// Sets one column of a thing.
    Switch(&'static dyn Noun, &'static str, i64),
    /// Changes settings by their names.
    Configure(&'static LazyLock<Vec<Param>>, Operation),
    /// Runs another operation that only reads.
    Read(&'static [&'static Param], Operation),
    /// Runs another operation that writes.
    Write(&'static [&'static Param], Operation),
    /// Shows the packages that the caller's group sells, with the caller's prices.
    Sold(&'static Shape),
    /// Runs a write of a reseller.
    Trade(&'static Trade),
    /// Runs an operation that writes in more than one step.
    Steps(&'static [&'static Param], Steps),
}

/// An operation in one step.
pub type Operation = fn(&Context<'_>, &Input) -> Result<Data>;

/// An operation in more than one step.
pub type Steps = fn(Arc<Panel>, Actor, Arc<Input>) -> Pin<Box<dyn Future<Output = Result<Data>>>>;

impl Action {
    /// Sets the answer of an operation of its own.
    pub const fn answers(self, answer: Answer) -> Action {
        Action { answer, ..self }
    }

    /// Sets the right that a reseller's group needs.
    pub const fn needs(self, right: Right) -> Action {
        let right = Some(right);
        Action { right, ..self }
    }

    /// Sets a special form of the answer in the profile `xui`.
    pub const fn xui(self, form: XuiForm) -> Action {
        let xui = XuiRules {
            form: Some(form),
            ..self.xui
        };
        Action { xui, ..self }
    }

    /// Makes its edit give what is not sent the value of a new row, in the profile `xui`.
    pub const fn renews(self) -> Action {
        let xui = XuiRules {
            renews: true,
            ..self.xui
        };
        Action { xui, ..self }
    }

    /// Sets the operation that runs in its place in the profile `xui`.
    pub const fn xui_reads(self, operation: Operation) -> Action {
        let xui = XuiRules {
            reads: Some(operation),
            ..self.xui
        };
        Action { xui, ..self }
    }

    /// Returns the operation that runs for an action that reads.
    pub fn reads(&self, variant: Variant, operation: Operation) -> Operation {
        match variant {
            Variant::Documented | Variant::Live => operation,
            Variant::Xui => self.xui.reads.unwrap_or(operation),
        }
    }

    /// Returns what its write does with the fields that are not sent.
    pub fn purpose(&self, variant: Variant) -> Purpose {
        match (&self.verb, variant) {
            (Verb::Create(..), _) => Purpose::Create,
            (Verb::Trade(trade), _) => trade.purpose(),
            (_, Variant::Xui) if self.xui.renews => Purpose::Renew,
            _ => Purpose::Edit,
        }
    }

    /// Whether it can change anything.
    pub fn writes(&self) -> bool {
        !matches!(
            self.verb,
            Verb::Me(_) | Verb::Get(..) | Verb::All(..) | Verb::Sold(_) | Verb::Page(_) | Verb::Read(..)
        )
    }

    /// Returns what scopes of named keys ask of it.
    pub fn reach(&self) -> Reach {
        Reach {
            writes: self.writes(),
            is_sql: self.name == "mysql_query",
        }
    }

    /// Returns its own parameters, and whether this action requires each of them.
    pub fn params(&self) -> Vec<(&'static Param, bool)> {
        match &self.verb {
            Verb::Me(_) | Verb::All(..) | Verb::Sold(_) | Verb::Page(_) => Vec::new(),
            Verb::Trade(trade) => trade.params(),
            Verb::Get(..) | Verb::Delete(_) | Verb::Switch(..) => vec![(&ID, true)],
            Verb::Create(_, form, _) => {
                let params = form.iter().flat_map(|group| group.params());
                params.map(|param| (param, param.input.required)).collect()
            }
            Verb::Edit(_, form, _) => {
                let params = form.iter().flat_map(|group| group.params());
                let fields = params.map(|param| (param, false));
                std::iter::once((&ID, true)).chain(fields).collect()
            }
            Verb::Configure(params, _) => params.iter().map(|param| (param, false)).collect(),
            Verb::Read(params, _) | Verb::Write(params, _) | Verb::Steps(params, _) => {
                params.iter().map(|param| (*param, param.input.required)).collect()
            }
        }
    }

    /// Returns what it sells, if it is a sale.
    pub fn sells(&self) -> Option<Goods> {
        match &self.verb {
            Verb::Trade(trade) => trade.deal.sells(),
            _ => None,
        }
    }

    /// Returns what it reads instead of a parameter that was sent without brackets: `search[value]` for `search`.
    pub fn bracketed(&self, name: &str) -> Option<&'static str> {
        const READ: [(&str, &str); 2] = [("search", "search[value]"), ("order", "order[0][column]")];
        let Verb::Page(_) = self.verb else {
            return None;
        };
        READ.iter().find(|(plain, _)| *plain == name).map(|(_, read)| *read)
    }

    /// Whether it has an `api_key` among its own parameters.
    pub fn takes_a_key(&self) -> bool {
        self.params().iter().any(|(param, _)| param.name() == "api_key")
    }

    /// Whether it has a parameter of this name (contract, 3.2).
    pub fn knows(&self, name: &str) -> bool {
        let listed = match &self.verb {
            Verb::Page(listing) => listing.extra_params().any(|param| param == name),
            Verb::Trade(trade) => trade.ignored.contains(&name),
            _ => false,
        };
        COMMON.contains(&name)
            || listed
            || self
                .params()
                .iter()
                .any(|(param, _)| param.names().any(|known| known == name))
    }
}

/// The parameters that every action knows (contract, 3.2).
pub const COMMON: [&str; 9] = [
    "api_key",
    "action",
    "start",
    "limit",
    "show_columns",
    "hide_columns",
    "search",
    "order",
    "filter",
];

/// Creates a row of the table.
pub const fn row(name: &'static str, group: &'static str, doc: &'static str, verb: Verb) -> Action {
    Action {
        name,
        group,
        doc,
        verb,
        answer: Answer::Done,
        right: None,
        xui: XuiRules::NONE,
    }
}
