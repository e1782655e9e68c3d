-- The ids and values of the vendor documents' examples: with this seed every documented call
-- answers as printed, with only the host replaced (contract "Admin API", section 12).
--
-- Access code `access`, key `YOUR_KEY`; reseller key `RESELLER_KEY`. The names and MACs that the
-- examples create (customer1, reseller1, 00:1A:79:AB:CD:EF, AA:BB:CC:DD:EE:FF) are free.
-- Instants are unix seconds: 1704067200 is 2024-01-01, 1767225600 is 2026-01-01,
-- 1773532800 is 2026-03-15, all 00:00:00 UTC.

INSERT INTO servers (id, server_name, server_ip, is_main, last_check_ago, "order", watchdog_data) VALUES
    (1, 'Main Server', '127.0.0.1', 1, 1773585000, 1, '{"cpu":23.5,"mem":62.1,"disk":45.8,"uptime":"45 days"}');

INSERT INTO users_groups
    (group_id, group_name, is_admin, is_reseller, can_delete, total_allowed_gen_trials, total_allowed_gen_in,
     delete_users, create_sub_resellers, allow_change_bouquets, subresellers, allowed_pages) VALUES
    (1, 'Starter Resellers', 0, 1, 1, 100, 'month', 0, 0, 0, '[]', '["lines"]'),
    (2, 'Resellers', 0, 1, 0, 1000, 'month', 0, 0, 0, '[]', '["lines","mag","enigma"]'),
    (3, 'Premium Resellers', 0, 1, 1, 100000, 'month', 1, 1, 1, '[2]', '["lines","mag","enigma","activecodes"]'),
    (5, 'Gold Resellers', 0, 1, 1, 100000, 'month', 0, 0, 0, '[]', '["lines","mag","enigma","activecodes"]'),
    (10, 'Administrators', 1, 0, 0, 0, '', 1, 1, 1, '[]', '[]');

-- The passwords are "admin" and "reseller88".
INSERT INTO users
    (id, username, password, email, ip, date_registered, last_login, member_group_id, credits, reseller_dns, api_key) VALUES
    (1, 'admin', '$6$linecardseed0001$D7hZkkQgbnnj89UwEqh11P8uAsOwzt8kgLHkY/CaObQRI8FelvEWswJni.GGgcAv1OFk3v2RX.Xd0MKaQQAxw.',
     'admin@example.com', '203.0.113.5', 1704067200, 1773565200, 10, 0, '', 'YOUR_KEY'),
    (88, 'reseller88', '$6$linecardseed0088$jEsaWcUj.xnjgJyeHwcbTkYXFFDFlAES6b8E1Ie8O2AJhL.dxK.yF3rILgVABCisTlRBHyxz8nBsi43udwdVn/',
     'reseller88@example.com', '', 1735689600, NULL, 3, 5000, 'my.dns.example', 'RESELLER_KEY');

-- The examples edit and delete code 1; code 2 is the one they call through.
INSERT INTO access_codes (id, code, type) VALUES (1, 'spare0001', 3), (2, 'access', 3);

INSERT INTO users_packages
    (id, package_name, is_trial, is_official, trial_credits, official_credits, trial_duration, trial_duration_in,
     official_duration, official_duration_in, "groups", bouquets, is_line, is_mag, is_e2, output_formats) VALUES
    (1, '1 Month', 0, 1, 0, 500, 0, 'hours', 1, 'months', '[1,3,5]', '[1,2,5]', 1, 1, 1, '[1,2,3]'),
    (2, '24h Trial', 1, 1, 0, 0, 24, 'hours', 0, 'months', '[1,3]', '[1,2,5]', 1, 1, 1, '[1,2,3]'),
    (6, '4h Trial', 1, 0, 0, 0, 4, 'hours', 0, 'months', '[1,3,5]', '[1]', 1, 1, 1, '[1,2,3]'),
    (7, '1h Trial', 1, 0, 0, 0, 1, 'hours', 0, 'months', '[1,3,5]', '[1]', 1, 1, 1, '[1,2,3]');

INSERT INTO streams_categories (id, category_type, category_name) VALUES
    (1, 'live', 'News'), (2, 'movie', 'Movies'), (3, 'series', 'Series'), (4, 'radio', 'Radio');

INSERT INTO epg (id, epg_name, epg_file, last_updated) VALUES (1, 'Demo EPG', 'http://epg.example/guide.xml', 1773547200);
INSERT INTO epg_channels (id, epg_id, channel_id, name, langs) VALUES (1, 1, 'news.demo', 'Demo News', '["en"]');
-- From the last full hour of the panel's clock on, and before it.
INSERT INTO epg_data (epg_id, channel_id, lang, start, "end", title, description)
SELECT 1, 'news.demo', 'en', hour + 3600 * column1, hour + 3600 * column2, column3, column4
FROM (SELECT panel_now() - panel_now() % 3600 AS hour), (VALUES
    (-24, -23, 'Yesterday', 'What happened a day ago.'),
    (-3, -1, 'Morning Magazine', 'Guests, music and the weather.'),
    (-1, 0, 'World Report', 'Our correspondents, from five continents.'),
    (0, 1, 'Demo News', 'The headlines of the hour.'),
    (1, 2, 'Money Today', 'Markets and prices.'),
    (2, 4, 'The Long Interview', 'One guest, and two hours for the answers.'),
    (4, 8, 'Night Desk', ''));

INSERT INTO profiles (profile_id, profile_name, profile_options) VALUES
    (1, '720p', '{"video_codec_cpu":"libx264","video_bitrate":"2500"}');

INSERT INTO streams
    (id, type, category_id, stream_display_name, stream_source, stream_icon, target_container, epg_id, channel_id,
     "order", added, year, rating, updated) VALUES
    (5, 3, '[1]', 'Demo Channel', '["s:1:/vod/demo.mp4"]', '', '', NULL, NULL, 3, 1767225600, NULL, 0, 1767225600),
    (10, 1, '[1]', 'Demo News', '["http://origin.example/news.ts"]', 'http://img.example/news.png', '', 1, 'news.demo', 1, 1767225600, NULL, 0, 1767225600),
    (11, 1, '[1]', 'Demo Sports', '["http://origin.example/sports.ts"]', '', '', NULL, NULL, 2, 1767225600, NULL, 0, 1767225600),
    (20, 4, '[4]', 'Demo Radio', '["http://origin.example/radio.aac"]', '', '', NULL, NULL, 4, 1767225600, NULL, 0, 1767225600),
    (100, 2, '[2]', 'Demo Movie', '["s:1:/vod/demo.mp4"]', '', 'mp4', NULL, NULL, 5, 1767225600, 2024, 7.5, 1767225600),
    (200, 5, '[3]', 'Demo Series - S01E01', '["s:1:/vod/s01e01.mp4"]', '', 'mp4', NULL, NULL, 6, 1767225600, 2024, 0, 1767225600);

INSERT INTO streams_series (id, title, category_id, genre, rating, release_date, last_modified, year) VALUES
    (50, 'Demo Series', '[3]', 'Drama', 7, '2024-05-01', 1767225600, 2024);
INSERT INTO streams_episodes (id, season_num, episode_num, series_id, stream_id) VALUES (1, 1, 1, 50, 200);

INSERT INTO streams_servers
    (server_stream_id, stream_id, server_id, pid, stream_status, stream_started, current_source, bitrate) VALUES
    (1, 10, 1, 54300, 0, 1773576000, 'http://origin.example/news.ts', 2500),
    (2, 11, 1, 54321, 0, 1773576000, 'http://origin.example/sports.ts', 4000),
    (3, 5, 1, NULL, 0, NULL, NULL, NULL),
    (4, 20, 1, 54330, 0, 1773576000, 'http://origin.example/radio.aac', 128),
    (5, 100, 1, NULL, 0, NULL, NULL, NULL),
    (6, 200, 1, NULL, 0, NULL, NULL, NULL);

INSERT INTO bouquets (id, bouquet_name, bouquet_channels, bouquet_movies, bouquet_radios, bouquet_series, bouquet_order) VALUES
    (1, 'News', '[10]', '[]', '[]', '[]', 1),
    (2, 'Sports', '[11,5]', '[]', '[20]', '[]', 2),
    (5, 'On Demand', '[]', '[100]', '[]', '[50]', 3);

INSERT INTO lines
    (id, member_id, username, password, exp_date, bouquet, max_connections, is_mag, is_e2, created_at, admin_notes, last_activity, updated) VALUES
    (4510, 0, 'mag4510hiddenline0000000000000aa', 'mag4510hiddenpass0000000000000aa', '2026-12-31', '[1,2,5]', 1, 1, 0, 1767225600, '', NULL, 1767225600),
    (4511, 0, 'enigma4511hiddenline0000000000aa', 'enigma4511hiddenpass0000000000aa', '2026-12-31', '[1]', 1, 0, 1, 1767225600, '', NULL, 1767225600),
    (4521, 88, 'customer4521', 'securepass', '2026-12-31', '[1,2,5]', 2, 0, 0, 1767225600, 'VIP customer', NULL, 1767225600),
    (4522, 88, 'customer4522', 'securepass2', '2027-03-15', '[1,2]', 1, 0, 0, 1767225600, '', 1773597731, 1767225600);

INSERT INTO mag_devices (mag_id, user_id, mac, stb_type, created) VALUES (301, 4510, '00:1A:79:00:03:01', 'MAG250', 1767225600);
INSERT INTO enigma2_devices (device_id, user_id, mac) VALUES (501, 4511, 'AA:BB:CC:00:05:01');

INSERT INTO blocked_ips (id, ip, notes, date) VALUES (15, '198.51.100.15', 'scanner', 1767225600);
INSERT INTO blocked_uas (id, user_agent) VALUES (5, 'SomeScanner/2.0');
INSERT INTO blocked_isps (id, isp) VALUES (3, 'Example Hosting');
INSERT INTO rtmp_ips (id, ip, password, notes) VALUES (1, '10.0.0.10', 'Hk3mP9sXw2Qa7RtB', 'studio');

INSERT INTO lines_live
    (activity_id, user_id, stream_id, server_id, user_agent, user_ip, container, pid, date_start, geoip_country_code, hls_last_read, uuid) VALUES
    (12345, 4522, 10, 1, 'VLC/3.0.18', '203.0.113.7', 'ts', 54400, 1773597731, 'GB', NULL, '5f0c7f5e4a6d4b0e9a3c1d2e3f405162');
INSERT INTO lines_activity
    (activity_id, user_id, stream_id, server_id, user_agent, user_ip, container, date_start, date_end, geoip_country_code) VALUES
    (12001, 4521, 10, 1, 'VLC/3.0.18', '203.0.113.7', 'ts', 1773576000, 1773577800, 'GB');

INSERT INTO users_credits_logs (id, target_id, admin_id, amount, date, reason) VALUES (1, 88, 1, 5000, 1767225600, 'first credits');
INSERT INTO users_logs (id, owner, type, action, log_id, package_id, cost, credits_after, date) VALUES
    (1, 88, 'line', 'new', 4521, 1, 500, 4500, 1767225600);
INSERT INTO login_logs (id, type, access_code, user_id, status, login_ip, date) VALUES
    (1, 'ADMIN', 2, 1, 'SUCCESS', '203.0.113.5', 1773565200);
INSERT INTO lines_logs (id, stream_id, user_id, client_status, query_string, user_agent, ip, date) VALUES
    (1, 11, 4521, 'NOT_IN_BOUQUET', '/live/customer4521/securepass/11.ts', 'VLC/3.0.18', '203.0.113.7', 1773576000);
INSERT INTO mag_events (id, mag_device_id, event, msg, send_time) VALUES (1, 301, 'send_msg', 'Hello', 1773585000);

-- Every source plays the test source: nothing is fetched.
INSERT INTO linecard_settings (name, value) VALUES ('sources', 'test');

-- The billing API's: milliseconds from 2026-01-01 on.
INSERT INTO linecard_customers (id, email, name, created, updated) VALUES
    (1, 'alice@example.com', 'Alice', 1767225600000, 1767225600000),
    (2, 'bob@example.com', 'Bob', 1767312000000, 1767312000000);
INSERT INTO linecard_products (id, name, price, package_id, created, updated) VALUES
    (123, '1 Month Premium', 999, 1, 1767225600000, 1767225600000);

-- The secrets of the REST APIs, as their SHA-256: `your_api_token_here` and `your_api_key_here`.
INSERT INTO linecard_secrets (kind, name, hash, scopes, tier, created) VALUES
    ('nxt', 'documents', '3841f0fd4d7410a1c5649442a12826c7afb3783e2afccfd73a292e9795276dcb',
     '["create_users","manage_subscriptions","view_packages","extend_modify_accounts"]', '', 1767225600),
    ('billing', 'documents', '7b97e2b52334e1da7a395ae53ebdbd42382fa77f4dac9017569579d58db42d08',
     '["customers:read","customers:write","subscriptions:read","subscriptions:write","products:read","products:write","invoices:read","invoices:write"]',
     'standard', 1767225600);
