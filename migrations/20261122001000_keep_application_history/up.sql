-- What the latest screening says, kept beside the stage so that lists are sorted by it without looking through all screenings.
ALTER TABLE applications
    ADD COLUMN ai_score_bp integer CHECK (ai_score_bp BETWEEN 0 AND 10000),
    ADD COLUMN screening_id uuid,
    ADD COLUMN screened_at timestamptz,
    ADD CHECK ((ai_score_bp IS NULL) = (screening_id IS NULL) AND (screening_id IS NULL) = (screened_at IS NULL));
UPDATE applications a SET ai_score_bp = s.total_bp, screening_id = s.id, screened_at = s.created_at
    FROM (SELECT DISTINCT ON (organization_id, application_id) organization_id, application_id, total_bp, id, created_at
        FROM screenings ORDER BY organization_id, application_id, created_at DESC, id) s
    WHERE s.organization_id = a.organization_id AND s.application_id = a.id;
CREATE INDEX applications_of_organization ON applications (organization_id, created_at DESC, id);

-- An entry may vanish only together with what it is about. A cascade is itself a trigger, so that its DELETE comes at a depth
-- of at least 2 and one that somebody writes comes at 1.
CREATE FUNCTION refuse_direct_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND pg_trigger_depth() > 1 THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION '% are append-only', TG_TABLE_NAME;
END $$;

-- How an application went from stage to stage, and who moved it.
CREATE TABLE application_moves (
    id uuid PRIMARY KEY,
    organization_id uuid NOT NULL,
    application_id uuid NOT NULL,
    from_stage text NOT NULL,
    to_stage text NOT NULL,
    reason text CHECK (char_length(reason) BETWEEN 1 AND 2000),
    -- No foreign key: who decided stays on record as an id when the account is closed.
    moved_by uuid NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    -- Nobody is turned down without a person's reason, whatever writes the row.
    CHECK (to_stage NOT IN ('rejected', 'withdrawn') OR reason IS NOT NULL),
    FOREIGN KEY (organization_id, application_id) REFERENCES applications (organization_id, id) ON DELETE CASCADE
);
CREATE INDEX application_moves_of_application ON application_moves (organization_id, application_id, created_at, id);
CREATE TRIGGER application_moves_are_append_only BEFORE UPDATE OR DELETE ON application_moves
    FOR EACH ROW EXECUTE FUNCTION refuse_direct_change();
CREATE TRIGGER application_moves_are_not_truncated BEFORE TRUNCATE ON application_moves
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_direct_change();

-- What people write about an application.
CREATE TABLE application_notes (
    id uuid PRIMARY KEY,
    organization_id uuid NOT NULL,
    application_id uuid NOT NULL,
    author uuid NOT NULL,
    text text NOT NULL CHECK (char_length(text) BETWEEN 1 AND 5000),
    created_at timestamptz NOT NULL DEFAULT now(),
    FOREIGN KEY (organization_id, application_id) REFERENCES applications (organization_id, id) ON DELETE CASCADE
);
CREATE INDEX application_notes_of_application ON application_notes (organization_id, application_id, created_at, id);
