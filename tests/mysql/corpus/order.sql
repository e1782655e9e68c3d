-- ORDER BY and LIMIT.
SELECT id FROM `lines` ORDER BY exp_date, id
SELECT id FROM `lines` ORDER BY exp_date DESC, id
SELECT id, username FROM `lines` ORDER BY username, id
SELECT id, username FROM `lines` ORDER BY username DESC, id DESC
SELECT id FROM `lines` ORDER BY BINARY username, id
SELECT id FROM `lines` ORDER BY username + 0, id
SELECT id FROM `lines` ORDER BY isp_desc, id
SELECT id FROM `lines` ORDER BY isp_desc IS NULL, isp_desc, id
SELECT id FROM `lines` ORDER BY member_id DESC, id
SELECT id FROM `lines` ORDER BY 1 DESC LIMIT 2
SELECT username, id FROM `lines` ORDER BY 2 LIMIT 3
SELECT id AS x FROM `lines` ORDER BY x DESC LIMIT 1
SELECT -id AS id FROM users ORDER BY id
SELECT -id AS id FROM users ORDER BY id + 0
SELECT -id AS n FROM users ORDER BY n + 0
SELECT id FROM users ORDER BY -id
SELECT id FROM users ORDER BY credits, id
SELECT id FROM users ORDER BY credits * -1, id
SELECT id FROM users ORDER BY CONCAT(credits), id
SELECT id FROM users ORDER BY status, username
SELECT id FROM users ORDER BY LENGTH(username), id
SELECT id FROM users ORDER BY username = 'idle' DESC, id
SELECT id FROM users ORDER BY CASE WHEN id = 91 THEN 0 ELSE 1 END, id
SELECT id FROM users ORDER BY FIELD(id, 92, 90), id
SELECT id FROM users ORDER BY NULL LIMIT 0
SELECT id FROM users ORDER BY 'x', id
SELECT id FROM users ORDER BY (SELECT COUNT(*) FROM `lines` WHERE member_id = users.id) DESC, id
SELECT COUNT(*) FROM (SELECT id FROM users ORDER BY RAND()) t
SELECT id FROM users ORDER BY id LIMIT 2
SELECT id FROM users ORDER BY id LIMIT 1, 2
SELECT id FROM users ORDER BY id LIMIT 2 OFFSET 1
SELECT id FROM users ORDER BY id LIMIT 0
SELECT id FROM users ORDER BY id LIMIT 100, 10
SELECT id FROM users ORDER BY id LIMIT 18446744073709551615
SELECT id FROM users ORDER BY id LIMIT 2, 18446744073709551615
SELECT id FROM users ORDER BY id LIMIT -1
SELECT id FROM users LIMIT 1.5
SELECT id FROM users LIMIT '1'
SELECT id FROM users LIMIT
SELECT id FROM users ORDER BY
SELECT id FROM users ORDER BY 5
SELECT id FROM users ORDER BY 0
SELECT id FROM users ORDER BY nope
SELECT username FROM users ORDER BY id DESC LIMIT 1
SELECT DISTINCT owner_id FROM users ORDER BY id
SELECT u.id FROM users u ORDER BY u.username, id
SELECT id FROM streams ORDER BY `order` DESC, id LIMIT 3
SELECT id FROM streams ORDER BY rating DESC, year, id
SELECT id, stream_display_name FROM streams ORDER BY stream_display_name, id
SELECT 'b' AS x UNION SELECT 'É' UNION SELECT 'a' UNION SELECT 'f' ORDER BY x
SELECT x FROM (SELECT 'é' AS x UNION ALL SELECT 'E ' UNION ALL SELECT 'z' UNION ALL SELECT 'Ä') t ORDER BY x, BINARY x
SELECT COUNT(*) FROM `lines` GROUP BY CEIL(-1.0), CONVERT(100, SIGNED)
SELECT id FROM `lines` ORDER BY CEIL(-1), CONVERT(100, SIGNED), id LIMIT 2
SELECT id FROM `lines` ORDER BY (- -2.25) DESC, -2.5, 7.5, id DESC LIMIT 3
