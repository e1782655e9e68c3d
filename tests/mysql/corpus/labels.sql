-- Labels are the text as written.
SELECT 1, 1+1, 1 + 1,  2 * 3 , 'a', "a", 'a' 'b', NULL, TRUE, -1, - 1, +1, !1, NOT 1, ~1
SELECT ( 1 ), (1+2)*3, (SELECT 1), ( SELECT 1 ), 1.50, 1e0, .5, 0x41, x'41', -id FROM users WHERE id = 88
SELECT NOW() = NOW(), count( * ), COUNT(1), COUNT(DISTINCT id), count( id ), Max(id) FROM users
SELECT CASE WHEN 1 THEN 2 END, IF(1 , 2,3), 1 IN (1,2), 1 BETWEEN 0 AND 2, 'a' LIKE 'b', 1 IS NULL, CAST(1 AS CHAR), CAST( '1' AS SIGNED )
SELECT 1 AS a, 2 b, 3 AS 'c', 4 "d", 5 AS `e`, 6 'f g', 7 AS `select`, 8 AS `a``b`
SELECT 1 AS a, 2 AS a, 3 AS A
SELECT 1, 1
SELECT id, ID, `id`, users.id, users.`ID`, xui.users.Id FROM users WHERE id = 88
SELECT u.id, u.username AS name, u.id+0, u . id FROM users u WHERE u.id = 88
SELECT *, id AS again FROM blocked_uas
SELECT u.*, 1 FROM blocked_uas u
SELECT u.id, l.id FROM users u JOIN `lines` l ON l.member_id = u.id WHERE l.id = 5001
SELECT * FROM rtmp_ips r JOIN blocked_isps b
SELECT /* a */ 1, 2 /* b */, 1 /* c */ + 1
SELECT 1 -- remark
SELECT 1 # remark
SELECT 1;
SELECT 1 ; -- end
SELECT 1
  +
  2
SELECT 'line
 break' AS x
SELECT 1 AS ``
SELECT 1 AS ' x'
SELECT 1 AS `x `
SELECT BINARY 'a', 'a' COLLATE utf8_bin, DATE '2026-01-01', TIMESTAMP '2026-01-01 00:00:00', INTERVAL 1 DAY + CURDATE()
SELECT "it''s", 'it''s', 'a\'b', 'a\nb', ''
SELECT EXISTS (SELECT 1), 1 = ANY (SELECT 1), (1,2) = (1,2), JSON_CONTAINS('[1]', '1'), GROUP_CONCAT('x' SEPARATOR ',')
SELECT DATE_ADD('2026-01-01', INTERVAL 1 DAY), '2026-01-01' + INTERVAL 1 DAY, TRIM(LEADING 'x' FROM 'xa'), EXTRACT(YEAR FROM '2026-01-01'), SUBSTRING('abc' FROM 2)
SELECT ROW_NUMBER() OVER (ORDER BY id), SUM(id) OVER () FROM users WHERE id = 88
SELECT 1 a UNION SELECT 2 b
SELECT x FROM (SELECT 1 x) t
SELECT `1` FROM (SELECT 1) t
SELECT t.`a+b` FROM (SELECT 1 AS `a+b`) t
SELECT `COUNT(*)` FROM (SELECT COUNT(*) FROM users) t
SELECT é FROM (SELECT 1 AS é) t
