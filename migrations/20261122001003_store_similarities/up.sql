-- When the sections were embedded, and by which model; null while they are not.
ALTER TABLE candidates ADD COLUMN chunked_at timestamptz, ADD COLUMN chunked_by text,
    ADD CHECK ((chunked_at IS NULL) = (chunked_by IS NULL));

-- What the wording of a requirement means to one embedding model.
CREATE TABLE requirement_vectors (
    organization_id uuid NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    model text NOT NULL,
    -- SHA-256 of the text that was embedded.
    text_hash bytea NOT NULL CHECK (octet_length(text_hash) = 32),
    embedding halfvec(384) NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (organization_id, model, text_hash)
);

-- How near a candidate is to a job and its requirements in meaning: computed once, then only read, so that no score depends
-- on a machine's floating point.
CREATE TABLE similarities (
    candidate_id uuid NOT NULL,
    job_id uuid NOT NULL,
    organization_id uuid NOT NULL,
    model text NOT NULL,
    -- SHA-256 of the job's texts that were compared.
    job_hash bytea NOT NULL CHECK (octet_length(job_hash) = 32),
    -- candidates.parsed_at and chunked_at of what was compared: when they are others, so are the vectors.
    read_at timestamptz,
    chunked_at timestamptz,
    -- Basis points of the whole profile; null while it has no vector.
    profile_bp integer CHECK (profile_bp BETWEEN 0 AND 10000),
    -- For each requirement the nearest chunk: {label: {bp, start, end}}; null while the sections are not embedded.
    requirements jsonb,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (candidate_id, job_id, model),
    FOREIGN KEY (organization_id, candidate_id) REFERENCES candidates (organization_id, id) ON DELETE CASCADE,
    FOREIGN KEY (organization_id, job_id) REFERENCES jobs (organization_id, id) ON DELETE CASCADE
);
CREATE INDEX similarities_of_job ON similarities (organization_id, job_id);
