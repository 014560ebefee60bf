-- +goose Up
-- One row a tenant. A deleted tenant stays as a tombstone (name = id, no hosts) so that replicas, which read rows by
-- version, learn of it; dsn is NULL once its database is gone.
CREATE TABLE tenant (
    id         TEXT PRIMARY KEY,
    name       TEXT NOT NULL UNIQUE,
    status     TEXT NOT NULL CHECK (status IN ('creating', 'active', 'suspended', 'deleted')),
    dsn        BYTEA,
    demo       BIGINT NOT NULL,
    base_url   TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    version    BIGINT NOT NULL
);
CREATE INDEX tenant_version ON tenant (version);

CREATE TABLE tenant_host (
    host      TEXT PRIMARY KEY,
    tenant_id TEXT NOT NULL REFERENCES tenant (id),
    place     BIGINT NOT NULL
);
CREATE INDEX tenant_host_tenant ON tenant_host (tenant_id, place);

-- +goose Down
DROP TABLE tenant_host;
DROP TABLE tenant;
