-- UPDATE of one table and of several; each statement is undone before the next.
UPDATE users SET credits = credits + 10 WHERE id = 88
UPDATE users SET credits = credits - 0.01
UPDATE users SET credits = credits * 1.1 WHERE id = 90
UPDATE users SET credits = credits / 3
UPDATE users SET credits = 50 WHERE id = 88
UPDATE users SET credits = '50.00' WHERE id = 88
UPDATE users SET credits = 12345678901234 WHERE id = 88
UPDATE users SET credits = NULL WHERE id = 88
UPDATE users SET credits = 'abc' WHERE id = 88
UPDATE users SET credits = 1.005, credits = credits + 0.005 WHERE id = 88
UPDATE users SET status = 0 WHERE id IN (90, 91, 92)
UPDATE users SET status = NOT status
UPDATE users SET status = 300 WHERE id = 88
UPDATE users SET username = UPPER(username) WHERE id = 88
UPDATE users SET username = username
UPDATE users SET username = CONCAT(username, '_old') WHERE status = 0
UPDATE users SET username = NULL WHERE id = 93
UPDATE users SET last_login = NULL
UPDATE users SET last_login = UNIX_TIMESTAMP() WHERE last_login IS NULL
UPDATE users SET owner_id = id, member_group_id = owner_id + 1 WHERE id = 91
UPDATE users SET owner_id = owner_id + 1, owner_id = owner_id * 2 WHERE id = 91
UPDATE users SET id = 200 WHERE id = 93
UPDATE users SET notes = credits WHERE id = 90
UPDATE users SET notes = DEFAULT, lang = DEFAULT, credits = DEFAULT WHERE id = 90
UPDATE users SET email = '' WHERE id > 1000
UPDATE users SET email = 'x' ORDER BY id DESC LIMIT 2
UPDATE users SET email = 'x' ORDER BY credits LIMIT 1
UPDATE users SET email = 'x' LIMIT 1
UPDATE users SET email = 'x' LIMIT 0
UPDATE users SET notes = (SELECT COUNT(*) FROM `lines` WHERE member_id = users.id)
UPDATE users SET credits = (SELECT SUM(amount) FROM users_credits_logs WHERE target_id = users.id)
UPDATE users SET credits = (SELECT MAX(credits) FROM users)
UPDATE users SET credits = credits + 1 WHERE id IN (SELECT owner_id FROM users)
UPDATE users SET notes = 'rich' WHERE credits > (SELECT AVG(credits) FROM users)
UPDATE users u SET u.notes = 'alias' WHERE u.id = 88
UPDATE users AS u SET notes = u.username WHERE u.id = 88
UPDATE xui.users SET notes = 'x' WHERE xui.users.id = 88
UPDATE `users` SET `notes` = "double" WHERE `id` = '88'
UPDATE LOW_PRIORITY users SET notes = 'x' WHERE id = 88
UPDATE users SET date_registered = '2.5' WHERE id = 88
UPDATE users SET date_registered = 2.5e0 WHERE id = 88
UPDATE users SET date_registered = NOW() WHERE id = 88
UPDATE users SET date_registered = 'abc' WHERE id = 88
UPDATE users SET date_registered = -2147483649 WHERE id = 88
UPDATE users SET override_packages = JSON_SET(override_packages, '$."2"', 5) WHERE id = 90
UPDATE `lines` SET exp_date = '2027-12-31' WHERE id = 5001
UPDATE `lines` SET exp_date = '2027-12-31 10:00:00' WHERE id = 5001
UPDATE `lines` SET exp_date = NULL WHERE id = 5001
UPDATE `lines` SET exp_date = DATE_ADD(exp_date, INTERVAL 1 MONTH) WHERE exp_date IS NOT NULL
UPDATE `lines` SET exp_date = exp_date + INTERVAL 30 DAY WHERE id IN (5001, 5003, 5004)
UPDATE `lines` SET exp_date = NOW() + INTERVAL 7 DAY WHERE exp_date < NOW()
UPDATE `lines` SET exp_date = IF(exp_date > NOW(), DATE_ADD(exp_date, INTERVAL 1 MONTH), DATE_ADD(CURDATE(), INTERVAL 1 MONTH)) WHERE member_id = 90
UPDATE `lines` SET exp_date = DATE_ADD(GREATEST(exp_date, '2026-06-01'), INTERVAL 1 YEAR) WHERE id = 5002
-- differs: a midnight time becomes a bare date
UPDATE `lines` SET exp_date = '2027-12-31 00:00:00' WHERE id = 5001
--> affected: 1, insert_id: 0
--> changed: lines {"id":5001,"exp_date":"2027-12-31"}
-- differs: seconds become a date
UPDATE `lines` SET exp_date = 1798761600 WHERE id = 5001
--> affected: 1, insert_id: 0
--> changed: lines {"id":5001,"exp_date":"2027-01-01"}
-- differs: seconds become a date
UPDATE `lines` SET exp_date = UNIX_TIMESTAMP() + 86400 WHERE id = 5001
--> affected: 1, insert_id: 0
--> changed: lines {"id":5001,"exp_date":"2026-03-16 14:30:00"}
-- differs: no date is NULL
UPDATE `lines` SET exp_date = '' WHERE id = 5001
--> affected: 1, insert_id: 0
--> changed: lines {"id":5001,"exp_date":null}
-- differs: no date is NULL
UPDATE `lines` SET exp_date = 0 WHERE id = 5001
--> affected: 1, insert_id: 0
--> changed: lines {"id":5001,"exp_date":null}
-- differs: what is no date fails
UPDATE `lines` SET exp_date = 'soon' WHERE id = 5001
--> error 0: *
-- differs: what is no date fails, and nothing is written
UPDATE `lines` SET exp_date = IF(id = 5008, 'soon', '2027-01-01')
--> error 0: *
UPDATE `lines` SET enabled = 0 WHERE exp_date < NOW() AND exp_date IS NOT NULL
UPDATE `lines` SET enabled = 0, admin_enabled = 0 WHERE username = 'EMILE'
UPDATE `lines` SET password = 'new' WHERE username = 'emile' LIMIT 1
UPDATE `lines` SET password = MD5(username) WHERE id = 5001
UPDATE `lines` SET bouquet = '[1,2,3]' WHERE id = 5001
UPDATE `lines` SET bouquet = JSON_ARRAY_APPEND(bouquet, '$', 9) WHERE JSON_CONTAINS(bouquet, '1')
UPDATE `lines` SET bouquet = REPLACE(bouquet, '5', '6')
UPDATE `lines` SET bouquet = 'anything' WHERE id = 5001
UPDATE `lines` SET bouquet = NULL WHERE id = 5001
UPDATE `lines` SET isp_desc = NULL WHERE isp_desc = 'ORANGE'
UPDATE `lines` SET max_connections = max_connections + 1 WHERE member_id = 90
UPDATE `lines` SET max_connections = 'two' WHERE id = 5002
UPDATE `lines` SET max_connections = NULL WHERE id = 5002
UPDATE `lines` SET member_id = NULL WHERE id = 5001
UPDATE `lines` SET member_id = '' WHERE id = 5001
UPDATE `lines` SET admin_notes = CONCAT(admin_notes, ' +1') WHERE admin_notes <> ''
UPDATE `lines` SET username = 'Emile' WHERE id = 5002
UPDATE `lines` SET username = 'emile ' WHERE id = 5002
UPDATE `lines` SET username = REPEAT('x', 300) WHERE id = 5002
UPDATE `lines` l JOIN users u ON u.id = l.member_id SET l.enabled = 0 WHERE u.status = 0
UPDATE `lines` l JOIN users u ON u.id = l.member_id SET l.admin_notes = u.username, u.notes = l.username WHERE u.id = 90
UPDATE `lines` l INNER JOIN users u ON u.id = l.member_id SET l.max_connections = l.max_connections + 1, l.contact = l.max_connections WHERE u.id = 91
UPDATE `lines` l LEFT JOIN users u ON u.id = l.member_id SET l.member_id = 1 WHERE u.id IS NULL
UPDATE `lines`, users SET `lines`.reseller_notes = users.email WHERE users.id = `lines`.member_id AND users.id = 90
UPDATE users u JOIN `lines` l ON l.member_id = u.id SET u.credits = u.credits + 1
UPDATE users u JOIN `lines` l ON l.member_id = u.id SET u.notes = l.id
UPDATE users u JOIN (SELECT member_id, COUNT(*) AS n FROM `lines` GROUP BY member_id) c ON c.member_id = u.id SET u.notes = c.n
UPDATE users a JOIN users b ON b.id = a.owner_id SET a.notes = b.username
UPDATE users u JOIN `lines` l ON l.member_id = u.id SET u.notes = 'x' WHERE l.id = 5001
UPDATE IGNORE blocked_ips SET ip = 'same'
UPDATE IGNORE blocked_ips SET ip = '198.51.100.15'
UPDATE IGNORE blocked_ips SET id = 15 WHERE id = 16
UPDATE IGNORE users SET credits = NULL WHERE id = 88
UPDATE blocked_ips SET id = id + 1 ORDER BY id DESC
UPDATE blocked_ips SET ip = '198.51.100.15' WHERE id = 15
UPDATE blocked_ips SET ip = 'CAFÉ' WHERE id = 18
UPDATE blocked_ips SET notes = UPPER(notes)
UPDATE blocked_ips SET date = date + 3600, notes = FROM_UNIXTIME(date) WHERE id = 15
UPDATE access_codes SET enabled = 0 WHERE code = 'reseller01'
UPDATE activecodes SET exp_date = '2028-01-01', enabled = 0 WHERE batch = 'b1'
UPDATE streams SET `order` = `order` * 10 WHERE type = 1
UPDATE streams SET rating = rating + 0.1, year = year + 1 WHERE type = 2
UPDATE streams SET stream_display_name = TRIM(stream_display_name)
UPDATE streams_servers SET stream_status = 1, pid = NULL WHERE server_id = 1 AND pid IS NOT NULL
UPDATE servers SET connections = connections + 1 WHERE id = 1
UPDATE lines_activity SET divergence = divergence * 2
UPDATE lines_activity SET divergence = '1/2' WHERE activity_id = 13001
UPDATE lines_activity SET date_end = date_start + 60 WHERE date_end IS NULL
UPDATE users_packages SET official_credits = official_credits * 1.15 WHERE is_official = 1
UPDATE bouquets SET bouquet_order = bouquet_order + 1, bouquet_name = CONCAT(bouquet_order, '. ', bouquet_name)
UPDATE users SET notes = 'a' WHERE id = 88 AND
UPDATE lines_activity SET server_id = GREATEST('10', '9'), stream_id = LEAST('10', '9'), user_id = '2026-01-31' + INTERVAL 1 DAY, date_end = JSON_EXTRACT('["7"]', '$[0]') WHERE activity_id = 13001
-- A decimal that is chosen is stored as a text with its own places.
UPDATE users SET notes = IF(id > 90, 1.5, 2), theme = CASE WHEN id = 1 THEN 100 WHEN id = 2 THEN 0.125 ELSE credits END
UPDATE users SET notes = IFNULL(NULL, 10.0), theme = COALESCE(NULL, credits, 1.125)
UPDATE users SET notes = LEAST(10.0, credits), theme = GREATEST(10.0, credits, 3.125)
UPDATE users SET notes = LEAST(10.0, NULL, credits), theme = LEAST(IF(id > 90, 1.5, 200), GREATEST(0.25, credits))
UPDATE users SET notes = IF(id > 90, IF(id = 91, 1, 2.25), 3.125), theme = CASE id WHEN 1 THEN 1.0 WHEN 91 THEN credits / 3 ELSE 7 END
UPDATE users SET notes = CONCAT(IF(id > 90, 1.5, 2)), theme = NULLIF(IF(id > 90, 1.50, 2), 2)
