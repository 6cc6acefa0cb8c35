-- How much each component of a score counts for this job, relative to each other; null for the house's own weights.
ALTER TABLE jobs ADD COLUMN weights jsonb CHECK (jsonb_typeof(weights) = 'object');
