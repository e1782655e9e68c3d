-- Joins of every kind.
SELECT l.id, u.username FROM `lines` l JOIN users u ON u.id = l.member_id ORDER BY l.id
SELECT l.id, u.username FROM `lines` l INNER JOIN users u ON u.id = l.member_id WHERE u.status = 1 ORDER BY l.id
SELECT l.id, u.username FROM `lines` l LEFT JOIN users u ON u.id = l.member_id ORDER BY l.id
SELECT l.id, u.username FROM `lines` l LEFT OUTER JOIN users u ON u.id = l.member_id WHERE u.id IS NULL ORDER BY l.id
SELECT u.id, l.id AS line FROM `lines` l RIGHT JOIN users u ON u.id = l.member_id ORDER BY u.id, l.id
SELECT u.id, l.id AS line FROM `lines` l RIGHT OUTER JOIN users u ON u.id = l.member_id AND l.is_trial = 1 ORDER BY u.id, l.id
SELECT a.id, b.id AS b FROM users a CROSS JOIN users b WHERE a.id < b.id ORDER BY a.id, b.id
SELECT a.id, b.id FROM users a, users b WHERE a.owner_id = b.id ORDER BY a.id
SELECT a.id AS x, b.id AS y FROM users a, users b WHERE a.owner_id = b.id ORDER BY a.id
SELECT COUNT(*) FROM users, users_groups
SELECT COUNT(*) FROM users JOIN users_groups
SELECT COUNT(*) FROM users STRAIGHT_JOIN users_groups
SELECT u.id, g.group_name FROM users u JOIN users_groups g ON g.group_id = u.member_group_id ORDER BY u.id
SELECT u.id, IFNULL(g.group_name, '-') AS g FROM users u LEFT JOIN users_groups g ON g.group_id = u.member_group_id ORDER BY u.id
SELECT s.id, s.stream_display_name, ss.pid, sv.server_name FROM streams s LEFT JOIN streams_servers ss ON ss.stream_id = s.id LEFT JOIN servers sv ON sv.id = ss.server_id ORDER BY s.id
SELECT stream_id, a.user_id, s.pid FROM lines_activity a JOIN streams_servers s USING (stream_id) ORDER BY activity_id
SELECT stream_id, server_id, COUNT(*) FROM lines_activity JOIN streams_servers USING (stream_id, server_id) GROUP BY stream_id ORDER BY stream_id
SELECT * FROM (SELECT 1 AS a, 2 AS b) x JOIN (SELECT 1 AS a, 3 AS c) y USING (a)
SELECT * FROM (SELECT 1 AS a, 2 AS b) x NATURAL JOIN (SELECT 1 AS a, 3 AS c) y
SELECT * FROM (SELECT 1 AS a, 2 AS b) x LEFT JOIN (SELECT 5 AS a, 3 AS c) y USING (a)
SELECT * FROM (SELECT 1 AS a, 2 AS b) x JOIN (SELECT 1 AS a, 3 AS c) y ON x.a = y.a
SELECT x.*, y.c FROM (SELECT 1 AS a, 2 AS b) x JOIN (SELECT 1 AS a, 3 AS c) y ON x.a = y.a
SELECT l.id, p.package_name, u.username AS reseller FROM `lines` l LEFT JOIN users_packages p ON p.id = l.package_id LEFT JOIN users u ON u.id = l.member_id WHERE l.id > 5000 ORDER BY l.id
SELECT m.mag_id, m.mac, l.exp_date FROM mag_devices m JOIN `lines` l ON l.id = m.user_id WHERE l.is_mag = 1
SELECT e.device_id, e.mac, l.username FROM enigma2_devices e, `lines` l WHERE l.id = e.user_id
SELECT a.activity_id, l.username, s.stream_display_name FROM lines_activity a JOIN `lines` l ON l.id = a.user_id JOIN streams s ON s.id = a.stream_id ORDER BY a.activity_id
SELECT ll.activity_id, l.username FROM lines_live ll JOIN `lines` l ON ll.user_id = l.id
SELECT a.id, b.id AS twin FROM `lines` a JOIN `lines` b ON a.username = b.username AND a.id < b.id ORDER BY a.id
SELECT a.id, b.id AS twin FROM `lines` a JOIN `lines` b ON a.password = b.password AND a.id <> b.id ORDER BY a.id
SELECT l.id, u.id AS u FROM `lines` l JOIN users u ON l.username = u.id ORDER BY 1, 2
SELECT l.id FROM `lines` l JOIN users u ON l.member_id = u.id AND u.credits > 0 WHERE l.enabled ORDER BY l.id
SELECT u.id, COUNT(l.id), SUM(l.max_connections) FROM users u LEFT JOIN `lines` l ON l.member_id = u.id AND l.enabled = 1 GROUP BY u.id ORDER BY u.id
SELECT o.username AS owner, u.username AS sub FROM users u JOIN users o ON o.id = u.owner_id ORDER BY u.id
SELECT u.id FROM users u LEFT JOIN users s ON s.owner_id = u.id WHERE s.id IS NULL ORDER BY u.id
SELECT e.id, s.title, st.stream_display_name FROM streams_episodes e JOIN streams_series s ON s.id = e.series_id JOIN streams st ON st.id = e.stream_id
SELECT l.id FROM (`lines` l JOIN users u ON u.id = l.member_id) LEFT JOIN users_packages p ON p.id = l.package_id ORDER BY l.id
SELECT l.id, p.id AS p FROM `lines` l LEFT JOIN (users u JOIN users_packages p ON p.id = 1) ON u.id = l.member_id ORDER BY l.id
SELECT t.id FROM `lines` AS t FORCE INDEX (PRIMARY) WHERE t.id = 5001
SELECT id FROM `lines` USE INDEX (), users_groups WHERE id = 5001 AND group_id = 1
SELECT `lines`.id, users.id FROM `lines`, users WHERE users.id = `lines`.member_id AND `lines`.id = 5001
SELECT xui.users.id, `xui`.`users`.`username` FROM xui.users WHERE xui.users.id = 90
SELECT u.id FROM users u JOIN (SELECT member_id, COUNT(*) n FROM `lines` GROUP BY member_id) c ON c.member_id = u.id WHERE c.n > 2 ORDER BY u.id
SELECT 1 FROM users u JOIN users u ON 1
SELECT 1 FROM users JOIN users ON 1
SELECT id FROM users u JOIN `lines` l ON u.id = l.member_id
SELECT u.nope FROM users u
SELECT x.id FROM users u
SELECT x.* FROM users u
SELECT 1 FROM users u LEFT JOIN `lines` l
SELECT 1 FROM users u JOIN `lines` l USING (nope)
