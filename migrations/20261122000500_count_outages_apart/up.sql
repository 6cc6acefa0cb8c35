-- Attempts that ended because something was away do not count against a task's attempts, and a task gives up after many.
ALTER TABLE tasks ADD COLUMN away_attempts integer NOT NULL DEFAULT 0 CHECK (away_attempts >= 0);

-- The relay reads each priority by itself, so that what is urgent does not wait behind what is merely older.
DROP INDEX tasks_due;
CREATE INDEX tasks_due ON tasks (priority, run_at) WHERE state = 'pending';

-- Every row changes its state three times and goes after a week: dead versions are removed early and in small steps.
ALTER TABLE tasks SET (autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_insert_scale_factor = 0.2,
    autovacuum_analyze_scale_factor = 0.05);
