-- +goose Up
-- Local passwords of people. The person itself is a record of the object Employee.
CREATE TABLE people_password (
    person     TEXT   NOT NULL PRIMARY KEY, -- RecId of the employee
    hash       TEXT   NOT NULL,             -- argon2id, PHC string
    changed_at BIGINT NOT NULL              -- Unix microseconds
);

-- Links that let a person set a password, once. Only a MAC of the link's secret is kept, and
-- the row goes when the link is used.
CREATE TABLE people_setup (
    id         TEXT   NOT NULL PRIMARY KEY,
    person     TEXT   NOT NULL,
    pepper     BIGINT NOT NULL, -- version of the pepper in the keys file
    mac        BYTEA  NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX people_setup_mac ON people_setup (pepper, mac);
CREATE INDEX people_setup_person ON people_setup (person);
CREATE INDEX people_setup_expires ON people_setup (expires_at);

-- +goose Down
DROP TABLE people_setup;
DROP TABLE people_password;
