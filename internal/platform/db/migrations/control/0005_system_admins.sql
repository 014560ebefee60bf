-- +goose Up
-- People who run the server. They see all tenants from outside and none from inside, and sign in on the platform's host.
CREATE TABLE system_admin (
    id            TEXT   PRIMARY KEY, -- RecId
    login         TEXT   NOT NULL,
    folded        TEXT   NOT NULL UNIQUE, -- the login, as logins are compared
    name          TEXT   NOT NULL,
    email         TEXT   NOT NULL,
    active        BIGINT NOT NULL,    -- 0: may not sign in
    hash          TEXT   NOT NULL,    -- argon2id of the password; empty: none yet
    link_id       TEXT   NOT NULL,    -- of the open link to set a password; empty: none
    link_pepper   BIGINT NOT NULL,
    link_mac      BYTEA  NOT NULL,    -- of the link's secret
    link_ends_at  BIGINT NOT NULL,    -- times are Unix microseconds
    created_by    TEXT   NOT NULL,    -- login of whoever made the account
    created_at    BIGINT NOT NULL,
    changed_at    BIGINT NOT NULL     -- of the password; 0: never
);
CREATE INDEX system_admin_link ON system_admin (link_pepper, link_mac);

-- How they sign in: the tables of package sso, as every tenant has them. person is the id above.

CREATE TABLE sso_session (
    id            TEXT   NOT NULL PRIMARY KEY,
    person        TEXT   NOT NULL,
    role          TEXT   NOT NULL, -- the active one
    method        TEXT   NOT NULL, -- how the person signed in: password, password+totp, password+recovery, passkey, saml, oidc
    idp           TEXT   NOT NULL, -- identity provider; empty: local
    name_id       TEXT   NOT NULL, -- of the assertion; empty: local
    session_index TEXT   NOT NULL, -- likewise
    pepper        BIGINT NOT NULL,
    mac           BYTEA  NOT NULL, -- of the cookie's value
    address       TEXT   NOT NULL,
    user_agent    TEXT   NOT NULL,
    began_at      BIGINT NOT NULL, -- sign-in that this session and those it replaced go back to. Times are Unix microseconds
    auth_at       BIGINT NOT NULL, -- when the person last proved who they are
    auth_method   TEXT   NOT NULL, -- and how
    created_at    BIGINT NOT NULL,
    seen_at       BIGINT NOT NULL, -- written at most once a minute
    ends_at       BIGINT NOT NULL, -- absolute end
    ended_at      BIGINT,          -- null: not ended by sign-out, by an administrator or with the account
    ended_why     TEXT
);
CREATE UNIQUE INDEX sso_session_mac ON sso_session (pepper, mac);
CREATE INDEX sso_session_person ON sso_session (person);
CREATE INDEX sso_session_ends ON sso_session (ends_at);

-- What the web app keeps for a person.
CREATE TABLE sso_preference (
    person     TEXT   NOT NULL PRIMARY KEY,
    value      TEXT   NOT NULL, -- JSON object
    changed_at BIGINT NOT NULL
);

CREATE TABLE sso_passkey (
    id         TEXT   NOT NULL PRIMARY KEY,
    person     TEXT   NOT NULL,
    name       TEXT   NOT NULL, -- by which its owner tells it from others
    credential TEXT   NOT NULL UNIQUE, -- its id, base64url
    record     TEXT   NOT NULL, -- public key, counter and flags as JSON
    created_at BIGINT NOT NULL,
    used_at    BIGINT           -- null: never
);
CREATE INDEX sso_passkey_person ON sso_passkey (person);

-- Authenticator apps, one a person.
CREATE TABLE sso_totp (
    person     TEXT   NOT NULL PRIMARY KEY,
    sealed     BYTEA  NOT NULL, -- the secret, under the keys file
    step       BIGINT NOT NULL, -- the last accepted one (RFC 6238 section 5.2)
    created_at BIGINT NOT NULL,
    used_at    BIGINT           -- null: never since it was set up
);

-- Recovery codes, each for one use.
CREATE TABLE sso_recovery (
    id         TEXT   NOT NULL PRIMARY KEY,
    person     TEXT   NOT NULL,
    pepper     BIGINT NOT NULL,
    mac        BYTEA  NOT NULL,
    created_at BIGINT NOT NULL,
    used_at    BIGINT           -- null: not used
);
CREATE INDEX sso_recovery_person ON sso_recovery (person);

-- What is asked and not answered yet: sign-ins between two steps, challenges of passkeys, authenticator apps being set up. Each
-- is for one use.
CREATE TABLE sso_challenge (
    id         TEXT   NOT NULL PRIMARY KEY,
    kind       TEXT   NOT NULL,
    pepper     BIGINT NOT NULL,
    mac        BYTEA  NOT NULL, -- of the value by which it is found
    person     TEXT   NOT NULL, -- empty: not known yet
    session    TEXT   NOT NULL, -- the session it belongs to; empty: none
    sealed     BYTEA  NOT NULL, -- what it is about: JSON under the keys file
    attempts   BIGINT NOT NULL, -- wrong answers so far
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX sso_challenge_mac ON sso_challenge (pepper, mac);
CREATE INDEX sso_challenge_expires ON sso_challenge (expires_at);
CREATE INDEX sso_challenge_person ON sso_challenge (person);

-- +goose Down
DROP TABLE sso_challenge;
DROP TABLE sso_recovery;
DROP TABLE sso_totp;
DROP TABLE sso_passkey;
DROP TABLE sso_preference;
DROP TABLE sso_session;
DROP TABLE system_admin;
