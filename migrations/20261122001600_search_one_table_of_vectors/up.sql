-- Everything of a candidate that searches compare with a query: one place to look at for each of them, and one index.
CREATE TABLE search_vectors (
    candidate_id uuid NOT NULL,
    organization_id uuid NOT NULL,
    model text NOT NULL,
    -- The chunk's ordinal; -1 for the profile.
    part smallint NOT NULL,
    embedding halfvec(384) NOT NULL,
    PRIMARY KEY (candidate_id, model, part),
    FOREIGN KEY (organization_id, candidate_id) REFERENCES candidates (organization_id, id) ON DELETE CASCADE
);

INSERT INTO search_vectors (candidate_id, organization_id, model, part, embedding)
    SELECT candidate_id, organization_id, model, part, embedding FROM (
        SELECT candidate_id, organization_id, model, -1 AS part, embedding FROM profile_vectors
        UNION ALL
        SELECT candidate_id, organization_id, model, ordinal, embedding FROM chunk_vectors
    ) vectors ORDER BY candidate_id, part;
-- Resumes repeat each other: with the default of 64, whoever has a hundred near neighbours is linked to nobody else and is not reached.
CREATE INDEX search_vectors_nearest ON search_vectors USING hnsw (embedding halfvec_cosine_ops) WITH (ef_construction = 200);
DROP INDEX profile_vectors_nearest;
DROP INDEX chunk_vectors_nearest;

CREATE FUNCTION keep_search_vectors_of_profiles() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        DELETE FROM search_vectors v USING gone g WHERE v.candidate_id = g.candidate_id AND v.model = g.model AND v.part = -1;
    ELSE
        INSERT INTO search_vectors (candidate_id, organization_id, model, part, embedding)
            SELECT candidate_id, organization_id, model, -1, embedding FROM given
            ON CONFLICT (candidate_id, model, part) DO UPDATE SET embedding = excluded.embedding;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER profiles_are_searchable AFTER INSERT ON profile_vectors
    REFERENCING NEW TABLE AS given FOR EACH STATEMENT EXECUTE FUNCTION keep_search_vectors_of_profiles();
CREATE TRIGGER profiles_stay_searchable AFTER UPDATE ON profile_vectors
    REFERENCING NEW TABLE AS given FOR EACH STATEMENT EXECUTE FUNCTION keep_search_vectors_of_profiles();
CREATE TRIGGER profiles_are_forgotten AFTER DELETE ON profile_vectors
    REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION keep_search_vectors_of_profiles();

CREATE FUNCTION keep_search_vectors_of_chunks() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        DELETE FROM search_vectors v USING gone g WHERE v.candidate_id = g.candidate_id AND v.model = g.model AND v.part = g.ordinal;
    ELSE
        INSERT INTO search_vectors (candidate_id, organization_id, model, part, embedding)
            SELECT candidate_id, organization_id, model, ordinal, embedding FROM given
            ON CONFLICT (candidate_id, model, part) DO UPDATE SET embedding = excluded.embedding;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER chunks_are_searchable AFTER INSERT ON chunk_vectors
    REFERENCING NEW TABLE AS given FOR EACH STATEMENT EXECUTE FUNCTION keep_search_vectors_of_chunks();
CREATE TRIGGER chunks_stay_searchable AFTER UPDATE ON chunk_vectors
    REFERENCING NEW TABLE AS given FOR EACH STATEMENT EXECUTE FUNCTION keep_search_vectors_of_chunks();
CREATE TRIGGER chunks_are_forgotten AFTER DELETE ON chunk_vectors
    REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION keep_search_vectors_of_chunks();
