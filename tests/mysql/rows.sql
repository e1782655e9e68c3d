-- Rows for the corpus beyond those of the `docs` seed: accents, letter case, trailing spaces, NULLs, ends of months,
-- JSON lists, duplicates. Money is in hundredths here.

INSERT INTO lines
    (id, member_id, username, password, exp_date, enabled, admin_enabled, bouquet, max_connections, is_trial, created_at,
     admin_notes, reseller_notes, allowed_ips, allowed_outputs, package_id, contact, isp_desc, last_activity, forced_country) VALUES
    (5001, 90, 'Émile', 'pass5001', '2026-01-31', 1, 1, '[1,2,5]', 1, 0, 1769817600, 'café', '', '[]', '[1,2]', 1, 'emile@example.com', 'Orange', 1773500000, 'FR'),
    (5002, 90, 'emile', 'PASS5001', '2026-02-28', 1, 1, '["1","2"]', 2, 0, 1769817600, 'CAFÉ', 'late payer', '["203.0.113.1"]', '[1]', 1, '', NULL, NULL, ''),
    (5003, 90, 'straße', 'pass5003', '2024-02-29', 0, 1, '[]', 3, 0, 1709164800, '', '50% off', '[]', '[]', 2, '', NULL, NULL, 'DE'),
    (5004, 91, 'trial_1', 'pass5004', '2026-03-15 18:30:00', 1, 1, '[5]', 1, 1, 1773570600, '', '', '[]', '[2]', 2, '', NULL, NULL, ''),
    (5005, 91, 'trial 2 ', 'pass5005', '2026-03-15 14:30:00', 1, 0, '[2, 5]', 1, 1, 1773570600, 'it''s "quoted"', 'back\slash', '[]', '[2]', 6, '', '', 0, ''),
    (5006, NULL, '12abc', '0012', NULL, 1, 1, 'not json', 0, 0, 0, '', '', '[]', '[]', NULL, '', NULL, NULL, ''),
    (5007, 91, '4521', '4521', '2025-12-31', 1, 1, '[1,1,2]', -1, 0, 1735689600, 'x', 'X', '["10.0.0.1","10.0.0.2"]', '[]', 1, 'a@b.example', 'Free', 1735689600, 'US'),
    (5008, 92, 'Ünal', '', '2026-03-31', 1, 1, '[[1],{"a":2}]', 5, 0, 1740787200, '', '', '[]', '[]', NULL, '', 'orange', NULL, 'TR');

INSERT INTO users (id, username, password, email, ip, date_registered, last_login, member_group_id, credits, notes, status, owner_id, override_packages) VALUES
    (90, 'Reseller90', 'x', 'r90@example.com', '198.51.100.7', 1767225600, 1773500000, 2, 12345, 'Main; south', 1, 1, '{"1":{"official_credits":"3"}}'),
    (91, 'zoé', 'x', '', '', 1769904000, NULL, 2, -250, '', 1, 90, '{}'),
    (92, 'ZOE', 'x', 'zoe@example.com', '198.51.100.7', 1772323200, 1773400000, 5, 1, 'été', 0, 90, '{}'),
    (93, 'idle', 'x', 'idle@example.com', '', 1772323200, NULL, 99, 0, '', 1, 0, '{}');

INSERT INTO lines_activity
    (activity_id, user_id, stream_id, server_id, user_agent, user_ip, container, date_start, date_end, geoip_country_code, isp, divergence) VALUES
    (13001, 5001, 10, 1, 'VLC/3.0.18', '203.0.113.8', 'ts', 1773400000, 1773403600, 'FR', 'Orange', 0.1),
    (13002, 5001, 11, 1, 'Kodi', '203.0.113.8', 'm3u8', 1773403600, 1773405400, 'FR', 'ORANGE', 0.2),
    (13003, 5002, 10, 1, 'kodi', '203.0.113.9', 'ts', 1773490000, NULL, 'FR', 'Orange ', 0.7),
    (13004, 5004, 10, 1, '', '203.0.113.10', 'ts', 1773580000, 1773580000, '', '', 1e-7),
    (13005, 5007, 20, 1, 'TiviMate', '203.0.113.11', 'ts', 1735689600, 1735693200, 'US', 'Free', -2.5),
    (13006, 5007, 20, 1, 'TiviMate', '203.0.113.11', 'ts', 1735689600, 1735693200, 'us', 'Free', 123456789.125);

INSERT INTO blocked_ips (id, ip, notes, date) VALUES
    (16, '198.51.100.16', 'Scanner', 1767225600),
    (17, '2001:db8::1', '', 1773532800),
    (18, 'café', 'accents', 0);

INSERT INTO access_codes (id, code, type, "groups") VALUES (3, 'Reseller01', 1, '[2,3]'), (4, 'élan', 4, '[]');

INSERT INTO activecodes (id, code, member_id, package_id, exp_date, batch, created_at) VALUES
    (1, 'AAAA1111', 88, 1, '2027-01-01', 'b1', 1767225600),
    (2, 'bbbb2222', 88, 1, NULL, 'b1', 1767225600),
    (3, 'CCCC3333', 90, 2, '2026-03-01 12:00:00', 'B1', 1772323200),
    (4, 'dddd4444', 91, 6, NULL, '', 1772323200);

INSERT INTO users_logs (id, owner, type, action, log_id, package_id, cost, credits_after, date) VALUES
    (2, 90, 'line', 'new', 5001, 1, 500, 11845, 1769817600),
    (3, 90, 'line', 'extend', 5001, 1, 250, 11595, 1772323200),
    (4, 90, 'mag', 'new', 301, 2, 1, 11594, 1772323200),
    (5, 91, 'line', 'new', 5004, NULL, 0, -250, 1773570600);

INSERT INTO users_credits_logs (id, target_id, admin_id, amount, date, reason) VALUES
    (2, 90, 1, 10000, 1767225600, 'start'),
    (3, 90, 1, 2345, 1769904000, 'Bonus'),
    (4, 91, 90, -250, 1772323200, 'bonus'),
    (5, 92, 90, 1, 1772323200, '');

INSERT INTO streams (id, type, category_id, stream_display_name, "order", added, year, rating, tmdb_id, movie_properties) VALUES
    (101, 2, '[2,1]', 'Amélie', 10, 1735689600, 2001, 8.3, 194, '{"genre":"Comedy","duration_secs":7320,"cast":["A","B"]}'),
    (102, 2, '["2"]', 'Heat', 11, 1735689600, 1995, 8.3, NULL, '{"genre":"Crime","rating":8.25,"tags":[]}'),
    (103, 2, '[]', 'heat ', 12, 1738368000, NULL, 0, NULL, '{}'),
    (104, 1, '[1]', '100% News_Live', 13, 1738368000, NULL, 2.5, NULL, '{"a":null,"b":[1,2,{"c":"d"}],"e":"x\"y"}');
