-- A handful of everything, for trying things out and for tests that want round numbers.
--
-- Access code `small0001`, key `SMALL_KEY`; `shop0001` is the code of the Reseller API, `SMALL_RESELLER_KEY` a key for it. Two resellers (ids 2 and 3, the second below the
-- first), four lines in four states, a device of each kind, a little content.
-- 1767225600 is 2026-01-01 00:00:00 UTC.

INSERT INTO servers (id, server_type, server_name, server_ip, is_main, parent_id, last_check_ago, "order") VALUES
    (1, 0, 'Main Server', '127.0.0.1', 1, '[]', 1767225600, 1),
    (2, 0, 'Edge', '192.0.2.2', 0, '[]', 1767225600, 2),
    (3, 1, 'Proxy', '192.0.2.3', 0, '[2]', 1767225600, 3);

INSERT INTO users_groups (group_id, group_name, is_admin, is_reseller, can_delete, total_allowed_gen_trials, total_allowed_gen_in) VALUES
    (1, 'Administrators', 1, 0, 0, 0, ''),
    (2, 'Resellers', 0, 1, 0, 100000, 'month'),
    (3, 'Partners', 0, 1, 1, 100, 'month');

INSERT INTO users (id, username, email, member_group_id, credits, owner_id, date_registered, api_key) VALUES
    (1, 'admin', 'admin@example.com', 1, 0, 0, 1767225600, 'SMALL_KEY'),
    (2, 'north', 'north@example.com', 3, 10000, 0, 1767225600, 'SMALL_RESELLER_KEY'),
    (3, 'south', 'south@example.com', 2, 1250, 2, 1767225600, '');

INSERT INTO access_codes (id, code, type) VALUES (1, 'small0001', 3), (2, 'shop0001', 4);

INSERT INTO users_packages
    (id, package_name, is_trial, is_official, trial_credits, official_credits, trial_duration, trial_duration_in,
     official_duration, official_duration_in, "groups", bouquets, is_line, is_mag, is_e2, output_formats) VALUES
    (1, 'Month', 0, 1, 0, 1000, 0, 'hours', 1, 'months', '[2,3]', '[1,2]', 1, 1, 1, '[1,2]'),
    (2, 'Year', 0, 1, 0, 9950, 0, 'hours', 1, 'years', '[3]', '[1,2]', 1, 1, 1, '[1,2]'),
    (3, 'Day trial', 1, 0, 50, 0, 1, 'days', 0, 'days', '[2,3]', '[1]', 1, 0, 0, '[1]');

INSERT INTO streams_categories (id, category_type, category_name, cat_order) VALUES
    (1, 'live', 'General', 1), (2, 'movie', 'Films', 1), (3, 'series', 'Shows', 1), (4, 'radio', 'Radio', 1);

INSERT INTO epg (id, epg_name, epg_file) VALUES (1, 'Guide', '');
INSERT INTO epg_channels (id, epg_id, channel_id, name, langs) VALUES (1, 1, 'one.small', 'One', '["en"]');
-- From the last full hour of the panel's clock on, and before it.
INSERT INTO epg_data (epg_id, channel_id, lang, start, "end", title, description)
SELECT 1, 'one.small', 'en', hour + 3600 * column1, hour + 3600 * (column1 + 1), column2, ''
FROM (SELECT panel_now() - panel_now() % 3600 AS hour),
    (VALUES (-2, 'Before last'), (-1, 'Last'), (0, 'Now'), (1, 'Next'), (2, 'Later'));

INSERT INTO profiles (profile_id, profile_name, profile_options) VALUES (1, 'Small', '{"scaling":"640:-1"}');

INSERT INTO streams (id, type, category_id, stream_display_name, stream_source, target_container, "order", added, year) VALUES
    (1, 1, '[1]', 'One', '["http://origin.example/1.ts"]', '', 1, 1767225600, NULL),
    (2, 1, '[1]', 'Two', '["http://origin.example/2.ts"]', '', 2, 1767225600, NULL),
    (3, 3, '[1]', 'Loop', '["s:1:/vod/loop.mp4"]', '', 3, 1767225600, NULL),
    (4, 2, '[2]', 'Film', '["s:1:/vod/film.mp4"]', 'mp4', 4, 1767225600, 2001),
    (5, 4, '[4]', 'Wave', '["http://origin.example/wave.aac"]', '', 5, 1767225600, NULL),
    (6, 5, '[3]', 'Show S01E01', '["s:1:/vod/show.mp4"]', 'mp4', 6, 1767225600, 2002);

UPDATE streams SET epg_id = 1, channel_id = 'one.small' WHERE id = 1;

INSERT INTO streams_series (id, title, category_id, release_date, last_modified, year) VALUES
    (1, 'Show', '[3]', '2002-01-01', 1767225600, 2002);
INSERT INTO streams_episodes (id, season_num, episode_num, series_id, stream_id) VALUES (1, 1, 1, 1, 6);

INSERT INTO streams_servers (server_stream_id, stream_id, server_id, pid, stream_status, stream_started, current_source, bitrate) VALUES
    (1, 1, 1, 50001, 0, 1767225600, 'http://origin.example/1.ts', 3000),
    (2, 1, 2, 50002, 0, 1767225600, 'http://origin.example/1.ts', 3000),
    (3, 2, 1, NULL, 1, NULL, NULL, NULL),
    (4, 3, 1, NULL, 0, NULL, NULL, NULL),
    (5, 4, 1, NULL, 0, NULL, NULL, NULL),
    (6, 5, 2, 50003, 0, 1767225600, 'http://origin.example/wave.aac', 128),
    (7, 6, 1, NULL, 0, NULL, NULL, NULL);

INSERT INTO bouquets (id, bouquet_name, bouquet_channels, bouquet_movies, bouquet_radios, bouquet_series, bouquet_order) VALUES
    (1, 'Basic', '[1,2]', '[]', '[5]', '[]', 1),
    (2, 'Plus', '[3]', '[4]', '[]', '[1]', 2);

INSERT INTO lines
    (id, member_id, username, password, exp_date, enabled, admin_enabled, bouquet, is_trial, is_mag, is_e2, created_at, updated) VALUES
    (1, 2, 'alice', 'pw1', '2030-01-01', 1, 1, '[1,2]', 0, 0, 0, 1767225600, 1767225600),
    (2, 3, 'bob', 'pw2', '2030-01-01', 0, 1, '[1]', 0, 0, 0, 1767225600, 1767225600),
    (3, 3, 'carol', 'pw3', NULL, 1, 0, '[]', 0, 0, 0, 1767225600, 1767225600),
    (4, 0, 'dave', 'pw4', '2020-01-01', 1, 1, '[1]', 1, 0, 0, 1767225600, 1767225600),
    (5, 2, 'hidden-mag-line', 'hidden-mag-password', '2030-01-01', 1, 1, '[1]', 0, 1, 0, 1767225600, 1767225600),
    (6, 3, 'hidden-e2-line', 'hidden-e2-password', NULL, 1, 1, '[2]', 0, 0, 1, 1767225600, 1767225600);

INSERT INTO mag_devices (mag_id, user_id, mac, created) VALUES (1, 5, '00:1A:79:00:00:01', 1767225600);
INSERT INTO enigma2_devices (device_id, user_id, mac) VALUES (1, 6, 'AA:BB:CC:00:00:01');

INSERT INTO lines_live (activity_id, user_id, stream_id, server_id, user_agent, user_ip, container, pid, date_start, uuid) VALUES
    (1, 1, 1, 1, 'VLC/3.0.18', '198.51.100.1', 'ts', 60001, 1767225600, '00000000000000000000000000000001'),
    (2, 5, 1, 2, 'MAG250', '198.51.100.2', 'ts', 60002, 1767225660, '00000000000000000000000000000002');

-- Every source plays the test source: nothing is fetched.
INSERT INTO linecard_settings (name, value) VALUES ('sources', 'test');

-- The secrets of the REST APIs, as their SHA-256: `your_api_token_here` and `your_api_key_here`.
INSERT INTO linecard_secrets (kind, name, hash, scopes, tier, created) VALUES
    ('nxt', 'documents', '3841f0fd4d7410a1c5649442a12826c7afb3783e2afccfd73a292e9795276dcb',
     '["create_users","manage_subscriptions","view_packages","extend_modify_accounts"]', '', 1767225600),
    ('billing', 'documents', '7b97e2b52334e1da7a395ae53ebdbd42382fa77f4dac9017569579d58db42d08',
     '["customers:read","customers:write","subscriptions:read","subscriptions:write","products:read","products:write","invoices:read","invoices:write"]',
     'standard', 1767225600);
