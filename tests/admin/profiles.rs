//! Transcode profiles (contract, 7.7).

use insta::assert_snapshot;
use serde_json::json;

use super::bouquets::{Wrong, assert_not_found, assert_refused, missing};
use super::devices::{assert_edit, ids};
use crate::support::{DONE, Panel, data, failure};

const NO_TEXT: [&str; 1] = ["[]=x"];

/// In the order in which the contract lists them.
const WRONG: [Wrong; 12] = [
    ("profile_name", &NO_TEXT),
    ("profile_options", &["=x", "=[]", "=null", "=1", "={\"a\":1", "[a]=1"]),
    ("gpu_device", &NO_TEXT),
    ("video_codec_cpu", &NO_TEXT),
    ("preset_cpu", &NO_TEXT),
    ("audio_codec", &NO_TEXT),
    ("video_bitrate", &NO_TEXT),
    ("audio_bitrate", &NO_TEXT),
    ("video_profile", &NO_TEXT),
    ("scaling", &NO_TEXT),
    ("aspect_ratio", &NO_TEXT),
    ("video_frame_rate", &NO_TEXT),
];

#[test]
fn profiles_are_listed_by_id() {
    let panel = Panel::docs();
    assert_snapshot!(panel.get("get_transcode_profiles", ""), @r#"{"status":"STATUS_SUCCESS","data":[{"id":1,"profile_id":1,"profile_name":"720p","profile_options":{"video_codec_cpu":"libx264","video_bitrate":"2500"}}]}"#);
    panel.call("create_transcode_profile", "profile_name=1");
    assert_eq!(ids(&panel.get("get_transcode_profiles", "")), [1, 2]);
}

#[test]
fn get_transcode_profile_shows_four_keys() {
    assert_snapshot!(Panel::docs().get("get_transcode_profile", "id=1"), @r#"{"status":"STATUS_SUCCESS","data":{"id":1,"profile_id":1,"profile_name":"720p","profile_options":{"video_codec_cpu":"libx264","video_bitrate":"2500"}}}"#);
}

#[test]
fn an_id_that_names_no_profile_is_not_found() {
    let verbs = ["get", "edit", "delete"];
    let beside = "profile_name=&profile_options=x";
    assert_not_found(&Panel::docs(), &verbs, "transcode_profile", "Transcode profile", beside);
}

#[test]
fn create_transcode_profile_needs_nothing() {
    let panel = Panel::docs();
    assert_snapshot!(panel.call("create_transcode_profile", ""), @r#"{"status":"STATUS_SUCCESS","data":{"id":2,"profile_id":2,"profile_name":"Profile 2","profile_options":{}}}"#);
    let empty: String = WRONG.iter().map(|(name, _)| format!("{name}=&")).collect();
    assert_snapshot!(panel.call("create_transcode_profile", &empty), @r#"{"status":"STATUS_SUCCESS","data":{"id":3,"profile_id":3,"profile_name":"Profile 3","profile_options":{}}}"#);
}

#[test]
fn create_transcode_profile_puts_single_options_into_the_options() {
    let panel = Panel::docs();
    let form = r#"profile_name=A/B&profile_options={"x":{"y":[1,2.5,null]},"scaling":"1280:720","z":"/"}&gpu_device=0
        &video_codec_cpu=libx265&preset_cpu=fast&audio_codec=aac&video_bitrate=2500&audio_bitrate=128&video_profile=main
        &scaling=1920:1080&aspect_ratio=16:9&video_frame_rate=25"#;
    assert_snapshot!(panel.call("create_transcode_profile", &form.replace("\n        ", "")), @r#"{"status":"STATUS_SUCCESS","data":{"id":2,"profile_id":2,"profile_name":"A\/B","profile_options":{"x":{"y":[1,2.5,null]},"scaling":"1920:1080","z":"\/","gpu_device":"0","video_codec_cpu":"libx265","preset_cpu":"fast","audio_codec":"aac","video_bitrate":"2500","audio_bitrate":"128","video_profile":"main","aspect_ratio":"16:9","video_frame_rate":"25"}}}"#);
    assert_snapshot!(panel.call("create_transcode_profile", "audio_codec=aac"), @r#"{"status":"STATUS_SUCCESS","data":{"id":3,"profile_id":3,"profile_name":"Profile 3","profile_options":{"audio_codec":"aac"}}}"#);
}

#[test]
fn edit_transcode_profile_replaces_all_options_and_merges_single_ones() {
    let panel = Panel::docs();
    let noun = "transcode_profile";
    for (form, key, value) in [
        ("profile_name=HD", "profile_name", json!("HD")),
        (
            "scaling=1280:720",
            "profile_options",
            json!({"video_codec_cpu": "libx264", "video_bitrate": "2500", "scaling": "1280:720"}),
        ),
        (
            "video_bitrate=&scaling=x",
            "profile_options",
            json!({"video_codec_cpu": "libx264", "video_bitrate": "", "scaling": "x"}),
        ),
        (r#"profile_options={"a":1}"#, "profile_options", json!({"a": 1})),
        (
            r#"gpu_device=1&profile_options={"b":2}"#,
            "profile_options",
            json!({"b": 2, "gpu_device": "1"}),
        ),
        ("profile_options=", "profile_options", json!({})),
    ] {
        assert_edit(&panel, noun, 1, form, &[(key, value)]);
    }
    assert_edit(&panel, noun, 1, "", &[]);
    for (name, _) in &WRONG[2..] {
        panel.call("edit_transcode_profile", r#"id=1&profile_options={"a":1}"#);
        let options = json!({"a": 1, *name: "v"});
        assert_edit(&panel, noun, 1, &format!("{name}=v"), &[("profile_options", options)]);
    }
    let answer = panel.call("edit_transcode_profile", "id=1&profile_name=&profile_options=x");
    assert_eq!(answer, missing("profile_name"));
}

#[test]
fn options_that_are_no_json_are_shown_and_merged_as_none() {
    let panel = Panel::docs();
    for stored in ["garbage", "[1]", ""] {
        panel.sql(&format!("UPDATE profiles SET profile_options = '{stored}'"));
        assert_eq!(
            data(&panel.get("get_transcode_profile", "id=1"), "profile_options"),
            "{}"
        );
        let changes = [("profile_options", json!({"scaling": "x"}))];
        assert_edit(&panel, "transcode_profile", 1, "scaling=x", &changes);
    }
}

#[test]
fn wrong_values_of_a_profile_are_refused_in_the_contracts_order() {
    let calls = [("create_transcode_profile", ""), ("edit_transcode_profile", "id=1")];
    assert_refused(&Panel::docs(), "profiles", &calls, &WRONG);
}

#[test]
fn streams_of_a_deleted_profile_are_no_longer_transcoded() {
    let panel = Panel::docs();
    panel.call("create_transcode_profile", "");
    panel.sql("UPDATE streams SET transcode_profile_id = CASE id WHEN 11 THEN 2 ELSE 1 END");
    assert_eq!(panel.call("delete_transcode_profile", "id=1"), DONE);
    assert_eq!(ids(&panel.get("get_transcode_profiles", "")), [2]);
    assert_eq!(data(&panel.get("get_stream", "id=11"), "transcode_profile_id"), "2");
    assert_eq!(
        panel.sql("SELECT DISTINCT transcode_profile_id FROM streams WHERE id <> 11"),
        ["0"]
    );
    assert_eq!(
        panel.call("delete_transcode_profile", "id=1"),
        failure("STATUS_FAILURE", "Transcode profile not found.")
    );
}
