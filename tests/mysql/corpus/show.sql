-- SHOW, DESCRIBE, EXPLAIN of tables.
SHOW TABLES
SHOW TABLES LIKE 'users%'
SHOW TABLES LIKE 'USERS'
SHOW TABLES LIKE 'nope'
SHOW TABLES FROM xui LIKE 'line_'
SHOW COLUMNS FROM blocked_ips
SHOW COLUMNS FROM access_codes
SHOW COLUMNS FROM users LIKE 'cred%'
SHOW COLUMNS FROM `lines` LIKE 'exp_date'
SHOW COLUMNS IN rtmp_ips
SHOW FIELDS FROM profiles
SHOW COLUMNS FROM blocked_isps FROM xui
SHOW FULL COLUMNS FROM blocked_isps
DESCRIBE users_credits_logs
DESC blocked_uas
DESC blocked_uas user_agent
EXPLAIN bouquets
DESCRIBE xui.rtmp_ips
DESCRIBE nope
SHOW COLUMNS FROM nope
DESCRIBE activecodes
DESCRIBE users_packages
