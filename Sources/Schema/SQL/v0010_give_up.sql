-- For how long a row was told to wait, in milliseconds, by its recipient or because a session broke under it: when that is
-- over worker.giveUpAfter the row is given up.
-- Not the time since its first claim: a relay may have been away for longer than that, and the first "later" after it would
-- have been the end.
ALTER TABLE resetd.outbox ADD COLUMN waited bigint NOT NULL DEFAULT 0;

-- Writes a batch of outcomes; returns how many rows took theirs. Every row is tested by id, fence, session and state.
--
-- One pass: rows come by their number, in the order in which everybody locks rows of the outbox, and by nothing else.
-- The test is one that no other index serves: the one over claimed_by holds, under an old snapshot, whatever this
-- session ever claimed. What a row waits for is judged on the row as it is once it is locked.
--
-- It runs with its caller's rights: it does nothing for those who may not update the outbox.
CREATE OR REPLACE FUNCTION resetd.record(
    a_session       bigint,
    a_give_up_after interval,
    a_copies        integer,     -- mails without an answer to their end that one person may have got
    a_ids           bigint[],
    a_fences        integer[],
    a_states        text[],
    a_reasons       text[],
    a_delays        bigint[],    -- milliseconds
    a_burnt         integer[],   -- 1 where it costs the mail an attempt
    a_replies       text[],
    a_tried         integer[],   -- 1 where the wait counts towards giving up, 2 where it doubles, too
    a_unanswered    integer[]    -- 1 where the end of the mail was written and not answered
) RETURNS bigint
LANGUAGE plpgsql
SET search_path = pg_catalog, resetd, pg_temp
SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off
SET enable_hashjoin = off
SET enable_mergejoin = off
SET jit = off
AS $$
DECLARE
    number bigint;
    most   bigint := extract(epoch FROM a_give_up_after) * 1000;
BEGIN
    WITH outcome AS MATERIALIZED (
        SELECT t.*
          FROM unnest(a_ids, a_fences, a_states, a_reasons, a_delays, a_burnt, a_replies, a_tried, a_unanswered)
            AS t (id, fence, state, reason, delay, burnt, reply, tried, unanswered)
         ORDER BY t.id
    )
    UPDATE resetd.outbox AS o
       SET state = CASE WHEN n.state = 'queued' AND n.tried > 0
                             AND (o.waited >= most
                                  OR o.unanswered::bigint + n.unanswered > a_copies) THEN 'failed' ELSE n.state END,
           reason = CASE WHEN n.state = 'queued' AND n.tried > 0
                              AND (o.waited >= most
                                   OR o.unanswered::bigint + n.unanswered > a_copies) THEN 'gave_up' ELSE n.reason END,
           sent_at = CASE n.state WHEN 'sent' THEN now() ELSE o.sent_at END,
           due_at = CASE n.state
                    WHEN 'queued' THEN now() + interval '1 millisecond' * CASE n.tried
                        WHEN 2 THEN greatest(n.delay, least(o.waited, 900000))
                        ELSE n.delay * power(2, n.unanswered * greatest(least(o.unanswered, 7), 0)) END
                    ELSE o.due_at END,
           waited = CASE
                    WHEN n.state = 'queued' AND n.tried > 0
                    THEN greatest(least(o.waited, 1000000000000), 0) + CASE n.tried
                        WHEN 2 THEN greatest(n.delay, least(o.waited, 900000))
                        ELSE n.delay * power(2, n.unanswered * greatest(least(o.unanswered, 7), 0)) END
                    ELSE o.waited END,
           unanswered = greatest(least(o.unanswered, 1000), 0) + n.unanswered,
           attempts = least(o.attempts::bigint + n.burnt, 2147483647)::integer,
           last_reply = coalesce(n.reply, o.last_reply),
           claimed_by = NULL
      FROM outcome AS n
     WHERE o.id = n.id
       AND (o.fence, o.claimed_by, o.state) IS NOT DISTINCT FROM (n.fence, a_session, 'sending');
    GET DIAGNOSTICS number = ROW_COUNT;
    RETURN number;
END
$$;
