-- From version 4 of `schema.sql` to version 5: indexes for the comparisons of raw SQL.
CREATE INDEX lines_username_other ON lines (username) WHERE username GLOB '*[^ -~]*';
CREATE INDEX users_username_other ON users (username) WHERE username GLOB '*[^ -~]*';
CREATE INDEX access_codes_code ON access_codes (rtrim(code) COLLATE NOCASE);
CREATE INDEX access_codes_code_other ON access_codes (code) WHERE code GLOB '*[^ -~]*';
CREATE INDEX blocked_ips_ip ON blocked_ips (rtrim(ip) COLLATE NOCASE);
CREATE INDEX blocked_ips_ip_other ON blocked_ips (ip) WHERE ip GLOB '*[^ -~]*';
CREATE INDEX rtmp_ips_ip ON rtmp_ips (rtrim(ip) COLLATE NOCASE);
CREATE INDEX rtmp_ips_ip_other ON rtmp_ips (ip) WHERE ip GLOB '*[^ -~]*';
CREATE INDEX activecodes_code ON activecodes (rtrim(code) COLLATE NOCASE);
CREATE INDEX activecodes_code_other ON activecodes (code) WHERE code GLOB '*[^ -~]*';
