-- +goose Up
-- Addresses that hear of changes, see package desk/webhook. Times are Unix microseconds.
CREATE TABLE webhook (
    id            TEXT   NOT NULL PRIMARY KEY,
    name          TEXT   NOT NULL,
    name_folded   TEXT   NOT NULL UNIQUE,
    url           TEXT   NOT NULL,
    objects       TEXT   NOT NULL, -- JSON array; empty: all
    events        TEXT   NOT NULL, -- JSON array of create, update, delete
    filter        TEXT   NOT NULL, -- as of $filter; empty: every record
    fields        TEXT   NOT NULL, -- JSON array of the fields whose change counts; empty: any
    role          TEXT   NOT NULL, -- with whose eyes the records are seen
    person        TEXT   NOT NULL, -- RecId of the employee acted for; empty: nobody
    tenant        TEXT   NOT NULL, -- GUID of the tenant it was switched on in: in an import it is off
    active        BIGINT NOT NULL, -- 0 or 1
    reason        TEXT   NOT NULL, -- why it is off
    secret        BYTEA  NOT NULL, -- sealed
    old_secret    BYTEA,           -- the one before, while it still signs
    old_until     BIGINT NOT NULL,
    failures      BIGINT NOT NULL, -- batches in a row in which nothing was delivered
    failing_since BIGINT NOT NULL, -- 0: it is not failing
    paused_until  BIGINT NOT NULL, -- nothing is sent before
    created_by    TEXT   NOT NULL,
    created_at    BIGINT NOT NULL
);

-- What is to be told and what was. due_at is when a delivery may be taken: while it waits the time of its next attempt,
-- while it is sent the end of the lease; null once it is over.
CREATE TABLE webhook_delivery (
    seq        BIGINT NOT NULL PRIMARY KEY, -- in the order of commits
    id         TEXT   NOT NULL UNIQUE,      -- webhook-id, the same in every attempt
    webhook    TEXT   NOT NULL,
    type       TEXT   NOT NULL,             -- "incident.updated"
    object     TEXT   NOT NULL,
    rec_id     TEXT   NOT NULL,
    rev        BIGINT NOT NULL,
    extent     BIGINT NOT NULL,             -- the rows the webhook's role saw then, see package role
    changes    TEXT   NOT NULL,
    record     TEXT   NOT NULL,
    state      TEXT   NOT NULL,             -- pending, delivered, dead, withheld
    due_at     BIGINT,
    fence      BIGINT NOT NULL,             -- counts the claims
    attempts   BIGINT NOT NULL,             -- since it was made or replayed
    status     BIGINT NOT NULL,             -- of the last answer; 0: there was none
    error      TEXT   NOT NULL,
    response   TEXT   NOT NULL,             -- the beginning of the last answer
    created_at BIGINT NOT NULL,
    ended_at   BIGINT
);
CREATE INDEX webhook_delivery_due ON webhook_delivery (webhook, due_at, seq) WHERE due_at IS NOT NULL;
CREATE INDEX webhook_delivery_head ON webhook_delivery (webhook, rec_id, seq) WHERE due_at IS NOT NULL;
CREATE INDEX webhook_delivery_of ON webhook_delivery (webhook, seq);
CREATE INDEX webhook_delivery_created ON webhook_delivery (created_at);

-- +goose Down
DROP TABLE webhook_delivery;
DROP TABLE webhook;
