//! Playlists and guides that no story holds: large ones, compressed ones, and what other programs make of them.

use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use flate2::read::GzDecoder;

use crate::support::{Answer, Panel, encoded};

const LOGIN: &str = "username=customer4521&password=securepass";

/// A guide with texts that need escapes, for channels of the line `customer4521`.
const GUIDE: &str = "WITH RECURSIVE n (value) AS (SELECT 0 UNION ALL SELECT value + 1 FROM n WHERE value < 2499)
    INSERT INTO epg_data (epg_id, channel_id, start, \"end\", title, description)
    SELECT 1, 'news.demo', 1773584400 + value * 600, 1773585000 + value * 600, value || ' <&\"''>' || char(1), 'ä😀]]>'
    FROM n";

fn get(panel: &Panel, path: &str) -> Answer {
    panel.client().get(&format!("{path}{LOGIN}"))
}

/// Adds movies to bouquet 5, from id 1000 on.
pub fn add_movies(panel: &Panel, count: u32) {
    let numbers = "WITH RECURSIVE n (id) AS (SELECT 1000 UNION ALL SELECT id + 1 FROM n WHERE id + 1 < 1000 +";
    panel.sql(&format!(
        "{numbers} {count}) INSERT INTO streams (id, type, stream_display_name, category_id) SELECT id, 2, 'Movie ' || id, '[2]' FROM n"
    ));
    panel.sql(&format!(
        "{numbers} {count}) UPDATE bouquets SET bouquet_movies = (SELECT json_group_array(id) FROM n) WHERE id = 5"
    ));
}

#[test]
fn a_playlist_above_a_mebibyte_is_sent_while_it_is_built() {
    let panel = Panel::docs();
    add_movies(&panel, 12_000);
    let url = |id: u32| format!("http://{}/movie/customer4521/securepass/{id}.mp4", panel.host());
    let answer = get(&panel, "/get.php?type=m3u_plus&key=movie&");
    assert_eq!(answer.header("transfer-encoding"), Some("chunked"));
    assert_eq!(answer.header("content-length"), None);
    let text = answer.text();
    let expected: String = (1000..13_000)
        .map(|id| {
            let name = format!("Movie {id}");
            let link = url(id);
            format!("#EXTINF:-1 tvg-name=\"{name}\" tvg-logo=\"\" group-title=\"Movies\",{name}\r\n{link}\r\n")
        })
        .collect();
    assert!(text.len() > 1 << 20);
    assert!(text == format!("#EXTM3U\n{expected}"));

    let answer = get(&panel, "/get.php?type=starlivev5&key=movie&");
    assert_eq!(answer.header("transfer-encoding"), Some("chunked"));
    let json: serde_json::Value = serde_json::from_str(&answer.text()).unwrap();
    let channels = json["iptvstreams_list"]["group"]["channel"].as_array().unwrap();
    assert_eq!(
        (channels.len(), &channels[11_999]["stream_url"]),
        (12_000, &url(12_999).into())
    );

    let answer = get(&panel, "/get.php?type=simple&key=movie&");
    assert_eq!(
        answer.header("content-length"),
        Some(answer.body.len().to_string().as_str())
    );
    let head = panel
        .client()
        .request("HEAD", &format!("/get.php?type=m3u_plus&{LOGIN}"), &[], b"");
    assert_eq!((head.status, head.header("content-length")), (200, None));
}

#[test]
fn links_begin_with_the_url_that_the_client_reached() {
    let link = |panel: &Panel, headers: &[(&str, &str)]| {
        let path = format!("/get.php?type=ariva&key=radio_streams&{LOGIN}");
        let text = panel.client().request("GET", &path, headers, b"").text();
        text.replace("Demo Radio,", "")
            .replace("/customer4521/securepass/20.ts\r\n", "")
    };
    let panel = Panel::docs_with(|config| config.trusted_proxies = vec!["127.0.0.1".into()]);
    let own = format!("http://{}", panel.host());
    for (headers, expected) in [
        (&[][..], own.as_str()),
        (&[("X-Forwarded-Host", "tv.example")], "http://tv.example"),
        (
            &[("X-Forwarded-Host", "tv.example:8443"), ("X-Forwarded-Proto", "https")],
            "https://tv.example:8443",
        ),
        (
            &[("X-Forwarded-Host", "tv.example"), ("X-Forwarded-Port", "81")],
            "http://tv.example:81",
        ),
        (
            &[("X-Forwarded-Host", "tv.example"), ("X-Forwarded-Port", "x")],
            "http://tv.example",
        ),
    ] {
        assert_eq!(link(&panel, headers), expected, "{headers:?}");
    }
    let panel = Panel::docs_with(|config| config.public_url = Some("https://tv.example/panel".into()));
    let headers = [("X-Forwarded-Host", "other.example")];
    assert_eq!(link(&panel, &headers), "https://tv.example/panel");
    let panel = Panel::docs();
    assert_eq!(link(&panel, &headers), format!("http://{}", panel.host()));
}

#[test]
fn a_compressed_guide_is_the_same_guide() {
    let panel = Panel::docs();
    panel.sql("DELETE FROM epg_data");
    panel.sql(GUIDE);
    let plain = get(&panel, "/xmltv.php?");
    assert_eq!(plain.header("transfer-encoding"), Some("chunked"));
    assert_eq!(plain.text().matches("<programme ").count(), 2_500);
    let file = get(&panel, "/xmltv.php?gzip=1&");
    for (name, value) in [
        ("content-type", Some("application/octet-stream")),
        ("content-disposition", Some("attachment; filename=\"epg.xml.gz\"")),
        ("content-transfer-encoding", Some("Binary")),
        ("transfer-encoding", Some("chunked")),
        ("content-encoding", None),
        ("content-length", None),
    ] {
        assert_eq!(file.header(name), value, "{name}");
    }
    let mut text = String::new();
    GzDecoder::new(file.body.as_slice()).read_to_string(&mut text).unwrap();
    assert!(text == plain.text() && file.body.len() < text.len() / 4);
}

#[test]
fn a_guide_is_of_one_generation_from_its_first_byte_to_its_last() {
    let panel = Panel::docs();
    let add = |generation: i64, title: &str| {
        panel.sql(&format!(
            "WITH RECURSIVE n (value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM n WHERE value < 100000)
             INSERT INTO epg_data (epg_id, generation, channel_id, start, \"end\", title)
             SELECT 1, {generation}, 'news.demo', value, value + 1, '{title}' FROM n"
        ));
    };
    add(0, "old");
    add(1, "new");
    let mut client = panel.client();
    client.send(format!("GET /xmltv.php?{LOGIN} HTTP/1.1\r\nHost: {}\r\n\r\n", panel.host()).as_bytes());
    client.receive_head();
    panel.sql("INSERT INTO epg_imports (epg_id, generation) VALUES (1, 1)");
    let text = String::from_utf8(client.chunks()).unwrap();
    let counts = ["old", "new"].map(|title| text.matches(&format!("<title>{title}</title>")).count());
    assert_eq!(counts, [100_000, 0]);
    let text = get(&panel, "/xmltv.php?").text();
    assert!(text.contains("<title>new</title>") && !text.contains("old"));
}

/// Debian's copy of XMLTV's document type.
fn xmltv_dtd() -> PathBuf {
    fn find(folder: &Path) -> Option<PathBuf> {
        let entries = std::fs::read_dir(folder).ok()?.flatten().map(|entry| entry.path());
        let (folders, files): (Vec<_>, Vec<_>) = entries.partition(|path| path.is_dir());
        let file = files.into_iter().find(|path| path.ends_with("xmltv.dtd"));
        file.or_else(|| folders.iter().find_map(|folder| find(folder)))
    }
    let found = ["/usr/share/sgml", "/usr/share/xml"]
        .iter()
        .find_map(|folder| find(Path::new(folder)));
    found.expect("xmltv.dtd is not under /usr/share: install Debian's libxmltv-perl")
}

/// What xmllint says of a document.
fn lint(arguments: &[&str], document: &[u8]) -> String {
    let mut xmllint = Command::new("xmllint");
    xmllint.args(["--noout", "--nonet"]).args(arguments).arg("-");
    let piped = xmllint
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = piped.spawn().unwrap();
    child.stdin.take().unwrap().write_all(document).unwrap();
    let output = child.wait_with_output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.success(), said.is_empty(), "{said}");
    said
}

#[needs::test("xmllint")]
fn a_guide_is_of_xmltvs_document_type() {
    let dtd = xmltv_dtd();
    let valid = ["--valid", "--path", dtd.parent().unwrap().to_str().unwrap()];
    let panel = Panel::docs();
    panel.sql("UPDATE streams SET stream_display_name = 'a <b> & \"c\"', stream_icon = 'http://img/?a=1&b=\"2\"' WHERE id = 10");
    panel.sql("UPDATE streams SET epg_id = 1, channel_id = 'second & last' WHERE id = 11");
    assert_eq!(lint(&valid, &get(&panel, "/xmltv.php?").body), "");
    panel.sql("DELETE FROM epg_data");
    panel.sql(GUIDE);
    assert_eq!(lint(&valid, &get(&panel, "/xmltv.php?").body), "");
    panel.sql("UPDATE lines SET bouquet = '[]' WHERE id = 4521");
    assert_eq!(lint(&valid, &get(&panel, "/xmltv.php?").body), "");
    let wrong = b"<!DOCTYPE tv SYSTEM \"xmltv.dtd\"><tv><programme/></tv>";
    assert!(lint(&valid, wrong).contains("programme"));
}

#[needs::test("xmllint")]
fn menus_and_playlists_of_xml_are_well_formed() {
    let panel = Panel::docs();
    panel.sql("UPDATE streams SET stream_display_name = 'a <b> & \"c\"' || char(2), stream_icon = 'x]]>&<'");
    panel.sql("UPDATE lines SET username = 'a&<b>\"', password = 'p]]>' WHERE id = 4521");
    let login = format!("username={}&password={}", encoded("a&<b>\""), encoded("p]]>"));
    for path in [
        "/get.php?type=spark&",
        "/get.php?type=spark&output=rtmp&",
        "/enigma2.php?",
        "/enigma2.php?type=get_live_categories&",
        "/enigma2.php?type=get_live_streams&",
        "/enigma2.php?type=get_vod_streams&",
        "/enigma2.php?type=get_series&",
        "/enigma2.php?type=get_seasons&series_id=50&",
        "/enigma2.php?type=get_series_streams&series_id=50&season=1&",
    ] {
        let answer = panel.client().get(&format!("{path}{login}"));
        assert!(!answer.body.is_empty(), "{path}");
        assert_eq!(lint(&[], &answer.body), "", "{path}");
    }
}

/// The scripts are not run, because they write to places of a device; what they set is.
#[cfg(unix)]
#[test]
fn scripts_are_shell_and_name_the_playlist_of_the_line() {
    let panel = Panel::docs();
    panel.sql("UPDATE lines SET username = 'a''b $(c)', password = '\"`d`' WHERE id = 4521");
    let login = format!("username={}&password={}", encoded("a'b $(c)"), encoded("\"`d`"));
    for (script, playlist) in [
        ("enigma22_script", "dreambox"),
        ("enigma216_script", "enigma16"),
        ("octagon_script", "octagon"),
    ] {
        let text = panel
            .client()
            .get(&format!("/get.php?{login}&type={script}&output=hls"))
            .text();
        let parsed = Command::new("sh").args(["-n", "-c", &text]).output().unwrap();
        assert!(parsed.status.success() && parsed.stderr.is_empty(), "{parsed:?}");
        let (sets, _) = text.split_once(";rm ").unwrap();
        let told = Command::new("sh")
            .args(["-c", &format!("{sets};printf %s \"$url\"")])
            .output()
            .unwrap();
        let url = String::from_utf8(told.stdout).unwrap();
        let (_, query) = url.split_once('?').unwrap();
        assert_eq!(
            query,
            format!("username=a%27b%20%24%28c%29&password=%22%60d%60&type={playlist}&output=m3u8")
        );
        let answer = panel.client().get(&url[url.find("/get.php").unwrap()..]);
        assert!(answer.text().contains("Demo News"), "{answer:?}");
    }
}
