-- INSERT … ON DUPLICATE KEY UPDATE.
INSERT INTO blocked_ips (ip, notes) VALUES ('new', 'n') ON DUPLICATE KEY UPDATE notes = 'again'
INSERT INTO blocked_ips (ip, notes) VALUES ('198.51.100.15', 'n') ON DUPLICATE KEY UPDATE notes = 'again'
INSERT INTO blocked_ips (ip, notes) VALUES ('198.51.100.15', 'n') ON DUPLICATE KEY UPDATE notes = VALUES(notes)
INSERT INTO blocked_ips (ip, notes) VALUES ('198.51.100.15', 'n') ON DUPLICATE KEY UPDATE notes = CONCAT(notes, '+', VALUES(notes)), date = date + 1
INSERT INTO blocked_ips (ip, notes) VALUES ('198.51.100.15', 'n') ON DUPLICATE KEY UPDATE notes = notes
INSERT INTO blocked_ips (ip, notes) VALUES ('198.51.100.15', 'n') ON DUPLICATE KEY UPDATE notes = 'scanner'
INSERT INTO blocked_ips (ip, notes) VALUES ('198.51.100.15', 'a'), ('new', 'b'), ('198.51.100.16', 'c') ON DUPLICATE KEY UPDATE notes = VALUES(notes)
INSERT INTO blocked_ips (ip, notes) VALUES ('new', 'a'), ('NEW', 'b') ON DUPLICATE KEY UPDATE notes = VALUES(notes)
INSERT INTO blocked_ips (ip) VALUES ('198.51.100.15') ON DUPLICATE KEY UPDATE id = LAST_INSERT_ID(id)
INSERT INTO blocked_ips (ip) VALUES ('198.51.100.15') ON DUPLICATE KEY UPDATE id = 99
INSERT INTO blocked_ips (ip) VALUES ('198.51.100.15') ON DUPLICATE KEY UPDATE ip = '198.51.100.16'
INSERT INTO blocked_ips (ip) VALUES ('198.51.100.15') ON DUPLICATE KEY UPDATE notes = NULL
INSERT INTO blocked_ips (ip) VALUES ('198.51.100.15'), ('x') ON DUPLICATE KEY UPDATE notes = NULL
INSERT INTO blocked_ips (id, ip) VALUES (15, 'changed') ON DUPLICATE KEY UPDATE ip = VALUES(ip)
INSERT INTO blocked_ips SET ip = '198.51.100.15', notes = 'set' ON DUPLICATE KEY UPDATE notes = VALUES(notes), date = 5
INSERT INTO blocked_ips (ip, notes) SELECT ip, 'copied' FROM blocked_ips WHERE id < 17 ON DUPLICATE KEY UPDATE notes = VALUES(notes)
INSERT INTO blocked_ips (ip, notes) SELECT 'brand new', 'x' ON DUPLICATE KEY UPDATE notes = VALUES(notes)
INSERT IGNORE INTO blocked_ips (ip) VALUES ('198.51.100.15') ON DUPLICATE KEY UPDATE ip = '198.51.100.16'
INSERT INTO users (id, username, credits) VALUES (88, 'x', 5) ON DUPLICATE KEY UPDATE credits = credits + VALUES(credits)
INSERT INTO access_codes (code, type) VALUES ('RESELLER01', 7) ON DUPLICATE KEY UPDATE type = VALUES(type), enabled = 0
INSERT INTO blocked_isps (isp) VALUES ('x') ON DUPLICATE KEY UPDATE isp = 'y'
INSERT INTO blocked_ips (ip, date) VALUES ('198.51.100.15', 7) ON DUPLICATE KEY UPDATE date = VALUES(date) + date, notes = date
-- The update list names columns of the SELECT's tables.
INSERT INTO blocked_ips (ip, notes) SELECT b.ip, 'x' FROM blocked_ips b ON DUPLICATE KEY UPDATE notes = CONCAT(blocked_ips.notes, '/', b.id, '/', b.notes), date = b.date + 1
INSERT INTO blocked_ips (ip, notes) SELECT u.username, 'x' FROM users u WHERE u.id > 88 UNION ALL SELECT '198.51.100.15', 'y' ON DUPLICATE KEY UPDATE notes = VALUES(notes)
INSERT INTO users (id, username) SELECT l.member_id, l.username FROM `lines` l WHERE l.member_id > 80 ON DUPLICATE KEY UPDATE notes = CONCAT(notes, l.password, ';'), credits = credits + l.max_connections
INSERT INTO users (id, username) SELECT l.member_id, l.username FROM `lines` l WHERE l.member_id > 80 ORDER BY l.id DESC LIMIT 3 ON DUPLICATE KEY UPDATE notes = CONCAT(notes, l.id, ';'), theme = LENGTH(notes)
INSERT INTO users (id, username) SELECT l.member_id, 'u' FROM `lines` l WHERE l.member_id > 80 ON DUPLICATE KEY UPDATE users.notes = exp_date, email = is_trial
INSERT INTO users (id, username, credits) SELECT u.id, 'u', 1 FROM users u ON DUPLICATE KEY UPDATE credits = u.credits / 3 + VALUES(credits), notes = u.credits
INSERT INTO users (id, username) SELECT DISTINCT l.member_id, 'k' FROM `lines` l WHERE l.member_id > 80 ON DUPLICATE KEY UPDATE notes = l.username, theme = l.id
INSERT INTO users (id, username) SELECT DISTINCT l.member_id, l.is_trial FROM `lines` l WHERE l.member_id > 80 ORDER BY l.member_id DESC, l.is_trial LIMIT 2 ON DUPLICATE KEY UPDATE users.notes = CONCAT(users.notes, l.username)
INSERT INTO users (id, username) SELECT d.k, 'd' FROM (SELECT member_id AS k, COUNT(*) AS n, MAX(username) AS m FROM `lines` GROUP BY member_id) d WHERE d.k > 80 ON DUPLICATE KEY UPDATE theme = n, notes = d.m
INSERT INTO users (id, username) SELECT u.id, 'j' FROM users u LEFT JOIN `lines` l ON l.member_id = u.id AND l.id > 5004 ON DUPLICATE KEY UPDATE notes = IFNULL(l.username, 'none'), hue = u.hue
INSERT INTO users (id, username) SELECT u.id, 'j' FROM users u LEFT JOIN `lines` l ON l.member_id = u.id AND l.id > 5004 ON DUPLICATE KEY UPDATE notes = l.username
INSERT IGNORE INTO users (id, username) SELECT u.id, 'j' FROM users u LEFT JOIN `lines` l ON l.member_id = u.id AND l.id > 5004 ON DUPLICATE KEY UPDATE notes = l.username
INSERT INTO users (id, username) SELECT u.id, 'j' FROM users u HAVING u.id > 90 ON DUPLICATE KEY UPDATE notes = u.timezone
INSERT INTO users (id, username) (SELECT a.id, b.username FROM users a JOIN users b ON a.id = b.owner_id) ON DUPLICATE KEY UPDATE notes = b.id, theme = a.id + b.id
INSERT INTO users (id, username) WITH w AS (SELECT id AS k, credits * 2 AS twice FROM users) SELECT w.k, 'w' FROM w ON DUPLICATE KEY UPDATE credits = w.twice
INSERT INTO users (id, username) SELECT u.id, 's' FROM users u WHERE u.id = 88 ON DUPLICATE KEY UPDATE notes = (SELECT CONCAT(u.username, '!'))
INSERT INTO lines_activity (activity_id, divergence) SELECT a.activity_id, 0.5 FROM lines_activity a ON DUPLICATE KEY UPDATE divergence = a.divergence / 3, isp = a.divergence, date_end = '1.5.5'
INSERT INTO users (id, username) SELECT u.id, 'a' FROM users u ON DUPLICATE KEY UPDATE notes = notes
INSERT INTO users (id, username) SELECT users.id, 'a' FROM users ON DUPLICATE KEY UPDATE notes = users.notes
INSERT INTO users (id, username) SELECT a.id, 'a' FROM `lines` a JOIN `lines` b ON a.id = b.id ON DUPLICATE KEY UPDATE notes = contact
INSERT INTO users (id, username) SELECT l.member_id, MAX(l.username) FROM `lines` l GROUP BY l.member_id ON DUPLICATE KEY UPDATE notes = l.member_id
INSERT INTO users (id, username) SELECT l.member_id, MAX(l.username) FROM `lines` l WHERE l.member_id > 80 GROUP BY l.member_id ON DUPLICATE KEY UPDATE notes = VALUES(username), theme = theme + 1
INSERT INTO users (id, username) SELECT COUNT(*), 'n' FROM `lines` l ON DUPLICATE KEY UPDATE notes = l.username
INSERT INTO users (id, username) SELECT l.member_id, ROW_NUMBER() OVER (ORDER BY l.id) FROM `lines` l ON DUPLICATE KEY UPDATE notes = l.contact
INSERT INTO users (id, username) SELECT l.member_id, l.username AS x FROM `lines` l ON DUPLICATE KEY UPDATE notes = x
INSERT INTO users (id, username) SELECT l.member_id, l.username FROM `lines` l ON DUPLICATE KEY UPDATE l.contact = 'x'
INSERT INTO users (id, username) SELECT l.member_id, l.username FROM `lines` l ON DUPLICATE KEY UPDATE notes = SUM(l.id)
INSERT INTO users (id, username) SELECT l.member_id, l.username FROM `lines` l ON DUPLICATE KEY UPDATE notes = VALUES(contact)
INSERT INTO users (id, username) SELECT l.member_id FROM `lines` l ON DUPLICATE KEY UPDATE notes = l.nothing
INSERT INTO users (id, username) VALUES (88, 'v') ON DUPLICATE KEY UPDATE l.notes = 'x'
-- differs: the database reads NULL there, whatever the row has
INSERT INTO users (id, username) SELECT l.member_id, 'x' FROM `lines` l UNION SELECT 1, 'y' ON DUPLICATE KEY UPDATE notes = l.username
--> error 1054: Unknown column 'l.username' in 'field list'
