-- A resume's lines and titles, each embedded by itself: what is nearest to a requirement is found among them. One row a candidate, read by
-- candidate alone, so there is no index of nearest neighbours. Places are Unicode code points of visible_text.
CREATE TABLE line_vectors (
    candidate_id uuid NOT NULL,
    organization_id uuid NOT NULL,
    model text NOT NULL,
    -- How many of the first lines are titles.
    titles integer NOT NULL CHECK (titles >= 0),
    starts integer[] NOT NULL,
    ends integer[] NOT NULL CHECK (cardinality(ends) = cardinality(starts)),
    embeddings halfvec[] NOT NULL CHECK (cardinality(embeddings) = cardinality(starts)),
    PRIMARY KEY (candidate_id, model),
    FOREIGN KEY (organization_id, candidate_id) REFERENCES candidates (organization_id, id) ON DELETE CASCADE
);
CREATE INDEX line_vectors_organization ON line_vectors (organization_id);
