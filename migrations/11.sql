-- From version 10 of `schema.sql` to version 11: named keys of accounts are secrets too. A CHECK cannot be changed, so the
-- table is made anew, with its rows and those that refer to them.
CREATE TEMP TABLE kept_secrets AS SELECT * FROM linecard_secrets;
CREATE TEMP TABLE kept_replays AS SELECT * FROM linecard_replays;
CREATE TEMP TABLE kept_sequence AS SELECT seq FROM sqlite_sequence WHERE name = 'linecard_secrets';
DELETE FROM linecard_replays;
DROP TABLE linecard_secrets;

CREATE TABLE linecard_secrets (
    id        INTEGER PRIMARY KEY AUTOINCREMENT, -- int
    kind      TEXT NOT NULL CHECK (kind IN ('nxt', 'billing', 'named')), -- text
    name      TEXT NOT NULL, -- text
    hash      TEXT NOT NULL UNIQUE, -- text
    scopes    TEXT NOT NULL DEFAULT '[]', -- json
    tier      TEXT NOT NULL DEFAULT '', -- text
    ttl       INTEGER, -- int
    created   INTEGER NOT NULL DEFAULT 0, -- unix
    last_used INTEGER, -- unix
    revoked   INTEGER, -- unix
    user_id   INTEGER REFERENCES users (id) ON DELETE CASCADE CHECK ((kind = 'named') = (coalesce(user_id, 0) <> 0)) -- int
) STRICT;

CREATE UNIQUE INDEX linecard_secrets_name ON linecard_secrets (kind, name) WHERE revoked IS NULL;
CREATE INDEX linecard_secrets_user ON linecard_secrets (user_id) WHERE user_id IS NOT NULL;

CREATE TRIGGER linecard_secrets_access_insert AFTER INSERT ON linecard_secrets BEGIN
    UPDATE linecard_access SET version = version + 1 WHERE id = 1;
END;

CREATE TRIGGER linecard_secrets_access_update AFTER UPDATE OF
    id, kind, name, hash, scopes, tier, ttl, created, revoked, user_id ON linecard_secrets
BEGIN
    UPDATE linecard_access SET version = version + 1 WHERE id = 1;
END;

CREATE TRIGGER linecard_secrets_access_delete AFTER DELETE ON linecard_secrets BEGIN
    UPDATE linecard_access SET version = version + 1 WHERE id = 1;
END;

INSERT INTO linecard_secrets (id, kind, name, hash, scopes, tier, ttl, created, last_used, revoked)
SELECT id, kind, name, hash, scopes, tier, ttl, created, last_used, revoked FROM kept_secrets;
UPDATE sqlite_sequence SET seq = max(seq, (SELECT seq FROM kept_sequence)) WHERE name = 'linecard_secrets';
INSERT INTO linecard_replays (secret_id, key, request, status, location, body, at)
SELECT secret_id, key, request, status, location, body, at FROM kept_replays;
DROP TABLE kept_secrets;
DROP TABLE kept_replays;
DROP TABLE kept_sequence;
