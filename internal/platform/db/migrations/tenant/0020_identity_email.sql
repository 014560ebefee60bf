-- +goose Up
-- Whether the provider said an e-mail address at the last sign-in (1): it is then not changed by hand.
ALTER TABLE sso_identity ADD COLUMN fills_email BIGINT NOT NULL DEFAULT 0;

-- +goose Down
ALTER TABLE sso_identity DROP COLUMN fills_email;
