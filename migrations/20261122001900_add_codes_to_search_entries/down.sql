DROP TRIGGER vectors_are_coded ON search_vectors;
DROP TRIGGER vectors_stay_coded ON search_vectors;
DROP TRIGGER vectors_are_forgotten ON search_vectors;
DROP FUNCTION keep_search_codes;
ALTER TABLE search_entries DROP COLUMN codes, DROP COLUMN codes_model;
ALTER TABLE search_entries RESET (fillfactor);
ALTER TABLE search_entries SET (toast_tuple_target = 1024);
-- Text of a scan that nobody could check is shown to people and found by nobody: only the name leads to such a candidate.
CREATE OR REPLACE FUNCTION search_entry(person candidates) RETURNS search_entries LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT ROW(person.id, person.organization_id, person.uploaded_at,
        coalesce(person.experience_months, -1), coalesce(search_fold(person.name), ''), brief, brief || body)::search_entries
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
            ELSE setweight(search_stems(configuration, left(person.visible_text, 100000)), 'D') END AS body) whole
$$;

DROP FUNCTION search_code_distance;
DROP FUNCTION search_codes;
