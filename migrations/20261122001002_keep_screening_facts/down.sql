DROP TABLE screening_reviews;
ALTER TABLE screenings ADD COLUMN score jsonb, ADD COLUMN inputs jsonb;
ALTER TABLE screenings DISABLE TRIGGER screenings_are_append_only;
-- Of a task that scored many only the first one is kept: the older table has room for no more.
DELETE FROM screenings s USING screenings earlier WHERE earlier.task_id = s.task_id AND earlier.id < s.id;
UPDATE screenings s SET inputs = f.inputs || jsonb_build_object('weights', s.weights),
    score = jsonb_build_object('rubric', f.rubric, 'total_bp', s.total_bp, 'components', f.assessed->'findings')
    FROM screening_facts f WHERE f.organization_id = s.organization_id AND f.id = s.facts_id;
ALTER TABLE screenings ENABLE TRIGGER screenings_are_append_only;
ALTER TABLE screenings
    ALTER COLUMN score SET NOT NULL,
    ALTER COLUMN inputs SET NOT NULL,
    DROP COLUMN facts_id,
    DROP COLUMN weights,
    DROP CONSTRAINT screenings_organization_id_id_key,
    ADD UNIQUE (task_id);
DROP INDEX screenings_of_task;
DROP TABLE screening_facts;
DROP FUNCTION refuse_unquoted_evidence();
DROP INDEX applications_job;
CREATE INDEX applications_job ON applications (organization_id, job_id);
