-- +goose Up
-- The format of the NameID by which an identity provider knows a session: it ends what has both (saml-core 3.7.1).
ALTER TABLE sso_session ADD COLUMN name_format TEXT NOT NULL DEFAULT '';

-- +goose Down
ALTER TABLE sso_session DROP COLUMN name_format;
