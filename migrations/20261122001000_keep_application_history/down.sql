DROP TABLE application_notes;
DROP TABLE application_moves;
DROP FUNCTION refuse_direct_change();
DROP INDEX applications_of_organization;
ALTER TABLE applications DROP COLUMN ai_score_bp, DROP COLUMN screening_id, DROP COLUMN screened_at;
