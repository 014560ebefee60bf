-- +goose Up
-- Break-glass administrators: accounts that may always sign in locally, however the others do.
CREATE TABLE people_break_glass (
    person TEXT   NOT NULL PRIMARY KEY, -- RecId of the employee
    set_by TEXT   NOT NULL,             -- RecId of who set the mark; empty: not a person
    login  TEXT   NOT NULL,             -- the login of who set it, as it was then
    set_at BIGINT NOT NULL              -- Unix microseconds
);

-- Sign-ins of theirs, and those that were refused because of the address: what the other administrators are told.
CREATE TABLE sso_break_glass (
    id      TEXT   NOT NULL PRIMARY KEY,
    person  TEXT   NOT NULL,
    name    TEXT   NOT NULL, -- as it was then
    address TEXT   NOT NULL,
    refused BIGINT NOT NULL, -- 1: kept out
    at      BIGINT NOT NULL  -- Unix microseconds
);
CREATE INDEX sso_break_glass_at ON sso_break_glass (at);

-- +goose Down
DROP TABLE sso_break_glass;
DROP TABLE people_break_glass;
