-- What changing a password or PIN needs besides resetting it: more of an account, lock-outs, the console, the audit.

-- The words of a text that lists are searched by: what stands between signs and spaces, in lower case. Long texts come
-- from other systems, and only their beginning counts.
CREATE FUNCTION resetd.search_words(a_first text, a_second text DEFAULT '', a_third text DEFAULT '') RETURNS tsvector
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN to_tsvector('pg_catalog.simple'::regconfig, translate(
    lower(left(coalesce(a_first, ''), 200) || ' ' || left(coalesce(a_second, ''), 200) || ' '
          || left(coalesce(a_third, ''), 320)),
    E'!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~', '                                '));

-- What somebody typed into a field of search: accounts that have a word beginning with each of these.
CREATE FUNCTION resetd.search_query(a_text text) RETURNS tsquery
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN (SELECT to_tsquery('pg_catalog.simple'::regconfig, string_agg(quote_literal(w.word) || ':*', ' & '))
          FROM regexp_split_to_table(
               translate(lower(left(a_text, 200)), E'!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~',
                         '                                '), '\s+') AS w (word)
         WHERE w.word <> '');

CREATE INDEX users_search ON directory.users USING gin (resetd.search_words(login_id, full_name, email));
CREATE INDEX contacts_search ON directory.contacts USING gin (resetd.search_words(login_id, full_name, email));
CREATE INDEX clients_search ON directory.clients USING gin (resetd.search_words(account_number, name));
CREATE UNIQUE INDEX clients_client_id ON directory.clients ((id::text));
CREATE INDEX client_contacts_client_id ON directory.client_contacts ((client_id::text));
CREATE INDEX client_contacts_account_id ON directory.client_contacts ((contact_id::text));

-- `access` is what the account may sign in to (professional, mobile, app, portal); `locked_until` is infinity where only
-- an administrator or a reset ends the lock. `search` must be served by an index where lists are long.
DO $bundled$
BEGIN
    -- A site that has tables of its own has replaced the view, and keeps its own: `resetd check` says what it lacks then.
    IF NOT EXISTS (SELECT FROM pg_catalog.pg_depend AS d
                     JOIN pg_catalog.pg_rewrite AS r ON r.oid = d.objid
                    WHERE d.classid = 'pg_catalog.pg_rewrite'::regclass
                      AND r.ev_class = 'resetd.account'::regclass
                      AND d.refobjid = 'directory.users'::regclass) THEN
        RETURN;
    END IF;
    EXECUTE $view$
        CREATE OR REPLACE VIEW resetd.account AS
        SELECT 'user'::text AS kind,
               u.id::text AS account_id,
               u.login_id,
               u.full_name,
               u.email,
               resetd.email_key(u.email) AS email_key,
               u.locale,
               u.password_hash,
               u.disabled,
               u.access && '{professional,app}'::text[] AS recoverable,
               u.revision::text AS revision,
               u.pin_hash,
               u.access,
               u.global_administrator,
               u.password_change_required,
               u.failed_attempts,
               u.locked_until,
               resetd.search_words(u.login_id, u.full_name, u.email) AS search
          FROM directory.users AS u
        UNION ALL
        SELECT 'contact',
               c.id::text,
               c.login_id,
               c.full_name,
               c.email,
               resetd.email_key(c.email),
               c.locale,
               c.password_hash,
               c.disabled,
               c.portal_access,
               c.revision::text,
               NULL,
               CASE WHEN c.portal_access THEN '{portal}'::text[] ELSE '{}'::text[] END,
               false,
               c.password_change_required,
               c.failed_attempts,
               c.locked_until,
               resetd.search_words(c.login_id, c.full_name, c.email)
          FROM directory.contacts AS c
    $view$;
END
$bundled$;

-- The clients of the ERP, and whose contacts are whose: the console's lists, and nothing else, read them.
CREATE VIEW resetd.client AS
SELECT c.id::text AS client_id, c.account_number, c.name, resetd.search_words(c.account_number, c.name) AS search
  FROM directory.clients AS c;

CREATE VIEW resetd.client_contact AS
SELECT cc.client_id::text AS client_id, cc.contact_id::text AS account_id
  FROM directory.client_contacts AS cc;

-- How often a secret was wrong, and until when the account is locked, after one more attempt at it. A lock that is over
-- is forgotten with the failures that led to it. Whoever maps the contract uses it too.
CREATE FUNCTION resetd.after_attempt(
    a_failed integer, a_locked_until timestamptz, a_is_right boolean, a_failures integer, a_duration interval,
    OUT failed integer, OUT locked_until timestamptz)
LANGUAGE plpgsql STABLE AS $$
BEGIN
    failed := CASE
        WHEN a_is_right THEN 0
        WHEN a_locked_until IS NOT NULL THEN 1
        ELSE least(greatest(coalesce(a_failed, 0), 0), 1000000) + 1
    END;
    IF NOT a_is_right AND failed >= a_failures THEN
        locked_until := CASE WHEN a_duration > interval '0' THEN clock_timestamp() + a_duration ELSE 'infinity' END;
    END IF;
END
$$;

-- Counts an attempt at an account's password or PIN, and locks the account at the last failure it may have.
--
-- `was_locked` says that it was locked before: then nothing was counted, and the attempt counts for nothing either, were
-- it right. Attempts at one account come one after the other here, by its row's lock, so that of any number at the same
-- time exactly so many are judged as there are failures to a lock. No row: there is no such account.
CREATE FUNCTION resetd.settle_attempt(
    a_kind text, a_account_id text, a_is_right boolean, a_failures integer, a_duration interval)
RETURNS TABLE (was_locked boolean, locked_until timestamptz)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, resetd, pg_temp AS $$
#variable_conflict use_column
DECLARE
    old record;
    new record;
BEGIN
    IF a_kind = 'user' THEN
        SELECT u.failed_attempts AS failed, u.locked_until INTO old
          FROM directory.users AS u WHERE u.id::text = a_account_id FOR NO KEY UPDATE;
    ELSE
        SELECT c.failed_attempts AS failed, c.locked_until INTO old
          FROM directory.contacts AS c WHERE c.id::text = a_account_id FOR NO KEY UPDATE;
    END IF;
    IF NOT FOUND THEN RETURN; END IF;
    IF old.locked_until > clock_timestamp() THEN
        RETURN QUERY SELECT true, old.locked_until;
        RETURN;
    END IF;
    new := resetd.after_attempt(old.failed, old.locked_until, a_is_right, a_failures, a_duration);
    IF new IS DISTINCT FROM old THEN
        IF a_kind = 'user' THEN
            UPDATE directory.users AS u SET failed_attempts = new.failed, locked_until = new.locked_until
             WHERE u.id::text = a_account_id;
        ELSE
            UPDATE directory.contacts AS c SET failed_attempts = new.failed, locked_until = new.locked_until
             WHERE c.id::text = a_account_id;
        END IF;
    END IF;
    RETURN QUERY SELECT false, new.locked_until;
END
$$;

-- Locks an account until an administrator unlocks it or its owner resets the password by mail (a_locked), or ends
-- whatever lock there is and forgets its failures; whether there is such an account.
CREATE FUNCTION resetd.set_locked(a_kind text, a_account_id text, a_locked boolean) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, resetd, pg_temp AS $$
BEGIN
    IF a_kind = 'user' THEN
        UPDATE directory.users AS u
           SET failed_attempts = 0, locked_until = CASE WHEN a_locked THEN 'infinity'::timestamptz END
         WHERE u.id::text = a_account_id;
    ELSE
        UPDATE directory.contacts AS c
           SET failed_attempts = 0, locked_until = CASE WHEN a_locked THEN 'infinity'::timestamptz END
         WHERE c.id::text = a_account_id;
    END IF;
    RETURN FOUND;
END
$$;

-- Stores the hash of a new PIN; users alone have one. By its owner, who knew the present one, it also forgets failures.
CREATE FUNCTION resetd.set_pin(a_account_id text, a_hash text, a_by_owner boolean) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, resetd, pg_temp AS $$
BEGIN
    UPDATE directory.users AS u
       SET pin_hash = a_hash,
           failed_attempts = CASE WHEN a_by_owner THEN 0 ELSE u.failed_attempts END,
           locked_until = CASE WHEN a_by_owner THEN NULL ELSE u.locked_until END
     WHERE u.id::text = a_account_id;
    RETURN FOUND;
END
$$;

-- Gives an account another login ID. One that is taken is a unique_violation (23505), and changes nothing.
-- The daemon tells the owner itself, so the directory's own trigger need not (see resetd.tell_of_change).
CREATE FUNCTION resetd.set_login(a_kind text, a_account_id text, a_login_id text) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, resetd, pg_temp AS $$
BEGIN
    PERFORM set_config('resetd.tells_owner', 'yes', true);
    IF a_kind = 'user' THEN
        UPDATE directory.users AS u SET login_id = a_login_id WHERE u.id::text = a_account_id;
    ELSE
        UPDATE directory.contacts AS c SET login_id = a_login_id WHERE c.id::text = a_account_id;
    END IF;
    RETURN FOUND;
END
$$;

-- Tells the owner of an account that its address or login ID was changed, whoever changed it: the old address as well as
-- the new one, for whoever took over an account changes its address first. Argument: the kind of the table's accounts.
-- With its owner's rights, since who may update accounts need not be allowed to queue mails.
CREATE FUNCTION resetd.tell_of_change() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, resetd, pg_temp AS $$
BEGIN
    IF resetd.email_key(OLD.email) IS DISTINCT FROM resetd.email_key(NEW.email) AND resetd.is_mailable(OLD.email) THEN
        INSERT INTO resetd.outbox (email, account_kind, purpose, account_id, locale, requested_by)
        SELECT t.email, TG_ARGV[0], t.purpose, NEW.id::text, NEW.locale, 'directory'
          FROM (VALUES ('address_removed', OLD.email), ('address_changed', NEW.email)) AS t (purpose, email)
         WHERE resetd.is_mailable(t.email);
    END IF;
    IF OLD.login_id <> NEW.login_id AND resetd.is_mailable(NEW.email)
       AND current_setting('resetd.tells_owner', true) IS DISTINCT FROM 'yes' THEN
        INSERT INTO resetd.outbox (email, account_kind, purpose, account_id, requested_by)
        VALUES (NEW.email, TG_ARGV[0], 'login_changed', NEW.id::text, 'directory');
    END IF;
    RETURN NULL;
END
$$;

CREATE TRIGGER tell_of_change AFTER UPDATE OF email, login_id ON directory.users FOR EACH ROW
WHEN ((OLD.email, OLD.login_id) IS DISTINCT FROM (NEW.email, NEW.login_id))
EXECUTE FUNCTION resetd.tell_of_change('user');

CREATE TRIGGER tell_of_change AFTER UPDATE OF email, login_id ON directory.contacts FOR EACH ROW
WHEN ((OLD.email, OLD.login_id) IS DISTINCT FROM (NEW.email, NEW.login_id))
EXECUTE FUNCTION resetd.tell_of_change('contact');

-- Attempts at logins that nobody has: they are counted and locked like others, or a lock would tell who has an account.
-- By a digest with a key of the daemon's: people type passwords into the wrong field.
CREATE TABLE resetd.unknown_login (
    digest       text PRIMARY KEY,
    failed       integer NOT NULL DEFAULT 0,
    locked_until timestamptz,
    seen_at      timestamptz NOT NULL DEFAULT now()
);

-- resetd.settle_attempt for a login that nobody has. It runs with its caller's rights.
CREATE FUNCTION resetd.settle_unknown(a_digest text, a_failures integer, a_duration interval)
RETURNS TABLE (was_locked boolean, locked_until timestamptz)
LANGUAGE plpgsql SET search_path = pg_catalog, resetd, pg_temp AS $$
#variable_conflict use_column
DECLARE
    old record;
    new record;
BEGIN
    INSERT INTO resetd.unknown_login (digest) VALUES (a_digest) ON CONFLICT DO NOTHING;
    SELECT u.failed, u.locked_until INTO old FROM resetd.unknown_login AS u WHERE u.digest = a_digest FOR UPDATE;
    IF old.locked_until > clock_timestamp() THEN
        RETURN QUERY SELECT true, old.locked_until;
        RETURN;
    END IF;
    new := resetd.after_attempt(old.failed, old.locked_until, false, a_failures, a_duration);
    UPDATE resetd.unknown_login AS u
       SET failed = new.failed, locked_until = new.locked_until, seen_at = clock_timestamp()
     WHERE u.digest = a_digest;
    RETURN QUERY SELECT false, new.locked_until;
END
$$;

-- Who is signed in to the console. Of the session's token, which the browser alone has, only a digest is kept; the
-- session is over when the account's revision is another one.
CREATE TABLE resetd.console_session (
    digest     text PRIMARY KEY,
    account_id text NOT NULL,
    revision   text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    seen_at    timestamptz NOT NULL DEFAULT now()
);

-- When the owner said of a mail that it was not they.
ALTER TABLE resetd.outbox ADD COLUMN reported_at timestamptz;

-- The links of an account that somebody could still redeem, by the index that limits are counted by: no link lives for
-- more than a day.
CREATE FUNCTION resetd.open_links(a_kind text, a_account_id text) RETURNS SETOF bigint
LANGUAGE sql STABLE SET search_path = pg_catalog, resetd, pg_temp
SET plan_cache_mode = force_generic_plan
AS $$
    SELECT o.id
      FROM resetd.outbox AS o
     WHERE date_bin(interval '6 hours', o.minted_at, timestamptz '2000-01-01 00:00:00+00') = ANY (ARRAY(
           SELECT generate_series(
               date_bin(interval '6 hours', now() - interval '2 days', timestamptz '2000-01-01 00:00:00+00'),
               now() + interval '10 minutes', interval '6 hours')))
       AND o.account_id = a_account_id COLLATE "C"
       AND o.resolved_kind = a_kind
       AND o.purpose = 'reset_link'
       AND o.minted_at IS NOT NULL
       AND o.state IN ('queued', 'sending', 'sent')
       AND o.redeemed_at IS NULL
       AND (o.expires_at IS NULL OR o.expires_at > clock_timestamp())
$$;

-- What people call an account, for lists and for the trail: the latest entries of one account, and of all.
CREATE INDEX audit_action ON resetd.audit (action, id);

-- Whoever resets passwords today may do the rest tomorrow.
REVOKE EXECUTE ON FUNCTION
    resetd.settle_attempt, resetd.set_locked, resetd.set_pin, resetd.set_login, resetd.tell_of_change,
    resetd.settle_unknown, resetd.open_links FROM PUBLIC;
DO $$
DECLARE
    caller text;
BEGIN
    FOR caller IN
        SELECT DISTINCT g.grantee::regrole::text
          FROM pg_catalog.pg_proc AS p
         CROSS JOIN LATERAL pg_catalog.aclexplode(p.proacl) AS g
         WHERE p.pronamespace = 'resetd'::regnamespace AND p.proname = 'set_password'
           AND g.privilege_type = 'EXECUTE' AND g.grantee NOT IN (0, p.proowner)
    LOOP
        EXECUTE format(
            'GRANT EXECUTE ON FUNCTION resetd.settle_attempt, resetd.set_locked, resetd.set_pin, resetd.set_login,
                 resetd.settle_unknown, resetd.open_links TO %1$s;
             GRANT SELECT ON resetd.client, resetd.client_contact, resetd.audit TO %1$s;
             GRANT SELECT, INSERT, UPDATE, DELETE ON resetd.unknown_login, resetd.console_session TO %1$s', caller);
    END LOOP;
END
$$;
