-- Whether recruiters of the organization are shown candidates only without what tells who they are.
ALTER TABLE organizations ADD COLUMN blind_screening boolean NOT NULL DEFAULT false;
