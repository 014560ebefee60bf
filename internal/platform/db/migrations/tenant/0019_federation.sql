-- +goose Up
-- Identity providers. Times are Unix microseconds.
CREATE TABLE sso_idp (
    id         TEXT   NOT NULL PRIMARY KEY,
    kind       TEXT   NOT NULL, -- saml, oidc
    entity_id  TEXT   NOT NULL, -- of an OpenID provider its issuer; empty: not known yet
    enabled    BIGINT NOT NULL,
    definition TEXT   NOT NULL, -- JSON: everything else that is no secret
    sealed     BYTEA,           -- the client secret of an OpenID provider, under the keys file; null: none
    version    BIGINT NOT NULL, -- grows with each change
    created_at BIGINT NOT NULL,
    changed_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX sso_idp_entity ON sso_idp (entity_id) WHERE entity_id <> '';

-- Our own keys for SAML: one pair of each use counts, two while the old one is being replaced.
CREATE TABLE sso_saml_key (
    id          TEXT   NOT NULL PRIMARY KEY,
    purpose     TEXT   NOT NULL, -- signing, encryption
    certificate BYTEA  NOT NULL, -- DER
    sealed      BYTEA  NOT NULL, -- the private key as PKCS #8, under the keys file
    created_at  BIGINT NOT NULL,
    retired_at  BIGINT           -- null: the one that signs, or that others encrypt to
);

-- Whom a subject of an identity provider is.
CREATE TABLE sso_identity (
    idp        TEXT   NOT NULL,
    kind       TEXT   NOT NULL, -- how the subject is named: objectidentifier, sub, or the format of a NameID
    subject    TEXT   NOT NULL, -- byte for byte
    person     TEXT   NOT NULL,
    name       TEXT   NOT NULL, -- what the provider last called them, for people
    created_at BIGINT NOT NULL,
    seen_at    BIGINT NOT NULL, -- the last sign-in
    PRIMARY KEY (idp, kind, subject)
);
CREATE INDEX sso_identity_person ON sso_identity (person);

-- Where roles come from that nobody gave by hand. A role of a person that is not named here was given by hand.
CREATE TABLE role_origin (
    person TEXT NOT NULL,
    role   TEXT NOT NULL,
    origin TEXT NOT NULL, -- "idp:ID": the rules of an identity provider; "scim:ID": a group that is provisioned
    PRIMARY KEY (person, role, origin)
);

-- Teams and organisational units that rules have put people into.
CREATE TABLE sso_place (
    person TEXT NOT NULL,
    field  TEXT NOT NULL, -- of the employee: Team, OrgUnitLink
    value  TEXT NOT NULL,
    origin TEXT NOT NULL,
    PRIMARY KEY (person, field)
);

-- Requests that identity providers have not answered yet.
CREATE TABLE sso_request (
    id         TEXT   NOT NULL PRIMARY KEY, -- ID of the AuthnRequest, state of an OpenID request
    idp        TEXT   NOT NULL,
    pepper     BIGINT NOT NULL,
    mac        BYTEA  NOT NULL, -- of the cookie that binds it to a browser
    address    TEXT   NOT NULL,
    sealed     BYTEA  NOT NULL, -- where the browser goes then, and what else is to be remembered: JSON under the keys file
    expires_at BIGINT NOT NULL
);
CREATE INDEX sso_request_expires ON sso_request (expires_at);
CREATE INDEX sso_request_address ON sso_request (address);

-- Messages that were taken, until they would be too old anyway.
CREATE TABLE sso_replay (
    idp        TEXT   NOT NULL,
    mark       BYTEA  NOT NULL, -- SHA-256 of the message's id
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (idp, mark)
);
CREATE INDEX sso_replay_expires ON sso_replay (expires_at);

-- The last attempts to sign in by way of an identity provider, for diagnostics.
CREATE TABLE sso_attempt (
    id      TEXT   NOT NULL PRIMARY KEY,
    idp     TEXT   NOT NULL, -- empty: of none that is known here
    outcome TEXT   NOT NULL, -- signed_in, tested, or the code of the refusal
    person  TEXT   NOT NULL,
    detail  TEXT   NOT NULL, -- JSON; values of attributes only of tests
    at      BIGINT NOT NULL
);
CREATE INDEX sso_attempt_idp ON sso_attempt (idp, id);

-- E-mail domains that are the tenant's, and which identity provider answers for them.
CREATE TABLE sso_domain (
    domain      TEXT   NOT NULL PRIMARY KEY, -- in small letters, ASCII
    idp         TEXT   NOT NULL,             -- empty: none
    token       TEXT   NOT NULL,             -- what a TXT record of the domain has to say
    created_at  BIGINT NOT NULL,
    verified_at BIGINT NOT NULL              -- 0: not verified
);

-- What SCIM knows of people and groups that their records do not hold.
CREATE TABLE scim_resource (
    record      TEXT   NOT NULL PRIMARY KEY, -- RecId of the employee or the group
    kind        TEXT   NOT NULL,             -- user, group
    external_id TEXT   NOT NULL,             -- empty: none
    mail_type   TEXT   NOT NULL,             -- of the address that is the record's e-mail, in small letters
    extra       TEXT   NOT NULL,             -- JSON: what was sent of a user
    created_at  BIGINT NOT NULL,
    changed_at  BIGINT NOT NULL
);
CREATE UNIQUE INDEX scim_resource_external ON scim_resource (kind, external_id) WHERE external_id <> '';

-- E-mail addresses of users besides that of the record, to be searched.
CREATE TABLE scim_email (
    record  TEXT NOT NULL,
    type    TEXT NOT NULL, -- in small letters
    address TEXT NOT NULL, -- folded
    PRIMARY KEY (record, type, address)
);
CREATE INDEX scim_email_address ON scim_email (address);

-- Who SCIM says is in a group. Roles follow this alone: who is put into the group by hand gets none.
CREATE TABLE scim_member (
    grp    TEXT NOT NULL,
    person TEXT NOT NULL,
    PRIMARY KEY (grp, person)
);
CREATE INDEX scim_member_person ON scim_member (person);

-- The roles that members of groups get.
CREATE TABLE scim_group_role (
    grp       TEXT   NOT NULL PRIMARY KEY,
    role      TEXT   NOT NULL,
    may_admin BIGINT NOT NULL -- 1: also where the role administers
);

-- The tokens with which an identity provider provisions, at most two that count.
CREATE TABLE scim_token (
    id         TEXT   NOT NULL PRIMARY KEY,
    label      TEXT   NOT NULL,
    hint       TEXT   NOT NULL, -- what tells it from others
    pepper     BIGINT NOT NULL,
    mac        BYTEA  NOT NULL,
    created_by TEXT   NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL, -- 0: never
    used_at    BIGINT NOT NULL, -- 0: never; written at most once a minute
    used_from  TEXT   NOT NULL
);
CREATE UNIQUE INDEX scim_token_mac ON scim_token (pepper, mac);

-- +goose Down
DROP TABLE scim_token;
DROP TABLE scim_group_role;
DROP TABLE scim_member;
DROP TABLE scim_email;
DROP TABLE scim_resource;
DROP TABLE sso_domain;
DROP TABLE sso_attempt;
DROP TABLE sso_replay;
DROP TABLE sso_request;
DROP TABLE sso_place;
DROP TABLE role_origin;
DROP TABLE sso_identity;
DROP TABLE sso_saml_key;
DROP TABLE sso_idp;
