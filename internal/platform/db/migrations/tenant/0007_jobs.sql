-- +goose Up
-- Work to be done later, see package job. due_at is when a job may be claimed: its due time while it waits, the end of
-- the lease while it runs, so that one index finds both what is due and what a dead worker left.
CREATE TABLE job (
    id         TEXT   PRIMARY KEY,
    kind       TEXT   NOT NULL,
    payload    TEXT   NOT NULL,
    due_at     BIGINT,             -- microseconds since 1970, UTC; NULL: given up
    fence      BIGINT NOT NULL,    -- counts the claims: a worker with an older number has lost its lease
    attempts   BIGINT NOT NULL,    -- claims since it was enqueued or retried by hand
    worker     TEXT   NOT NULL,    -- who claimed it last
    error      TEXT   NOT NULL,    -- what the last attempt failed with
    created_at BIGINT NOT NULL
);
CREATE INDEX job_due ON job (due_at);

CREATE TABLE job_schedule (
    kind       TEXT   PRIMARY KEY,
    every      BIGINT NOT NULL,    -- microseconds
    due_at     BIGINT NOT NULL     -- when the next job of the kind is enqueued
);
CREATE INDEX job_schedule_due ON job_schedule (due_at);

-- +goose Down
DROP TABLE job_schedule;
DROP TABLE job;
