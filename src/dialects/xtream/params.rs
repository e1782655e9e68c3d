//! Parameters: a field of a noun under the name by which an action takes it, and the rules of the contract for it
//! (3.2 and 3.3).
//!
//! An action names a list of parameters, and parsing, strictness and the generated pages are derived from it.

use std::sync::OnceLock;

use rusqlite::types::Value;

use super::input::Input;
use super::writing::Writing;
use crate::dialects::php::scalar::whole_int;
use crate::money::Money;
use crate::panel::draft::{Draft, FieldValue, Purpose};
use crate::panel::fields::{FaultReason, Field, FieldSource, FieldType, Fields, InputField, LONG, SentValue, limited};
use crate::panel::{Error, Result};
use crate::time::{Zone, iso, parse_local};

/// A parameter of an action.
#[derive(Clone, Copy, Debug)]
pub struct Param {
    /// The field that it sets, under its own name.
    pub input: InputField,
    /// A second spelling.
    pub also: Option<&'static str>,
    /// A value for the generated pages, if that of its type says too little.
    pub example: Option<&'static str>,
    rules: ParamRules,
}

/// The contract's own rules for a parameter.
#[derive(Clone, Copy, Debug)]
struct ParamRules {
    /// The parameter that is optional, and ignored, when this flag is 1.
    waives: Option<&'static str>,
    /// Whether it is checked right after the dates.
    early: bool,
    /// Whether it is a flag whose value counts, also where other flags are on as soon as they are sent.
    by_value: bool,
    /// Whether it is the owner of a row, which may be the caller.
    is_owner: bool,
    /// Whether an edit without it clears it where the panel's rules say so.
    cleared: bool,
}

impl ParamRules {
    const NONE: ParamRules = ParamRules {
        waives: None,
        early: false,
        by_value: false,
        is_owner: false,
        cleared: false,
    };
}

/// Parameters of one group that follow each other and have the same rules.
#[derive(Debug)]
pub struct Names {
    /// Their names, separated by spaces.
    list: &'static str,
    /// The field that a single one sets, if it has another name.
    column: Option<&'static str>,
    also: Option<&'static str>,
    required: bool,
    example: Option<&'static str>,
    /// What a new row gets without them, in words.
    default: Option<&'static str>,
    rules: ParamRules,
}

/// Takes fields under their own names, which are separated by spaces.
pub const fn names(list: &'static str) -> Names {
    Names {
        list,
        column: None,
        also: None,
        required: false,
        example: None,
        default: None,
        rules: ParamRules::NONE,
    }
}

impl Names {
    /// Sets a field of another name.
    pub const fn column(self, column: &'static str) -> Names {
        let column = Some(column);
        Names { column, ..self }
    }

    /// Adds a second spelling.
    pub const fn also(self, also: &'static str) -> Names {
        let also = Some(also);
        Names { also, ..self }
    }

    /// Makes them required on create.
    pub const fn required(self) -> Names {
        let required = true;
        Names { required, ..self }
    }

    /// Sets a value for the generated pages.
    pub const fn example(self, example: &'static str) -> Names {
        let example = Some(example);
        Names { example, ..self }
    }

    /// Says in words what a new row gets without them, if that is not the field's default.
    pub const fn default(self, words: &'static str) -> Names {
        let default = Some(words);
        Names { default, ..self }
    }

    /// Checks them right after the dates, before the parameters without a fixed position (3.4).
    pub const fn checked_early(self) -> Names {
        self.with(ParamRules {
            early: true,
            ..ParamRules::NONE
        })
    }

    /// Makes the value of a flag count in every profile.
    pub const fn by_value(self) -> Names {
        self.with(ParamRules {
            by_value: true,
            ..ParamRules::NONE
        })
    }

    /// Marks the owner of a row.
    pub const fn owner(self) -> Names {
        self.with(ParamRules {
            is_owner: true,
            ..ParamRules::NONE
        })
    }

    /// Makes an edit without them clear them, where the panel's rules say so.
    pub const fn cleared(self) -> Names {
        let rules = ParamRules {
            cleared: true,
            ..self.rules
        };
        self.with(rules)
    }

    /// Makes another parameter optional when this flag is 1.
    pub const fn waives(self, other: &'static str) -> Names {
        self.with(ParamRules {
            waives: Some(other),
            ..ParamRules::NONE
        })
    }

    const fn with(self, rules: ParamRules) -> Names {
        Names { rules, ..self }
    }

    /// Returns the parameters.
    fn params(&self, fields: &'static Fields) -> impl Iterator<Item = Param> {
        self.list.split_whitespace().filter_map(|name| {
            let field = fields.get(self.column.unwrap_or(name))?;
            let input = InputField {
                name,
                required: self.required,
                field: self.default.map_or(field, |words| field.default(words)),
            };
            Some(Param {
                input,
                also: self.also,
                example: self.example,
                rules: self.rules,
            })
        })
    }
}

/// Parameters that set fields of one table.
#[derive(Debug)]
pub struct Group {
    fields: &'static Fields,
    names: &'static [Names],
    params: OnceLock<Vec<Param>>,
}

/// Creates a group of parameters.
pub const fn group(fields: &'static Fields, names: &'static [Names]) -> Group {
    Group {
        fields,
        names,
        params: OnceLock::new(),
    }
}

impl Group {
    /// Returns the parameters, in order.
    pub fn params(&self) -> &[Param] {
        self.params.get_or_init(|| {
            let names = self.names.iter();
            names.flat_map(|names| names.params(self.fields)).collect()
        })
    }

    /// Returns the names of its parameters as they are declared.
    pub fn declared(&self) -> impl Iterator<Item = &'static str> {
        self.names.iter().flat_map(|names| names.list.split_whitespace())
    }
}

impl Param {
    /// Creates a parameter that belongs to no noun.
    pub const fn of(field: Field) -> Param {
        let input = InputField {
            name: field.name,
            required: false,
            field,
        };
        Param {
            input,
            also: None,
            example: None,
            rules: ParamRules::NONE,
        }
    }

    /// Makes it required.
    pub const fn required(self) -> Param {
        let input = InputField {
            required: true,
            ..self.input
        };
        Param { input, ..self }
    }

    /// Sets the default for the generated pages.
    pub const fn default(self, default: &'static str) -> Param {
        let input = InputField {
            field: self.input.field.default(default),
            ..self.input
        };
        Param { input, ..self }
    }

    /// Sets a value for the generated pages: with the `docs` seed a call that has it succeeds.
    pub const fn example(self, example: &'static str) -> Param {
        let example = Some(example);
        Param { example, ..self }
    }

    pub fn name(&self) -> &'static str {
        self.input.name
    }

    pub fn kind(&self) -> FieldType {
        self.input.field.kind
    }

    /// Returns all spellings of the parameter.
    pub fn names(&self) -> impl Iterator<Item = &'static str> {
        [Some(self.name()), self.also].into_iter().flatten()
    }

    /// Returns the value as it was sent, under either name.
    fn sent<'a>(&self, source: &'a dyn FieldSource) -> Option<&'a dyn SentValue> {
        self.names().find_map(|name| source.sent(name))
    }

    fn invalid(&self) -> Error {
        Error::Invalid(self.name().into())
    }

    /// Returns its position among the checks (3.4): dates, early checks, the rest, the MAC.
    fn turn(&self) -> u8 {
        match self.kind() {
            FieldType::Date => 1,
            _ if self.rules.early => 2,
            FieldType::Mac => 4,
            _ => 3,
        }
    }

    /// Parses a required `int` above zero, for operations other than create and edit.
    ///
    /// # Errors
    /// [`Error::Missing`], [`Error::Invalid`].
    pub fn positive(&self, input: &Input) -> Result<i64> {
        whole_int(&self.required_text(input)?)
            .filter(|number| (1..=i64::from(i32::MAX)).contains(number))
            .ok_or_else(|| self.invalid())
    }

    /// Parses a required `money`.
    ///
    /// # Errors
    /// [`Error::Missing`], [`Error::Invalid`].
    pub fn money(&self, input: &Input) -> Result<Money> {
        Money::parse(&self.required_text(input)?).ok_or_else(|| self.invalid())
    }

    /// Returns a required `text`.
    ///
    /// # Errors
    /// [`Error::Missing`], [`Error::Invalid`].
    pub fn required_text(&self, input: &Input) -> Result<String> {
        let text = input.text(self.name())?;
        Ok(text.ok_or_else(|| Error::Missing(self.name().into()))?.into_owned())
    }

    /// Whether it is on as soon as it is sent.
    fn is_on_when_sent(&self, writing: &Writing) -> bool {
        matches!(self.kind(), FieldType::Flag) && writing.rules.flags_by_presence && !self.rules.by_value
    }

    /// Whether a waiver is on.
    fn is_on(&self, input: &Input, writing: &Writing) -> bool {
        match self.is_on_when_sent(writing) {
            true => input.node(self.name()).is_some(),
            false => input.scalar(self.name()).as_deref() == Some("1"),
        }
    }

    /// Whether nothing was sent for it, or an empty value.
    fn is_empty(&self, sent: Option<&dyn SentValue>, writing: &Writing) -> bool {
        sent.is_none_or(|sent| !self.is_on_when_sent(writing) && sent.is_empty(self.kind()))
    }

    /// Adds what it sets to a draft.
    fn read(&self, draft: &mut Draft, sent: Option<&dyn SentValue>, writing: &Writing) {
        let column = self.input.field.name;
        if sent.is_some() && self.is_on_when_sent(writing) {
            draft.push(column, FieldValue::Value(Value::Integer(1)));
        } else if self.rules.is_owner
            && writing.rules.caller_owns
            && writing.purpose() != Purpose::Edit
            && self.is_empty(sent, writing)
        {
            draft.push(column, FieldValue::Value(Value::Integer(writing.caller.id())));
        } else if sent.is_none()
            && self.rules.cleared
            && writing.rules.edits_clear
            && writing.purpose() == Purpose::Edit
        {
            draft.clear(&self.input);
        } else {
            draft.read(&self.input, sent, &writing.reading);
        }
    }
}

/// The id of the thing that is edited, read, deleted or switched.
pub static ID: Param = id();

/// The same parameter, to be completed with an example.
pub const fn id() -> Param {
    Param::of(limited("id", LONG, "Which one: its id.")).required()
}

/// The parameters of a create or edit, in consecutive groups.
pub type Form = &'static [&'static Group];

/// Parses the sent values of a form into a draft, with faults in the order of the checks (3.4).
pub fn draft(form: Form, input: &Input, writing: &Writing) -> Draft {
    let params = || form.iter().flat_map(|group| group.params());
    let waived: Vec<&str> = params()
        .filter(|param| param.rules.waives.is_some() && param.is_on(input, writing))
        .filter_map(|param| param.rules.waives)
        .collect();
    let is_missing = |param: &&Param| {
        let is_needed = writing.purpose() == Purpose::Create && param.input.required;
        is_needed && !waived.contains(&param.name()) && param.is_empty(param.sent(input), writing)
    };
    let mut draft = Draft::default();
    params()
        .filter(is_missing)
        .for_each(|param| draft.refuse(&param.input, FaultReason::Missing));
    let mut ordered: Vec<&Param> = params().filter(|param| !is_missing(param)).collect();
    ordered.sort_by_key(|param| param.turn());
    for param in ordered {
        match param.rules.waives {
            _ if waived.contains(&param.name()) => draft.push(param.input.field.name, FieldValue::Value(Value::Null)),
            None => param.read(&mut draft, param.sent(input), writing),
            // A waiver itself is not a column.
            Some(_) => {
                let mut own = Draft::default();
                param.read(&mut own, param.sent(input), writing);
                draft.take_faults(own);
            }
        }
    }
    draft
}

/// Converts a date or unix seconds to the text that is stored.
pub fn date(text: &str, zone: Zone) -> Option<String> {
    let seconds = matches!(text.len(), 9 | 10) && text.bytes().all(|b| b.is_ascii_digit());
    if seconds {
        return zone.iso(text.parse().ok()?);
    }
    // Converted to an instant and back, so that a local time that does not exist is stored as one that does.
    let instant = zone.instant(parse_local(text)?);
    zone.local(instant).map(iso)
}
