-- +goose Up
CREATE TABLE object_type (
    name       TEXT PRIMARY KEY,
    owner      TEXT   NOT NULL,
    stock      BIGINT NOT NULL,
    version    BIGINT NOT NULL,
    definition TEXT   NOT NULL
);
CREATE TABLE pick_list (
    name TEXT PRIMARY KEY,
    open BIGINT NOT NULL
);
CREATE TABLE pick_value (
    list     TEXT   NOT NULL,
    folded   TEXT   NOT NULL,
    rec_id   TEXT   NOT NULL,
    value    TEXT   NOT NULL,
    label    TEXT   NOT NULL,
    aliases  TEXT   NOT NULL,
    position BIGINT NOT NULL,
    review   BIGINT NOT NULL,
    PRIMARY KEY (list, folded)
);

-- +goose Down
DROP TABLE pick_value;
DROP TABLE pick_list;
DROP TABLE object_type;
