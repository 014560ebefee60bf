-- +goose Up
-- Foreign issuers whose tokens are taken, see package trust/issuer. Times are Unix microseconds.
CREATE TABLE trust_issuer (
    id          TEXT   NOT NULL PRIMARY KEY,
    name        TEXT   NOT NULL,
    name_folded TEXT   NOT NULL UNIQUE,
    kind        TEXT   NOT NULL,        -- entra, oidc
    issuer      TEXT   NOT NULL UNIQUE, -- claim iss; of Entra that of version 2
    directories TEXT   NOT NULL,        -- JSON array of GUIDs: whose tokens count behind a common address
    audiences   TEXT   NOT NULL,        -- JSON array
    clients     TEXT   NOT NULL,        -- JSON array; empty: any
    jwks_uri    TEXT   NOT NULL,        -- empty: as the discovery document says
    enabled     BIGINT NOT NULL,        -- 0 or 1
    created_by  TEXT   NOT NULL,
    created_at  BIGINT NOT NULL
);

-- Which person a subject of an issuer is.
CREATE TABLE trust_identity (
    id         TEXT   NOT NULL PRIMARY KEY,
    issuer     TEXT   NOT NULL REFERENCES trust_issuer (id),
    directory  TEXT   NOT NULL, -- GUID, where the issuer has several; otherwise empty
    claim      TEXT   NOT NULL, -- sub, oid
    subject    TEXT   NOT NULL,
    person     TEXT   NOT NULL, -- RecId of the employee
    created_by TEXT   NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX trust_identity_subject ON trust_identity (issuer, directory, claim, subject);
CREATE INDEX trust_identity_person ON trust_identity (person);

-- +goose Down
DROP TABLE trust_identity;
DROP TABLE trust_issuer;
