DROP TABLE similarities;
DROP TABLE requirement_vectors;
ALTER TABLE candidates DROP COLUMN chunked_at, DROP COLUMN chunked_by;
