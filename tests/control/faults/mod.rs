//! Faults as a client meets them: what comes over the wire, and what the panel holds afterwards.

mod clients;
mod effects;
mod file;
mod inline;
mod presets;
mod quick;
mod refused;
mod rules;

use super::{bad, panel, problem, refused, told};
use crate::support::Panel;

const GROUP: &str = r#"{"status":"STATUS_SUCCESS","data":{"id":1,"category_type":"live","category_name":"News","parent_id":0,"cat_order":99,"is_adult":0}}"#;

/// Adds a fault for `get_category`.
fn fault(panel: &Panel, rest: &str) {
    let rule = format!(r#"{{"match":{{"action":"get_category"}},{rest}}}"#);
    told(panel, "POST", "faults", &rule);
}

/// Replaces all faults by one effect, which every request meets.
fn effect(panel: &Panel, effect: &str) {
    told(panel, "PUT", "faults", &format!(r#"[{{"effect":{effect}}}]"#));
}

/// The path of a call that a fault may meet.
fn path(panel: &Panel) -> String {
    format!("{}?api_key=YOUR_KEY&action=get_category&id=1", panel.admin_path())
}

/// The status and the body of that call.
fn call(panel: &Panel) -> (u16, String) {
    let answer = panel.client().get(&path(panel));
    (answer.status, answer.text())
}

fn well() -> (u16, String) {
    (200, GROUP.to_owned())
}
