-- The clock of leases, due times and deadlines: the database's own, which a test can shift.
CREATE TABLE task_clock (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    shift interval NOT NULL DEFAULT '0'
);
INSERT INTO task_clock DEFAULT VALUES;

CREATE FUNCTION task_now() RETURNS timestamptz LANGUAGE sql STABLE AS
    'SELECT now() + (SELECT shift FROM task_clock)';

CREATE TABLE tasks (
    id uuid PRIMARY KEY,
    kind text NOT NULL,
    organization_id uuid REFERENCES organizations (id) ON DELETE CASCADE,
    user_id uuid REFERENCES users (id) ON DELETE SET NULL,
    -- Ids only: no personal data.
    payload jsonb NOT NULL,
    priority smallint NOT NULL DEFAULT 1 CHECK (priority BETWEEN 0 AND 2),
    state text NOT NULL DEFAULT 'pending'
        CHECK (state IN ('pending', 'published', 'running', 'waiting', 'completed', 'dead', 'cancelled')),
    attempt integer NOT NULL DEFAULT 0,
    max_attempts integer NOT NULL DEFAULT 4 CHECK (max_attempts > 0),
    run_at timestamptz NOT NULL,
    deadline timestamptz,
    lease_id uuid,
    publish_count integer NOT NULL DEFAULT 0,
    unique_key text,
    rerun boolean NOT NULL DEFAULT false,
    cancel_requested_at timestamptz,
    parent_id uuid REFERENCES tasks (id) ON DELETE CASCADE,
    open_children integer NOT NULL DEFAULT 0 CHECK (open_children >= 0),
    stage text,
    progress smallint CHECK (progress BETWEEN 0 AND 100),
    result jsonb,
    last_error jsonb,
    trace_context text,
    published_at timestamptz,
    started_at timestamptz,
    finished_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    CHECK ((state = 'running') = (lease_id IS NOT NULL)),
    CHECK ((state IN ('completed', 'dead', 'cancelled')) = (finished_at IS NOT NULL))
);
CREATE INDEX tasks_due ON tasks (run_at, priority) WHERE state = 'pending';
CREATE INDEX tasks_stale ON tasks (deadline) WHERE state IN ('published', 'running');
CREATE UNIQUE INDEX tasks_unique ON tasks (organization_id, kind, unique_key) NULLS NOT DISTINCT
    WHERE unique_key IS NOT NULL AND state IN ('pending', 'published', 'running', 'waiting');
CREATE INDEX tasks_of_organization ON tasks (organization_id, created_at DESC, id);
CREATE INDEX tasks_finished ON tasks (finished_at) WHERE finished_at IS NOT NULL;
CREATE INDEX tasks_parent ON tasks (parent_id) WHERE parent_id IS NOT NULL;
