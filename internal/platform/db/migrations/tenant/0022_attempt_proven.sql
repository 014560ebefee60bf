-- +goose Up
-- Whether the identity provider has said so (1), or anybody may have sent it (0): strangers push nothing out that the provider has said.
ALTER TABLE sso_attempt ADD COLUMN proven BIGINT NOT NULL DEFAULT 0;
UPDATE sso_attempt SET proven = 1 WHERE outcome IN ('signed_in', 'tested', 'confirmed');
DROP INDEX sso_attempt_idp;
CREATE INDEX sso_attempt_idp ON sso_attempt (idp, proven, id);

-- +goose Down
DROP INDEX sso_attempt_idp;
ALTER TABLE sso_attempt DROP COLUMN proven;
CREATE INDEX sso_attempt_idp ON sso_attempt (idp, id);
