//! Objects and rows are rows of the panel's tables, every value as text.

use super::{CUSTOMER, Line, SECOND, call, panel, success};
use crate::support::NOW;

const PACKAGE: &str = r#"{"id":"1","package_name":"1 Month","is_addon":"0","is_trial":"0","is_official":"1","trial_credits":"0","official_credits":"5","trial_duration":"0","trial_duration_in":"hours","official_duration":"1","official_duration_in":"months","groups":"[1,3,5]","bouquets":"[1,2,5]","addon_packages":"[]","is_line":"1","is_mag":"1","is_e2":"1","is_restreamer":"0","is_isplock":"0","output_formats":"[1,2,3]","max_connections":"1","force_server_id":"0","forced_country":"","lock_device":"1","check_compatible":"1"}"#;
const ADMIN: &str = r#"{"id":"1","username":"admin","email":"admin@example.com","ip":"203.0.113.5","date_registered":"1704067200","last_login":"1773565200","member_group_id":"10","credits":"0","notes":"","status":"1","reseller_dns":"","owner_id":"0","override_packages":"{}","hue":"","theme":"0","timezone":"","api_key":"YOUR_KEY","lang":"en"}"#;
const ADMINS: &str = r#"{"group_id":"10","group_name":"Administrators","is_admin":"1","is_reseller":"0","total_allowed_gen_trials":"0","total_allowed_gen_in":"","delete_users":"1","allowed_pages":"[]","can_delete":"0","create_sub_resellers":"1","create_sub_resellers_price":"0","reseller_client_connection_logs":"1","can_view_vod":"1","allow_download":"1","minimum_trial_credits":"1","allow_restrictions":"1","allow_change_username":"1","allow_change_password":"1","minimum_username_length":"8","minimum_password_length":"8","allow_change_bouquets":"1","notice_html":"","subresellers":"[]","enable_activecode":"1","force_batch_code":"0","generate_mass_trial":"0","default_code_length":"10","min_code_length":"6","max_code_length":"20"}"#;
const RESELLER: &str = r#""id":"88","username":"reseller88","email":"reseller88@example.com","ip":"","date_registered":"1735689600","last_login":null,"member_group_id":"3","credits":"50","notes":"","status":"1","reseller_dns":"my.dns.example","owner_id":"0","override_packages":"{}","hue":"","theme":"0","timezone":"","api_key":"RESELLER_KEY","lang":"en""#;

#[test]
fn a_line_is_its_row() {
    let panel = panel();
    assert_eq!(call(&panel, "get_line", "id=4521"), success(&CUSTOMER.row()));
    let list = format!(
        r#"{{"status":"STATUS_SUCCESS","data":[{{{},"owner_name":"reseller88","active_connections":"0","stream_id":null,"stream_display_name":null}},{{{},"owner_name":"reseller88","active_connections":"1","stream_id":"10","stream_display_name":"Demo News"}}],"recordsTotal":2,"recordsFiltered":2}}"#,
        CUSTOMER.members(),
        SECOND.members()
    );
    assert_eq!(call(&panel, "get_lines", ""), list);
}

#[test]
fn a_new_or_edited_line_is_answered_as_its_row() {
    let panel = panel();
    let moment = u32::try_from(NOW).unwrap();
    let line = Line {
        id: 4523,
        member: 1,
        name: r#""username":"u","password":"p""#,
        exp_date: r#""1800000000""#,
        notes: "",
        bouquet: "[3,1]",
        connections: 1,
        created: moment,
        updated: moment,
        ..CUSTOMER
    };
    let params = "username=u&password=p&exp_date=@1800000000&bouquets_selected=[3,1]";
    assert_eq!(call(&panel, "create_line", params), success(&line.row()));
    let line = Line {
        exp_date: "null",
        bouquet: "[]",
        pair: r#""4521""#,
        ..line
    };
    assert_eq!(
        call(
            &panel,
            "edit_line",
            "id=4523&username=u&password=p&exp_date=&pair_id=4521"
        ),
        success(&line.row())
    );
}

#[test]
fn dates_of_lines_are_instants_of_the_panels_time_zone() {
    let panel = crate::support::Panel::docs_with(|config| {
        config.timezone = linecard::time::Zone::named("Europe/London").unwrap();
        config.profile = vec!["xui".into()];
    });
    panel.sql("UPDATE lines SET exp_date = '2026-07-01' WHERE id = 4521");
    // Midnight of summer time is an hour before that of UTC.
    assert_eq!(
        call(&panel, "get_line", "id=4521&show_columns=exp_date"),
        success(r#"{"exp_date":"1782860400"}"#)
    );
}

#[test]
fn plain_lists_are_bare() {
    let panel = panel();
    for (action, right) in [
        (
            "get_bouquets",
            r#"[{"id":"1","bouquet_name":"News","bouquet_channels":"[10]","bouquet_movies":"[]","bouquet_radios":"[]","bouquet_series":"[]","bouquet_order":"1"},{"id":"2","bouquet_name":"Sports","bouquet_channels":"[11,5]","bouquet_movies":"[]","bouquet_radios":"[20]","bouquet_series":"[]","bouquet_order":"2"},{"id":"5","bouquet_name":"On Demand","bouquet_channels":"[]","bouquet_movies":"[100]","bouquet_radios":"[]","bouquet_series":"[50]","bouquet_order":"3"}]"#,
        ),
        (
            "get_blocked_ips",
            r#"[{"id":"15","ip":"198.51.100.15","notes":"scanner","date":"1767225600"}]"#,
        ),
        (
            "get_blocked_uas",
            r#"[{"id":"5","user_agent":"SomeScanner\/2.0","exact_match":"0","attempts_blocked":"0"}]"#,
        ),
        (
            "get_blocked_isps",
            r#"{"status":"STATUS_SUCCESS","data":[{"id":"3","isp":"Example Hosting","blocked":"1"}]}"#,
        ),
        (
            "get_rtmp_ips",
            r#"[{"id":"1","ip":"10.0.0.10","password":"Hk3mP9sXw2Qa7RtB","notes":"studio","push":"0","pull":"0"}]"#,
        ),
        (
            "get_access_codes",
            r#"[{"id":"1","code":"spare0001","type":"3","enabled":"1","groups":"[]","whitelist":"[]"},{"id":"2","code":"access","type":"3","enabled":"1","groups":"[]","whitelist":"[]"}]"#,
        ),
        (
            "get_epgs",
            r#"[{"id":"1","epg_name":"Demo EPG","epg_file":"http:\/\/epg.example\/guide.xml","last_updated":"1773547200","days_keep":"7","data":"{}","offset":"0"}]"#,
        ),
        (
            "get_transcode_profiles",
            r#"[{"profile_id":"1","profile_name":"720p","profile_options":"{\"video_codec_cpu\":\"libx264\",\"video_bitrate\":\"2500\"}"}]"#,
        ),
        (
            "get_categories",
            r#"[{"id":"1","category_type":"live","category_name":"News","parent_id":"0","cat_order":"99","is_adult":"0"},{"id":"2","category_type":"movie","category_name":"Movies","parent_id":"0","cat_order":"99","is_adult":"0"},{"id":"3","category_type":"series","category_name":"Series","parent_id":"0","cat_order":"99","is_adult":"0"},{"id":"4","category_type":"radio","category_name":"Radio","parent_id":"0","cat_order":"99","is_adult":"0"}]"#,
        ),
        (
            "get_servers",
            r#"[{"id":"1","server_type":"0","server_name":"Main Server","domain_name":"[]","server_ip":"127.0.0.1","private_ip":"","is_main":"1","enabled":"1","parent_id":"[]","http_broadcast_port":"80","https_broadcast_port":"443","http_ports_add":"[]","https_ports_add":"[]","total_clients":"1000","network_interface":"auto","status":"1","enable_geoip":"0","geoip_countries":"[]","last_check_ago":"1773585000","rtmp_port":"8880","geoip_type":"low_priority","isp_names":"[]","isp_type":"low_priority","enable_isp":"0","network_guaranteed_speed":"1000","timeshift_only":"0","whitelist_ips":"[]","watchdog_data":"{\"cpu\":23.5,\"mem\":62.1,\"disk\":45.8,\"uptime\":\"45 days\"}","requests_per_second":"0","connections":"0","users":"0","order":"1"}]"#,
        ),
    ] {
        assert_eq!(call(&panel, action, ""), right, "{action}");
    }
    panel.sql("DELETE FROM users_packages WHERE id <> 1");
    assert_eq!(call(&panel, "get_packages", ""), format!("[{PACKAGE}]"));
    panel.sql("DELETE FROM users_groups WHERE group_id <> 10");
    assert_eq!(call(&panel, "get_groups", ""), format!("[{ADMINS}]"));
    panel.sql("DELETE FROM epg");
    assert_eq!(call(&panel, "get_epgs", ""), "[]");
}

#[test]
fn a_package_and_a_group_are_their_rows() {
    let panel = panel();
    assert_eq!(call(&panel, "get_package", "id=1"), success(PACKAGE));
    assert_eq!(call(&panel, "get_group", "id=10"), success(ADMINS));
}

#[test]
fn the_keys_owner_is_shown_without_a_password_and_with_its_group_beside() {
    let panel = panel();
    let with = |data: &str| format!(r#"{{"status":"STATUS_SUCCESS","data":{data},"permissions":{ADMINS}}}"#);
    assert_eq!(call(&panel, "user_info", ""), with(ADMIN));
    assert_eq!(
        call(&panel, "user_info", "show_columns=id,permissions"),
        with(r#"{"id":"1"}"#)
    );
    assert_eq!(call(&panel, "user_info", "show_columns=x"), with("[]"));
    assert_eq!(call(&panel, "get_user", "id=1"), success(ADMIN));
}

#[test]
fn accounts_are_their_rows_without_passwords() {
    let panel = panel();
    let row = format!("{{{RESELLER}}}");
    assert_eq!(call(&panel, "get_user", "id=88"), success(&row));
    let list = format!(
        r#"{{"status":"STATUS_SUCCESS","data":[{{{RESELLER},"group_name":"Premium Resellers","is_reseller":"1","owner_username":"","user_lines":"2","mag_lines":"0","e2_lines":"0"}}],"recordsTotal":1,"recordsFiltered":1}}"#
    );
    assert_eq!(call(&panel, "get_users", ""), list);
    panel.sql("UPDATE users SET credits = 1250 WHERE id = 88");
    assert_eq!(
        call(&panel, "get_user", "id=88&show_columns=credits,password"),
        success(r#"{"credits":"12.5"}"#)
    );
}

#[test]
fn content_is_its_row_and_what_its_server_does() {
    let panel = panel();
    let news = r#"{"id":"10","type":"1","category_id":"[1]","stream_display_name":"Demo News","stream_source":"[\"http:\/\/origin.example\/news.ts\"]","stream_icon":"http:\/\/img.example\/news.png","notes":"","movie_properties":"{}","target_container":"","epg_id":"1","channel_id":"news.demo","epg_lang":null,"order":"1","transcode_profile_id":"0","added":"1767225600","series_no":"0","direct_source":"0","direct_proxy":"0","tv_archive_server_id":"0","tv_archive_duration":"0","custom_sid":"","rtmp_output":"0","allow_record":"0","adaptive_link":"[]","title_sync":"","fps_restart":"0","year":null,"rating":"0","tmdb_id":null,"uuid":"","updated":"1767225600","server_id":"1","server_name":"Main Server","stream_status":"0","pid":"54300","stream_started":"1773576000","current_source":"http:\/\/origin.example\/news.ts","bitrate":"2500","clients":"1"}"#;
    assert_eq!(call(&panel, "get_stream", "id=10"), success(news));
    assert_eq!(
        call(&panel, "get_streams", "limit=1"),
        format!(r#"{{"status":"STATUS_SUCCESS","data":[{news}],"recordsTotal":2,"recordsFiltered":1}}"#)
    );
    let movie = r#"{"id":"100","rating":"7.5","server_name":"Main Server","pid":null,"clients":"0"}"#;
    let shown = "show_columns=id,rating,server_name,pid,stream_started,clients";
    assert_eq!(call(&panel, "get_movie", &format!("id=100&{shown}")), success(movie));
    let episode = r#"{"id":"200","series_id":"50","series_title":"Demo Series","season_num":"1","episode_num":"1"}"#;
    let shown = "show_columns=id,series_id,series_title,season_num,episode_num";
    assert_eq!(
        call(&panel, "get_episode", &format!("id=200&{shown}")),
        success(episode)
    );
    let series = r#"{"id":"50","title":"Demo Series","category_id":"[3]","cover":"","cover_big":"","genre":"Drama","plot":"","cast":"","rating":"7","director":"","release_date":"2024-05-01","last_modified":"1767225600","tmdb_id":null,"seasons":"[]","episode_run_time":"0","backdrop_path":"[]","youtube_trailer":"","tmdb_language":"","year":"2024","similar":"[]","latest_season":"1","episode_count":"1"}"#;
    assert_eq!(call(&panel, "get_series", "id=50"), success(series));
}

#[test]
fn logs_are_their_rows_with_the_names_they_mean() {
    let panel = panel();
    panel.inner().clock().set(1_773_597_731 + 600);
    for (action, row) in [
        (
            "live_connections",
            r#"{"activity_id":"12345","user_id":"4522","stream_id":"10","server_id":"1","proxy_id":null,"user_agent":"VLC\/3.0.18","user_ip":"203.0.113.7","container":"ts","pid":"54400","active_pid":null,"date_start":"1773597731","date_end":null,"geoip_country_code":"GB","isp":"","external_device":"","divergence":"0","hls_last_read":null,"hls_end":"0","fingerprinting":"0","hmac_id":null,"hmac_identifier":"","uuid":"5f0c7f5e4a6d4b0e9a3c1d2e3f405162","username":"customer4522","is_mag":"0","is_e2":"0","mag_id":null,"device_id":null,"stream_display_name":"Demo News","type":"1","server_name":"Main Server","is_restreamer":"0","duration":"600"}"#,
        ),
        (
            "activity_logs",
            r#"{"activity_id":"12001","user_id":"4521","stream_id":"10","server_id":"1","proxy_id":null,"user_agent":"VLC\/3.0.18","user_ip":"203.0.113.7","container":"ts","date_start":"1773576000","date_end":"1773577800","geoip_country_code":"GB","isp":"","external_device":"","divergence":"0","hmac_id":null,"hmac_identifier":"","username":"customer4521","is_mag":"0","is_e2":"0","stream_display_name":"Demo News","type":"1","server_name":"Main Server","is_restreamer":"0"}"#,
        ),
        (
            "credit_logs",
            r#"{"id":"1","target_id":"88","admin_id":"1","amount":"50","date":"1767225600","reason":"first credits","target_username":"reseller88","owner_username":"admin"}"#,
        ),
        (
            "user_logs",
            r#"{"id":"1","owner":"88","type":"line","action":"new","log_id":"4521","package_id":"1","cost":"5","credits_after":"45","date":"1767225600","deleted_info":"","username":"reseller88"}"#,
        ),
        (
            "login_logs",
            r#"{"id":"1","type":"ADMIN","access_code":"2","user_id":"1","status":"SUCCESS","login_ip":"203.0.113.5","date":"1773565200","code":"access","username":"admin"}"#,
        ),
        (
            "client_logs",
            r#"{"id":"1","stream_id":"11","user_id":"4521","client_status":"NOT_IN_BOUQUET","query_string":"\/live\/customer4521\/securepass\/11.ts","user_agent":"VLC\/3.0.18","ip":"203.0.113.7","extra_data":"","date":"1773576000","username":"customer4521","stream_display_name":"Demo Sports","type":"1"}"#,
        ),
        (
            "mag_events",
            r#"{"id":"1","status":"0","mag_device_id":"301","event":"send_msg","need_confirm":"0","msg":"Hello","reboot_after_ok":"0","auto_hide_timeout":"0","send_time":"1773585000","additional_services_on":"1","anec":"0","vclub":"0","mac":"00:1A:79:00:03:01"}"#,
        ),
    ] {
        let right = format!(r#"{{"status":"STATUS_SUCCESS","data":[{row}],"recordsTotal":1,"recordsFiltered":1}}"#);
        assert_eq!(call(&panel, action, ""), right, "{action}");
    }
}
