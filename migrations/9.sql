-- From version 8 of `schema.sql` to version 9: customers, products, subscriptions and invoices of the billing API.
CREATE TABLE linecard_customers (
    id            INTEGER PRIMARY KEY AUTOINCREMENT, -- int
    email         TEXT NOT NULL, -- text
    name          TEXT NOT NULL, -- text
    password      TEXT, -- text
    external_id   TEXT, -- text
    status        TEXT NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'blocked')), -- text
    created       INTEGER NOT NULL DEFAULT 0, -- int
    updated       INTEGER NOT NULL DEFAULT 0 -- int
) STRICT;

CREATE UNIQUE INDEX linecard_customers_email ON linecard_customers (email);
CREATE UNIQUE INDEX linecard_customers_external ON linecard_customers (external_id) WHERE external_id IS NOT NULL;
CREATE INDEX linecard_customers_status ON linecard_customers (status);
CREATE INDEX linecard_customers_created ON linecard_customers (created);
CREATE INDEX linecard_customers_updated ON linecard_customers (updated);

CREATE TABLE linecard_products (
    id               INTEGER PRIMARY KEY AUTOINCREMENT, -- int
    name             TEXT NOT NULL, -- text
    description      TEXT NOT NULL DEFAULT '', -- text
    price            INTEGER NOT NULL DEFAULT 0 CHECK (price BETWEEN 0 AND 99999999999), -- money
    currency         TEXT NOT NULL DEFAULT 'USD', -- text
    interval         TEXT NOT NULL DEFAULT 'month' CHECK (interval IN ('day', 'month', 'year')), -- text
    interval_count   INTEGER NOT NULL DEFAULT 1 CHECK (interval_count BETWEEN 1 AND 120), -- int
    package_id       INTEGER, -- int
    device_limit     INTEGER CHECK (device_limit BETWEEN 0 AND 100), -- int
    mac_binding      INTEGER NOT NULL DEFAULT 0 CHECK (mac_binding IN (0, 1)), -- flag
    status           TEXT NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'archived')), -- text
    created          INTEGER NOT NULL DEFAULT 0, -- int
    updated          INTEGER NOT NULL DEFAULT 0 -- int
) STRICT;

CREATE TABLE linecard_subscriptions (
    id              INTEGER PRIMARY KEY AUTOINCREMENT, -- int
    customer_id     INTEGER NOT NULL, -- int
    product_id      INTEGER NOT NULL, -- int
    external_id     TEXT, -- text
    price           INTEGER NOT NULL DEFAULT 0, -- money
    currency        TEXT NOT NULL DEFAULT 'USD', -- text
    period_start    INTEGER NOT NULL DEFAULT 0, -- unix
    anchor_day      INTEGER NOT NULL DEFAULT 1 CHECK (anchor_day BETWEEN 1 AND 31), -- int
    is_pending      INTEGER NOT NULL DEFAULT 0 CHECK (is_pending IN (0, 1)), -- flag
    cancel_at_end   INTEGER NOT NULL DEFAULT 0 CHECK (cancel_at_end IN (0, 1)), -- flag
    cancelled       INTEGER, -- int
    line_id         INTEGER, -- int
    is_line_gone    INTEGER NOT NULL DEFAULT 0 CHECK (is_line_gone IN (0, 1)), -- flag
    own_end         TEXT CHECK (own_end GLOB '????-??-??' OR own_end GLOB '????-??-?? ??:??:??'), -- iso
    is_suspended    INTEGER NOT NULL DEFAULT 0 CHECK (is_suspended IN (0, 1)), -- flag
    created         INTEGER NOT NULL DEFAULT 0, -- int
    updated         INTEGER NOT NULL DEFAULT 0 -- int
) STRICT;

CREATE UNIQUE INDEX linecard_subscriptions_external ON linecard_subscriptions (external_id) WHERE external_id IS NOT NULL;
CREATE INDEX linecard_subscriptions_customer ON linecard_subscriptions (customer_id);
CREATE INDEX linecard_subscriptions_product ON linecard_subscriptions (product_id);
CREATE INDEX linecard_subscriptions_line ON linecard_subscriptions (line_id) WHERE line_id IS NOT NULL;
CREATE INDEX linecard_subscriptions_created ON linecard_subscriptions (created);
CREATE INDEX linecard_subscriptions_cancelled ON linecard_subscriptions (cancelled) WHERE cancelled IS NOT NULL;
CREATE INDEX linecard_subscriptions_pending ON linecard_subscriptions (period_start) WHERE is_pending = 1;
CREATE INDEX linecard_subscriptions_ending ON linecard_subscriptions (id) WHERE cancel_at_end = 1 AND cancelled IS NULL;
CREATE INDEX linecard_subscriptions_end ON linecard_subscriptions (own_end) WHERE own_end IS NOT NULL;

CREATE TRIGGER lines_unsubscribed AFTER DELETE ON lines
WHEN EXISTS (SELECT 1 FROM linecard_subscriptions WHERE line_id = OLD.id) BEGIN
    UPDATE linecard_subscriptions
    SET own_end = OLD.exp_date, line_id = NULL, is_line_gone = 1, updated = max(updated, OLD.updated * 1000)
    WHERE line_id = OLD.id;
END;

CREATE TRIGGER lines_renumbered AFTER UPDATE OF id ON lines
WHEN OLD.id <> NEW.id AND EXISTS (SELECT 1 FROM linecard_subscriptions WHERE line_id = OLD.id) BEGIN
    UPDATE linecard_subscriptions SET line_id = NEW.id WHERE line_id = OLD.id;
END;

CREATE TABLE linecard_invoices (
    id                INTEGER PRIMARY KEY AUTOINCREMENT, -- int
    subscription_id   INTEGER NOT NULL REFERENCES linecard_subscriptions (id) ON DELETE CASCADE, -- int
    customer_id       INTEGER NOT NULL, -- int
    product_id        INTEGER NOT NULL, -- int
    product_name      TEXT NOT NULL DEFAULT '', -- text
    amount            INTEGER NOT NULL DEFAULT 0 CHECK (amount >= 0), -- money
    currency          TEXT NOT NULL DEFAULT 'USD', -- text
    status            TEXT NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'paid', 'void')), -- text
    due               INTEGER NOT NULL DEFAULT 0, -- unix
    paid              INTEGER, -- int
    reference         TEXT, -- text
    created           INTEGER NOT NULL DEFAULT 0, -- int
    updated           INTEGER NOT NULL DEFAULT 0 -- int
) STRICT;

CREATE INDEX linecard_invoices_subscription ON linecard_invoices (subscription_id);
CREATE INDEX linecard_invoices_customer ON linecard_invoices (customer_id);
CREATE INDEX linecard_invoices_product ON linecard_invoices (product_id);
CREATE INDEX linecard_invoices_status ON linecard_invoices (status);
CREATE INDEX linecard_invoices_created ON linecard_invoices (created);
CREATE INDEX linecard_invoices_updated ON linecard_invoices (updated);

CREATE TABLE linecard_due (
    id        INTEGER PRIMARY KEY CHECK (id = 1), -- int
    version   INTEGER NOT NULL DEFAULT 0 -- int
) STRICT;

INSERT INTO linecard_due (id) VALUES (1);
