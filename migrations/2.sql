-- From version 1 of `schema.sql` to version 2: settings that change while the panel runs, columns of
-- customised panels, and the servers' addresses among the gates.
CREATE TABLE linecard_settings (
    name   TEXT PRIMARY KEY, -- text
    value  TEXT NOT NULL -- text
) STRICT;

CREATE TABLE linecard_extra (
    line_id  INTEGER NOT NULL REFERENCES lines (id) ON DELETE CASCADE, -- int
    name     TEXT NOT NULL, -- text
    value    TEXT NOT NULL, -- text
    PRIMARY KEY (line_id, name)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER linecard_settings_gate_insert AFTER INSERT ON linecard_settings BEGIN
    UPDATE linecard_gates SET version = version + 1 WHERE id = 1;
END;

CREATE TRIGGER linecard_settings_gate_update AFTER UPDATE ON linecard_settings BEGIN
    UPDATE linecard_gates SET version = version + 1 WHERE id = 1;
END;

CREATE TRIGGER linecard_settings_gate_delete AFTER DELETE ON linecard_settings BEGIN
    UPDATE linecard_gates SET version = version + 1 WHERE id = 1;
END;

CREATE TRIGGER servers_gate_insert AFTER INSERT ON servers BEGIN
    UPDATE linecard_gates SET version = version + 1 WHERE id = 1;
END;

CREATE TRIGGER servers_gate_update AFTER UPDATE OF server_ip, private_ip, whitelist_ips ON servers BEGIN
    UPDATE linecard_gates SET version = version + 1 WHERE id = 1;
END;

CREATE TRIGGER servers_gate_delete AFTER DELETE ON servers BEGIN
    UPDATE linecard_gates SET version = version + 1 WHERE id = 1;
END;
