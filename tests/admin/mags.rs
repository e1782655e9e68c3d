//! MAG devices (contract, 7.3): their answers, and what only they have. What they share with
//! Enigma2 devices is in `devices`.

use insta::assert_snapshot;
use serde_json::json;

use super::devices::{assert_edit, ids};
use crate::support::{DONE, Panel, data, failure};

#[test]
fn create_mag_answers_the_mag_object() {
    let panel = Panel::docs();
    let answer = panel.call(
        "create_mag",
        "mac=00:1A:79:AB:CD:EF&exp_date=2026-12-31&bouquets_selected=[1,2,5]",
    );
    assert_snapshot!(answer, @r#"{"status":"STATUS_SUCCESS","data":{"id":302,"mag_id":302,"user_id":4523,"mac":"00:1A:79:AB:CD:EF","exp_date":"2026-12-31","max_connections":1,"is_trial":0,"is_isplock":0,"enabled":1,"admin_enabled":1,"allowed_ips":[],"admin_notes":"","reseller_notes":"","bouquets":[1,2,5],"member_id":0,"stb_type":"","lock_device":0,"created_at":"2026-03-15 14:30:00"}}"#);
    assert_eq!(panel.call("get_mag", "id=302"), answer);
}

#[test]
fn create_mag_needs_nothing_but_a_mac() {
    let panel = Panel::docs();
    assert_snapshot!(panel.get("create_mag", "mac=00:1A:79:AB:CD:EF"), @r#"{"status":"STATUS_SUCCESS","data":{"id":302,"mag_id":302,"user_id":4523,"mac":"00:1A:79:AB:CD:EF","exp_date":null,"max_connections":1,"is_trial":0,"is_isplock":0,"enabled":1,"admin_enabled":1,"allowed_ips":[],"admin_notes":"","reseller_notes":"","bouquets":[],"member_id":0,"stb_type":"","lock_device":0,"created_at":"2026-03-15 14:30:00"}}"#);
}

#[test]
fn create_mag_takes_every_parameter() {
    let panel = Panel::docs();
    let answer = panel.call(
        "create_mag",
        "mac=00-1a-79-ab-cd-ef&exp_date=2027-01-01 12:30&bouquets_selected=[5,1]&max_connections=3&member_id=88\
         &is_trial=1&is_isplock=1&lock_device=1&enabled=0&admin_enabled=0&allowed_ips[]=192.0.2.1&allowed_ips[]=192.0.2.2\
         &admin_notes=a/b&reseller_notes=é&stb_type=MAG 322&no_expire=0",
    );
    assert_snapshot!(answer, @r#"{"status":"STATUS_SUCCESS","data":{"id":302,"mag_id":302,"user_id":4523,"mac":"00:1A:79:AB:CD:EF","exp_date":"2027-01-01 12:30:00","max_connections":3,"is_trial":1,"is_isplock":1,"enabled":0,"admin_enabled":0,"allowed_ips":["192.0.2.1","192.0.2.2"],"admin_notes":"a\/b","reseller_notes":"\u00e9","bouquets":[5,1],"member_id":88,"stb_type":"MAG 322","lock_device":1,"created_at":"2026-03-15 14:30:00"}}"#);
}

#[test]
fn get_mag_shows_eighteen_keys() {
    let panel = Panel::docs();
    assert_snapshot!(panel.get("get_mag", "id=301"), @r#"{"status":"STATUS_SUCCESS","data":{"id":301,"mag_id":301,"user_id":4510,"mac":"00:1A:79:00:03:01","exp_date":"2026-12-31","max_connections":1,"is_trial":0,"is_isplock":0,"enabled":1,"admin_enabled":1,"allowed_ips":[],"admin_notes":"","reseller_notes":"","bouquets":[1,2,5],"member_id":0,"stb_type":"MAG250","lock_device":0,"created_at":"2026-01-01 00:00:00"}}"#);
}

#[test]
fn edit_mag_answers_the_mag_object() {
    let panel = Panel::docs();
    assert_snapshot!(panel.call("edit_mag", "id=301&exp_date=2027-06-30"), @r#"{"status":"STATUS_SUCCESS","data":{"id":301,"mag_id":301,"user_id":4510,"mac":"00:1A:79:00:03:01","exp_date":"2027-06-30","max_connections":1,"is_trial":0,"is_isplock":0,"enabled":1,"admin_enabled":1,"allowed_ips":[],"admin_notes":"","reseller_notes":"","bouquets":[1,2,5],"member_id":0,"stb_type":"MAG250","lock_device":0,"created_at":"2026-01-01 00:00:00"}}"#);
}

#[test]
fn get_mags_shows_five_more_keys() {
    let panel = Panel::small();
    assert_snapshot!(panel.get("get_mags", ""), @r#"{"status":"STATUS_SUCCESS","data":[{"id":1,"mag_id":1,"user_id":5,"mac":"00:1A:79:00:00:01","exp_date":"2030-01-01","max_connections":1,"is_trial":0,"is_isplock":0,"enabled":1,"admin_enabled":1,"allowed_ips":[],"admin_notes":"","reseller_notes":"","bouquets":[1],"member_id":2,"stb_type":"","lock_device":0,"created_at":"2026-01-01 00:00:00","owner_name":"north","active_connections":1,"stream_id":1,"stream_display_name":"One","last_active":null}],"recordsTotal":1,"recordsFiltered":1}"#);
}

#[test]
fn a_mag_without_an_owner_or_connection_is_listed() {
    let panel = Panel::docs();
    panel.call("edit_mag", "id=301&member_id=999");
    assert_snapshot!(panel.get("get_mags", ""), @r#"{"status":"STATUS_SUCCESS","data":[{"id":301,"mag_id":301,"user_id":4510,"mac":"00:1A:79:00:03:01","exp_date":"2026-12-31","max_connections":1,"is_trial":0,"is_isplock":0,"enabled":1,"admin_enabled":1,"allowed_ips":[],"admin_notes":"","reseller_notes":"","bouquets":[1,2,5],"member_id":999,"stb_type":"MAG250","lock_device":0,"created_at":"2026-01-01 00:00:00","owner_name":"","active_connections":0,"stream_id":null,"stream_display_name":null,"last_active":null}],"recordsTotal":1,"recordsFiltered":1}"#);
}

#[test]
fn a_mag_whose_line_is_missing_is_listed_with_nulls() {
    let panel = Panel::docs();
    panel.sql("DELETE FROM lines WHERE id = 4510");
    assert_snapshot!(panel.get("get_mags", ""), @r#"{"status":"STATUS_SUCCESS","data":[{"id":301,"mag_id":301,"user_id":4510,"mac":"00:1A:79:00:03:01","exp_date":null,"max_connections":null,"is_trial":null,"is_isplock":null,"enabled":null,"admin_enabled":null,"allowed_ips":null,"admin_notes":null,"reseller_notes":null,"bouquets":null,"member_id":null,"stb_type":"MAG250","lock_device":0,"created_at":null,"owner_name":null,"active_connections":null,"stream_id":null,"stream_display_name":null,"last_active":null}],"recordsTotal":1,"recordsFiltered":1}"#);
}

#[test]
fn a_mac_that_another_dialect_made_is_shown_as_it_is() {
    let panel = Panel::docs();
    panel.sql("UPDATE mag_devices SET mac = 'box/1'");
    assert_snapshot!(panel.call("get_mags", "show_columns=mac"), @r#"{"status":"STATUS_SUCCESS","data":[{"mac":"box\/1"}],"recordsTotal":1,"recordsFiltered":1}"#);
    assert_edit(&panel, "mag", 301, "lock_device=1", &[("lock_device", json!(1))]);
}

#[test]
fn the_type_of_a_mag_is_any_text() {
    let panel = Panel::docs();
    assert_edit(&panel, "mag", 301, "stb_type=AuraHD", &[("stb_type", json!("AuraHD"))]);
    assert_edit(&panel, "mag", 301, "stb_type=", &[("stb_type", json!(""))]);
    assert_eq!(
        panel.call("edit_mag", "id=301&stb_type[]=MAG250"),
        failure("STATUS_INVALID_INPUT", "Invalid parameter: stb_type.")
    );
}

#[test]
fn a_wrong_type_counts_before_a_wrong_no_expire() {
    let panel = Panel::docs();
    assert_eq!(
        panel.call("edit_mag", "id=301&no_expire=2&stb_type[]=x"),
        failure("STATUS_INVALID_INPUT", "Invalid parameter: stb_type.")
    );
}

#[test]
fn convert_mag_answers_the_line_object() {
    let panel = Panel::docs();
    let answer = panel.call("convert_mag", "id=301");
    let masked = answer
        .replace(&data(&answer, "username"), "[username]")
        .replace(&data(&answer, "password"), "[password]");
    assert_snapshot!(masked, @r#"{"status":"STATUS_SUCCESS","data":{"id":4510,"username":[username],"password":[password],"exp_date":"2026-12-31","max_connections":1,"is_trial":0,"is_isplock":0,"is_restreamer":0,"enabled":1,"admin_enabled":1,"allowed_ips":[],"allowed_ua":[],"admin_notes":"","reseller_notes":"","bouquets":[1,2,5],"member_id":0,"created_at":"2026-01-01 00:00:00"}}"#);
}

#[test]
fn the_events_of_a_mag_go_with_it() {
    for action in ["delete_mag", "convert_mag"] {
        let panel = Panel::docs();
        panel.call("create_mag", "mac=00:1A:79:AB:CD:EF");
        panel.sql("INSERT INTO mag_events (id, mag_device_id, event) VALUES (2, 302, 'reboot'), (3, 301, 'reboot')");
        assert_eq!(ids(&panel.call("mag_events", "")), [1, 2, 3]);
        panel.call(action, "id=301");
        // Those of another device stay.
        assert_eq!(ids(&panel.call("mag_events", "")), [2], "{action}");
    }
}

#[test]
fn delete_mag_closes_its_connection() {
    let panel = Panel::small();
    assert_eq!(panel.get("delete_mag", "id=1"), DONE);
    assert_snapshot!(panel.call("live_connections", "show_columns=activity_id,user_id"), @r#"{"status":"STATUS_SUCCESS","data":[{"activity_id":1,"user_id":1}],"recordsTotal":1,"recordsFiltered":1}"#);
    assert_snapshot!(panel.call("activity_logs", "show_columns=user_id,username,stream_id,server_id,user_agent,user_ip,container,date_start,date_end"), @r#"{"status":"STATUS_SUCCESS","data":[{"user_id":0,"username":null,"stream_id":1,"server_id":2,"user_agent":"MAG250","user_ip":"198.51.100.2","container":"ts","date_start":"2026-01-01 00:01:00","date_end":"2026-03-15 14:30:00"}],"recordsTotal":1,"recordsFiltered":1}"#);
}
