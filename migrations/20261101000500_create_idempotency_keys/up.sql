-- One row a (principal, organization, method, route, key). A row without a saved answer is a claim by `lock_token`.
CREATE TABLE idempotency_keys (
    principal uuid NOT NULL,
    -- The nil UUID where the principal acts outside an organization.
    organization_id uuid NOT NULL,
    method text NOT NULL,
    route text NOT NULL,
    key text NOT NULL CHECK (char_length(key) BETWEEN 1 AND 255),
    -- SHA-256 over what was asked for.
    fingerprint bytea NOT NULL CHECK (octet_length(fingerprint) = 32),
    lock_token uuid NOT NULL,
    locked_until timestamptz NOT NULL,
    status smallint,
    body jsonb,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (principal, organization_id, method, route, key),
    CHECK ((status IS NULL) = (body IS NULL))
);
CREATE INDEX idempotency_keys_age ON idempotency_keys (created_at);
