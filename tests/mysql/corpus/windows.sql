-- Window functions.
SELECT id, ROW_NUMBER() OVER (ORDER BY id) AS n FROM users ORDER BY id
SELECT id, ROW_NUMBER() OVER (ORDER BY credits DESC, id) AS place FROM users ORDER BY place
SELECT id, member_id, ROW_NUMBER() OVER (PARTITION BY member_id ORDER BY id DESC) AS n FROM `lines` ORDER BY id
SELECT id, RANK() OVER (ORDER BY owner_id) AS r, DENSE_RANK() OVER (ORDER BY owner_id) AS d FROM users ORDER BY id
SELECT id, SUM(credits) OVER (ORDER BY id) AS running FROM users ORDER BY id
SELECT id, SUM(credits) OVER () AS total, credits FROM users ORDER BY id
SELECT id, SUM(credits) OVER (PARTITION BY owner_id) AS t FROM users ORDER BY id
SELECT id, AVG(credits) OVER (PARTITION BY owner_id) AS a, COUNT(*) OVER (PARTITION BY owner_id) AS c, MIN(credits) OVER () AS m, MAX(credits) OVER () AS x FROM users ORDER BY id
SELECT id, SUM(id) OVER (ORDER BY id ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) AS s FROM users ORDER BY id
SELECT id, SUM(id) OVER (ORDER BY id ROWS UNBOUNDED PRECEDING) AS s, SUM(id) OVER (ORDER BY id ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING) AS b FROM users ORDER BY id
SELECT id, RANK() OVER (PARTITION BY geoip_country_code ORDER BY date_start) AS r FROM (SELECT activity_id AS id, geoip_country_code, date_start FROM lines_activity) t ORDER BY id
SELECT * FROM (SELECT id, member_id, ROW_NUMBER() OVER (PARTITION BY member_id ORDER BY id DESC) AS n FROM `lines`) t WHERE n = 1 ORDER BY id
SELECT owner_id, SUM(credits), RANK() OVER (ORDER BY SUM(credits) DESC) AS r FROM users GROUP BY owner_id ORDER BY r
SELECT id, COUNT(*) OVER () AS n FROM users ORDER BY id LIMIT 2
SELECT id, SUM(max_connections) OVER (PARTITION BY member_id ORDER BY id) FROM `lines` ORDER BY id
SELECT id FROM users WHERE ROW_NUMBER() OVER (ORDER BY id) = 1
SELECT ROW_NUMBER() OVER () FROM users WHERE id = 88
