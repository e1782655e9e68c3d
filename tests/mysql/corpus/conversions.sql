-- What a value becomes in a column of each type, by INSERT … SELECT so that one statement tells one conversion.
UPDATE users SET theme = '2.7', status = '2.7', credits = '2.7', notes = '2.7' WHERE id = 93
UPDATE users SET theme = '1e2', status = '1e2', credits = '1e2', notes = '1e2' WHERE id = 93
UPDATE users SET theme = '12abc', status = '12abc', credits = '12abc', notes = '12abc' WHERE id = 93
UPDATE users SET theme = 'abc', status = 'abc', credits = 'abc', notes = 'abc' WHERE id = 93
UPDATE users SET theme = '', status = '', credits = '', notes = '' WHERE id = 93
UPDATE users SET theme = ' 5', status = ' 5', credits = ' 5', notes = ' 5' WHERE id = 93
UPDATE users SET theme = 2.5, status = 2.5, credits = 2.5, notes = 2.5 WHERE id = 93
UPDATE users SET theme = -2.5, status = -2.5, credits = -2.5, notes = -2.5 WHERE id = 93
UPDATE users SET theme = '2.5', status = '2.5', credits = '2.5', notes = '2.5' WHERE id = 93
UPDATE users SET theme = '-2.5', status = '-2.5', credits = '-2.5', notes = '-2.5' WHERE id = 93
UPDATE users SET theme = 2.5e0, status = 2.5e0, credits = 2.5e0, notes = 2.5e0 WHERE id = 93
UPDATE users SET theme = 3.5e0, status = 3.5e0, credits = 3.5e0, notes = 3.5e0 WHERE id = 93
UPDATE users SET theme = 1e20, status = 1e20, credits = 1e20, notes = 1e20 WHERE id = 93
UPDATE users SET theme = -1e20, status = -1e20, credits = -1e20, notes = -1e20 WHERE id = 93
UPDATE users SET theme = NULL, status = NULL, credits = NULL, notes = NULL WHERE id = 93
UPDATE users SET theme = TRUE, status = TRUE, credits = TRUE, notes = TRUE WHERE id = 93
UPDATE users SET theme = NOW(), status = NOW(), credits = NOW(), notes = NOW() WHERE id = 93
UPDATE users SET theme = CURDATE(), status = CURDATE(), credits = CURDATE(), notes = CURDATE() WHERE id = 93
UPDATE users SET theme = '2026-03-15', status = '2026-03-15', credits = '2026-03-15', notes = '2026-03-15' WHERE id = 93
UPDATE users SET theme = 99999999999, status = 99999999999, credits = 99999999999, notes = 99999999999 WHERE id = 93
UPDATE users SET theme = -99999999999, status = -99999999999, credits = -99999999999, notes = -99999999999 WHERE id = 93
UPDATE users SET theme = 1/3, status = 1/3, credits = 1/3, notes = 1/3 WHERE id = 93
UPDATE users SET theme = 0x41, status = 0x41, credits = 0x41, notes = 0x41 WHERE id = 93
UPDATE users SET theme = '1.005', status = '1.005', credits = '1.005', notes = '1.005' WHERE id = 93
UPDATE users SET theme = 1.005, status = 1.005, credits = 1.005, notes = 1.005 WHERE id = 93
UPDATE lines_activity SET divergence = '2.7', isp = '2.7' WHERE activity_id = 13002
UPDATE lines_activity SET divergence = 'abc', isp = 'abc' WHERE activity_id = 13002
UPDATE lines_activity SET divergence = 2.5, isp = 2.5 WHERE activity_id = 13002
UPDATE lines_activity SET divergence = 1/3, isp = 1/3 WHERE activity_id = 13002
UPDATE lines_activity SET divergence = 1e20, isp = 1e20 WHERE activity_id = 13002
UPDATE lines_activity SET divergence = NULL, isp = NULL WHERE activity_id = 13002
UPDATE lines_activity SET divergence = NOW(), isp = NOW() WHERE activity_id = 13002
UPDATE lines_activity SET divergence = TRUE, isp = TRUE WHERE activity_id = 13002
UPDATE lines_activity SET divergence = '1e-3', isp = '1e-3' WHERE activity_id = 13002
UPDATE lines_activity SET divergence = 12345678901234567890, isp = 12345678901234567890 WHERE activity_id = 13002
INSERT INTO streams (type, year, rating, stream_display_name) SELECT '2.7', '2.7', '2.7', '2.7'
INSERT INTO streams (type, year, rating, stream_display_name) SELECT NULL, NULL, NULL, NULL
INSERT INTO streams (type, year, rating, stream_display_name) SELECT 1e0, 1e0, 1e0, 1e0
INSERT INTO streams (type, year, rating, stream_display_name) SELECT 0, 0, 0, 0
INSERT INTO streams (type, year, rating, stream_display_name) SELECT '', '', '', ''
INSERT INTO streams (type, year, rating, stream_display_name) SELECT 'x', 'x', 'x', 'x'
-- A text with a second point in a column of integers.
UPDATE users SET owner_id = '198.51.100.16', status = '31.01.26' WHERE id = 88
INSERT INTO blocked_ips (ip, date) VALUES ('a', '1.2.3'), ('b', '-1.6.3'), ('c', '1.9.'), ('d', '.5.5'), ('e', '1..2'), ('f', '1.25e1.3'), ('g', '1.6e+'), ('h', '1.6e+ '), ('i', '1.9.e5'), ('j', '1.2 .3')
INSERT INTO blocked_ips (id, ip) VALUES ('4.2.1', 'key')
INSERT INTO users (username, credits) VALUES ('two points', '1.2.3')
INSERT INTO lines_activity (divergence) VALUES ('1.2.3')
SELECT CAST('1.2.3' AS SIGNED), '1.2.3' + 0, CAST('1.2.3' AS DECIMAL(5,2))
