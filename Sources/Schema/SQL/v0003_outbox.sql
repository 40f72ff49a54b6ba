-- The outbox: what applications ask for and what became of it.
--
-- Applications insert (email, account_kind, locale, client_address, requested_by) and read the rest.
CREATE TABLE resetd.outbox (
    id               bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    email            text NOT NULL,
    account_kind     text CHECK (account_kind IN ('user', 'contact')),
    purpose          text NOT NULL DEFAULT 'reset_link',
    locale           text,
    client_address   inet,
    requested_by     text,
    requested_at     timestamptz NOT NULL DEFAULT now(),
    state            text NOT NULL DEFAULT 'queued'
                     CHECK (state IN ('queued', 'sending', 'sent', 'rejected', 'failed', 'cancelled')),
    reason           text,
    -- Delivery book-keeping. `attempts` counts what the recipient's refusals cost, `rescues` the claims that ended
    -- because a daemon fell silent, `unanswered` the mails whose end the relay never answered; `fence` rises with every
    -- claim.
    attempts         integer NOT NULL DEFAULT 0,
    rescues          integer NOT NULL DEFAULT 0,
    unanswered       integer NOT NULL DEFAULT 0,
    due_at           timestamptz NOT NULL DEFAULT now(),
    claimed_by       bigint,
    fence            integer NOT NULL DEFAULT 0,
    first_claimed_at timestamptz,
    -- The account that was found, or that the daemon queued the row for.
    account_id       text,
    resolved_kind    text,
    sent_to          text,
    message_id       text,
    last_reply       text,
    sent_at          timestamptz,
    -- Fixed by the claim that mints; recording never rewrites them.
    minted_at        timestamptz,
    expires_at       timestamptz,
    key_id           integer,
    account_revision text,
    -- Links that expire by then are dead: they were made before somebody had the request tried anew.
    dead_through     timestamptz,
    redeemed_at      timestamptz
);

COMMENT ON TABLE resetd.outbox IS 'Requests for a reset of a password: applications insert, resetd mails and settles.';

-- Every row is written three times (asked, claimed, settled), so a fifth of dead rows, the default, is a great many in a
-- large outbox: the claim would walk past them. Vacuum by the thousand instead, whatever the size.
ALTER TABLE resetd.outbox SET (
    autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000,
    autovacuum_vacuum_insert_scale_factor = 0, autovacuum_vacuum_insert_threshold = 50000,
    autovacuum_analyze_scale_factor = 0.02
);

CREATE INDEX outbox_due ON resetd.outbox (due_at, id) WHERE state = 'queued';
CREATE INDEX outbox_claimed ON resetd.outbox (claimed_by) WHERE state = 'sending';
-- What limits count: the links that were made for an account.
CREATE INDEX outbox_account ON resetd.outbox (account_id, resolved_kind, minted_at)
 WHERE minted_at IS NOT NULL AND purpose = 'reset_link';

-- Wakes the daemons once a statement, without a payload: equal notifications of one transaction are folded into one.
CREATE FUNCTION resetd.wake() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM pg_notify('resetd_outbox', '');
    RETURN NULL;
END
$$;

CREATE TRIGGER wake AFTER INSERT ON resetd.outbox FOR EACH STATEMENT EXECUTE FUNCTION resetd.wake();

-- One row for each start of a daemon, kept alive by its heartbeat. Rows of the outbox bear its number while it has them.
CREATE SEQUENCE resetd.session_number;

CREATE TABLE resetd.session (
    id           bigint PRIMARY KEY,
    started_at   timestamptz NOT NULL DEFAULT now(),
    heartbeat_at timestamptz NOT NULL DEFAULT now()
);

-- Who did what to whom, when and from where. The daemon's role may only add to it.
CREATE TABLE resetd.audit (
    id             bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at             timestamptz NOT NULL DEFAULT now(),
    actor          text NOT NULL,
    action         text NOT NULL,
    kind           text,
    account_id     text,
    request_id     bigint,
    client_address inet,
    detail         jsonb
);
CREATE INDEX audit_account ON resetd.audit (kind, account_id, id);
