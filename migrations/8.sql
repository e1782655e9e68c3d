-- From version 7 of `schema.sql` to version 8: secrets of the REST APIs, devices of lines, answers that are repeated.
CREATE TABLE linecard_secrets (
    id        INTEGER PRIMARY KEY AUTOINCREMENT, -- int
    kind      TEXT NOT NULL CHECK (kind IN ('nxt', 'billing')), -- text
    name      TEXT NOT NULL, -- text
    hash      TEXT NOT NULL UNIQUE, -- text
    scopes    TEXT NOT NULL DEFAULT '[]', -- json
    tier      TEXT NOT NULL DEFAULT '', -- text
    ttl       INTEGER, -- int
    created   INTEGER NOT NULL DEFAULT 0, -- unix
    last_used INTEGER, -- unix
    revoked   INTEGER -- unix
) STRICT;

CREATE UNIQUE INDEX linecard_secrets_name ON linecard_secrets (kind, name) WHERE revoked IS NULL;

CREATE TRIGGER linecard_secrets_access_insert AFTER INSERT ON linecard_secrets BEGIN
    UPDATE linecard_access SET version = version + 1 WHERE id = 1;
END;

CREATE TRIGGER linecard_secrets_access_update AFTER UPDATE OF
    id, kind, name, hash, scopes, tier, ttl, created, revoked ON linecard_secrets
BEGIN
    UPDATE linecard_access SET version = version + 1 WHERE id = 1;
END;

CREATE TRIGGER linecard_secrets_access_delete AFTER DELETE ON linecard_secrets BEGIN
    UPDATE linecard_access SET version = version + 1 WHERE id = 1;
END;

CREATE TABLE linecard_tracked_lines (
    line_id      INTEGER PRIMARY KEY REFERENCES lines (id) ON DELETE CASCADE, -- int
    device_limit INTEGER NOT NULL CHECK (device_limit BETWEEN 0 AND 100) -- int
) STRICT;

CREATE TABLE linecard_devices (
    id         INTEGER PRIMARY KEY AUTOINCREMENT, -- int
    line_id    INTEGER NOT NULL REFERENCES lines (id) ON DELETE CASCADE, -- int
    mag_id     INTEGER REFERENCES mag_devices (mag_id) ON DELETE CASCADE, -- int
    device_id  TEXT, -- text
    user_agent TEXT, -- text
    ip         TEXT, -- text
    name       TEXT, -- text
    first_seen INTEGER NOT NULL DEFAULT 0, -- unix
    last_seen  INTEGER -- unix
) STRICT;

CREATE INDEX linecard_devices_line ON linecard_devices (line_id);
CREATE UNIQUE INDEX linecard_devices_mag ON linecard_devices (mag_id) WHERE mag_id IS NOT NULL;

CREATE TABLE linecard_replays (
    secret_id INTEGER NOT NULL REFERENCES linecard_secrets (id) ON DELETE CASCADE, -- int
    key       TEXT NOT NULL, -- text
    request   TEXT NOT NULL, -- text
    status    INTEGER NOT NULL, -- int
    location  TEXT, -- text
    body      TEXT NOT NULL, -- text
    at        INTEGER NOT NULL, -- unix
    PRIMARY KEY (secret_id, key)
) STRICT, WITHOUT ROWID;

CREATE INDEX linecard_replays_at ON linecard_replays (at);
