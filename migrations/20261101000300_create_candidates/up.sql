CREATE TABLE stored_objects (
    id uuid PRIMARY KEY,
    organization_id uuid NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    -- `organization/upload`, never a content hash, so that a key tells nothing about the file.
    key text NOT NULL UNIQUE,
    -- staged: the bytes may or may not be there; live: they are; erasing: they are about to go.
    state text NOT NULL DEFAULT 'staged' CHECK (state IN ('staged', 'live', 'erasing')),
    sha256 bytea NOT NULL CHECK (octet_length(sha256) = 32),
    size_bytes bigint NOT NULL CHECK (size_bytes >= 0),
    file_type text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (organization_id, id)
);
CREATE INDEX stored_objects_staged ON stored_objects (created_at) WHERE state <> 'live';

CREATE TABLE candidates (
    id uuid PRIMARY KEY,
    organization_id uuid NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    object_id uuid NOT NULL,
    sha256 bytea NOT NULL CHECK (octet_length(sha256) = 32),
    file_name text NOT NULL CHECK (char_length(file_name) BETWEEN 1 AND 255),
    file_type text NOT NULL,
    status text NOT NULL DEFAULT 'processing' CHECK (status IN ('processing', 'ready', 'failed')),
    failure_code text,
    failure_reason text,
    -- The facts that lists and filters need, copied out of `resume` when it is saved.
    name text,
    email text,
    phone text,
    location text,
    headline text,
    experience_months integer CHECK (experience_months >= 0),
    education text,
    -- Folded keys of the skills taxonomy, each once.
    skills text[] NOT NULL DEFAULT '{}',
    skill_names text[] NOT NULL DEFAULT '{}',
    visible_text text,
    sections jsonb,
    resume jsonb,
    parser_version text,
    uploaded_by uuid REFERENCES users (id) ON DELETE SET NULL,
    version integer NOT NULL DEFAULT 1,
    uploaded_at timestamptz NOT NULL DEFAULT now(),
    parsed_at timestamptz,
    indexed_at timestamptz,
    updated_at timestamptz NOT NULL DEFAULT now(),
    -- 100,000 characters of text stay far below the 1 MB limit of a tsvector.
    search tsvector NOT NULL GENERATED ALWAYS AS (
        setweight(to_tsvector('simple', coalesce(name, '')), 'A')
        || setweight(to_tsvector('english', coalesce(headline, '')), 'B')
        || setweight(to_tsvector('english', left(coalesce(visible_text, ''), 100000)), 'C')
    ) STORED,
    UNIQUE (organization_id, id),
    UNIQUE (organization_id, sha256),
    FOREIGN KEY (organization_id, object_id) REFERENCES stored_objects (organization_id, id),
    CHECK ((status = 'failed') = (failure_code IS NOT NULL)),
    CHECK (status <> 'ready' OR (visible_text IS NOT NULL AND resume IS NOT NULL))
)
-- A resume is stored, then marked findable: the second change stays on its page and off the indexes.
WITH (fillfactor = 70);
CREATE INDEX candidates_of_organization ON candidates (organization_id, uploaded_at DESC, id);
CREATE INDEX candidates_search ON candidates USING gin (search);
CREATE INDEX candidates_skills ON candidates USING gin (skills);
CREATE INDEX candidates_object ON candidates (organization_id, object_id);

CREATE TABLE applications (
    id uuid PRIMARY KEY,
    organization_id uuid NOT NULL,
    candidate_id uuid NOT NULL,
    job_id uuid NOT NULL,
    stage text NOT NULL DEFAULT 'applied'
        CHECK (stage IN ('applied', 'screening', 'test', 'interview', 'offer', 'hired', 'rejected', 'withdrawn')),
    version integer NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (organization_id, id),
    UNIQUE (organization_id, candidate_id, job_id),
    FOREIGN KEY (organization_id, candidate_id) REFERENCES candidates (organization_id, id) ON DELETE CASCADE,
    FOREIGN KEY (organization_id, job_id) REFERENCES jobs (organization_id, id) ON DELETE CASCADE
);
CREATE INDEX applications_job ON applications (organization_id, job_id);

-- One short neutral profile a candidate, embedded at once. `model` is name and version: two models never mix.
CREATE TABLE profile_vectors (
    candidate_id uuid NOT NULL,
    organization_id uuid NOT NULL,
    model text NOT NULL,
    embedding halfvec(384) NOT NULL,
    PRIMARY KEY (candidate_id, model),
    FOREIGN KEY (organization_id, candidate_id) REFERENCES candidates (organization_id, id) ON DELETE CASCADE
);
CREATE INDEX profile_vectors_organization ON profile_vectors (organization_id);
CREATE INDEX profile_vectors_nearest ON profile_vectors USING hnsw (embedding halfvec_cosine_ops);

-- Pieces of the resume's sections; the text is found through the offsets (Unicode code points into visible_text).
CREATE TABLE chunk_vectors (
    id uuid PRIMARY KEY,
    organization_id uuid NOT NULL,
    candidate_id uuid NOT NULL,
    model text NOT NULL,
    ordinal smallint NOT NULL,
    section text NOT NULL,
    start_offset integer NOT NULL CHECK (start_offset >= 0),
    end_offset integer NOT NULL CHECK (end_offset >= start_offset),
    embedding halfvec(384) NOT NULL,
    UNIQUE (candidate_id, model, ordinal),
    FOREIGN KEY (organization_id, candidate_id) REFERENCES candidates (organization_id, id) ON DELETE CASCADE
);
CREATE INDEX chunk_vectors_organization ON chunk_vectors (organization_id);
CREATE INDEX chunk_vectors_nearest ON chunk_vectors USING hnsw (embedding halfvec_cosine_ops);
