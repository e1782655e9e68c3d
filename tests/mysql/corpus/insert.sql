-- INSERT in all its forms; each statement is undone before the next.
INSERT INTO blocked_isps (isp) VALUES ('New ISP')
INSERT INTO blocked_isps (isp, blocked) VALUES ('a', 0), ('b', 1), ('c', 2)
INSERT INTO blocked_isps VALUES (NULL, 'x', 1)
INSERT INTO blocked_isps VALUES (0, 'x', 1)
INSERT INTO blocked_isps VALUES (50, 'x', 1)
INSERT INTO blocked_isps VALUES (-5, 'x', 1)
INSERT INTO blocked_isps VALUES ('abc', 'x', 1)
INSERT INTO blocked_isps VALUES ('7x', 'x', 1)
INSERT INTO blocked_isps VALUES (DEFAULT, 'x', DEFAULT)
INSERT INTO blocked_isps VALUES ()
INSERT INTO blocked_isps () VALUES ()
INSERT INTO blocked_isps () VALUES (), ()
INSERT blocked_isps (isp) VALUES ('no into')
INSERT INTO blocked_isps (isp) VALUE ('one')
INSERT INTO blocked_isps SET isp = 'set', blocked = 0
INSERT INTO blocked_isps SET isp = 'x', blocked = DEFAULT
INSERT INTO blocked_isps (id, isp) VALUES (50, 'a'), (NULL, 'b'), (NULL, 'c')
INSERT INTO blocked_isps (id, isp) VALUES (NULL, 'a'), (50, 'b'), (NULL, 'c')
INSERT INTO blocked_isps (isp) SELECT isp FROM lines_activity WHERE isp <> '' GROUP BY isp ORDER BY isp
INSERT INTO blocked_isps (isp, blocked) SELECT username, status FROM users WHERE id > 90 ORDER BY id
INSERT INTO blocked_isps (isp) SELECT isp FROM blocked_isps WHERE id = 0
INSERT INTO blocked_isps (isp) SELECT CONCAT(isp, '!') FROM blocked_isps
INSERT INTO blocked_isps (isp) SELECT 'a' UNION SELECT 'b'
INSERT INTO blocked_isps (isp) (SELECT 'a')
INSERT INTO blocked_isps (isp) SELECT NULL
INSERT INTO blocked_isps (isp) VALUES (NULL)
INSERT INTO blocked_isps (isp) VALUES (NULL), ('x')
INSERT INTO blocked_isps (isp, blocked) VALUES ('x', NULL)
INSERT INTO blocked_isps (isp, blocked) VALUES ('x', NULL), ('y', 1)
INSERT IGNORE INTO blocked_isps (isp, blocked) VALUES (NULL, NULL)
INSERT INTO blocked_isps (isp) VALUES ('it''s'), ("say ""x"""), ('back\\slash'), ('line\nbreak'), ('é')
INSERT INTO blocked_isps (isp) VALUES ('a' 'b'), (0x4142), (CONCAT('x', 1 + 1)), (UPPER('up')), ((SELECT MAX(id) FROM users))
INSERT INTO blocked_isps (isp) VALUES (1), (1.50), (2e0), (TRUE), (NOW()), (CURDATE()), (1/3), (1/3e0)
INSERT INTO blocked_isps (isp, blocked) VALUES ('x', 5 > 3), ('y', '1'), ('z', 'abc'), ('w', 200), ('v', -200), ('u', 1.5), ('t', '2.5')
INSERT INTO blocked_uas (exact_match, attempts_blocked) VALUES (5, exact_match + 1)
INSERT INTO blocked_uas (attempts_blocked, exact_match) VALUES (7, attempts_blocked * 2)
INSERT INTO blocked_uas SET attempts_blocked = 5, exact_match = attempts_blocked * 2
INSERT INTO blocked_uas (user_agent, attempts_blocked) VALUES (attempts_blocked, 3)
INSERT INTO blocked_isps (isp) VALUES (blocked), (id)
INSERT INTO blocked_ips (ip, date) VALUES ('198.51.100.99', UNIX_TIMESTAMP())
INSERT INTO blocked_ips (ip) VALUES ('198.51.100.15')
INSERT IGNORE INTO blocked_ips (ip) VALUES ('198.51.100.15')
INSERT IGNORE INTO blocked_ips (ip) VALUES ('198.51.100.15'), ('new'), ('NEW')
INSERT IGNORE INTO blocked_ips (ip) VALUES ('198.51.100.15'), ('198.51.100.16')
INSERT IGNORE INTO blocked_ips (id, ip) VALUES (15, 'x'), (60, 'y')
INSERT IGNORE INTO blocked_ips (ip) SELECT user_ip FROM lines_activity ORDER BY activity_id
INSERT INTO blocked_ips (ip) VALUES ('Café')
INSERT INTO blocked_ips (ip) VALUES ('198.51.100.15 ')
INSERT INTO blocked_ips (ip, notes) VALUES ('a', 'x'), ('b', 'y'), ('A', 'z')
INSERT INTO users (username, credits) VALUES ('m', 1.005), ('n', '1.005'), ('o', 1.005e0), ('p', 'abc'), ('q', '12.5x'), ('r', 1e3), ('s', -1.5), ('t', 1/3)
INSERT INTO users (username, credits) VALUES ('m', 99999999999), ('n', -99999999999), ('o', '1e20'), ('p', NOW())
INSERT INTO users (username, date_registered, last_login) VALUES ('m', UNIX_TIMESTAMP('2026-01-01'), NULL), ('n', '2.7', '1e2'), ('o', '12abc', 'abc'), ('p', 3000000000, -3000000000), ('q', 2.5, -2.5), ('r', 2.5e0, 3.5e0), ('s', NOW(), CURDATE()), ('t', TRUE, '')
INSERT INTO users (username) VALUES (REPEAT('x', 300)), (REPEAT('é', 256)), (CONCAT(REPEAT('y', 255), '   '))
INSERT INTO users (username, notes) VALUES ('long', REPEAT('n', 300))
INSERT INTO lines_activity (user_id, divergence) VALUES (1, '1.5x'), (2, 1/3), (3, 0.1), (4, 'abc'), (5, 1e300), (6, 12345678901234567890), (7, TRUE)
INSERT INTO `lines` (username, password, exp_date, bouquet, max_connections, member_id) VALUES ('new', 'secret', '2027-01-01', '[1,2]', 2, 88)
INSERT INTO `lines` (username, exp_date) VALUES ('new', '2027-01-01 12:34:56')
INSERT INTO `lines` (username, exp_date) VALUES ('new', NULL)
INSERT INTO `lines` (username, exp_date) VALUES ('new', NOW() + INTERVAL 1 MONTH)
INSERT INTO `lines` (username, exp_date) VALUES ('new', CURDATE() + INTERVAL 1 MONTH)
INSERT INTO `lines` (username) VALUES ('Customer4521')
INSERT INTO lines_logs (stream_id, user_id, ip, date) SELECT stream_id, user_id, user_ip, date_start FROM lines_activity WHERE user_id = 5001 ORDER BY activity_id
INSERT INTO users_logs (owner, type, action, cost, credits_after, date) SELECT id, 'line', 'new', 1.5, credits - 1.5, UNIX_TIMESTAMP() FROM users WHERE id = 90
INSERT INTO activecodes (code, member_id, package_id, exp_date) VALUES ('ZZZZ', 88, 1, '2027-06-30')
INSERT INTO activecodes (code) VALUES ('aaaa1111')
INSERT INTO streams_categories (category_type, category_name) VALUES ('live', 'Kids'), ('live', 'News')
INSERT INTO bouquets (bouquet_name, bouquet_channels) VALUES ('Kids', JSON_ARRAY(10, 11))
INSERT INTO access_codes (code, `groups`) VALUES ('code9', '[1]')
INSERT LOW_PRIORITY INTO blocked_isps (isp) VALUES ('x')
INSERT INTO xui.blocked_isps (isp) VALUES ('x')
INSERT INTO blocked_isps (blocked_isps.isp) VALUES ('x')
INSERT INTO `blocked_isps` (`isp`) VALUES ('x');
INSERT INTO blocked_isps (isp) VALUES (LAST_INSERT_ID()), (LAST_INSERT_ID())
