-- JSON functions over literals and over columns, some of which hold no JSON.
SELECT JSON_CONTAINS('[1,2,5]', '1', '$'), JSON_CONTAINS('[1,2,5]', '1'), JSON_CONTAINS('[1,2,5]', '3'), JSON_CONTAINS('["1"]', '1'), JSON_CONTAINS('["1"]', '"1"'), JSON_CONTAINS('[1]', '1.0'), JSON_CONTAINS('["a"]', '"A"'), JSON_CONTAINS('[1,2]', '[1]'), JSON_CONTAINS('[1,2]', '[2,1]'), JSON_CONTAINS('[[1,2]]', '[1,2]'), JSON_CONTAINS('{"a":1}', '{"a":1}'), JSON_CONTAINS('{"a":1,"b":2}', '{"a":1}'), JSON_CONTAINS('{"a":1}', '1', '$.a'), JSON_CONTAINS('1', '1'), JSON_CONTAINS('[]', '[]')
SELECT JSON_CONTAINS('not json', '1'), JSON_CONTAINS('[1]', 'not json'), JSON_CONTAINS(NULL, '1'), JSON_CONTAINS('[1]', NULL), JSON_CONTAINS('', '1'), JSON_CONTAINS('[1]', ''), JSON_CONTAINS('{"a":[1,2]}', '2', '$.a'), JSON_CONTAINS('{"a":1}', '1', '$.b'), JSON_CONTAINS('[1,[2,3]]', '3'), JSON_CONTAINS('[null]', 'null'), JSON_CONTAINS('[true]', 'true'), JSON_CONTAINS('[true]', '1'), JSON_CONTAINS('[12]', '1'), JSON_CONTAINS('[1]', 1), JSON_CONTAINS('["a b"]', '"a b"'), JSON_CONTAINS('[1]', '1', NULL)
SELECT JSON_EXTRACT('[1,2,5]', '$'), JSON_EXTRACT('[1,2,5]', '$[0]'), JSON_EXTRACT('[1,2,5]', '$[5]'), JSON_EXTRACT('{"a":1}', '$.a'), JSON_EXTRACT('{"a":"x"}', '$.a'), JSON_EXTRACT('{"a":{"b":[1,{"c":2}]}}', '$.a.b[1].c'), JSON_EXTRACT('{"a":1,"b":2}', '$.a', '$.b'), JSON_EXTRACT('{"a":1}', '$.x', '$.a'), JSON_EXTRACT('[1,2]', '$[*]'), JSON_EXTRACT('{"a":1,"b":2}', '$.*'), JSON_EXTRACT('{"a":{"c":1},"b":{"c":2}}', '$**.c'), JSON_EXTRACT('[1,2,3]', '$[last]'), JSON_EXTRACT('[1,2,3]', '$[-1]'), JSON_EXTRACT('[1,2,3]', '$[0 to 1]'), JSON_EXTRACT('{"a b":1}', '$."a b"')
SELECT JSON_EXTRACT('not json', '$'), JSON_EXTRACT(NULL, '$'), JSON_EXTRACT('[1]', NULL), JSON_EXTRACT('', '$'), JSON_EXTRACT('1', '$[0]'), JSON_EXTRACT('{"a":null}', '$.a'), JSON_EXTRACT('{"a":true}', '$.a'), JSON_EXTRACT('{"a":1.50}', '$.a'), JSON_EXTRACT('{"a":"\\u00e9"}', '$.a'), JSON_EXTRACT('{ "a" : [ 1 ,2] }', '$.a'), JSON_EXTRACT('{"a":1,"a":2}', '$.a')
SELECT JSON_EXTRACT('[1,2]', 'x')
SELECT JSON_EXTRACT('[1,2]', '$.')
SELECT JSON_EXTRACT('{"a":1}', '$.a') = 1, JSON_EXTRACT('{"a":1}', '$.a') + 1, JSON_EXTRACT('{"a":"1"}', '$.a') = 1, JSON_EXTRACT('{"a":"x"}', '$.a') = 'x', JSON_EXTRACT('{"a":"x"}', '$.a') = '"x"', JSON_UNQUOTE(JSON_EXTRACT('{"a":"x"}', '$.a')) = 'x', JSON_EXTRACT('{"a":true}', '$.a') = 1, JSON_EXTRACT('{"a":true}', '$.a') = TRUE, JSON_EXTRACT('{"a":2.5}', '$.a') * 2, CONCAT(JSON_EXTRACT('{"a":"x"}', '$.a')), JSON_EXTRACT('{"a":1}', '$.a') > 0, JSON_EXTRACT('{"a":null}', '$.a') IS NULL
SELECT JSON_UNQUOTE('"a"'), JSON_UNQUOTE('a'), JSON_UNQUOTE('"a\\nb"'), JSON_UNQUOTE('"\\u00e9"'), JSON_UNQUOTE(NULL), JSON_UNQUOTE('[1]'), JSON_UNQUOTE('"'), JSON_UNQUOTE(''), JSON_UNQUOTE('""'), JSON_UNQUOTE('"a'), JSON_UNQUOTE(1), JSON_UNQUOTE('"a\\"b"')
SELECT JSON_LENGTH('[1,2,3]'), JSON_LENGTH('{"a":1,"b":2}'), JSON_LENGTH('1'), JSON_LENGTH('"abc"'), JSON_LENGTH('[]'), JSON_LENGTH('{}'), JSON_LENGTH(NULL), JSON_LENGTH('not json'), JSON_LENGTH(''), JSON_LENGTH('{"a":[1,2]}', '$.a'), JSON_LENGTH('{"a":1}', '$.b'), JSON_LENGTH('[[1,2],3]'), JSON_LENGTH('null'), JSON_LENGTH('[1', '$')
SELECT JSON_ARRAY(), JSON_ARRAY(1, 'a', NULL, 1.50, TRUE), JSON_ARRAY('a"b', 'é', 'tab\t', 'back\\'), JSON_ARRAY(1e0, 1/3, -5, NOW(), CURDATE()), JSON_ARRAY(JSON_ARRAY(1), JSON_OBJECT('a', 1)), JSON_ARRAY('[1]'), JSON_ARRAY(JSON_EXTRACT('[1]', '$')), JSON_ARRAY(1 = 1, NOT 1), JSON_ARRAY('/')
SELECT JSON_OBJECT(), JSON_OBJECT('a', 1), JSON_OBJECT('a', NULL, 'b', 'x'), JSON_OBJECT('a', 1, 'a', 2), JSON_OBJECT(1, 2), JSON_OBJECT('a', JSON_ARRAY(1, 2)), JSON_OBJECT('a', TRUE, 'b', 1.50), JSON_OBJECT('a"', 'b"')
SELECT JSON_OBJECT('a')
SELECT JSON_OBJECT(NULL, 1)
SELECT JSON_VALID('[1]'), JSON_VALID('{"a":1}'), JSON_VALID('a'), JSON_VALID(''), JSON_VALID(NULL), JSON_VALID('1'), JSON_VALID('"a"'), JSON_VALID('{a:1}'), JSON_VALID('[1,]'), JSON_VALID(' [1] '), JSON_VALID('null'), JSON_VALID(1), JSON_VALID("{'a':1}"), JSON_VALID('01'), JSON_VALID('1.'), JSON_VALID('-'), JSON_VALID('"a\tb"'), JSON_VALID('[1] x')
SELECT JSON_SEARCH('["a","b","a"]', 'one', 'a'), JSON_SEARCH('["a","b","a"]', 'all', 'a'), JSON_SEARCH('["a"]', 'one', 'x'), JSON_SEARCH('{"k":"abc"}', 'one', 'a%'), JSON_SEARCH('["a"]', 'one', 'A'), JSON_SEARCH('[1]', 'one', '1'), JSON_SEARCH(NULL, 'one', 'a'), JSON_SEARCH('["a"]', 'one', NULL), JSON_SEARCH('not', 'one', 'a'), JSON_SEARCH('{"a":["x"],"b":"x"}', 'all', 'x'), JSON_SEARCH('{"a":["x"],"b":"x"}', 'all', 'x', NULL, '$.b'), JSON_SEARCH('["a_b"]', 'one', 'a\_b'), JSON_SEARCH('["a%"]', 'one', 'a|%', '|')
SELECT JSON_SEARCH('["a"]', 'many', 'a')
SELECT JSON_SET('{"a":1}', '$.a', 2), JSON_SET('{"a":1}', '$.b', 2), JSON_SET('[1,2]', '$[0]', 9), JSON_SET('[1,2]', '$[5]', 9), JSON_SET('{"a":1}', '$.a', 'x'), JSON_SET('{"a":1}', '$.a', NULL), JSON_SET(NULL, '$.a', 1), JSON_SET('{"a":1}', '$.b.c', 1), JSON_SET('{"a":1}', '$.a', JSON_ARRAY(1)), JSON_SET('{}', '$.a', '[1]'), JSON_SET('{"a":1}', '$.a', 1.50, '$.b', TRUE), JSON_SET('not json', '$.a', 1), JSON_SET('1', '$[1]', 2), JSON_SET('{"a":1}', '$', 2)
SELECT JSON_REMOVE('{"a":1,"b":2}', '$.a'), JSON_REMOVE('[1,2,3]', '$[1]'), JSON_REMOVE('[1,2,3]', '$[9]'), JSON_REMOVE('{"a":1}', '$.x'), JSON_REMOVE(NULL, '$.a'), JSON_REMOVE('[1,2,3]', '$[0]', '$[0]'), JSON_REMOVE('not json', '$.a'), JSON_REMOVE('{"a":[1,{"b":2}]}', '$.a[1].b')
SELECT JSON_REMOVE('[1]', '$')
SELECT JSON_ARRAY_APPEND('[1]', '$', 2), JSON_ARRAY_APPEND('{"a":[1]}', '$.a', 2), JSON_ARRAY_APPEND('{"a":1}', '$.a', 2), JSON_ARRAY_APPEND('[1]', '$', 'x'), JSON_ARRAY_APPEND('[1]', '$', NULL), JSON_ARRAY_APPEND(NULL, '$', 1), JSON_ARRAY_APPEND('[[1],2]', '$[0]', 3), JSON_ARRAY_APPEND('[1]', '$[9]', 2), JSON_ARRAY_APPEND('1', '$', 2), JSON_ARRAY_APPEND('[]', '$', 1, '$', 2), JSON_ARRAY_APPEND('not json', '$', 1)
-- differs: MariaDB has no -> operator
SELECT id, movie_properties->'$.genre' AS g FROM streams WHERE id IN (101, 102) ORDER BY id
--> {"id":101,"g":"\"Comedy\""}
--> {"id":102,"g":"\"Crime\""}
-- differs: MariaDB has no ->> operator
SELECT id, movie_properties->>'$.genre' AS g FROM streams WHERE id IN (101, 102) ORDER BY id
--> {"id":101,"g":"Comedy"}
--> {"id":102,"g":"Crime"}
SELECT id FROM `lines` WHERE JSON_CONTAINS(bouquet, '1') ORDER BY id
SELECT id FROM `lines` WHERE JSON_CONTAINS(bouquet, '1', '$') ORDER BY id
SELECT id FROM `lines` WHERE JSON_CONTAINS(bouquet, '"1"') ORDER BY id
SELECT id FROM `lines` WHERE JSON_CONTAINS(bouquet, '[2,5]') ORDER BY id
SELECT id FROM `lines` WHERE NOT JSON_CONTAINS(bouquet, '5') ORDER BY id
SELECT id FROM `lines` WHERE JSON_CONTAINS(bouquet, '1') IS NULL ORDER BY id
SELECT id, JSON_LENGTH(bouquet), JSON_VALID(bouquet), JSON_EXTRACT(bouquet, '$[0]'), JSON_UNQUOTE(JSON_EXTRACT(bouquet, '$[0]')) FROM `lines` ORDER BY id
SELECT id, JSON_EXTRACT(bouquet, '$') FROM `lines` ORDER BY id
SELECT l.id, b.bouquet_name FROM `lines` l JOIN bouquets b ON JSON_CONTAINS(l.bouquet, b.id) ORDER BY l.id, b.id
SELECT b.id, COUNT(l.id) AS subscribers FROM bouquets b LEFT JOIN `lines` l ON JSON_CONTAINS(l.bouquet, CAST(b.id AS CHAR), '$') GROUP BY b.id ORDER BY b.id
SELECT b.id, COUNT(l.id) AS subscribers FROM bouquets b LEFT JOIN `lines` l ON JSON_CONTAINS(l.bouquet, CONCAT('"', b.id, '"')) GROUP BY b.id ORDER BY b.id
SELECT id, JSON_EXTRACT(movie_properties, '$.genre') AS genre, JSON_UNQUOTE(JSON_EXTRACT(movie_properties, '$.genre')) AS plain, JSON_EXTRACT(movie_properties, '$.duration_secs') / 60 AS minutes, JSON_EXTRACT(movie_properties, '$.cast') FROM streams WHERE id > 100 ORDER BY id
SELECT id, JSON_EXTRACT(movie_properties, '$.b[2].c'), JSON_EXTRACT(movie_properties, '$.e'), JSON_UNQUOTE(JSON_EXTRACT(movie_properties, '$.e')), JSON_EXTRACT(movie_properties, '$.a') FROM streams WHERE id = 104
SELECT id, JSON_SET(movie_properties, '$.x', id), JSON_REMOVE(movie_properties, '$.b'), JSON_ARRAY_APPEND(movie_properties, '$.b', 'z') FROM streams WHERE id >= 103 ORDER BY id
SELECT id, JSON_EXTRACT(override_packages, '$."1".official_credits') AS price FROM users ORDER BY id
SELECT id FROM users WHERE JSON_EXTRACT(override_packages, '$."1".official_credits') = 3
SELECT JSON_ARRAYAGG(id) FROM `lines` WHERE member_id = 90
SELECT JSON_ARRAYAGG(username), JSON_ARRAYAGG(isp_desc) FROM `lines` WHERE member_id = 90
SELECT JSON_ARRAYAGG(credits) FROM users WHERE id > 88
SELECT JSON_ARRAYAGG(id) FROM `lines` WHERE id = 0
SELECT JSON_OBJECTAGG(id, username) FROM `lines` WHERE member_id = 90
-- differs: it goes by the primary key
SELECT member_id, JSON_ARRAYAGG(id) FROM `lines` GROUP BY member_id ORDER BY member_id
--> {"member_id":null,"JSON_ARRAYAGG(id)":"[5006]"}
--> {"member_id":0,"JSON_ARRAYAGG(id)":"[4510,4511]"}
--> {"member_id":88,"JSON_ARRAYAGG(id)":"[4521,4522]"}
--> {"member_id":90,"JSON_ARRAYAGG(id)":"[5001,5002,5003]"}
--> {"member_id":91,"JSON_ARRAYAGG(id)":"[5004,5005,5007]"}
--> {"member_id":92,"JSON_ARRAYAGG(id)":"[5008]"}
SELECT JSON_ARRAYAGG(JSON_OBJECT('id', id, 'credits', credits, 'on', status = 1)) FROM users WHERE id IN (88, 90)
SELECT JSON_OBJECT('id', id, 'exp', exp_date, 'member', member_id, 'bouquet', bouquet) FROM `lines` WHERE id IN (5001, 5006) ORDER BY id
SELECT JSON_ARRAYAGG(bouquet) FROM `lines` WHERE id IN (4521, 5004)
SELECT id FROM users_packages WHERE JSON_CONTAINS(`groups`, '3') AND JSON_CONTAINS(bouquets, '5') ORDER BY id
SELECT id, JSON_SEARCH(allowed_ips, 'one', '10.0.0.2') FROM `lines` WHERE JSON_SEARCH(allowed_ips, 'one', '10.%') IS NOT NULL
SELECT JSON_UNQUOTE('a') = 'A', JSON_UNQUOTE('"a"') IN ('A', 'b'), JSON_UNQUOTE('"a"') LIKE 'A', JSON_UNQUOTE('a') = 'a ', MAX(JSON_UNQUOTE(bouquet)) FROM `lines`
SELECT id FROM `lines` ORDER BY JSON_UNQUOTE(username), id
SELECT DISTINCT JSON_UNQUOTE(isp) FROM lines_activity
SELECT JSON_SET('[]', '$', TRUE) + 0, JSON_EXTRACT('[true]', '$[0]') + 0, JSON_SET('[]', '$', 5) + 0, JSON_SET('[]', '$', TRUE) < 1, JSON_ARRAY(1) + 0, JSON_REMOVE('[5,6]', '$[0]') + 0, JSON_OBJECT() + 0, JSON_EXTRACT('["5a"]', '$[0]') + 0, JSON_SET('[]', '$', '5') = '5', JSON_SET('[]', '$', '5') = '"5"', JSON_EXTRACT('["5"]', '$[0]') = '5'
SELECT JSON_ARRAY(COALESCE(1=1, NULL), IFNULL(NULL, TRUE), CASE WHEN 1 THEN TRUE ELSE NULL END, CASE WHEN 0 THEN NULL ELSE 1=1 END, CASE 1 WHEN 1 THEN TRUE WHEN 2 THEN FALSE END, IF(0, NULL, 1=1), COALESCE(1=1, 1=2))
SELECT id, JSON_OBJECT('k', JSON_REMOVE(bouquet, '$[1]')) FROM `lines` ORDER BY JSON_OBJECT('k', JSON_REMOVE(bouquet, '$[1]')) DESC, id
SELECT id, username FROM `lines` ORDER BY JSON_OBJECT('k', username), id
SELECT COUNT(DISTINCT JSON_OBJECT('k', username)), MIN(JSON_OBJECT('k', username)), MAX(JSON_ARRAY(username)) FROM `lines`
SELECT DISTINCT JSON_ARRAY(isp) FROM lines_activity
SELECT JSON_ARRAY(isp) j, COUNT(*) FROM lines_activity GROUP BY j ORDER BY MIN(activity_id)
SELECT JSON_ARRAY('a') UNION SELECT JSON_ARRAY('A')
