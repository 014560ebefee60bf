-- +goose Up
-- Counters and other numbers that a group of writes loads once and writes back once. The row group.lock is never
-- changed: locking it makes the writers of all replicas serial.
CREATE TABLE cell (
    name  TEXT   NOT NULL PRIMARY KEY,
    value BIGINT NOT NULL
);
INSERT INTO cell (name, value) VALUES ('group.lock', 0);

CREATE TABLE setting (
    name  TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
);

-- +goose Down
DROP TABLE setting;
DROP TABLE cell;
