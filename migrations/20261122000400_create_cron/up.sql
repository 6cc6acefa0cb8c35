-- Which ticks of `cron.yaml` have been seen to, by whomever: a daemon that posts them or a worker that watches the clock.
CREATE TABLE cron_ticks (
    taskname text NOT NULL CHECK (char_length(taskname) BETWEEN 1 AND 100),
    -- A whole UTC minute, so that the same tick is the same row for everybody.
    scheduled_at timestamptz NOT NULL CHECK (scheduled_at = date_trunc('minute', scheduled_at)),
    -- What it enqueued; null for the tick that a fresh installation starts counting from. No foreign key: the task may be
    -- pruned before the tick is.
    task_id uuid,
    seen_at timestamptz NOT NULL DEFAULT task_now(),
    PRIMARY KEY (taskname, scheduled_at)
);

-- Messages that can never be attended to, whoever sent them: enough to find the sender, not the whole.
CREATE TABLE rejected_messages (
    -- SHA-256 of what was read of the body.
    sha256 bytea NOT NULL CHECK (octet_length(sha256) = 32),
    -- The path that it came to.
    path text NOT NULL,
    reason text NOT NULL,
    size_bytes bigint NOT NULL CHECK (size_bytes >= 0),
    head bytea NOT NULL CHECK (octet_length(head) <= 1024),
    times integer NOT NULL DEFAULT 1,
    first_at timestamptz NOT NULL DEFAULT task_now(),
    last_at timestamptz NOT NULL DEFAULT task_now(),
    PRIMARY KEY (sha256, path, reason)
);
CREATE INDEX rejected_messages_age ON rejected_messages (last_at);
