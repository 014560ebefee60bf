-- +goose Up
-- REST API keys belong to groups; a group says in which roles and from where its keys may act.
CREATE TABLE trust_key_group (
    id          TEXT   NOT NULL PRIMARY KEY,
    name        TEXT   NOT NULL,
    name_folded TEXT   NOT NULL UNIQUE,
    description TEXT   NOT NULL,
    roles       TEXT   NOT NULL, -- JSON array of role names; "*" is every role
    cidrs       TEXT   NOT NULL, -- JSON array; empty: from anywhere
    enabled     BIGINT NOT NULL, -- 0 or 1
    created_by  TEXT   NOT NULL,
    created_at  BIGINT NOT NULL  -- times are Unix microseconds
);

CREATE TABLE trust_key (
    id          TEXT   NOT NULL PRIMARY KEY,
    group_id    TEXT   NOT NULL REFERENCES trust_key_group (id),
    description TEXT   NOT NULL,
    person      TEXT   NOT NULL, -- On Behalf Of: RecId of the employee
    role        TEXT   NOT NULL, -- In Role
    cidrs       TEXT   NOT NULL, -- JSON array; empty: the group's alone
    enabled     BIGINT NOT NULL,
    expires_at  BIGINT,          -- null: never
    pepper      BIGINT NOT NULL, -- version of the pepper in the keys file
    mac         BYTEA  NOT NULL, -- HMAC-SHA-256 of the key
    hint        TEXT   NOT NULL,
    legacy      BIGINT NOT NULL, -- 1: 32 hex digits
    rotated_to  TEXT,            -- the key that takes over
    created_by  TEXT   NOT NULL,
    created_at  BIGINT NOT NULL
);
CREATE UNIQUE INDEX trust_key_mac ON trust_key (pepper, mac);
CREATE INDEX trust_key_group_id ON trust_key (group_id);
CREATE INDEX trust_key_person ON trust_key (person);

-- When keys were used: beside the keys, so that the row read by each request is not rewritten.
CREATE TABLE trust_key_use (
    id           TEXT   NOT NULL PRIMARY KEY, -- of the key
    last_at      BIGINT NOT NULL,
    last_address TEXT   NOT NULL,
    uses         BIGINT NOT NULL
);

-- Session keys of people who signed in with their own credentials.
CREATE TABLE trust_session (
    id         TEXT   NOT NULL PRIMARY KEY,
    person     TEXT   NOT NULL,
    role       TEXT   NOT NULL,
    host       TEXT   NOT NULL, -- as it stands in the key
    serial     BIGINT NOT NULL, -- the number at the key's end
    pepper     BIGINT NOT NULL,
    mac        BYTEA  NOT NULL, -- of the key's random part
    address    TEXT   NOT NULL,
    user_agent TEXT   NOT NULL,
    created_at BIGINT NOT NULL,
    seen_at    BIGINT NOT NULL, -- written at most once a minute
    ends_at    BIGINT NOT NULL, -- absolute end
    ended_at   BIGINT,          -- null: not ended by logout, by an administrator or with the account
    ended_why  TEXT
);
CREATE UNIQUE INDEX trust_session_mac ON trust_session (pepper, mac);
CREATE INDEX trust_session_person ON trust_session (person);
CREATE INDEX trust_session_ends ON trust_session (ends_at);

-- Addresses a credential was used from, so that a new one is noticed. IPv6 as its /64.
CREATE TABLE trust_address (
    credential TEXT   NOT NULL,
    address    TEXT   NOT NULL,
    first_at   BIGINT NOT NULL,
    PRIMARY KEY (credential, address)
);

-- +goose Down
DROP TABLE trust_address;
DROP TABLE trust_session;
DROP TABLE trust_key_use;
DROP TABLE trust_key;
DROP TABLE trust_key_group;
