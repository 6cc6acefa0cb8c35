-- The signs of a candidate's vectors beside the facts, so that whoever is behind the filters can be put into about the right order without
-- looking up a vector. One model's at a time: the one that was written last.

-- The signs of the first twelve vectors, the profile's first, one after the other.
CREATE FUNCTION search_codes(candidate uuid, model_key text) RETURNS bit varying LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT coalesce(string_agg(binary_quantize(embedding)::text, '' ORDER BY part), '')::bit varying FROM (
        SELECT v.part, v.embedding FROM search_vectors v
        WHERE v.candidate_id = candidate AND v.model = model_key ORDER BY v.part LIMIT 12
    ) vectors
$$;

-- In how many places the signs of the nearest of a candidate's vectors differ from a query's; null without a vector. Written out, since a
-- set of rows for each candidate would cost more than all of this.
CREATE FUNCTION search_code_distance(codes bit varying, query bit) RETURNS float8 LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN length(codes) > 0 THEN least(substring(codes FROM 1 FOR 384) <~> query,
        CASE WHEN length(codes) > 384 THEN least(substring(codes FROM 385 FOR 384) <~> query,
        CASE WHEN length(codes) > 768 THEN least(substring(codes FROM 769 FOR 384) <~> query,
        CASE WHEN length(codes) > 1152 THEN least(substring(codes FROM 1153 FOR 384) <~> query,
        CASE WHEN length(codes) > 1536 THEN least(substring(codes FROM 1537 FOR 384) <~> query,
        CASE WHEN length(codes) > 1920 THEN least(substring(codes FROM 1921 FOR 384) <~> query,
        CASE WHEN length(codes) > 2304 THEN least(substring(codes FROM 2305 FOR 384) <~> query,
        CASE WHEN length(codes) > 2688 THEN least(substring(codes FROM 2689 FOR 384) <~> query,
        CASE WHEN length(codes) > 3072 THEN least(substring(codes FROM 3073 FOR 384) <~> query,
        CASE WHEN length(codes) > 3456 THEN least(substring(codes FROM 3457 FOR 384) <~> query,
        CASE WHEN length(codes) > 3840 THEN least(substring(codes FROM 3841 FOR 384) <~> query,
        CASE WHEN length(codes) > 4224 THEN substring(codes FROM 4225 FOR 384) <~> query END) END) END) END) END) END) END) END) END) END) END) END
$$;

ALTER TABLE search_entries ADD COLUMN codes bit varying NOT NULL DEFAULT '', ADD COLUMN codes_model text NOT NULL DEFAULT '';
-- Read by the thousand like the facts: they stay in the row, and rows are changed in place when vectors follow.
ALTER TABLE search_entries ALTER COLUMN codes SET STORAGE PLAIN;
ALTER TABLE search_entries SET (toast_tuple_target = 1536, fillfactor = 85);

-- Text of a scan that nobody could check is shown to people and found by nobody: only the name leads to such a candidate.
CREATE OR REPLACE FUNCTION search_entry(person candidates) RETURNS search_entries LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT ROW(person.id, person.organization_id, person.uploaded_at,
        coalesce(person.experience_months, -1), coalesce(search_fold(person.name), ''), brief, brief || body,
        search_codes(person.id, known.model), coalesce(known.model, ''))::search_entries
    FROM (SELECT
            search_configuration(person.resume #>> '{document,language}') AS configuration,
            coalesce((person.resume #>> '{document,unverified_layer}')::boolean, false) AS unverified
            -- OFFSET 0 keeps the planner from writing an expression out wherever its name stands, and so from computing it again.
            OFFSET 0
        ) document,
        LATERAL (SELECT setweight(search_stems('pg_catalog.simple', person.name) || search_stems(configuration, person.name), 'A') AS named OFFSET 0) name,
        LATERAL (SELECT CASE WHEN unverified THEN named ELSE
            search_facts(person) || named
            || setweight(search_stems(configuration, person.headline), 'B')
            || setweight(search_stems(configuration, left(
                (SELECT string_agg(title #>> '{}', E'\n') FROM jsonb_path_query(person.resume, 'lax $.work[*].title.value') AS title), 4000)), 'C')
            || setweight(search_stems(configuration, array_to_string(person.skill_names, E'\n')), 'C') END AS brief OFFSET 0) small,
        -- 100,000 characters of text stay far below the 1 MB limit of a tsvector.
        LATERAL (SELECT CASE WHEN unverified THEN ''::tsvector
            ELSE setweight(search_stems(configuration, left(person.visible_text, 100000)), 'D') END AS body) whole,
        LATERAL (SELECT max(v.model) AS model FROM search_vectors v WHERE v.candidate_id = person.id) known
$$;

CREATE FUNCTION keep_search_codes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        UPDATE search_entries e SET codes = search_codes(e.candidate_id, e.codes_model)
            FROM (SELECT DISTINCT candidate_id, model FROM gone) g WHERE e.candidate_id = g.candidate_id AND e.codes_model = g.model;
    ELSE
        UPDATE search_entries e SET codes = search_codes(e.candidate_id, g.model), codes_model = g.model
            FROM (SELECT candidate_id, max(model) AS model FROM given GROUP BY candidate_id) g WHERE e.candidate_id = g.candidate_id;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER vectors_are_coded AFTER INSERT ON search_vectors
    REFERENCING NEW TABLE AS given FOR EACH STATEMENT EXECUTE FUNCTION keep_search_codes();
CREATE TRIGGER vectors_stay_coded AFTER UPDATE ON search_vectors
    REFERENCING NEW TABLE AS given FOR EACH STATEMENT EXECUTE FUNCTION keep_search_codes();
CREATE TRIGGER vectors_are_forgotten AFTER DELETE ON search_vectors
    REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION keep_search_codes();

UPDATE search_entries e SET codes = search_codes(e.candidate_id, known.model), codes_model = known.model
    FROM (SELECT candidate_id, max(model) AS model FROM search_vectors GROUP BY candidate_id) known
    WHERE e.candidate_id = known.candidate_id;
