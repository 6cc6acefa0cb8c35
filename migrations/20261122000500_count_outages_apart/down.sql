ALTER TABLE tasks RESET (autovacuum_vacuum_scale_factor, autovacuum_vacuum_insert_scale_factor,
    autovacuum_analyze_scale_factor);
DROP INDEX tasks_due;
CREATE INDEX tasks_due ON tasks (run_at, priority) WHERE state = 'pending';
ALTER TABLE tasks DROP COLUMN away_attempts;
