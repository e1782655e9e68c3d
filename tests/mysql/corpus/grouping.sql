-- GROUP BY, HAVING, DISTINCT: folding of texts, columns outside the group, names.
SELECT member_id, COUNT(*) FROM `lines` GROUP BY member_id ORDER BY member_id
SELECT member_id, COUNT(*) AS n, MAX(exp_date) FROM `lines` GROUP BY member_id HAVING n > 1 ORDER BY n DESC, member_id
SELECT member_id, id, username, COUNT(*) FROM `lines` GROUP BY member_id ORDER BY member_id
SELECT username, COUNT(*) FROM `lines` WHERE id > 5000 GROUP BY username ORDER BY MIN(id)
SELECT isp, COUNT(*), SUM(divergence) FROM lines_activity GROUP BY isp ORDER BY isp
SELECT BINARY isp, COUNT(*) FROM lines_activity GROUP BY BINARY isp ORDER BY 1
SELECT geoip_country_code AS country, COUNT(*) c FROM lines_activity GROUP BY country ORDER BY c DESC, country
SELECT user_agent, COUNT(*) FROM lines_activity GROUP BY 1 ORDER BY 2 DESC, 1
SELECT user_agent, container, COUNT(*) FROM lines_activity GROUP BY user_agent, container ORDER BY user_agent, container
SELECT LOWER(user_agent) AS ua, COUNT(*) FROM lines_activity GROUP BY LOWER(user_agent) ORDER BY ua
SELECT LEFT(username, 1) AS initial, COUNT(*) FROM `lines` GROUP BY initial ORDER BY initial
SELECT id % 3 AS r, COUNT(*), SUM(id) FROM `lines` GROUP BY r ORDER BY r
SELECT id % 3 AS id, COUNT(*) FROM users GROUP BY id ORDER BY id
SELECT exp_date IS NULL AS endless, COUNT(*) FROM `lines` GROUP BY endless ORDER BY endless
SELECT YEAR(exp_date) AS y, COUNT(*) FROM `lines` GROUP BY y ORDER BY y
SELECT owner_id, SUM(credits), AVG(credits), COUNT(*) FROM users GROUP BY owner_id ORDER BY owner_id
SELECT owner_id, SUM(credits) AS total FROM users GROUP BY owner_id HAVING total > 0 ORDER BY total
SELECT owner_id, SUM(credits) FROM users GROUP BY owner_id HAVING SUM(credits) < 60 ORDER BY owner_id
SELECT owner_id FROM users GROUP BY owner_id HAVING COUNT(*) = 1 ORDER BY owner_id
SELECT owner_id FROM users GROUP BY owner_id HAVING owner_id > 0 ORDER BY owner_id
SELECT COUNT(*) FROM users GROUP BY owner_id HAVING username > 'a'
SELECT id FROM users HAVING id > 90 ORDER BY id
SELECT id AS x FROM users HAVING x > 90 ORDER BY x
SELECT id FROM users HAVING username > 'a'
SELECT username AS n FROM users WHERE id > 90 HAVING n LIKE 'zo%' ORDER BY id
SELECT DISTINCT member_id FROM `lines` ORDER BY member_id
SELECT DISTINCT username FROM `lines` WHERE id IN (5001, 5002)
SELECT DISTINCT isp FROM lines_activity ORDER BY isp
SELECT DISTINCT isp, container FROM lines_activity ORDER BY isp, container
SELECT DISTINCT max_connections FROM `lines` ORDER BY max_connections DESC
SELECT DISTINCT enabled, is_trial FROM `lines` ORDER BY enabled, is_trial
SELECT DISTINCTROW type FROM streams ORDER BY type
SELECT ALL type FROM streams ORDER BY id
SELECT DISTINCT type + 0, 1 FROM streams ORDER BY 1
SELECT DISTINCT COUNT(*) FROM `lines` GROUP BY member_id ORDER BY 1
-- differs: a column outside the group shows the group's first row by primary key
SELECT type, COUNT(*), GROUP_CONCAT(id ORDER BY id), MAX(rating), stream_display_name FROM streams GROUP BY type ORDER BY type
--> {"type":1,"COUNT(*)":3,"GROUP_CONCAT(id ORDER BY id)":"10,11,104","MAX(rating)":2.5,"stream_display_name":"Demo News"}
--> {"type":2,"COUNT(*)":4,"GROUP_CONCAT(id ORDER BY id)":"100,101,102,103","MAX(rating)":8.3,"stream_display_name":"Demo Movie"}
--> {"type":3,"COUNT(*)":1,"GROUP_CONCAT(id ORDER BY id)":"5","MAX(rating)":0,"stream_display_name":"Demo Channel"}
--> {"type":4,"COUNT(*)":1,"GROUP_CONCAT(id ORDER BY id)":"20","MAX(rating)":0,"stream_display_name":"Demo Radio"}
--> {"type":5,"COUNT(*)":1,"GROUP_CONCAT(id ORDER BY id)":"200","MAX(rating)":0,"stream_display_name":"Demo Series - S01E01"}
SELECT type, AVG(rating), ROUND(AVG(rating), 1), SUM(rating) / COUNT(*) FROM streams GROUP BY type ORDER BY type
SELECT year, COUNT(*) FROM streams GROUP BY year ORDER BY year
SELECT stream_display_name, COUNT(*) FROM streams WHERE id > 100 GROUP BY stream_display_name ORDER BY stream_display_name
SELECT credits, COUNT(*) FROM users GROUP BY credits ORDER BY credits
SELECT ROUND(credits), COUNT(*) FROM users GROUP BY ROUND(credits) ORDER BY 1
SELECT credits / 3 AS third FROM users GROUP BY third ORDER BY third
SELECT m.member_id, COUNT(*) FROM `lines` m GROUP BY m.member_id ORDER BY COUNT(*) DESC, m.member_id
SELECT COUNT(*) FROM `lines` GROUP BY member_id ORDER BY MAX(id)
SELECT member_id FROM `lines` GROUP BY member_id ORDER BY COUNT(*) DESC, 1 LIMIT 2
SELECT member_id, MAX(id) AS newest, username FROM `lines` GROUP BY member_id ORDER BY member_id
SELECT u.username, COUNT(l.id) AS n FROM users u LEFT JOIN `lines` l ON l.member_id = u.id GROUP BY u.id ORDER BY n DESC, u.id
SELECT is_trial, enabled, COUNT(*) FROM `lines` GROUP BY is_trial, enabled HAVING COUNT(*) > 1 ORDER BY 1, 2
SELECT 1 FROM users GROUP BY 5
SELECT id FROM users GROUP BY NULL
SELECT 'x' AS k, COUNT(*) FROM users GROUP BY k
SELECT member_id, COUNT(*) FROM `lines` GROUP BY member_id ASC ORDER BY member_id
SELECT member_id FROM `lines` GROUP BY member_id DESC ORDER BY member_id
