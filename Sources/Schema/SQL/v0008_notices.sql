-- The claim, for mails that may be answered by "this was not me": every one bears the key that signs, and the login ID
-- that a notice tells; the notice of an address that was taken from an account goes to that address.

-- Who may call the claim may call it still when it is another function: kept until the end of this file.
SELECT set_config('resetd.callers',
                  ARRAY(SELECT DISTINCT g.grantee::regrole::text
                          FROM pg_catalog.pg_proc AS p
                         CROSS JOIN LATERAL pg_catalog.aclexplode(p.proacl) AS g
                         WHERE p.pronamespace = 'resetd'::regnamespace AND p.proname = 'claim'
                           AND g.privilege_type = 'EXECUTE' AND g.grantee NOT IN (0, p.proowner))::text,
                  true);
DROP FUNCTION resetd.claim(
    bigint, integer, timestamptz, interval, interval, integer, integer[], text, interval, integer, bigint);
DROP TYPE resetd.resolution;

-- What a claim found out about one row, before limits are counted.
CREATE TYPE resetd.resolution AS (
    version    tid,       -- where the row lies, while it is locked
    id         bigint,
    due_at     timestamptz,
    purpose    text,
    minted     boolean,   -- a link or notice was made for it before
    fresh      boolean,   -- one is to be made now
    kind       text,
    account_id text,
    login_id   text,
    full_name  text,
    email      text,      -- where the mail is to go
    locale     text,
    revision   text,
    reason     text       -- why it cannot become a mail, or null
);

-- Claims up to a_limit due rows for a session: resolves every address, settles the hopeless and leases the others.
-- Every row it touched comes back: leased ones as 'sending', settled ones with their reason, and as 'queued' those
-- whose account somebody else had just locked, to be asked for again soon.
--
-- The scan begins after (a_since, a_after), both hints, so that a backlog is gone through once: under an old snapshot
-- every row that was claimed leaves an entry in the index that cannot be removed. The row where it ended bears
-- `scanned`, which with its id is what to begin after next time. With a_since null it looks at everything, also at
-- rows that are due at the end of time: nobody can have meant that, and they would never be seen again.
--
-- It is one statement for the daemon, so it commits once. It is a function because limits are exact: they are
-- counted by a query that begins, and so sees, after the accounts' locks are held. It never waits for a lock, so that
-- it can take outbox rows before accounts without a deadlock.
--
-- A daemon that dies before the commit has claimed nothing; after it, the rows are its session's until rescued.
--
-- Its plans are made once and never read a table from end to end, whatever its size was when they were made:
-- planning anew costs as much as half of a batch, and a plan made for an empty outbox is ruin for a full one.
CREATE FUNCTION resetd.claim(
    a_session        bigint,
    a_limit          integer,
    a_since          timestamptz,   -- a hint: no row due before it is looked for; null for none
    a_lease          interval,
    a_lifetime       interval,
    a_key_id         integer,
    a_known_keys     integer[],
    a_message_domain text,
    a_interval       interval,
    a_hourly         integer,
    a_after          bigint DEFAULT NULL   -- of the rows due at a_since, none up to this id
) RETURNS TABLE (
    id bigint, state text, reason text, purpose text, fence integer, attempts integer,
    kind text, login_id text, full_name text, email text, locale text,
    key_id integer, message_id text, made_at bigint, expires_at bigint, scanned text
)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, resetd, pg_temp
SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off
SET jit = off
SET datestyle = 'ISO'
AS $$
#variable_conflict use_column
DECLARE
    -- A number that was never given to a row is before all of them.
    first_id  CONSTANT bigint := coalesce(a_after, -9223372036854775808);
    since     CONSTANT timestamptz := coalesce(a_since, '-infinity');
    origin    CONSTANT timestamptz := '2000-01-01 00:00:00+00';
    quarter   CONSTANT interval := '6 hours';
    -- How far back limits look; not at all without limits.
    reach     CONSTANT interval := greatest(a_interval, interval '1 hour');
    unlimited CONSTANT boolean := a_interval <= interval '0' AND a_hourly <= 0;
    -- One for a batch: with the row's number it is unique, and randomness costs more than the rest of the name.
    name_end  CONSTANT text := '.' || replace(gen_random_uuid()::text, '-', '') || '@' || a_message_domain || '>';
    resolved  resetd.resolution[];
    kinds     text[];
    accounts  text[];
    locked    text[];
    quarters  timestamptz[];
    all_ours  boolean;
BEGIN
    -- 1. A session that is not alive claims nothing: somebody may be rescuing its rows at this moment.
    PERFORM FROM resetd.session AS s WHERE s.id = a_session AND s.heartbeat_at > now() - a_lease;
    IF NOT FOUND THEN RETURN; END IF;

    -- Rows that are due at the end of time are due now.
    IF a_since IS NULL THEN
        UPDATE resetd.outbox AS o
           SET due_at = now()
         WHERE o.ctid = ANY (ARRAY(
               SELECT e.ctid
                 FROM resetd.outbox AS e
                WHERE e.state = 'queued' AND e.due_at = 'infinity'
                ORDER BY e.due_at, e.id
                LIMIT a_limit
                  FOR UPDATE SKIP LOCKED));
    END IF;

    -- 2. Due rows that nobody else holds, oldest first, and the account of each: by its number where the row bears
    --    one, else by the address. Two are as many as one needs to know that an address is shared.
    resolved := ARRAY(
        SELECT ROW (
                   o.ctid, o.id, o.due_at, o.purpose, o.minted_at IS NOT NULL,
                   CASE
                       -- Times that somebody set to infinity cannot be subtracted, nor told to a mail.
                       WHEN o.minted_at IS NULL OR NOT isfinite(o.minted_at) THEN true
                       WHEN o.key_id IS NULL OR o.key_id <> ALL (a_known_keys) THEN true
                       WHEN o.purpose <> 'reset_link' THEN false
                       WHEN o.expires_at IS NULL OR NOT isfinite(o.expires_at) THEN true
                       ELSE o.expires_at - now() < (o.expires_at - o.minted_at) / 2
                   END,
                   found.kind, found.account_id, found.login_id, found.full_name, found.target,
                   coalesce(found.locale, o.locale), found.revision,
                   CASE
                       WHEN o.purpose = 'reset_link' AND o.minted_at IS NOT NULL
                            AND o.account_revision IS DISTINCT FROM found.revision THEN 'account_changed'
                       WHEN NOT o.is_fit THEN 'invalid_email'
                       WHEN found.number = 0 THEN 'unknown_email'
                       WHEN found.number > 1
                            OR o.account_id IS NOT NULL
                               AND EXISTS (SELECT FROM resetd.account AS a
                                            WHERE a.email_key = resetd.email_key(found.target)
                                              AND (o.account_kind IS NULL OR a.kind = o.account_kind)
                                              AND (a.kind, a.account_id) <> (found.kind, found.account_id))
                       THEN 'duplicate_email'
                       -- Most people type what is stored, byte for byte; that need not be judged twice.
                       WHEN found.target COLLATE "C" IS DISTINCT FROM o.email COLLATE "C"
                            AND NOT resetd.is_mailable(found.target) THEN 'invalid_email'
                       WHEN o.purpose <> 'reset_link' THEN NULL
                       WHEN found.disabled THEN 'disabled'
                       WHEN NOT found.recoverable THEN 'not_recoverable'
                   END
               )::resetd.resolution
          -- Each step with OFFSET 0, so that what it computes is computed once.
          FROM (SELECT j.*, CASE WHEN j.is_fit AND j.account_id IS NULL THEN resetd.email_key(j.email) END AS key
                  FROM (SELECT p.*, resetd.is_mailable(p.email) AS is_fit
                          FROM (SELECT d.ctid, d.id, d.due_at, d.purpose, d.email, d.account_kind, d.locale,
                                       d.account_id, d.resolved_kind, d.minted_at, d.expires_at, d.key_id,
                                       d.account_revision
                                  FROM resetd.outbox AS d
                                 WHERE d.state = 'queued'
                                   AND d.due_at <= now()
                                   AND (d.due_at, d.id) > (since, first_id)
                                 ORDER BY d.due_at, d.id
                                 LIMIT a_limit
                                   FOR UPDATE SKIP LOCKED) AS p
                        OFFSET 0) AS j
                OFFSET 0) AS o
         CROSS JOIN LATERAL (
               -- One row, of the one account; of two nothing but the number is looked at. A mail goes to the address
               -- that is stored, but for the one that tells whoever had an address that it is taken from the account.
               SELECT count(*) AS number, min(one.kind) AS kind, min(one.account_id) AS account_id,
                      min(one.login_id) AS login_id, min(one.full_name) AS full_name,
                      CASE o.purpose WHEN 'address_removed' THEN o.email ELSE min(one.email) END AS target,
                      min(one.locale) AS locale, min(one.revision) AS revision,
                      bool_or(one.disabled) AS disabled, bool_or(one.recoverable) AS recoverable
                 FROM (SELECT a.kind, a.account_id, a.login_id, a.full_name, a.email, a.locale, a.revision,
                              a.disabled, a.recoverable
                         FROM resetd.account AS a
                        WHERE o.account_id IS NULL
                          AND a.email_key = o.key
                          AND (o.account_kind IS NULL OR a.kind = o.account_kind)
                       UNION ALL
                       SELECT a.kind, a.account_id, a.login_id, a.full_name, a.email, a.locale, a.revision,
                              a.disabled, a.recoverable
                         FROM resetd.account AS a
                        WHERE o.account_id IS NOT NULL
                          AND a.account_id = o.account_id
                          AND a.kind = coalesce(o.resolved_kind, o.account_kind)
                        LIMIT 2) AS one) AS found);
    IF cardinality(resolved) = 0 THEN RETURN; END IF;

    -- 3. The locks under which limits are counted; accounts that somebody else has are left for the next claim.
    SELECT array_agg(w.kind), array_agg(w.account_id)
      INTO kinds, accounts
      FROM (SELECT DISTINCT r.kind, r.account_id
              FROM unnest(resolved) AS r
             WHERE r.reason IS NULL AND NOT r.minted AND r.purpose = 'reset_link') AS w;
    IF kinds IS NOT NULL THEN
        locked := ARRAY(SELECT DISTINCT l.kind || ' ' || l.account_id
                          FROM resetd.try_lock_accounts(kinds, accounts) AS l);
        all_ours := cardinality(locked) = cardinality(kinds);
        quarters := ARRAY(SELECT generate_series(
            -- Another daemon's claim may have begun, and minted, a little later than this one.
            date_bin(quarter, now() - reach, origin), now() + interval '10 minutes', quarter));
    END IF;

    -- 4. Limits, and the outcome. A new query, and so a new snapshot.
    RETURN QUERY
    WITH turn AS (
        SELECT r.*,
               r.reason IS NULL AND NOT r.minted AND r.purpose = 'reset_link' AS limited,
               row_number() OVER (
                   PARTITION BY r.kind COLLATE "C", r.account_id COLLATE "C",
                            r.reason IS NULL AND NOT r.minted AND r.purpose = 'reset_link'
                   ORDER BY r.id) AS nth
          FROM unnest(resolved) WITH ORDINALITY AS r
    ), decided AS MATERIALIZED (   -- or the verdict would be worked out for every column that asks for it
        SELECT t.*,
               CASE
                   WHEN t.limited AND NOT all_ours AND t.kind || ' ' || t.account_id <> ALL (locked) THEN 'queued'
                   WHEN t.reason = 'account_changed' THEN 'cancelled'
                   WHEN t.reason IS NOT NULL THEN 'rejected'
                   WHEN t.limited
                        AND (a_interval > interval '0' AND (t.nth > 1 OR past.latest > now() - a_interval)
                             OR a_hourly > 0 AND past.hourly + t.nth > a_hourly) THEN 'throttled'
                   ELSE 'sending'
               END AS verdict
          FROM turn AS t
          LEFT JOIN LATERAL (
               SELECT max(h.minted_at) AS latest,
                      count(*) FILTER (WHERE h.minted_at > now() - interval '1 hour') AS hourly
                 FROM resetd.outbox AS h
                WHERE t.limited
                  AND NOT unlimited
                  AND date_bin(interval '6 hours', h.minted_at, timestamptz '2000-01-01 00:00:00+00')
                      = ANY (quarters)
                  AND h.account_id = t.account_id COLLATE "C"
                  AND h.resolved_kind = t.kind
                  AND h.purpose = 'reset_link'
                  AND h.minted_at > now() - reach
                  AND h.state <> 'failed') AS past ON true
         ORDER BY t.id
    )
    -- By where they lie: nobody moves a row that this transaction has locked.
    UPDATE resetd.outbox AS o
       SET state = CASE d.verdict WHEN 'throttled' THEN 'rejected' ELSE d.verdict END,
           -- Postponed rows step aside, so that one locked account does not stand before all others.
           due_at = CASE d.verdict WHEN 'queued' THEN now() + interval '250 milliseconds' ELSE o.due_at END,
           reason = CASE d.verdict WHEN 'throttled' THEN 'throttled' ELSE d.reason END,
           -- A shared address is nobody's: a row that asked for one bears no account.
           account_id = CASE WHEN d.reason = 'duplicate_email' OR d.verdict = 'queued' THEN o.account_id
                             ELSE coalesce(d.account_id, o.account_id) END,
           resolved_kind = CASE WHEN d.reason = 'duplicate_email' OR d.verdict = 'queued' THEN o.resolved_kind
                                ELSE coalesce(d.kind, o.resolved_kind) END,
           fence = CASE WHEN d.verdict <> 'sending' THEN o.fence
                        WHEN o.fence < 2147483647 THEN o.fence + 1
                        ELSE 1 END,
           claimed_by = CASE d.verdict WHEN 'sending' THEN a_session END,
           first_claimed_at = CASE d.verdict WHEN 'sending' THEN coalesce(o.first_claimed_at, now())
                                             ELSE o.first_claimed_at END,
           sent_to = CASE d.verdict WHEN 'sending' THEN btrim(d.email, E' \t\n\r\f\x0B') ELSE o.sent_to END,
           minted_at = CASE WHEN d.verdict = 'sending' AND d.fresh THEN now() ELSE o.minted_at END,
           message_id = CASE WHEN d.verdict = 'sending' AND d.fresh THEN '<' || o.id || name_end
                             ELSE o.message_id END,
           expires_at = CASE WHEN d.verdict = 'sending' AND d.fresh AND d.purpose = 'reset_link'
                             THEN CASE WHEN o.dead_through IS NULL THEN now() + a_lifetime
                                       -- Always later than a link of this request that is dead, by more than a
                                       -- second.
                                       ELSE greatest(now() + a_lifetime,
                                                     least(o.dead_through, now() + interval '2 days')
                                                     + interval '2 seconds') END
                             ELSE o.expires_at END,
           -- No link lives for two days: what is beyond is an error, or infinity, and would end every new link.
           dead_through = CASE WHEN o.dead_through IS NOT NULL AND d.verdict = 'sending' AND d.fresh
                               THEN least(o.dead_through, now() + interval '2 days')
                               ELSE o.dead_through END,
           -- Of notices too: it signs the link by which their reader says that it was not they.
           key_id = CASE WHEN d.verdict = 'sending' AND d.fresh THEN a_key_id ELSE o.key_id END,
           account_revision = CASE WHEN d.verdict = 'sending' AND d.fresh THEN d.revision
                                   ELSE o.account_revision END
      FROM decided AS d
     WHERE o.ctid = d.version
    RETURNING o.id, o.state, o.reason, o.purpose, o.fence, o.attempts, d.kind, d.login_id, d.full_name, d.email, d.locale,
              o.key_id, o.message_id,
              -- What is settled may bear absurd times, and so may a notice's expiry, that nobody asks for.
              CASE WHEN isfinite(o.minted_at) THEN floor(date_part('epoch', o.minted_at))::bigint END,
              -- The token has whole seconds: rounded up, so that the row's own expiry, which is exact, is the earlier.
              CASE WHEN isfinite(o.expires_at) THEN ceil(date_part('epoch', o.expires_at))::bigint END,
              CASE d.ordinality WHEN cardinality(resolved) THEN d.due_at::text END;
END
$$;

REVOKE EXECUTE ON FUNCTION resetd.claim FROM PUBLIC;
DO $$
DECLARE
    caller text;
BEGIN
    FOREACH caller IN ARRAY current_setting('resetd.callers')::text[] LOOP
        EXECUTE 'GRANT EXECUTE ON FUNCTION resetd.claim TO ' || caller;
    END LOOP;
END
$$;
