-- Names: case, back quotes, schema, reserved words, version comments.
SELECT ID, UserName FROM USERS WHERE Id = 88
SELECT `id` FROM `xui`.`users` WHERE `users`.`id` = 88
SELECT id FROM XUI.users WHERE id = 88
SELECT U.ID FROM users u WHERE u.Id = 88
SELECT x.id FROM users AS X WHERE X.id = 88
SELECT `groups`, type FROM access_codes WHERE id = 3
SELECT access_codes.groups FROM access_codes WHERE id = 3
SELECT `order`, s.order FROM streams s WHERE id = 10
-- differs: words are names here wherever the grammar allows
SELECT data, `offset`, offset FROM epg
--> {"data":"{}","offset":0}
SELECT date, notes FROM blocked_ips WHERE id = 15
SELECT type, status, date FROM login_logs
SELECT `similar`, `cast`, s.cast FROM streams_series s
SELECT owner, action, type FROM users_logs WHERE id = 1
SELECT `year`, year FROM streams WHERE id = 101
-- differs: `lines` is a reserved word of MariaDB, the contract takes it bare
SELECT id FROM lines WHERE id = 5001
--> {"id":5001}
-- differs: `lines` is a reserved word of MariaDB, the contract takes it bare
SELECT lines.id FROM lines WHERE lines.id = 5001
--> {"id":5001}
SELECT xui.lines.id FROM xui.lines WHERE id = 5001
-- differs: `groups` is read as a name here
SELECT groups FROM access_codes WHERE id = 3
--> {"groups":"[2,3]"}
SELECT 1 AS end, 2 AS status, 3 AS date, 4 AS type, 5 AS value
-- differs: words are names here wherever the grammar allows
SELECT 1 AS order
--> {"order":1}
SELECT 1 AS select
-- differs: words are names here wherever the grammar allows
SELECT id key FROM users WHERE id = 88
--> {"key":88}
SELECT `u`.`id` FROM users `u` WHERE `u`.id = 88
SELECT `nope` FROM users
SELECT `users`.`nope` FROM users
SELECT id FROM `no such`
-- differs: another schema is refused
SELECT id FROM nope.nope
--> refused
SELECT /*!50000 1 */ + 1
SELECT /*!99999 1 */ + 1
SELECT /*!50700 1 + */ 1
SELECT /*!100100 1 + */ 1
-- differs: the contract reads versions up to 101199, the server up to its own
SELECT /*!101199 1 + */ 1
--> {"1 +  1":2}
SELECT /*!101200 1 + */ 1
SELECT /*M! 1 + */ 1
SELECT /*M!100000 1 + */ 1
SELECT /*! 1 + */ 1
SELECT 1 /* unended
/* first */ SELECT 1
# first
 SELECT 1
SELECT 1--1
SELECT 1 --1
SELECT 1 -- 1
SELECT 5 /* a /* nested */ + 1
SELECT 'a /* b */ # c -- d'
SELECT DATABASE(), LAST_INSERT_ID()
-- differs: the contract gives a fixed version
SELECT VERSION()
--> {"VERSION()":"10.11.6-MariaDB"}
SELECT USER() LIKE '%@%'
SELECT count(*) FROM users
-- differs: a space before the bracket is accepted here
SELECT COUNT (*) FROM users
--> {"COUNT (*)":6}
-- differs: a space before the bracket is accepted here
SELECT SUM (id) FROM users
--> {"SUM (id)":455}
SELECT LOWER ('A'), CONCAT ('a', 'b'), IF (1, 2, 3)
SELECT 1 FROM DUAL
SELECT 1 FROM DUAL WHERE 1 = 0
SELECT *
SELECT id, * FROM blocked_isps
SELECT *, id FROM blocked_isps
