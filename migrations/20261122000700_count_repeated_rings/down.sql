ALTER TABLE tasks DROP COLUMN rung_again;
