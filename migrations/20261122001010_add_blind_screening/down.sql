ALTER TABLE organizations DROP COLUMN blind_screening;
