//! Devices: their own row, that of their line in `user`, and that of the paired line in `paired`.

use super::{CUSTOMER, DONE, Line, OF_ENIGMA, OF_MAG, call, panel, success};
use crate::support::NOW;

/// The members of a MAG device's row.
fn mag(id: u32, line: u32, mac: &str, stb_type: &str, created: i64) -> String {
    format!(
        r#""mag_id":"{id}","user_id":"{line}","bright":"200","contrast":"127","saturation":"127","aspect":"","video_out":"rca","volume":"50","playback_buffer_bytes":"0","playback_buffer_size":"0","audio_out":"1","mac":"{mac}","ip":null,"ls":null,"ver":null,"lang":null,"locale":"en_GB.utf8","city_id":"0","hd":"1","main_notify":"1","fav_itv_on":"0","now_playing_start":null,"now_playing_type":"0","now_playing_content":null,"time_last_play_tv":null,"time_last_play_video":null,"hd_content":"1","image_version":null,"last_change_status":null,"last_start":null,"last_active":null,"keep_alive":null,"playback_limit":"3","screensaver_delay":"10","stb_type":"{stb_type}","sn":null,"last_watchdog":null,"created":"{created}","country":null,"plasma_saving":"0","ts_enabled":"0","ts_enable_icon":"1","ts_path":null,"ts_max_length":"3600","ts_buffer_use":"cyclic","ts_action_on_exit":"no_save","ts_delay":"on_pause","video_clock":"Off","rtsp_type":"4","rtsp_flags":"0","stb_lang":"en","display_menu_after_loading":"1","record_max_length":"180","plasma_saving_timeout":"600","now_playing_link_id":null,"now_playing_streamer_id":null,"device_id":null,"device_id2":null,"hw_version":null,"parent_password":"0000","spdif_mode":"1","show_after_loading":"main_menu","play_in_preview_by_ok":"1","hdmi_event_reaction":"1","mag_player":"ffmpeg","play_in_preview_only_by_ok":"true","watchdog_timeout":"0","fav_channels":"","tv_archive_continued":"","tv_channel_default_aspect":"fit","last_itv_id":"0","units":"metric","token":"","lock_device":"0","theme_type":"0","mac_filter":"""#
    )
}

fn docs_mag() -> String {
    mag(301, 4510, "00:1A:79:00:03:01", "MAG250", 1_767_225_600)
}

const ENIGMA: &str = r#""device_id":"501","mac":"AA:BB:CC:00:05:01","user_id":"4511","modem_mac":"","local_ip":"","public_ip":"","key_auth":"","enigma_version":"","cpu":"","version":"","lversion":"","token":"","last_updated":null,"watchdog_timeout":"0","lock_device":"0","telnet_enable":"1","ftp_enable":"1","ssh_enable":"1","dns":"","original_mac":"","rc":"1","mac_filter":"""#;
const IDLE: &str = r#""owner_name":"","active_connections":"0","stream_id":null,"stream_display_name":null"#;

#[test]
fn a_device_is_its_row_with_its_line_and_nobody_paired() {
    let panel = panel();
    let right = format!("{{{},\"user\":{},\"paired\":null}}", docs_mag(), OF_MAG.row());
    assert_eq!(call(&panel, "get_mag", "id=301"), success(&right));
    let right = format!("{{{ENIGMA},\"user\":{},\"paired\":null}}", OF_ENIGMA.row());
    assert_eq!(call(&panel, "get_enigma", "id=501"), success(&right));
    assert_eq!(call(&panel, "get_mag", "id=4510"), r#"{"status":"STATUS_FAILURE"}"#);
}

#[test]
fn the_line_that_a_devices_line_is_paired_with_is_shown_whole() {
    let panel = panel();
    panel.sql("UPDATE lines SET pair_id = 4521 WHERE id IN (4510, 4511)");
    let (pair, paired) = (r#""4521""#, CUSTOMER.row());
    let user = Line { pair, ..OF_MAG }.row();
    let right = format!("{{{},\"user\":{user},\"paired\":{paired}}}", docs_mag());
    assert_eq!(call(&panel, "get_mag", "id=301"), success(&right));
    let user = Line { pair, ..OF_ENIGMA }.row();
    let right = format!("{{{ENIGMA},\"user\":{user},\"paired\":{paired}}}");
    assert_eq!(call(&panel, "get_enigma", "id=501"), success(&right));
}

#[test]
fn a_device_without_a_line_has_null_for_it() {
    let panel = panel();
    panel.sql("UPDATE mag_devices SET user_id = 9 WHERE mag_id = 301");
    let own = mag(301, 9, "00:1A:79:00:03:01", "MAG250", 1_767_225_600);
    let right = format!("{{{own},\"user\":null,\"paired\":null}}");
    assert_eq!(call(&panel, "get_mag", "id=301"), success(&right));
}

#[test]
fn rows_of_devices_have_the_lines_id() {
    let panel = panel();
    let counted =
        |row: String| format!(r#"{{"status":"STATUS_SUCCESS","data":[{row}],"recordsTotal":1,"recordsFiltered":1}}"#);
    let user = OF_MAG.row();
    let row = format!(r#"{{"id":"4510",{},{IDLE},"user":{user},"paired":null}}"#, docs_mag());
    let list = counted(row);
    for params in [
        "",
        "search[value]=mag250",
        "order[0][column]=0&order[0][dir]=desc",
        "filter=1",
    ] {
        assert_eq!(call(&panel, "get_mags", params), list, "{params}");
    }
    let user = OF_ENIGMA.row();
    let row = format!(r#"{{"id":"4511",{ENIGMA},{IDLE},"user":{user},"paired":null}}"#);
    assert_eq!(call(&panel, "get_enigmas", ""), counted(row));
    assert_eq!(
        call(&panel, "get_mags", "search[value]=nothing"),
        r#"{"status":"STATUS_SUCCESS","data":[],"recordsTotal":0,"recordsFiltered":0}"#
    );
}

#[test]
fn the_inner_rows_are_chosen_by_their_names() {
    let panel = panel();
    assert_eq!(
        call(&panel, "get_mag", "id=301&show_columns=mag_id,paired"),
        success(r#"{"mag_id":"301","paired":null}"#)
    );
    let right = format!(r#"{{"user":{}}}"#, OF_MAG.row());
    assert_eq!(call(&panel, "get_mag", "id=301&show_columns=user"), success(&right));
    let right = format!("{{{}}}", docs_mag());
    assert_eq!(
        call(&panel, "get_mag", "id=301&hide_columns=user,paired"),
        success(&right)
    );
}

#[test]
fn a_device_that_was_made_edited_or_converted_is_shown_the_same_way() {
    let panel = panel();
    call(
        &panel,
        "create_mag",
        "mac=00:1A:79:AB:CD:EF&exp_date=2026-12-31&bouquets_selected=[2]",
    );
    let names = panel.sql("SELECT username, password FROM lines WHERE id = 4523");
    let (username, password) = names[0].split_once('|').unwrap();
    let name: &str = Box::leak(format!(r#""username":"{username}","password":"{password}""#).into_boxed_str());
    let moment = u32::try_from(NOW).unwrap();
    let line = Line {
        id: 4523,
        name,
        member: 1,
        bouquet: "[2]",
        created: moment,
        updated: moment,
        ..OF_MAG
    };
    let own = mag(302, 4523, "00:1A:79:AB:CD:EF", "", NOW);
    let right = |line: &Line| success(&format!("{{{own},\"user\":{},\"paired\":null}}", line.row()));
    assert_eq!(call(&panel, "get_mag", "id=302"), right(&line));
    let line = Line {
        exp_date: "null",
        ..line
    };
    assert_eq!(call(&panel, "edit_mag", "id=302&exp_date="), right(&line));
    assert_eq!(call(&panel, "disable_mag", "id=302"), DONE);
    assert_eq!(call(&panel, "enable_mag", "id=302"), DONE);

    let converted = call(&panel, "convert_mag", "id=302");
    let names = panel.sql("SELECT username, password FROM lines WHERE id = 4523");
    let (username, password) = names[0].split_once('|').unwrap();
    let name: &str = Box::leak(format!(r#""username":"{username}","password":"{password}""#).into_boxed_str());
    let line = Line { name, mag: 0, ..line };
    assert_eq!(converted, success(&success(&line.row())));
}
