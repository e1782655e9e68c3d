-- From version 2 of `schema.sql` to version 3: `linecard_gates`, which counts the changes of the access rules, is
-- `linecard_access`, and its triggers are named after it.
DROP TRIGGER access_codes_gate_insert;
DROP TRIGGER access_codes_gate_update;
DROP TRIGGER access_codes_gate_delete;
DROP TRIGGER blocked_ips_gate_insert;
DROP TRIGGER blocked_ips_gate_update;
DROP TRIGGER blocked_ips_gate_delete;
DROP TRIGGER users_gate_insert;
DROP TRIGGER users_gate_update;
DROP TRIGGER users_gate_delete;
DROP TRIGGER users_groups_gate_insert;
DROP TRIGGER users_groups_gate_update;
DROP TRIGGER users_groups_gate_delete;
DROP TRIGGER linecard_settings_gate_insert;
DROP TRIGGER linecard_settings_gate_update;
DROP TRIGGER linecard_settings_gate_delete;
DROP TRIGGER servers_gate_insert;
DROP TRIGGER servers_gate_update;
DROP TRIGGER servers_gate_delete;

CREATE TABLE linecard_access (
    id      INTEGER PRIMARY KEY CHECK (id = 1), -- int
    version INTEGER NOT NULL DEFAULT 0 -- int
) STRICT;

INSERT INTO linecard_access (id, version) SELECT id, version FROM linecard_gates;

DROP TABLE linecard_gates;

CREATE TRIGGER access_codes_access_insert AFTER INSERT ON access_codes BEGIN
    UPDATE linecard_access SET version = version + 1 WHERE id = 1;
END;

CREATE TRIGGER access_codes_access_update AFTER UPDATE ON access_codes BEGIN
    UPDATE linecard_access SET version = version + 1 WHERE id = 1;
END;

CREATE TRIGGER access_codes_access_delete AFTER DELETE ON access_codes BEGIN
    UPDATE linecard_access SET version = version + 1 WHERE id = 1;
END;

CREATE TRIGGER blocked_ips_access_insert AFTER INSERT ON blocked_ips BEGIN
    UPDATE linecard_access SET version = version + 1 WHERE id = 1;
END;

CREATE TRIGGER blocked_ips_access_update AFTER UPDATE ON blocked_ips BEGIN
    UPDATE linecard_access SET version = version + 1 WHERE id = 1;
END;

CREATE TRIGGER blocked_ips_access_delete AFTER DELETE ON blocked_ips BEGIN
    UPDATE linecard_access SET version = version + 1 WHERE id = 1;
END;

CREATE TRIGGER users_access_insert AFTER INSERT ON users BEGIN
    UPDATE linecard_access SET version = version + 1 WHERE id = 1;
END;

CREATE TRIGGER users_access_update AFTER UPDATE OF id, api_key, status, member_group_id ON users BEGIN
    UPDATE linecard_access SET version = version + 1 WHERE id = 1;
END;

CREATE TRIGGER users_access_delete AFTER DELETE ON users BEGIN
    UPDATE linecard_access SET version = version + 1 WHERE id = 1;
END;

CREATE TRIGGER users_groups_access_insert AFTER INSERT ON users_groups BEGIN
    UPDATE linecard_access SET version = version + 1 WHERE id = 1;
END;

CREATE TRIGGER users_groups_access_update AFTER UPDATE OF group_id, is_admin, is_reseller ON users_groups BEGIN
    UPDATE linecard_access SET version = version + 1 WHERE id = 1;
END;

CREATE TRIGGER users_groups_access_delete AFTER DELETE ON users_groups BEGIN
    UPDATE linecard_access SET version = version + 1 WHERE id = 1;
END;

CREATE TRIGGER linecard_settings_access_insert AFTER INSERT ON linecard_settings BEGIN
    UPDATE linecard_access SET version = version + 1 WHERE id = 1;
END;

CREATE TRIGGER linecard_settings_access_update AFTER UPDATE ON linecard_settings BEGIN
    UPDATE linecard_access SET version = version + 1 WHERE id = 1;
END;

CREATE TRIGGER linecard_settings_access_delete AFTER DELETE ON linecard_settings BEGIN
    UPDATE linecard_access SET version = version + 1 WHERE id = 1;
END;

CREATE TRIGGER servers_access_insert AFTER INSERT ON servers BEGIN
    UPDATE linecard_access SET version = version + 1 WHERE id = 1;
END;

CREATE TRIGGER servers_access_update AFTER UPDATE OF server_ip, private_ip, whitelist_ips ON servers BEGIN
    UPDATE linecard_access SET version = version + 1 WHERE id = 1;
END;

CREATE TRIGGER servers_access_delete AFTER DELETE ON servers BEGIN
    UPDATE linecard_access SET version = version + 1 WHERE id = 1;
END;
