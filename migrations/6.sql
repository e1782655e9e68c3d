-- From version 5 of `schema.sql` to version 6: the programmes of the guides and the imports that wrote them.
CREATE TABLE epg_data (
    id            INTEGER PRIMARY KEY AUTOINCREMENT, -- int
    epg_id        INTEGER NOT NULL DEFAULT 0, -- int
    generation    INTEGER NOT NULL DEFAULT 0, -- int
    channel_id    TEXT NOT NULL DEFAULT '', -- text
    start         INTEGER NOT NULL DEFAULT 0, -- unix
    "end"         INTEGER NOT NULL DEFAULT 0, -- unix
    lang          TEXT NOT NULL DEFAULT '', -- text
    title         TEXT NOT NULL DEFAULT '', -- text
    description   TEXT NOT NULL DEFAULT '' -- text
) STRICT;

CREATE INDEX epg_data_channel ON epg_data (epg_id, generation, channel_id, start);

CREATE TABLE epg_imports (
    epg_id          INTEGER PRIMARY KEY REFERENCES epg (id) ON DELETE CASCADE, -- int
    generation      INTEGER NOT NULL DEFAULT 0, -- int
    etag            TEXT NOT NULL DEFAULT '', -- text
    last_modified   TEXT NOT NULL DEFAULT '', -- text
    state           TEXT NOT NULL DEFAULT '', -- text
    bytes           INTEGER NOT NULL DEFAULT 0, -- int
    programmes      INTEGER NOT NULL DEFAULT 0, -- int
    skipped         INTEGER NOT NULL DEFAULT 0, -- int
    error           TEXT NOT NULL DEFAULT '' -- text
) STRICT;
