//! Enigma2 devices (contract, 7.4): their answers, and where they differ from MAG devices. What
//! the two share is in `devices`.

use insta::assert_snapshot;

use crate::support::{Panel, data, failure};

#[test]
fn create_enigma_answers_the_enigma_object() {
    let panel = Panel::docs();
    let answer = panel.call("create_enigma", "mac=AA:BB:CC:DD:EE:FF&exp_date=2026-12-31");
    assert_snapshot!(answer, @r#"{"status":"STATUS_SUCCESS","data":{"id":502,"device_id":502,"user_id":4523,"mac":"AA:BB:CC:DD:EE:FF","exp_date":"2026-12-31","max_connections":1,"is_trial":0,"is_isplock":0,"enabled":1,"admin_enabled":1,"allowed_ips":[],"admin_notes":"","reseller_notes":"","bouquets":[],"member_id":0,"public_ip":"","lock_device":0,"created_at":"2026-03-15 14:30:00"}}"#);
    assert_eq!(panel.call("get_enigma", "id=502"), answer);
}

#[test]
fn create_enigma_needs_nothing_but_a_mac() {
    let panel = Panel::docs();
    assert_snapshot!(panel.get("create_enigma", "mac=AA:BB:CC:DD:EE:FF"), @r#"{"status":"STATUS_SUCCESS","data":{"id":502,"device_id":502,"user_id":4523,"mac":"AA:BB:CC:DD:EE:FF","exp_date":null,"max_connections":1,"is_trial":0,"is_isplock":0,"enabled":1,"admin_enabled":1,"allowed_ips":[],"admin_notes":"","reseller_notes":"","bouquets":[],"member_id":0,"public_ip":"","lock_device":0,"created_at":"2026-03-15 14:30:00"}}"#);
}

#[test]
fn create_enigma_takes_every_parameter() {
    let panel = Panel::docs();
    let answer = panel.call(
        "create_enigma",
        "mac=aa-bb-cc-dd-ee-ff&exp_date=1798761599&bouquets_selected[]=5&bouquets_selected[]=1&max_connections=0&member_id=88\
         &is_trial=1&is_isplock=1&lock_device=1&enabled=0&admin_enabled=0&allowed_ips[]=2001:db8::1\
         &admin_notes=a/b&reseller_notes=é&no_expire=0",
    );
    assert_snapshot!(answer, @r#"{"status":"STATUS_SUCCESS","data":{"id":502,"device_id":502,"user_id":4523,"mac":"AA:BB:CC:DD:EE:FF","exp_date":"2026-12-31 23:59:59","max_connections":0,"is_trial":1,"is_isplock":1,"enabled":0,"admin_enabled":0,"allowed_ips":["2001:db8::1"],"admin_notes":"a\/b","reseller_notes":"\u00e9","bouquets":[5,1],"member_id":88,"public_ip":"","lock_device":1,"created_at":"2026-03-15 14:30:00"}}"#);
}

#[test]
fn get_enigma_shows_eighteen_keys() {
    let panel = Panel::docs();
    panel.sql("UPDATE enigma2_devices SET public_ip = '203.0.113.9'");
    assert_snapshot!(panel.get("get_enigma", "id=501"), @r#"{"status":"STATUS_SUCCESS","data":{"id":501,"device_id":501,"user_id":4511,"mac":"AA:BB:CC:00:05:01","exp_date":"2026-12-31","max_connections":1,"is_trial":0,"is_isplock":0,"enabled":1,"admin_enabled":1,"allowed_ips":[],"admin_notes":"","reseller_notes":"","bouquets":[1],"member_id":0,"public_ip":"203.0.113.9","lock_device":0,"created_at":"2026-01-01 00:00:00"}}"#);
}

#[test]
fn edit_enigma_answers_the_enigma_object() {
    let panel = Panel::docs();
    assert_snapshot!(panel.call("edit_enigma", "id=501&exp_date=2027-06-30"), @r#"{"status":"STATUS_SUCCESS","data":{"id":501,"device_id":501,"user_id":4511,"mac":"AA:BB:CC:00:05:01","exp_date":"2027-06-30","max_connections":1,"is_trial":0,"is_isplock":0,"enabled":1,"admin_enabled":1,"allowed_ips":[],"admin_notes":"","reseller_notes":"","bouquets":[1],"member_id":0,"public_ip":"","lock_device":0,"created_at":"2026-01-01 00:00:00"}}"#);
}

#[test]
fn get_enigmas_shows_five_more_keys() {
    let panel = Panel::small();
    assert_snapshot!(panel.get("get_enigmas", ""), @r#"{"status":"STATUS_SUCCESS","data":[{"id":1,"device_id":1,"user_id":6,"mac":"AA:BB:CC:00:00:01","exp_date":null,"max_connections":1,"is_trial":0,"is_isplock":0,"enabled":1,"admin_enabled":1,"allowed_ips":[],"admin_notes":"","reseller_notes":"","bouquets":[2],"member_id":3,"public_ip":"","lock_device":0,"created_at":"2026-01-01 00:00:00","owner_name":"south","active_connections":0,"stream_id":null,"stream_display_name":null,"last_active":null}],"recordsTotal":1,"recordsFiltered":1}"#);
}

#[test]
fn an_enigma_whose_line_is_missing_is_listed_with_nulls() {
    let panel = Panel::docs();
    panel.sql("DELETE FROM lines WHERE id = 4511");
    assert_snapshot!(panel.get("get_enigmas", ""), @r#"{"status":"STATUS_SUCCESS","data":[{"id":501,"device_id":501,"user_id":4511,"mac":"AA:BB:CC:00:05:01","exp_date":null,"max_connections":null,"is_trial":null,"is_isplock":null,"enabled":null,"admin_enabled":null,"allowed_ips":null,"admin_notes":null,"reseller_notes":null,"bouquets":null,"member_id":null,"public_ip":"","lock_device":0,"created_at":null,"owner_name":null,"active_connections":null,"stream_id":null,"stream_display_name":null,"last_active":null}],"recordsTotal":1,"recordsFiltered":1}"#);
}

#[test]
fn convert_enigma_answers_the_line_object() {
    let panel = Panel::docs();
    let answer = panel.call("convert_enigma", "id=501");
    let masked = answer
        .replace(&data(&answer, "username"), "[username]")
        .replace(&data(&answer, "password"), "[password]");
    assert_snapshot!(masked, @r#"{"status":"STATUS_SUCCESS","data":{"id":4511,"username":[username],"password":[password],"exp_date":"2026-12-31","max_connections":1,"is_trial":0,"is_isplock":0,"is_restreamer":0,"enabled":1,"admin_enabled":1,"allowed_ips":[],"allowed_ua":[],"admin_notes":"","reseller_notes":"","bouquets":[1],"member_id":0,"created_at":"2026-01-01 00:00:00"}}"#);
}

#[test]
fn the_type_of_a_mag_is_no_parameter_of_an_enigma() {
    let panel = Panel::docs();
    assert_eq!(
        panel.call("edit_enigma", "id=501&stb_type[]=x"),
        panel.call("get_enigma", "id=501")
    );
    let strict = Panel::docs_with(|config| config.strict = linecard::panel::strictness::Strictness::Error);
    for (action, form) in [
        ("create_enigma", "mac=02:00:00:00:00:01&stb_type=x"),
        ("edit_enigma", "id=501&stb_type=x"),
    ] {
        let unknown = failure("STATUS_INVALID_INPUT", "Unknown parameter: stb_type.");
        assert_eq!(strict.call(action, form), unknown, "{action}");
    }
}
