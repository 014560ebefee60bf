-- +goose Up
-- The SMTP server a tenant sends its e-mail through: one row at most.
CREATE TABLE mail_server (
    id       BIGINT PRIMARY KEY, -- 1
    server   TEXT   NOT NULL,    -- JSON, see mail.Server
    password BYTEA               -- sealed
);

-- +goose Down
DROP TABLE mail_server;
