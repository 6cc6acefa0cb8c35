ALTER TABLE candidates DROP COLUMN user_id;
