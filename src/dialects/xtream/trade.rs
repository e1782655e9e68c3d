//! Writes of resellers: an operation with a price, which can be tried without being done (`dry_run`) and sent again without
//! being done twice (`request_id`; contract "Reseller API", section 4).
//!
//! The look-up of an earlier answer, the operation and the storing of its answer are one job of the writer. A dry run is
//! this job rolled back.

use std::sync::Arc;

use rusqlite::types::Value;

use super::action::Action;
use super::answer::{Data, Number, Printing};
use super::input::Input;
use super::params::{Form, ID, Param};
use super::run::printed;
use super::shape::Shape;
use super::writing::Rules;
use super::{params, run};
use crate::money::Money;
use crate::panel::audit::Actor;
use crate::panel::draft::{Draft, Purpose};
use crate::panel::error::Thing;
use crate::panel::fields::{Field, FieldType, LONG, MOST, flag, limited};
use crate::panel::resellers::Adjusted;
use crate::panel::reselling::{Goods, Order, Receipt, accounts, kept_answers, sale};
use crate::panel::{Context, Error, Panel, Result};

/// A write of a reseller.
pub struct Trade {
    pub deal: Deal,
    /// The parameters that its deal reads beside the form.
    pub params: &'static [&'static Param],
    pub form: Form,
    /// Names that clients of other panels send; they are known and ignored.
    pub ignored: &'static [&'static str],
    /// The keys of its answer; without any it is a status alone.
    pub shape: Option<&'static Shape>,
}

/// What a reseller does.
#[derive(Clone, Copy, Debug)]
pub enum Deal {
    Create(Goods),
    Edit(Goods),
    /// Moves the expiry of a line on.
    Extend,
    Delete(Goods),
    Switch(Goods, bool),
    /// Turns a device into a line.
    Convert(Goods),
    CreateUser,
    EditUser,
    DeleteUser,
    SwitchUser(bool),
    AdjustCredits,
}

impl Deal {
    /// Returns what is sold, if it is a sale.
    pub fn sells(self) -> Option<Goods> {
        match self {
            Deal::Create(goods) | Deal::Edit(goods) => Some(goods),
            Deal::Extend => Some(Goods::Line),
            _ => None,
        }
    }
}

const fn positive(name: &'static str, doc: &'static str) -> Param {
    Param::of(Field::new(name, FieldType::Int(1, MOST), doc))
}

/// What is bought.
pub static PACKAGE: Param = positive("package", "The package: its id in `packages`.")
    .default("nothing is bought")
    .example("1");
/// Whether it is a trial.
pub static TRIAL: Param =
    Param::of(flag("trial", "1: a trial, for the package's trial price and duration.")).default("0");
/// Whom it is for.
pub static MEMBER: Param = positive(
    "member_id",
    "The account that it belongs to: the caller or one of its family; other ids and trials are the caller's.",
)
.default("the caller")
.example("88");
/// The group of a sub-reseller.
pub static GROUP: Param = positive("member_group_id", "One of the groups that the caller's group names.")
    .default("the first of them")
    .example("3");
/// `adjust_credits`.
pub static CREDITS: Param = Param::of(Field::new(
    "credits",
    FieldType::Money,
    "Credits that move to the sub-reseller; negative moves them back.",
))
.required();
/// `adjust_credits`.
pub static NOTE: Param =
    Param::of(limited("note", LONG, "What the credit log says.")).default("'Reseller API Adjustment'");
/// Every write.
pub static DRY_RUN: Param = Param::of(flag("dry_run", "1: checks and prices the call, and does nothing.")).default("0");
/// Every write that creates.
pub static REQUEST_ID: Param = Param::of(limited(
    "request_id",
    LONGEST_ID,
    "Names the call for 24 hours: sent again, it is answered as the first time and does nothing.",
));

/// Longest `request_id`, in characters.
const LONGEST_ID: usize = 128;

impl Trade {
    /// Whether it makes something.
    pub fn creates(&self) -> bool {
        matches!(self.deal, Deal::Create(_) | Deal::CreateUser)
    }

    /// Returns what it does with the fields that are not sent.
    pub fn purpose(&self) -> Purpose {
        match self.creates() {
            true => Purpose::Create,
            false => Purpose::Edit,
        }
    }

    /// Returns its parameters, and whether each is required.
    pub fn params(&self) -> Vec<(&'static Param, bool)> {
        let is_needed = |param: &Param| match self.deal {
            Deal::Create(_) => matches!(param.name(), "package" | "mac"),
            Deal::Extend => param.name() == "package",
            _ => param.input.required,
        };
        let id = (!self.creates()).then_some(&ID);
        let of_form = self.form.iter().flat_map(|group| group.params());
        let request_id = self.creates().then_some(&REQUEST_ID);
        let own = self.params.iter().copied().chain(of_form);
        let all = id.into_iter().chain(own).chain([&DRY_RUN]).chain(request_id);
        all.map(|param| (param, param.name() == "id" || is_needed(param)))
            .collect()
    }

    fn order<'a>(&self, input: &Input, values: &'a Draft, rules: &Rules) -> Order<'a> {
        let is_for_others = self.params.iter().any(|param| param.name() == MEMBER.name());
        Order {
            package: sent_id(input, &PACKAGE),
            trial: sent_flag(input, &TRIAL).map(|is_trial| is_trial.then_some(rules.trials)),
            member: sent_id(input, &MEMBER).filter(|_| is_for_others),
            values,
        }
    }

    /// Returns what its answer shows: of a converted device the line that it has become.
    fn shown(&self) -> Thing {
        match self.deal {
            Deal::Convert(_) => Thing::Line,
            _ => self.thing(),
        }
    }

    /// Returns what its id names.
    pub fn thing(&self) -> Thing {
        match self.deal {
            Deal::Create(goods) | Deal::Edit(goods) | Deal::Delete(goods) => goods.noun().thing(),
            Deal::Switch(goods, _) | Deal::Convert(goods) => goods.noun().thing(),
            Deal::Extend => Thing::Line,
            Deal::CreateUser | Deal::EditUser | Deal::DeleteUser | Deal::SwitchUser(_) | Deal::AdjustCredits => {
                Thing::User
            }
        }
    }
}

/// Why a job is rolled back.
enum Stop {
    /// It was only tried; this would have been the answer.
    Tried(Vec<u8>),
    Failed(Error),
}

impl<E: Into<Error>> From<E> for Stop {
    fn from(error: E) -> Self {
        Stop::Failed(error.into())
    }
}

/// Runs a write.
///
/// # Errors
/// Those of its checks; [`Error::Busy`].
pub async fn run(
    panel: &Arc<Panel>,
    actor: Actor,
    action: &'static Action,
    trade: &'static Trade,
    input: Arc<Input>,
) -> Result<Data> {
    let tried = sent_flag(&input, &DRY_RUN)?;
    let request_id = match trade.creates() {
        true => request_id(&input)?.filter(|_| !tried),
        false => None,
    };
    let writing = run::writing(panel, actor.caller, action, &input);
    let draft = params::draft(trade.form, &input, &writing);
    let job = move |context: &Context<'_>| -> Result<Vec<u8>, Stop> {
        if let Some(id) = &request_id
            && let Some(known) = kept_answers::find(context, action.name, id)?
        {
            return Ok(known);
        }
        let (data, receipt) = perform(context, trade, &input, &draft, writing.rules)?;
        let data = match tried && trade.creates() {
            true => data.without_ids(),
            false => data,
        };
        let (body, _) = printed(action, input.variant, Ok(data), Printing::now(context.panel))?;
        if tried {
            return Err(Stop::Tried(with_receipt(body, receipt)));
        }
        if let Some(id) = &request_id {
            kept_answers::keep(context, action.name, id, &body)?;
        }
        Ok(body)
    };
    match panel.write_as(actor, job).await {
        Ok(body) | Err(Stop::Tried(body)) => Ok(Data::Finished(body)),
        Err(Stop::Failed(error)) => Err(error),
    }
}

/// Reads a flag; missing and empty are 0.
fn sent_flag(input: &Input, param: &Param) -> Result<bool> {
    match input.text(param.name())?.as_deref() {
        None | Some("0") => Ok(false),
        Some("1") => Ok(true),
        Some(_) => Err(Error::Invalid(param.name().into())),
    }
}

/// Reads the name of a call. One that is sent and is none protects from nothing, so it is refused.
fn request_id(input: &Input) -> Result<Option<String>> {
    let Some(node) = input.node(REQUEST_ID.name()) else {
        return Ok(None);
    };
    let text = node.text().and(input.scalar(REQUEST_ID.name()));
    let is_good = |text: &str| (1..=LONGEST_ID).contains(&text.chars().count());
    match text.filter(|text| is_good(text)) {
        Some(text) => Ok(Some(text.into_owned())),
        None => Err(Error::Invalid(REQUEST_ID.name().into())),
    }
}

/// Appends what a call would have cost.
fn with_receipt(mut body: Vec<u8>, receipt: Receipt) -> Vec<u8> {
    // An answer is an object.
    body.pop();
    let members = format!(
        r#","dry_run":1,"cost":{},"credits_after":{}}}"#,
        receipt.cost.cents(),
        receipt.credits_after.cents()
    );
    body.extend_from_slice(members.as_bytes());
    body
}

/// Does a deal, and returns its answer.
fn perform(
    context: &Context<'_>,
    trade: &Trade,
    input: &Input,
    draft: &Draft,
    rules: &Rules,
) -> Result<(Data, Receipt)> {
    // An id that is none names nothing that there is.
    let id = input.id(ID.name()).unwrap_or(0);
    let (id, receipt) = match trade.deal {
        Deal::Create(goods) => sale::create(context, goods, &trade.order(input, draft, rules))?,
        Deal::Edit(goods) => (id, sale::edit(context, goods, id, &trade.order(input, draft, rules))?),
        Deal::Extend => (id, sale::extend(context, id, sent_id(input, &PACKAGE))?),
        Deal::Delete(goods) => (id, sale::delete(context, goods, id)?),
        Deal::Switch(goods, enabled) => (id, sale::switch(context, goods, id, enabled)?),
        Deal::Convert(goods) => sale::convert(context, goods, id)?,
        Deal::CreateUser => accounts::create(context, draft, sent_id(input, &GROUP))?,
        Deal::EditUser => (id, accounts::edit(context, id, draft, sent_id(input, &GROUP))?),
        Deal::DeleteUser => (id, accounts::delete(context, id)?),
        Deal::SwitchUser(enabled) => (id, accounts::switch(context, id, enabled)?),
        Deal::AdjustCredits => return adjust(context, id, input),
    };
    let data = match trade.shape {
        Some(shape) => Data::load(context, shape.whole(input.variant), id, trade.shown())?,
        None => Data::Done,
    };
    Ok((data, receipt))
}

/// Reads an id that may be left out or empty; one that is none is 0.
fn sent_id(input: &Input, param: &Param) -> Option<i64> {
    let node = input.node(param.name())?;
    let is_empty = node.text().is_some() && input.scalar(param.name()).is_some_and(|text| text.is_empty());
    (!is_empty).then(|| input.id(param.name()).unwrap_or(0))
}

fn adjust(context: &Context<'_>, id: i64, input: &Input) -> Result<(Data, Receipt)> {
    let amount = CREDITS.money(input);
    let note = input.text(NOTE.name());
    let note = note.map(|note| note.unwrap_or("Reseller API Adjustment".into()));
    let (adjusted, receipt) = accounts::adjust(context, id, &amount, note.as_deref())?;
    Ok((self::adjusted(id, adjusted, receipt.cost), receipt))
}

/// What `adjust_credits` answers.
pub fn adjusted(id: i64, Adjusted { before, after }: Adjusted, amount: Money) -> Data {
    Data::Numbers(vec![
        ("id", Number::Int(id)),
        ("credits_before", Number::Cents(before)),
        ("credits_after", Number::Cents(after)),
        ("adjusted", Number::Money(amount)),
    ])
}

/// The same for OpenAPI.
pub fn adjusted_sample() -> Data {
    let (before, after) = (Money(1050), Money(2300));
    adjusted(88, Adjusted { before, after }, Money(1250))
}

/// The ids that a new thing has.
const NEW_IDS: [&str; 4] = ["id", "user_id", "mag_id", "device_id"];

impl Data {
    /// The same of a thing that is not made: its ids are 0.
    fn without_ids(self) -> Data {
        let Data::One(shaped, mut record) = self else {
            return self;
        };
        for (key, value) in shaped.keys.iter().zip(record.iter_mut()) {
            // In the profile `xui` a MAG device has a text of the name `device_id`.
            if NEW_IDS.contains(&key.column.name) && matches!(value, Value::Integer(_)) {
                *value = Value::Integer(0);
            }
        }
        Data::One(shaped, record)
    }
}
