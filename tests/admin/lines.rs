//! Lines (contract, 7.2).

use insta::assert_snapshot;

use crate::support::{Panel, data};

#[test]
fn create_line_answers_the_documents_nine_keys() {
    let panel = Panel::docs();
    let answer = panel.call(
        "create_line",
        "exp_date=2026-12-31&username=customer1&password=securepass&max_connections=2&bouquets_selected=[1,2,5]&admin_notes=VIP customer",
    );
    assert_snapshot!(answer, @r#"{"status":"STATUS_SUCCESS","data":{"id":4523,"username":"customer1","password":"securepass","exp_date":"2026-12-31","max_connections":2,"is_trial":0,"status":1,"admin_notes":"VIP customer","created_at":"2026-03-15 14:30:00"}}"#);
}

#[test]
fn get_line_shows_seventeen_keys() {
    let panel = Panel::docs();
    assert_snapshot!(panel.get("get_line", "id=4521"), @r#"{"status":"STATUS_SUCCESS","data":{"id":4521,"username":"customer4521","password":"securepass","exp_date":"2026-12-31","max_connections":2,"is_trial":0,"is_isplock":0,"is_restreamer":0,"enabled":1,"admin_enabled":1,"allowed_ips":[],"allowed_ua":[],"admin_notes":"VIP customer","reseller_notes":"","bouquets":[1,2,5],"member_id":88,"created_at":"2026-01-01 00:00:00"}}"#);
}

#[test]
fn credentials_are_drawn_when_left_out() {
    let panel = Panel::docs();
    let answer = panel.call("create_line", "exp_date=2026-12-31");
    assert_eq!(data(&answer, "username").len(), 12);
    assert_eq!(data(&answer, "password").len(), 12);
}
