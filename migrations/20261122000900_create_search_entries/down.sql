ALTER TABLE candidates ADD COLUMN search tsvector NOT NULL GENERATED ALWAYS AS (
    setweight(to_tsvector('simple', coalesce(name, '')), 'A')
    || setweight(to_tsvector('english', coalesce(headline, '')), 'B')
    || setweight(to_tsvector('english', left(coalesce(visible_text, ''), 100000)), 'C')
) STORED;
CREATE INDEX candidates_search ON candidates USING gin (search);
DROP TRIGGER candidates_are_searchable ON candidates;
DROP TRIGGER candidates_stay_searchable ON candidates;
DROP FUNCTION keep_search_entry();
DROP FUNCTION search_entry(candidates);
DROP FUNCTION search_facts(candidates);
DROP TABLE search_entries;
DROP FUNCTION search_place(text, text, text);
DROP FUNCTION search_lexemes(text);
DROP FUNCTION search_all_words(text);
DROP FUNCTION search_stems(regconfig, text);
DROP FUNCTION search_configuration(text);
DROP FUNCTION search_town(text);
DROP FUNCTION search_fold_words(text);
DROP FUNCTION search_fold(text);
