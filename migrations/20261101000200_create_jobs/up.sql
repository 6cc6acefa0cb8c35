CREATE TABLE jobs (
    id uuid PRIMARY KEY,
    organization_id uuid NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    title text NOT NULL CHECK (char_length(title) BETWEEN 1 AND 200),
    description text NOT NULL CHECK (char_length(description) <= 20000),
    location text CHECK (char_length(location) <= 200),
    job_type text NOT NULL CHECK (job_type IN ('full_time', 'part_time', 'contract', 'internship', 'temporary')),
    state text NOT NULL DEFAULT 'open' CHECK (state IN ('draft', 'open', 'closed')),
    requirements jsonb NOT NULL DEFAULT '{}',
    salary_min integer CHECK (salary_min >= 0),
    salary_max integer CHECK (salary_max >= salary_min),
    salary_currency text CHECK (salary_currency ~ '^[A-Z]{3}$'),
    created_by uuid REFERENCES users (id) ON DELETE SET NULL,
    version integer NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    search tsvector NOT NULL GENERATED ALWAYS AS (
        setweight(to_tsvector('english', title), 'A') || setweight(to_tsvector('english', description), 'C')
    ) STORED,
    UNIQUE (organization_id, id)
);
CREATE INDEX jobs_board ON jobs (created_at DESC, id) WHERE state = 'open';
CREATE INDEX jobs_of_organization ON jobs (organization_id, created_at DESC, id);
CREATE INDEX jobs_search ON jobs USING gin (search);

-- What a job's text means to one embedding model; derived, and rebuilt whenever the text or the model changes.
CREATE TABLE job_vectors (
    job_id uuid NOT NULL,
    organization_id uuid NOT NULL,
    model text NOT NULL,
    -- SHA-256 of the text that was embedded.
    text_hash bytea NOT NULL,
    embedding halfvec(384) NOT NULL,
    PRIMARY KEY (job_id, model),
    FOREIGN KEY (organization_id, job_id) REFERENCES jobs (organization_id, id) ON DELETE CASCADE
);
