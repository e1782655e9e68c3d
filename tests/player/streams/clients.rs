//! Real players: ffmpeg and mpv play what is served and warn of nothing.

use std::process::Command;

use super::{LOGIN, Player, docs, has_rows};
use crate::support::Panel;

/// Runs a program, which must succeed; returns what it said.
fn run(program: &str, arguments: &[&str]) -> String {
    let run = Command::new(program).args(arguments).output().unwrap();
    let said = String::from_utf8_lossy(&run.stderr).into_owned();
    assert!(run.status.success(), "{program} {arguments:?}: {said}");
    said + &String::from_utf8_lossy(&run.stdout)
}

/// A panel with an archive, by the system's clock as players need it for catch-up.
fn panel() -> Panel {
    let panel = docs();
    panel.sql("UPDATE streams SET tv_archive_duration = 7, tv_archive_server_id = 1 WHERE id = 10");
    // Players open the next connection before they close the last.
    panel.sql("UPDATE lines SET max_connections = 0 WHERE id = 4521");
    panel
}

/// Where a path is served.
fn url(panel: &Panel, path: &str) -> String {
    format!("http://{}/{path}", panel.host())
}

#[needs::test("ffmpeg")]
fn ffmpeg_decodes_live_hls_catch_up_and_films_without_a_warning() {
    let panel = panel();
    for (path, seek) in [
        (format!("{LOGIN}/10.ts"), None),
        (format!("live/{LOGIN}/10.m3u8"), None),
        (format!("{LOGIN}/20.ts"), None),
        (format!("timeshift/{LOGIN}/5/2026-03-15:14-00/10.ts"), None),
        (format!("timeshift/{LOGIN}/5/2026-03-15:14-00/10.m3u8"), None),
        (format!("movie/{LOGIN}/100.mp4"), None),
        (format!("movie/{LOGIN}/100.mp4"), Some("30")),
    ] {
        let url = url(&panel, &path);
        let mut arguments = vec!["-nostdin", "-v", "warning"];
        arguments.extend(seek.into_iter().flat_map(|seek| ["-ss", seek]));
        arguments.extend(["-t", "3", "-i", &url, "-f", "null", "-"]);
        assert_eq!(run("ffmpeg", &arguments), "", "{path} {seek:?}");
    }
    panel.inner().clock().advance(30);
    has_rows(&panel, 0);
}

#[needs::test("ffprobe")]
fn ffprobe_finds_pictures_and_sound() {
    let panel = panel();
    let shows = [
        "-v",
        "warning",
        "-of",
        "csv=p=0",
        "-show_entries",
        "stream=codec_name,width,height,sample_rate",
    ];
    let url = url(&panel, &format!("movie/{LOGIN}/100.mp4"));
    let found = run("ffprobe", &[&shows[..], &[&url]].concat());
    assert_eq!(
        found.split_whitespace().collect::<Vec<_>>(),
        ["h264,128,64", "aac,48000"]
    );
}

#[needs::test("mpv")]
fn mpv_plays_live_and_seeks_in_films() {
    let panel = panel();
    let quiet = [
        "--no-config",
        "--msg-level=all=warn",
        "--vo=null",
        "--ao=null",
        "--untimed",
        "--length=2",
    ];
    for (path, more) in [
        (format!("{LOGIN}/10.ts"), None),
        (format!("live/{LOGIN}/10.m3u8"), None),
        (format!("movie/{LOGIN}/100.mp4"), Some("--start=50%")),
    ] {
        let url = url(&panel, &path);
        let mut arguments = quiet.to_vec();
        arguments.extend(more);
        arguments.push(&url);
        run("mpv", &arguments);
    }
}

#[needs::test("curl")]
fn curl_follows_to_the_file() {
    let panel = panel();
    let whole = Player::new(&panel)
        .get(&Player::new(&panel).data_url(&format!("/movie/{LOGIN}/100.mp4")))
        .body;
    let said = run(
        "curl",
        &[
            "-sSL",
            "-r",
            "0-99",
            "-o",
            "/dev/null",
            "-w",
            "%{http_code} %{size_download}",
            &url(&panel, &format!("movie/{LOGIN}/100.mp4")),
        ],
    );
    assert_eq!((said.as_str(), whole.len() > 100), ("206 100", true));
}
