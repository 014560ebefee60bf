-- +goose Up
-- Keys under which callers asked for a record to be made once, for a day: see record.Once.
CREATE TABLE record_once (
    scope   TEXT   NOT NULL, -- who asked, and for what object
    key     TEXT   NOT NULL, -- as the caller made it
    digest  BYTEA  NOT NULL, -- SHA-256 of what was asked
    rec_id  TEXT   NOT NULL, -- the record that was made
    made_at BIGINT NOT NULL, -- Unix seconds
    PRIMARY KEY (scope, key)
);
CREATE INDEX record_once_made ON record_once (made_at);

-- +goose Down
DROP TABLE record_once;
