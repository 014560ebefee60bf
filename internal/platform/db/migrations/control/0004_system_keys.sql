-- +goose Up
-- Keys of whoever runs the server, for what is about all tenants. The secret is kept as a MAC under a pepper of the keys file.
CREATE TABLE system_key (
    id           TEXT   PRIMARY KEY,
    description  TEXT   NOT NULL,
    pepper       BIGINT NOT NULL,  -- version of the pepper
    mac          BYTEA  NOT NULL,  -- HMAC-SHA-256 of the secret
    hint         TEXT   NOT NULL,  -- its first characters, to tell two apart
    created_by   TEXT   NOT NULL,  -- login of whoever made it
    created_at   BIGINT NOT NULL,  -- microseconds since 1970, UTC, as the others
    expires_at   BIGINT NOT NULL,  -- 0: never
    last_used_at BIGINT NOT NULL   -- 0: never; to the minute
);
CREATE UNIQUE INDEX system_key_mac ON system_key (pepper, mac);

-- +goose Down
DROP TABLE system_key;
