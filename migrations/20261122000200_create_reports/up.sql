-- What happened in an organization on one day in UTC. Derived: writing it again replaces it.
CREATE TABLE reports (
    organization_id uuid NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    day date NOT NULL,
    -- Resumes taken in, read, and given up, the last by `candidates.failure_code`.
    uploads integer NOT NULL CHECK (uploads >= 0),
    parsed integer NOT NULL CHECK (parsed >= 0),
    failed_by_code jsonb NOT NULL,
    screenings integer NOT NULL CHECK (screenings >= 0),
    -- Where the applications made up to the end of the day stood when the report was written.
    applications_by_stage jsonb NOT NULL,
    -- Median seconds; null on a day without any.
    upload_to_parsed_seconds double precision CHECK (upload_to_parsed_seconds >= 0),
    parsed_to_indexed_seconds double precision CHECK (parsed_to_indexed_seconds >= 0),
    written_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (organization_id, day)
);
