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
