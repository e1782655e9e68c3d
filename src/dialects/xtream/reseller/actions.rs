//! The actions of the Reseller API, one row each.

use super::{forms, lists, shapes};
use crate::dialects::xtream::action::{Action, Verb, row};
use crate::dialects::xtream::params::{Form, Param};
use crate::dialects::xtream::schemas::Answer;
use crate::dialects::xtream::shape::Shape;
use crate::dialects::xtream::trade::{self, CREDITS, Deal, GROUP, MEMBER, NOTE, PACKAGE, TRIAL, Trade};
use crate::dialects::xtream::xui::XuiForm;
use crate::panel::error::Thing;
use crate::panel::reselling::Goods;
use crate::panel::reselling::seller::Right;

const GENERAL: &str = "General";
const LINE: &str = "Lines";
const MAG: &str = "MAG devices";
const ENIGMA: &str = "Enigma2 devices";
const CODE: &str = "Active codes";
const USER: &str = "Resellers";
const LOG: &str = "Logs and monitoring";

use Deal::{
    AdjustCredits, Convert, Create, CreateUser, Delete, DeleteUser, Edit, EditUser, Extend, Switch, SwitchUser,
};
use Verb::{Get, Me, Page, Sold};

/// What is bought, and for whom.
const BOUGHT: &[&Param] = &[&PACKAGE, &TRIAL, &MEMBER];
/// What is bought for the caller.
const BOUGHT_FOR_CALLER: &[&Param] = &[&PACKAGE, &TRIAL];

/// A write with an answer.
const fn deal(deal: Deal, params: &'static [&'static Param], form: Form, shape: &'static Shape) -> Trade {
    Trade {
        deal,
        params,
        form,
        ignored: &[],
        shape: Some(shape),
    }
}

/// A write that answers a status alone.
const fn done(deal: Deal) -> Trade {
    Trade {
        deal,
        params: &[],
        form: &[],
        ignored: &[],
        shape: None,
    }
}

/// The same with names that are known and ignored.
const fn ignoring(trade: Trade) -> Trade {
    Trade {
        ignored: forms::IGNORED,
        ..trade
    }
}

macro_rules! trade {
    ($trade:expr) => {
        Verb::Trade({
            static TRADE: Trade = $trade;
            &TRADE
        })
    };
}

/// All actions, in the order of the contract.
#[rustfmt::skip] // A table: one entry per line.
pub static ACTIONS: &[Action] = &[
    row("user_info", GENERAL, "Shows the account of the key, with what its group says.", Me(&shapes::USER_INFO)),
    row("packages", GENERAL, "Lists the packages that the account sells, with its prices.", Sold(&shapes::PACKAGE)).xui(XuiForm::Enveloped),

    row("create_line", LINE, "Sells a line; credentials are generated when left out.", trade!(ignoring(deal(Create(Goods::Line), BOUGHT, &[&forms::LINE], &shapes::LINE_CREATED)))),
    row("edit_line", LINE, "Changes what is sent of a line; with a package it is renewed.", trade!(ignoring(deal(Edit(Goods::Line), BOUGHT, &[&forms::LINE, &forms::ISP_CLEAR], &shapes::LINE)))),
    row("extend_line", LINE, "Moves the expiry of a line on by the duration of a package.", trade!(deal(Extend, &[&PACKAGE], &[], &shapes::LINE_EXTENDED))),
    row("get_line", LINE, "Shows a line.", Get(&shapes::LINE, Thing::Line)),
    row("get_lines", LINE, "Lists lines, without the hidden ones of devices.", Page(&lists::LINES)),
    row("delete_line", LINE, "Deletes a line and closes its connections; nothing is given back.", trade!(done(Delete(Goods::Line)))),
    row("disable_line", LINE, "Disables a line.", trade!(done(Switch(Goods::Line, false)))),
    row("enable_line", LINE, "Enables a line; a ban stays.", trade!(done(Switch(Goods::Line, true)))),

    row("create_mag", MAG, "Sells a MAG device with a hidden line.", trade!(ignoring(deal(Create(Goods::Mag), BOUGHT, &[&forms::DEVICE, &forms::MAG], &shapes::MAG)))),
    row("edit_mag", MAG, "Changes what is sent of a MAG device; with a package it is renewed.", trade!(ignoring(deal(Edit(Goods::Mag), BOUGHT, &[&forms::DEVICE, &forms::MAG, &forms::ISP_CLEAR], &shapes::MAG)))),
    row("get_mag", MAG, "Shows a MAG device.", Get(&shapes::MAG, Thing::MagDevice)),
    row("get_mags", MAG, "Lists MAG devices.", Page(&lists::MAGS)),
    row("delete_mag", MAG, "Deletes a MAG device with its hidden line.", trade!(done(Delete(Goods::Mag)))),
    row("disable_mag", MAG, "Disables a MAG device.", trade!(done(Switch(Goods::Mag, false)))),
    row("enable_mag", MAG, "Enables a MAG device; a ban stays.", trade!(done(Switch(Goods::Mag, true)))),
    row("convert_mag", MAG, "Turns a MAG device into a line with new credentials.", trade!(deal(Convert(Goods::Mag), &[], &[], &shapes::LINE))),

    row("create_enigma", ENIGMA, "Sells an Enigma2 device with a hidden line.", trade!(ignoring(deal(Create(Goods::Enigma), BOUGHT, &[&forms::DEVICE, &forms::ENIGMA], &shapes::ENIGMA)))),
    row("edit_enigma", ENIGMA, "Changes what is sent of an Enigma2 device; with a package it is renewed.", trade!(ignoring(deal(Edit(Goods::Enigma), BOUGHT, &[&forms::DEVICE, &forms::ENIGMA, &forms::ISP_CLEAR], &shapes::ENIGMA)))),
    row("get_enigma", ENIGMA, "Shows an Enigma2 device.", Get(&shapes::ENIGMA, Thing::EnigmaDevice)),
    row("get_enigmas", ENIGMA, "Lists Enigma2 devices.", Page(&lists::ENIGMAS)),
    row("delete_enigma", ENIGMA, "Deletes an Enigma2 device with its hidden line.", trade!(done(Delete(Goods::Enigma)))),
    row("disable_enigma", ENIGMA, "Disables an Enigma2 device.", trade!(done(Switch(Goods::Enigma, false)))),
    row("enable_enigma", ENIGMA, "Enables an Enigma2 device; a ban stays.", trade!(done(Switch(Goods::Enigma, true)))),
    row("convert_enigma", ENIGMA, "Turns an Enigma2 device into a line with new credentials.", trade!(deal(Convert(Goods::Enigma), &[], &[], &shapes::LINE))),

    row("create_activecode", CODE, "Sells an active code, whose time begins at once.", trade!(deal(Create(Goods::ActiveCode), BOUGHT_FOR_CALLER, &[&forms::CODE_NAME, &forms::CODE], &shapes::CODE_CREATED))),
    row("get_activecode", CODE, "Shows an active code.", Get(&shapes::CODE, Thing::ActiveCode)).needs(Right::ActiveCodes),
    row("get_activecodes", CODE, "Lists active codes.", Page(&lists::CODES)).needs(Right::ActiveCodes),
    row("edit_activecode", CODE, "Changes what is sent of an active code; with a package it is renewed.", trade!(deal(Edit(Goods::ActiveCode), BOUGHT_FOR_CALLER, &[&forms::CODE], &shapes::CODE))),
    row("delete_activecode", CODE, "Deletes an active code; nothing is given back.", trade!(done(Delete(Goods::ActiveCode)))),
    row("disable_activecode", CODE, "Disables an active code.", trade!(done(Switch(Goods::ActiveCode, false)))),
    row("enable_activecode", CODE, "Enables an active code; a ban stays.", trade!(done(Switch(Goods::ActiveCode, true)))),

    row("create_user", USER, "Creates a sub-reseller for the group's price.", trade!(deal(CreateUser, &[&GROUP], &[&forms::USER], &shapes::USER))),
    row("edit_user", USER, "Changes what is sent of a sub-reseller.", trade!(deal(EditUser, &[&GROUP], &[&forms::USER], &shapes::USER))),
    row("get_user", USER, "Shows a sub-reseller, or the account itself.", Get(&shapes::USER, Thing::User)),
    row("get_users", USER, "Lists the sub-resellers of the account and theirs.", Page(&lists::USERS)),
    row("delete_user", USER, "Deletes a sub-reseller; its credits, lines, codes and sub-resellers become the caller's.", trade!(done(DeleteUser))),
    row("disable_user", USER, "Disables a sub-reseller and its key.", trade!(done(SwitchUser(false)))),
    row("enable_user", USER, "Enables a sub-reseller and its key.", trade!(done(SwitchUser(true)))),
    row("adjust_credits", USER, "Moves credits to a sub-reseller, or back.", trade!(Trade { params: &[&CREDITS, &NOTE], ..done(AdjustCredits) })).answers(Answer::Sample(trade::adjusted_sample)).xui(XuiForm::Transfer),

    row("activity_logs", LOG, "Lists closed connections.", Page(&lists::ACTIVITY)).needs(Right::Connections),
    row("live_connections", LOG, "Lists open connections.", Page(&lists::LIVE)).needs(Right::Connections),
    row("user_logs", LOG, "Lists what the account and its sub-resellers did.", Page(&lists::USER_LOGS)),
];
