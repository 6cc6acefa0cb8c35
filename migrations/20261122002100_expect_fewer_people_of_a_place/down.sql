CREATE OR REPLACE FUNCTION search_place(typed text, city text, country text) RETURNS tsquery LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
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
