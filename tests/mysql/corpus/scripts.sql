-- What scripts of panel owners send.
SELECT COUNT(*) AS count FROM `lines` WHERE enabled = 1 AND admin_enabled = 1 AND (exp_date IS NULL OR exp_date > NOW())
SELECT COUNT(id) AS `count` FROM `lines` WHERE exp_date IS NOT NULL AND exp_date <= NOW()
SELECT id, username, exp_date FROM `lines` WHERE exp_date BETWEEN '2026-01-01' AND '2026-12-31 23:59:59' ORDER BY exp_date ASC, id ASC LIMIT 0, 25
SELECT `id`, `username`, `password` FROM `lines` WHERE `username` = 'customer4521' AND `password` = 'securepass' LIMIT 1
SELECT l.id, l.username, l.exp_date, u.username AS reseller, p.package_name FROM `lines` l LEFT JOIN `users` u ON l.member_id = u.id LEFT JOIN `users_packages` p ON l.package_id = p.id WHERE l.is_trial = 0 ORDER BY l.id DESC LIMIT 5
SELECT u.id, u.username, u.credits, COUNT(l.id) AS total, SUM(IF(l.exp_date > NOW() OR l.exp_date IS NULL, 1, 0)) AS active, SUM(l.is_trial) AS trials FROM users u LEFT JOIN `lines` l ON l.member_id = u.id GROUP BY u.id ORDER BY total DESC, u.id
SELECT member_id, COUNT(*) AS lines_count FROM `lines` GROUP BY member_id HAVING lines_count >= 2 ORDER BY lines_count DESC, member_id
SELECT DATE_FORMAT(FROM_UNIXTIME(created_at), '%Y-%m') AS month, COUNT(*) AS created FROM `lines` WHERE created_at > 0 GROUP BY month ORDER BY month
SELECT DATE(FROM_UNIXTIME(date)) AS day, SUM(cost) AS spent, COUNT(*) AS actions FROM users_logs GROUP BY DATE(FROM_UNIXTIME(date)) ORDER BY day DESC
SELECT s.stream_display_name, COUNT(a.activity_id) AS views, SUM(a.date_end - a.date_start) AS seconds FROM lines_activity a JOIN streams s ON s.id = a.stream_id GROUP BY s.id ORDER BY views DESC, s.id LIMIT 10
SELECT l.username, COUNT(*) AS sessions, MAX(FROM_UNIXTIME(a.date_start)) AS last_seen FROM lines_activity a JOIN `lines` l ON l.id = a.user_id GROUP BY a.user_id HAVING sessions > 1 ORDER BY sessions DESC, l.username
SELECT UPPER(geoip_country_code) AS country, COUNT(DISTINCT user_id) AS users FROM lines_activity WHERE geoip_country_code <> '' GROUP BY country ORDER BY users DESC, country
SELECT a.user_ip, COUNT(DISTINCT a.user_id) AS accounts, GROUP_CONCAT(DISTINCT l.username ORDER BY l.id SEPARATOR ', ') AS names FROM lines_activity a JOIN `lines` l ON l.id = a.user_id GROUP BY a.user_ip HAVING accounts >= 1 ORDER BY a.user_ip
SELECT ll.user_id, l.username, l.max_connections, COUNT(*) AS now FROM lines_live ll INNER JOIN `lines` l ON l.id = ll.user_id GROUP BY ll.user_id HAVING now >= l.max_connections
SELECT b.id, b.bouquet_name, JSON_LENGTH(b.bouquet_channels) AS channels, JSON_LENGTH(b.bouquet_movies) AS movies FROM bouquets b ORDER BY b.bouquet_order ASC
SELECT s.id, s.stream_display_name FROM streams s WHERE JSON_CONTAINS(s.category_id, '2') OR JSON_CONTAINS(s.category_id, '"2"') ORDER BY s.id
SELECT c.id, c.category_name, (SELECT COUNT(*) FROM streams s WHERE JSON_CONTAINS(s.category_id, CAST(c.id AS CHAR))) AS streams FROM streams_categories c ORDER BY c.cat_order, c.id
SELECT id FROM streams WHERE id IN (SELECT stream_id FROM streams_servers WHERE server_id = 1 AND pid IS NOT NULL) ORDER BY id
SELECT id, username, DATEDIFF(exp_date, NOW()) AS days_left FROM `lines` WHERE exp_date > NOW() AND exp_date < DATE_ADD(NOW(), INTERVAL 30 DAY) ORDER BY days_left, id
SELECT id, username FROM users WHERE username LIKE '%e%' OR email LIKE '%@example.com' ORDER BY username ASC
SELECT SUM(amount) AS sold FROM users_credits_logs WHERE admin_id = 1 AND date BETWEEN UNIX_TIMESTAMP('2026-01-01') AND UNIX_TIMESTAMP('2026-03-01')
SELECT IFNULL(SUM(cost), 0) AS total FROM users_logs WHERE owner = 12345
SELECT u.username, IFNULL(SUM(l.cost), 0) AS spent FROM users u LEFT JOIN users_logs l ON l.owner = u.id AND l.date >= UNIX_TIMESTAMP('2026-02-01') GROUP BY u.id ORDER BY spent DESC, u.id
SELECT code, exp_date, IF(exp_date IS NULL, 'unused', IF(exp_date < NOW(), 'expired', 'active')) AS state FROM activecodes ORDER BY id
SELECT batch, COUNT(*) AS codes, SUM(exp_date IS NOT NULL) AS used FROM activecodes GROUP BY batch ORDER BY batch
SELECT MAX(id) + 1 AS next FROM `lines`
SELECT 1 FROM `lines` WHERE username = 'customer4521' LIMIT 1
SELECT EXISTS(SELECT 1 FROM `lines` WHERE username = 'Customer4521') AS taken
SELECT id, CONCAT('http://host.example:80/get.php?username=', username, '&password=', password, '&type=m3u_plus') AS url FROM `lines` WHERE id = 4521
SELECT (SELECT COUNT(*) FROM `lines` WHERE is_trial = 1) AS trials, (SELECT COUNT(*) FROM lines_live) AS online, (SELECT SUM(credits) FROM users) AS credits
SELECT id, FROM_UNIXTIME(last_activity) AS seen FROM `lines` WHERE last_activity > UNIX_TIMESTAMP(NOW() - INTERVAL 1 DAY) ORDER BY id
SELECT username, COUNT(*) c FROM `lines` GROUP BY username HAVING c > 1
SELECT * FROM users_packages WHERE is_trial = 1 ORDER BY id
SELECT `id`,`code`,`groups` FROM `access_codes` WHERE `enabled` = '1' ORDER BY `id` ASC
SELECT group_name, (SELECT COUNT(*) FROM users WHERE member_group_id = group_id) AS members FROM users_groups ORDER BY group_id
SELECT s.id, s.stream_display_name AS name, e.season_num, e.episode_num FROM streams_series ss JOIN streams_episodes e ON e.series_id = ss.id JOIN streams s ON s.id = e.stream_id WHERE ss.title LIKE 'demo%' ORDER BY e.season_num, e.episode_num
SELECT t.type, t.n, ROUND(100 * t.n / (SELECT COUNT(*) FROM streams), 1) AS share FROM (SELECT type, COUNT(*) AS n FROM streams GROUP BY type) t ORDER BY t.type
SELECT user_agent, COUNT(*) AS n, ROUND(COUNT(*) * 100 / (SELECT COUNT(*) FROM lines_activity), 2) AS percent FROM lines_activity GROUP BY user_agent ORDER BY n DESC, user_agent
UPDATE `lines` SET `exp_date` = '2026-12-31' WHERE `username` = 'customer4521'
UPDATE `lines` SET `bouquet` = '[1,2]', `max_connections` = '3' WHERE `id` IN ('5001','5002')
UPDATE `lines` SET `enabled` = 0 WHERE `member_id` = 90
UPDATE `lines` SET `exp_date` = DATE_ADD(IFNULL(`exp_date`, NOW()), INTERVAL 1 MONTH) WHERE `id` = 5006
UPDATE `users` SET `credits` = `credits` - 5 WHERE `id` = 90 AND `credits` >= 5
UPDATE `users` SET `credits` = `credits` - 500 WHERE `id` = 90 AND `credits` >= 500
UPDATE `lines` SET `reseller_notes` = CONCAT(`reseller_notes`, '\n', DATE_FORMAT(NOW(), '%Y-%m-%d'), ': renewed') WHERE `id` = 5001
DELETE FROM `lines` WHERE `is_trial` = 1 AND `exp_date` < NOW() - INTERVAL 1 DAY
DELETE FROM `login_logs` WHERE `date` < UNIX_TIMESTAMP() - 86400 * 30
DELETE FROM `lines_logs` WHERE `user_id` NOT IN (SELECT `id` FROM `lines`)
INSERT INTO `blocked_ips` (`ip`, `notes`, `date`) VALUES ('203.0.113.99', 'brute force', UNIX_TIMESTAMP())
INSERT INTO `users_credits_logs` (`target_id`, `admin_id`, `amount`, `date`, `reason`) VALUES ('90', '1', '25.50', '1773585000', 'top up')
INSERT IGNORE INTO `blocked_ips` (`ip`) SELECT DISTINCT `login_ip` FROM `login_logs` WHERE `status` <> 'SUCCESS'
