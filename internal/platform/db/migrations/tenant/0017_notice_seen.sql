-- +goose Up
-- Up to when a person has seen what waits for them.
CREATE TABLE sso_notice_seen (
    person  TEXT   NOT NULL PRIMARY KEY,
    seen_at BIGINT NOT NULL -- Unix microseconds
);

-- +goose Down
DROP TABLE sso_notice_seen;
