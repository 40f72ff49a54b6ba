-- Whether an address is fit to mail: one local@domain, no control character, space, < > , ; or ", at most 64 and 255
-- octets, a domain of at least two labels. Outer white space is not part of it.
CREATE FUNCTION resetd.is_mailable(address text) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN coalesce(
    btrim(address, E' \t\n\r\f\x0B') COLLATE "C"
        ~ '^[^@\u0001-\u0020\u007f-\u00a0\u1680\u2000-\u200b\u2028\u2029\u202f\u205f\u3000\ufeff<>,;"]+@[^@.\u0001-\u0020\u007f-\u00a0\u1680\u2000-\u200b\u2028\u2029\u202f\u205f\u3000\ufeff<>,;"]+(\.[^@.\u0001-\u0020\u007f-\u00a0\u1680\u2000-\u200b\u2028\u2029\u202f\u205f\u3000\ufeff<>,;"]+)+$'
    AND octet_length(split_part(btrim(address, E' \t\n\r\f\x0B'), '@', 1)) <= 64
    AND octet_length(split_part(btrim(address, E' \t\n\r\f\x0B'), '@', 2)) <= 255,
    false);

-- What a claim found out about one row, before limits are counted.
CREATE TYPE resetd.resolution AS (
    id         bigint,
    purpose    text,
    minted     boolean,   -- a link or notice was made for it before
    fresh      boolean,   -- one is to be made now
    kind       text,
    account_id text,
    full_name  text,
    email      text,
    locale     text,
    revision   text,
    reason     text       -- why it cannot become a mail, or null
);

-- Claims up to a_limit due rows for a session: resolves every address, settles the hopeless and leases the others.
-- Every row it touched comes back: leased ones as 'sending', settled ones with their reason, and as 'queued' those
-- whose account somebody else had just locked, to be asked for again soon.
--
-- It is one statement for the daemon, so it commits once. It is a function because limits are exact: they are counted
-- by a query that begins, and so sees, after the accounts' locks are held. It never waits for a lock, so that it can
-- take outbox rows before accounts without a deadlock.
--
-- A daemon that dies before the commit has claimed nothing; after it, the rows are its session's until rescued.
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
    a_hourly         integer
) RETURNS TABLE (
    id bigint, state text, reason text, purpose text, fence integer, attempts integer,
    kind text, full_name text, email text, locale text,
    key_id integer, message_id text, due_at text, made_at bigint, expires_at bigint
)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, resetd, pg_temp AS $$
#variable_conflict use_column
DECLARE
    picked   bigint[];
    resolved resetd.resolution[];
    locked   text[];
BEGIN
    -- 1. A session that is not alive claims nothing: somebody may be rescuing its rows at this moment.
    PERFORM FROM resetd.session AS s WHERE s.id = a_session AND s.heartbeat_at > now() - a_lease;
    IF NOT FOUND THEN RETURN; END IF;

    -- 2. Due rows that nobody else holds, oldest first.
    picked := ARRAY(
        SELECT o.id
          FROM resetd.outbox AS o
         WHERE o.state = 'queued'
           AND o.due_at <= now()
           AND o.due_at >= coalesce(a_since, '-infinity')
         ORDER BY o.due_at, o.id
         LIMIT a_limit
           FOR UPDATE SKIP LOCKED);
    IF cardinality(picked) = 0 THEN RETURN; END IF;

    -- 3. The account of each: by its number where the row bears one, else by the address. Two are as many as one needs
    --    to know that an address is shared.
    resolved := ARRAY(
        SELECT ROW (
                   o.id, o.purpose, o.minted_at IS NOT NULL,
                   CASE
                       WHEN o.minted_at IS NULL THEN true
                       WHEN o.purpose <> 'reset_link' THEN false
                       -- Times that somebody set to infinity cannot be subtracted.
                       WHEN o.expires_at IS NULL OR NOT isfinite(o.expires_at) OR NOT isfinite(o.minted_at) THEN true
                       ELSE o.expires_at - now() < (o.expires_at - o.minted_at) / 2
                            OR o.key_id IS NULL OR o.key_id <> ALL (a_known_keys)
                   END,
                   (found.accounts[1]).kind, (found.accounts[1]).account_id, (found.accounts[1]).full_name,
                   (found.accounts[1]).email, coalesce((found.accounts[1]).locale, o.locale),
                   (found.accounts[1]).revision,
                   CASE
                       WHEN o.purpose = 'reset_link' AND o.minted_at IS NOT NULL
                            AND o.account_revision IS DISTINCT FROM (found.accounts[1]).revision
                       THEN 'account_changed'
                       WHEN NOT resetd.is_mailable(o.email) THEN 'invalid_email'
                       WHEN found.accounts IS NULL THEN 'unknown_email'
                       WHEN cardinality(found.accounts) > 1 OR shared.exists THEN 'duplicate_email'
                       WHEN NOT resetd.is_mailable((found.accounts[1]).email) THEN 'invalid_email'
                       WHEN o.purpose <> 'reset_link' THEN NULL
                       WHEN (found.accounts[1]).disabled THEN 'disabled'
                       WHEN NOT (found.accounts[1]).recoverable THEN 'not_recoverable'
                   END
               )::resetd.resolution
          FROM resetd.outbox AS o
         CROSS JOIN LATERAL (
               SELECT array_agg(one.account) AS accounts
                 FROM (SELECT a AS account
                         FROM resetd.account AS a
                        WHERE o.account_id IS NULL
                          AND a.email_key = resetd.email_key(o.email)
                          AND (o.account_kind IS NULL OR a.kind = o.account_kind)
                       UNION ALL
                       SELECT a
                         FROM resetd.account AS a
                        WHERE a.account_id = o.account_id
                          AND a.kind = coalesce(o.resolved_kind, o.account_kind)
                        LIMIT 2) AS one) AS found
         CROSS JOIN LATERAL (
               SELECT o.account_id IS NOT NULL
                  AND EXISTS (SELECT FROM resetd.account AS a
                               WHERE a.email_key = resetd.email_key((found.accounts[1]).email)
                                 AND (o.account_kind IS NULL OR a.kind = o.account_kind)
                                 AND (a.kind, a.account_id)
                                     <> ((found.accounts[1]).kind, (found.accounts[1]).account_id)) AS exists) AS shared
         WHERE o.id = ANY (picked));

    -- 4. The locks under which limits are counted; accounts that somebody else has are left for the next claim.
    locked := ARRAY(
        SELECT l.kind || ' ' || l.account_id
          FROM resetd.try_lock_accounts(
               ARRAY(SELECT r.kind FROM unnest(resolved) AS r
                      WHERE r.reason IS NULL AND NOT r.minted AND r.purpose = 'reset_link' ORDER BY r.id),
               ARRAY(SELECT r.account_id FROM unnest(resolved) AS r
                      WHERE r.reason IS NULL AND NOT r.minted AND r.purpose = 'reset_link' ORDER BY r.id)) AS l);

    -- 5. Limits, and the outcome. A new query, and so a new snapshot.
    RETURN QUERY
    WITH turn AS (
        SELECT r.*,
               r.reason IS NULL AND NOT r.minted AND r.purpose = 'reset_link' AS limited,
               row_number() OVER (
                   PARTITION BY r.kind, r.account_id, r.reason IS NULL AND NOT r.minted AND r.purpose = 'reset_link'
                   ORDER BY r.id) AS place
          FROM unnest(resolved) AS r
    ), decided AS (
        SELECT t.*,
               CASE
                   WHEN t.limited AND t.kind || ' ' || t.account_id <> ALL (locked) THEN 'queued'
                   WHEN t.reason = 'account_changed' THEN 'cancelled'
                   WHEN t.reason IS NOT NULL THEN 'rejected'
                   WHEN t.limited
                        AND (a_interval > interval '0' AND (t.place > 1 OR past.latest > now() - a_interval)
                             OR a_hourly > 0 AND past.hourly + t.place > a_hourly) THEN 'throttled'
                   ELSE 'sending'
               END AS verdict
          FROM turn AS t
          LEFT JOIN LATERAL (
               SELECT max(h.minted_at) AS latest,
                      count(*) FILTER (WHERE h.minted_at > now() - interval '1 hour') AS hourly
                 FROM resetd.outbox AS h
                WHERE t.limited
                  AND h.account_id = t.account_id
                  AND h.resolved_kind = t.kind
                  AND h.purpose = 'reset_link'
                  AND h.minted_at > now() - greatest(a_interval, interval '1 hour')
                  AND h.state <> 'failed') AS past ON true
    ), settled AS (
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
               first_claimed_at = CASE d.verdict WHEN 'sending' THEN coalesce(o.first_claimed_at, now()) ELSE o.first_claimed_at END,
               sent_to = CASE d.verdict WHEN 'sending' THEN btrim(d.email, E' \t\n\r\f\x0B') ELSE o.sent_to END,
               minted_at = CASE WHEN d.verdict = 'sending' AND d.fresh THEN now() ELSE o.minted_at END,
               message_id = CASE WHEN d.verdict = 'sending' AND d.fresh
                                 THEN format('<%s.%s@%s>', o.id, replace(gen_random_uuid()::text, '-', ''), a_message_domain)
                                 ELSE o.message_id END,
               expires_at = CASE WHEN d.verdict = 'sending' AND d.fresh AND d.purpose = 'reset_link'
                                 -- Always later than a link of this request that is dead, by more than a second.
                                 THEN greatest(now() + a_lifetime, o.dead_through + interval '2 seconds')
                                 ELSE o.expires_at END,
               key_id = CASE WHEN d.verdict = 'sending' AND d.fresh AND d.purpose = 'reset_link'
                             THEN a_key_id ELSE o.key_id END,
               account_revision = CASE WHEN d.verdict = 'sending' AND d.fresh THEN d.revision ELSE o.account_revision END
          FROM decided AS d
         WHERE o.id = d.id
        RETURNING o.id, o.state, o.reason, o.purpose, o.fence, o.attempts, o.due_at,
                  d.kind, d.full_name, d.email, d.locale, o.key_id, o.message_id, o.minted_at, o.expires_at
    )
    SELECT s.id, s.state, s.reason, s.purpose, s.fence, s.attempts, s.kind, s.full_name, s.email, s.locale,
           s.key_id, s.message_id, s.due_at::text,
           floor(extract(epoch FROM s.minted_at))::bigint,
           -- The token has whole seconds: rounded up, so that the row's own expiry, which is exact, is the earlier one.
           ceil(extract(epoch FROM s.expires_at))::bigint
      FROM settled AS s
     ORDER BY 1;
END
$$;

REVOKE EXECUTE ON FUNCTION resetd.claim(
    bigint, integer, timestamptz, interval, interval, integer, integer[], text, interval, integer) FROM PUBLIC;
