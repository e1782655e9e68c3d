//! The guide's programmes: what an import stores, and what its readers see meanwhile.

use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use flate2::Compression;
use flate2::write::GzEncoder;
use linecard::panel::guide::page::{self, GuidePlace, GuideSelection};
use linecard::panel::{Context, Error};
use tempfile::TempDir;

use crate::support::upstream::{Upstream, sized};
use crate::support::{Panel, block_on, soon};

/// 2026-03-15 14:30:00 UTC, at which the clock stands.
pub const START: &str = "20260315143000";

/// A guide of one channel with these programmes: start, end and title.
pub fn guide(programmes: &[(&str, &str, &str)]) -> String {
    let mut text = String::from("<tv><channel id=\"one\"><display-name>One</display-name></channel>");
    for (start, stop, title) in programmes {
        let _ = write!(
            text,
            "<programme start=\"{start}\" stop=\"{stop}\" channel=\"one\"><title lang=\"en\">{title}</title><desc>D</desc></programme>"
        );
    }
    text + "</tv>"
}

/// A guide of many channels with many programmes each, all of this title.
pub fn long_guide(channels: i64, programmes: i64, title: &str) -> String {
    let mut text = String::from("<tv>");
    for channel in 0..channels {
        for number in 0..programmes {
            let at = |number: i64| {
                format!(
                    "202603{:02}{:02}{:02}00",
                    16 + number / 1440,
                    number / 60 % 24,
                    number % 60
                )
            };
            let _ = write!(
                text,
                "<programme start=\"{}\" stop=\"{}\" channel=\"c{channel}\"><title>{title}</title></programme>",
                at(number),
                at(number + 1)
            );
        }
    }
    text + "</tv>"
}

/// A panel whose source 2 is a file.
pub struct Imported {
    pub panel: Panel,
    pub path: PathBuf,
    _folder: TempDir,
}

impl Imported {
    pub fn with(parameters: &str) -> Imported {
        let folder = TempDir::new().unwrap();
        let path = folder.path().join("guide.xml");
        let panel = Panel::docs_seeded(7);
        panel.call("create_epg", parameters);
        // A file that is given when it is created is imported at once.
        panel.sql(&format!("UPDATE epg SET epg_file = '{}' WHERE id = 2", path.display()));
        Imported {
            panel,
            path,
            _folder: folder,
        }
    }

    /// Writes the file and reloads it.
    pub fn import(&self, guide: impl AsRef<[u8]>) {
        fs::write(&self.path, guide).unwrap();
        self.panel.call("reload_epg", "id=2");
    }

    /// All stored programmes of the source.
    pub fn rows(&self) -> Vec<String> {
        self.panel.sql(
            "SELECT generation, channel_id, start - 1773585000, \"end\" - start, lang, title, description
             FROM epg_data WHERE epg_id = 2 ORDER BY generation, channel_id, start, id",
        )
    }

    pub fn state(&self) -> Vec<String> {
        self.panel
            .sql("SELECT generation, state, programmes, skipped, error FROM epg_imports WHERE epg_id = 2")
    }

    pub fn count(&self, condition: &str) -> u64 {
        let sql = format!("SELECT count(*) FROM epg_data WHERE epg_id = 2 AND {condition}");
        self.panel.sql_one(&sql).parse().unwrap()
    }

    fn read<T: Send + 'static>(&self, read: impl Fn(&Context<'_>) -> Result<T, Error> + Send + 'static) -> T {
        let caller = linecard::panel::Caller::Admin(None);
        block_on(self.panel.inner().read(caller, read)).unwrap()
    }
}

#[test]
fn an_import_stores_what_is_kept_and_counts_what_is_wrong() {
    let imported = Imported::with("days_keep=2&offset=-30");
    imported.import(guide(&[
        (START, "20260315153000 +0000", "Now"),
        ("20260315163000 +0100", "20260315160000", "One hour later"),
        // Ended 47 hours ago, and 49 hours ago.
        ("20260313140000", "20260313160000", "Kept"),
        ("20260313120000", "20260313140000", "Old"),
        // In 13 days, and in 15.
        ("20260328143000", "20260328153000", "Far"),
        ("20260330143000", "20260330153000", "Too far"),
        ("20260315153000", "20260315160000", "The last of one start counts"),
        ("20260315153000", "20260315153000", "Wrong"),
        ("soon", "20260315153000", "Wrong"),
    ]));
    assert_eq!(
        imported.rows(),
        [
            "1|one|-176400|7200|en|Kept|D",
            "1|one|-1800|3600|en|Now|D",
            "1|one|1800|1800|en|The last of one start counts|D",
            "1|one|1121400|3600|en|Far|D",
        ]
    );
    assert_eq!(imported.state(), ["1|done|4|2|"]);
    let bytes = fs::metadata(&imported.path).unwrap().len().to_string();
    assert_eq!(imported.panel.sql_one("SELECT bytes FROM epg_imports"), bytes);
}

#[test]
fn a_compressed_file_is_read_whatever_it_is_called_and_a_bomb_is_not() {
    let gzip = |text: &[u8]| {
        let mut out = GzEncoder::new(Vec::new(), Compression::best());
        out.write_all(text).unwrap();
        out.finish().unwrap()
    };
    let imported = Imported::with("");
    imported.import(gzip(guide(&[(START, "20260315153000", "Now")]).as_bytes()));
    let rows = ["1|one|0|3600|en|Now|D"];
    assert_eq!(imported.rows(), rows);
    let bomb = [
        b"<tv>".to_vec(),
        [&b"<a>"[..], &[b' '; 1000], b"</a>"].concat().repeat(28 << 10),
        b"</tv>".to_vec(),
    ]
    .concat();
    for (bytes, reason) in [
        (gzip(&bomb), "200 times larger"),
        (gzip(b"<tv></tv>")[..20].to_vec(), ""),
        (b"\xfd7zXZ\0".to_vec(), ""),
        (b"<tv><programme start='".to_vec(), ""),
        (b"<html></html>".to_vec(), "no element `tv`"),
    ] {
        imported.import(bytes);
        let failed = || imported.state().concat();
        assert!(
            soon(|| failed().starts_with("1|failed|0|0|") && failed().contains(reason)),
            "{reason}: {}",
            failed()
        );
        assert_eq!(imported.rows(), rows, "{reason}");
    }
}

#[test]
fn a_failed_import_leaves_the_guide_and_what_it_had_written_goes() {
    let imported = Imported::with("");
    imported.import(guide(&[(START, "20260315153000", "Now")]));
    let mut cut = long_guide(3, 400, "x");
    cut.truncate(cut.len() - 10);
    imported.import(cut);
    assert!(soon(|| imported.rows() == ["1|one|0|3600|en|Now|D"]));
    assert_eq!(imported.panel.sql_one("SELECT state FROM epg_imports"), "failed");
    assert_eq!(
        imported
            .panel
            .sql("SELECT channel_id FROM epg_channels WHERE epg_id = 2"),
        ["one"]
    );
    imported.import(long_guide(3, 400, "x"));
    assert!(soon(|| imported.count("generation <> 2") == 0));
    assert_eq!(
        (imported.count("1"), imported.state()),
        (1200, vec!["2|done|1200|0|".to_owned()])
    );
    // What a source that is deleted leaves goes with the next import.
    imported.panel.call("delete_epg", "id=2");
    let file = imported.path.display();
    imported.panel.call("create_epg", &format!("epg_file={file}"));
    imported.panel.call("reload_epg", "");
    assert!(soon(|| imported.count("1") == 0));
}

#[test]
fn a_reader_sees_one_guide_from_its_first_page_to_its_last() {
    let imported = Imported::with("");
    imported.import(long_guide(2, 700, "old"));
    imported
        .panel
        .sql("UPDATE streams SET epg_id = 2, channel_id = 'c1' WHERE id = 10");
    let channels = [(2, "c1".to_owned()), (2, "c0".to_owned()), (2, "none".to_owned())];
    let selection = Arc::new(
        imported.read(move |context| Ok(GuideSelection::begin(context.panel.guides(), context.db, &channels)?)),
    );
    let mut read: Vec<(String, i64, String)> = Vec::new();
    let mut next = |from: Option<GuidePlace>| {
        let selection = Arc::clone(&selection);
        let (place, page) = imported.read(move |context| {
            let mut page = Vec::new();
            let place = selection.read(context.db, from.unwrap(), |one| {
                page.push((one.channel.to_owned(), one.start, one.title.to_owned()));
            })?;
            Ok((place, page))
        });
        read.extend(page);
        place
    };
    let second = next(Some(GuidePlace::default()));
    imported.import(long_guide(2, 700, "new"));
    let titles = imported.read(|context| Ok(page::all(context.db, 10)?));
    assert!(titles.len() == 700 && titles.iter().all(|one| one.title == "new"));
    assert_eq!(imported.count("title = 'old'"), 1400);
    assert_eq!(next(second), None);
    assert_eq!(read.len(), 1400);
    assert!(read.is_sorted() && read.iter().all(|(channel, ..)| channel.starts_with('c')));
    assert!(read.iter().all(|(_, _, title)| title == "old"));
    drop(selection);
    assert!(soon(|| imported.count("title = 'old'") == 0));
}

#[test]
fn a_long_import_keeps_nobody_waiting_and_a_reset_ends_it() {
    let imported = Imported::with("");
    let panel = &imported.panel;
    let begun = Instant::now();
    // An optimised build is faster than the test looks.
    let channels = if cfg!(debug_assertions) { 100 } else { 600 };
    imported.import(long_guide(channels, 1500, "x"));
    let answered = begun.elapsed();
    let is_running = || {
        imported
            .state()
            .first()
            .is_some_and(|state| state.starts_with("0|running|"))
    };
    assert!(is_running(), "it is long: {answered:?} {:?}", imported.state());
    assert!(answered < Duration::from_secs(4), "{answered:?}");
    assert!(soon(|| imported.count("1") > 0));
    let shown = imported.read(|context| Ok(page::all(context.db, 10)?));
    assert!(shown.iter().all(|programme| programme.epg_id != 2), "{shown:?}");
    let headers = [("Content-Type", "application/json")];
    let reset = panel.client().request("POST", "/_linecard/reset", &headers, b"{}");
    assert_eq!(reset.status, 200, "{reset:?}");
    assert_eq!(panel.sql("SELECT count(*) FROM epg_data WHERE epg_id = 2"), ["0"]);
    std::thread::sleep(Duration::from_millis(200));
    assert_eq!(panel.sql("SELECT count(*) FROM epg_data WHERE epg_id = 2"), ["0"]);
    assert_eq!(panel.sql("SELECT count(*) FROM epg_imports"), ["0"]);
}

/// A panel whose source 2 is an address.
fn fetched_from(url: &str) -> Panel {
    let panel = Panel::docs_seeded(7);
    panel.call("create_epg", "");
    panel.sql(&format!("UPDATE epg SET epg_file = '{url}' WHERE id = 2"));
    panel
}

/// What is known of the last import of source 2, and how many programmes are shown.
pub fn import_of(panel: &Panel) -> String {
    panel.sql_one(
        "SELECT state || '|' || error || '|' || etag || '|' || last_modified || '|' || programmes || '|' ||
                (SELECT count(*) FROM epg_data WHERE epg_id = 2 AND generation = epg_imports.generation)
         FROM epg_imports WHERE epg_id = 2",
    )
}

#[test]
fn a_guide_is_fetched_and_asked_for_only_where_it_has_changed() {
    let text = guide(&[(START, "20260315153000", "Now")]);
    let upstream = Upstream::new(move |head, socket| {
        let known = head.to_ascii_lowercase().contains("if-none-match: \"one\"");
        let answer = match known {
            true => sized("304 Not Modified", "ETag: \"one\"\r\n", b""),
            false => sized(
                "200 OK",
                "ETag: \"one\"\r\nLast-Modified: Sun, 15 Mar 2026 12:00:00 GMT\r\n",
                text.as_bytes(),
            ),
        };
        socket.write_all(&answer)
    });
    let panel = fetched_from(&upstream.url("/guide.xml"));
    let shown = r#"done||"one"|Sun, 15 Mar 2026 12:00:00 GMT|1|1"#;
    for updated in ["1773585000", "1773585060"] {
        panel.call("reload_epg", "id=2");
        assert!(soon(|| import_of(&panel) == shown), "{}", import_of(&panel));
        assert_eq!(panel.sql_one("SELECT last_updated FROM epg WHERE id = 2"), updated);
        panel.inner().clock().advance(60);
    }
    let heads = upstream.heads();
    assert_eq!(heads.len(), 2);
    assert!(heads[1].contains("Sun, 15 Mar 2026 12:00:00 GMT"), "{}", heads[1]);
}

#[test]
fn a_fetched_guide_may_be_compressed_whatever_it_is_called() {
    let text = guide(&[(START, "20260315153000", "Now")]);
    let mut xz = liblzma::write::XzEncoder::new(Vec::new(), 6);
    xz.write_all(text.as_bytes()).unwrap();
    let mut gzip = GzEncoder::new(Vec::new(), Compression::fast());
    gzip.write_all(text.as_bytes()).unwrap();
    for body in [xz.finish().unwrap(), gzip.finish().unwrap()] {
        let upstream = Upstream::new(move |_, socket| socket.write_all(&sized("200 OK", "", &body)));
        let panel = fetched_from(&upstream.url("/guide.xml"));
        panel.call("reload_epg", "id=2");
        assert!(soon(|| import_of(&panel) == "done||||1|1"), "{}", import_of(&panel));
    }
}

#[test]
fn a_fetch_that_fails_leaves_the_guide_and_says_why() {
    let (text, is_broken) = (
        guide(&[(START, "20260315153000", "Now")]),
        Arc::new(std::sync::atomic::AtomicUsize::new(0)),
    );
    let broken = Arc::clone(&is_broken);
    let upstream = Upstream::new(
        move |_, socket| match broken.fetch_add(1, std::sync::atomic::Ordering::SeqCst) {
            0 => socket.write_all(&sized("200 OK", "", text.as_bytes())),
            1 => socket.write_all(&sized("503 Service Unavailable", "", b"")),
            _ => {
                let whole = sized("200 OK", "", text.as_bytes());
                socket.write_all(&whole[..whole.len() - 20])?;
                Err(std::io::ErrorKind::Other.into())
            }
        },
    );
    let panel = fetched_from(&upstream.url("/guide.xml"));
    panel.call("reload_epg", "id=2");
    assert!(soon(|| import_of(&panel) == "done||||1|1"), "{}", import_of(&panel));
    for reason in ["it answered 503", "cut short"] {
        panel.inner().clock().advance(60);
        panel.call("reload_epg", "id=2");
        assert!(soon(|| import_of(&panel).contains(reason)), "{}", import_of(&panel));
        let shown = "SELECT count(*) FROM epg_data WHERE epg_id = 2 AND title = 'Now'
                     AND generation = (SELECT generation FROM epg_imports WHERE epg_id = 2)";
        assert_eq!(panel.sql_one(shown), "1");
        assert_eq!(
            panel.sql_one("SELECT last_updated FROM epg WHERE id = 2"),
            "1773585000",
            "when it was imported"
        );
    }
}

#[test]
fn a_guide_on_a_private_address_is_not_fetched_unless_that_is_allowed() {
    let upstream = Upstream::new(|_, socket| socket.write_all(&sized("200 OK", "", b"<tv/>")));
    let panel = fetched_from(&upstream.url("/guide.xml"));
    panel.set("upstream_private=0");
    panel.call("reload_epg", "id=2");
    assert!(
        soon(|| import_of(&panel).contains("is private")),
        "{}",
        import_of(&panel)
    );
    assert!(upstream.heads().is_empty());
    let panel = fetched_from("http://guide.example/guide.xml");
    panel.call("reload_epg", "id=2");
    assert!(
        import_of(&panel).starts_with("failed|the host has no address|"),
        "{}",
        import_of(&panel)
    );
}
