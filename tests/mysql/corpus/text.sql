-- Functions of texts with NULL, empty, negative and out-of-range arguments.
SELECT CONCAT('a', 'b'), CONCAT('a', NULL), CONCAT('a', 1, 2.50, 1e0), CONCAT(''), CONCAT(NULL), CONCAT('é', 'ß'), CONCAT(NOW()), CONCAT(TRUE), CONCAT(-0.0)
SELECT CONCAT()
SELECT CONCAT_WS(',', 'a', 'b'), CONCAT_WS(',', 'a', NULL, 'b'), CONCAT_WS(NULL, 'a', 'b'), CONCAT_WS(',', NULL), CONCAT_WS(',', ''), CONCAT_WS('', 1, 2), CONCAT_WS(', ', '', ''), CONCAT_WS(1, 2, 3)
SELECT CONCAT_WS(',')
SELECT LENGTH('abc'), LENGTH('é'), LENGTH(''), LENGTH(NULL), LENGTH(123), LENGTH(1.50), LENGTH('a '), LENGTH(NOW())
SELECT CHAR_LENGTH('abc'), CHAR_LENGTH('é'), CHAR_LENGTH(''), CHAR_LENGTH(NULL), CHAR_LENGTH(-12)
SELECT LOWER('ABC'), LCASE('ÀÉ'), LOWER(NULL), LOWER(12), UPPER('abc'), UCASE('éß'), UPPER(''), UPPER('ÿıſ'), LOWER('İΣ'), UPPER('σς')
SELECT TRIM('  a  '), TRIM('\ta '), TRIM(LEADING 'x' FROM 'xxaxx'), TRIM(TRAILING 'x' FROM 'xxaxx'), TRIM(BOTH 'x' FROM 'xxaxx'), TRIM('x' FROM 'xax'), TRIM(LEADING FROM '  a '), TRIM(NULL), TRIM(''), TRIM('' FROM 'a'), TRIM('ab' FROM 'ababcab'), TRIM('X' FROM 'xax')
SELECT LTRIM('  a '), RTRIM(' a  '), LTRIM(NULL), RTRIM(''), LTRIM(12), CONCAT('[', RTRIM('a \t '), ']')
SELECT LEFT('abc', 2), LEFT('abc', 0), LEFT('abc', -1), LEFT('abc', 10), LEFT(NULL, 1), LEFT('abc', NULL), LEFT('été', 2), LEFT(12345, 2), LEFT('abc', '1'), LEFT('abc', 1.5)
SELECT RIGHT('abc', 2), RIGHT('abc', 0), RIGHT('abc', -1), RIGHT('abc', 10), RIGHT(NULL, 1), RIGHT('abc', NULL), RIGHT('été', 2), RIGHT(12345, 2)
SELECT SUBSTRING('abcdef', 2), SUBSTRING('abcdef', 2, 3), SUBSTRING('abcdef', -2), SUBSTRING('abcdef', -3, 2), SUBSTR('abc', 0), SUBSTR('abc', 1, 0), SUBSTR('abc', 1, -1), SUBSTRING('abc', 10), SUBSTRING('abc', -5), SUBSTRING('abc', 2, 100)
SELECT SUBSTRING('abcdef' FROM 2), SUBSTRING('abcdef' FROM 2 FOR 3), MID('abcdef', 2, 3), MID('abcdef', 3), SUBSTR('été', 2, 1), SUBSTR(NULL, 1), SUBSTR('abc', NULL), SUBSTR('abc', 1, NULL), SUBSTR(12345, 2, 2), SUBSTR('abc', '2')
SELECT SUBSTRING_INDEX('a.b.c', '.', 1), SUBSTRING_INDEX('a.b.c', '.', 2), SUBSTRING_INDEX('a.b.c', '.', -1), SUBSTRING_INDEX('a.b.c', '.', -2), SUBSTRING_INDEX('a.b.c', '.', 0), SUBSTRING_INDEX('a.b.c', '.', 10), SUBSTRING_INDEX('a.b.c', 'x', 1), SUBSTRING_INDEX('a.b.c', '', 1), SUBSTRING_INDEX(NULL, '.', 1), SUBSTRING_INDEX('aXbxc', 'x', 1), SUBSTRING_INDEX('a--b--c', '--', -1)
SELECT REPLACE('abcabc', 'b', 'X'), REPLACE('abc', 'B', 'X'), REPLACE('abc', '', 'X'), REPLACE('abc', 'b', ''), REPLACE(NULL, 'a', 'b'), REPLACE('a', NULL, 'b'), REPLACE('a', 'a', NULL), REPLACE('aaa', 'aa', 'b'), REPLACE(121, 1, 3)
SELECT LOCATE('b', 'abcb'), LOCATE('B', 'abc'), LOCATE('x', 'abc'), LOCATE('', 'abc'), LOCATE('', 'abc', 4), LOCATE('', 'abc', 5), LOCATE('b', 'abcb', 3), LOCATE('b', 'abc', 0), LOCATE('b', 'abc', -1), LOCATE(NULL, 'a'), LOCATE('a', NULL), LOCATE('a', 'a', NULL), LOCATE('té', 'été'), POSITION('b' IN 'abc')
SELECT INSTR('abcb', 'b'), INSTR('abc', 'B'), INSTR('abc', ''), INSTR('', 'a'), INSTR('', ''), INSTR(NULL, 'a'), INSTR('É', 'è'), INSTR('É', 'e'), INSTR(1234, 3), INSTR('été', 'É')
SELECT LPAD('abc', 5, 'x'), LPAD('abc', 5, 'xy'), LPAD('abc', 2, 'x'), LPAD('abc', 5, ''), LPAD('abc', -1, 'x'), LPAD('abc', 0, 'x'), LPAD(NULL, 5, 'x'), LPAD('a', NULL, 'x'), LPAD('a', 5, NULL), LPAD(7, 3, 0), LPAD('a', 3), LPAD('é', 3, 'ß')
SELECT RPAD('abc', 5, 'x'), RPAD('abc', 5, 'xy'), RPAD('abc', 2, 'x'), RPAD('abc', 5, ''), RPAD('abc', -1, 'x'), RPAD(NULL, 5, 'x'), RPAD('é', 3, 'ß'), RPAD(1.5, 5, '0')
SELECT REPEAT('ab', 3), REPEAT('ab', 0), REPEAT('ab', -1), REPEAT('', 5), REPEAT(NULL, 2), REPEAT('a', NULL), REPEAT(1, 3), REPEAT('a', '2x'), REPEAT('a', 1.5)
SELECT LENGTH(REPEAT('a', 16777216)), REPEAT('a', 16777217) IS NULL, REPEAT('ab', 2000000000) IS NULL
SELECT REVERSE('abc'), REVERSE('été'), REVERSE(''), REVERSE(NULL), REVERSE(123)
SELECT FIND_IN_SET('b', 'a,b,c'), FIND_IN_SET('B', 'a,b'), FIND_IN_SET('x', 'a,b'), FIND_IN_SET('', 'a,,b'), FIND_IN_SET('', ''), FIND_IN_SET('a', ''), FIND_IN_SET('a,b', 'a,b'), FIND_IN_SET(NULL, 'a'), FIND_IN_SET('a', NULL), FIND_IN_SET(2, '1,2,3'), FIND_IN_SET('é', 'e,f'), FIND_IN_SET('a', 'b,a '), FIND_IN_SET('', 'a,')
SELECT FIELD('b', 'a', 'b'), FIELD('B', 'a', 'b'), FIELD('x', 'a'), FIELD(NULL, NULL), FIELD('a', NULL, 'a'), FIELD(2, 1, 2, 3), FIELD('2', 1, 2), FIELD(2, '1', '2x'), FIELD('é', 'e'), FIELD(1.5, 1, 1.50)
SELECT HEX('abc'), HEX('é'), HEX(''), HEX(NULL), HEX(255), HEX(-1), HEX(1.5), HEX(2.5e0), HEX('255'), HEX(0x4142), HEX(CAST(-1 AS UNSIGNED))
SELECT MD5('abc'), MD5(''), MD5(NULL), MD5(123), MD5('é'), SHA1('abc'), SHA1(''), SHA1(NULL)
SELECT TO_BASE64('abc'), TO_BASE64(''), TO_BASE64(NULL), TO_BASE64('é'), TO_BASE64(REPEAT('a', 60)), TO_BASE64(12), CONCAT(FROM_BASE64('YWJj'), ''), FROM_BASE64('###'), FROM_BASE64(NULL), CONCAT(FROM_BASE64('YW Jj'), ''), CONCAT(FROM_BASE64(''), '')
SELECT LENGTH(UUID()), UUID() <> UUID(), UUID() REGEXP '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$'
SELECT LOWER()
SELECT LEFT('a')
SELECT REPEAT('a', 2, 3)
SELECT 'it''s', "say ""hi""", 'it\'s', "a\"b", 'a\\b', 'tab\there', 'a\%b', 'a\_b', '\a', 'a' 'b' "c", '', ""
SELECT 'line\nbreak', 'nul\0byte' = 'nul', LENGTH('\Z\b\r'), "it's", 'say "hi"'
SELECT N'abc', _utf8'abc', _utf8mb4'é', _binary'abc', N'é' = 'e'
SELECT CAST('abc' AS CHAR), CAST(12 AS CHAR), CAST(NULL AS CHAR), CAST(1.50 AS CHAR), CAST('x' AS CHAR CHARACTER SET utf8), CONVERT('é' USING utf8), CAST('ab' AS BINARY)
SELECT LEFT('abc', 1) = 'A', CONCAT('a', 'B') = 'Ab', UPPER('a') LIKE 'a', REPLACE('abc', 'b', 'é') = 'AEC'
SELECT CONCAT('a', BINARY 'b') = 'AB', LOWER(BINARY 'ABC'), UPPER(BINARY 'abc'), LENGTH(BINARY 'é'), CHAR_LENGTH(BINARY 'é'), REVERSE(BINARY 'abc'), SUBSTR(BINARY 'abc', 2), BINARY 'abc' LIKE 'ABC'
SELECT 'a' COLLATE utf8_bin = 'A', 'a' COLLATE utf8_general_ci = 'A', CONCAT('a' COLLATE utf8_bin, 'b') = 'AB', ('a' COLLATE utf8_bin) IN ('A')
SELECT 'a' COLLATE nonsense
-- differs: of two collations the stricter one is taken
SELECT 'a' COLLATE utf8_bin = 'a' COLLATE utf8_general_ci
--> {"'a' COLLATE utf8_bin = 'a' COLLATE utf8_general_ci":1}
SELECT 'a' COLLATE latin1_swedish_ci
SELECT id, CONCAT(username, ':', password) AS account, LENGTH(username), CHAR_LENGTH(username), UPPER(username), REVERSE(username) FROM `lines` ORDER BY id
SELECT id, CONCAT(username, isp_desc), CONCAT_WS('/', username, isp_desc, forced_country) FROM `lines` ORDER BY id
SELECT id, CONCAT('[', username, ']'), TRIM(username), LENGTH(TRIM(username)) FROM `lines` WHERE id = 5005
SELECT id, SUBSTRING_INDEX(contact, '@', -1) AS host, LOCATE('@', contact), LEFT(contact, LOCATE('@', contact) - 1) FROM `lines` WHERE contact <> '' ORDER BY id
SELECT id, REPLACE(bouquet, '"', ''), REPLACE(username, 'e', '3'), LPAD(id, 8, '0') FROM `lines` ORDER BY id
SELECT id, admin_notes, reseller_notes, LENGTH(admin_notes), reseller_notes LIKE '%\%%', reseller_notes LIKE '%\\\\%' FROM `lines` ORDER BY id
SELECT id, FIND_IN_SET(id, '5001,5002'), FIELD(id, 5002, 5001) FROM `lines` WHERE id < 5004 AND id > 5000 ORDER BY FIELD(id, 5002, 5001, 5003)
SELECT id, MD5(password), SHA1(username), HEX(LEFT(username, 2)), TO_BASE64(username) FROM `lines` WHERE id IN (5001, 4521) ORDER BY id
SELECT INSTR(user_agent, '/'), SUBSTRING_INDEX(user_agent, '/', 1) AS player, COUNT(*) FROM lines_activity GROUP BY player ORDER BY player
SELECT id, FORMAT(credits, 2), CONCAT('$', credits), LPAD(credits, 10, '*'), REPLACE(credits, '.', ','), LENGTH(credits) FROM users ORDER BY id
SELECT REPLACE('abc', '', NULL), REPLACE('abc', 'x', NULL), REPLACE('', '', NULL), REPLACE('abc', NULL, NULL), REPLACE(CURDATE(), '', NULL)
