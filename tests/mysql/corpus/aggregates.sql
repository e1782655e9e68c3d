-- Aggregates of nothing, of NULLs, of every type; DISTINCT; GROUP_CONCAT.
SELECT COUNT(*), COUNT(member_id), COUNT(exp_date), COUNT(isp_desc), COUNT(1), COUNT(NULL) FROM `lines`
SELECT COUNT(DISTINCT member_id), COUNT(DISTINCT username), COUNT(DISTINCT isp_desc), COUNT(DISTINCT is_trial, enabled), COUNT(DISTINCT member_id, isp_desc) FROM `lines`
SELECT COUNT(*), SUM(id), AVG(id), MIN(id), MAX(id), GROUP_CONCAT(id) FROM `lines` WHERE id = 0
SELECT SUM(max_connections), AVG(max_connections), MIN(max_connections), MAX(max_connections) FROM `lines`
SELECT SUM(DISTINCT max_connections), AVG(DISTINCT max_connections), MIN(DISTINCT max_connections), COUNT(DISTINCT max_connections) FROM `lines`
SELECT SUM(username), AVG(username), SUM(password + 0), MIN(username), MAX(username) FROM `lines`
SELECT SUM(credits), AVG(credits), MIN(credits), MAX(credits), SUM(credits) * 2, AVG(credits) * 3, SUM(DISTINCT credits) FROM users
SELECT SUM(divergence), AVG(divergence), MIN(divergence), MAX(divergence) FROM lines_activity
SELECT SUM(rating), AVG(rating), ROUND(AVG(rating), 2), COUNT(DISTINCT rating) FROM streams
SELECT SUM(1.50), SUM(1), SUM(1e0), SUM('2'), AVG(1.50), AVG('2'), SUM(NULL), AVG(NULL), MIN(NULL), MAX('a'), COUNT(*)
SELECT SUM(year), AVG(year), MIN(year), MAX(year), SUM(year IS NULL) FROM streams
SELECT AVG(id) / 3, SUM(id) / 3, SUM(id) % 7, SUM(id) DIV 2, ROUND(AVG(max_connections), 1), CONCAT(AVG(max_connections)), CONCAT(SUM(id)) FROM `lines`
SELECT MAX(username), MIN(username) FROM `lines` WHERE username IN ('emile', 'Ünal')
SELECT MIN(exp_date), MAX(exp_date), MIN(IFNULL(exp_date, NOW())), MAX(DATE(exp_date)) FROM `lines`
SELECT GROUP_CONCAT(id) FROM users
SELECT GROUP_CONCAT(username) FROM users
SELECT GROUP_CONCAT(username ORDER BY username) FROM users WHERE id <> 92
SELECT GROUP_CONCAT(id ORDER BY id DESC SEPARATOR '|') FROM users
SELECT GROUP_CONCAT(DISTINCT owner_id ORDER BY owner_id) FROM users
SELECT GROUP_CONCAT(DISTINCT owner_id ORDER BY owner_id DESC SEPARATOR '') FROM users
SELECT GROUP_CONCAT(id, ':', username ORDER BY id SEPARATOR '; ') FROM users
SELECT GROUP_CONCAT(last_login ORDER BY last_login) FROM users
SELECT GROUP_CONCAT(isp_desc ORDER BY id) FROM `lines`
SELECT GROUP_CONCAT(NULL), GROUP_CONCAT(''), GROUP_CONCAT('a', NULL)
SELECT GROUP_CONCAT(credits ORDER BY credits DESC) FROM users
SELECT GROUP_CONCAT(credits, '') FROM users
SELECT GROUP_CONCAT(id ORDER BY credits, id DESC) FROM users
SELECT GROUP_CONCAT(id ORDER BY 1 DESC) FROM users
SELECT GROUP_CONCAT(DISTINCT isp ORDER BY isp) FROM lines_activity WHERE isp LIKE 'F%' OR isp = ''
-- differs: without ORDER BY it goes by the primary key
SELECT GROUP_CONCAT(id SEPARATOR ', ') AS ids, COUNT(*) AS n FROM `lines` GROUP BY member_id HAVING n > 1 ORDER BY member_id
--> {"ids":"4510, 4511","n":2}
--> {"ids":"4521, 4522","n":2}
--> {"ids":"5001, 5002, 5003","n":3}
--> {"ids":"5004, 5005, 5007","n":3}
SELECT GROUP_CONCAT(id LIMIT 2) FROM users
SELECT COUNT(*) FROM users WHERE id > 1000
SELECT COUNT(*) + COUNT(1), COUNT(*) = 5, -COUNT(*), COUNT(*) / 2, IF(COUNT(*) > 3, 'many', 'few') FROM users
SELECT SUM(id > 90), SUM(id) > 10, SUM(IF(status, credits, 0)), MAX(id) - MIN(id), MAX(LENGTH(username)) FROM users
SELECT COUNT(DISTINCT user_agent), COUNT(DISTINCT geoip_country_code), COUNT(DISTINCT isp), COUNT(DISTINCT BINARY isp) FROM lines_activity
SELECT COUNT( * ), count(id), Sum( id ) FROM users
SELECT SUM(date_end - date_start), AVG(date_end - date_start), MAX(date_end - date_start), SEC_TO_TIME(SUM(date_end - date_start)) FROM lines_activity
SELECT SUM(9223372036854775807), SUM(9223372036854775807) + 1
SELECT SUM(x) FROM (SELECT 9223372036854775807 AS x UNION ALL SELECT 9223372036854775807) d
SELECT AVG(x), SUM(x) FROM (SELECT 1/3 AS x UNION ALL SELECT 2/3) d
SELECT MAX(x), MIN(x), COUNT(x), COUNT(DISTINCT x) FROM (SELECT 'a' AS x UNION ALL SELECT 'A' UNION ALL SELECT 'b ' UNION ALL SELECT 'B' UNION ALL SELECT NULL) d
SELECT COUNT(*) FROM `lines` HAVING COUNT(*) > 100
SELECT COUNT(*) FROM `lines` HAVING COUNT(*) > 1
SELECT id, COUNT(*) FROM users
SELECT username, MAX(id) FROM users
SELECT id, COUNT(*) FROM users WHERE id > 1000
SELECT COUNT(id) OVER () FROM users LIMIT 1
SELECT SUM(SUM(id)) FROM users
SELECT id FROM users WHERE COUNT(*) > 1
SELECT id FROM users GROUP BY COUNT(*)
