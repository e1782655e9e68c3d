-- Statements that mean no good. A line `-- ALLOWED: CLASS …` says how those below it may be answered:
-- `invalid`, `refused`, `failed`, `rows` (`rows` is a success of any kind), and `slow` lets one take its whole deadline.
-- `{{N*TEXT}}` is TEXT N times; in TEXT, `\0` is a NUL byte and `\n` an end of line. No statement may change a row.

-- ALLOWED: refused invalid
SELECT 1; SELECT 2
SELECT 1; DROP TABLE lines
SELECT 1;DELETE FROM `lines`
SELECT 1;;SELECT 2
SELECT 1; -- a
 DROP TABLE users
SELECT 1;/* x */DELETE FROM users
SELECT 1;{{1*\n}}DELETE FROM users
SELECT '1'; DELETE FROM users; --'
SELECT "1"; DELETE FROM users; --"
SELECT 1 /*! ; DELETE FROM users */
SELECT 1;UPDATE users SET credits = 9999
SELECT 1;INSERT INTO users (username) VALUES ('evil')
SELECT 1;ATTACH DATABASE '/tmp/evil.db' AS evil
SELECT 1;PRAGMA writable_schema = 1
SELECT 1;BEGIN;DELETE FROM users;COMMIT
UPDATE users SET credits = 1 WHERE id = 0; DELETE FROM users
DELETE FROM users WHERE id = 0; DELETE FROM users
INSERT INTO blocked_isps (isp) SELECT 'x' FROM users WHERE 0; DROP TABLE users
SELECT 1 ; ; SELECT 1
SELECT 1;\0SELECT 2
SELECT 1{{1*\0}};SELECT 2

-- ALLOWED: refused
DROP TABLE `lines`
drop table users
DROP/**/TABLE users
/* a */DROP TABLE users
-- a
 DROP TABLE users
# a
 DROP TABLE users
/*!DROP TABLE users */
/*!50000 DROP */ TABLE users
	DROP TABLE users
CREATE TABLE evil (a INT)
CREATE TRIGGER evil AFTER INSERT ON users BEGIN SELECT 1; END
CREATE VIEW evil AS SELECT * FROM users
CREATE VIRTUAL TABLE evil USING fts5(a)
CREATE TEMP TABLE evil AS SELECT * FROM users
CREATE INDEX evil ON users (id)
ALTER TABLE users ADD COLUMN evil INT
ALTER TABLE users RENAME TO evil
TRUNCATE users
TRUNCATE TABLE `lines`
RENAME TABLE users TO evil
GRANT ALL ON *.* TO evil
REVOKE ALL ON *.* FROM root
SET GLOBAL general_log = 1
SET @a = 1
SET PASSWORD = 'x'
USE mysql
LOCK TABLES users WRITE
UNLOCK TABLES
CALL evil()
DO SLEEP(100)
HANDLER users OPEN
LOAD DATA INFILE '/etc/passwd' INTO TABLE users
PREPARE s FROM 'DELETE FROM users'
EXECUTE s
EXECUTE IMMEDIATE 'DELETE FROM users'
BEGIN
START TRANSACTION
COMMIT
ROLLBACK
SAVEPOINT a
KILL 1
FLUSH TABLES
RESET MASTER
OPTIMIZE TABLE users
ANALYZE TABLE users
CHECK TABLE users
REPAIR TABLE users
INSTALL PLUGIN evil SONAME 'evil.so'
UNINSTALL PLUGIN evil
SHUTDOWN
XA START 'x'
ATTACH DATABASE '/etc/passwd' AS evil
ATTACH '/tmp/evil.db' AS evil
DETACH evil
PRAGMA table_info(users)
PRAGMA journal_mode = OFF
VACUUM
VACUUM INTO '/tmp/evil.db'
REINDEX
DROP TABLE users; SELECT 1
SELECT * FROM mysql.user
SELECT * FROM information_schema.tables
SELECT * FROM INFORMATION_SCHEMA.COLUMNS
SELECT * FROM performance_schema.threads
SELECT * FROM sys.version
SELECT * FROM `mysql`.`user`
SELECT * FROM main.users
SELECT * FROM temp.users
SELECT 1 FROM users JOIN mysql.user
SELECT (SELECT COUNT(*) FROM mysql.user)
SELECT * FROM users WHERE id IN (SELECT user FROM mysql.user)
SELECT * FROM (SELECT * FROM information_schema.tables) t
SELECT 1 UNION SELECT table_name FROM information_schema.tables
DELETE FROM mysql.user
UPDATE mysql.user SET password = ''
INSERT INTO mysql.user VALUES (1)
INSERT INTO blocked_isps (isp) SELECT user FROM mysql.user
SELECT LOAD_FILE('/etc/passwd')
SELECT load_file(0x2f6574632f706173737764)
SELECT LOAD_FILE(CONCAT('/etc', '/passwd'))
SELECT SLEEP(10)
SELECT sleep(0)
SELECT 1 FROM users WHERE SLEEP(5)
SELECT BENCHMARK(1000000, MD5('a'))
SELECT GET_LOCK('a', 10)
SELECT RELEASE_LOCK('a')
SELECT SYS_EXEC('id')
SELECT SYS_EVAL('id')
SELECT IF(1, SLEEP(5), 0)
SELECT (SELECT SLEEP(5))
UPDATE users SET credits = SLEEP(5)
DELETE FROM users WHERE SLEEP(5)
INSERT INTO blocked_isps (isp) VALUES (LOAD_FILE('/etc/passwd'))
SELECT @@version
SELECT @@global.secure_file_priv
SELECT @a
SELECT @a := 1
SELECT 1 FROM users WHERE @a = 1
SELECT @@datadir, 1
UPDATE users SET credits = @a
SELECT 1 INTO OUTFILE '/tmp/evil'
SELECT * FROM users INTO OUTFILE '/tmp/evil'
SELECT * INTO OUTFILE '/tmp/evil' FROM users
SELECT '<?php' INTO DUMPFILE '/tmp/evil.php'
SELECT 1 INTO @a
SELECT * FROM users FOR UPDATE
SELECT * FROM users LOCK IN SHARE MODE
SHOW DATABASES
SHOW VARIABLES
SHOW GRANTS
SHOW PROCESSLIST
SHOW CREATE TABLE users
SHOW STATUS
SHOW INDEX FROM users
EXPLAIN SELECT * FROM users
DESCRIBE SELECT 1
EXPLAIN DELETE FROM users

-- ALLOWED: refused failed
SELECT * FROM linecard_settings
SELECT * FROM linecard_audit
SELECT * FROM `linecard_access`
SELECT * FROM LINECARD_SETTINGS
SELECT * FROM xui.linecard_settings
SELECT value FROM users, linecard_settings
SELECT (SELECT value FROM linecard_settings LIMIT 1)
SELECT * FROM users WHERE id IN (SELECT id FROM linecard_totals)
WITH t AS (SELECT * FROM linecard_settings) SELECT * FROM t
SELECT 1 UNION SELECT value FROM linecard_settings
DELETE FROM linecard_audit
DELETE FROM linecard_settings
UPDATE linecard_settings SET value = 'x'
UPDATE linecard_access SET version = 0
INSERT INTO linecard_settings (name, value) VALUES ('a', 'b')
REPLACE INTO linecard_settings (name, value) VALUES ('a', 'b')
INSERT INTO blocked_isps (isp) SELECT value FROM linecard_settings
UPDATE users u JOIN linecard_settings s ON 1 SET u.notes = s.value
DELETE u FROM users u JOIN linecard_settings s ON 1
DESCRIBE linecard_settings
SHOW COLUMNS FROM linecard_audit
SELECT * FROM sqlite_master
SELECT * FROM sqlite_schema
SELECT * FROM SQLITE_MASTER
SELECT * FROM `sqlite_sequence`
SELECT * FROM main.sqlite_master
SELECT name FROM sqlite_temp_master
SELECT name FROM users, sqlite_master
SELECT (SELECT name FROM sqlite_master LIMIT 1)
DELETE FROM sqlite_sequence
UPDATE sqlite_sequence SET seq = 1
INSERT INTO sqlite_master VALUES (1, 2, 3, 4, 5)
SELECT * FROM pragma_table_info
SELECT * FROM dbstat
SELECT * FROM json_each
SELECT * FROM generate_series
DESCRIBE sqlite_master

-- ALLOWED: invalid refused failed
SELECT * FROM pragma_table_info('users')
SELECT * FROM pragma_database_list()
SELECT * FROM json_each('[1,2]')
SELECT * FROM generate_series(1, 1000000000)
SELECT * FROM users, json_each(users.override_packages)
SELECT load_extension('/tmp/evil.so')
SELECT sqlite_version()
SELECT sqlite_source_id()
SELECT sqlite_compileoption_get(1)
SELECT randomblob(100)
SELECT zeroblob(1000000000)
SELECT quote('x')
SELECT typeof(1)
SELECT printf('%s', 'x')
SELECT writefile('/tmp/evil', 'x')
SELECT readfile('/etc/passwd')
SELECT edit('x')
SELECT fts3_tokenizer('simple')
SELECT last_insert_rowid()
SELECT changes()
SELECT total_changes()
SELECT group_concat(id, '|') OVER win FROM users WINDOW win AS ()
SELECT json_each('[1]')
SELECT glob('*', 'a')
SELECT likelihood(1, 0.5)
SELECT unicode('a')
SELECT iif(1, 2, 3)
SELECT ifnull(1, 2, 3)
SELECT total(id) FROM users
SELECT julianday('now')
SELECT strftime('%s', 'now')
SELECT datetime('now')
SELECT m_concat('a', 'b')
SELECT m_store(1, 2)
SELECT first_row(id) FROM users
SELECT fold('A')
SELECT RAISE(ABORT, 'x')
SELECT RAISE(IGNORE)
SELECT rowid FROM users
SELECT _rowid_ FROM users
SELECT oid FROM users
SELECT id FROM users WHERE username GLOB '*'
SELECT id FROM users WHERE username MATCH 'x'
SELECT id FROM users WHERE id NOTNULL
SELECT id FROM users WHERE id ISNULL
SELECT id FROM users WHERE id IS NOT 5
SELECT id FROM users WHERE id IS DISTINCT FROM 5
SELECT id FROM users NOT INDEXED
SELECT id FROM users INDEXED BY users_username
SELECT CAST(1 AS TEXT)
SELECT CAST(1 AS BLOB)
SELECT id FROM users LIMIT 1 OFFSET
SELECT id FROM users ORDER BY id NULLS FIRST
SELECT id FROM users ORDER BY username COLLATE NOCASE
SELECT id FROM users ORDER BY username COLLATE general_ci
SELECT COUNT(*) FILTER (WHERE id > 1) FROM users
SELECT [id] FROM users
SELECT id FROM users WHERE id = ?1
SELECT id FROM users WHERE id = :id
SELECT id FROM users WHERE id = $id
SELECT id FROM users WHERE id = ?
INSERT OR REPLACE INTO users (id) VALUES (1)
INSERT OR IGNORE INTO users (id) VALUES (1)
INSERT INTO users DEFAULT VALUES
INSERT INTO users (id) VALUES (1) ON CONFLICT DO NOTHING
INSERT INTO users (id) VALUES (1) RETURNING *
UPDATE OR REPLACE users SET id = 1
UPDATE users SET credits = 1 RETURNING *
UPDATE users SET (id, username) = (1, 'x')
UPDATE users SET credits = 1 FROM `lines`
DELETE FROM users RETURNING *
DELETE FROM users INDEXED BY x
DELETE FROM users WHERE id = 1 AND
UPDATE users SET credits = ((SELECT
SELECT * FROM users WHERE id = 1 OR
SELECT x FROM (VALUES (1)) AS t (x)
WITH RECURSIVE t AS MATERIALIZED (SELECT 1) SELECT * FROM t
WITH t AS (DELETE FROM users RETURNING *) SELECT * FROM t
WITH t AS (SELECT 1) DELETE FROM users
SELECT id FROM users UNION SELECT
SELECT * FROM users PROCEDURE ANALYSE()
TABLE users
VALUES ROW(1, 2)
MERGE INTO users USING `lines` ON 1
EXEC xp_cmdshell 'id'
COPY users TO '/tmp/evil'
HELP
SOURCE /etc/passwd
\! id
DELIMITER //
SIGNAL SQLSTATE '45000'
GET DIAGNOSTICS @a = NUMBER
CACHE INDEX users IN x
PURGE BINARY LOGS
STOP SLAVE
CHANGE MASTER TO MASTER_HOST = 'x'
BACKUP STAGE START
IMPORT TABLE FROM 'x'
CLONE LOCAL DATA DIRECTORY '/tmp/evil'
DEALLOCATE PREPARE s
RELEASE SAVEPOINT a
END
ABORT

-- ALLOWED: invalid refused failed rows
SELECT 'DROP TABLE users'
SELECT 1 AS `DROP TABLE users`
SELECT 1 /* ; DROP TABLE users */
SELECT 1 -- ; DROP TABLE users
SELECT 1 # ; DROP TABLE users
SELECT 'a'';DROP TABLE users;--'
SELECT 'a\';DROP TABLE users;--'
SELECT "a\";DROP TABLE users;--"
SELECT `a``;DROP TABLE users`
SELECT 'a\\'';'
SELECT '{{1*\0}}'
SELECT 'a{{1*\0}}b'
SELECT 1{{1*\0}}
SELECT{{1*\0}}1
{{1*\0}}SELECT 1
SELECT `a{{1*\0}}b`
SELECT 1 AS 'a{{1*\0}}'
SELECT id FROM users WHERE username = 'a{{1*\0}}b'
SELECT CONCAT('a', '\0', 'b'), LENGTH('\0')
SELECT 0x00, x'00', HEX('\0')
SELECT 0xFFFE, x'C328', CONCAT(0xFF, 'a'), UPPER(0xFF)
SELECT 1 + 1
SELECT 1
SELECT　1
SELECT‎1
SELECT ʼaʼ
SELECT ＇a＇
SELECT ‘a’
SELECT 1 ﹔ SELECT 2
SELECT '\u0027; DROP TABLE users'
SELECT 0x27204f522031
SELECT CONCAT(0x44524f50, ' TABLE users')
SELECT username FROM users WHERE username = '' OR '1'='1' LIMIT 1
SELECT username FROM users WHERE username = '' OR 1=1 -- ' AND password = ''
SELECT 😀
SELECT '😀' = '😁'
SELECT '😀' AS `😀`
SELECT 1 AS `a"b'c`
SELECT 1 AS "a`b"
SELECT 'unended
SELECT "unended
SELECT `unended
SELECT /* unended
SELECT x'zz'
SELECT 0x
SELECT b'2'
SELECT 1e
SELECT 1e999
SELECT -1e999
SELECT 9{{400*9}}
SELECT 0.{{400*9}}
SELECT 1{{5000*0}}
SELECT .{{100*.}}
SELECT {{200*-}}1
SELECT {{200*- }}1
SELECT {{500*!}}1
SELECT {{500*~}}1
SELECT {{300*NOT }}1
SELECT {{300*BINARY }}'a'
SELECT {{100*(}}1{{100*)}}
SELECT {{10000*(}}1{{10000*)}}
SELECT {{10000*(}}
SELECT {{200*(SELECT }}1{{200*)}}
SELECT {{5000*(SELECT }}1
SELECT {{200*IF(1,}}1{{200*,0)}}
SELECT {{2000*ABS(}}1{{2000*)}}
SELECT {{150*CASE WHEN 1 THEN }}1{{150* END}}
SELECT {{3000*CASE WHEN 1 THEN }}1
SELECT 1{{800*+1}}
SELECT 1{{5000*+1}}
SELECT 1{{5000* AND 1}}
SELECT 1{{20000* OR 0}}
SELECT 1{{2000* XOR 1}}
SELECT 1{{2000* = 1}}
SELECT 1{{2000* BETWEEN 0 AND 1}}
SELECT 1{{2000* IN (1)}}
SELECT 'a'{{2000* LIKE 'a'}}
SELECT 1{{2000* COLLATE utf8_bin}}
SELECT 1{{2000* IS NULL}}
SELECT 1{{3000*,1}}
SELECT {{3000*1 AS a,}}1
SELECT 1{{600* UNION SELECT 1}}
SELECT 1{{600* UNION ALL SELECT 1}}
SELECT 1 IN (0{{30000*,1}})
SELECT 1 FROM users a{{70*, users}}
SELECT 1 FROM {{200*(}}users{{200*)}}
SELECT * FROM {{150*(SELECT * FROM }}users{{150*) t}}
SELECT COUNT(*) FROM users WHERE {{100*id IN (SELECT id FROM users WHERE }}1{{100*)}}
SELECT {{2000*a.}}a
SELECT {{70000*a}}
SELECT `{{70000*a}}`
SELECT 1 AS `{{70000*a}}`
SELECT '{{100000*a}}' LIKE '{{1000*%a}}b'
SELECT {{100000* }}1
SELECT {{20000*/**/}}1
SELECT 1{{100000*;}}
{{200000*;}}
{{200000*(}}
{{100000*SELECT }}
{{100000*'}}
{{100000*`}}
{{100000*/*}}
{{100000*\n}}SELECT 1
SELECT 1{{1100000* }}
SELECT '{{1100000*x}}'
SELECT {{100000*1,}}1
SELECT 1 ORDER BY 1{{3000*,1}}
SELECT 1 FROM users GROUP BY id{{3000*,id}}
SELECT CONCAT('a'{{3000*,'a'}})
SELECT COALESCE(NULL{{3000*,NULL}})
SELECT GREATEST(1{{3000*,2}})
SELECT JSON_ARRAY(1{{3000*,2}})
SELECT REPEAT('a', 2147483647)
SELECT REPEAT('a', 16777216) = REPEAT('b', 16777216)
SELECT LENGTH(REPEAT(REPEAT(REPEAT('a', 10000), 10000), 10000))
SELECT LENGTH(CONCAT(REPEAT('a', 16000000), REPEAT('b', 16000000)))
SELECT {{40*LENGTH(REPEAT('a', 16000000)),}}1
SELECT LENGTH(REPLACE(REPEAT('a', 16000000), 'a', 'aaaaaaaaaa'))
SELECT LENGTH({{20*REPLACE(}}REPEAT('a', 1000000){{20*, 'a', 'aa')}})
SELECT LPAD('a', 2147483647, 'b') IS NULL
SELECT RPAD('a', -2147483648, 'b') IS NULL
SELECT LENGTH(LPAD('', 16000000, 'xyz'))
SELECT LENGTH(TO_BASE64(REPEAT('a', 16000000)))
SELECT LENGTH(HEX(REPEAT('a', 16000000)))
SELECT LENGTH(HEX(HEX(HEX(REPEAT('a', 4000000)))))
SELECT LENGTH(REVERSE(UPPER(REPEAT('é', 5000000))))
SELECT MD5(REPEAT('a', 16000000)), SHA1(REPEAT('a', 16000000))
SELECT FIND_IN_SET('b', REPEAT('a,', 5000000))
SELECT LOCATE(CONCAT(REPEAT('a', 5000), 'b'), REPEAT('a', 1000000))
SELECT INSTR(REPEAT('a', 1000000), CONCAT(REPEAT('a', 5000), 'b'))
SELECT SUBSTRING_INDEX(REPEAT('a,', 5000000), ',', -2500000) IS NULL
SELECT REPEAT('a', 50000) LIKE '{{200*%a}}%b'
SELECT REPEAT('a', 100000) LIKE '%_%_%_%_%_%b'
SELECT REPEAT('a', 30) REGEXP '^(a+)+$b'
SELECT REPEAT('a', 50000) REGEXP '^(a|aa)+$b'
SELECT 'a' REGEXP '{{1000*(}}a{{1000*)}}'
SELECT 'a' REGEXP 'a{1000}{1000}{1000}'
SELECT 'a' REGEXP '(?=a)'
SELECT 'a' REGEXP '(a)\\1'
SELECT REPEAT('a', 1000000) REGEXP 'a*a*a*a*a*b'
SELECT 'a' REGEXP '{{50000*a|}}b'
SELECT 'a' REGEXP '[[:nonsense:]]'
SELECT 'a' REGEXP '\0'
SELECT LENGTH(GROUP_CONCAT(REPEAT('a', 1000000))) FROM users a, users b
SELECT LENGTH(GROUP_CONCAT(REPEAT('a', 1000000))) FROM users a, users b, users c
SELECT LENGTH(GROUP_CONCAT(a.username, b.username, c.username, d.username)) FROM users a, users b, users c, users d
SELECT LENGTH(JSON_ARRAYAGG(REPEAT('a', 1000000))) FROM users a, users b
SELECT REPEAT('a', 1000000) FROM users a, users b, users c
SELECT JSON_VALID('{{50000*[}}{{50000*]}}')
SELECT JSON_LENGTH('{{50000*[}}{{50000*]}}')
SELECT JSON_EXTRACT('{{5000*[}}1{{5000*]}}', '$')
SELECT JSON_EXTRACT('{{40*{"a":}}1{{40*}}}', '$**.a')
SELECT JSON_EXTRACT('[1]', '${{10000*[0]}}')
SELECT JSON_EXTRACT('[1]', '${{1000***.a}}')
SELECT JSON_VALID(REPEAT('{"a":', 100000))
SELECT JSON_CONTAINS(CONCAT('[', REPEAT('1,', 200000), '1]'), CONCAT('[', REPEAT('1,', 1000), '2]'))
SELECT JSON_SEARCH(CONCAT('[', REPEAT('"a",', 100000), '"b"]'), 'all', '%')
SELECT LENGTH(JSON_ARRAY({{100*REPEAT('"', 100000),}}1))
SELECT {{100*JSON_ARRAY(}}1{{100*)}}
SELECT JSON_SET('[]', '$[999999999999]', 1)
SELECT JSON_EXTRACT('[1]', '$[999999999999999999999]')
SELECT JSON_UNQUOTE('"\\ud800"')
SELECT JSON_OBJECT(REPEAT('k', 1000000), REPEAT('v', 1000000)) IS NULL
SELECT DATE_FORMAT(NOW(), REPEAT('%W', 100000)) IS NULL
SELECT STR_TO_DATE(REPEAT('1', 100000), REPEAT('%d', 100000))
SELECT DATE_ADD(NOW(), INTERVAL 9223372036854775807 YEAR)
SELECT DATE_ADD(NOW(), INTERVAL -9223372036854775808 SECOND)
SELECT FROM_UNIXTIME(9223372036854775807), FROM_UNIXTIME(1e300)
SELECT SEC_TO_TIME(1e300), SEC_TO_TIME(-9223372036854775808)
SELECT DATE(99999999999999999999), DATE(REPEAT('9', 100000))
SELECT FORMAT(1e300, 1000), FORMAT(1, 2147483647), FORMAT(-1, -2147483648)
SELECT ROUND(1, 9223372036854775807), ROUND(1.5, -9223372036854775808), TRUNCATE(1e300, 300)
SELECT CAST(REPEAT('9', 100000) AS DECIMAL(65, 30))
SELECT CAST(REPEAT('9', 100000) AS SIGNED), REPEAT('9', 100000) + 0
SELECT -9223372036854775808 DIV -1
SELECT -9223372036854775808 % -1
SELECT ABS(-9223372036854775808)
SELECT 1 << 9223372036854775807, 1 >> -1, ~0 << 64
SELECT POW(0, -1)
SELECT POW(1e308, 1e308)
SELECT SUBSTR('abc', -9223372036854775808, 9223372036854775807), LEFT('a', 9223372036854775807)
SELECT REPEAT('a', -9223372036854775808), REPEAT('', 9223372036854775807)
SELECT id FROM users LIMIT 18446744073709551616
SELECT id FROM users LIMIT 9223372036854775807 OFFSET 9223372036854775807
SELECT id FROM users WHERE id = 99999999999999999999999999999999999999
SELECT id FROM users ORDER BY 99999999999999999999
WITH RECURSIVE t AS (SELECT 1 AS a) SELECT * FROM t
WITH RECURSIVE t AS (SELECT * FROM t) SELECT * FROM t
WITH a AS (SELECT * FROM b), b AS (SELECT * FROM a) SELECT * FROM a
WITH t AS (SELECT 1){{100*, t AS (SELECT 1)}} SELECT 1
UPDATE users SET credits = credits WHERE id IN (SELECT id FROM users{{60* WHERE id IN (SELECT id FROM users}}{{61*)}}
DELETE FROM users WHERE id = 0 AND username LIKE '{{10000*%a}}'
UPDATE users SET notes = REPEAT('a', 16777217) WHERE id = 0
UPDATE users SET notes = notes, notes = {{100*CONCAT(notes, }}notes{{100*)}} WHERE id = 0
SHOW TABLES LIKE '{{10000*%}}'
SHOW COLUMNS FROM `{{10000*a}}`
DESCRIBE `users'; DROP TABLE users; --`

-- ALLOWED: failed rows slow
WITH RECURSIVE t AS (SELECT 1 AS a UNION ALL SELECT a + 1 FROM t) SELECT COUNT(*) FROM t
SELECT COUNT(*) FROM streams a, streams b, streams c, streams d, streams e, streams f, streams g, streams h, streams i, streams j
INSERT INTO blocked_isps (isp) SELECT 'x' FROM streams a, streams b, streams c, streams d, streams e, streams f, streams g, streams h, streams i WHERE a.id < 0 AND b.id + c.id + d.id + e.id + f.id + g.id + h.id + i.id < 0 AND MD5(a.id + b.id + c.id) = 'x'
