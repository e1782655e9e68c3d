//! The profile `xui`: the older panel's answers to the same actions (contract, section 14), compared whole.

mod answers;
mod devices;
mod laws;
mod rows;

use crate::support::Panel;

/// The `Content-Type` of every answer.
const HTML: &str = "text/html; charset=UTF-8";

/// A panel with the `docs` seed and the profile.
fn panel() -> Panel {
    let panel = Panel::docs();
    panel.set("profile=xui");
    panel
}

/// Calls an action by GET with everything in the query, and answers the body.
fn call(panel: &Panel, action: &str, params: &str) -> String {
    let path = format!("{}?api_key=YOUR_KEY&action={action}&{params}", panel.admin_path());
    let answer = panel.client().get(&path);
    assert_eq!(
        (answer.status, answer.header("content-type")),
        (200, Some(HTML)),
        "{answer:?}"
    );
    answer.text()
}

/// A success with this `data`.
fn success(data: &str) -> String {
    format!(r#"{{"status":"STATUS_SUCCESS","data":{data}}}"#)
}

const DONE: &str = r#"{"status":"STATUS_SUCCESS"}"#;

/// The row of a line; the values are those of the `docs` seed where a test says nothing else.
struct Line {
    id: u32,
    member: u32,
    name: &'static str,
    exp_date: &'static str,
    notes: &'static str,
    bouquet: &'static str,
    connections: u32,
    mag: u8,
    e2: u8,
    pair: &'static str,
    created: u32,
    last_activity: &'static str,
    updated: u32,
}

const CUSTOMER: Line = Line {
    id: 4521,
    member: 88,
    name: r#""username":"customer4521","password":"securepass""#,
    exp_date: r#""1798675200""#,
    notes: "VIP customer",
    bouquet: "[1,2,5]",
    connections: 2,
    mag: 0,
    e2: 0,
    pair: "null",
    created: 1_767_225_600,
    last_activity: "null",
    updated: 1_767_225_600,
};
const SECOND: Line = Line {
    id: 4522,
    name: r#""username":"customer4522","password":"securepass2""#,
    exp_date: r#""1805068800""#,
    notes: "",
    bouquet: "[1,2]",
    connections: 1,
    last_activity: r#""1773597731""#,
    ..CUSTOMER
};
const OF_MAG: Line = Line {
    id: 4510,
    member: 0,
    name: r#""username":"mag4510hiddenline0000000000000aa","password":"mag4510hiddenpass0000000000000aa""#,
    notes: "",
    connections: 1,
    mag: 1,
    ..CUSTOMER
};
const OF_ENIGMA: Line = Line {
    id: 4511,
    name: r#""username":"enigma4511hiddenline0000000000aa","password":"enigma4511hiddenpass0000000000aa""#,
    bouquet: "[1]",
    mag: 0,
    e2: 1,
    ..OF_MAG
};

impl Line {
    /// The members of the row, without its braces.
    fn members(&self) -> String {
        let Line {
            id,
            member,
            name,
            exp_date,
            notes,
            bouquet,
            connections,
            mag,
            e2,
            pair,
            created,
            last_activity,
            updated,
        } = self;
        format!(
            r#""id":"{id}","member_id":"{member}",{name},"last_ip":"","exp_date":{exp_date},"admin_enabled":"1","enabled":"1","admin_notes":"{notes}","reseller_notes":"","bouquet":"{bouquet}","allowed_outputs":"[]","max_connections":"{connections}","is_restreamer":"0","is_trial":"0","is_mag":"{mag}","is_e2":"{e2}","is_stalker":"0","is_isplock":"0","allowed_ips":"[]","allowed_ua":"[]","created_at":"{created}","pair_id":{pair},"force_server_id":"0","as_number":null,"isp_desc":null,"forced_country":"","bypass_ua":"0","play_token":"","last_expiration_video":null,"package_id":null,"access_token":null,"contact":"","last_activity":{last_activity},"last_activity_array":null,"updated":"{updated}","created_by":"0""#
        )
    }

    fn row(&self) -> String {
        format!("{{{}}}", self.members())
    }
}
