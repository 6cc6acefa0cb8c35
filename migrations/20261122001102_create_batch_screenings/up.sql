-- Whom a batch screens, and what came of each. A row goes with the candidate, the job or the batch's task.
CREATE TABLE batch_screenings (
    task_id uuid NOT NULL REFERENCES tasks (id) ON DELETE CASCADE,
    organization_id uuid NOT NULL,
    candidate_id uuid NOT NULL,
    job_id uuid NOT NULL,
    -- Place in the request, from 0.
    position integer NOT NULL CHECK (position >= 0),
    -- Null while nothing has come of it.
    state text CHECK (state IN ('scored', 'failed')),
    -- Why there is no score.
    code text,
    -- The score that the rules found; an earlier one where it still is the present one.
    screening_id uuid,
    is_reused boolean NOT NULL DEFAULT false,
    -- Why the language model was not asked; null where it was.
    ai_reason text,
    -- The task that asks it. No foreign key: a finished task may be removed before the batch is.
    ai_task_id uuid,
    PRIMARY KEY (task_id, candidate_id),
    CHECK ((state IS NOT DISTINCT FROM 'failed') = (code IS NOT NULL)),
    CHECK ((state IS NOT DISTINCT FROM 'scored') = (screening_id IS NOT NULL)),
    CHECK (ai_reason IS NULL OR ai_task_id IS NULL),
    FOREIGN KEY (organization_id, candidate_id) REFERENCES candidates (organization_id, id) ON DELETE CASCADE,
    FOREIGN KEY (organization_id, job_id) REFERENCES jobs (organization_id, id) ON DELETE CASCADE,
    FOREIGN KEY (organization_id, screening_id) REFERENCES screenings (organization_id, id) ON DELETE CASCADE
);
CREATE INDEX batch_screenings_of_candidate ON batch_screenings (organization_id, candidate_id);
CREATE INDEX batch_screenings_of_job ON batch_screenings (organization_id, job_id);
CREATE INDEX batch_screenings_of_screening ON batch_screenings (organization_id, screening_id);
