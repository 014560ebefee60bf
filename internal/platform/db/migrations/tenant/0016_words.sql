-- +goose Up
-- Up to which row the words of a table's records are in the full text of SQLite; those of later rows are put there soon
-- (docs/adr/0018-words-later.md). A table without an entry has all of its words there. PostgreSQL makes no use of it, and a
-- dump leaves it out, as it does the full text.
CREATE TABLE record_words (
    name   TEXT   NOT NULL PRIMARY KEY, -- of the table
    row_id BIGINT NOT NULL
);

-- +goose Down
DROP TABLE record_words;
