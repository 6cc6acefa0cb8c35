DROP INDEX tasks_dead;
-- Refuses while entries without an organization are there: the log is append-only, so nothing may delete them.
ALTER TABLE audit_log ALTER COLUMN organization_id SET NOT NULL;
