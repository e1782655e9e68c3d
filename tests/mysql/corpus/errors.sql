-- Statements that fail, and where a syntax error is seen.
SELEC 1
SELECT
SELECT FROM users
SELECT 1 FROM
SELECT 1,
SELECT 1 2
SELECT id FROM users WHERE
SELECT id FROM users WHERE id = 
SELECT id FROM users WHERE id == 1
SELECT id FROM users WHERE (id = 1
SELECT id FROM users WHERE id = 1)
SELECT id FROM users WHERE id IN ()
SELECT id FROM users WHERE id IN
SELECT id FROM users WHERE id BETWEEN 1
SELECT id FROM users WHERE id LIKE
SELECT id FROM users WHERE id IS 5
SELECT id FROM users GROUP
SELECT id FROM users GROUP BY
SELECT id FROM users HAVING
SELECT id FROM users ORDER id
SELECT id FROM users JOIN
SELECT id FROM users WHERE id = 'unended
SELECT id FROM users WHERE id = "unended
SELECT `id FROM users
SELECT id FROM users WHERE id = 1 AND
SELECT id FROM users AND id = 1
SELECT id FROM users WHERE id = 1 id = 2
SELECT id
  FROM users
  WHERE id ==
  88
SELECT id,
  FROM users
SELECT CASE END
SELECT CASE WHEN 1 END
SELECT CAST(1 AS nonsense)
SELECT CAST(1, 2)
SELECT COUNT(DISTINCT)
SELECT COUNT()
SELECT COUNT(1, 2)
SELECT SUM()
SELECT SUM(1, 2)
SELECT SUM(*)
SELECT MAX(*) FROM users
SELECT GROUP_CONCAT()
SELECT DATE_ADD('2026-01-01', 1 DAY)
SELECT '2026-01-01' + INTERVAL 1
SELECT '2026-01-01' + INTERVAL 1 NONSENSE
SELECT 1 FROM users users2 users3
SELECT DISTINCT DISTINCT id FROM users
SELECT id AS FROM users
SELECT NOW(1, 2)
SELECT LEFT()
SELECT ROUND()
SELECT ROUND(1, 2, 3)
SELECT ABS()
SELECT ABS(1, 2)
SELECT REPLACE('a', 'b')
SELECT DATEDIFF(1)
SELECT JSON_CONTAINS('[1]')
SELECT JSON_EXTRACT('[1]')
SELECT FIND_IN_SET('a')
SELECT MD5()
SELECT MD5(1, 2)
SELECT FIELD('a')
SELECT UUID(1)
SELECT RAND(1, 2)
SELECT nope
SELECT nope FROM users
SELECT id FROM users WHERE nope = 1
SELECT id FROM users WHERE users.nope = 1
SELECT id FROM users GROUP BY nope
SELECT id FROM users ORDER BY nope
SELECT id FROM users HAVING nope = 1
-- differs: of two faults the one that is read first is told, and FROM is read before the list
SELECT id FROM users u JOIN `lines` l ON l.nope = u.id
--> error 1054: Unknown column 'l.nope' in 'on clause'
SELECT id AS x FROM users WHERE x = 88
SELECT COUNT(nope) FROM users
SELECT id FROM nope
SELECT id FROM users, nope
SELECT id FROM xui.nope
SELECT id FROM users u, users u
SELECT id FROM users, `lines`
SELECT 1 FROM users, `lines` WHERE id = 1
SELECT 1 FROM users, `lines` ORDER BY id
SELECT 1 FROM users, `lines` GROUP BY id
SELECT (1, 2)
SELECT (SELECT 1, 2)
SELECT (SELECT id FROM users)
SELECT 1 UNION SELECT 1, 2
SELECT * UNION SELECT 1
SELECT nope(1)
SELECT id FROM users WHERE nope(id) = 1
SELECT id FROM users WHERE SUM(id) > 1
SELECT SUM(COUNT(*)) FROM users
SELECT id FROM users WHERE 1 IN (SELECT 1, 2)
SELECT 1 WHERE 1
SELECT 1 WHERE
SELECT 1 HAVING 1
SELECT 1 LIMIT 1
INSERT
INSERT INTO
INSERT INTO blocked_isps
INSERT INTO blocked_isps (isp)
INSERT INTO blocked_isps (isp VALUES ('x')
INSERT INTO blocked_isps (isp) VALUES
INSERT INTO blocked_isps (isp) VALUES ('x', 'y')
INSERT INTO blocked_isps (isp) VALUES ('x'), ('y', 1)
INSERT INTO blocked_isps (isp, isp) VALUES ('x', 'y')
INSERT INTO blocked_isps (nope) VALUES ('x')
INSERT INTO blocked_isps (isp) VALUES (nope)
INSERT INTO blocked_isps VALUES ('x')
INSERT INTO blocked_isps VALUES (1)
INSERT INTO nope (a) VALUES (1)
INSERT INTO blocked_isps SET nope = 1
INSERT INTO blocked_isps SET isp = nope
INSERT INTO blocked_isps SET isp = 1, isp = 2
INSERT INTO blocked_isps (isp) SELECT isp, blocked FROM blocked_isps
INSERT INTO blocked_isps (isp) SELECT nope FROM blocked_isps
INSERT INTO blocked_isps (isp) VALUES ('x') ON DUPLICATE KEY UPDATE nope = 1
INSERT INTO blocked_isps (isp) VALUES ('x') ON DUPLICATE KEY
INSERT blocked_ips (ip) VALUES ('198.51.100.15')
INSERT INTO blocked_ips (ip) VALUES ('CAFE')
INSERT INTO blocked_ips (ip) VALUES ('a'), ('A')
INSERT INTO blocked_ips (id, ip) VALUES (15, 'x')
INSERT INTO blocked_ips (ip) VALUES (NULL)
UPDATE
UPDATE users
UPDATE users SET
UPDATE users SET nope = 1
UPDATE users SET credits
UPDATE users SET credits = WHERE id = 1
UPDATE users SET credits = nope
UPDATE users SET credits = 1 WHERE nope = 1
UPDATE nope SET a = 1
UPDATE users SET credits = 1 ORDER BY nope
UPDATE users SET credits = 1 LIMIT 1, 2
UPDATE users u JOIN `lines` l ON l.member_id = u.id SET id = 1
UPDATE users SET username = (SELECT username FROM users)
UPDATE blocked_ips SET ip = '198.51.100.15' WHERE id = 16
UPDATE blocked_ips SET id = 15 WHERE id = 16
UPDATE blocked_ips SET id = id + 1
UPDATE blocked_ips SET ip = 'same'
DELETE
DELETE users
DELETE FROM
DELETE FROM nope
DELETE FROM users WHERE nope = 1
DELETE FROM users u WHERE u.id = 1
DELETE nope FROM users u
DELETE u FROM users
DELETE FROM users ORDER BY nope LIMIT 1
DELETE FROM users LIMIT 1, 2
DELETE FROM users USING users u WHERE u.id = 93
REPLACE INTO blocked_ips
REPLACE INTO blocked_ips (nope) VALUES (1)
SELECT 'a' = 1 COLLATE utf8_bin
-- differs: a failure by the contract, in words of its own
SELECT 1 FROM users WHERE id = ?
--> error 0: *
SELECT {1}
SELECT 1 @ 2
SELECT 1 \ 2
SELECT é
SELECT NOW(COUNT(*)) AS c0 FROM `lines` HAVING c0
SELECT NOW(id) FROM `lines`
SELECT CURTIME('3'), 1
SELECT SYSDATE(1+1)
SELECT UTC_TIMESTAMP(1.5)
SELECT NOW(2e0)
SELECT CURRENT_TIMESTAMP(-1)
SELECT NOW(NULL)
SELECT NOW((3))
SELECT NOW(0x3)
SELECT CURRENT_TIME(id), CURRENT_TIME(2)
SELECT NOW(99999999999999999999)
SELECT NOW(18446744073709551615)
SELECT CURDATE(0)
