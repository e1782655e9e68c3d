-- Comparisons of every pair of types, NULL, IN, BETWEEN, LIKE, REGEXP.
SELECT 1 = 1, 1 = 2, 1 <> 2, 1 != 1, 1 < 2, 2 <= 2, 3 > 2, 2 >= 3
SELECT NULL = NULL, NULL <=> NULL, 1 <=> NULL, NULL <> 1, NULL < 1, NULL IS NULL, 1 IS NOT NULL
SELECT 1 IS TRUE, 0 IS TRUE, NULL IS TRUE, NULL IS NOT TRUE, 0 IS FALSE, NULL IS UNKNOWN, 'a' IS TRUE, '1a' IS TRUE
SELECT 'a' = 'A', 'a' = 'a ', 'a' = ' a', 'a' < 'B', 'é' = 'e', 'É' = 'e', 'ß' = 's', 'ß' = 'ss', 'ñ' = 'N'
SELECT 'Й' = 'И', 'й' = 'Й', 'ё' = 'е', 'Ä' = 'a', 'Æ' = 'AE', 'œ' = 'oe', 'ø' = 'o', 'ł' = 'l', 'đ' = 'd'
SELECT BINARY 'a' = 'A', BINARY 'a' = 'a', BINARY 'a' = 'a ', 'a' COLLATE utf8_bin = 'A', 'a' COLLATE utf8_bin = 'a ', 'é' COLLATE utf8_bin = 'e'
SELECT 'a' COLLATE utf8mb3_general_ci = 'A', 'a' = 'A' COLLATE utf8mb3_bin
SELECT 1 = '1', 1 = '1x', 1 = '01', 0 = 'abc', 0 = '', 1 = ' 1', 1 = '1.0', '1' = '1.0', '0x1' = 1, '1e1' = 10
SELECT 1 < '2x', 10 > '9', '10' > '9', 10 > '9a', '10' > 9, 'b' > 0
SELECT 1.5 = '1.5', 0.1 = '0.1', 0.3 = 0.1e0 + 0.2e0, 1e0 = 1, 9007199254740993 = 9007199254740992
-- differs: a number and a text compare as doubles, as the contract says (10.6)
SELECT 9007199254740993 = '9007199254740992' AS v
--> {"v":1}
SELECT 18446744073709551615 = -1, 18446744073709551615 > 0, CAST(-1 AS UNSIGNED) > -1, ~0 = 18446744073709551615
SELECT TRUE = 1, 2 = TRUE, 'true' = TRUE, 1 = 1 = 1, 3 > 2 > 1, 5 BETWEEN 1 AND 10 = 1
SELECT 1 IN (1, 2), 3 IN (1, 2), NULL IN (1), 1 IN (NULL), 1 IN (1, NULL), 1 NOT IN (2, NULL), 1 NOT IN (2, 3)
SELECT 'a' IN ('A', 'b'), 'a' IN (0, 'b'), '1' IN (1, 'x'), 1 IN ('1x', 'a'), 'a' IN (1, 2), 0 IN ('a'), 1.0 IN (1), 'é' IN ('e')
SELECT 5 BETWEEN 1 AND 10, 5 BETWEEN 10 AND 1, 5 NOT BETWEEN 1 AND 10, NULL BETWEEN 1 AND 2, 1 BETWEEN NULL AND 2, 5 BETWEEN NULL AND 2, 1 BETWEEN 0 AND NULL
SELECT '5' BETWEEN '10' AND '6', '5' BETWEEN 1 AND 10, 5 BETWEEN '1' AND '10', 'b' BETWEEN 'A' AND 'C', '9' BETWEEN 1 AND '10'
SELECT 'abc' LIKE 'a%', 'ABC' LIKE 'a%', 'abc' LIKE 'a_c', 'abc' LIKE 'abc ', 'abc ' LIKE 'abc', 'abc' LIKE '', '' LIKE '', '' LIKE '%', NULL LIKE 'a', 'a' LIKE NULL
SELECT 'a%c' LIKE 'a\%c', 'abc' LIKE 'a\%c', 'a_c' LIKE 'a\_c', 'abc' LIKE 'a\_c', 'a%' LIKE 'a|%' ESCAPE '|', 'ab' LIKE 'a|%' ESCAPE '|', 'a\\b' LIKE 'a\\\\b', 'a' LIKE 'A' COLLATE utf8_bin
SELECT 'été' LIKE 'ete', 'ÉTÉ' LIKE '_t_', 'straße' LIKE 'strase', 'a\nb' LIKE 'a%b', 123 LIKE '1%', 1.5 LIKE '1.5', 1.50 LIKE '1.5', 'abc' NOT LIKE 'b%', 'x' NOT LIKE NULL
SELECT 'abc' LIKE BINARY 'ABC', BINARY 'abc' LIKE 'A%', 'a' LIKE 'a' ESCAPE ''
SELECT 'abc' REGEXP '^a', 'ABC' REGEXP 'b', 'abc' RLIKE 'c$', 'abc' NOT REGEXP 'x', 'abc' REGEXP NULL, NULL REGEXP 'a', 'é' REGEXP 'e', 'É' REGEXP 'é', 'abc' REGEXP '', 'a.c' REGEXP 'a\\.c', 'abc' REGEXP '[[:alpha:]]{3}', '12' REGEXP '^[0-9]+$'
SELECT 'abc' REGEXP 'a|x', BINARY 'ABC' REGEXP 'abc', 'a\nb' REGEXP '^b', 'a\nb' REGEXP 'a.b', '4521' REGEXP '45(21)?', 12 REGEXP '2'
SELECT 'a' REGEXP '('
SELECT 'a' REGEXP '*'
SELECT 'a' REGEXP '[z-a]'
SELECT 1 AND 1, 1 AND 0, 1 AND NULL, 0 AND NULL, NULL AND NULL, 1 && 1
SELECT 1 OR 0, 0 OR NULL, 1 OR NULL, NULL OR NULL, 0 || 1, 'a' || 'b', '1' || 0
SELECT 1 XOR 1, 1 XOR 0, NULL XOR 1, 0 XOR 0, 'a' XOR 1
SELECT NOT 1 = 2, NOT (1 = 2), NOT 1 AND 0, NOT NULL IS NULL, NOT 0 IS NULL
SELECT 1 OR 0 AND 0, (1 OR 0) AND 0, 1 XOR 1 OR 1, 1 OR 1 XOR 1, 0 XOR 1 AND 0
SELECT 2 = 1 BETWEEN 0 AND 2, 1 = 1 IN (1), 1 IS NULL = 0, 'a' = 'a' LIKE 1
SELECT 'x' AND 1, '1' AND 1, 'a' OR '0.5', 0.4 AND 1, 0e0 OR 0.0, '0.0' OR 0
SELECT (1, 2) = (1, 2), (1, 2) < (1, 3), (1, NULL) = (1, 2), (1, 2) IN ((1, 2), (3, 4)), (1, NULL) <=> (1, NULL)
SELECT (1, 2) = (1, 2, 3)
SELECT (1, 2)
-- differs: in the words of all other operators
SELECT 1 = (1, 2)
--> error 1241: Operand should contain 1 column(s)
SELECT id FROM `lines` WHERE id = '4521'
SELECT id FROM `lines` WHERE id = '4521abc'
SELECT id FROM `lines` WHERE id = 'abc'
SELECT id FROM `lines` WHERE username = 4521 ORDER BY id
SELECT id FROM `lines` WHERE username = 0 ORDER BY id
SELECT id FROM `lines` WHERE username = 12 ORDER BY id
SELECT id FROM `lines` WHERE username = 'EMILE' ORDER BY id
SELECT id FROM `lines` WHERE username = 'émile' ORDER BY id
SELECT id FROM `lines` WHERE username = 'emile ' ORDER BY id
SELECT id FROM `lines` WHERE username LIKE 'emile' ORDER BY id
SELECT id FROM `lines` WHERE username LIKE 'emile ' ORDER BY id
SELECT id FROM `lines` WHERE BINARY username = 'emile'
SELECT id FROM `lines` WHERE username COLLATE utf8_bin = 'Émile'
SELECT id FROM `lines` WHERE username = 'strase'
SELECT id FROM `lines` WHERE username = 'trial 2'
SELECT id FROM `lines` WHERE username LIKE 'trial 2'
SELECT id FROM `lines` WHERE username LIKE 'trial_2%' ORDER BY id
SELECT id FROM `lines` WHERE username LIKE 'trial\_%' ORDER BY id
SELECT id FROM `lines` WHERE username IN ('emile', 'UNAL', 'nobody') ORDER BY id
SELECT id FROM `lines` WHERE username NOT IN ('emile', 'customer4521') ORDER BY id
SELECT id FROM `lines` WHERE username > 'm' ORDER BY id
SELECT id FROM `lines` WHERE username BETWEEN 'e' AND 'f' ORDER BY id
SELECT id FROM `lines` WHERE username REGEXP '^[0-9]' ORDER BY id
SELECT id FROM `lines` WHERE username REGEXP 'emile' ORDER BY id
SELECT id FROM `lines` WHERE isp_desc = 'orange' ORDER BY id
SELECT id FROM `lines` WHERE isp_desc <> 'orange' ORDER BY id
SELECT id FROM `lines` WHERE NOT isp_desc <=> 'orange' ORDER BY id
SELECT id FROM `lines` WHERE isp_desc IS NULL ORDER BY id
SELECT id FROM `lines` WHERE isp_desc = '' ORDER BY id
SELECT id FROM `lines` WHERE member_id ORDER BY id
SELECT id FROM `lines` WHERE NOT member_id ORDER BY id
SELECT id FROM `lines` WHERE username ORDER BY id
SELECT id FROM `lines` WHERE max_connections > 1 XOR is_trial ORDER BY id
SELECT id FROM users WHERE credits = 123.45
SELECT id FROM users WHERE credits = '123.450'
SELECT id FROM users WHERE credits < 0.02 ORDER BY id
SELECT id FROM users WHERE credits IN (50, 0.01) ORDER BY id
SELECT id FROM users WHERE credits BETWEEN 0 AND 100 ORDER BY id
SELECT id FROM users WHERE credits LIKE '%.00' ORDER BY id
SELECT activity_id FROM lines_activity WHERE divergence = 0.1
SELECT activity_id FROM lines_activity WHERE divergence > 0.15 ORDER BY activity_id
SELECT activity_id FROM lines_activity WHERE isp = 'orange' ORDER BY activity_id
SELECT id FROM streams WHERE stream_display_name = 'heat' ORDER BY id
SELECT id FROM streams WHERE stream_display_name LIKE '%\%%'
SELECT id FROM streams WHERE rating = 8.3 ORDER BY id
SELECT id FROM streams WHERE (type, year) = (2, 2001)
SELECT id FROM streams WHERE (type, year) IN (SELECT type, year FROM streams WHERE year > 2000) ORDER BY id
