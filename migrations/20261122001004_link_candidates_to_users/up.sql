-- The account of somebody who applied by themselves.
ALTER TABLE candidates ADD COLUMN user_id uuid REFERENCES users (id) ON DELETE SET NULL;
CREATE INDEX candidates_of_user ON candidates (user_id, organization_id) WHERE user_id IS NOT NULL;
