//! What MMDB files tell of an address (contract "Player side", section 11), and what a line's lock learns of it.

use std::fs;

use linecard::panel::viewers::Line;
use linecard::panel::viewers::geoip::{GeoIp, Network};
use linecard::panel::{Caller, Context};
use serde_json::json;
use tempfile::TempDir;

use super::streams::{LOGIN, NEWS, Player, live};
use crate::support::mmdb::mmdb;
use crate::support::{Panel, block_on};

fn network(country: Option<&str>, isp: Option<&str>, number: Option<u32>, is_hosting: bool) -> Network {
    Network {
        country: country.map(str::to_owned),
        isp: isp.map(str::to_owned),
        number,
        is_hosting,
    }
}

#[test]
fn files_tell_of_an_address_together_and_the_first_counts() {
    let folder = TempDir::new().unwrap();
    let paths = [folder.path().join("country.mmdb"), folder.path().join("networks.mmdb")];
    let countries = [
        ("192.0.2.0/24", json!({ "country": { "iso_code": "gb" } })),
        ("192.0.2.128/25", json!({ "country": { "iso_code": "DE" } })),
        ("2001:db8::/32", json!({ "country": { "iso_code": "FR" } })),
        ("198.51.100.0/24", json!({ "country": "a text", "isp": "" })),
    ];
    let networks = [
        (
            "192.0.2.0/24",
            json!({ "country": { "iso_code": "US" }, "autonomous_system_number": 64_500, "autonomous_system_organization": "Example Org" }),
        ),
        (
            "198.51.100.7/32",
            json!({ "isp": "Provider", "autonomous_system_organization": "Org", "is_hosting_provider": true }),
        ),
        (
            "2001:db8:1::/48",
            json!({ "autonomous_system_number": 4_200_000_000_u32 }),
        ),
    ];
    fs::write(&paths[0], mmdb(&countries)).unwrap();
    fs::write(&paths[1], mmdb(&networks)).unwrap();
    let geoip = GeoIp::default();
    for (address, expected) in [
        (
            "192.0.2.1",
            network(Some("GB"), Some("Example Org"), Some(64_500), false),
        ),
        (
            "::ffff:192.0.2.1",
            network(Some("GB"), Some("Example Org"), Some(64_500), false),
        ),
        (
            "192.0.2.200",
            network(Some("DE"), Some("Example Org"), Some(64_500), false),
        ),
        ("198.51.100.7", network(None, Some("Provider"), None, true)),
        ("198.51.100.8", Network::default()),
        ("2001:db8:1::9", network(Some("FR"), None, Some(4_200_000_000), false)),
        ("203.0.113.1", Network::default()),
    ] {
        assert_eq!(geoip.look_up(&paths, address.parse().unwrap()), expected, "{address}");
    }
    assert_eq!(geoip.look_up(&[], "192.0.2.1".parse().unwrap()), Network::default());
}

#[test]
fn a_missing_or_broken_file_tells_nothing_and_one_that_comes_later_is_read() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("late.mmdb");
    let paths = [folder.path().join("missing.mmdb"), path.clone()];
    let geoip = GeoIp::default();
    let look_up = || geoip.look_up(&paths, "192.0.2.1".parse().unwrap());
    assert_eq!(look_up(), Network::default());
    fs::write(&path, "no database").unwrap();
    assert_eq!(look_up(), Network::default());
    let whole = mmdb(&[("192.0.2.0/24", json!({ "country": { "iso_code": "GB" } }))]);
    fs::write(&path, &whole[..whole.len() - 3]).unwrap();
    assert_eq!(look_up(), Network::default());
    fs::write(&path, whole).unwrap();
    assert_eq!(look_up().country.as_deref(), Some("GB"));
}

#[test]
fn a_lock_without_a_provider_learns_that_of_the_first_stream() {
    let panel = Panel::docs();
    let learn = |network: Network| {
        let write = move |context: &Context<'_>| Line::learn_isp(context, 4521, &network);
        block_on(panel.inner().write(Caller::Anyone, write)).unwrap();
        panel.mysql_query("SELECT isp_desc, as_number FROM lines WHERE id = 4521")
    };
    let row = |isp: &str, number: &str| {
        format!(r#"{{"status":"STATUS_SUCCESS","data":[{{"isp_desc":{isp},"as_number":{number}}}]}}"#)
    };
    let first = network(None, Some("First"), Some(64_500), false);
    assert_eq!(learn(first.clone()), row("null", "null"));
    panel.mysql_query("UPDATE lines SET is_isplock = 1 WHERE id = 4521");
    assert_eq!(learn(Network::default()), row("null", "null"));
    assert_eq!(learn(first), row("\"First\"", "\"64500\""));
    assert_eq!(
        learn(network(None, Some("Second"), None, false)),
        row("\"First\"", "\"64500\"")
    );
}

#[test]
fn the_first_stream_that_is_played_teaches_a_lock_its_provider() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("isp.mmdb");
    let record = json!({ "isp": "Loop", "autonomous_system_number": 64_501 });
    let other = json!({ "isp": "Other" });
    fs::write(&path, mmdb(&[("127.0.0.1/32", record), ("127.0.0.2/32", other)])).unwrap();
    let panel = Panel::docs();
    panel.set(&format!("geoip_files={}", path.display()));
    panel.sql("UPDATE lines SET is_isplock = 1, is_restreamer = 1 WHERE id = 4521");
    let learnt = || {
        panel.sql_one("SELECT coalesce(isp_desc, '-') || ' ' || coalesce(as_number, '-') FROM lines WHERE id = 4521")
    };
    let player = Player::new(&panel);
    // Restreamers have no lock, and a redirect plays nothing.
    drop(player.watch(&live(LOGIN, NEWS)));
    panel.sql("UPDATE lines SET is_restreamer = 0 WHERE id = 4521");
    player.data_url(&live(LOGIN, NEWS));
    assert_eq!(learnt(), "- -");
    let watching = player.watch(&live(LOGIN, NEWS));
    assert_eq!(learnt(), "Loop 64501");
    assert_eq!(player.at([127, 0, 0, 2]).get(&live(LOGIN, NEWS)).status, 403);
    drop(watching);
}
