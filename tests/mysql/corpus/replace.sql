-- REPLACE: counts of deleted and inserted rows.
REPLACE INTO blocked_ips (ip) VALUES ('new')
REPLACE INTO blocked_ips (ip) VALUES ('198.51.100.15')
REPLACE INTO blocked_ips (id, ip) VALUES (15, '198.51.100.16')
REPLACE INTO blocked_ips (id, ip) VALUES (15, 'other')
REPLACE INTO blocked_ips (id, ip, notes, date) VALUES (15, '198.51.100.15', 'scanner', 1767225600)
REPLACE INTO blocked_ips SET ip = '198.51.100.15', notes = 'again'
REPLACE INTO blocked_ips (ip) VALUES ('198.51.100.15'), ('198.51.100.15')
REPLACE INTO blocked_ips (ip, notes) VALUES ('a', '1'), ('A', '2'), ('á', '3')
REPLACE INTO blocked_ips (ip, notes) SELECT ip, 'copied' FROM blocked_ips ORDER BY id
REPLACE INTO blocked_ips (ip) SELECT 'x'
REPLACE blocked_isps (isp) VALUES ('no into')
REPLACE INTO blocked_isps VALUES (3, 'Other', 0)
REPLACE INTO blocked_isps (isp) VALUES (NULL)
REPLACE INTO blocked_isps (isp) VALUES (NULL), ('x')
REPLACE INTO access_codes (id, code) VALUES (3, 'replaced')
REPLACE INTO users (id, username) VALUES (93, 'replaced')
REPLACE INTO streams_categories (id, category_name) VALUES (1, 'Replaced'), (99, 'Added')
REPLACE INTO blocked_ips (id, ip) VALUES (NULL, 'q'), (17, 'zzz')
REPLACE INTO blocked_ips (id, ip) VALUES (NULL, 'CAFE'), (17, 'zzz')
REPLACE INTO blocked_ips (id, ip) VALUES (NULL, 'CAFE'), (50, 'zzz'), (17, 'f')
REPLACE INTO blocked_ips (id, ip) VALUES (NULL, 'CAFE'), (NULL, 'CAFE'), (51, 'CAFE')
