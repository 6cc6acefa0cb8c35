-- How often a published row was rung again: the pause before the next time grows with it. `publish_count` only ever grows over
-- the whole life of a row, so that no two publishings of it look the same to a transport that drops repetitions.
ALTER TABLE tasks ADD COLUMN rung_again integer NOT NULL DEFAULT 0;
