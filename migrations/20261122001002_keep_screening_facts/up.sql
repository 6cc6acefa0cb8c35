-- What a resume shows of a job, whatever that weighs. Several screenings may rest on the same facts with other weights.
CREATE TABLE screening_facts (
    id uuid PRIMARY KEY,
    organization_id uuid NOT NULL,
    application_id uuid NOT NULL,
    -- Version of the rules that made it.
    rubric text NOT NULL,
    -- Components with values and quotes at their offsets (Unicode code points into candidates.visible_text).
    assessed jsonb NOT NULL,
    -- What it was made from: the job's requirements, closeness in meaning, versions and hashes.
    inputs jsonb NOT NULL,
    -- SHA-256 of everything about the job and the rules that the facts depend on; null for facts of rubric 1.
    basis bytea CHECK (octet_length(basis) = 32),
    -- candidates.parsed_at of the reading that was assessed: while the two are equal, so are the hashes in `inputs`.
    read_at timestamptz,
    -- Whether closeness in meaning was known in full.
    is_complete boolean NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (organization_id, id),
    FOREIGN KEY (organization_id, application_id) REFERENCES applications (organization_id, id) ON DELETE CASCADE
);
CREATE INDEX screening_facts_of_application ON screening_facts (organization_id, application_id);
CREATE TRIGGER screening_facts_are_append_only BEFORE UPDATE OR DELETE ON screening_facts
    FOR EACH ROW EXECUTE FUNCTION refuse_direct_change();

ALTER TABLE screenings ADD COLUMN facts_id uuid, ADD COLUMN weights jsonb;
INSERT INTO screening_facts (id, organization_id, application_id, rubric, assessed, inputs, is_complete, created_at)
    SELECT id, organization_id, application_id, score_version,
        jsonb_build_object('rubric', score_version, 'findings', coalesce((
            SELECT jsonb_agg(component - 'weight_bp' || '{"requirements": []}' ORDER BY place)
            FROM jsonb_array_elements(score->'components') WITH ORDINALITY AS listed(component, place)), '[]')),
        inputs, false, created_at
    FROM screenings;
ALTER TABLE screenings DISABLE TRIGGER screenings_are_append_only;
UPDATE screenings SET facts_id = id, weights = coalesce(inputs->'weights', '{}');
ALTER TABLE screenings ENABLE TRIGGER screenings_are_append_only;
ALTER TABLE screenings
    ALTER COLUMN facts_id SET NOT NULL,
    ALTER COLUMN weights SET NOT NULL,
    DROP COLUMN score,
    DROP COLUMN inputs,
    -- A task that scores everybody on a job stores many.
    DROP CONSTRAINT screenings_task_id_key,
    ADD UNIQUE (organization_id, id),
    ADD FOREIGN KEY (organization_id, facts_id) REFERENCES screening_facts (organization_id, id) ON DELETE CASCADE;
CREATE INDEX screenings_of_task ON screenings (task_id, application_id);
CREATE INDEX screenings_of_facts ON screenings (organization_id, facts_id);

-- Nothing is quoted that the visible text does not say in that place, whatever writes the row.
CREATE FUNCTION refuse_unquoted_evidence() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    seen text := (
        SELECT c.visible_text FROM applications a
        JOIN candidates c ON c.organization_id = a.organization_id AND c.id = a.candidate_id
        WHERE a.organization_id = NEW.organization_id AND a.id = NEW.application_id);
    quote jsonb;
    first integer;
    behind integer;
BEGIN
    FOR quote IN SELECT jsonb_path_query(NEW.assessed, '$.findings[*].evidence[*]') LOOP
        first := quote->>'start';
        behind := quote->>'end';
        IF seen IS NULL OR first IS NULL OR behind IS NULL OR first < 0 OR behind <= first
            OR quote->>'quote' IS DISTINCT FROM substring(seen FROM first + 1 FOR behind - first) THEN
            RAISE EXCEPTION 'a quote does not stand in the visible text'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'evidence_is_quoted', TABLE = 'screening_facts';
        END IF;
    END LOOP;
    RETURN NEW;
END $$;
CREATE TRIGGER evidence_is_quoted BEFORE INSERT ON screening_facts
    FOR EACH ROW EXECUTE FUNCTION refuse_unquoted_evidence();

-- What people said about a score.
CREATE TABLE screening_reviews (
    id uuid PRIMARY KEY,
    organization_id uuid NOT NULL,
    screening_id uuid NOT NULL,
    verdict text NOT NULL CHECK (verdict IN ('agree', 'correct')),
    -- Basis points that the reviewer would have given.
    corrected_bp integer CHECK (corrected_bp BETWEEN 0 AND 10000),
    comment text CHECK (char_length(comment) BETWEEN 1 AND 2000),
    reviewer uuid NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    CHECK ((verdict = 'correct') = (corrected_bp IS NOT NULL)),
    CHECK (verdict = 'agree' OR comment IS NOT NULL),
    FOREIGN KEY (organization_id, screening_id) REFERENCES screenings (organization_id, id) ON DELETE CASCADE
);
CREATE INDEX screening_reviews_of_screening ON screening_reviews (organization_id, screening_id, created_at, id);
CREATE TRIGGER screening_reviews_are_append_only BEFORE UPDATE OR DELETE ON screening_reviews
    FOR EACH ROW EXECUTE FUNCTION refuse_direct_change();
CREATE TRIGGER screening_reviews_are_not_truncated BEFORE TRUNCATE ON screening_reviews
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_direct_change();

-- Everybody on a job is scored anew in the order of ids, a window at a time.
DROP INDEX applications_job;
CREATE INDEX applications_job ON applications (organization_id, job_id, id);
