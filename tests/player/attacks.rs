//! Addresses that are refused again and again (contract "Player side", section 15).

use std::net::IpAddr;

use crate::support::{Panel, block_on};

const ADDRESS: &str = "198.51.100.9";

/// Counts a refusal of an address, and answers what the panel blocks then.
fn refuse(panel: &Panel, address: &str, wrong_username: Option<&str>) -> String {
    let address: IpAddr = address.parse().unwrap();
    let count = async {
        let access = panel.inner().access().await.unwrap();
        panel
            .inner()
            .count_refusal(&access, address, wrong_username)
            .await
            .unwrap();
    };
    block_on(count);
    panel.mysql_query(&format!("SELECT ip, notes FROM blocked_ips WHERE ip = '{address}'"))
}

fn blocked(notes: &str) -> String {
    format!(r#"{{"status":"STATUS_SUCCESS","data":[{{"ip":"{ADDRESS}","notes":"{notes}"}}]}}"#)
}

const FREE: &str = r#"{"status":"STATUS_SUCCESS","data":[]}"#;

#[test]
fn a_flood_of_refusals_blocks_the_address_by_the_panels_clock() {
    let panel = Panel::docs();
    for _ in 0..5 {
        assert_eq!(refuse(&panel, ADDRESS, None), FREE);
    }
    panel.set("flood_limit=3");
    assert_eq!(refuse(&panel, ADDRESS, None), FREE);
    assert_eq!(refuse(&panel, ADDRESS, None), FREE);
    panel.inner().clock().advance(3);
    assert_eq!(refuse(&panel, ADDRESS, None), FREE);
    panel.inner().clock().advance(2);
    assert_eq!(refuse(&panel, ADDRESS, None), FREE);
    assert_eq!(refuse(&panel, ADDRESS, None), blocked("flood: 3 refusals in a row"));
    // What is blocked already stays so.
    for _ in 0..3 {
        assert_eq!(refuse(&panel, ADDRESS, None), blocked("flood: 3 refusals in a row"));
    }
}

#[test]
fn different_wrong_usernames_block_the_address() {
    let panel = Panel::docs();
    panel.set("bruteforce_limit=3");
    for name in ["a", "a", "b", "b"] {
        assert_eq!(refuse(&panel, ADDRESS, Some(name)), FREE);
    }
    assert_eq!(
        refuse(&panel, ADDRESS, Some("c")),
        blocked("brute force: 3 wrong usernames")
    );
}

#[test]
fn this_machine_and_the_panels_servers_are_never_blocked() {
    let panel = Panel::docs();
    panel.set("flood_limit=1");
    panel.set("bruteforce_limit=1");
    panel.mysql_query("UPDATE servers SET server_ip = '198.51.100.9' WHERE id = 1");
    for address in ["127.0.0.1", "::1", "::ffff:127.0.0.1", ADDRESS] {
        assert_eq!(refuse(&panel, address, Some("x")), FREE, "{address}");
    }
    assert_ne!(refuse(&panel, "198.51.100.10", Some("x")), FREE);
}

#[test]
fn wrong_logins_of_the_player_api_count() {
    let panel = Panel::docs_with(|config| config.trusted_proxies = vec!["127.0.0.1".into()]);
    panel.set("bruteforce_limit=2");
    let login = |name: &str| {
        let path = format!("/player_api.php?username={name}&password=x");
        let forwarded = [("X-Forwarded-For", ADDRESS)];
        panel.client().request("GET", &path, &forwarded, b"").status
    };
    assert_eq!([login("a"), login("a"), login("b"), login("c")], [200, 200, 200, 403]);
}
