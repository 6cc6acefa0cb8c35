-- What a language model answered about a candidate and a job, with what of it was believed. Kept for replay and reuse; goes with
-- the candidate or the job.
CREATE TABLE model_answers (
    id uuid PRIMARY KEY,
    organization_id uuid NOT NULL,
    candidate_id uuid NOT NULL,
    job_id uuid NOT NULL,
    -- SHA-256 of the visible text, and of everything about the job and the rules that the question depends on.
    text_hash bytea NOT NULL CHECK (octet_length(text_hash) = 32),
    job_hash bytea NOT NULL CHECK (octet_length(job_hash) = 32),
    prompt_version text NOT NULL,
    -- The model that was asked for, and the server's own name for the one that answered.
    model text NOT NULL,
    answered_by text NOT NULL,
    -- The answer as it came; replaying it gives `believed` again.
    raw text NOT NULL,
    -- Narrative, places pointed at, and how much was left out and why.
    believed jsonb NOT NULL,
    -- The places that bear on their requirement, each with its closeness, and the embedding model that measured it.
    pointed jsonb NOT NULL,
    -- Whether the resume addresses a program.
    instructed boolean NOT NULL,
    prompt_tokens integer NOT NULL CHECK (prompt_tokens >= 0),
    completion_tokens integer NOT NULL CHECK (completion_tokens >= 0),
    -- Millionths of a US dollar; 0 where prices were not known.
    cost_micros bigint NOT NULL CHECK (cost_micros >= 0),
    -- The task that asked. No foreign key, because finished tasks are removed sooner.
    task_id uuid NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (organization_id, id),
    FOREIGN KEY (organization_id, candidate_id) REFERENCES candidates (organization_id, id) ON DELETE CASCADE,
    FOREIGN KEY (organization_id, job_id) REFERENCES jobs (organization_id, id) ON DELETE CASCADE
);
CREATE INDEX model_answers_of_candidate ON model_answers (organization_id, candidate_id, job_id, created_at DESC);
CREATE INDEX model_answers_of_job ON model_answers (organization_id, job_id);
CREATE TRIGGER model_answers_are_append_only BEFORE UPDATE OR DELETE ON model_answers
    FOR EACH ROW EXECUTE FUNCTION refuse_direct_change();
CREATE TRIGGER model_answers_are_not_truncated BEFORE TRUNCATE ON model_answers
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_direct_change();

-- What each organization has used of language models in each calendar month (UTC).
CREATE TABLE model_months (
    organization_id uuid NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    month date NOT NULL CHECK (extract(day FROM month) = 1),
    calls bigint NOT NULL DEFAULT 0,
    prompt_tokens bigint NOT NULL DEFAULT 0,
    completion_tokens bigint NOT NULL DEFAULT 0,
    cost_micros bigint NOT NULL DEFAULT 0,
    -- Tokens of calls that are under way, as much as they may come to.
    held bigint NOT NULL DEFAULT 0 CHECK (held >= 0),
    PRIMARY KEY (organization_id, month)
);

-- Calls one by one. Nothing of question or answer, so that the bill outlives an erasure.
CREATE TABLE model_calls (
    id uuid PRIMARY KEY,
    organization_id uuid NOT NULL,
    month date NOT NULL,
    task_id uuid NOT NULL,
    -- What it was for, for instance `narrative`.
    purpose text NOT NULL,
    model text NOT NULL,
    -- open: under way; answered; failed: nothing is charged; unknown: nobody wrote down how it ended, the held tokens are charged.
    state text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'answered', 'failed', 'unknown')),
    -- Why it failed, a code.
    code text,
    held bigint NOT NULL CHECK (held >= 0),
    prompt_tokens integer NOT NULL DEFAULT 0,
    completion_tokens integer NOT NULL DEFAULT 0,
    cost_micros bigint NOT NULL DEFAULT 0,
    created_at timestamptz NOT NULL DEFAULT now(),
    ended_at timestamptz,
    CHECK ((state = 'open') = (ended_at IS NULL)),
    FOREIGN KEY (organization_id, month) REFERENCES model_months (organization_id, month) ON DELETE CASCADE
);
CREATE INDEX model_calls_of_month ON model_calls (organization_id, month);
CREATE INDEX model_calls_under_way ON model_calls (organization_id, created_at) WHERE state = 'open';
