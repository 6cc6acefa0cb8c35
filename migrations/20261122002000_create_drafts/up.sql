-- What admins had drafted: job descriptions, test questions. Nothing reads drafts but those who asked for them. One about a job goes with it.
CREATE TABLE drafts (
    id uuid PRIMARY KEY,
    organization_id uuid NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    kind text NOT NULL CHECK (kind IN ('job_description', 'test_questions')),
    -- The job that title and requirements were taken from.
    job_id uuid,
    title text NOT NULL CHECK (title <> ''),
    -- What was asked for, with what was taken from the job at that time.
    request jsonb NOT NULL,
    requested_by uuid REFERENCES users (id) ON DELETE SET NULL,
    -- The task that makes it. No foreign key, because finished tasks are removed sooner.
    task_id uuid NOT NULL,
    -- A language model's answers as they came, each stored together with its charge.
    answers jsonb NOT NULL DEFAULT '[]' CHECK (jsonb_typeof(answers) = 'array'),
    -- What it has come to; null while it is being made.
    made jsonb,
    engine text CHECK (engine IN ('model', 'template')),
    -- Why no model had a part in it, or why there is less than was asked for.
    reason text,
    -- The model that was asked, and the server's own name for the one that answered.
    model text,
    answered_by text,
    prompt_version text,
    created_at timestamptz NOT NULL DEFAULT now(),
    ready_at timestamptz,
    UNIQUE (organization_id, id),
    CHECK ((made IS NULL) = (engine IS NULL) AND (made IS NULL) = (ready_at IS NULL)),
    CHECK ((engine IS NOT DISTINCT FROM 'model') = (model IS NOT NULL)),
    FOREIGN KEY (organization_id, job_id) REFERENCES jobs (organization_id, id) ON DELETE CASCADE
);
CREATE INDEX drafts_of_organization ON drafts (organization_id, created_at DESC, id DESC);
CREATE INDEX drafts_of_job ON drafts (organization_id, job_id);
