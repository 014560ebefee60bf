-- +goose Up
-- App registrations: programs that get tokens. A deleted one stays for a day without its credentials, so that every replica
-- learns of it; no client id comes a second time.
CREATE TABLE trust_registration (
    id                TEXT   NOT NULL PRIMARY KEY,
    client_id         TEXT   NOT NULL UNIQUE,
    revision          BIGINT NOT NULL, -- value of the cell trust.revision at the last change of it or its credentials
    deleted_at        BIGINT,          -- null: it lives. Times are Unix microseconds
    type              TEXT   NOT NULL, -- id in the catalogue of types
    name              TEXT   NOT NULL, -- of the application
    description       TEXT   NOT NULL,
    owner             TEXT   NOT NULL, -- RecId of a person or team; empty: none
    contact           TEXT   NOT NULL, -- e-mail addresses for notices
    environment       TEXT   NOT NULL,
    enabled           BIGINT NOT NULL, -- 0 or 1
    scopes            TEXT   NOT NULL, -- JSON array of what is granted
    cidrs             TEXT   NOT NULL, -- JSON array; empty: from anywhere
    role              TEXT   NOT NULL, -- In Role on the OData API; empty: none
    person            TEXT   NOT NULL, -- On Behalf Of there: RecId of the employee; empty: none
    token_seconds     BIGINT NOT NULL,
    token_alg         TEXT   NOT NULL, -- ES256, EdDSA or RS256
    plain_token       BIGINT NOT NULL, -- 1: the gateway route answers the bare token
    endpoint_audience BIGINT NOT NULL, -- 1: client assertions may name the token endpoint
    jwks_uri          TEXT   NOT NULL, -- where the client publishes its keys; empty: nowhere
    api_key           TEXT   NOT NULL, -- id of the REST API key made with it; empty: none
    epoch             BIGINT NOT NULL, -- tokens of another epoch are dead
    created_by        TEXT   NOT NULL,
    created_at        BIGINT NOT NULL
);
CREATE INDEX trust_registration_revision ON trust_registration (revision);

-- What a registration proves itself with: several client secrets, several public keys.
CREATE TABLE trust_credential (
    id           TEXT   NOT NULL PRIMARY KEY,
    registration TEXT   NOT NULL REFERENCES trust_registration (id),
    kind         TEXT   NOT NULL, -- secret or jwk
    label        TEXT   NOT NULL,
    hint         TEXT   NOT NULL, -- of a secret its beginning, of a key its kid
    pepper       BIGINT NOT NULL, -- version of the pepper in the keys file; 0 for keys
    mac          BYTEA,           -- HMAC-SHA-256 of a secret; null for keys and for what is revoked
    jwk          TEXT   NOT NULL, -- public key as JSON Web Key; empty for secrets
    not_before   BIGINT NOT NULL,
    expires_at   BIGINT,          -- null: never
    created_by   TEXT   NOT NULL,
    created_at   BIGINT NOT NULL,
    revoked_at   BIGINT,          -- null: not revoked
    revoked_by   TEXT   NOT NULL,
    revoked_why  TEXT   NOT NULL,
    noticed      BIGINT NOT NULL  -- days before the end for which a notice went out last; 0: none yet
);
CREATE INDEX trust_credential_registration ON trust_credential (registration);
CREATE INDEX trust_credential_expires ON trust_credential (expires_at);
CREATE UNIQUE INDEX trust_credential_mac ON trust_credential (pepper, mac);

-- When credentials got tokens: beside them, as with API keys.
CREATE TABLE trust_credential_use (
    id           TEXT   NOT NULL PRIMARY KEY, -- of the credential
    last_at      BIGINT NOT NULL,
    last_address TEXT   NOT NULL,
    uses         BIGINT NOT NULL
);

-- The tenant's keys for signing tokens. Their state follows from the times: published, in use, kept for verifying, gone.
CREATE TABLE trust_signing_key (
    kid        TEXT   NOT NULL PRIMARY KEY, -- RFC 7638 thumbprint
    revision   BIGINT NOT NULL,
    alg        TEXT   NOT NULL,
    public     TEXT   NOT NULL, -- JSON Web Key
    sealed     BYTEA  NOT NULL, -- private key, PKCS #8 under the keys file
    created_at BIGINT NOT NULL,
    active_at  BIGINT NOT NULL, -- signs from here on
    retire_at  BIGINT,          -- signs no more from here on; null: until it is replaced
    gone_at    BIGINT           -- verifies no more from here on; null: not planned
);

-- Tokens that were revoked, until they would have ended.
CREATE TABLE trust_revoked_token (
    jti       TEXT   NOT NULL PRIMARY KEY,
    revision  BIGINT NOT NULL,
    client_id TEXT   NOT NULL,
    ends_at   BIGINT NOT NULL
);
CREATE INDEX trust_revoked_token_revision ON trust_revoked_token (revision);
CREATE INDEX trust_revoked_token_ends ON trust_revoked_token (ends_at);

-- Client assertions that were used, until they would have ended: each counts once on all replicas.
CREATE TABLE trust_used_assertion (
    digest  BYTEA  NOT NULL PRIMARY KEY, -- SHA-256 of client id and jti
    ends_at BIGINT NOT NULL
);
CREATE INDEX trust_used_assertion_ends ON trust_used_assertion (ends_at);

-- +goose Down
DROP TABLE trust_used_assertion;
DROP TABLE trust_revoked_token;
DROP TABLE trust_signing_key;
DROP TABLE trust_credential_use;
DROP TABLE trust_credential;
DROP TABLE trust_registration;
