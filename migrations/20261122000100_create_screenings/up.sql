-- Scores as they were computed: never changed, so that a decision can be traced to the number that it rested on.
CREATE TABLE screenings (
    id uuid PRIMARY KEY,
    organization_id uuid NOT NULL,
    application_id uuid NOT NULL,
    candidate_id uuid NOT NULL,
    job_id uuid NOT NULL,
    -- The task that computed it, once: a run that is repeated finds its number taken. No foreign key, because finished tasks
    -- are removed sooner than what they found out.
    task_id uuid NOT NULL UNIQUE,
    -- What computed it, for instance `rubric`, and the version of its rules.
    engine text NOT NULL,
    score_version text NOT NULL,
    -- Basis points: 10000 is the best.
    total_bp integer NOT NULL CHECK (total_bp BETWEEN 0 AND 10000),
    -- Components with weights, values and quotes at their offsets (Unicode code points into candidates.visible_text).
    score jsonb NOT NULL,
    -- What it was computed from: weights, the job's requirements, closeness in meaning, versions and hashes.
    inputs jsonb NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    FOREIGN KEY (organization_id, application_id) REFERENCES applications (organization_id, id) ON DELETE CASCADE,
    FOREIGN KEY (organization_id, candidate_id) REFERENCES candidates (organization_id, id) ON DELETE CASCADE,
    FOREIGN KEY (organization_id, job_id) REFERENCES jobs (organization_id, id) ON DELETE CASCADE
);
CREATE INDEX screenings_of_application ON screenings (organization_id, application_id, created_at DESC, id);
CREATE INDEX screenings_of_candidate ON screenings (organization_id, candidate_id);
CREATE INDEX screenings_of_job ON screenings (organization_id, job_id);

-- A score may vanish only together with the person, the job or the application: people have a right to be erased, and the
-- foreign keys see to it. A cascade is itself a trigger, so that its DELETE comes at a depth of at least 2 and one that
-- somebody writes comes at 1.
CREATE FUNCTION refuse_screening_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND pg_trigger_depth() > 1 THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'screenings are append-only';
END $$;
CREATE TRIGGER screenings_are_append_only BEFORE UPDATE OR DELETE ON screenings
    FOR EACH ROW EXECUTE FUNCTION refuse_screening_change();
CREATE TRIGGER screenings_are_not_truncated BEFORE TRUNCATE ON screenings
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_screening_change();
