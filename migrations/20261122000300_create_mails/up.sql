-- What was written to whom and whether it went out: SMTP keeps no ledger that could be asked.
CREATE TABLE mails (
    id uuid PRIMARY KEY,
    -- Null for the house's own mail, to operators and to owners of accounts.
    organization_id uuid REFERENCES organizations (id) ON DELETE CASCADE,
    -- Recipient and parameters are personal: both are forgotten when the mail is 30 days old.
    recipient text CHECK (char_length(recipient) <= 254),
    template text NOT NULL,
    params jsonb,
    -- A second mail with this key is not written.
    once text UNIQUE,
    state text NOT NULL DEFAULT 'queued' CHECK (state IN ('queued', 'sending', 'sent', 'failed', 'unknown')),
    -- Fixed at the first attempt, so that a resend is the same mail to whoever receives it.
    message_id text CHECK (char_length(message_id) <= 300),
    error_code text,
    created_at timestamptz NOT NULL DEFAULT now(),
    sending_at timestamptz,
    -- When it came to its end, whichever.
    settled_at timestamptz,
    forgotten_at timestamptz,
    CHECK ((state IN ('sent', 'failed', 'unknown')) = (settled_at IS NOT NULL)),
    CHECK (state = 'queued' OR state = 'failed' OR message_id IS NOT NULL),
    CHECK ((forgotten_at IS NULL) = (recipient IS NOT NULL)),
    CHECK ((forgotten_at IS NULL) = (params IS NOT NULL))
);
CREATE INDEX mails_organization ON mails (organization_id) WHERE organization_id IS NOT NULL;
CREATE INDEX mails_age ON mails (created_at) WHERE forgotten_at IS NULL;
