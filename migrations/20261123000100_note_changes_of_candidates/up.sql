-- At once and before anything else, so that nobody who has one of them waits for the other meanwhile.
LOCK TABLE profile_vectors, candidates IN SHARE ROW EXCLUSIVE MODE;

-- Which transaction was the last to change what rankings choose a candidate by: the skills, the profile's vector, and whether there is
-- something to choose at all. A process that chose before looks at these people instead of everybody. Apart from `candidates`, so that
-- what changes there stays on its page and off the indexes. Who did not change since this table was made has no row.
CREATE TABLE candidate_changes (
    candidate_id uuid PRIMARY KEY,
    organization_id uuid NOT NULL,
    -- pg_current_xact_id(), compared with pg_snapshot_xmin().
    changed_by bigint NOT NULL,
    FOREIGN KEY (organization_id, candidate_id) REFERENCES candidates (organization_id, id) ON DELETE CASCADE
);
CREATE INDEX candidate_changes_since ON candidate_changes (organization_id, changed_by);

CREATE FUNCTION note_changed_candidate() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO candidate_changes (candidate_id, organization_id, changed_by)
        VALUES (NEW.id, NEW.organization_id, pg_current_xact_id()::text::bigint)
        ON CONFLICT (candidate_id) DO UPDATE SET changed_by = excluded.changed_by
        WHERE candidate_changes.changed_by <> excluded.changed_by;
    RETURN NULL;
END $$;
CREATE TRIGGER candidates_can_be_chosen AFTER INSERT ON candidates
    FOR EACH ROW WHEN (NEW.status = 'ready') EXECUTE FUNCTION note_changed_candidate();
CREATE TRIGGER candidates_are_chosen_anew AFTER UPDATE ON candidates
    FOR EACH ROW WHEN ((OLD.status = 'ready' OR NEW.status = 'ready') AND (OLD.status, OLD.skills) IS DISTINCT FROM (NEW.status, NEW.skills))
    EXECUTE FUNCTION note_changed_candidate();

-- A vector goes with its candidate too, of whom there is nothing to note.
CREATE FUNCTION note_changed_profiles() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO candidate_changes (candidate_id, organization_id, changed_by)
        SELECT DISTINCT c.id, c.organization_id, pg_current_xact_id()::text::bigint
        FROM changed p JOIN candidates c ON c.organization_id = p.organization_id AND c.id = p.candidate_id
        ON CONFLICT (candidate_id) DO UPDATE SET changed_by = excluded.changed_by
        WHERE candidate_changes.changed_by <> excluded.changed_by;
    RETURN NULL;
END $$;
CREATE TRIGGER profiles_can_be_compared AFTER INSERT ON profile_vectors
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION note_changed_profiles();
CREATE TRIGGER profiles_are_compared_anew AFTER UPDATE ON profile_vectors
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION note_changed_profiles();
CREATE TRIGGER profiles_can_no_longer_be_compared AFTER DELETE ON profile_vectors
    REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION note_changed_profiles();

CREATE FUNCTION note_all_candidates() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO candidate_changes (candidate_id, organization_id, changed_by)
        SELECT id, organization_id, pg_current_xact_id()::text::bigint FROM candidates WHERE status = 'ready'
        ON CONFLICT (candidate_id) DO UPDATE SET changed_by = excluded.changed_by;
    RETURN NULL;
END $$;
CREATE TRIGGER profiles_are_all_forgotten AFTER TRUNCATE ON profile_vectors
    FOR EACH STATEMENT EXECUTE FUNCTION note_all_candidates();
