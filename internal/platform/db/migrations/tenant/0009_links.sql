-- +goose Up
-- Pairs of records that a relationship joins many to many. source lies on the side of the object that defines it.
CREATE TABLE record_link (
    source   TEXT NOT NULL,
    relation TEXT NOT NULL,
    target   TEXT NOT NULL,
    PRIMARY KEY (source, relation, target)
);
CREATE INDEX record_link_target ON record_link (target, relation, source);

-- +goose Down
DROP TABLE record_link;
