-- The trail of refused redemptions, bounded for each link: looked up by the link, whatever else its account's trail holds.
CREATE INDEX audit_refusal ON resetd.audit (request_id) WHERE action = 'reset_refused';
