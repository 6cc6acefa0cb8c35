-- Skills that an organization adds to the taxonomy of the house; written by `hiring-worker taxonomy import`, read with every resume.
CREATE TABLE taxonomy_entries (
    organization_id uuid NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    -- The folded name: one entry a skill, however it is written.
    key text NOT NULL CHECK (char_length(key) BETWEEN 1 AND 100),
    name text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 80),
    aliases text[] NOT NULL DEFAULT '{}' CHECK (cardinality(aliases) <= 20),
    kind text NOT NULL CHECK (kind IN ('hard', 'tool', 'certificate', 'language', 'soft')),
    parents text[] NOT NULL DEFAULT '{}' CHECK (cardinality(parents) <= 10),
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (organization_id, key)
);
