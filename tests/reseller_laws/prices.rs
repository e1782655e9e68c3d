//! `packages` is printed once for each state of the database: it is nobody else's list, and never an older one.

use super::{Reseller, json, plant};
use crate::support::Panel;

/// The ids of a reseller's packages with their prices.
fn prices(reseller: &mut Reseller, params: &str) -> Vec<(i64, String)> {
    let answer = json(&reseller.call("packages", params));
    let rows = answer["data"].as_array().unwrap().iter();
    rows.map(|row| (row["id"].as_i64().unwrap(), row["credits"].to_string()))
        .collect()
}

#[test]
fn each_reseller_reads_its_own_prices_and_the_newest() {
    let panel = Panel::docs();
    plant(
        &panel,
        "INSERT INTO users (id, username, member_group_id, api_key, override_packages) VALUES
             (101, 'other', 1, 'OTHER', '{\"1\":{\"official_credits\":\"3.33\"}}')",
    );
    let (mut one, mut other) = (Reseller::documented(&panel), Reseller::new(panel.host(), "OTHER"));
    let sold = |first: &str| {
        [(1, first), (2, "0.0"), (6, "0.0"), (7, "0.0")]
            .map(|(id, price)| (id, price.to_owned()))
            .to_vec()
    };
    for _ in 0..2 {
        assert_eq!(prices(&mut one, ""), sold("5.0"));
        assert_eq!(prices(&mut other, ""), sold("3.33"));
    }
    // A selection of keys is no other's answer.
    assert_eq!(prices(&mut one, "show_columns=id,credits"), sold("5.0"));
    let shown = one.call("packages", "hide_columns=credits");
    assert!(
        !shown.contains("credits") && one.call("packages", "").contains("credits"),
        "{shown}"
    );

    // By raw SQL, by an action of an administrator, and by the reseller's own group: each price is the newest.
    panel.mysql_query("UPDATE users SET override_packages = '{\"1\":{\"official_credits\":\"4.20\"}}' WHERE id = 88");
    assert_eq!(prices(&mut one, ""), sold("4.2"));
    panel.mysql_query("UPDATE users SET override_packages = '{}' WHERE id = 88");
    panel.mysql_query("UPDATE users_packages SET official_credits = 1.25 WHERE id = 1");
    assert_eq!(prices(&mut one, ""), sold("1.25"));
    panel.call("edit_user", "id=88&member_group_id=2");
    assert_eq!(prices(&mut one, ""), []);
    assert_eq!(prices(&mut other, ""), sold("3.33"));
}

/// Step 4 of the order of checks comes before what is wrong with the package.
#[test]
fn a_group_that_sells_nothing_of_a_kind_has_no_permission_whatever_the_package_is() {
    let panel = Panel::docs();
    plant(
        &panel,
        "UPDATE lines SET member_id = 88; UPDATE users_packages SET is_mag = 0; UPDATE users_packages SET is_line = id = 2",
    );
    let mut reseller = Reseller::documented(&panel);
    let refused = |status: &str, error: &str| crate::support::failure(&format!("STATUS_{status}"), error);
    let no_permission = refused("NO_PERMISSIONS", "No permissions.");
    for package in ["", "&package=", "&package=1", "&package=99", "&package=x"] {
        for call in ["create_mag", "edit_mag"] {
            let params = format!("id=301&mac=00:1A:79:0A:0B:0C{package}");
            assert_eq!(reseller.call(call, &params), no_permission, "{call} {package}");
        }
    }
    // One package of the kind is enough to be told what is wrong with another.
    for (package, expected) in [
        ("", refused("INVALID_PACKAGE", "Invalid package.")),
        ("package=1", refused("INVALID_TYPE", "Invalid package type.")),
        ("package=99", refused("INVALID_TYPE", "Invalid package type.")),
    ] {
        assert_eq!(reseller.call("create_line", package), expected, "{package}");
        assert_eq!(
            reseller.call("extend_line", &format!("id=4521&{package}")),
            expected,
            "{package}"
        );
    }
    plant(
        &panel,
        "UPDATE users_packages SET \"groups\" = '[1]' WHERE id = 2; UPDATE users_packages SET is_line = 1 WHERE id = 6",
    );
    let not_sold = refused("INVALID_PACKAGE", "Invalid package.");
    assert_eq!(reseller.call("create_line", "package=2"), not_sold);
    plant(&panel, "UPDATE users_packages SET \"groups\" = '[1]'");
    assert_eq!(reseller.call("create_line", "package=2"), no_permission);
    assert_eq!(reseller.call("edit_line", "id=4521&reseller_notes=x"), no_permission);
    assert_eq!(reseller.call("extend_line", "id=4521&package=2"), no_permission);
}
