-- From version 11 of `schema.sql` to version 12: active codes are unique without case, and answers of the Reseller API are
-- kept. Of codes that differ only in case the first keeps its own; the others get their id behind theirs, once or as
-- often as it takes until no other row has it.
CREATE TEMP TABLE renamed_codes AS
WITH RECURSIVE candidates (id, code) AS (
    SELECT id, rtrim(code) || '-' || id FROM activecodes AS later
    WHERE EXISTS (
        SELECT 1 FROM activecodes AS earlier
        WHERE rtrim(earlier.code) = rtrim(later.code) COLLATE NOCASE AND earlier.id < later.id
    )
    UNION ALL
    SELECT id, code || '-' || id FROM candidates
    WHERE EXISTS (SELECT 1 FROM activecodes AS held WHERE rtrim(held.code) = candidates.code COLLATE NOCASE)
)
SELECT id, code FROM candidates
WHERE NOT EXISTS (SELECT 1 FROM activecodes AS held WHERE rtrim(held.code) = candidates.code COLLATE NOCASE);

UPDATE activecodes SET code = (SELECT code FROM renamed_codes WHERE renamed_codes.id = activecodes.id)
WHERE id IN (SELECT id FROM renamed_codes);
DROP TABLE renamed_codes;

DROP INDEX activecodes_code;
CREATE UNIQUE INDEX activecodes_code ON activecodes (rtrim(code) COLLATE NOCASE);
CREATE INDEX activecodes_member ON activecodes (member_id);

CREATE TABLE linecard_reseller_answers (
    user_id    INTEGER NOT NULL, -- int
    action     TEXT NOT NULL, -- text
    request_id TEXT NOT NULL, -- text
    at         INTEGER NOT NULL, -- unix
    answer     TEXT NOT NULL, -- text
    PRIMARY KEY (user_id, action, request_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX linecard_reseller_answers_at ON linecard_reseller_answers (at);
