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
