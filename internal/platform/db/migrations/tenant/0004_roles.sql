-- +goose Up
-- Roles as data, see package role. Every change adds one to the cell role.version, by which replicas know to reload.
CREATE TABLE role_definition (
    name       TEXT   PRIMARY KEY, -- internal name, as written by whoever made it
    folded     TEXT   NOT NULL,    -- the name in lower case: two names may not differ in case alone
    definition TEXT   NOT NULL,    -- JSON: label, includes, rights, admin
    builtin    BIGINT NOT NULL,    -- 1: came with the program and cannot be removed
    changed_at BIGINT NOT NULL     -- microseconds since 1970, UTC
);
CREATE UNIQUE INDEX role_definition_folded ON role_definition (folded);

CREATE TABLE role_member (
    person     TEXT   NOT NULL,    -- RecId of the employee
    role       TEXT   NOT NULL,    -- name of a role
    is_default BIGINT NOT NULL,    -- 1: the role of a sign-in that names none; at most one for a person
    granted_at BIGINT NOT NULL,    -- microseconds since 1970, UTC
    PRIMARY KEY (person, role)
);
CREATE INDEX role_member_role ON role_member (role, person);

-- +goose Down
DROP TABLE role_member;
DROP TABLE role_definition;
