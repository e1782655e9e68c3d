-- From version 3 of `schema.sql` to version 4: the audit log.
CREATE TABLE linecard_audit (
    id        INTEGER PRIMARY KEY, -- int
    at        INTEGER NOT NULL, -- unix
    user_id   INTEGER, -- int
    key_id    INTEGER, -- int
    address   TEXT, -- text
    surface   TEXT NOT NULL, -- text
    action    TEXT NOT NULL, -- text
    thing     TEXT NOT NULL, -- text
    thing_id  INTEGER, -- int
    count     INTEGER NOT NULL, -- int
    before    TEXT, -- json
    after     TEXT -- json
) STRICT;

CREATE TABLE linecard_audit_kept (
    id     INTEGER PRIMARY KEY CHECK (id = 1), -- int
    since  INTEGER NOT NULL DEFAULT 0 -- unix
) STRICT;

INSERT INTO linecard_audit_kept (id) VALUES (1);

CREATE TRIGGER linecard_audit_update BEFORE UPDATE ON linecard_audit BEGIN
    SELECT RAISE(ABORT, 'a row of the audit log is never changed');
END;

CREATE TRIGGER linecard_audit_delete BEFORE DELETE ON linecard_audit
WHEN OLD.at >= (SELECT since FROM linecard_audit_kept) BEGIN
    SELECT RAISE(ABORT, 'this row of the audit log is kept');
END;
