//! The caller's own account and the packages (contract, 7.1).

use insta::assert_snapshot;
use serde_json::Value;

use super::devices::ids;
use crate::support::{Panel, data, failure};

/// A key of `user_info`, as JSON text.
fn info(panel: &Panel, key: &str) -> String {
    data(&panel.call("user_info", ""), key)
}

/// What `get_packages` says of the `docs` seed's package 1.
fn row(panel: &Panel) -> Value {
    let list: Value = serde_json::from_str(&panel.call("get_packages", "")).unwrap();
    list["data"][0].clone()
}

#[test]
fn user_info_shows_the_caller_and_the_panels_totals() {
    let panel = Panel::docs();
    assert_snapshot!(panel.get("user_info", ""), @r#"{"status":"STATUS_SUCCESS","data":{"id":1,"username":"admin","email":"admin@example.com","status":1,"server_name":"Main Server","total_lines":2,"total_resellers":1,"created_at":"2024-01-01 00:00:00"}}"#);
    // Whose account it is says the key alone.
    assert_eq!(
        panel.call("user_info", "id=88&username=reseller88&start=-1"),
        panel.get("user_info", "")
    );
    let panel = Panel::small();
    assert_snapshot!(panel.call("user_info", ""), @r#"{"status":"STATUS_SUCCESS","data":{"id":1,"username":"admin","email":"admin@example.com","status":1,"server_name":"Main Server","total_lines":4,"total_resellers":2,"created_at":"2026-01-01 00:00:00"}}"#);
}

#[test]
fn user_info_is_about_the_owner_of_the_key() {
    let panel = Panel::docs();
    panel.sql(
        "INSERT INTO users (id, username, date_registered, member_group_id, api_key)
         VALUES (90, 'second', 1773585000, 10, 'SECOND_KEY')",
    );
    let answer = panel
        .client()
        .post(&panel.admin_path(), "api_key=SECOND_KEY&action=user_info");
    assert_snapshot!(answer.text(), @r#"{"status":"STATUS_SUCCESS","data":{"id":90,"username":"second","email":"","status":1,"server_name":"Main Server","total_lines":2,"total_resellers":1,"created_at":"2026-03-15 14:30:00"}}"#);
}

#[test]
fn plain_lines_are_counted_whatever_their_state() {
    let panel = Panel::docs();
    for (action, form, total) in [
        ("create_line", "exp_date=2020-01-01&enabled=0&admin_enabled=0", "3"),
        // The lines of devices are hidden, until the device is converted.
        ("create_mag", "mac=00:1A:79:AB:CD:EF", "3"),
        ("create_enigma", "mac=00:1A:79:AB:CD:EF", "3"),
        ("convert_mag", "id=301", "4"),
        ("convert_enigma", "id=501", "5"),
        ("ban_line", "id=4521", "5"),
        ("delete_line", "id=4521", "4"),
        ("delete_mag", "id=302", "4"),
        ("delete_line", "id=4525", "4"),
        // Refused.
        ("delete_line", "id=4521", "4"),
        ("create_line", "exp_date=2026-12-31&username=customer4522", "4"),
    ] {
        panel.call(action, form);
        assert_eq!(info(&panel, "total_lines"), total, "{action} {form}");
    }
    // However a line is hidden or goes.
    for (sql, total) in [
        ("UPDATE lines SET is_mag = 1 WHERE id = 4522", "3"),
        ("DELETE FROM lines", "0"),
    ] {
        panel.sql(sql);
        assert_eq!(info(&panel, "total_lines"), total, "{sql}");
    }
}

#[test]
fn the_accounts_of_the_list_are_counted() {
    let panel = Panel::docs();
    for (action, form, total) in [
        ("create_user", "username=second&status=0", "2"),
        // Not an administrator.
        ("create_user", "username=third&member_group_id=10", "2"),
        ("edit_user", "id=89&member_group_id=10", "1"),
        ("edit_user", "id=90&member_group_id=5", "2"),
        // Its accounts are in no group then, and so not in one of administrators.
        ("delete_group", "id=5", "2"),
        ("disable_user", "id=88", "2"),
        ("delete_user", "id=88", "1"),
    ] {
        panel.call(action, form);
        assert_eq!(info(&panel, "total_resellers"), total, "{action} {form}");
        assert_eq!(
            ids(&panel.call("get_users", "")).len().to_string(),
            total,
            "{action} {form}"
        );
    }
}

#[test]
fn the_name_is_the_main_servers() {
    let panel = Panel::docs();
    panel.call("edit_server", "id=1&server_name=Head/End");
    assert_eq!(info(&panel, "server_name"), r#""Head/End""#);
    panel.sql("INSERT INTO servers (id, server_name, is_main) VALUES (7, 'Other', 0)");
    panel.sql("UPDATE servers SET is_main = (id = 7)");
    assert_eq!(info(&panel, "server_name"), r#""Other""#);
    panel.sql("DELETE FROM servers");
    assert_eq!(info(&panel, "server_name"), r#""""#);
}

#[test]
fn get_packages_shows_all_packages_by_id() {
    let panel = Panel::docs();
    let all = panel.get("get_packages", "");
    assert_snapshot!(all, @r#"{"status":"STATUS_SUCCESS","data":[{"id":1,"package_name":"1 Month","credits":5.00,"duration_months":1,"is_trial":0,"is_official":1,"groups":[1,3,5]},{"id":2,"package_name":"24h Trial","credits":0.00,"duration_months":0,"is_trial":1,"is_official":1,"groups":[1,3]},{"id":6,"package_name":"4h Trial","credits":0.00,"duration_months":0,"is_trial":1,"is_official":0,"groups":[1,3,5]},{"id":7,"package_name":"1h Trial","credits":0.00,"duration_months":0,"is_trial":1,"is_official":0,"groups":[1,3,5]}]}"#);
    // A plain list: nothing pages, searches or sorts it, and nothing of that is checked.
    for form in [
        "start=2&limit=1",
        "start=-1&limit=-1",
        "search[value]=24h&filter=1&order[0][dir]=desc",
    ] {
        assert_eq!(panel.call("get_packages", form), all, "{form}");
    }
    let panel = Panel::small();
    assert_snapshot!(panel.call("get_packages", ""), @r#"{"status":"STATUS_SUCCESS","data":[{"id":1,"package_name":"Month","credits":10.00,"duration_months":1,"is_trial":0,"is_official":1,"groups":[2,3]},{"id":2,"package_name":"Year","credits":99.50,"duration_months":12,"is_trial":0,"is_official":1,"groups":[3]},{"id":3,"package_name":"Day trial","credits":0.50,"duration_months":0,"is_trial":1,"is_official":0,"groups":[2,3]}]}"#);
    panel.sql("DELETE FROM users_packages");
    assert_snapshot!(panel.call("get_packages", ""), @r#"{"status":"STATUS_SUCCESS","data":[]}"#);
}

#[test]
fn the_duration_is_in_whole_months() {
    let panel = Panel::docs();
    for (official, duration, unit, months) in [
        (1, 3, "months", 3),
        (1, 2, "years", 24),
        (1, 29, "days", 0),
        (1, 30, "days", 1),
        (1, 89, "days", 2),
        (1, 9999, "hours", 0),
        (0, 3, "months", 0),
        (0, 2, "years", 0),
    ] {
        panel.sql(&format!(
            "UPDATE users_packages SET is_official = {official}, official_duration = {duration},
             official_duration_in = '{unit}' WHERE id = 1"
        ));
        let shown = row(&panel)["duration_months"].clone();
        assert_eq!(shown, months, "{official} {duration} {unit}");
    }
}

#[test]
fn the_price_is_the_official_one_of_an_official_package() {
    let panel = Panel::docs();
    for (flags, price) in [
        ("is_trial = 0, is_official = 1", "12.50"),
        ("is_trial = 1, is_official = 1", "12.50"),
        ("is_trial = 1, is_official = 0", "0.05"),
        ("is_trial = 0, is_official = 0", "0.05"),
    ] {
        panel.sql(&format!(
            "UPDATE users_packages SET official_credits = 1250, trial_credits = 5, {flags} WHERE id = 1"
        ));
        let answer = panel.call("get_packages", "show_columns=credits");
        let first = format!(r#"{{"status":"STATUS_SUCCESS","data":[{{"credits":{price}}},"#);
        assert!(answer.starts_with(&first), "{flags}: {answer}");
    }
}

#[test]
fn get_package_shows_twenty_five_keys() {
    let panel = Panel::docs();
    assert_snapshot!(panel.get("get_package", "id=1"), @r#"{"status":"STATUS_SUCCESS","data":{"id":1,"package_name":"1 Month","credits":5.00,"duration_months":1,"is_trial":0,"is_official":1,"groups":[1,3,5],"trial_credits":0.00,"official_credits":5.00,"trial_duration":0,"trial_duration_in":"hours","official_duration":1,"official_duration_in":"months","bouquets":[1,2,5],"max_connections":1,"is_line":1,"is_mag":1,"is_e2":1,"is_restreamer":0,"is_isplock":0,"output_formats":[1,2,3],"force_server_id":0,"forced_country":"","lock_device":1,"check_compatible":1}}"#);
    // Each key from its own column.
    panel.sql(
        "UPDATE users_packages SET package_name = 'A/B', is_trial = 1, is_official = 1, trial_credits = 150,
         official_credits = 123456, trial_duration = 3, trial_duration_in = 'days', official_duration = 2,
         official_duration_in = 'years', \"groups\" = '[5]', bouquets = '[]', max_connections = 4, is_line = 0,
         is_mag = 1, is_e2 = 0, is_restreamer = 1, is_isplock = 1, output_formats = '[2]', force_server_id = 9,
         forced_country = 'GB', lock_device = 0, check_compatible = 0 WHERE id = 1",
    );
    assert_snapshot!(panel.call("get_package", "id=1"), @r#"{"status":"STATUS_SUCCESS","data":{"id":1,"package_name":"A\/B","credits":1234.56,"duration_months":24,"is_trial":1,"is_official":1,"groups":[5],"trial_credits":1.50,"official_credits":1234.56,"trial_duration":3,"trial_duration_in":"days","official_duration":2,"official_duration_in":"years","bouquets":[],"max_connections":4,"is_line":0,"is_mag":1,"is_e2":0,"is_restreamer":1,"is_isplock":1,"output_formats":[2],"force_server_id":9,"forced_country":"GB","lock_device":0,"check_compatible":0}}"#);
}

#[test]
fn an_id_that_names_no_package_is_not_found() {
    let panel = Panel::docs();
    for id in ["", "id=", "id=0", "id=-1", "id=3", "id=Month", "id[]=1", "package_id=1"] {
        let expected = failure("STATUS_FAILURE", "Package not found.");
        assert_eq!(panel.call("get_package", id), expected, "{id}");
    }
}
