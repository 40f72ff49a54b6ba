-- outbox_minted serves what this one did. In a step of its own: dropping an index locks readers out, for a moment only
-- when it does not come after the making of another in one transaction.
DROP INDEX resetd.outbox_account;
