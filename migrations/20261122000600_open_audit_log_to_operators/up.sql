-- An operator may retry, cancel or purge work that belongs to no organization; that is written down too.
ALTER TABLE audit_log ALTER COLUMN organization_id DROP NOT NULL;

-- Dead letters are looked at far more often than other finished work, and there are few of them.
CREATE INDEX tasks_dead ON tasks (kind, organization_id, id) WHERE state = 'dead';
