-- What searches look at, apart from the wide rows of `candidates`: a query that everybody meets reads ten thousands of these.

-- Lower case without accents, so that whoever types neither finds both.
CREATE FUNCTION search_fold(value text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT AS $$
    SELECT regexp_replace(
        normalize(replace(replace(replace(replace(replace(lower(value), 'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe'), 'ø', 'o'), 'ł', 'l'), NFKD),
        '[\u0300-\u036f]', '', 'g')
$$;

-- Words of a folded text, each once, at most 50 of at most 100 characters.
CREATE FUNCTION search_fold_words(value text) RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT coalesce(array_agg(DISTINCT left(word, 100)), '{}') FROM (
        SELECT word FROM regexp_split_to_table(search_fold(coalesce(value, '')), '[^[:alnum:]]+') AS word
        WHERE word <> '' LIMIT 50
    ) words
$$;

-- A town's name, so that it is one lexeme whatever stands between its words.
CREATE FUNCTION search_town(value text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT nullif(btrim(left(regexp_replace(search_fold(value), '[^[:alnum:]]+', ' ', 'g'), 100)), '')
$$;

-- How words of a document in this language (ISO 639-1) are reduced to stems.
CREATE FUNCTION search_configuration(language text) RETURNS regconfig LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE language
        WHEN 'en' THEN 'pg_catalog.english'::regconfig
        WHEN 'de' THEN 'pg_catalog.german'::regconfig
        WHEN 'fr' THEN 'pg_catalog.french'::regconfig
        WHEN 'es' THEN 'pg_catalog.spanish'::regconfig
        ELSE 'pg_catalog.simple'::regconfig
    END
$$;

-- A text's stems with their places, and the stems of its words without accents where they differ.
CREATE FUNCTION search_stems(configuration regconfig, value text) RETURNS tsvector LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN value IS NULL THEN ''::tsvector
        WHEN value !~ '[^\x01-\x7f]' THEN to_tsvector(configuration, value)
        ELSE to_tsvector(configuration, value) || strip(to_tsvector(configuration, search_fold(value))) END
$$;

-- A query met by documents of every language: all the words, in the syntax of web search engines, as each language stems them.
CREATE FUNCTION search_all_words(words text) RETURNS tsquery LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT coalesce(string_agg(DISTINCT '(' || query || ')', ' | ')::tsquery, ''::tsquery)
    FROM unnest(ARRAY[
        websearch_to_tsquery('pg_catalog.english', words)::text, websearch_to_tsquery('pg_catalog.german', words)::text,
        websearch_to_tsquery('pg_catalog.french', words)::text, websearch_to_tsquery('pg_catalog.spanish', words)::text,
        websearch_to_tsquery('pg_catalog.simple', words)::text
    ]) AS query WHERE query <> ''
$$;

-- The stems of a query in every language, without words that one of the languages takes for too common to index.
CREATE FUNCTION search_lexemes(words text) RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT coalesce(array_agg(DISTINCT stem ORDER BY stem), '{}')
    FROM ts_parse('default', words) AS parsed,
        LATERAL (SELECT ARRAY[
            to_tsvector('pg_catalog.english', token), to_tsvector('pg_catalog.german', token),
            to_tsvector('pg_catalog.french', token), to_tsvector('pg_catalog.spanish', token)] AS stemmed) languages,
        LATERAL unnest(stemmed || to_tsvector('pg_catalog.simple', token)) AS vector,
        LATERAL unnest(tsvector_to_array(vector)) AS stem
    WHERE NOT ''::tsvector = ANY (stemmed)
$$;

CREATE TABLE search_entries (
    candidate_id uuid PRIMARY KEY,
    organization_id uuid NOT NULL,
    uploaded_at timestamptz NOT NULL,
    -- Months of work, -1 when not known.
    experience_months integer NOT NULL,
    -- Folded, for names that are spelt almost like this.
    name text NOT NULL,
    -- Facts that filters ask for, and the words that say most: name (A), headline (B), titles and skills (C). Small, so that many
    -- can be ranked. Facts are lexemes that no text can contain: a control character, a letter, the value.
    brief tsvector NOT NULL,
    -- `brief` and all of the visible text (D).
    words tsvector NOT NULL,
    FOREIGN KEY (organization_id, candidate_id) REFERENCES candidates (organization_id, id) ON DELETE CASCADE
);
-- What is matched by index only is kept out of the rows that are read by the thousand.
ALTER TABLE search_entries ALTER COLUMN words SET STORAGE EXTERNAL;
ALTER TABLE search_entries SET (toast_tuple_target = 1024);
CREATE INDEX search_entries_of_organization ON search_entries (organization_id, uploaded_at DESC, candidate_id);
CREATE INDEX search_entries_words ON search_entries USING gin (words) WITH (fastupdate = off);
CREATE INDEX search_entries_brief ON search_entries USING gin (brief) WITH (fastupdate = off);
CREATE INDEX search_entries_name ON search_entries USING gin (name gin_trgm_ops) WITH (fastupdate = off);

-- The lexemes of a candidate's facts: s skill, e level of education reached, l language and l level of it reached, c country,
-- t town, p word of the place.
CREATE FUNCTION search_facts(person candidates) RETURNS tsvector LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT array_to_tsvector(coalesce(array_agg(DISTINCT left(E'\x01' || fact, 200)), '{}')) FROM (
        SELECT 's' || skill AS fact FROM unnest(person.skills) AS skill
        UNION ALL
        SELECT 'e' || level FROM unnest(ARRAY['secondary', 'vocational', 'bachelor', 'master', 'doctorate']) WITH ORDINALITY AS reached (level, rank)
        WHERE rank <= array_position(ARRAY['secondary', 'vocational', 'bachelor', 'master', 'doctorate'], person.education)
        UNION ALL
        SELECT 'l' || search_fold(language -> 'name' ->> 'value') || reached.suffix
        FROM jsonb_path_query(person.resume, 'lax $.languages[*]') AS language,
            LATERAL (
                SELECT '' AS suffix
                UNION ALL
                SELECT ':' || lower(level) FROM unnest(ARRAY['A1', 'A2', 'B1', 'B2', 'C1', 'C2', 'native']) WITH ORDINALITY AS known (level, rank)
                WHERE rank <= array_position(ARRAY['A1', 'A2', 'B1', 'B2', 'C1', 'C2', 'native'], language -> 'level' ->> 'value')
            ) reached
        UNION ALL
        SELECT 'c' || (place ->> 'country') FROM (SELECT person.resume #> '{contact,place}') AS at (place)
        UNION ALL
        SELECT 't' || search_town(place ->> 'city') FROM (SELECT person.resume #> '{contact,place}') AS at (place)
        UNION ALL
        SELECT 'p' || word FROM unnest(search_fold_words(
            concat_ws(' ', person.location, person.resume #>> '{contact,place,city}', person.resume #>> '{contact,place,region}'))) AS word
    ) facts WHERE fact IS NOT NULL
$$;

-- A query for people at a place: its words as typed, the beginnings of words too; or the town by the gazetteer's name or by the words
-- of that name, in the country where one is given; or else the country that it names.
CREATE FUNCTION search_place(typed text, city text, country text) RETURNS tsquery LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT coalesce(string_agg('(' || alternative || ')', ' | ')::tsquery, ''::tsquery) FROM (
        SELECT string_agg(quote_literal(E'\x01p' || word) || CASE WHEN char_length(word) > 2 THEN ':*' ELSE '' END, ' & ')
        FROM unnest(search_fold_words(typed)) AS word
        UNION ALL
        SELECT concat_ws(' & ', quote_literal(E'\x01t' || search_town(city)), quote_literal(E'\x01c' || country))
        WHERE coalesce(search_town(city), country) IS NOT NULL
        UNION ALL
        SELECT string_agg(quote_literal(E'\x01p' || word), ' & ') || coalesce(' & ' || quote_literal(E'\x01c' || country), '')
        FROM unnest(search_fold_words(city)) AS word
    ) alternatives (alternative) WHERE alternative IS NOT NULL
$$;

-- Text of a scan that nobody could check is shown to people and found by nobody: only the name leads to such a candidate.
CREATE FUNCTION search_entry(person candidates) RETURNS search_entries LANGUAGE sql STABLE PARALLEL SAFE AS $$
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

CREATE FUNCTION keep_search_entry() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.status = 'ready' THEN
        INSERT INTO search_entries SELECT entry.* FROM search_entry(NEW) AS entry
        ON CONFLICT (candidate_id) DO UPDATE SET uploaded_at = excluded.uploaded_at,
            experience_months = excluded.experience_months, name = excluded.name, brief = excluded.brief, words = excluded.words;
    ELSIF TG_OP = 'UPDATE' THEN
        DELETE FROM search_entries WHERE candidate_id = NEW.id;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER candidates_are_searchable AFTER INSERT ON candidates
    FOR EACH ROW WHEN (NEW.status = 'ready') EXECUTE FUNCTION keep_search_entry();
CREATE TRIGGER candidates_stay_searchable AFTER UPDATE ON candidates FOR EACH ROW
    WHEN ((OLD.status, OLD.uploaded_at, OLD.name, OLD.headline, OLD.location, OLD.experience_months, OLD.education, OLD.skills, OLD.skill_names, OLD.visible_text, OLD.resume)
        IS DISTINCT FROM
          (NEW.status, NEW.uploaded_at, NEW.name, NEW.headline, NEW.location, NEW.experience_months, NEW.education, NEW.skills, NEW.skill_names, NEW.visible_text, NEW.resume))
    EXECUTE FUNCTION keep_search_entry();

INSERT INTO search_entries SELECT entry.* FROM candidates c, LATERAL search_entry(c) AS entry WHERE c.status = 'ready';

DROP INDEX candidates_search;
ALTER TABLE candidates DROP COLUMN search;
