-- The panel's database. This file is the only place where a table or a column is declared.
--
-- * Table and column names are the panel family's own: raw SQL (`mysql_query`) shows them.
-- * The word behind `--` is the column's kind (contract "Admin API", section 9). The program
--   reads it from here: int, flag (0/1), unix (seconds), money (hundredths of a credit), real,
--   text, json (text holding JSON), iso (a local date text).
-- * Checks are as strict as the panel family allows, not stricter: raw SQL may store any text
--   in a json column, any ids, and a negative balance. So flags are MySQL's tinyint, money is
--   bounded by what the dialects can print, and only rows that belong to their parent alone
--   (a device's events, a guide's channels) carry a foreign key.
-- * AUTOINCREMENT everywhere: an id that was given to a customer's line never means another one.
-- * Only SQLite's own collations and functions appear here, so that the file opens in any tool.

CREATE TABLE lines (
    id                      INTEGER PRIMARY KEY AUTOINCREMENT, -- int
    member_id               INTEGER DEFAULT 0, -- int
    username                TEXT NOT NULL DEFAULT '', -- text
    password                TEXT NOT NULL DEFAULT '', -- text
    last_ip                 TEXT NOT NULL DEFAULT '', -- text
    exp_date                TEXT CHECK (exp_date GLOB '????-??-??' OR exp_date GLOB '????-??-?? ??:??:??'), -- iso
    admin_enabled           INTEGER NOT NULL DEFAULT 1 CHECK (admin_enabled BETWEEN -128 AND 127), -- flag
    enabled                 INTEGER NOT NULL DEFAULT 1 CHECK (enabled BETWEEN -128 AND 127), -- flag
    admin_notes             TEXT NOT NULL DEFAULT '', -- text
    reseller_notes          TEXT NOT NULL DEFAULT '', -- text
    bouquet                 TEXT NOT NULL DEFAULT '[]', -- json
    allowed_outputs         TEXT NOT NULL DEFAULT '[]', -- json
    max_connections         INTEGER NOT NULL DEFAULT 1, -- int
    is_restreamer           INTEGER NOT NULL DEFAULT 0 CHECK (is_restreamer BETWEEN -128 AND 127), -- flag
    is_trial                INTEGER NOT NULL DEFAULT 0 CHECK (is_trial BETWEEN -128 AND 127), -- flag
    is_mag                  INTEGER NOT NULL DEFAULT 0 CHECK (is_mag BETWEEN -128 AND 127), -- flag
    is_e2                   INTEGER NOT NULL DEFAULT 0 CHECK (is_e2 BETWEEN -128 AND 127), -- flag
    is_stalker              INTEGER NOT NULL DEFAULT 0 CHECK (is_stalker BETWEEN -128 AND 127), -- flag
    is_isplock              INTEGER NOT NULL DEFAULT 0 CHECK (is_isplock BETWEEN -128 AND 127), -- flag
    allowed_ips             TEXT NOT NULL DEFAULT '[]', -- json
    allowed_ua              TEXT NOT NULL DEFAULT '[]', -- json
    created_at              INTEGER NOT NULL DEFAULT 0, -- unix
    pair_id                 INTEGER, -- int
    force_server_id         INTEGER NOT NULL DEFAULT 0, -- int
    as_number               TEXT, -- text
    isp_desc                TEXT, -- text
    forced_country          TEXT NOT NULL DEFAULT '', -- text
    bypass_ua               INTEGER NOT NULL DEFAULT 0 CHECK (bypass_ua BETWEEN -128 AND 127), -- flag
    play_token              TEXT NOT NULL DEFAULT '', -- text
    last_expiration_video   INTEGER, -- unix
    package_id              INTEGER, -- int
    access_token            TEXT, -- text
    contact                 TEXT NOT NULL DEFAULT '', -- text
    last_activity           INTEGER, -- unix
    last_activity_array     TEXT, -- json
    updated                 INTEGER NOT NULL DEFAULT 0, -- unix
    created_by              INTEGER NOT NULL DEFAULT 0 -- int
) STRICT;

-- "Usernames compare case-insensitively and without trailing spaces": every look-up spells it so.
CREATE INDEX lines_username ON lines (rtrim(username) COLLATE NOCASE);
-- Those that are not printable ASCII: raw SQL compares them by a collation of its own.
CREATE INDEX lines_username_other ON lines (username) WHERE username GLOB '*[^ -~]*';
CREATE INDEX lines_member ON lines (member_id);
CREATE INDEX lines_expiry ON lines (exp_date) WHERE exp_date IS NOT NULL;
CREATE INDEX lines_access_token ON lines (access_token) WHERE access_token IS NOT NULL;
CREATE INDEX lines_pair ON lines (pair_id) WHERE pair_id IS NOT NULL;
-- The lines that lists show; devices' hidden lines are left out.
CREATE INDEX lines_plain ON lines (id) WHERE is_mag = 0 AND is_e2 = 0;

CREATE TABLE mag_devices (
    mag_id                       INTEGER PRIMARY KEY AUTOINCREMENT, -- int
    user_id                      INTEGER NOT NULL DEFAULT 0, -- int
    bright                       INTEGER NOT NULL DEFAULT 200, -- int
    contrast                     INTEGER NOT NULL DEFAULT 127, -- int
    saturation                   INTEGER NOT NULL DEFAULT 127, -- int
    aspect                       TEXT NOT NULL DEFAULT '', -- text
    video_out                    TEXT NOT NULL DEFAULT 'rca', -- text
    volume                       INTEGER NOT NULL DEFAULT 50, -- int
    playback_buffer_bytes        INTEGER NOT NULL DEFAULT 0, -- int
    playback_buffer_size         INTEGER NOT NULL DEFAULT 0, -- int
    audio_out                    INTEGER NOT NULL DEFAULT 1, -- int
    mac                          TEXT NOT NULL DEFAULT '', -- text
    ip                           TEXT, -- text
    ls                           TEXT, -- text
    ver                          TEXT, -- text
    lang                         TEXT, -- text
    locale                       TEXT NOT NULL DEFAULT 'en_GB.utf8', -- text
    city_id                      INTEGER NOT NULL DEFAULT 0, -- int
    hd                           INTEGER NOT NULL DEFAULT 1, -- int
    main_notify                  INTEGER NOT NULL DEFAULT 1, -- int
    fav_itv_on                   INTEGER NOT NULL DEFAULT 0, -- int
    now_playing_start            INTEGER, -- unix
    now_playing_type             INTEGER NOT NULL DEFAULT 0, -- int
    now_playing_content          TEXT, -- text
    time_last_play_tv            INTEGER, -- unix
    time_last_play_video         INTEGER, -- unix
    hd_content                   INTEGER NOT NULL DEFAULT 1, -- int
    image_version                TEXT, -- text
    last_change_status           INTEGER, -- unix
    last_start                   INTEGER, -- unix
    last_active                  INTEGER, -- unix
    keep_alive                   INTEGER, -- unix
    playback_limit               INTEGER NOT NULL DEFAULT 3, -- int
    screensaver_delay            INTEGER NOT NULL DEFAULT 10, -- int
    stb_type                     TEXT NOT NULL DEFAULT '', -- text
    sn                           TEXT, -- text
    last_watchdog                INTEGER, -- unix
    created                      INTEGER NOT NULL DEFAULT 0, -- unix
    country                      TEXT, -- text
    plasma_saving                INTEGER NOT NULL DEFAULT 0, -- int
    ts_enabled                   INTEGER NOT NULL DEFAULT 0, -- int
    ts_enable_icon               INTEGER NOT NULL DEFAULT 1, -- int
    ts_path                      TEXT, -- text
    ts_max_length                INTEGER NOT NULL DEFAULT 3600, -- int
    ts_buffer_use                TEXT NOT NULL DEFAULT 'cyclic', -- text
    ts_action_on_exit            TEXT NOT NULL DEFAULT 'no_save', -- text
    ts_delay                     TEXT NOT NULL DEFAULT 'on_pause', -- text
    video_clock                  TEXT NOT NULL DEFAULT 'Off', -- text
    rtsp_type                    INTEGER NOT NULL DEFAULT 4, -- int
    rtsp_flags                   INTEGER NOT NULL DEFAULT 0, -- int
    stb_lang                     TEXT NOT NULL DEFAULT 'en', -- text
    display_menu_after_loading   INTEGER NOT NULL DEFAULT 1, -- int
    record_max_length            INTEGER NOT NULL DEFAULT 180, -- int
    plasma_saving_timeout        INTEGER NOT NULL DEFAULT 600, -- int
    now_playing_link_id          INTEGER, -- int
    now_playing_streamer_id      INTEGER, -- int
    device_id                    TEXT, -- text
    device_id2                   TEXT, -- text
    hw_version                   TEXT, -- text
    parent_password              TEXT NOT NULL DEFAULT '0000', -- text
    spdif_mode                   INTEGER NOT NULL DEFAULT 1, -- int
    show_after_loading           TEXT NOT NULL DEFAULT 'main_menu', -- text
    play_in_preview_by_ok        INTEGER NOT NULL DEFAULT 1, -- int
    hdmi_event_reaction          INTEGER NOT NULL DEFAULT 1, -- int
    mag_player                   TEXT NOT NULL DEFAULT 'ffmpeg', -- text
    play_in_preview_only_by_ok   TEXT NOT NULL DEFAULT 'true', -- text
    watchdog_timeout             INTEGER NOT NULL DEFAULT 0, -- int
    fav_channels                 TEXT NOT NULL DEFAULT '', -- text
    tv_archive_continued         TEXT NOT NULL DEFAULT '', -- text
    tv_channel_default_aspect    TEXT NOT NULL DEFAULT 'fit', -- text
    last_itv_id                  INTEGER NOT NULL DEFAULT 0, -- int
    units                        TEXT NOT NULL DEFAULT 'metric', -- text
    token                        TEXT NOT NULL DEFAULT '', -- text
    lock_device                  INTEGER NOT NULL DEFAULT 0 CHECK (lock_device BETWEEN -128 AND 127), -- flag
    theme_type                   INTEGER NOT NULL DEFAULT 0, -- int
    mac_filter                   TEXT NOT NULL DEFAULT '' -- text
) STRICT;

CREATE INDEX mag_devices_mac ON mag_devices (mac);
CREATE INDEX mag_devices_line ON mag_devices (user_id);

CREATE TABLE enigma2_devices (
    device_id          INTEGER PRIMARY KEY AUTOINCREMENT, -- int
    mac                TEXT NOT NULL DEFAULT '', -- text
    user_id            INTEGER NOT NULL DEFAULT 0, -- int
    modem_mac          TEXT NOT NULL DEFAULT '', -- text
    local_ip           TEXT NOT NULL DEFAULT '', -- text
    public_ip          TEXT NOT NULL DEFAULT '', -- text
    key_auth           TEXT NOT NULL DEFAULT '', -- text
    enigma_version     TEXT NOT NULL DEFAULT '', -- text
    cpu                TEXT NOT NULL DEFAULT '', -- text
    version            TEXT NOT NULL DEFAULT '', -- text
    lversion           TEXT NOT NULL DEFAULT '', -- text
    token              TEXT NOT NULL DEFAULT '', -- text
    last_updated       INTEGER, -- unix
    watchdog_timeout   INTEGER NOT NULL DEFAULT 0, -- int
    lock_device        INTEGER NOT NULL DEFAULT 0 CHECK (lock_device BETWEEN -128 AND 127), -- flag
    telnet_enable      INTEGER NOT NULL DEFAULT 1 CHECK (telnet_enable BETWEEN -128 AND 127), -- flag
    ftp_enable         INTEGER NOT NULL DEFAULT 1 CHECK (ftp_enable BETWEEN -128 AND 127), -- flag
    ssh_enable         INTEGER NOT NULL DEFAULT 1 CHECK (ssh_enable BETWEEN -128 AND 127), -- flag
    dns                TEXT NOT NULL DEFAULT '', -- text
    original_mac       TEXT NOT NULL DEFAULT '', -- text
    rc                 INTEGER NOT NULL DEFAULT 1 CHECK (rc BETWEEN -128 AND 127), -- flag
    mac_filter         TEXT NOT NULL DEFAULT '' -- text
) STRICT;

CREATE INDEX enigma2_devices_mac ON enigma2_devices (mac);
CREATE INDEX enigma2_devices_line ON enigma2_devices (user_id);

CREATE TABLE users (
    id                  INTEGER PRIMARY KEY AUTOINCREMENT, -- int
    username            TEXT NOT NULL DEFAULT '', -- text
    password            TEXT NOT NULL DEFAULT '', -- text
    email               TEXT NOT NULL DEFAULT '', -- text
    ip                  TEXT NOT NULL DEFAULT '', -- text
    date_registered     INTEGER NOT NULL DEFAULT 0, -- unix
    last_login          INTEGER, -- unix
    member_group_id     INTEGER NOT NULL DEFAULT 0, -- int
    credits             INTEGER NOT NULL DEFAULT 0 CHECK (credits BETWEEN -999999999999 AND 999999999999), -- money
    notes               TEXT NOT NULL DEFAULT '', -- text
    status              INTEGER NOT NULL DEFAULT 1 CHECK (status BETWEEN -128 AND 127), -- flag
    reseller_dns        TEXT NOT NULL DEFAULT '', -- text
    owner_id            INTEGER NOT NULL DEFAULT 0, -- int
    override_packages   TEXT NOT NULL DEFAULT '{}', -- json
    hue                 TEXT NOT NULL DEFAULT '', -- text
    theme               INTEGER NOT NULL DEFAULT 0, -- int
    timezone            TEXT NOT NULL DEFAULT '', -- text
    api_key             TEXT NOT NULL DEFAULT '', -- text
    lang                TEXT NOT NULL DEFAULT 'en' -- text
) STRICT;

CREATE INDEX users_username ON users (rtrim(username) COLLATE NOCASE);
CREATE INDEX users_username_other ON users (username) WHERE username GLOB '*[^ -~]*';
CREATE INDEX users_owner ON users (owner_id);
CREATE INDEX users_group ON users (member_group_id);

CREATE TABLE users_groups (
    group_id                          INTEGER PRIMARY KEY AUTOINCREMENT, -- int
    group_name                        TEXT NOT NULL DEFAULT '', -- text
    is_admin                          INTEGER NOT NULL DEFAULT 0 CHECK (is_admin BETWEEN -128 AND 127), -- flag
    is_reseller                       INTEGER NOT NULL DEFAULT 0 CHECK (is_reseller BETWEEN -128 AND 127), -- flag
    total_allowed_gen_trials          INTEGER NOT NULL DEFAULT 0, -- int
    total_allowed_gen_in              TEXT NOT NULL DEFAULT '', -- text
    delete_users                      INTEGER NOT NULL DEFAULT 0 CHECK (delete_users BETWEEN -128 AND 127), -- flag
    allowed_pages                     TEXT NOT NULL DEFAULT '[]', -- json
    can_delete                        INTEGER NOT NULL DEFAULT 1 CHECK (can_delete BETWEEN -128 AND 127), -- flag
    create_sub_resellers              INTEGER NOT NULL DEFAULT 0 CHECK (create_sub_resellers BETWEEN -128 AND 127), -- flag
    create_sub_resellers_price        INTEGER NOT NULL DEFAULT 0 CHECK (create_sub_resellers_price BETWEEN -999999999999 AND 999999999999), -- money
    reseller_client_connection_logs   INTEGER NOT NULL DEFAULT 1 CHECK (reseller_client_connection_logs BETWEEN -128 AND 127), -- flag
    can_view_vod                      INTEGER NOT NULL DEFAULT 1 CHECK (can_view_vod BETWEEN -128 AND 127), -- flag
    allow_download                    INTEGER NOT NULL DEFAULT 1 CHECK (allow_download BETWEEN -128 AND 127), -- flag
    minimum_trial_credits             INTEGER NOT NULL DEFAULT 100 CHECK (minimum_trial_credits BETWEEN -999999999999 AND 999999999999), -- money
    allow_restrictions                INTEGER NOT NULL DEFAULT 1 CHECK (allow_restrictions BETWEEN -128 AND 127), -- flag
    allow_change_username             INTEGER NOT NULL DEFAULT 1 CHECK (allow_change_username BETWEEN -128 AND 127), -- flag
    allow_change_password             INTEGER NOT NULL DEFAULT 1 CHECK (allow_change_password BETWEEN -128 AND 127), -- flag
    minimum_username_length           INTEGER NOT NULL DEFAULT 8, -- int
    minimum_password_length           INTEGER NOT NULL DEFAULT 8, -- int
    allow_change_bouquets             INTEGER NOT NULL DEFAULT 0 CHECK (allow_change_bouquets BETWEEN -128 AND 127), -- flag
    notice_html                       TEXT NOT NULL DEFAULT '', -- text
    subresellers                      TEXT NOT NULL DEFAULT '[]', -- json
    enable_activecode                 INTEGER NOT NULL DEFAULT 1 CHECK (enable_activecode BETWEEN -128 AND 127), -- flag
    force_batch_code                  INTEGER NOT NULL DEFAULT 0 CHECK (force_batch_code BETWEEN -128 AND 127), -- flag
    generate_mass_trial               INTEGER NOT NULL DEFAULT 0 CHECK (generate_mass_trial BETWEEN -128 AND 127), -- flag
    default_code_length               INTEGER NOT NULL DEFAULT 10, -- int
    min_code_length                   INTEGER NOT NULL DEFAULT 6, -- int
    max_code_length                   INTEGER NOT NULL DEFAULT 20 -- int
) STRICT;

CREATE TABLE users_packages (
    id                     INTEGER PRIMARY KEY AUTOINCREMENT, -- int
    package_name           TEXT NOT NULL DEFAULT '', -- text
    is_addon               INTEGER NOT NULL DEFAULT 0 CHECK (is_addon BETWEEN -128 AND 127), -- flag
    is_trial               INTEGER NOT NULL DEFAULT 0 CHECK (is_trial BETWEEN -128 AND 127), -- flag
    is_official            INTEGER NOT NULL DEFAULT 0 CHECK (is_official BETWEEN -128 AND 127), -- flag
    trial_credits          INTEGER NOT NULL DEFAULT 0 CHECK (trial_credits BETWEEN -999999999999 AND 999999999999), -- money
    official_credits       INTEGER NOT NULL DEFAULT 0 CHECK (official_credits BETWEEN -999999999999 AND 999999999999), -- money
    trial_duration         INTEGER NOT NULL DEFAULT 0, -- int
    trial_duration_in      TEXT NOT NULL DEFAULT '', -- text
    official_duration      INTEGER NOT NULL DEFAULT 0, -- int
    official_duration_in   TEXT NOT NULL DEFAULT '', -- text
    "groups"               TEXT NOT NULL DEFAULT '[]', -- json
    bouquets               TEXT NOT NULL DEFAULT '[]', -- json
    addon_packages         TEXT NOT NULL DEFAULT '[]', -- json
    is_line                INTEGER NOT NULL DEFAULT 0 CHECK (is_line BETWEEN -128 AND 127), -- flag
    is_mag                 INTEGER NOT NULL DEFAULT 0 CHECK (is_mag BETWEEN -128 AND 127), -- flag
    is_e2                  INTEGER NOT NULL DEFAULT 0 CHECK (is_e2 BETWEEN -128 AND 127), -- flag
    is_restreamer          INTEGER NOT NULL DEFAULT 0 CHECK (is_restreamer BETWEEN -128 AND 127), -- flag
    is_isplock             INTEGER NOT NULL DEFAULT 0 CHECK (is_isplock BETWEEN -128 AND 127), -- flag
    output_formats         TEXT NOT NULL DEFAULT '[]', -- json
    max_connections        INTEGER NOT NULL DEFAULT 1, -- int
    force_server_id        INTEGER NOT NULL DEFAULT 0, -- int
    forced_country         TEXT NOT NULL DEFAULT '', -- text
    lock_device            INTEGER NOT NULL DEFAULT 1 CHECK (lock_device BETWEEN -128 AND 127), -- flag
    check_compatible       INTEGER NOT NULL DEFAULT 1 CHECK (check_compatible BETWEEN -128 AND 127) -- flag
) STRICT;

CREATE TABLE users_credits_logs (
    id          INTEGER PRIMARY KEY AUTOINCREMENT, -- int
    target_id   INTEGER NOT NULL DEFAULT 0, -- int
    admin_id    INTEGER NOT NULL DEFAULT 0, -- int
    amount      INTEGER NOT NULL DEFAULT 0 CHECK (amount BETWEEN -999999999999 AND 999999999999), -- money
    date        INTEGER NOT NULL DEFAULT 0, -- unix
    reason      TEXT NOT NULL DEFAULT '' -- text
) STRICT;

CREATE INDEX users_credits_logs_target ON users_credits_logs (target_id);
CREATE INDEX users_credits_logs_admin ON users_credits_logs (admin_id);

CREATE TABLE users_logs (
    id              INTEGER PRIMARY KEY AUTOINCREMENT, -- int
    owner           INTEGER NOT NULL DEFAULT 0, -- int
    type            TEXT NOT NULL DEFAULT '', -- text
    action          TEXT NOT NULL DEFAULT '', -- text
    log_id          INTEGER, -- int
    package_id      INTEGER, -- int
    cost            INTEGER NOT NULL DEFAULT 0 CHECK (cost BETWEEN -999999999999 AND 999999999999), -- money
    credits_after   INTEGER NOT NULL DEFAULT 0 CHECK (credits_after BETWEEN -999999999999 AND 999999999999), -- money
    date            INTEGER NOT NULL DEFAULT 0, -- unix
    deleted_info    TEXT NOT NULL DEFAULT '' -- json
) STRICT;

CREATE INDEX users_logs_owner ON users_logs (owner);

CREATE TABLE login_logs (
    id            INTEGER PRIMARY KEY AUTOINCREMENT, -- int
    type          TEXT NOT NULL DEFAULT '', -- text
    access_code   INTEGER, -- int
    user_id       INTEGER, -- int
    status        TEXT NOT NULL DEFAULT '', -- text
    login_ip      TEXT NOT NULL DEFAULT '', -- text
    date          INTEGER NOT NULL DEFAULT 0 -- unix
) STRICT;

CREATE TABLE lines_logs (
    id              INTEGER PRIMARY KEY AUTOINCREMENT, -- int
    stream_id       INTEGER, -- int
    user_id         INTEGER, -- int
    client_status   TEXT NOT NULL DEFAULT '', -- text
    query_string    TEXT NOT NULL DEFAULT '', -- text
    user_agent      TEXT NOT NULL DEFAULT '', -- text
    ip              TEXT NOT NULL DEFAULT '', -- text
    extra_data      TEXT NOT NULL DEFAULT '', -- text
    date            INTEGER NOT NULL DEFAULT 0 -- unix
) STRICT;

CREATE INDEX lines_logs_user ON lines_logs (user_id);

CREATE TABLE lines_activity (
    activity_id          INTEGER PRIMARY KEY AUTOINCREMENT, -- int
    user_id              INTEGER NOT NULL DEFAULT 0, -- int
    stream_id            INTEGER NOT NULL DEFAULT 0, -- int
    server_id            INTEGER NOT NULL DEFAULT 0, -- int
    proxy_id             INTEGER, -- int
    user_agent           TEXT NOT NULL DEFAULT '', -- text
    user_ip              TEXT NOT NULL DEFAULT '', -- text
    container            TEXT NOT NULL DEFAULT '', -- text
    date_start           INTEGER NOT NULL DEFAULT 0, -- unix
    date_end             INTEGER, -- unix
    geoip_country_code   TEXT NOT NULL DEFAULT '', -- text
    isp                  TEXT NOT NULL DEFAULT '', -- text
    external_device      TEXT NOT NULL DEFAULT '', -- text
    divergence           REAL NOT NULL DEFAULT 0, -- real
    hmac_id              INTEGER, -- int
    hmac_identifier      TEXT NOT NULL DEFAULT '' -- text
) STRICT;

CREATE INDEX lines_activity_user ON lines_activity (user_id);
CREATE INDEX lines_activity_stream ON lines_activity (stream_id);

CREATE TABLE lines_live (
    activity_id          INTEGER PRIMARY KEY AUTOINCREMENT, -- int
    user_id              INTEGER NOT NULL DEFAULT 0, -- int
    stream_id            INTEGER NOT NULL DEFAULT 0, -- int
    server_id            INTEGER NOT NULL DEFAULT 0, -- int
    proxy_id             INTEGER, -- int
    user_agent           TEXT NOT NULL DEFAULT '', -- text
    user_ip              TEXT NOT NULL DEFAULT '', -- text
    container            TEXT NOT NULL DEFAULT '', -- text
    pid                  INTEGER, -- int
    active_pid           INTEGER, -- int
    date_start           INTEGER NOT NULL DEFAULT 0, -- unix
    date_end             INTEGER, -- unix
    geoip_country_code   TEXT NOT NULL DEFAULT '', -- text
    isp                  TEXT NOT NULL DEFAULT '', -- text
    external_device      TEXT NOT NULL DEFAULT '', -- text
    divergence           REAL NOT NULL DEFAULT 0, -- real
    hls_last_read        INTEGER, -- unix
    hls_end              INTEGER NOT NULL DEFAULT 0 CHECK (hls_end BETWEEN -128 AND 127), -- flag
    fingerprinting       INTEGER NOT NULL DEFAULT 0 CHECK (fingerprinting BETWEEN -128 AND 127), -- flag
    hmac_id              INTEGER, -- int
    hmac_identifier      TEXT NOT NULL DEFAULT '', -- text
    uuid                 TEXT NOT NULL DEFAULT '' -- text
) STRICT;

CREATE INDEX lines_live_user ON lines_live (user_id);
CREATE INDEX lines_live_stream ON lines_live (stream_id);
CREATE INDEX lines_live_server ON lines_live (server_id);

CREATE TABLE mag_events (
    id                       INTEGER PRIMARY KEY AUTOINCREMENT, -- int
    status                   INTEGER NOT NULL DEFAULT 0, -- int
    mag_device_id            INTEGER NOT NULL REFERENCES mag_devices (mag_id) ON DELETE CASCADE, -- int
    event                    TEXT NOT NULL DEFAULT '', -- text
    need_confirm             INTEGER NOT NULL DEFAULT 0 CHECK (need_confirm BETWEEN -128 AND 127), -- flag
    msg                      TEXT NOT NULL DEFAULT '', -- text
    reboot_after_ok          INTEGER NOT NULL DEFAULT 0 CHECK (reboot_after_ok BETWEEN -128 AND 127), -- flag
    auto_hide_timeout        INTEGER NOT NULL DEFAULT 0, -- int
    send_time                INTEGER NOT NULL DEFAULT 0, -- unix
    additional_services_on   INTEGER NOT NULL DEFAULT 1 CHECK (additional_services_on BETWEEN -128 AND 127), -- flag
    anec                     INTEGER NOT NULL DEFAULT 0 CHECK (anec BETWEEN -128 AND 127), -- flag
    vclub                    INTEGER NOT NULL DEFAULT 0 CHECK (vclub BETWEEN -128 AND 127) -- flag
) STRICT;

CREATE INDEX mag_events_device ON mag_events (mag_device_id);

CREATE TABLE streams (
    id                     INTEGER PRIMARY KEY AUTOINCREMENT, -- int
    type                   INTEGER NOT NULL DEFAULT 0, -- int
    category_id            TEXT NOT NULL DEFAULT '[]', -- json
    stream_display_name    TEXT NOT NULL DEFAULT '', -- text
    stream_source          TEXT NOT NULL DEFAULT '[]', -- json
    stream_icon            TEXT NOT NULL DEFAULT '', -- text
    notes                  TEXT NOT NULL DEFAULT '', -- text
    movie_properties       TEXT NOT NULL DEFAULT '{}', -- json
    target_container       TEXT NOT NULL DEFAULT '', -- text
    epg_id                 INTEGER, -- int
    channel_id             TEXT, -- text
    epg_lang               TEXT, -- text
    "order"                INTEGER NOT NULL DEFAULT 0, -- int
    transcode_profile_id   INTEGER NOT NULL DEFAULT 0, -- int
    added                  INTEGER NOT NULL DEFAULT 0, -- unix
    series_no              INTEGER NOT NULL DEFAULT 0, -- int
    direct_source          INTEGER NOT NULL DEFAULT 0 CHECK (direct_source BETWEEN -128 AND 127), -- flag
    direct_proxy           INTEGER NOT NULL DEFAULT 0 CHECK (direct_proxy BETWEEN -128 AND 127), -- flag
    tv_archive_server_id   INTEGER NOT NULL DEFAULT 0, -- int
    tv_archive_duration    INTEGER NOT NULL DEFAULT 0, -- int
    custom_sid             TEXT NOT NULL DEFAULT '', -- text
    rtmp_output            INTEGER NOT NULL DEFAULT 0 CHECK (rtmp_output BETWEEN -128 AND 127), -- flag
    allow_record           INTEGER NOT NULL DEFAULT 0 CHECK (allow_record BETWEEN -128 AND 127), -- flag
    adaptive_link          TEXT NOT NULL DEFAULT '[]', -- json
    title_sync             TEXT NOT NULL DEFAULT '', -- text
    fps_restart            INTEGER NOT NULL DEFAULT 0 CHECK (fps_restart BETWEEN -128 AND 127), -- flag
    year                   INTEGER, -- int
    rating                 REAL NOT NULL DEFAULT 0, -- real
    tmdb_id                INTEGER, -- int
    uuid                   TEXT NOT NULL DEFAULT '', -- text
    updated                INTEGER NOT NULL DEFAULT 0 -- unix
) STRICT;

CREATE INDEX streams_type ON streams (type);
CREATE INDEX streams_epg ON streams (epg_id) WHERE epg_id IS NOT NULL;

CREATE TABLE streams_servers (
    server_stream_id   INTEGER PRIMARY KEY AUTOINCREMENT, -- int
    stream_id          INTEGER NOT NULL REFERENCES streams (id) ON DELETE CASCADE, -- int
    server_id          INTEGER NOT NULL DEFAULT 0, -- int
    parent_id          INTEGER, -- int
    pid                INTEGER, -- int
    monitor_pid        INTEGER, -- int
    to_analyze         INTEGER NOT NULL DEFAULT 0 CHECK (to_analyze BETWEEN -128 AND 127), -- flag
    stream_status      INTEGER NOT NULL DEFAULT 0, -- int
    stream_started     INTEGER, -- unix
    stream_info        TEXT, -- json
    current_source     TEXT, -- text
    bitrate            INTEGER, -- int
    progress_info      TEXT, -- json
    on_demand          INTEGER NOT NULL DEFAULT 0 CHECK (on_demand BETWEEN -128 AND 127), -- flag
    audio_codec        TEXT, -- text
    video_codec        TEXT, -- text
    resolution         TEXT -- text
) STRICT;

CREATE INDEX streams_servers_stream ON streams_servers (stream_id);
CREATE INDEX streams_servers_server ON streams_servers (server_id);
CREATE INDEX streams_servers_pid ON streams_servers (pid) WHERE pid IS NOT NULL;

CREATE TABLE streams_series (
    id                 INTEGER PRIMARY KEY AUTOINCREMENT, -- int
    title              TEXT NOT NULL DEFAULT '', -- text
    category_id        TEXT NOT NULL DEFAULT '[]', -- json
    cover              TEXT NOT NULL DEFAULT '', -- text
    cover_big          TEXT NOT NULL DEFAULT '', -- text
    genre              TEXT NOT NULL DEFAULT '', -- text
    plot               TEXT NOT NULL DEFAULT '', -- text
    cast               TEXT NOT NULL DEFAULT '', -- text
    rating             REAL NOT NULL DEFAULT 0, -- real
    director           TEXT NOT NULL DEFAULT '', -- text
    release_date       TEXT NOT NULL DEFAULT '', -- text
    last_modified      INTEGER NOT NULL DEFAULT 0, -- unix
    tmdb_id            INTEGER, -- int
    seasons            TEXT NOT NULL DEFAULT '[]', -- json
    episode_run_time   INTEGER NOT NULL DEFAULT 0, -- int
    backdrop_path      TEXT NOT NULL DEFAULT '[]', -- json
    youtube_trailer    TEXT NOT NULL DEFAULT '', -- text
    tmdb_language      TEXT NOT NULL DEFAULT '', -- text
    year               INTEGER, -- int
    similar            TEXT NOT NULL DEFAULT '[]' -- json
) STRICT;

CREATE TABLE streams_episodes (
    id            INTEGER PRIMARY KEY AUTOINCREMENT, -- int
    season_num    INTEGER NOT NULL DEFAULT 0, -- int
    episode_num   INTEGER NOT NULL DEFAULT 0, -- int
    series_id     INTEGER NOT NULL REFERENCES streams_series (id) ON DELETE CASCADE, -- int
    stream_id     INTEGER NOT NULL REFERENCES streams (id) ON DELETE CASCADE -- int
) STRICT;

CREATE INDEX streams_episodes_stream ON streams_episodes (stream_id);
CREATE INDEX streams_episodes_series ON streams_episodes (series_id);

CREATE TABLE streams_categories (
    id              INTEGER PRIMARY KEY AUTOINCREMENT, -- int
    category_type   TEXT NOT NULL DEFAULT '', -- text
    category_name   TEXT NOT NULL DEFAULT '', -- text
    parent_id       INTEGER NOT NULL DEFAULT 0, -- int
    cat_order       INTEGER NOT NULL DEFAULT 99, -- int
    is_adult        INTEGER NOT NULL DEFAULT 0 CHECK (is_adult BETWEEN -128 AND 127) -- flag
) STRICT;

CREATE TABLE bouquets (
    id                 INTEGER PRIMARY KEY AUTOINCREMENT, -- int
    bouquet_name       TEXT NOT NULL DEFAULT '', -- text
    bouquet_channels   TEXT NOT NULL DEFAULT '[]', -- json
    bouquet_movies     TEXT NOT NULL DEFAULT '[]', -- json
    bouquet_radios     TEXT NOT NULL DEFAULT '[]', -- json
    bouquet_series     TEXT NOT NULL DEFAULT '[]', -- json
    bouquet_order      INTEGER NOT NULL DEFAULT 0 -- int
) STRICT;

CREATE TABLE access_codes (
    id          INTEGER PRIMARY KEY AUTOINCREMENT, -- int
    code        TEXT NOT NULL DEFAULT '' UNIQUE, -- text
    type        INTEGER NOT NULL DEFAULT 3, -- int
    enabled     INTEGER NOT NULL DEFAULT 1 CHECK (enabled BETWEEN -128 AND 127), -- flag
    "groups"    TEXT NOT NULL DEFAULT '[]', -- json
    whitelist   TEXT NOT NULL DEFAULT '[]' -- json
) STRICT;

-- Raw SQL takes unique values for the same as it compares them.
CREATE INDEX access_codes_code ON access_codes (rtrim(code) COLLATE NOCASE);
CREATE INDEX access_codes_code_other ON access_codes (code) WHERE code GLOB '*[^ -~]*';

CREATE TABLE epg (
    id             INTEGER PRIMARY KEY AUTOINCREMENT, -- int
    epg_name       TEXT NOT NULL DEFAULT '', -- text
    epg_file       TEXT NOT NULL DEFAULT '', -- text
    last_updated   INTEGER, -- unix
    days_keep      INTEGER NOT NULL DEFAULT 7, -- int
    data           TEXT NOT NULL DEFAULT '{}', -- json
    "offset"       INTEGER NOT NULL DEFAULT 0 -- int
) STRICT;

CREATE TABLE epg_channels (
    id           INTEGER PRIMARY KEY AUTOINCREMENT, -- int
    epg_id       INTEGER NOT NULL REFERENCES epg (id) ON DELETE CASCADE, -- int
    channel_id   TEXT NOT NULL DEFAULT '', -- text
    name         TEXT NOT NULL DEFAULT '', -- text
    langs        TEXT NOT NULL DEFAULT '[]' -- json
) STRICT;

CREATE INDEX epg_channels_epg ON epg_channels (epg_id);

-- Programmes of the guides. An import writes a generation of its own; what is read of a source is the generation that
-- `epg_imports` names, 0 where it names none. No foreign key: a source may have a million programmes, and those of one
-- that is deleted go a thousand at a time.
CREATE TABLE epg_data (
    id            INTEGER PRIMARY KEY AUTOINCREMENT, -- int
    epg_id        INTEGER NOT NULL DEFAULT 0, -- int
    generation    INTEGER NOT NULL DEFAULT 0, -- int
    channel_id    TEXT NOT NULL DEFAULT '', -- text
    start         INTEGER NOT NULL DEFAULT 0, -- unix
    "end"         INTEGER NOT NULL DEFAULT 0, -- unix
    lang          TEXT NOT NULL DEFAULT '', -- text
    title         TEXT NOT NULL DEFAULT '', -- text
    description   TEXT NOT NULL DEFAULT '' -- text
) STRICT;

CREATE INDEX epg_data_channel ON epg_data (epg_id, generation, channel_id, start);

-- The last import of each source. It has no counter: a source's row has the source's id.
CREATE TABLE epg_imports (
    epg_id          INTEGER PRIMARY KEY REFERENCES epg (id) ON DELETE CASCADE, -- int
    generation      INTEGER NOT NULL DEFAULT 0, -- int
    etag            TEXT NOT NULL DEFAULT '', -- text
    last_modified   TEXT NOT NULL DEFAULT '', -- text
    state           TEXT NOT NULL DEFAULT '', -- text
    bytes           INTEGER NOT NULL DEFAULT 0, -- int
    programmes      INTEGER NOT NULL DEFAULT 0, -- int
    skipped         INTEGER NOT NULL DEFAULT 0, -- int
    error           TEXT NOT NULL DEFAULT '' -- text
) STRICT;

CREATE TABLE profiles (
    profile_id        INTEGER PRIMARY KEY AUTOINCREMENT, -- int
    profile_name      TEXT NOT NULL DEFAULT '', -- text
    profile_options   TEXT NOT NULL DEFAULT '{}' -- json
) STRICT;

CREATE TABLE blocked_ips (
    id      INTEGER PRIMARY KEY AUTOINCREMENT, -- int
    ip      TEXT NOT NULL DEFAULT '' UNIQUE, -- text
    notes   TEXT NOT NULL DEFAULT '', -- text
    date    INTEGER NOT NULL DEFAULT 0 -- unix
) STRICT;

CREATE INDEX blocked_ips_ip ON blocked_ips (rtrim(ip) COLLATE NOCASE);
CREATE INDEX blocked_ips_ip_other ON blocked_ips (ip) WHERE ip GLOB '*[^ -~]*';

CREATE TABLE blocked_uas (
    id                 INTEGER PRIMARY KEY AUTOINCREMENT, -- int
    user_agent         TEXT NOT NULL DEFAULT '', -- text
    exact_match        INTEGER NOT NULL DEFAULT 0 CHECK (exact_match BETWEEN -128 AND 127), -- flag
    attempts_blocked   INTEGER NOT NULL DEFAULT 0 -- int
) STRICT;

CREATE TABLE blocked_isps (
    id        INTEGER PRIMARY KEY AUTOINCREMENT, -- int
    isp       TEXT NOT NULL DEFAULT '', -- text
    blocked   INTEGER NOT NULL DEFAULT 1 CHECK (blocked BETWEEN -128 AND 127) -- flag
) STRICT;

CREATE TABLE rtmp_ips (
    id         INTEGER PRIMARY KEY AUTOINCREMENT, -- int
    ip         TEXT NOT NULL DEFAULT '' UNIQUE, -- text
    password   TEXT NOT NULL DEFAULT '', -- text
    notes      TEXT NOT NULL DEFAULT '', -- text
    push       INTEGER NOT NULL DEFAULT 0 CHECK (push BETWEEN -128 AND 127), -- flag
    pull       INTEGER NOT NULL DEFAULT 0 CHECK (pull BETWEEN -128 AND 127) -- flag
) STRICT;

CREATE INDEX rtmp_ips_ip ON rtmp_ips (rtrim(ip) COLLATE NOCASE);
CREATE INDEX rtmp_ips_ip_other ON rtmp_ips (ip) WHERE ip GLOB '*[^ -~]*';

CREATE TABLE servers (
    id                         INTEGER PRIMARY KEY AUTOINCREMENT, -- int
    server_type                INTEGER NOT NULL DEFAULT 0, -- int
    server_name                TEXT NOT NULL DEFAULT '', -- text
    domain_name                TEXT NOT NULL DEFAULT '[]', -- json
    server_ip                  TEXT NOT NULL DEFAULT '', -- text
    private_ip                 TEXT NOT NULL DEFAULT '', -- text
    is_main                    INTEGER NOT NULL DEFAULT 0 CHECK (is_main BETWEEN -128 AND 127), -- flag
    enabled                    INTEGER NOT NULL DEFAULT 1 CHECK (enabled BETWEEN -128 AND 127), -- flag
    parent_id                  TEXT NOT NULL DEFAULT '[]', -- json
    http_broadcast_port        INTEGER NOT NULL DEFAULT 80, -- int
    https_broadcast_port       INTEGER NOT NULL DEFAULT 443, -- int
    http_ports_add             TEXT NOT NULL DEFAULT '[]', -- json
    https_ports_add            TEXT NOT NULL DEFAULT '[]', -- json
    total_clients              INTEGER NOT NULL DEFAULT 1000, -- int
    network_interface          TEXT NOT NULL DEFAULT 'auto', -- text
    status                     INTEGER NOT NULL DEFAULT 1, -- int
    enable_geoip               INTEGER NOT NULL DEFAULT 0 CHECK (enable_geoip BETWEEN -128 AND 127), -- flag
    geoip_countries            TEXT NOT NULL DEFAULT '[]', -- json
    last_check_ago             INTEGER NOT NULL DEFAULT 0, -- unix
    rtmp_port                  INTEGER NOT NULL DEFAULT 8880, -- int
    geoip_type                 TEXT NOT NULL DEFAULT 'low_priority', -- text
    isp_names                  TEXT NOT NULL DEFAULT '[]', -- json
    isp_type                   TEXT NOT NULL DEFAULT 'low_priority', -- text
    enable_isp                 INTEGER NOT NULL DEFAULT 0 CHECK (enable_isp BETWEEN -128 AND 127), -- flag
    network_guaranteed_speed   INTEGER NOT NULL DEFAULT 1000, -- int
    timeshift_only             INTEGER NOT NULL DEFAULT 0 CHECK (timeshift_only BETWEEN -128 AND 127), -- flag
    whitelist_ips              TEXT NOT NULL DEFAULT '[]', -- json
    watchdog_data              TEXT NOT NULL DEFAULT '{}', -- json
    requests_per_second        INTEGER NOT NULL DEFAULT 0, -- int
    connections                INTEGER NOT NULL DEFAULT 0, -- int
    users                      INTEGER NOT NULL DEFAULT 0, -- int
    "order"                    INTEGER NOT NULL DEFAULT 0 -- int
) STRICT;

CREATE TABLE activecodes (
    id                INTEGER PRIMARY KEY AUTOINCREMENT, -- int
    code              TEXT NOT NULL DEFAULT '' UNIQUE, -- text
    member_id         INTEGER NOT NULL DEFAULT 0, -- int
    package_id        INTEGER NOT NULL DEFAULT 0, -- int
    exp_date          TEXT CHECK (exp_date GLOB '????-??-??' OR exp_date GLOB '????-??-?? ??:??:??'), -- iso
    enabled           INTEGER NOT NULL DEFAULT 1 CHECK (enabled BETWEEN -128 AND 127), -- flag
    admin_enabled     INTEGER NOT NULL DEFAULT 1 CHECK (admin_enabled BETWEEN -128 AND 127), -- flag
    is_trial          INTEGER NOT NULL DEFAULT 0 CHECK (is_trial BETWEEN -128 AND 127), -- flag
    is_isplock        INTEGER NOT NULL DEFAULT 0 CHECK (is_isplock BETWEEN -128 AND 127), -- flag
    allowed_ips       TEXT NOT NULL DEFAULT '[]', -- json
    bouquet           TEXT NOT NULL DEFAULT '[]', -- json
    max_connections   INTEGER NOT NULL DEFAULT 1, -- int
    reseller_notes    TEXT NOT NULL DEFAULT '', -- text
    batch             TEXT NOT NULL DEFAULT '', -- text
    transaction_id    TEXT NOT NULL DEFAULT '', -- text
    created_at        INTEGER NOT NULL DEFAULT 0 -- unix
) STRICT;

-- Codes are unique without case.
CREATE UNIQUE INDEX activecodes_code ON activecodes (rtrim(code) COLLATE NOCASE);
CREATE INDEX activecodes_code_other ON activecodes (code) WHERE code GLOB '*[^ -~]*';
CREATE INDEX activecodes_member ON activecodes (member_id);

-- Linecard's own tables. Raw SQL cannot reach them.

-- How many lines with ids up to `counted_to` are shown by lists, so that a page's total costs the
-- same with a thousand lines and with a million. Lines with higher ids are added when their
-- transaction is committed (src/store/totals.rs says why there is no trigger for inserts).
CREATE TABLE linecard_totals (
    id          INTEGER PRIMARY KEY CHECK (id = 1), -- int
    counted_to  INTEGER NOT NULL DEFAULT 0, -- int
    plain_lines INTEGER NOT NULL DEFAULT 0 CHECK (plain_lines >= 0) -- int
) STRICT;

INSERT INTO linecard_totals (id) VALUES (1);

CREATE TRIGGER lines_uncounted AFTER DELETE ON lines
WHEN OLD.is_mag = 0 AND OLD.is_e2 = 0 AND OLD.id <= (SELECT counted_to FROM linecard_totals) BEGIN
    UPDATE linecard_totals SET plain_lines = plain_lines - 1 WHERE id = 1;
END;

CREATE TRIGGER lines_recounted AFTER UPDATE OF is_mag, is_e2 ON lines
WHEN OLD.id <= (SELECT counted_to FROM linecard_totals) BEGIN
    UPDATE linecard_totals
    SET plain_lines = plain_lines + (NEW.is_mag = 0 AND NEW.is_e2 = 0) - (OLD.is_mag = 0 AND OLD.is_e2 = 0)
    WHERE id = 1;
END;

-- Settings that an operator changes while the panel runs (src/panel/settings.rs lists them); one
-- that has no row has its default.
CREATE TABLE linecard_settings (
    name   TEXT PRIMARY KEY, -- text
    value  TEXT NOT NULL -- text
) STRICT;

-- Values of the columns that a customised panel has beyond those of `lines`.
CREATE TABLE linecard_extra (
    line_id  INTEGER NOT NULL REFERENCES lines (id) ON DELETE CASCADE, -- int
    name     TEXT NOT NULL, -- text
    value    TEXT NOT NULL, -- text
    PRIMARY KEY (line_id, name)
) STRICT, WITHOUT ROWID;

-- The access rules (who may call) are held in memory. These triggers count the changes that make that copy
-- stale; the store watches the row and the next request reads the tables again. (A trigger also keeps
-- SQLite from emptying a table without visiting its rows.)
CREATE TABLE linecard_access (
    id      INTEGER PRIMARY KEY CHECK (id = 1), -- int
    version INTEGER NOT NULL DEFAULT 0 -- int
) STRICT;

INSERT INTO linecard_access (id) VALUES (1);

CREATE TRIGGER access_codes_access_insert AFTER INSERT ON access_codes BEGIN
    UPDATE linecard_access SET version = version + 1 WHERE id = 1;
END;

CREATE TRIGGER access_codes_access_update AFTER UPDATE ON access_codes BEGIN
    UPDATE linecard_access SET version = version + 1 WHERE id = 1;
END;

CREATE TRIGGER access_codes_access_delete AFTER DELETE ON access_codes BEGIN
    UPDATE linecard_access SET version = version + 1 WHERE id = 1;
END;

CREATE TRIGGER blocked_ips_access_insert AFTER INSERT ON blocked_ips BEGIN
    UPDATE linecard_access SET version = version + 1 WHERE id = 1;
END;

CREATE TRIGGER blocked_ips_access_update AFTER UPDATE ON blocked_ips BEGIN
    UPDATE linecard_access SET version = version + 1 WHERE id = 1;
END;

CREATE TRIGGER blocked_ips_access_delete AFTER DELETE ON blocked_ips BEGIN
    UPDATE linecard_access SET version = version + 1 WHERE id = 1;
END;

CREATE TRIGGER users_access_insert AFTER INSERT ON users BEGIN
    UPDATE linecard_access SET version = version + 1 WHERE id = 1;
END;

CREATE TRIGGER users_access_update AFTER UPDATE OF id, api_key, status, member_group_id ON users BEGIN
    UPDATE linecard_access SET version = version + 1 WHERE id = 1;
END;

CREATE TRIGGER users_access_delete AFTER DELETE ON users BEGIN
    UPDATE linecard_access SET version = version + 1 WHERE id = 1;
END;

CREATE TRIGGER users_groups_access_insert AFTER INSERT ON users_groups BEGIN
    UPDATE linecard_access SET version = version + 1 WHERE id = 1;
END;

CREATE TRIGGER users_groups_access_update AFTER UPDATE OF group_id, is_admin, is_reseller ON users_groups BEGIN
    UPDATE linecard_access SET version = version + 1 WHERE id = 1;
END;

CREATE TRIGGER users_groups_access_delete AFTER DELETE ON users_groups BEGIN
    UPDATE linecard_access SET version = version + 1 WHERE id = 1;
END;

CREATE TRIGGER linecard_settings_access_insert AFTER INSERT ON linecard_settings BEGIN
    UPDATE linecard_access SET version = version + 1 WHERE id = 1;
END;

CREATE TRIGGER linecard_settings_access_update AFTER UPDATE ON linecard_settings BEGIN
    UPDATE linecard_access SET version = version + 1 WHERE id = 1;
END;

CREATE TRIGGER linecard_settings_access_delete AFTER DELETE ON linecard_settings BEGIN
    UPDATE linecard_access SET version = version + 1 WHERE id = 1;
END;

CREATE TRIGGER servers_access_insert AFTER INSERT ON servers BEGIN
    UPDATE linecard_access SET version = version + 1 WHERE id = 1;
END;

CREATE TRIGGER servers_access_update AFTER UPDATE OF
    server_ip, private_ip, whitelist_ips, is_main, https_broadcast_port, rtmp_port ON servers
BEGIN
    UPDATE linecard_access SET version = version + 1 WHERE id = 1;
END;

CREATE TRIGGER servers_access_delete AFTER DELETE ON servers BEGIN
    UPDATE linecard_access SET version = version + 1 WHERE id = 1;
END;

-- Secrets of the REST APIs and named keys of accounts, each kept as its SHA-256 and shown once. A revoked one stays, so that
-- its name says what its changes in the audit log were. `scopes` are names, `tier` is a key's of billing, `ttl` seconds from
-- `created`, `user_id` the account of a named key.
CREATE TABLE linecard_secrets (
    id        INTEGER PRIMARY KEY AUTOINCREMENT, -- int
    kind      TEXT NOT NULL CHECK (kind IN ('nxt', 'billing', 'named')), -- text
    name      TEXT NOT NULL, -- text
    hash      TEXT NOT NULL UNIQUE, -- text
    scopes    TEXT NOT NULL DEFAULT '[]', -- json
    tier      TEXT NOT NULL DEFAULT '', -- text
    ttl       INTEGER, -- int
    created   INTEGER NOT NULL DEFAULT 0, -- unix
    last_used INTEGER, -- unix
    revoked   INTEGER, -- unix
    user_id   INTEGER REFERENCES users (id) ON DELETE CASCADE CHECK ((kind = 'named') = (coalesce(user_id, 0) <> 0)) -- int
) STRICT;

CREATE UNIQUE INDEX linecard_secrets_name ON linecard_secrets (kind, name) WHERE revoked IS NULL;
CREATE INDEX linecard_secrets_user ON linecard_secrets (user_id) WHERE user_id IS NOT NULL;

CREATE TRIGGER linecard_secrets_access_insert AFTER INSERT ON linecard_secrets BEGIN
    UPDATE linecard_access SET version = version + 1 WHERE id = 1;
END;

CREATE TRIGGER linecard_secrets_access_update AFTER UPDATE OF
    id, kind, name, hash, scopes, tier, ttl, created, revoked, user_id ON linecard_secrets
BEGIN
    UPDATE linecard_access SET version = version + 1 WHERE id = 1;
END;

CREATE TRIGGER linecard_secrets_access_delete AFTER DELETE ON linecard_secrets BEGIN
    UPDATE linecard_access SET version = version + 1 WHERE id = 1;
END;

-- Lines whose devices are counted, and how many of them may be registered.
CREATE TABLE linecard_tracked_lines (
    line_id      INTEGER PRIMARY KEY REFERENCES lines (id) ON DELETE CASCADE, -- int
    device_limit INTEGER NOT NULL CHECK (device_limit BETWEEN 0 AND 100) -- int
) STRICT;

-- Registered devices: by an id that they send, or by user agent and address. A MAC that is bound to the line itself, not to
-- a hidden line, is a device too, of any line.
CREATE TABLE linecard_devices (
    id         INTEGER PRIMARY KEY AUTOINCREMENT, -- int
    line_id    INTEGER NOT NULL REFERENCES lines (id) ON DELETE CASCADE, -- int
    mag_id     INTEGER REFERENCES mag_devices (mag_id) ON DELETE CASCADE, -- int
    device_id  TEXT, -- text
    user_agent TEXT, -- text
    ip         TEXT, -- text
    name       TEXT, -- text
    first_seen INTEGER NOT NULL DEFAULT 0, -- unix
    last_seen  INTEGER -- unix
) STRICT;

CREATE INDEX linecard_devices_line ON linecard_devices (line_id);
CREATE UNIQUE INDEX linecard_devices_mag ON linecard_devices (mag_id) WHERE mag_id IS NOT NULL;

-- Answers to calls that were sent with an `Idempotency-Key`, for a day. `request` is the SHA-256 of path and body.
CREATE TABLE linecard_replays (
    secret_id INTEGER NOT NULL REFERENCES linecard_secrets (id) ON DELETE CASCADE, -- int
    key       TEXT NOT NULL, -- text
    request   TEXT NOT NULL, -- text
    status    INTEGER NOT NULL, -- int
    location  TEXT, -- text
    body      TEXT NOT NULL, -- text
    at        INTEGER NOT NULL, -- unix
    PRIMARY KEY (secret_id, key)
) STRICT, WITHOUT ROWID;

CREATE INDEX linecard_replays_at ON linecard_replays (at);

-- Answers to calls of the Reseller API that were sent with a `request_id`, for a day.
CREATE TABLE linecard_reseller_answers (
    user_id    INTEGER NOT NULL, -- int
    action     TEXT NOT NULL, -- text
    request_id TEXT NOT NULL, -- text
    at         INTEGER NOT NULL, -- unix
    answer     TEXT NOT NULL, -- text
    PRIMARY KEY (user_id, action, request_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX linecard_reseller_answers_at ON linecard_reseller_answers (at);

-- The audit log (src/panel/audit.rs writes it): who (an account, none for callers without one), whose key was
-- sent, from which address, by which API and action, what was changed, and the changed columns before and after
-- as JSON without secrets. It is append-only.
CREATE TABLE linecard_audit (
    id        INTEGER PRIMARY KEY, -- int
    at        INTEGER NOT NULL, -- unix
    user_id   INTEGER, -- int
    key_id    INTEGER, -- int
    address   TEXT, -- text
    surface   TEXT NOT NULL, -- text
    action    TEXT NOT NULL, -- text
    thing     TEXT NOT NULL, -- text
    thing_id  INTEGER, -- int
    count     INTEGER NOT NULL, -- int
    before    TEXT, -- json
    after     TEXT -- json
) STRICT;

-- Since when its rows are kept. Older ones may be deleted. (A state that is replaced as a whole takes the log
-- with it: this table is emptied first, and then no row is refused.)
CREATE TABLE linecard_audit_kept (
    id     INTEGER PRIMARY KEY CHECK (id = 1), -- int
    since  INTEGER NOT NULL DEFAULT 0 -- unix
) STRICT;

INSERT INTO linecard_audit_kept (id) VALUES (1);

CREATE TRIGGER linecard_audit_update BEFORE UPDATE ON linecard_audit BEGIN
    SELECT RAISE(ABORT, 'a row of the audit log is never changed');
END;

CREATE TRIGGER linecard_audit_delete BEFORE DELETE ON linecard_audit
WHEN OLD.at >= (SELECT since FROM linecard_audit_kept) BEGIN
    SELECT RAISE(ABORT, 'this row of the audit log is kept');
END;

-- Customers of the billing API and what they bought (contract "REST APIs", part B). Kinds `unix` are whole seconds; `created`,
-- `updated`, `cancelled` and `paid` are milliseconds. A password is an argon2id hash.
CREATE TABLE linecard_customers (
    id            INTEGER PRIMARY KEY AUTOINCREMENT, -- int
    email         TEXT NOT NULL, -- text
    name          TEXT NOT NULL, -- text
    password      TEXT, -- text
    external_id   TEXT, -- text
    status        TEXT NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'blocked')), -- text
    created       INTEGER NOT NULL DEFAULT 0, -- int
    updated       INTEGER NOT NULL DEFAULT 0 -- int
) STRICT;

CREATE UNIQUE INDEX linecard_customers_email ON linecard_customers (email);
CREATE UNIQUE INDEX linecard_customers_external ON linecard_customers (external_id) WHERE external_id IS NOT NULL;
CREATE INDEX linecard_customers_status ON linecard_customers (status);
CREATE INDEX linecard_customers_created ON linecard_customers (created);
CREATE INDEX linecard_customers_updated ON linecard_customers (updated);

-- `package_id` names no package any more once that was deleted, by whatever surface: no id is given twice.
CREATE TABLE linecard_products (
    id               INTEGER PRIMARY KEY AUTOINCREMENT, -- int
    name             TEXT NOT NULL, -- text
    description      TEXT NOT NULL DEFAULT '', -- text
    price            INTEGER NOT NULL DEFAULT 0 CHECK (price BETWEEN 0 AND 99999999999), -- money
    currency         TEXT NOT NULL DEFAULT 'USD', -- text
    interval         TEXT NOT NULL DEFAULT 'month' CHECK (interval IN ('day', 'month', 'year')), -- text
    interval_count   INTEGER NOT NULL DEFAULT 1 CHECK (interval_count BETWEEN 1 AND 120), -- int
    package_id       INTEGER, -- int
    device_limit     INTEGER CHECK (device_limit BETWEEN 0 AND 100), -- int
    mac_binding      INTEGER NOT NULL DEFAULT 0 CHECK (mac_binding IN (0, 1)), -- flag
    status           TEXT NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'archived')), -- text
    created          INTEGER NOT NULL DEFAULT 0, -- int
    updated          INTEGER NOT NULL DEFAULT 0 -- int
) STRICT;

-- No foreign keys: a customer's subscriptions outlive it, and products that have any are not deleted. `own_end` and
-- `is_suspended` count where there is no line; where there is one they are the line's. `is_line_gone` tells a line that was
-- deleted from one that there never was.
CREATE TABLE linecard_subscriptions (
    id              INTEGER PRIMARY KEY AUTOINCREMENT, -- int
    customer_id     INTEGER NOT NULL, -- int
    product_id      INTEGER NOT NULL, -- int
    external_id     TEXT, -- text
    price           INTEGER NOT NULL DEFAULT 0, -- money
    currency        TEXT NOT NULL DEFAULT 'USD', -- text
    period_start    INTEGER NOT NULL DEFAULT 0, -- unix
    anchor_day      INTEGER NOT NULL DEFAULT 1 CHECK (anchor_day BETWEEN 1 AND 31), -- int
    is_pending      INTEGER NOT NULL DEFAULT 0 CHECK (is_pending IN (0, 1)), -- flag
    cancel_at_end   INTEGER NOT NULL DEFAULT 0 CHECK (cancel_at_end IN (0, 1)), -- flag
    cancelled       INTEGER, -- int
    line_id         INTEGER, -- int
    is_line_gone    INTEGER NOT NULL DEFAULT 0 CHECK (is_line_gone IN (0, 1)), -- flag
    own_end         TEXT CHECK (own_end GLOB '????-??-??' OR own_end GLOB '????-??-?? ??:??:??'), -- iso
    is_suspended    INTEGER NOT NULL DEFAULT 0 CHECK (is_suspended IN (0, 1)), -- flag
    created         INTEGER NOT NULL DEFAULT 0, -- int
    updated         INTEGER NOT NULL DEFAULT 0 -- int
) STRICT;

CREATE UNIQUE INDEX linecard_subscriptions_external ON linecard_subscriptions (external_id) WHERE external_id IS NOT NULL;
CREATE INDEX linecard_subscriptions_customer ON linecard_subscriptions (customer_id);
CREATE INDEX linecard_subscriptions_product ON linecard_subscriptions (product_id);
CREATE INDEX linecard_subscriptions_line ON linecard_subscriptions (line_id) WHERE line_id IS NOT NULL;
CREATE INDEX linecard_subscriptions_created ON linecard_subscriptions (created);
CREATE INDEX linecard_subscriptions_cancelled ON linecard_subscriptions (cancelled) WHERE cancelled IS NOT NULL;
-- What falls due: starts, and ends with something to do.
CREATE INDEX linecard_subscriptions_pending ON linecard_subscriptions (period_start) WHERE is_pending = 1;
CREATE INDEX linecard_subscriptions_ending ON linecard_subscriptions (id) WHERE cancel_at_end = 1 AND cancelled IS NULL;
CREATE INDEX linecard_subscriptions_end ON linecard_subscriptions (own_end) WHERE own_end IS NOT NULL;

-- Whoever deletes a line: what the subscription had of it last stays.
CREATE TRIGGER lines_unsubscribed AFTER DELETE ON lines
WHEN EXISTS (SELECT 1 FROM linecard_subscriptions WHERE line_id = OLD.id) BEGIN
    UPDATE linecard_subscriptions
    SET own_end = OLD.exp_date, line_id = NULL, is_line_gone = 1, updated = max(updated, OLD.updated * 1000)
    WHERE line_id = OLD.id;
END;

CREATE TRIGGER lines_renumbered AFTER UPDATE OF id ON lines
WHEN OLD.id <> NEW.id AND EXISTS (SELECT 1 FROM linecard_subscriptions WHERE line_id = OLD.id) BEGIN
    UPDATE linecard_subscriptions SET line_id = NEW.id WHERE line_id = OLD.id;
END;

-- What an invoice says is fixed when it is made.
CREATE TABLE linecard_invoices (
    id                INTEGER PRIMARY KEY AUTOINCREMENT, -- int
    subscription_id   INTEGER NOT NULL REFERENCES linecard_subscriptions (id) ON DELETE CASCADE, -- int
    customer_id       INTEGER NOT NULL, -- int
    product_id        INTEGER NOT NULL, -- int
    product_name      TEXT NOT NULL DEFAULT '', -- text
    amount            INTEGER NOT NULL DEFAULT 0 CHECK (amount >= 0), -- money
    currency          TEXT NOT NULL DEFAULT 'USD', -- text
    status            TEXT NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'paid', 'void')), -- text
    due               INTEGER NOT NULL DEFAULT 0, -- unix
    paid              INTEGER, -- int
    reference         TEXT, -- text
    created           INTEGER NOT NULL DEFAULT 0, -- int
    updated           INTEGER NOT NULL DEFAULT 0 -- int
) STRICT;

CREATE INDEX linecard_invoices_subscription ON linecard_invoices (subscription_id);
CREATE INDEX linecard_invoices_customer ON linecard_invoices (customer_id);
CREATE INDEX linecard_invoices_product ON linecard_invoices (product_id);
CREATE INDEX linecard_invoices_status ON linecard_invoices (status);
CREATE INDEX linecard_invoices_created ON linecard_invoices (created);
CREATE INDEX linecard_invoices_updated ON linecard_invoices (updated);

-- Counts the changes after which the next instant at which a subscription falls due has to be found again; the store
-- watches the row, as that of `linecard_access`.
CREATE TABLE linecard_due (
    id        INTEGER PRIMARY KEY CHECK (id = 1), -- int
    version   INTEGER NOT NULL DEFAULT 0 -- int
) STRICT;

INSERT INTO linecard_due (id) VALUES (1);

-- Endpoints of webhooks. A secret is kept in clear, as signing needs it. `events` are names; none of them stands for all.
CREATE TABLE linecard_webhooks (
    id       INTEGER PRIMARY KEY AUTOINCREMENT, -- int
    url      TEXT NOT NULL, -- text
    secret   TEXT NOT NULL, -- text
    events   TEXT NOT NULL DEFAULT '[]', -- json
    active   INTEGER NOT NULL DEFAULT 1 CHECK (active IN (0, 1)), -- flag
    created  INTEGER NOT NULL DEFAULT 0 -- unix
) STRICT;

-- Whether there is an endpoint is held in memory, and with one the ends of lines fall due.
CREATE TRIGGER linecard_webhooks_insert AFTER INSERT ON linecard_webhooks BEGIN
    UPDATE linecard_access SET version = version + 1 WHERE id = 1;
    UPDATE linecard_due SET version = version + 1 WHERE id = 1;
END;

CREATE TRIGGER linecard_webhooks_update AFTER UPDATE ON linecard_webhooks BEGIN
    UPDATE linecard_access SET version = version + 1 WHERE id = 1;
    UPDATE linecard_due SET version = version + 1 WHERE id = 1;
END;

CREATE TRIGGER linecard_webhooks_delete AFTER DELETE ON linecard_webhooks BEGIN
    UPDATE linecard_access SET version = version + 1 WHERE id = 1;
    UPDATE linecard_due SET version = version + 1 WHERE id = 1;
END;

-- What happened, for the endpoints that wanted it: `object` is a kind of thing and `object_id` its id, `data` the object as
-- it was then. An event goes with its last delivery.
CREATE TABLE linecard_webhook_events (
    id         INTEGER PRIMARY KEY AUTOINCREMENT, -- int
    type       TEXT NOT NULL, -- text
    object     TEXT NOT NULL, -- text
    object_id  INTEGER NOT NULL, -- int
    at         INTEGER NOT NULL, -- int
    data       TEXT NOT NULL -- text
) STRICT;

-- The outbox: an event for an endpoint. Of those of one object that are pending only the oldest has a `due`.
CREATE TABLE linecard_webhook_deliveries (
    id          INTEGER PRIMARY KEY AUTOINCREMENT, -- int
    webhook_id  INTEGER NOT NULL REFERENCES linecard_webhooks (id) ON DELETE CASCADE, -- int
    event_id    INTEGER NOT NULL REFERENCES linecard_webhook_events (id) ON DELETE CASCADE, -- int
    object      TEXT NOT NULL, -- text
    object_id   INTEGER NOT NULL, -- int
    state       TEXT NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'delivered', 'failed')), -- text
    attempts    INTEGER NOT NULL DEFAULT 0, -- int
    due         INTEGER, -- unix
    attempted   INTEGER, -- unix
    status      INTEGER, -- int
    error       TEXT -- text
) STRICT;

CREATE INDEX linecard_webhook_deliveries_due ON linecard_webhook_deliveries (webhook_id, due, id) WHERE due IS NOT NULL;
CREATE INDEX linecard_webhook_deliveries_object ON linecard_webhook_deliveries (webhook_id, object, object_id, id)
WHERE state = 'pending';
CREATE INDEX linecard_webhook_deliveries_event ON linecard_webhook_deliveries (event_id);
CREATE INDEX linecard_webhook_deliveries_done ON linecard_webhook_deliveries (webhook_id, id) WHERE state <> 'pending';

CREATE TRIGGER linecard_webhook_deliveries_delete AFTER DELETE ON linecard_webhook_deliveries
WHEN NOT EXISTS (SELECT 1 FROM linecard_webhook_deliveries WHERE event_id = OLD.event_id) BEGIN
    DELETE FROM linecard_webhook_events WHERE id = OLD.event_id;
END;

-- Until when the ends of lines and subscriptions have been told to endpoints; 0 is since the first of them was made.
CREATE TABLE linecard_ends_told (
    id     INTEGER PRIMARY KEY CHECK (id = 1), -- int
    until  INTEGER NOT NULL DEFAULT 0 -- unix
) STRICT;

INSERT INTO linecard_ends_told (id) VALUES (1);
