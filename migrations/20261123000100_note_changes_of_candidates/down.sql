DROP TRIGGER profiles_can_be_compared ON profile_vectors;
DROP TRIGGER profiles_are_compared_anew ON profile_vectors;
DROP TRIGGER profiles_can_no_longer_be_compared ON profile_vectors;
DROP FUNCTION note_changed_profiles;
DROP TRIGGER candidates_can_be_chosen ON candidates;
DROP TRIGGER candidates_are_chosen_anew ON candidates;
DROP FUNCTION note_changed_candidate;
DROP TABLE candidate_changes;
