-- Sub-queries: scalar, IN, EXISTS, ANY, ALL, derived tables, WITH.
SELECT (SELECT COUNT(*) FROM users)
SELECT (SELECT 1), (SELECT NULL), (SELECT 'a' FROM users WHERE id = 0)
SELECT (SELECT 1) + 1, (SELECT MAX(id) FROM users) AS m
SELECT id, (SELECT COUNT(*) FROM `lines` l WHERE l.member_id = u.id) AS n FROM users u ORDER BY id
SELECT id, (SELECT username FROM users u WHERE u.id = l.member_id) AS reseller FROM `lines` l ORDER BY id
SELECT id FROM `lines` WHERE member_id IN (SELECT id FROM users WHERE credits > 0) ORDER BY id
SELECT id FROM `lines` WHERE member_id NOT IN (SELECT id FROM users) ORDER BY id
SELECT id FROM users WHERE id NOT IN (SELECT member_id FROM `lines`) ORDER BY id
SELECT id FROM users WHERE id NOT IN (SELECT member_id FROM `lines` WHERE member_id IS NOT NULL) ORDER BY id
SELECT id FROM users u WHERE EXISTS (SELECT 1 FROM `lines` l WHERE l.member_id = u.id) ORDER BY id
SELECT id FROM users u WHERE NOT EXISTS (SELECT * FROM `lines` WHERE member_id = u.id) ORDER BY id
SELECT id FROM users WHERE username IN (SELECT 'ZOÉ') ORDER BY id
SELECT id FROM `lines` WHERE username IN (SELECT username FROM `lines` WHERE id = 5001) ORDER BY id
SELECT id FROM users WHERE credits > (SELECT AVG(credits) FROM users) ORDER BY id
SELECT id FROM users WHERE credits = (SELECT MAX(credits) FROM users)
SELECT id FROM users WHERE credits > ALL (SELECT amount FROM users_credits_logs WHERE target_id = 91)
SELECT id FROM users WHERE credits >= ANY (SELECT amount FROM users_credits_logs) ORDER BY id
SELECT id FROM users WHERE id = ANY (SELECT member_id FROM `lines`) ORDER BY id
SELECT id FROM users WHERE id = SOME (SELECT member_id FROM `lines`) ORDER BY id
SELECT id FROM users WHERE id <> ALL (SELECT member_id FROM `lines` WHERE member_id IS NOT NULL) ORDER BY id
SELECT 5 > ANY (SELECT 1 UNION SELECT NULL), 5 > ALL (SELECT 1 UNION SELECT NULL), 0 > ANY (SELECT 1 UNION SELECT NULL), 0 > ALL (SELECT 1 UNION SELECT NULL), NULL > ANY (SELECT 1), 1 > ALL (SELECT 1 FROM users WHERE id = 0), 1 > ANY (SELECT 1 FROM users WHERE id = 0)
SELECT 1 IN (SELECT 1), 2 IN (SELECT 1), NULL IN (SELECT 1), 1 IN (SELECT NULL), NULL IN (SELECT 1 FROM users WHERE id = 0), 1 NOT IN (SELECT NULL)
SELECT EXISTS (SELECT 1), EXISTS (SELECT 1 FROM users WHERE id = 0), NOT EXISTS (SELECT NULL)
SELECT (1, 2) IN (SELECT 1, 2), (SELECT 1, 2) = (1, 2)
SELECT * FROM (SELECT id, username FROM users) AS d ORDER BY id
SELECT d.n FROM (SELECT COUNT(*) AS n FROM `lines` GROUP BY member_id) d ORDER BY n
SELECT MAX(n) FROM (SELECT member_id, COUNT(*) n FROM `lines` GROUP BY member_id) t
SELECT t.id FROM (SELECT * FROM `lines` WHERE is_trial = 1) t WHERE t.enabled = 1 ORDER BY t.id
SELECT a FROM (SELECT 1 a UNION SELECT 2) t WHERE a > 1
SELECT x + 1 FROM (SELECT '5' AS x) d
SELECT * FROM (SELECT id FROM users ORDER BY id DESC LIMIT 2) d ORDER BY id
SELECT id FROM users WHERE id IN (SELECT id FROM (SELECT id FROM users ORDER BY id LIMIT 2) t) ORDER BY id
-- differs: it is answered here
SELECT id FROM users WHERE id IN (SELECT id FROM users LIMIT 2)
--> {"id":1}
--> {"id":88}
SELECT (SELECT id FROM users)
SELECT (SELECT id, username FROM users LIMIT 1)
SELECT id FROM users WHERE id = (SELECT id FROM users WHERE id > 88)
SELECT id FROM users WHERE id IN (SELECT id, username FROM users)
SELECT 1 FROM (SELECT 1)
SELECT 1 FROM (SELECT 1 AS a, 2 AS a) d
WITH t AS (SELECT id FROM users WHERE id > 88) SELECT COUNT(*) FROM t
WITH t AS (SELECT member_id, COUNT(*) AS n FROM `lines` GROUP BY member_id) SELECT u.username, t.n FROM users u JOIN t ON t.member_id = u.id ORDER BY u.id
WITH t (a, b) AS (SELECT id, username FROM users) SELECT b FROM t WHERE a = 90
WITH a AS (SELECT 1 AS x), b AS (SELECT x + 1 AS y FROM a) SELECT * FROM a, b
WITH t AS (SELECT 1 AS x UNION ALL SELECT 2) SELECT a.x, b.x AS y FROM t a JOIN t b ON a.x <= b.x ORDER BY a.x, b.x
WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n WHERE i < 5) SELECT i FROM n ORDER BY i
WITH RECURSIVE n (i) AS (SELECT 1 UNION SELECT i + 1 FROM n WHERE i < 3) SELECT SUM(i) FROM n
WITH RECURSIVE t AS (SELECT id, owner_id, 0 AS depth FROM users WHERE owner_id = 0 UNION ALL SELECT u.id, u.owner_id, t.depth + 1 FROM users u JOIN t ON u.owner_id = t.id) SELECT id, depth FROM t ORDER BY id
WITH t AS (SELECT 1) SELECT * FROM nope
WITH t (a, b) AS (SELECT 1) SELECT * FROM t
SELECT id, (SELECT GROUP_CONCAT(id ORDER BY id) FROM `lines` l WHERE l.member_id = u.id) AS ids FROM users u ORDER BY id
SELECT id, (SELECT MAX(date_start) FROM lines_activity a WHERE a.user_id = l.id) AS seen FROM `lines` l ORDER BY id
SELECT id FROM `lines` l WHERE (SELECT COUNT(*) FROM lines_activity a WHERE a.user_id = l.id) > 1 ORDER BY id
SELECT id, (SELECT u.credits / 3) AS third FROM users u ORDER BY id
SELECT id FROM users u WHERE credits > (SELECT AVG(credits) FROM users s WHERE s.owner_id = u.owner_id) ORDER BY id
SELECT id FROM `lines` WHERE (member_id, is_trial) IN (SELECT id, 1 FROM users) ORDER BY id
SELECT username FROM users WHERE id = (SELECT member_id FROM `lines` WHERE username = 'customer4521')
SELECT IF((SELECT COUNT(*) FROM blocked_ips WHERE ip = '198.51.100.15') > 0, 'blocked', 'free') AS state
SELECT (SELECT COUNT(*) FROM `lines`) AS total_lines, (SELECT COUNT(*) FROM users) AS total_users, (SELECT COUNT(*) FROM streams) AS total_streams
-- A query that reads itself ends after 1,000 rounds, with what it has found.
WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n) SELECT COUNT(*), MAX(i) FROM n
WITH RECURSIVE n AS (SELECT 1 AS i UNION SELECT i + 1 FROM n) SELECT COUNT(*), MAX(i) FROM n
WITH RECURSIVE n AS (SELECT 1 AS i UNION SELECT i % 1500 + 1 FROM n) SELECT COUNT(*), MAX(i) FROM n
WITH RECURSIVE n AS (SELECT 1 AS i UNION SELECT i % 3 + 1 FROM n) SELECT i FROM n
WITH RECURSIVE n AS (SELECT 'a' AS x UNION SELECT IF(x = 'a', 'A', 'b') FROM n) SELECT x FROM n
WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT 2 UNION ALL SELECT i + 2 FROM n) SELECT COUNT(*), MAX(i) FROM n
WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n UNION ALL SELECT i + 1000 FROM n WHERE i > 100000) SELECT COUNT(*), MAX(i) FROM n
WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL (SELECT i + 1 FROM n WHERE i < 3000)) SELECT COUNT(*), MAX(i) FROM n
WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n), q AS (SELECT i AS m FROM n UNION ALL SELECT m + 1 FROM q WHERE m < 10) SELECT COUNT(*), MAX(m) FROM q
WITH RECURSIVE n AS (SELECT MIN(id) AS i FROM users UNION ALL SELECT n.i + 1 FROM n JOIN users u ON u.id > 0 WHERE n.i < 3 OR n.i > 5) SELECT i, COUNT(*) FROM n GROUP BY i ORDER BY i
WITH RECURSIVE n AS (SELECT 1 AS i UNION SELECT 'x') SELECT i FROM n
WITH RECURSIVE n AS (SELECT DISTINCT 1 AS i, 'x' AS y UNION SELECT n.i * 2, m.y FROM n JOIN (SELECT 'X' AS y) m WHERE n.i < 100) SELECT * FROM n
WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT a.i + 1 FROM n a JOIN n b) SELECT COUNT(*) FROM n
WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT (SELECT MAX(i) FROM n) + 1 FROM n) SELECT COUNT(*) FROM n
WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT MAX(i) + 1 FROM n) SELECT COUNT(*) FROM n
