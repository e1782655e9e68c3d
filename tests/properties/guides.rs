//! Whatever a source sends, an import ends with a guide or a reason; the guide that is shown stays until then.

use std::fs;
use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;
use proptest::prelude::*;
use proptest::sample::{Index, select};

use crate::guide::Imported;
use crate::support::soon;

/// What is found in files that are broken, or made to break something.
fn wrong() -> impl Strategy<Value = String> {
    let pieces = [
        "<!DOCTYPE tv [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;\"><!ENTITY c \"&b;&b;&b;&b;\">]>",
        "<!DOCTYPE tv [<!ENTITY f SYSTEM \"file:///etc/passwd\">]>",
        "&c;&f;&#0;&#xD800;&#x110000;&#99999999999;&",
        "<programme start=\"20260315150000\" stop=\"20260315160000\" channel=\"&c;\"><title>&f;</title></programme>",
        "<programme start='99999999999999' stop='00000000000000' channel='one'/>",
        "<channel id=one>",
        "<channel id=\"one\" id=\"two\"/>",
        "</tv>",
        "</tv><tv>",
        "<![CDATA[",
        "<!--",
        "<?xml version=\"1.0\" encoding=\"utf-7\"?>",
        "<?xml version=\"1.0\" encoding=\"utf-16\"?>",
        "<tv",
        "=\"",
        "\0",
        "\u{feff}",
    ];
    let huge = (1..4_usize).prop_map(|size| format!("<channel id=\"{}\"/>", "x".repeat(size << 19)));
    let deep = (2..100_usize).prop_map(|depth| "<a>".repeat(depth));
    prop_oneof![4 => select(pieces.to_vec()).prop_map(str::to_owned), 1 => huge, 1 => deep]
}

/// A guide with as many programmes.
fn whole() -> impl Strategy<Value = String> {
    prop::collection::vec(("[a-zA-Zé€&;<>\"' ]{0,12}", 0..1_440_u32), 0..40).prop_map(|programmes| {
        let mut text = String::from("<tv><channel id=\"one\"><display-name>One</display-name></channel>");
        for (title, minute) in programmes {
            let title = title.replace('&', "&amp;").replace('<', "&lt;");
            let start = format!("20260316{:02}{:02}00", minute / 60, minute % 60);
            text += &format!("<programme start=\"{start}\" stop=\"20260317000000\" channel=\"one\"><title>{title}</title></programme>");
        }
        text + "</tv>"
    })
}

/// How a text becomes bytes.
#[derive(Clone, Copy, Debug)]
enum Form {
    Utf8,
    Latin1,
    Utf16,
    Gzip,
    Xz,
}

fn bytes(text: &str, form: Form) -> Vec<u8> {
    match form {
        Form::Utf8 => text.into(),
        Form::Latin1 => {
            let letters = text.chars().map(|letter| u8::try_from(letter).unwrap_or(b'?'));
            [
                b"<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>".to_vec(),
                letters.collect(),
            ]
            .concat()
        }
        Form::Utf16 => format!("\u{feff}{text}")
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect(),
        Form::Gzip => {
            let mut out = GzEncoder::new(Vec::new(), Compression::fast());
            out.write_all(text.as_bytes()).unwrap();
            out.finish().unwrap()
        }
        Form::Xz => {
            let mut out = liblzma::write::XzEncoder::new(Vec::new(), 0);
            out.write_all(text.as_bytes()).unwrap();
            out.finish().unwrap()
        }
    }
}

const FORMS: [Form; 5] = [Form::Utf8, Form::Latin1, Form::Utf16, Form::Gzip, Form::Xz];

/// Bytes of a file: a guide, broken in none, one or several ways, or any.
fn file() -> impl Strategy<Value = Vec<u8>> {
    let breaks = (
        prop::collection::vec((any::<Index>(), wrong()), 0..3),
        prop::collection::vec((any::<Index>(), any::<u8>()), 0..3),
        prop::option::of(any::<Index>()),
    );
    let broken = (whole(), select(FORMS.to_vec()), breaks).prop_map(|(text, form, (pieces, flips, cut))| {
        let mut text = text;
        for (at, piece) in pieces {
            let places: Vec<usize> = text.char_indices().map(|(at, _)| at).collect();
            text.insert_str(*at.get(&places), &piece);
        }
        let mut bytes = bytes(&text, form);
        for (at, byte) in flips {
            *at.get_mut(&mut bytes) = byte;
        }
        if let Some(at) = cut {
            bytes.truncate(at.index(bytes.len()));
        }
        bytes
    });
    let begin = select(vec![
        &b""[..],
        b"\x1f\x8b\x08\0",
        b"\xfd7zXZ\0",
        b"<tv>",
        b"\xff\xfe<\0t\0v\0>\0",
    ]);
    let any_bytes =
        (begin, prop::collection::vec(any::<u8>(), 0..300)).prop_map(|(begin, rest)| [begin, &rest].concat());
    prop_oneof![5 => broken, 1 => any_bytes]
}

/// Imports a file, and says what has become of it: the state, the reason and the generation.
fn imported(panel: &Imported, bytes: &[u8]) -> (String, String, i64) {
    fs::write(&panel.path, bytes).unwrap();
    panel.panel.call("reload_epg", "id=2");
    let one = |column: &str| {
        panel
            .panel
            .sql_one(&format!("SELECT {column} FROM epg_imports WHERE epg_id = 2"))
    };
    assert!(soon(|| one("state") != "running"), "it does not end: {bytes:?}");
    (one("state"), one("error"), one("generation").parse().unwrap())
}

fn shown(panel: &Imported) -> Vec<String> {
    panel.panel.sql(
        "SELECT channel_id, start, \"end\", title FROM epg_data JOIN epg_imports USING (epg_id, generation)
         WHERE epg_id = 2 ORDER BY channel_id, start, epg_data.id",
    )
}

#[test]
fn an_import_ends_with_a_guide_or_with_a_reason() {
    let panel = Imported::with("");
    imported(
        &panel,
        b"<tv><programme start='20260316' stop='20260317' channel='one'><title>Old</title></programme></tv>",
    );
    let cases = if cfg!(debug_assertions) { 96 } else { 1_024 };
    proptest!(ProptestConfig { cases, ..ProptestConfig::default() }, |(file in file())| {
        let (before, generation) = (shown(&panel), panel.panel.sql_one("SELECT generation FROM epg_imports"));
        let (state, error, now) = imported(&panel, &file);
        let of_the_row: usize = panel.panel.sql_one("SELECT programmes FROM epg_imports").parse().unwrap();
        prop_assert!(!error.contains("failed in itself"), "{error}");
        match state.as_str() {
            "done" => {
                prop_assert_eq!(error, "");
                prop_assert_eq!(shown(&panel).len(), of_the_row);
            }
            _ => {
                prop_assert_eq!(state, "failed");
                prop_assert_ne!(error, "");
                prop_assert_eq!(now.to_string(), generation);
                prop_assert_eq!(shown(&panel), before);
            }
        }
        prop_assert!(panel.panel.sql("SELECT 1 FROM epg_data WHERE title LIKE '%root:%' OR length(title) > 10000").is_empty());
    });
}

#[test]
fn every_form_of_a_whole_guide_is_read() {
    let panel = Imported::with("");
    proptest!(ProptestConfig { cases: 24, ..ProptestConfig::default() }, |(text in whole(), form in select(FORMS.to_vec()))| {
        let (state, error, _) = imported(&panel, &bytes(&text, form));
        prop_assert_eq!((state.as_str(), error.as_str()), ("done", ""));
        // What Latin-1 has not becomes a question mark.
        let expected = |title: &str| match form {
            Form::Latin1 => title.chars().map(|letter| if u32::from(letter) < 256 { letter } else { '?' }).collect(),
            _ => title.to_owned(),
        };
        let stored: Vec<String> = panel.panel.sql("SELECT title FROM epg_data JOIN epg_imports USING (epg_id, generation) WHERE epg_id = 2");
        for title in stored {
            let escaped = title.replace('&', "&amp;").replace('<', "&lt;");
            prop_assert!(expected(&text).contains(&escaped), "{}", title);
        }
    });
}
