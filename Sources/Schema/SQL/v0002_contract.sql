-- The contract between the daemon and whatever tables hold the accounts. A site that has tables of its own replaces the
-- view and the three functions, and keeps their names, columns, arguments and meaning.

-- One row for each account. (kind, account_id) names it; `email_key` must be served by an index, and so must
-- `account_id`. `recoverable` is whether its password may be reset by mail; `revision` must differ after any change of
-- password, address, login or right to sign in, and for an account made anew.
CREATE VIEW resetd.account AS
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
       u.revision::text AS revision
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
       c.revision::text
  FROM directory.contacts AS c;

-- Locks an account until the transaction ends, waiting for whoever has it; whether there is such an account.
-- (FOR UPDATE through the view locks nothing: it is a UNION.)
CREATE FUNCTION resetd.lock_account(a_kind text, a_account_id text) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, resetd, pg_temp AS $$
BEGIN
    IF a_kind = 'user' THEN
        PERFORM FROM directory.users AS u WHERE u.id::text = a_account_id FOR NO KEY UPDATE;
    ELSE
        PERFORM FROM directory.contacts AS c WHERE c.id::text = a_account_id FOR NO KEY UPDATE;
    END IF;
    RETURN FOUND;
END
$$;

-- Locks those of many accounts that nobody else has, without waiting; says which.
CREATE FUNCTION resetd.try_lock_accounts(a_kinds text[], a_account_ids text[])
RETURNS TABLE (kind text, account_id text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, resetd, pg_temp AS $$
BEGIN
    RETURN QUERY
    SELECT 'user'::text, u.id::text
      FROM directory.users AS u
     WHERE u.id::text = ANY (ARRAY(SELECT w.id FROM unnest(a_kinds, a_account_ids) AS w (kind, id)
                                    WHERE w.kind = 'user'))
       FOR NO KEY UPDATE SKIP LOCKED;
    RETURN QUERY
    SELECT 'contact'::text, c.id::text
      FROM directory.contacts AS c
     WHERE c.id::text = ANY (ARRAY(SELECT w.id FROM unnest(a_kinds, a_account_ids) AS w (kind, id)
                                    WHERE w.kind = 'contact'))
       FOR NO KEY UPDATE SKIP LOCKED;
END
$$;

-- Stores the hash of a new password. By its owner it also ends a lock-out and the duty to change the password; by an
-- administrator it leaves that duty behind, for the application to act on.
CREATE FUNCTION resetd.set_password(a_kind text, a_account_id text, a_hash text, a_by_owner boolean DEFAULT true)
RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, resetd, pg_temp AS $$
BEGIN
    IF a_kind = 'user' THEN
        UPDATE directory.users AS u
           SET password_hash = a_hash,
               password_change_required = NOT a_by_owner,
               failed_attempts = CASE WHEN a_by_owner THEN 0 ELSE u.failed_attempts END,
               locked_until = CASE WHEN a_by_owner THEN NULL ELSE u.locked_until END
         WHERE u.id::text = a_account_id;
    ELSE
        UPDATE directory.contacts AS c
           SET password_hash = a_hash,
               password_change_required = NOT a_by_owner,
               failed_attempts = CASE WHEN a_by_owner THEN 0 ELSE c.failed_attempts END,
               locked_until = CASE WHEN a_by_owner THEN NULL ELSE c.locked_until END
         WHERE c.id::text = a_account_id;
    END IF;
    RETURN FOUND;
END
$$;

REVOKE EXECUTE ON FUNCTION resetd.lock_account(text, text) FROM PUBLIC;
REVOKE EXECUTE ON FUNCTION resetd.try_lock_accounts(text[], text[]) FROM PUBLIC;
REVOKE EXECUTE ON FUNCTION resetd.set_password(text, text, text, boolean) FROM PUBLIC;
