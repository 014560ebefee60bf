-- +goose Up
-- The audit trail: append-only and hash-chained, see package audit. The chain's head stands in the table cell as
-- audit.seq and audit.head.0 to .3. A payload whose law demands it is set to NULL together with its salt; the row stays.
CREATE TABLE audit (
    seq        BIGINT PRIMARY KEY,  -- 1, 2, 3 … without gaps
    at         BIGINT NOT NULL,     -- microseconds since 1970, UTC
    actor_kind TEXT   NOT NULL,     -- kind of the principal
    actor      TEXT   NOT NULL,     -- RecId of the person acted for; empty for the program itself
    login      TEXT   NOT NULL,     -- login of that person then
    credential TEXT   NOT NULL,     -- id of the key or session, never its secret
    address    TEXT   NOT NULL,
    request    TEXT   NOT NULL,     -- id of the request
    action     TEXT   NOT NULL,     -- incident.create
    object     TEXT   NOT NULL,     -- object type
    target     TEXT   NOT NULL,     -- RecId or id of what was touched
    payload    TEXT,                -- JSON: label, changes, flags
    salt       BYTEA,               -- 16 random bytes, so that a digest gives nothing of an erased payload away
    digest     BYTEA  NOT NULL,     -- SHA-256 of salt and payload
    hash       BYTEA  NOT NULL      -- SHA-256 of the previous hash and all of the above but payload and salt
);
CREATE INDEX audit_target ON audit (target, seq);

-- +goose Down
DROP TABLE audit;
