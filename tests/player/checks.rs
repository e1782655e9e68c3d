//! The account checks of a stream request (contract "Player side", section 11), at the panel itself: their order, and
//! what each admits and refuses.

use std::path::PathBuf;
use std::sync::{LazyLock, mpsc};

use linecard::panel::settings::{ConnectionPolicy, RuntimeSettings, ViewerSettings};
use linecard::panel::subscription::{Logins, Subscription};
use linecard::panel::viewers::checks::{self, CHECKS, Verdict};
use linecard::panel::viewers::{Client, ContentKind, StreamRequest};
use linecard::panel::{Caller, Context, Error};

use serde_json::json;
use tempfile::TempDir;

use crate::support::mmdb::mmdb;
use crate::support::{Panel, block_on};

/// A line, its bouquet with one stream of each kind, and another line that may be its pair.
const ROWS: &str = r#"
    INSERT INTO streams (id, type, stream_display_name) VALUES
        (8001, 1, 'One'), (8002, 2, 'Film'), (8003, 3, 'Created'), (8004, 4, 'Radio'), (8005, 5, 'Episode');
    INSERT INTO streams_servers (stream_id, server_id, pid) VALUES (8001, 1, 50), (8003, 1, 51), (8004, 1, 52);
    INSERT INTO streams_series (id, title) VALUES (8100, 'Show');
    INSERT INTO streams_episodes (season_num, episode_num, series_id, stream_id) VALUES (1, 1, 8100, 8005);
    INSERT INTO bouquets (id, bouquet_channels, bouquet_movies, bouquet_radios, bouquet_series)
        VALUES (8200, '[8001,8003]', '[8002]', '[8004]', '[8100]'), (8201, '[8001]', '[]', '[]', '[]');
    INSERT INTO lines (id, username, password, bouquet, allowed_outputs, max_connections) VALUES
        (8300, 'viewer', 'pw', '[8200]', '[1,2]', 1), (8301, 'pair', 'pw', '[]', '[]', 1);
"#;

fn request() -> StreamRequest {
    StreamRequest {
        client: Client {
            address: "192.0.2.1".parse().unwrap(),
            agent: "Player/1.0".into(),
        },
        username: "viewer".into(),
        password: "pw".into(),
        stream: 8001,
        kind: ContentKind::Live,
        extension: "ts".into(),
        device_id: None,
        play_token: None,
        joins_session: false,
    }
}

/// A change of the request or of the settings.
type Change = fn(&mut StreamRequest, &mut ViewerSettings);

/// Something that a check refuses.
struct Fault {
    number: u8,
    name: Option<&'static str>,
    sql: &'static str,
    change: Change,
}

const fn fault(number: u8, name: &'static str, sql: &'static str) -> Fault {
    Fault {
        number,
        name: Some(name),
        sql,
        change: |_, _| {},
    }
}

impl Fault {
    const fn with(self, change: Change) -> Fault {
        Fault { change, ..self }
    }
}

/// A file that knows the address of the request.
static NETWORKS: LazyLock<(TempDir, PathBuf)> = LazyLock::new(|| {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("networks.mmdb");
    let record = json!({
        "country": { "iso_code": "GB" }, "isp": "Example Net", "autonomous_system_number": 64_500,
        "is_hosting_provider": true,
    });
    std::fs::write(&path, mmdb(&[("192.0.2.0/24", record)])).unwrap();
    (folder, path)
});

fn located(settings: &mut ViewerSettings) {
    settings.geoip_files = vec![NETWORKS.1.clone()];
}

const LIVE: &str = "INSERT INTO lines_live (user_id, user_ip) VALUES (8300, '192.0.2.1')";

#[rustfmt::skip]
static FAULTS: &[Fault] = &[
    fault(1, "AUTH_FAILED", "").with(|request, _| request.password = "PW".into()),
    fault(2, "USER_EXPIRED", "UPDATE lines SET exp_date = '2020-01-01' WHERE id = 8300"),
    fault(3, "USER_BAN", "UPDATE lines SET admin_enabled = 0 WHERE id = 8300"),
    fault(4, "USER_DISABLED", "UPDATE lines SET enabled = 0 WHERE id = 8300"),
    fault(5, "USER_AGENT_BAN", "INSERT INTO blocked_uas (user_agent, exact_match) VALUES ('PLAYER', 0)"),
    fault(5, "EMPTY_UA", "").with(|request, settings| {
        request.client.agent.clear();
        settings.disallow_empty_user_agents = true;
    }),
    fault(6, "IP_BAN", r#"UPDATE lines SET allowed_ips = '["198.51.100.0/24"]' WHERE id = 8300"#),
    fault(7, "COUNTRY_DISALLOW", "UPDATE lines SET forced_country = 'DE' WHERE id = 8300").with(|_, settings| located(settings)),
    fault(8, "USER_AGENT_BAN", r#"UPDATE lines SET allowed_ua = '["Player"]' WHERE id = 8300"#),
    fault(9, "ISP_LOCK_FAILED", "INSERT INTO blocked_isps (isp) VALUES ('EXAMPLE net')").with(|_, settings| located(settings)),
    fault(9, "ISP_LOCK_FAILED", "UPDATE lines SET is_isplock = 1, isp_desc = 'Other' WHERE id = 8300").with(|_, settings| located(settings)),
    fault(9, "BLOCKED_ASN", "").with(|_, settings| {
        located(settings);
        settings.blocked_asns.insert(64_500);
    }),
    fault(9, "CON_SVP", "").with(|_, settings| {
        located(settings);
        settings.block_hosting = true;
    }),
    fault(10, "DEVICE_NOT_ALLOWED", "UPDATE lines SET is_mag = 1 WHERE id = 8300"),
    fault(10, "MAG_TOKEN_INVALID", "UPDATE lines SET is_e2 = 1 WHERE id = 8300").with(|request, _| request.play_token = Some("x".into())),
    fault(11, "DEVICE_LIMIT", "INSERT INTO linecard_tracked_lines (line_id, device_limit) VALUES (8300, 0)"),
    Fault { name: None, ..fault(12, "", "").with(|request, _| request.stream = 9_999) },
    fault(13, "USER_DISALLOW_EXT", "UPDATE lines SET allowed_outputs = '[1]' WHERE id = 8300"),
    fault(14, "NOT_IN_BOUQUET", "UPDATE lines SET bouquet = '[]' WHERE id = 8300"),
    fault(15, "USER_ALREADY_CONNECTED", "INSERT INTO lines_live (user_id, user_ip) VALUES (8300, '192.0.2.2')").with(|_, settings| settings.disallow_2nd_ip_con = true),
    fault(16, "USER_ALREADY_CONNECTED", LIVE),
    fault(17, "NOT_ON_AIR", "UPDATE streams_servers SET pid = NULL WHERE stream_id = 8001"),
];

/// Answers what `look` sees in a panel where these statements ran; nothing of them stays.
fn after<T: Send + 'static>(
    panel: &Panel,
    statements: &[&'static str],
    look: impl Fn(&Context<'_>) -> T + Send + 'static,
) -> T {
    let (tell, told) = mpsc::channel();
    let statements = statements.join(";\n");
    let write = move |context: &Context<'_>| -> Result<(), Error> {
        context.db.execute_batch(ROWS)?;
        context.db.execute_batch(&statements)?;
        tell.send(look(context)).unwrap();
        Err(Error::Busy)
    };
    block_on(panel.inner().write(Caller::Anyone, write)).unwrap_err();
    told.recv().unwrap()
}

fn settings() -> ViewerSettings {
    RuntimeSettings::default().viewers
}

/// The number and name of the check that refuses, or `None`.
type Outcome = Option<(u8, Option<&'static str>)>;

fn walked(panel: &Panel, statements: &[&'static str], changes: &[Change]) -> Outcome {
    let (mut request, mut settings) = (request(), settings());
    for change in changes {
        change(&mut request, &mut settings);
    }
    after(panel, statements, move |context| {
        let refused = checks::walk(context, &settings, &request).unwrap().err()?;
        Some((refused.check.number, refused.check.name))
    })
}

#[test]
fn of_two_faults_the_earlier_check_decides() {
    let panel = Panel::docs();
    assert_eq!(walked(&panel, &[], &[]), None);
    for (at, first) in FAULTS.iter().enumerate() {
        let decides = Some((first.number, first.name));
        assert_eq!(walked(&panel, &[first.sql], &[first.change]), decides);
        for second in FAULTS
            .iter()
            .skip(at + 1)
            .filter(|second| second.number != first.number)
        {
            let both = walked(&panel, &[first.sql, second.sql], &[first.change, second.change]);
            assert_eq!(both, decides, "with {} {:?}", second.number, second.name);
        }
    }
    let tested: Vec<_> = FAULTS.iter().map(|fault| (fault.number, fault.name)).collect();
    let all: Vec<_> = CHECKS.iter().map(|check| (check.number, check.name)).collect();
    assert_eq!(tested, all);
}

#[test]
fn what_each_check_admits_and_refuses() {
    let panel = Panel::docs();
    #[rustfmt::skip]
    let cases: &[(&str, Change, Option<u8>)] = &[
        ("", |r, _| r.username = "Viewer".into(), Some(1)),
        ("UPDATE lines SET exp_date = '2099-01-01'", |_, _| {}, None),
        ("INSERT INTO blocked_uas (user_agent, exact_match) VALUES ('Player', 1)", |_, _| {}, None),
        ("INSERT INTO blocked_uas (user_agent, exact_match) VALUES ('Player/1.0', 1)", |_, _| {}, Some(5)),
        ("INSERT INTO blocked_uas (user_agent) VALUES ('player'); UPDATE lines SET bypass_ua = 1", |_, _| {}, None),
        ("", |r, _| r.client.agent.clear(), None),
        (r#"UPDATE lines SET allowed_ips = '["192.0.2.0/24"]'"#, |_, _| {}, None),
        (r#"UPDATE lines SET allowed_ips = '["192.0.2.1"]'"#, |r, _| r.client.address = "::ffff:192.0.2.1".parse().unwrap(), None),
        (r#"UPDATE lines SET allowed_ua = '["Other","Player/1.0"]'"#, |_, _| {}, None),
        (r#"UPDATE lines SET allowed_ua = '["Player/1.0"]'"#, |r, _| r.client.agent = "player/1.0".into(), Some(8)),
        ("UPDATE lines SET forced_country = 'gb'", |_, s| located(s), None),
        ("UPDATE lines SET forced_country = 'ALL'", |_, s| (located(s), s.allow_countries.push("DE".into())).1, None),
        ("UPDATE lines SET forced_country = 'GB'", |_, s| (located(s), s.allow_countries.push("DE".into())).1, None),
        ("UPDATE lines SET forced_country = 'DE'", |_, _| {}, None),
        ("UPDATE lines SET forced_country = 'DE'", |r, s| (located(s), r.client.address = "198.51.100.1".parse().unwrap()).1, None),
        ("", |_, s| (located(s), s.allow_countries.push("DE".into())).1, Some(7)),
        ("", |_, s| (located(s), s.allow_countries.push("GB".into())).1, None),
        ("INSERT INTO blocked_isps (isp, blocked) VALUES ('Example Net', 0)", |_, s| located(s), None),
        ("INSERT INTO blocked_isps (isp) VALUES ('Example')", |_, s| located(s), None),
        ("UPDATE lines SET is_isplock = 1, isp_desc = 'EXAMPLE NET'", |_, s| located(s), None),
        ("UPDATE lines SET is_isplock = 1, isp_desc = NULL", |_, s| located(s), None),
        ("UPDATE lines SET is_isplock = 0, isp_desc = 'Other'", |_, s| located(s), None),
        ("UPDATE lines SET is_isplock = 1, isp_desc = 'Other'", |_, _| {}, None),
        ("UPDATE lines SET is_isplock = 1, isp_desc = 'Other', is_restreamer = 1; INSERT INTO blocked_isps (isp) VALUES ('Example Net')", |_, s| (located(s), s.block_hosting = true, s.blocked_asns.insert(64_500)).1, None),
        ("", |r, _| r.stream = 8002, Some(12)),
        ("", |r, _| (r.stream, r.kind) = (8002, ContentKind::Movie), None),
        ("", |r, _| (r.stream, r.kind) = (8002, ContentKind::Episode), Some(12)),
        ("", |r, _| (r.stream, r.kind) = (8001, ContentKind::Movie), Some(12)),
        ("", |r, _| (r.stream, r.kind) = (8005, ContentKind::Live), Some(12)),
        ("", |r, _| (r.stream, r.kind) = (8005, ContentKind::Episode), None),
        ("UPDATE lines SET bouquet = '[8201]'", |r, _| (r.stream, r.kind) = (8005, ContentKind::Episode), Some(14)),
        ("", |r, _| r.stream = 8003, None),
        ("", |r, _| r.stream = 8004, None),
        ("", |r, _| r.extension.clear(), None),
        ("", |r, _| r.extension = "m3u8".into(), None),
        ("", |r, _| r.extension = "mp4".into(), Some(13)),
        ("", |r, _| r.extension = "rtmp".into(), Some(13)),
        ("UPDATE lines SET allowed_outputs = '[]'", |r, _| r.extension = "m3u8".into(), None),
        ("UPDATE lines SET allowed_outputs = '[3]'", |r, _| (r.stream, r.kind, r.extension) = (8002, ContentKind::Movie, "avi".into()), None),
        ("UPDATE streams_servers SET pid = NULL", |r, _| r.kind = ContentKind::Archive, None),
        ("UPDATE streams_servers SET pid = NULL, on_demand = 1", |_, _| {}, None),
        ("DELETE FROM streams_servers WHERE stream_id = 8001", |_, _| {}, Some(17)),
        (LIVE, |_, s| s.connection_policy = ConnectionPolicy::KickOldest, None),
        (LIVE, |r, _| r.joins_session = true, None),
        ("INSERT INTO lines_live (user_id, user_ip, hls_end) VALUES (8300, '192.0.2.1', 1)", |_, _| {}, None),
        ("UPDATE lines SET max_connections = 2; INSERT INTO lines_live (user_id, user_ip) VALUES (8300, '192.0.2.1')", |_, _| {}, None),
        ("UPDATE lines SET max_connections = 0; INSERT INTO lines_live (user_id, user_ip) VALUES (8300, '192.0.2.9')", |_, s| s.disallow_2nd_ip_con = true, None),
        ("UPDATE lines SET max_connections = 2; INSERT INTO lines_live (user_id, user_ip) VALUES (8300, '192.0.2.9')", |_, s| s.disallow_2nd_ip_con = true, None),
        ("UPDATE lines SET max_connections = 2; INSERT INTO lines_live (user_id, user_ip) VALUES (8300, '192.0.2.9')", |_, s| (s.disallow_2nd_ip_con, s.disallow_2nd_ip_max) = (true, 2), Some(15)),
        ("UPDATE lines SET max_connections = 2; INSERT INTO lines_live (user_id, user_ip) VALUES (8300, '::ffff:192.0.2.1')", |_, s| (s.disallow_2nd_ip_con, s.disallow_2nd_ip_max) = (true, 2), None),
        ("UPDATE lines SET pair_id = 8301 WHERE id = 8300; INSERT INTO lines_live (user_id) VALUES (8301)", |_, _| {}, Some(16)),
        ("UPDATE lines SET pair_id = 8301 WHERE id = 8300; UPDATE lines SET max_connections = 0 WHERE id = 8301; INSERT INTO lines_live (user_id) VALUES (8301)", |_, _| {}, None),
        ("UPDATE lines SET pair_id = 8300 WHERE id = 8300", |_, _| {}, None),
        ("UPDATE lines SET pair_id = 999999 WHERE id = 8300", |_, _| {}, None),
    ];
    for (at, (sql, change, expected)) in cases.iter().enumerate() {
        let number = walked(&panel, &[sql], &[*change]).map(|(number, _)| number);
        assert_eq!(number, *expected, "case {at}: {sql}");
    }
}

#[test]
fn all_checks_are_told_with_the_reason_of_each_that_refuses() {
    let panel = Panel::docs();
    let (request, settings) = (request(), settings());
    let statements = [
        "UPDATE lines SET exp_date = '2020-01-01', enabled = 0, allowed_ips = '[\"10.0.0.1\"]' WHERE id = 8300",
        "UPDATE streams_servers SET pid = NULL WHERE stream_id = 8001",
    ];
    let refused = after(&panel, &statements, move |context| {
        let all = checks::walk_all(context, &settings, &request).unwrap();
        assert_eq!(all.len(), CHECKS.len());
        let refused = all.into_iter().filter_map(|(check, verdict)| match verdict {
            Verdict::Refused(why) => Some((check.number, why)),
            Verdict::Admitted | Verdict::Skipped => None,
        });
        refused.collect::<Vec<_>>()
    });
    let expected = [
        (2, "its end was 2020-01-01 00:00:00"),
        (4, "its enabled is 0"),
        (6, "192.0.2.1 is not among its allowed_ips"),
        (17, "\"One\" (id 8001) runs on no server"),
    ];
    assert_eq!(refused, expected.map(|(number, why)| (number, why.to_owned())));
}

#[test]
fn without_a_line_or_a_stream_what_needs_them_is_skipped() {
    let panel = Panel::docs();
    for (change, refused, skipped) in [
        (
            (|request: &mut StreamRequest| request.username = "nobody".into()) as fn(&mut StreamRequest),
            vec![1],
            vec![2, 3, 4, 5, 5, 6, 7, 8, 9, 9, 9, 9, 10, 10, 11, 13, 14, 15, 16, 17],
        ),
        (|request| request.stream = 9_999, vec![12], vec![13, 14, 15, 16, 17]),
    ] {
        let (mut request, settings) = (request(), settings());
        change(&mut request);
        let (all_refused, all_skipped) = after(&panel, &[], move |context| {
            let all = checks::walk_all(context, &settings, &request).unwrap();
            let of = |wanted: fn(&Verdict) -> bool| {
                let those = all.iter().filter(|(_, verdict)| wanted(verdict));
                those.map(|(check, _)| check.number).collect::<Vec<_>>()
            };
            (
                of(|verdict| matches!(verdict, Verdict::Refused(_))),
                of(|verdict| *verdict == Verdict::Skipped),
            )
        });
        assert_eq!((all_refused, all_skipped), (refused, skipped));
    }
}

#[test]
fn playlists_are_refused_by_the_checks_of_origin_alone() {
    let panel = Panel::docs();
    for fault in FAULTS.iter().filter(|fault| fault.number > 1) {
        let (mut request, mut settings) = (request(), settings());
        (fault.change)(&mut request, &mut settings);
        let name = after(&panel, &[fault.sql], move |context| {
            let line = Subscription::log_in(context, ("viewer", "pw"), &request.client.agent, Logins::All).unwrap()?;
            let refused = checks::refuse_origin(context, &settings, &request.client, &line).unwrap()?;
            let entry = refused.log_entry(&request.client, "/get.php".into()).unwrap();
            assert_eq!(
                (entry.line, entry.stream, entry.address.as_str()),
                (Some(8300), None, "192.0.2.1")
            );
            Some(entry.status)
        });
        let expected = fault.name.filter(|_| (5..10).contains(&fault.number));
        assert_eq!(name, expected, "{} {:?}", fault.number, fault.name);
    }
}
