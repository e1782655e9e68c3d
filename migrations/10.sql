-- From version 9 of `schema.sql` to version 10: webhooks, their events and deliveries.
CREATE TABLE linecard_webhooks (
    id       INTEGER PRIMARY KEY AUTOINCREMENT, -- int
    url      TEXT NOT NULL, -- text
    secret   TEXT NOT NULL, -- text
    events   TEXT NOT NULL DEFAULT '[]', -- json
    active   INTEGER NOT NULL DEFAULT 1 CHECK (active IN (0, 1)), -- flag
    created  INTEGER NOT NULL DEFAULT 0 -- unix
) STRICT;

CREATE TRIGGER linecard_webhooks_insert AFTER INSERT ON linecard_webhooks BEGIN
    UPDATE linecard_access SET version = version + 1 WHERE id = 1;
    UPDATE linecard_due SET version = version + 1 WHERE id = 1;
END;

CREATE TRIGGER linecard_webhooks_update AFTER UPDATE ON linecard_webhooks BEGIN
    UPDATE linecard_access SET version = version + 1 WHERE id = 1;
    UPDATE linecard_due SET version = version + 1 WHERE id = 1;
END;

CREATE TRIGGER linecard_webhooks_delete AFTER DELETE ON linecard_webhooks BEGIN
    UPDATE linecard_access SET version = version + 1 WHERE id = 1;
    UPDATE linecard_due SET version = version + 1 WHERE id = 1;
END;

CREATE TABLE linecard_webhook_events (
    id         INTEGER PRIMARY KEY AUTOINCREMENT, -- int
    type       TEXT NOT NULL, -- text
    object     TEXT NOT NULL, -- text
    object_id  INTEGER NOT NULL, -- int
    at         INTEGER NOT NULL, -- int
    data       TEXT NOT NULL -- text
) STRICT;

CREATE TABLE linecard_webhook_deliveries (
    id          INTEGER PRIMARY KEY AUTOINCREMENT, -- int
    webhook_id  INTEGER NOT NULL REFERENCES linecard_webhooks (id) ON DELETE CASCADE, -- int
    event_id    INTEGER NOT NULL REFERENCES linecard_webhook_events (id) ON DELETE CASCADE, -- int
    object      TEXT NOT NULL, -- text
    object_id   INTEGER NOT NULL, -- int
    state       TEXT NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'delivered', 'failed')), -- text
    attempts    INTEGER NOT NULL DEFAULT 0, -- int
    due         INTEGER, -- unix
    attempted   INTEGER, -- unix
    status      INTEGER, -- int
    error       TEXT -- text
) STRICT;

CREATE INDEX linecard_webhook_deliveries_due ON linecard_webhook_deliveries (webhook_id, due, id) WHERE due IS NOT NULL;
CREATE INDEX linecard_webhook_deliveries_object ON linecard_webhook_deliveries (webhook_id, object, object_id, id)
WHERE state = 'pending';
CREATE INDEX linecard_webhook_deliveries_event ON linecard_webhook_deliveries (event_id);
CREATE INDEX linecard_webhook_deliveries_done ON linecard_webhook_deliveries (webhook_id, id) WHERE state <> 'pending';

CREATE TRIGGER linecard_webhook_deliveries_delete AFTER DELETE ON linecard_webhook_deliveries
WHEN NOT EXISTS (SELECT 1 FROM linecard_webhook_deliveries WHERE event_id = OLD.event_id) BEGIN
    DELETE FROM linecard_webhook_events WHERE id = OLD.event_id;
END;

CREATE TABLE linecard_ends_told (
    id     INTEGER PRIMARY KEY CHECK (id = 1), -- int
    until  INTEGER NOT NULL DEFAULT 0 -- unix
) STRICT;

INSERT INTO linecard_ends_told (id) VALUES (1);
