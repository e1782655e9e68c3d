//! What the host does to a panel: its clock jumps, its files are devices, its limits are low.

use std::fs::{self, File};

use linecard::panel::clock::Mode;

use crate::support::process::Served;
use crate::support::{DONE, Panel};

/// Years before and after all that can be printed, and a way back.
const JUMPS: [i64; 9] = [
    -4_000_000_000,
    i64::MIN,
    -62_167_219_200,
    253_402_300_799,
    i64::MAX,
    4_102_444_800,
    0,
    -1,
    1_773_585_000,
];

#[test]
fn a_clock_that_jumps_leaves_every_dialect_answering() {
    for zone in ["UTC", "Pacific/Kiritimati", "Pacific/Pago_Pago"] {
        let panel = Panel::docs_with(|config| {
            config.control = true;
            config.timezone = linecard::time::Zone::named(zone).unwrap();
        });
        for (round, unix) in JUMPS.into_iter().enumerate() {
            panel.inner().clock().set_mode(Mode::Frozen(unix));
            let form = format!("exp_date=2027-01-01&username=made{round}&password=p");
            for (action, form) in [
                ("create_line", form.as_str()),
                ("user_info", ""),
                ("get_lines", "filter=4"),
                ("get_server_stats", ""),
                ("edit_line", "id=4521&exp_date=2030-01-01"),
                ("reload_epg", "id=1"),
                ("mysql_query", "query=SELECT NOW() AS n, UNIX_TIMESTAMP() AS u"),
            ] {
                let answer = panel.call(action, form);
                assert!(answer.contains("STATUS_SUCCESS"), "{zone} {unix} {action}: {answer}");
            }
            for query in [
                "action=server&sub=list",
                "action=user&sub=info&username=customer4521&password=x",
            ] {
                assert!(!panel.v2(query, "").is_empty());
            }
            for path in ["clock", "info", "health", "requests", "metrics"] {
                let answer = panel.client().get(&format!("/_linecard/{path}"));
                assert_eq!(answer.status, 200, "{zone} {unix} {path}: {answer:?}");
            }
        }
    }
}

#[test]
fn a_running_clock_is_beside_the_hosts_whatever_that_shows() {
    let panel = Panel::docs_with(|config| config.control = true);
    let modes = [
        Mode::Offset(i64::MIN),
        Mode::Offset(i64::MAX),
        Mode::Scaled {
            real: f64::MAX,
            shown: 0,
            rate: 1e6,
        },
        Mode::Scaled {
            real: f64::MIN,
            shown: i64::MAX,
            rate: 1e6,
        },
        Mode::Real,
    ];
    for mode in modes {
        panel.inner().clock().set_mode(mode);
        assert!(panel.call("user_info", "").contains("STATUS_SUCCESS"), "{mode:?}");
        panel.inner().clock().advance(i64::MAX);
        panel.inner().clock().advance(i64::MIN);
        assert!(panel.call("user_info", "").contains("STATUS_SUCCESS"), "{mode:?}");
        let clock = panel.client().get("/_linecard/clock");
        assert_eq!(clock.status, 200, "{clock:?}");
    }
}

/// What the panel knows of a source's channels after it was told to read this file.
fn reloaded(panel: &Panel, file: &str) -> Vec<String> {
    assert!(
        panel
            .call("edit_epg", &format!("id=1&epg_file={file}"))
            .contains("STATUS_SUCCESS")
    );
    assert_eq!(panel.call("reload_epg", "id=1"), DONE);
    panel.sql("SELECT channel_id, name FROM epg_channels WHERE epg_id = 1 ORDER BY id")
}

#[test]
fn a_guide_that_is_empty_or_a_device_or_endless_leaves_the_one_before() {
    let panel = Panel::docs();
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let guide = "<tv><channel id=\"one\"><display-name>One</display-name></channel></tv>";
    fs::write(at("good.xml"), guide).unwrap();
    assert_eq!(reloaded(&panel, &at("good.xml")), ["one|One"]);

    fs::write(at("empty.xml"), "").unwrap();
    // 400 MiB without an element, which take no room on the disk.
    File::create(at("sparse.xml")).unwrap().set_len(400 << 20).unwrap();
    File::create(at("large.xml")).unwrap().set_len((512 << 20) + 1).unwrap();
    let long = "x".repeat(2 << 20);
    fs::write(at("text.xml"), format!("<tv><channel id=\"x\"><display-name>{long}")).unwrap();
    fs::write(at("tag.xml"), format!("<tv><channel id=\"{long}\"/></tv>")).unwrap();
    fs::write(at("comment.xml"), format!("<tv><!--{long}--></tv>")).unwrap();
    fs::write(at("cut.xml"), "<tv><channel id=\"x\"><display-na").unwrap();
    std::os::unix::fs::symlink("/dev/zero", at("link.xml")).unwrap();
    let pipe = std::process::Command::new("mkfifo")
        .arg(at("pipe.xml"))
        .status()
        .unwrap();
    assert!(pipe.success());
    std::os::unix::net::UnixListener::bind(at("socket.xml")).unwrap();
    let begun = std::time::Instant::now();
    for file in [
        "empty.xml",
        "sparse.xml",
        "large.xml",
        "text.xml",
        "tag.xml",
        "comment.xml",
        "cut.xml",
        "link.xml",
        "pipe.xml",
        "socket.xml",
        ".",
        "missing.xml",
    ] {
        assert_eq!(reloaded(&panel, &at(file)), ["one|One"], "{file}");
    }
    for file in [
        "/dev/zero",
        "/dev/urandom",
        "/dev/null",
        "/proc/self/environ",
        "/proc/kmsg",
        "",
    ] {
        assert_eq!(reloaded(&panel, file), ["one|One"], "{file}");
    }
    assert!(begun.elapsed().as_secs() < 4);
}

#[test]
fn channels_without_end_are_refused_before_they_fill_the_memory() {
    let panel = Panel::docs();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("many.xml");
    let before = panel.sql("SELECT channel_id, name FROM epg_channels WHERE epg_id = 1 ORDER BY id");
    let one = format!("<channel id=\"{}\"/>", "x".repeat(500_000));
    fs::write(&path, format!("<tv>{}</tv>", one.repeat(34))).unwrap();
    assert_eq!(reloaded(&panel, path.to_str().unwrap()), before);
    fs::write(&path, format!("<tv>{}</tv>", one.repeat(4))).unwrap();
    assert_eq!(reloaded(&panel, path.to_str().unwrap()).len(), 4);
}

#[cfg(target_os = "linux")]
#[test]
fn a_server_may_have_as_many_files_open_as_the_system_allows_it() {
    let mut shell = std::process::Command::new("sh");
    shell
        .args([
            "-c",
            "ulimit -Sn 256; exec \"$0\" serve --bind 127.0.0.1:0 --db :memory:",
        ])
        .arg(env!("CARGO_BIN_EXE_linecard"))
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped());
    let served = Served::spawn(shell);
    let limits = fs::read_to_string(format!("/proc/{}/limits", served.pid())).unwrap();
    let files = limits.lines().find(|line| line.starts_with("Max open files")).unwrap();
    let limits: Vec<&str> = files.split_whitespace().skip(3).take(2).collect();
    assert_eq!(limits[0], limits[1], "{files}");
}
